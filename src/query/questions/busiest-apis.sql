-- The APIs with the most calls, and how many of these failed.
SELECT event_source, event_name, SUM(events) AS events,
       SUM(CASE WHEN error_code IS NULL THEN 0 ELSE events END) AS errors,
       COUNT(DISTINCT identity) AS identities, COUNT(DISTINCT day) AS days
FROM minutes
GROUP BY event_source, event_name
ORDER BY events DESC, event_source, event_name
