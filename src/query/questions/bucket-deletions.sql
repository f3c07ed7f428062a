-- Deletions of buckets, and of what protects them.
SELECT minute, account, region, identity, source_ip, event_name, error_code, SUM(events) AS events
FROM minutes
WHERE event_source = 's3.amazonaws.com' AND event_name IN (
  'DeleteBucket', 'DeleteBucketPolicy', 'DeleteBucketEncryption', 'DeleteBucketLifecycle',
  'DeleteBucketReplication', 'DeleteBucketPublicAccessBlock', 'DeleteAccountPublicAccessBlock')
GROUP BY minute, account, region, identity, source_ip, event_name, error_code
ORDER BY minute, account, region, identity, event_name
