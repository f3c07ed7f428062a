-- Calls that were throttled, by hour: whose, and of which API.
SELECT hour, account, region, identity, event_source, event_name, error_code,
       SUM(events) AS throttled
FROM minutes
WHERE error_family = 'throttled'
GROUP BY hour, account, region, identity, event_source, event_name, error_code
ORDER BY hour, throttled DESC, account, region, identity, event_source, event_name
