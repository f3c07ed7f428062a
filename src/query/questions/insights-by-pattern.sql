-- What was unusual: insights by severity and pattern.
SELECT severity, pattern, COUNT(*) AS insights, COUNT(DISTINCT incident) AS incidents,
       COUNT(DISTINCT account) AS accounts, SUM(actual) AS events,
       MIN(start) AS first_start, MAX(start) AS last_start
FROM insights
GROUP BY severity, pattern
ORDER BY insights DESC, severity, pattern
