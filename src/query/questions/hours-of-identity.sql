-- Calls of one identity by hour of the day (UTC): when does it work?
-- :identity whose, such as arn:aws:iam::111122223333:user/alice
SELECT EXTRACT(HOUR FROM minute) AS hour_of_day, SUM(events) AS events,
       SUM(CASE WHEN error_code IS NULL THEN 0 ELSE events END) AS errors,
       COUNT(DISTINCT day) AS days, COUNT(DISTINCT source_ip) AS addresses
FROM minutes
WHERE identity = :identity
GROUP BY hour_of_day
ORDER BY hour_of_day
