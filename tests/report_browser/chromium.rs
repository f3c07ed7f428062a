//! A headless Chromium, driven through the `DevTools` protocol over two pipes
//! (<https://chromedevtools.github.io/devtools-protocol/>): messages are JSON with a zero byte
//! behind each.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Names that Chromium goes by, unless `CHROMIUM` has its path.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A browser with one page.
pub struct Chromium {
    process: Child,
    to: File,
    from: BufReader<File>,
    session: String,
    asked: u64,
    /// What the page told since it was asked last.
    events: VecDeque<Value>,
    _home: TempDir,
}

/// Where Chromium is.
fn find() -> PathBuf {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return path.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = std::env::split_paths(&path).collect::<Vec<_>>();
    let named = NAMES.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
    let found = named.into_iter().find(|path| path.is_file());
    found.expect("no Chromium on the PATH: install it, or set CHROMIUM to its path")
}

impl Chromium {
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let pipes = ["to", "from"].map(|name| home.path().join(name));
        assert!(Command::new("mkfifo").args(&pipes).status().unwrap().success());
        // The shell makes the pipes the file descriptors 3 and 4, which the browser reads and writes.
        let process = Command::new("sh")
            .args(["-c", "to=$1; from=$2; shift 2; exec \"$@\" 3<\"$to\" 4>\"$from\"", "sh"])
            .args(&pipes)
            .arg(find())
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--hide-scrollbars", "--no-first-run", "--remote-debugging-pipe"])
            .arg("--disable-background-networking")
            .arg(format!("--user-data-dir={}", home.path().join("profile").display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = fs::OpenOptions::new().write(true).open(&pipes[0]).unwrap();
        let from = BufReader::new(File::open(&pipes[1]).unwrap());
        let mut browser = Self {
            process,
            to,
            from,
            session: String::new(),
            asked: 0,
            events: VecDeque::new(),
            _home: home,
        };
        let target = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.ask("Target.attachToTarget", &attach)["sessionId"].clone();
        browser.session.push_str(session.as_str().unwrap());
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Asks and waits for the answer.
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        let mut message = json!({"id": id, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        loop {
            let mut answer = self.read();
            if answer["id"] == json!(id) {
                assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.events.push_back(answer);
        }
    }

    fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.from.read_until(0, &mut bytes).unwrap();
        assert_eq!(bytes.pop(), Some(0), "Chromium has gone");
        serde_json::from_slice(&bytes).unwrap()
    }

    /// Opens a page, with what is behind `#` if anything, and waits until its script has run.
    pub fn open(&mut self, path: &Path, hash: &str) {
        // Another fragment of the same page would not load it again.
        for url in ["about:blank".to_owned(), format!("file://{}{hash}", path.display())] {
            self.ask("Page.navigate", &json!({"url": url}));
            while !self.take_event("Page.loadEventFired") {
                let event = self.read();
                self.events.push_back(event);
            }
        }
        self.wait_for("'ready' in document.documentElement.dataset");
    }

    fn take_event(&mut self, method: &str) -> bool {
        let found = self.events.iter().position(|event| event["method"] == method);
        found.is_some_and(|at| self.events.remove(at).is_some())
    }

    /// What an expression is, or what it promises.
    pub fn eval(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let mut answer = self.ask("Runtime.evaluate", &params);
        let failed = answer.get("exceptionDetails");
        assert!(failed.is_none(), "{expression}: {failed:?}");
        answer["result"]["value"].take()
    }

    /// Waits until an expression is true, a frame at a time.
    pub fn wait_for(&mut self, expression: &str) {
        let frames = format!(
            "new Promise(done => {{ let left = 600; const look = () => \
             ({expression}) ? done(true) : --left ? requestAnimationFrame(look) : done(false); look(); }})"
        );
        assert_eq!(self.eval(&frames), json!(true), "never became true: {expression}");
    }

    /// Presses a key on whatever has the focus.
    pub fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({"type": kind, "key": key});
            match key {
                "Enter" => {
                    event["text"] = json!("\r");
                    event["windowsVirtualKeyCode"] = json!(13);
                }
                "Escape" => event["windowsVirtualKeyCode"] = json!(27),
                _ if key.chars().count() == 1 => event["text"] = json!(key),
                _ => {}
            }
            self.ask("Input.dispatchKeyEvent", &event);
        }
    }

    /// Turns the wheel over a place of the window; `modifiers` are those of the protocol.
    pub fn wheel(&mut self, (x, y): (f64, f64), by: (f64, f64), modifiers: u32) {
        let event = json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": by.0, "deltaY": by.1, "modifiers": modifiers});
        self.ask("Input.dispatchMouseEvent", &event);
    }

    /// Drags the mouse from one place of the window to another, with keys held as `modifiers` say.
    pub fn drag(&mut self, from: (f64, f64), to: (f64, f64), modifiers: u32) {
        let mut mouse = |kind: &str, (x, y): (f64, f64), buttons: u32| {
            let event = json!({"type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1, "modifiers": modifiers});
            self.ask("Input.dispatchMouseEvent", &event);
        };
        mouse("mouseMoved", from, 0);
        mouse("mousePressed", from, 1);
        mouse("mouseMoved", (f64::midpoint(from.0, to.0), from.1), 1);
        mouse("mouseMoved", to, 1);
        mouse("mouseReleased", to, 0);
    }

    /// The page on paper, A4.
    pub fn print(&mut self) -> Vec<u8> {
        let paper = json!({"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": true, "preferCSSPageSize": true});
        base64(self.ask("Page.printToPDF", &paper)["data"].as_str().unwrap())
    }

    /// The window's size and look.
    pub fn look(&mut self, width: u32, height: u32, scheme: &str) {
        let mobile = width < 600;
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.ask("Emulation.setDeviceMetricsOverride", &size);
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.ask("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// Writes what is seen into a file.
    pub fn screenshot(&mut self, path: &Path) {
        self.eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        let picture = self.ask("Page.captureScreenshot", &json!({"format": "png"}));
        fs::write(path, base64(picture["data"].as_str().unwrap())).unwrap();
    }

    /// What was told since this was asked last.
    pub fn take_events(&mut self) -> Vec<Value> {
        // Whatever was told before this answer has been read with it.
        self.eval("0");
        self.events.drain(..).collect()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        b'/' => 63,
        _ => 0,
    };
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for four in text.as_bytes().chunks(4) {
        let bits = four.iter().fold(0, |bits, byte| bits << 6 | digit(*byte));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    bytes.truncate(bytes.len() - padding);
    bytes
}
