-- Changes of what one logs in with: access keys, passwords, MFA devices, users.
SELECT minute, account, identity, source_ip, event_name, error_code, SUM(events) AS events
FROM minutes
WHERE event_source = 'iam.amazonaws.com' AND event_name IN (
  'CreateAccessKey', 'UpdateAccessKey', 'DeleteAccessKey', 'CreateUser', 'DeleteUser',
  'CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile', 'ChangePassword',
  'DeactivateMFADevice', 'DeleteVirtualMFADevice', 'CreateServiceSpecificCredential',
  'UploadSSHPublicKey')
GROUP BY minute, account, identity, source_ip, event_name, error_code
ORDER BY minute, account, identity, event_name
