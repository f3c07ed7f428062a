//! The APIs that are called: about three hundred of the common ones.

use anyhow::{Context as _, Result};

/// One API of one service.
#[derive(Clone, Copy)]
pub struct Api {
    /// The service's name as in its event source, without `.amazonaws.com`.
    pub service: &'static str,
    /// The event name.
    pub name: &'static str,
    /// Whether it only reads.
    pub read_only: bool,
    /// The request parameter that names what is acted on, such as `roleName`.
    pub parameter: &'static str,
}

impl Api {
    /// Whether the service is global: its events are recorded in us-east-1, wherever the caller is.
    pub fn is_global(&self) -> bool {
        matches!(
            self.service,
            "iam" | "organizations" | "ce" | "route53" | "cloudfront" | "health" | "signin"
        )
    }
}

/// All APIs, most common services first.
pub struct Catalog {
    apis: Vec<Api>,
}

impl Catalog {
    /// Reads the table below.
    pub fn new() -> Self {
        let mut apis = Vec::new();
        for &(service, parameter, reads, writes) in SERVICES {
            for (names, read_only) in [(reads, true), (writes, false)] {
                let of_one = names.split_whitespace().map(|name| Api {
                    service,
                    name,
                    read_only,
                    parameter,
                });
                apis.extend(of_one);
            }
        }
        Self { apis }
    }

    /// The API with this service and name.
    pub fn find(&self, service: &str, name: &str) -> Result<Api> {
        let found = self.apis.iter().find(|api| api.service == service && api.name == name);
        found.copied().with_context(|| format!("no API {service}:{name} in the catalog"))
    }

    /// `number` different APIs that are called in every Region: the table's first, made-up ones when
    /// it runs out.
    pub fn regional(&self, number: usize) -> Vec<Api> {
        let known: Vec<Api> = self.callable().into_iter().filter(|api| !api.is_global()).collect();
        let made_up = (known.len()..).map(|number| {
            let model = known[number % known.len()];
            // Names live as long as the program, as the table's do.
            Api { name: format!("{}V{number}", model.name).leak(), ..model }
        });
        known.iter().copied().chain(made_up).take(number).collect()
    }

    /// Every API that an ordinary caller may use: all but the sign-in.
    pub fn callable(&self) -> Vec<Api> {
        self.apis.iter().filter(|api| api.service != "signin").copied().collect()
    }
}

/// Service, parameter that names the thing acted on, reading APIs, writing APIs.
const SERVICES: &[(&str, &str, &str, &str)] = &[
    (
        "ec2",
        "instanceId",
        "DescribeInstances DescribeVolumes DescribeSnapshots DescribeSecurityGroups DescribeSubnets \
         DescribeVpcs DescribeImages DescribeNetworkInterfaces DescribeInstanceStatus DescribeTags \
         DescribeRouteTables DescribeAddresses DescribeKeyPairs DescribeInstanceTypes \
         DescribeAvailabilityZones DescribeRegions DescribeLaunchTemplates DescribeNatGateways \
         DescribeVpcEndpoints DescribeNetworkAcls DescribeFlowLogs DescribeInternetGateways",
        "RunInstances TerminateInstances StartInstances StopInstances CreateTags CreateSnapshot \
         DeleteSnapshot CreateVolume AttachVolume DetachVolume ModifyInstanceAttribute \
         AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress CreateNetworkInterface \
         DeleteNetworkInterface CreateFleet CreateLaunchTemplateVersion AssociateAddress",
    ),
    (
        "sts",
        "roleArn",
        "GetCallerIdentity AssumeRole AssumeRoleWithWebIdentity AssumeRoleWithSAML GetSessionToken",
        "",
    ),
    (
        "kms",
        "keyId",
        "Decrypt GenerateDataKey Encrypt DescribeKey ListAliases ListKeys GetKeyPolicy \
         GetKeyRotationStatus ListGrants",
        "CreateGrant RetireGrant CreateKey ScheduleKeyDeletion PutKeyPolicy EnableKeyRotation",
    ),
    (
        "s3",
        "bucketName",
        "ListBuckets GetBucketAcl GetBucketPolicy GetBucketLocation GetBucketEncryption \
         GetBucketVersioning GetBucketTagging GetBucketLogging GetBucketPublicAccessBlock \
         GetBucketLifecycle GetBucketReplication GetAccountPublicAccessBlock GetBucketPolicyStatus",
        "CreateBucket PutBucketPolicy PutBucketEncryption PutBucketLifecycle PutBucketTagging \
         DeleteBucket PutBucketPublicAccessBlock PutBucketVersioning",
    ),
    (
        "iam",
        "roleName",
        "ListRoles GetRole ListAttachedRolePolicies ListRolePolicies GetRolePolicy GetPolicy \
         GetPolicyVersion ListUsers GetUser ListAccessKeys GetAccountSummary ListPolicies \
         GetInstanceProfile GetAccessKeyLastUsed ListMFADevices GenerateServiceLastAccessedDetails",
        "CreateRole AttachRolePolicy PutRolePolicy DeleteRole DetachRolePolicy CreatePolicyVersion \
         UpdateAssumeRolePolicy CreateAccessKey DeleteAccessKey TagRole CreateUser",
    ),
    (
        "ssm",
        "name",
        "GetParameter GetParameters GetParametersByPath DescribeInstanceInformation \
         ListInstanceAssociations DescribeParameters GetDocument ListCommands",
        "UpdateInstanceInformation UpdateInstanceAssociationStatus PutParameter SendCommand \
         StartSession TerminateSession PutInventory PutComplianceItems",
    ),
    (
        "secretsmanager",
        "secretId",
        "GetSecretValue DescribeSecret ListSecrets GetRandomPassword ListSecretVersionIds",
        "PutSecretValue RotateSecret UpdateSecretVersionStage CreateSecret TagResource",
    ),
    (
        "logs",
        "logGroupName",
        "DescribeLogGroups DescribeLogStreams DescribeMetricFilters GetQueryResults StartQuery \
         FilterLogEvents DescribeSubscriptionFilters",
        "CreateLogStream CreateLogGroup PutRetentionPolicy PutMetricFilter DeleteLogGroup \
         PutSubscriptionFilter",
    ),
    (
        "monitoring",
        "alarmName",
        "DescribeAlarms GetMetricData GetMetricStatistics ListMetrics DescribeAlarmHistory \
         ListDashboards GetDashboard",
        "PutMetricAlarm DeleteAlarms SetAlarmState PutDashboard EnableAlarmActions",
    ),
    (
        "lambda",
        "functionName",
        "GetFunction20150331v2 ListFunctions20150331 GetFunctionConfiguration20150331v2 \
         GetPolicy20150331v2 ListVersionsByFunction20150331 ListEventSourceMappings20150331 \
         ListTags20170331 GetAccountSettings20160819",
        "UpdateFunctionCode20150331v2 UpdateFunctionConfiguration20150331v2 PublishVersion20150331 \
         CreateFunction20150331 AddPermission20150331v2 TagResource20170331v2",
    ),
    (
        "ecs",
        "cluster",
        "DescribeServices DescribeTasks ListTasks DescribeTaskDefinition DescribeClusters \
         ListServices DescribeContainerInstances ListClusters",
        "RegisterTaskDefinition UpdateService RunTask StopTask RegisterContainerInstance \
         SubmitTaskStateChange SubmitContainerStateChange DeregisterTaskDefinition",
    ),
    (
        "ecr",
        "repositoryName",
        "GetAuthorizationToken DescribeImages BatchGetImage GetDownloadUrlForLayer \
         BatchCheckLayerAvailability DescribeRepositories ListImages DescribeImageScanFindings",
        "PutImage InitiateLayerUpload CompleteLayerUpload UploadLayerPart PutLifecyclePolicy",
    ),
    (
        "elasticloadbalancing",
        "loadBalancerArn",
        "DescribeLoadBalancers DescribeTargetHealth DescribeTargetGroups DescribeListeners \
         DescribeRules DescribeTags DescribeLoadBalancerAttributes",
        "RegisterTargets DeregisterTargets ModifyListener CreateTargetGroup SetSecurityGroups",
    ),
    (
        "autoscaling",
        "autoScalingGroupName",
        "DescribeAutoScalingGroups DescribeScalingActivities DescribeLaunchConfigurations \
         DescribePolicies DescribeAutoScalingInstances",
        "UpdateAutoScalingGroup SetDesiredCapacity CompleteLifecycleAction \
         TerminateInstanceInAutoScalingGroup RecordLifecycleActionHeartbeat StartInstanceRefresh",
    ),
    (
        "cloudformation",
        "stackName",
        "DescribeStacks DescribeStackEvents DescribeChangeSet ListStacks GetTemplate \
         DescribeStackResources ListStackResources GetTemplateSummary",
        "CreateChangeSet ExecuteChangeSet CreateStack UpdateStack DeleteChangeSet DeleteStack",
    ),
    (
        "rds",
        "dBInstanceIdentifier",
        "DescribeDBInstances DescribeDBClusters DescribeDBSnapshots DescribeEvents \
         ListTagsForResource DescribeDBLogFiles DescribePendingMaintenanceActions",
        "CreateDBSnapshot DeleteDBSnapshot ModifyDBInstance AddTagsToResource StartDBInstance",
    ),
    (
        "dynamodb",
        "tableName",
        "DescribeTable ListTables DescribeTimeToLive DescribeContinuousBackups ListBackups",
        "UpdateTable CreateBackup DeleteBackup CreateTable UpdateTimeToLive",
    ),
    (
        "cloudtrail",
        "trailName",
        "LookupEvents DescribeTrails GetTrailStatus GetEventSelectors ListTrails",
        "PutEventSelectors StartLogging UpdateTrail",
    ),
    (
        "config",
        "configRuleName",
        "DescribeConfigRules GetComplianceDetailsByConfigRule SelectResourceConfig \
         DescribeConfigurationRecorders GetResourceConfigHistory",
        "PutEvaluations PutConfigRule StartConfigRulesEvaluation",
    ),
    (
        "sqs",
        "queueUrl",
        "GetQueueAttributes ListQueues GetQueueUrl",
        "SetQueueAttributes CreateQueue",
    ),
    ("sns", "topicArn", "ListTopics GetTopicAttributes ListSubscriptions", "Subscribe CreateTopic"),
    (
        "eks",
        "name",
        "DescribeCluster ListClusters ListNodegroups DescribeNodegroup DescribeAddon",
        "UpdateNodegroupConfig UpdateClusterVersion CreateAddon",
    ),
    (
        "route53",
        "hostedZoneId",
        "ListHostedZones ListResourceRecordSets GetChange GetHostedZone",
        "ChangeResourceRecordSets CreateHealthCheck",
    ),
    (
        "guardduty",
        "detectorId",
        "ListDetectors ListFindings GetFindings GetDetector",
        "UpdateFindingsFeedback ArchiveFindings",
    ),
    (
        "securityhub",
        "productArn",
        "GetFindings DescribeHub GetEnabledStandards",
        "BatchImportFindings BatchUpdateFindings",
    ),
    ("ce", "granularity", "GetCostAndUsage GetCostForecast GetReservationUtilization GetTags", ""),
    (
        "organizations",
        "accountId",
        "DescribeOrganization ListAccounts ListRoots ListPolicies DescribeAccount",
        "TagResource",
    ),
    ("health", "filter", "DescribeEventAggregates DescribeEvents", ""),
    ("access-analyzer", "analyzerArn", "ListAnalyzers ListFindings", "ApplyArchiveRule"),
    ("tagging", "resourceArn", "GetResources GetTagKeys", "TagResources"),
    (
        "athena",
        "workGroup",
        "GetQueryExecution GetQueryResults GetWorkGroup",
        "StartQueryExecution",
    ),
    (
        "glue",
        "databaseName",
        "GetTable GetTables GetDatabase GetPartitions",
        "UpdateTable StartJobRun",
    ),
    (
        "backup",
        "backupVaultName",
        "ListBackupJobs ListRecoveryPointsByBackupVault",
        "StartBackupJob",
    ),
    ("wafv2", "name", "ListWebACLs GetWebACL GetSampledRequests", "UpdateIPSet"),
    ("acm", "certificateArn", "ListCertificates DescribeCertificate", "RequestCertificate"),
    ("states", "stateMachineArn", "DescribeExecution ListStateMachines", "StartExecution"),
    (
        "events",
        "name",
        "ListRules ListTargetsByRule DescribeRule",
        "PutRule PutTargets DisableRule",
    ),
    ("cloudfront", "id", "ListDistributions GetDistributionConfig", "CreateInvalidation"),
    ("codebuild", "projectName", "BatchGetBuilds ListProjects BatchGetProjects", "StartBuild"),
    (
        "elasticache",
        "cacheClusterId",
        "DescribeCacheClusters DescribeReplicationGroups",
        "CreateSnapshot",
    ),
    ("signin", "", "", "ConsoleLogin"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_api_is_listed_twice() {
        let apis = Catalog::new().apis;
        let names: BTreeSet<_> = apis.iter().map(|api| (api.service, api.name)).collect();
        assert_eq!(names.len(), apis.len());
    }

    #[test]
    fn made_up_apis_differ_from_all_others() {
        let apis = Catalog::new().regional(2000);
        let names: BTreeSet<_> = apis.iter().map(|api| (api.service, api.name)).collect();
        assert_eq!(names.len(), 2000);
        assert!(apis.iter().all(|api| !api.is_global()));
    }
}
