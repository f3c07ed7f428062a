//! The program in the middle of a run.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::logs::{lines, records};

/// More than a pipe holds, so that a program that has taken this is reading.
const AHEAD: usize = 1 << 20;

/// The program, reading standard input that goes on.
pub struct Running(Child);

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        Self(child.unwrap())
    }

    /// Starts it and returns when it is in the middle of its input.
    pub fn in_the_middle(command: &mut Command) -> Self {
        let mut running = Self::start(command);
        let text = lines(&records(1, 500));
        let mut written = 0;
        while written < AHEAD {
            running.0.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
            written += text.len();
        }
        running
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.0.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Whether it is over.
    pub fn is_over(&mut self) -> bool {
        self.0.try_wait().unwrap().is_some()
    }

    /// Ends its input, if it still reads, and waits.
    pub fn end(self) -> Ended {
        let output = self.0.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!err.contains("panicked"), "{err}");
        Ended { output, err }
    }

    /// Waits without ending its input.
    pub fn die(mut self) -> Ended {
        let input = self.0.stdin.take();
        let ended = self.end();
        drop(input);
        ended
    }
}

/// What is left of a run.
pub struct Ended {
    pub output: Output,
    pub err: String,
}

impl Ended {
    pub fn signal(&self) -> Option<i32> {
        self.output.status.signal()
    }

    pub fn code(&self) -> Option<i32> {
        self.output.status.code()
    }
}

/// `trailspike detect`, to be given more.
pub fn detect() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trailspike"));
    command.arg("detect");
    command
}

/// Makes a named pipe; `None` where that cannot be done.
pub fn pipe(path: PathBuf) -> Option<PathBuf> {
    let made = Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success());
    if !made {
        println!("not tested: no mkfifo here");
    }
    made.then_some(path)
}

/// The names of everything below a folder, folders left out.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            names.extend(self::names(&entry.path()));
        } else {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    names
}
