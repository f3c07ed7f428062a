-- Who logged in to the console, from where, how often, and how often in vain.
SELECT account, identity, source_ip, SUM(events) AS logins,
       SUM(CASE WHEN error_code IS NULL THEN 0 ELSE events END) AS failed,
       MIN(minute) AS first_seen, MAX(minute) AS last_seen
FROM minutes
WHERE event_name = 'ConsoleLogin'
GROUP BY account, identity, source_ip
ORDER BY logins DESC, account, identity, source_ip
