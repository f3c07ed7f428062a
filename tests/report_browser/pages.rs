//! Reports to look at.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tempfile::TempDir;

use crate::chromium::Chromium;
use crate::logs::program;

/// A report on disk, and a browser that has not opened it yet.
pub struct Reported {
    pub page: PathBuf,
    pub browser: Chromium,
    _folder: TempDir,
    _alone: MutexGuard<'static, ()>,
}

/// Two browsers at once on a small machine make each other slow.
static ALONE: Mutex<()> = Mutex::new(());

/// The report of logs.
pub fn of_logs(logs: &Path) -> Reported {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    detect(logs, &page);
    Reported { page, browser: Chromium::start(), _folder: folder, _alone: alone }
}

/// The report of the samples.
pub fn of_samples() -> Reported {
    of_logs(Path::new(crate::logs::SAMPLES))
}

pub fn detect(logs: &Path, page: &Path) {
    let mut command = program();
    command.arg("detect").arg(logs).args(["--quiet", "--format", "csv", "--report"]).arg(page);
    command.assert().success();
}

/// Where pictures are kept.
pub fn screenshots() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/report-screenshots");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What must not happen on any page: requests but for the page itself, errors, warnings of the
/// browser, dialogs.
pub fn assert_calm(events: &[Value]) {
    for event in events {
        let params = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Network.requestWillBeSent" => {
                let url = params["request"]["url"].as_str().unwrap();
                let own = url.starts_with("file://") && url.contains("/report.html");
                assert!(own || url == "about:blank", "asked for {url}");
            }
            "Runtime.exceptionThrown"
            | "Runtime.consoleAPICalled"
            | "Log.entryAdded"
            | "Page.javascriptDialogOpening" => panic!("{event}"),
            _ => {}
        }
    }
}

impl Reported {
    /// The id of an insight, by its place.
    pub fn id(&mut self, place: usize) -> String {
        self.browser.eval(&format!("insights[{place}].id")).as_str().unwrap().to_owned()
    }

    /// Lines that are shown.
    pub fn shown(&mut self) -> u64 {
        let shown =
            "[...document.querySelectorAll('article.insight')].filter(a => !a.hidden).length";
        self.browser.eval(shown).as_u64().unwrap()
    }
}
