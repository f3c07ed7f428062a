-- Identities that called the most different APIs.
SELECT identity, identity_type, COUNT(DISTINCT event_source || ':' || event_name) AS apis,
       COUNT(DISTINCT event_source) AS services, COUNT(DISTINCT region) AS regions,
       SUM(events) AS events
FROM minutes
WHERE identity <> ''
GROUP BY identity, identity_type
ORDER BY apis DESC, events DESC, identity
