-- Changes of what identities may do: IAM policies, roles' trust, group members.
SELECT minute, account, identity, source_ip, event_name, error_code, SUM(events) AS events
FROM minutes
WHERE event_source = 'iam.amazonaws.com' AND event_name IN (
  'AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'DetachUserPolicy',
  'DetachRolePolicy', 'DetachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy',
  'DeleteUserPolicy', 'DeleteRolePolicy', 'DeleteGroupPolicy', 'CreatePolicy', 'DeletePolicy',
  'CreatePolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion',
  'UpdateAssumeRolePolicy', 'AddUserToGroup', 'RemoveUserFromGroup',
  'PutUserPermissionsBoundary', 'PutRolePermissionsBoundary', 'DeleteUserPermissionsBoundary',
  'DeleteRolePermissionsBoundary')
GROUP BY minute, account, identity, source_ip, event_name, error_code
ORDER BY minute, account, identity, event_name
