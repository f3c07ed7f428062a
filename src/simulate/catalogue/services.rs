//! The services that are called: their APIs, most common first, and their names for what goes wrong.

/// One service.
pub struct Service {
    /// Its event source without `.amazonaws.com`.
    pub name: &'static str,
    /// The request parameter that names what is acted on.
    pub parameter: &'static str,
    /// Error code of a thing that is not there.
    pub not_found: &'static str,
    /// Error code of too many calls.
    pub throttled: &'static str,
    /// Error code of a refusal.
    pub denied: &'static str,
    /// APIs that read.
    pub reads: &'static str,
    /// APIs that write.
    pub writes: &'static str,
}

/// Services whose calls are recorded in us-east-1 wherever the caller is.
pub const GLOBAL: [&str; 6] = ["iam", "organizations", "ce", "route53", "cloudfront", "health"];

/// Every service.
pub const SERVICES: &[Service] = &[
    Service {
        name: "ec2",
        parameter: "instanceId",
        not_found: "Client.InvalidInstanceID.NotFound",
        throttled: "Client.RequestLimitExceeded",
        denied: "Client.UnauthorizedOperation",
        reads: "DescribeInstances DescribeVolumes DescribeSnapshots DescribeSecurityGroups \
         DescribeSubnets DescribeVpcs DescribeImages DescribeNetworkInterfaces \
         DescribeInstanceStatus DescribeTags DescribeRouteTables DescribeAddresses \
         DescribeKeyPairs DescribeInstanceTypes DescribeAvailabilityZones DescribeRegions \
         DescribeLaunchTemplates DescribeNatGateways DescribeVpcEndpoints \
         DescribeNetworkAcls DescribeFlowLogs DescribeInternetGateways",
        writes: "RunInstances TerminateInstances StartInstances StopInstances CreateTags \
         CreateSnapshot DeleteSnapshot CreateVolume AttachVolume DetachVolume \
         ModifyInstanceAttribute AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress \
         CreateNetworkInterface DeleteNetworkInterface CreateFleet \
         CreateLaunchTemplateVersion AssociateAddress",
    },
    Service {
        name: "sts",
        parameter: "roleArn",
        not_found: "ValidationError",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "GetCallerIdentity AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML \
         GetSessionToken",
        writes: "",
    },
    Service {
        name: "kms",
        parameter: "keyId",
        not_found: "NotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "Decrypt GenerateDataKey Encrypt DescribeKey ListAliases ListKeys GetKeyPolicy \
         GetKeyRotationStatus ListGrants",
        writes: "CreateGrant RetireGrant CreateKey ScheduleKeyDeletion PutKeyPolicy \
         EnableKeyRotation",
    },
    Service {
        name: "s3",
        parameter: "bucketName",
        not_found: "NoSuchBucket",
        throttled: "SlowDown",
        denied: "AccessDenied",
        reads: "ListBuckets GetBucketAcl GetBucketPolicy GetBucketLocation GetBucketEncryption \
         GetBucketVersioning GetBucketTagging GetBucketLogging GetBucketPublicAccessBlock \
         GetBucketLifecycle GetBucketReplication GetAccountPublicAccessBlock \
         GetBucketPolicyStatus",
        writes: "CreateBucket PutBucketPolicy PutBucketEncryption PutBucketLifecycle \
         PutBucketTagging DeleteBucket PutBucketPublicAccessBlock PutBucketVersioning",
    },
    Service {
        name: "iam",
        parameter: "roleName",
        not_found: "NoSuchEntityException",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "ListRoles GetRole ListAttachedRolePolicies ListRolePolicies GetRolePolicy \
         GetPolicy GetPolicyVersion ListUsers GetUser ListAccessKeys GetAccountSummary \
         ListPolicies GetInstanceProfile GetAccessKeyLastUsed ListMFADevices \
         GenerateServiceLastAccessedDetails",
        writes: "CreateRole AttachRolePolicy PutRolePolicy DeleteRole DetachRolePolicy \
         CreatePolicyVersion UpdateAssumeRolePolicy CreateAccessKey DeleteAccessKey TagRole \
         CreateUser",
    },
    Service {
        name: "ssm",
        parameter: "name",
        not_found: "ParameterNotFound",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "GetParameter GetParameters GetParametersByPath DescribeInstanceInformation \
         ListInstanceAssociations DescribeParameters GetDocument ListCommands",
        writes: "UpdateInstanceInformation UpdateInstanceAssociationStatus PutParameter SendCommand \
         StartSession TerminateSession PutInventory PutComplianceItems",
    },
    Service {
        name: "secretsmanager",
        parameter: "secretId",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "GetSecretValue DescribeSecret ListSecrets GetRandomPassword ListSecretVersionIds",
        writes: "PutSecretValue RotateSecret UpdateSecretVersionStage CreateSecret TagResource",
    },
    Service {
        name: "logs",
        parameter: "logGroupName",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "DescribeLogGroups DescribeLogStreams DescribeMetricFilters GetQueryResults \
         StartQuery FilterLogEvents DescribeSubscriptionFilters",
        writes: "CreateLogStream CreateLogGroup PutRetentionPolicy PutMetricFilter DeleteLogGroup \
         PutSubscriptionFilter",
    },
    Service {
        name: "monitoring",
        parameter: "alarmName",
        not_found: "ResourceNotFound",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "DescribeAlarms GetMetricData GetMetricStatistics ListMetrics DescribeAlarmHistory \
         ListDashboards GetDashboard",
        writes: "PutMetricAlarm DeleteAlarms SetAlarmState PutDashboard EnableAlarmActions",
    },
    Service {
        name: "lambda",
        parameter: "functionName",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "GetFunction20150331v2 ListFunctions20150331 GetFunctionConfiguration20150331v2 \
         GetPolicy20150331v2 ListVersionsByFunction20150331 ListEventSourceMappings20150331 \
         ListTags20170331 GetAccountSettings20160819",
        writes: "UpdateFunctionCode20150331v2 UpdateFunctionConfiguration20150331v2 \
         PublishVersion20150331 CreateFunction20150331 AddPermission20150331v2 \
         TagResource20170331v2",
    },
    Service {
        name: "ecs",
        parameter: "cluster",
        not_found: "ClusterNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "DescribeServices DescribeTasks ListTasks DescribeTaskDefinition DescribeClusters \
         ListServices DescribeContainerInstances ListClusters",
        writes: "RegisterTaskDefinition UpdateService RunTask StopTask RegisterContainerInstance \
         SubmitTaskStateChange SubmitContainerStateChange DeregisterTaskDefinition",
    },
    Service {
        name: "ecr",
        parameter: "repositoryName",
        not_found: "RepositoryNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "GetAuthorizationToken DescribeImages BatchGetImage GetDownloadUrlForLayer \
         BatchCheckLayerAvailability DescribeRepositories ListImages \
         DescribeImageScanFindings",
        writes: "PutImage InitiateLayerUpload CompleteLayerUpload UploadLayerPart \
         PutLifecyclePolicy",
    },
    Service {
        name: "elasticloadbalancing",
        parameter: "loadBalancerArn",
        not_found: "LoadBalancerNotFoundException",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "DescribeLoadBalancers DescribeTargetHealth DescribeTargetGroups DescribeListeners \
         DescribeRules DescribeTags DescribeLoadBalancerAttributes",
        writes: "RegisterTargets DeregisterTargets ModifyListener CreateTargetGroup \
         SetSecurityGroups",
    },
    Service {
        name: "autoscaling",
        parameter: "autoScalingGroupName",
        not_found: "ValidationException",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "DescribeAutoScalingGroups DescribeScalingActivities DescribeLaunchConfigurations \
         DescribePolicies DescribeAutoScalingInstances",
        writes: "UpdateAutoScalingGroup SetDesiredCapacity CompleteLifecycleAction \
         TerminateInstanceInAutoScalingGroup RecordLifecycleActionHeartbeat \
         StartInstanceRefresh",
    },
    Service {
        name: "cloudformation",
        parameter: "stackName",
        not_found: "ValidationException",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "DescribeStacks DescribeStackEvents DescribeChangeSet ListStacks GetTemplate \
         DescribeStackResources ListStackResources GetTemplateSummary",
        writes: "CreateChangeSet ExecuteChangeSet CreateStack UpdateStack DeleteChangeSet \
         DeleteStack",
    },
    Service {
        name: "rds",
        parameter: "dBInstanceIdentifier",
        not_found: "DBInstanceNotFoundFault",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "DescribeDBInstances DescribeDBClusters DescribeDBSnapshots DescribeEvents \
         ListTagsForResource DescribeDBLogFiles DescribePendingMaintenanceActions",
        writes: "CreateDBSnapshot DeleteDBSnapshot ModifyDBInstance AddTagsToResource \
         StartDBInstance",
    },
    Service {
        name: "dynamodb",
        parameter: "tableName",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "DescribeTable ListTables DescribeTimeToLive DescribeContinuousBackups ListBackups",
        writes: "UpdateTable CreateBackup DeleteBackup CreateTable UpdateTimeToLive",
    },
    Service {
        name: "cloudtrail",
        parameter: "trailName",
        not_found: "TrailNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "LookupEvents DescribeTrails GetTrailStatus GetEventSelectors ListTrails",
        writes: "PutEventSelectors StartLogging UpdateTrail",
    },
    Service {
        name: "config",
        parameter: "configRuleName",
        not_found: "NoSuchConfigRuleException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "DescribeConfigRules GetComplianceDetailsByConfigRule SelectResourceConfig \
         DescribeConfigurationRecorders GetResourceConfigHistory",
        writes: "PutEvaluations PutConfigRule StartConfigRulesEvaluation",
    },
    Service {
        name: "sqs",
        parameter: "queueUrl",
        not_found: "QueueDoesNotExist",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "GetQueueAttributes ListQueues GetQueueUrl",
        writes: "SetQueueAttributes CreateQueue",
    },
    Service {
        name: "sns",
        parameter: "topicArn",
        not_found: "NotFoundException",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "ListTopics GetTopicAttributes ListSubscriptions",
        writes: "Subscribe CreateTopic",
    },
    Service {
        name: "eks",
        parameter: "name",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "DescribeCluster ListClusters ListNodegroups DescribeNodegroup DescribeAddon",
        writes: "UpdateNodegroupConfig UpdateClusterVersion CreateAddon",
    },
    Service {
        name: "route53",
        parameter: "hostedZoneId",
        not_found: "NoSuchHostedZone",
        throttled: "Throttling",
        denied: "AccessDenied",
        reads: "ListHostedZones ListResourceRecordSets GetChange GetHostedZone",
        writes: "ChangeResourceRecordSets CreateHealthCheck",
    },
    Service {
        name: "guardduty",
        parameter: "detectorId",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "ListDetectors ListFindings GetFindings GetDetector",
        writes: "UpdateFindingsFeedback ArchiveFindings",
    },
    Service {
        name: "securityhub",
        parameter: "productArn",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "GetFindings DescribeHub GetEnabledStandards",
        writes: "BatchImportFindings BatchUpdateFindings",
    },
    Service {
        name: "ce",
        parameter: "granularity",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "GetCostAndUsage GetCostForecast GetReservationUtilization GetTags",
        writes: "",
    },
    Service {
        name: "organizations",
        parameter: "accountId",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "DescribeOrganization ListAccounts ListRoots ListPolicies DescribeAccount",
        writes: "TagResource",
    },
    Service {
        name: "health",
        parameter: "filter",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "DescribeEventAggregates DescribeEvents",
        writes: "",
    },
    Service {
        name: "access-analyzer",
        parameter: "analyzerArn",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "ListAnalyzers ListFindings",
        writes: "ApplyArchiveRule",
    },
    Service {
        name: "tagging",
        parameter: "resourceArn",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "GetResources GetTagKeys",
        writes: "TagResources",
    },
    Service {
        name: "athena",
        parameter: "workGroup",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "GetQueryExecution GetQueryResults GetWorkGroup",
        writes: "StartQueryExecution",
    },
    Service {
        name: "glue",
        parameter: "databaseName",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "GetTable GetTables GetDatabase GetPartitions",
        writes: "UpdateTable StartJobRun",
    },
    Service {
        name: "backup",
        parameter: "backupVaultName",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "ListBackupJobs ListRecoveryPointsByBackupVault",
        writes: "StartBackupJob",
    },
    Service {
        name: "wafv2",
        parameter: "name",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "ListWebACLs GetWebACL GetSampledRequests",
        writes: "UpdateIPSet",
    },
    Service {
        name: "acm",
        parameter: "certificateArn",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "ListCertificates DescribeCertificate",
        writes: "RequestCertificate",
    },
    Service {
        name: "states",
        parameter: "stateMachineArn",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "DescribeExecution ListStateMachines",
        writes: "StartExecution",
    },
    Service {
        name: "events",
        parameter: "name",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "ListRules ListTargetsByRule DescribeRule",
        writes: "PutRule PutTargets DisableRule",
    },
    Service {
        name: "cloudfront",
        parameter: "id",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "ListDistributions GetDistributionConfig",
        writes: "CreateInvalidation",
    },
    Service {
        name: "codebuild",
        parameter: "projectName",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDeniedException",
        reads: "BatchGetBuilds ListProjects BatchGetProjects",
        writes: "StartBuild",
    },
    Service {
        name: "elasticache",
        parameter: "cacheClusterId",
        not_found: "ResourceNotFoundException",
        throttled: "ThrottlingException",
        denied: "AccessDenied",
        reads: "DescribeCacheClusters DescribeReplicationGroups",
        writes: "CreateSnapshot",
    },
    Service {
        name: "signin",
        parameter: "",
        not_found: "",
        throttled: "",
        denied: "",
        reads: "",
        writes: "ConsoleLogin",
    },
];
