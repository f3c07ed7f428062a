-- Everything the root user did: which calls, on which days, from where.
SELECT account, event_source, event_name, error_code, source_ip,
       SUM(events) AS events, MIN(minute) AS first_seen, MAX(minute) AS last_seen
FROM minutes
WHERE identity_type = 'Root'
GROUP BY account, event_source, event_name, error_code, source_ip
ORDER BY first_seen, event_source, event_name
