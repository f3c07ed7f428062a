-- Calls that switch off or thin out the watching: CloudTrail, GuardDuty, Config, flow logs, log groups.
SELECT minute, account, region, identity, source_ip, event_source, event_name, error_code,
       SUM(events) AS events
FROM minutes
WHERE event_name IN (
  'StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors',
  'DeleteEventDataStore', 'StopEventDataStoreIngestion', 'DeleteDetector', 'UpdateDetector',
  'StopMonitoringMembers', 'DisassociateFromMasterAccount', 'StopConfigurationRecorder',
  'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'DeleteFlowLogs', 'DeleteLogGroup',
  'DeleteLogStream', 'DisableSecurityHub', 'DeleteWebACL')
GROUP BY minute, account, region, identity, source_ip, event_source, event_name, error_code
ORDER BY minute, account, region, identity, event_name
