-- What stopped: APIs called on at least three days, but not on the store's last three.
WITH apis AS (
  SELECT account, region, event_source, event_name, COUNT(DISTINCT day) AS days,
         SUM(events) AS events, MAX(minute) AS last_seen
  FROM minutes
  GROUP BY account, region, event_source, event_name
), late AS (
  SELECT DISTINCT account, region, event_source, event_name
  FROM minutes
  WHERE day IN (SELECT day FROM (SELECT DISTINCT day FROM minutes ORDER BY day DESC LIMIT 3) AS l)
)
SELECT a.account, a.region, a.event_source, a.event_name, a.days, a.events, a.last_seen
FROM apis a LEFT JOIN late l
  ON a.account = l.account AND a.region = l.region
 AND a.event_source = l.event_source AND a.event_name = l.event_name
WHERE l.account IS NULL AND a.days >= 3
ORDER BY days DESC, events DESC, account, region, event_source, event_name
