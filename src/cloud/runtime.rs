//! The threads that talk to the network. There are none until they are needed.

use std::future::Future;
use std::io;
use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

/// They wait most of the time, and decrypt the rest.
const THREADS: usize = 2;

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

/// Waits for work that those threads do; a panic in it goes on here.
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
