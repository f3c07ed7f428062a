//! Signals that end the program: what is half-written goes first.

use std::io;

/// From here on a signal to end leaves no temporary file behind. The process dies by the signal all
/// the same, as shells and schedulers want it.
///
/// # Errors
/// When the system refuses handlers or the thread that waits for signals.
#[cfg(unix)]
pub fn watch() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;

    // A file that may not grow any more is an error to tell, not a death.
    signal_hook::flag::register(SIGXFSZ, std::sync::Arc::default())?;
    // nohup, and shells for what they run in the background, have signals ignored; so they stay.
    let ignored = ignored();
    let ours =
        [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
    let mut signals = Signals::new(ours)?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        if let Some(signal) = signals.forever().next() {
            end_by(signal);
        }
    })?;
    Ok(())
}

/// On Windows a handler can only raise a flag, so a thread looks at it now and then. Closing the
/// console kills at once: what is half-written then stays under its temporary name.
#[cfg(windows)]
pub fn watch() -> io::Result<()> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use signal_hook::consts::SIGINT;

    let interrupted = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGINT, Arc::clone(&interrupted))?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        while !interrupted.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
        }
        end_by(SIGINT);
    })?;
    Ok(())
}

/// Ends the process as the signal would have without us.
fn end_by(signal: i32) {
    trailspike::output::whole_file::abandon_all(|| {
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        std::process::exit(128 + signal);
    });
}

/// The signals that this process was started to ignore, a bit each (Linux); elsewhere hang-ups are
/// left to themselves, being what programs are told to ignore.
#[cfg(unix)]
fn ignored() -> u64 {
    const HANG_UP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).unwrap_or(HANG_UP)
}
