//! Input that is made to do harm. What is written is scaled down so that each test takes a second
//! or two; every test says from what.

#[allow(dead_code, reason = "each test program uses its part")]
#[path = "../logs/mod.rs"]
mod logs;

mod bombs;
mod many;
mod names;
mod paths;
mod times;

use std::io::Write;
use std::process::{Command, Stdio};

use logs::Run;

impl Run {
    /// The most memory the run held, in MB; nothing where the system does not tell.
    fn megabytes(&self) -> u64 {
        let took = self.line("took").unwrap();
        let told = took.rsplit(", ").find_map(|part| part.strip_suffix(" MB of memory at most"));
        told.map_or(0, |text| text.replace(',', "").parse().unwrap())
    }

    /// Asserts that it took no more memory than that.
    fn within(self, megabytes: u64) -> Self {
        assert!(self.megabytes() <= megabytes, "{}", self.err);
        self
    }
}

/// Runs `detect -` on what `write` gives it, for as long as it listens.
fn fed(flags: &[&str], write: impl FnOnce(&mut dyn Write) -> std::io::Result<()> + Send) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailspike"));
    command.args(["detect", "-"]).args(flags);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // It may stop listening: then there is nobody to write to.
        scope.spawn(move || _ = write(&mut input));
        child.wait_with_output().unwrap()
    });
    let run = Run {
        code: output.status.code().expect("ended by a signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!run.err.contains("panicked"), "{}", run.err);
    run
}
