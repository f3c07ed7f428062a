-- Calls in Regions never used before: those an account first used after its first day in the store.
WITH regions AS (
  SELECT account, region, MIN(day) AS first_day, MIN(minute) AS first_seen,
         SUM(events) AS events, COUNT(DISTINCT event_name) AS apis,
         COUNT(DISTINCT identity) AS identities
  FROM minutes
  GROUP BY account, region
), accounts AS (
  SELECT account, MIN(day) AS start FROM minutes GROUP BY account
)
SELECT r.account, r.region, r.first_seen, r.events, r.apis, r.identities
FROM regions r JOIN accounts a ON r.account = a.account
WHERE r.first_day > a.start
ORDER BY first_seen DESC, account, region
