-- Errors by code: how many, of how many APIs and identities.
SELECT error_code, SUM(events) AS errors, COUNT(DISTINCT event_source || ':' || event_name) AS apis,
       COUNT(DISTINCT identity) AS identities, MIN(minute) AS first_seen, MAX(minute) AS last_seen
FROM minutes
WHERE error_code IS NOT NULL
GROUP BY error_code
ORDER BY errors DESC, error_code
