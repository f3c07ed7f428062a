-- Changes of security groups and network ACLs.
SELECT minute, account, region, identity, source_ip, event_name, error_code, SUM(events) AS events
FROM minutes
WHERE event_source = 'ec2.amazonaws.com' AND event_name IN (
  'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress',
  'RevokeSecurityGroupEgress', 'ModifySecurityGroupRules', 'CreateSecurityGroup',
  'DeleteSecurityGroup', 'CreateNetworkAcl', 'CreateNetworkAclEntry', 'DeleteNetworkAcl',
  'DeleteNetworkAclEntry', 'ReplaceNetworkAclEntry', 'ReplaceNetworkAclAssociation')
GROUP BY minute, account, region, identity, source_ip, event_name, error_code
ORDER BY minute, account, region, identity, event_name
