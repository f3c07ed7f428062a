//! Who is at work in the account of the committed samples, and what each of them usually calls.

use anyhow::{Context as _, Result};

use crate::caller::{Caller, Callers};
use crate::catalog::{Api, Catalog};

const BOTO: &str = "Boto3/1.34.40 md/Botocore#1.34.40 ua/2.0 os/linux#5.10.209 md/arch#x86_64 lang/python#3.12.1 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.34.40";
const SDK: &str = "aws-sdk-go-v2/1.25.0 os/linux lang/go#1.22.0 md/GOOS#linux md/GOARCH#amd64 api/secretsmanager#1.28.0";
const CDK: &str =
    "aws-sdk-js/3.511.0 ua/2.0 os/linux#6.5.0-1016-azure lang/js md/nodejs#20.11.0 aws-cdk/2.128.0";
const SSM: &str = "aws-sdk-go/1.49.12 (go1.20.12; linux; amd64) amazon-ssm-agent/3.3.2299.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0";
const SAFARI: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Safari/605.1.15";

/// A caller and the APIs it calls, in the order of its work.
pub struct Role {
    /// Who calls.
    pub caller: Caller,
    /// What it calls.
    pub apis: Vec<Api>,
}

/// A person: signs in, then clicks through the console.
pub struct Person {
    /// The person at the sign-in page.
    pub sign_in: Caller,
    /// The person once signed in, with the APIs that the console calls.
    pub session: Role,
}

/// Everyone in the account.
pub struct Cast {
    /// AWS Config, which records all resources every hour.
    pub config: Role,
    /// The auto scaling service.
    pub scaling: Role,
    /// Two servers' SSM agents.
    pub servers: Vec<Role>,
    /// The application.
    pub orders: Role,
    /// The container service, which takes on the application's role.
    pub containers: Role,
    /// The deployment pipeline.
    pub deploy: Role,
    /// A script that looks for forgotten instances twice a day; later it loops.
    pub sweeper: Role,
    /// The nightly backup, an IAM user with a long-lived key; later the key is stolen.
    pub backup: Role,
    /// The morning's cost report.
    pub costs: Role,
    /// A job in the second Region.
    pub replica: Role,
    /// People.
    pub people: Vec<Person>,
}

impl Cast {
    /// Sets up everyone; ids and keys come from `callers`.
    pub fn new(catalog: &Catalog, callers: &mut Callers) -> Result<Self> {
        let role =
            |caller, apis| -> Result<Role> { Ok(Role { caller, apis: find(catalog, apis)? }) };
        let server = |callers: &mut Callers, id, address| {
            role(callers.role("web-server", id, SSM, address), "ssm:UpdateInstanceInformation")
        };
        Ok(Self {
            config: role(
                callers.linked_role("AWSServiceRoleForConfig", "AWSConfig-Describe", "config"),
                CONFIG_APIS,
            )?,
            scaling: role(
                callers.linked_role("AWSServiceRoleForAutoScaling", "AutoScaling", "autoscaling"),
                "ec2:DescribeInstances elasticloadbalancing:DescribeTargetHealth",
            )?,
            servers: vec![
                server(callers, "i-0a1b2c3d4e5f60718", "192.0.2.11")?,
                server(callers, "i-0f9e8d7c6b5a40312", "192.0.2.12")?,
            ],
            orders: role(
                callers.role("orders-api", "9f2c61d0b7a84e55", SDK, "192.0.2.20"),
                ORDERS_APIS,
            )?,
            containers: role(callers.service("ecs-tasks"), "sts:AssumeRole")?,
            deploy: role(
                callers.role("ci-deploy", "GitHubActions", CDK, "198.51.100.60"),
                DEPLOY_APIS,
            )?,
            sweeper: role(
                callers.role("ci-fleet-sweeper", "fleet-sweeper", BOTO, "198.51.100.61"),
                "sts:GetCallerIdentity ec2:DescribeInstances ec2:DescribeInstances ec2:DescribeInstances ec2:DescribeVolumes",
            )?,
            backup: role(callers.user("backup-agent", BOTO, "198.51.100.20"), BACKUP_APIS)?,
            costs: role(
                callers.role("cost-report", "cost-report-daily", BOTO, "192.0.2.30"),
                "ce:GetCostAndUsage ce:GetCostAndUsage ce:GetCostForecast ce:GetTags organizations:ListAccounts",
            )?,
            replica: role(
                callers.role("dr-sync", "dr-sync", BOTO, "192.0.2.40"),
                "rds:DescribeDBSnapshots rds:DescribeDBClusters ec2:DescribeImages kms:DescribeKey",
            )?,
            people: people(catalog, callers)?,
        })
    }
}

fn people(catalog: &Catalog, callers: &mut Callers) -> Result<Vec<Person>> {
    let list = [
        ("dana", CHROME, "198.51.100.7"),
        ("marco", FIREFOX, "198.51.100.7"),
        ("priya", SAFARI, "198.51.100.93"),
        ("tomas", CHROME, "192.0.2.201"),
    ];
    let mut people = Vec::new();
    for (name, agent, address) in list {
        let sign_in = callers.sign_in(name, agent, address);
        let caller = callers.user(name, agent, address);
        let session = Role { caller, apis: find(catalog, CONSOLE_APIS)? };
        people.push(Person { sign_in, session });
    }
    Ok(people)
}

/// Reads a list such as `ec2:DescribeInstances s3:ListBuckets`.
fn find(catalog: &Catalog, names: &str) -> Result<Vec<Api>> {
    let parts = names
        .split_whitespace()
        .map(|name| name.split_once(':').with_context(|| format!("not SERVICE:NAME: {name}")));
    parts.map(|part| part.and_then(|(service, name)| catalog.find(service, name))).collect()
}

const CONFIG_APIS: &str = "ec2:DescribeInstances ec2:DescribeVolumes ec2:DescribeSecurityGroups \
    ec2:DescribeSubnets iam:ListRoles s3:ListBuckets rds:DescribeDBInstances config:PutEvaluations";
const ORDERS_APIS: &str = "secretsmanager:GetSecretValue kms:Decrypt kms:GenerateDataKey ssm:GetParameter \
    logs:CreateLogStream sqs:GetQueueAttributes";
const DEPLOY_APIS: &str = "sts:GetCallerIdentity cloudformation:DescribeStacks \
    cloudformation:GetTemplate ecr:GetAuthorizationToken ecr:PutImage \
    cloudformation:CreateChangeSet cloudformation:DescribeChangeSet \
    cloudformation:DescribeChangeSet cloudformation:ExecuteChangeSet \
    cloudformation:DescribeStackEvents cloudformation:DescribeStackEvents \
    ecs:RegisterTaskDefinition ecs:UpdateService ecs:DescribeServices ecs:DescribeServices \
    ecs:DescribeServices cloudformation:DescribeStackEvents cloudformation:DescribeStacks";
const BACKUP_APIS: &str = "sts:GetCallerIdentity ec2:DescribeVolumes ec2:CreateSnapshot \
    ec2:CreateSnapshot ec2:CreateSnapshot ec2:CreateTags ec2:DescribeSnapshots ec2:DeleteSnapshot \
    ec2:DeleteSnapshot secretsmanager:GetSecretValue rds:CreateDBSnapshot rds:DescribeDBSnapshots";
const CONSOLE_APIS: &str = "ec2:DescribeInstances ec2:DescribeInstanceStatus ec2:DescribeSecurityGroups \
    ec2:DescribeVolumes ec2:DescribeTags s3:ListBuckets s3:GetBucketPolicy s3:GetBucketLocation \
    monitoring:DescribeAlarms monitoring:GetMetricData logs:DescribeLogGroups logs:StartQuery \
    logs:GetQueryResults iam:ListRoles iam:GetRole iam:GetAccountSummary cloudtrail:LookupEvents \
    cloudformation:ListStacks cloudformation:DescribeStackEvents ecs:ListClusters \
    ecs:DescribeServices lambda:ListFunctions20150331 rds:DescribeDBInstances \
    secretsmanager:ListSecrets health:DescribeEventAggregates ce:GetCostForecast";
