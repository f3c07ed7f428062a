-- Who was denied what: denied calls by identity and API.
SELECT identity, event_source, event_name, error_code, SUM(events) AS denied,
       MIN(minute) AS first_seen, MAX(minute) AS last_seen
FROM minutes
WHERE error_family = 'denied'
GROUP BY identity, event_source, event_name, error_code
ORDER BY denied DESC, identity, event_source, event_name
