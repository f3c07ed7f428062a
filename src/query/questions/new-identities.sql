-- Identities first seen after the store's first day, the newest first.
WITH seen AS (
  SELECT identity, identity_type, MIN(day) AS first_day, MIN(minute) AS first_seen,
         SUM(events) AS events, COUNT(DISTINCT event_name) AS apis
  FROM minutes
  WHERE identity <> ''
  GROUP BY identity, identity_type
), start AS (
  SELECT MIN(day) AS first_day_of_all FROM minutes
)
SELECT identity, identity_type, first_seen, events, apis
FROM seen CROSS JOIN start
WHERE first_day > first_day_of_all
ORDER BY first_seen DESC, identity
