//! The thread that talks to the network. There is none until it is needed.

use std::future::Future;
use std::io;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// It waits most of the time, and decrypts the rest; to hand work over to more costs more than it saves.
const THREADS: usize = 1;

/// The runtime, started when it is asked for the first time.
pub fn runtime() -> io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    let start = || {
        let mut runtime = Builder::new_multi_thread();
        runtime.worker_threads(THREADS).thread_name("network").enable_all();
        runtime.build().map_err(|error| error.to_string())
    };
    RUNTIME.get_or_init(start).as_ref().map_err(|error| io::Error::other(error.as_str()))
}

/// Waits for work that the thread does; a panic in it goes on here.
pub fn wait<T: Send + 'static>(
    runtime: &Runtime,
    work: impl Future<Output = T> + Send + 'static,
) -> T {
    finish(runtime, runtime.spawn(work))
}

/// Waits for work that was begun.
pub fn finish<T>(runtime: &Runtime, work: JoinHandle<T>) -> T {
    runtime.block_on(work).unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => unreachable!("nothing is cancelled"),
    })
}
