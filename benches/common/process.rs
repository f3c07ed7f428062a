//! One run of the whole process, from its start to its end.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

/// What one run took.
#[derive(Clone, Copy)]
pub struct Run {
    /// From start to exit.
    pub seconds: f64,
    /// Processor time, of the process and for it in the system.
    pub cpu: Option<f64>,
    /// Most memory held, in MiB.
    pub peak: Option<f64>,
    /// Records read.
    pub events: f64,
    /// Subjects looked at.
    pub subjects: f64,
}

/// Runs `trailspike detect` over a folder or a store.
pub fn detect(folder: &Path, threads: usize) -> Result<Run> {
    detect_with(trailspike("detect", threads).arg(folder))
}

/// The same over an address of a server that speaks S3.
#[allow(dead_code, reason = "each bench uses its part")]
pub fn detect_in_bucket(address: &str, endpoint: &str, threads: usize) -> Result<Run> {
    let mut command = trailspike("detect", threads);
    command.args([address, "--endpoint-url", endpoint, "--region-endpoint", "us-east-1"]);
    command.env("AWS_ACCESS_KEY_ID", "bench").env("AWS_SECRET_ACCESS_KEY", "bench");
    detect_with(command.env_remove("AWS_PROFILE").env_remove("AWS_SESSION_TOKEN"))
}

fn detect_with(command: &mut Command) -> Result<Run> {
    let scratch = tempfile::tempdir()?;
    command.args(["-f", "jsonl", "-o"]).arg(scratch.path().join("insights.jsonl"));
    let (mut run, summary) = timed(command)?;
    run.subjects = before(&summary, " subject").context("the summary tells no subjects")?;
    Ok(run)
}

/// Runs `trailspike count` from a folder into a store.
#[allow(dead_code, reason = "each bench uses its part")]
pub fn count(folder: &Path, store: &Path, threads: usize) -> Result<Run> {
    Ok(timed(trailspike("count", threads).arg(folder).arg("-o").arg(store))?.0)
}

/// Asks for the minutes of one API of an account.
#[allow(dead_code, reason = "each bench uses its part")]
pub fn query(store: &Path) -> Result<Run> {
    let sql = "SELECT minute, SUM(events) AS events FROM minutes WHERE account = '111122223333' \
               AND region = 'us-east-1' AND event_source = 'ec2.amazonaws.com' \
               AND event_name = 'DescribeInstances' GROUP BY minute ORDER BY minute";
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailspike"));
    Ok(timed(command.args(["query", sql]).arg(store))?.0)
}

fn trailspike(command: &str, threads: usize) -> Command {
    let mut trailspike = Command::new(env!("CARGO_BIN_EXE_trailspike"));
    trailspike.args([command, "-j", &threads.to_string()]);
    trailspike
}

/// Runs a command to its end; what it took and its summary.
fn timed(command: &mut Command) -> Result<(Run, String)> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let cpu = cpu(CHILDREN);
    let start = Instant::now();
    let ended = command.spawn()?.wait_with_output()?;
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu.and_then(|before| self::cpu(CHILDREN).map(|after| after - before));
    let summary = String::from_utf8_lossy(&ended.stderr).into_owned();
    ensure!(ended.status.success(), "trailspike failed: {summary}");
    let records = summary.lines().find(|line| line.starts_with("records"));
    let events = records.and_then(|line| before(line, " read")).unwrap_or(0.0);
    let mib = || before(&summary, " MiB of memory");
    let mb = before(&summary, " MB of memory").map(|mb| mb * 1e6 / f64::from(1 << 20));
    let run = Run { seconds, cpu, peak: mb.or_else(mib), events, subjects: 0.0 };
    Ok((run, summary))
}

/// Where `/proc/self/stat` holds this process's own times.
#[allow(dead_code, reason = "each bench uses its part")]
pub const OWN: usize = 11;
/// Where `/proc/self/stat` holds the user and system time of children, counted after the name.
const CHILDREN: usize = 13;
/// Linux tells processor time in hundredths of a second on all machines.
const TICKS: f64 = 100.0;

/// User and system time together, in seconds, from two neighbouring fields; on Linux only.
pub fn cpu(first: usize) -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    let ticks = fields.split(' ').skip(first).take(2).map(|field| field.parse::<f64>().ok());
    Some(ticks.sum::<Option<f64>>()? / TICKS)
}

/// The number that stands right before some text.
fn before(text: &str, marker: &str) -> Option<f64> {
    let (head, _) = text.split_once(marker)?;
    head.rsplit(' ').next()?.replace(',', "").parse().ok()
}
