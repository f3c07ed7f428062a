-- Addresses from which console logins failed, and how many names they tried.
SELECT source_ip, SUM(events) AS failed, COUNT(DISTINCT identity) AS identities,
       COUNT(DISTINCT account) AS accounts, MIN(minute) AS first_seen, MAX(minute) AS last_seen
FROM minutes
WHERE event_name = 'ConsoleLogin' AND error_code IS NOT NULL
GROUP BY source_ip
ORDER BY failed DESC, source_ip
