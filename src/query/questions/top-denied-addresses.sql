-- Addresses whose calls were denied: how many, of how many identities and APIs.
SELECT source_ip, SUM(events) AS denied, COUNT(DISTINCT identity) AS identities,
       COUNT(DISTINCT event_name) AS apis, MIN(minute) AS first_seen, MAX(minute) AS last_seen
FROM minutes
WHERE error_family = 'denied'
GROUP BY source_ip
ORDER BY denied DESC, source_ip
