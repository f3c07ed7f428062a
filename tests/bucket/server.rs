//! An S3 server on loopback that does as it is told: objects in memory, every request noted, any answer
//! delayed or replaced by another.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{MAIN_SEPARATOR, Path};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Keys on a page of a listing, as S3 has it.
const PAGE: usize = 1_000;

#[derive(Clone, Debug)]
pub struct Object {
    pub bytes: Arc<[u8]>,
    /// User metadata, by name without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    etag: String,
}

impl Object {
    fn new(bytes: Vec<u8>, metadata: BTreeMap<String, String>) -> Self {
        let etag = etag(&bytes);
        Self { bytes: bytes.into(), metadata, etag }
    }
}

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// What stands after the method: a path, or of a proxy the whole address.
    pub target: String,
    /// The key, decoded; empty for the bucket itself.
    pub key: String,
    pub query: BTreeMap<String, String>,
    /// By lower-case name.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    is_elsewhere: bool,
}

/// What is answered instead.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A status with an S3 error's code and message.
    Status(u16, &'static str, &'static str),
    /// Another status and body.
    Answer(u16, String),
    /// The right answer, breaking off in the middle of the body.
    Torn,
}

type Meddle = dyn Fn(&Request) -> Option<Fault> + Send + Sync;

struct Shared {
    bucket: String,
    objects: Mutex<BTreeMap<String, Object>>,
    log: Mutex<Vec<Arc<Request>>>,
    meddle: Box<Meddle>,
    /// Before each answer, in microseconds.
    delay: AtomicU64,
    over: AtomicBool,
}

pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    pub fn start(bucket: &str) -> Self {
        Self::start_with(bucket, |_| None)
    }

    pub fn start_with(
        bucket: &str,
        meddle: impl Fn(&Request) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            bucket: bucket.to_owned(),
            objects: Mutex::default(),
            log: Mutex::default(),
            meddle: Box::new(meddle),
            delay: AtomicU64::new(0),
            over: AtomicBool::new(false),
        });
        let ours = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ours.over.load(Ordering::Relaxed) {
                    return;
                }
                let ours = ours.clone();
                std::thread::spawn(move || stream.map(|stream| ours.serve(stream)));
            }
        });
        Self { shared, address }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets everyone wait for each answer from now on, as a far server does.
    pub fn delay(&self, delay: Duration) {
        let micros = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
        self.shared.delay.store(micros, Ordering::Relaxed);
    }

    pub fn put(&self, key: &str, bytes: impl Into<Vec<u8>>) {
        self.put_with(key, bytes, &[]);
    }

    /// The same with user metadata.
    pub fn put_with(&self, key: &str, bytes: impl Into<Vec<u8>>, metadata: &[(&str, &str)]) {
        let metadata = metadata.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        let object = Object::new(bytes.into(), metadata.collect());
        locked(&self.shared.objects).insert(key.to_owned(), object);
    }

    /// Puts all files of a folder into the bucket, below a prefix.
    pub fn put_folder(&self, folder: &Path, prefix: &str) {
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let key = entry.path().strip_prefix(folder).unwrap().to_str().unwrap();
                let key = key.replace(MAIN_SEPARATOR, "/");
                self.put(&format!("{prefix}{key}"), std::fs::read(entry.path()).unwrap());
            }
        }
    }

    pub fn objects(&self) -> BTreeMap<String, Object> {
        locked(&self.shared.objects).clone()
    }

    pub fn remove(&self, key: &str) {
        locked(&self.shared.objects).remove(key);
    }

    /// What was asked since this was asked.
    pub fn requests(&self) -> Vec<Request> {
        let all = std::mem::take(&mut *locked(&self.shared.log));
        all.into_iter().map(Arc::unwrap_or_clone).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // The listener waits for a connection.
        let _ = TcpStream::connect(self.address);
    }
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Arc<[u8]>,
}

impl Answer {
    fn new(status: u16, body: impl Into<Arc<[u8]>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    fn error(status: u16, code: &str, message: &str) -> Self {
        let xml = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
        Self::new(status, xml.into_bytes())
    }
}

/// Both in one go, where the system takes them.
fn send(out: &mut TcpStream, head: &[u8], body: &[u8]) -> std::io::Result<()> {
    let sent = out.write_vectored(&[IoSlice::new(head), IoSlice::new(body)])?;
    out.write_all(head.get(sent..).unwrap_or_default())?;
    out.write_all(&body[sent.saturating_sub(head.len())..])
}

impl Shared {
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut out = stream.try_clone()?;
        let mut input = BufReader::new(stream);
        while let Some(request) = read_request(&mut input, &self.bucket)? {
            let request = Arc::new(request);
            locked(&self.log).push(request.clone());
            let delay = self.delay.load(Ordering::Relaxed);
            if delay > 0 {
                std::thread::sleep(Duration::from_micros(delay));
            }
            let fault = (self.meddle)(&request);
            let answer = match fault {
                Some(Fault::Status(status, code, message)) => Answer::error(status, code, message),
                Some(Fault::Answer(status, ref body)) => Answer::new(status, body.as_bytes()),
                _ => self.answer(&request),
            };
            let length = answer.body.len();
            let mut head = format!("HTTP/1.1 {} x\r\nContent-Length: {length}\r\n", answer.status);
            for (name, value) in &answer.headers {
                let _ = write!(head, "{name}: {value}\r\n");
            }
            head.push_str("\r\n");
            if matches!(fault, Some(Fault::Torn)) {
                return send(&mut out, head.as_bytes(), &answer.body[..length / 2]);
            }
            let body = if request.method == "HEAD" { &[] } else { &*answer.body };
            send(&mut out, head.as_bytes(), body)?;
        }
        Ok(())
    }

    fn answer(&self, request: &Request) -> Answer {
        match (request.method.as_str(), request.key.as_str()) {
            _ if request.is_elsewhere => {
                Answer::error(404, "NoSuchBucket", "The specified bucket does not exist")
            }
            ("GET", "") => self.list(request),
            ("POST", "") => self.delete_many(request),
            ("GET" | "HEAD", key) => self.get(key, request),
            ("PUT", key) => self.put(key, request),
            ("DELETE", key) => {
                locked(&self.objects).remove(key);
                Answer::new(204, [])
            }
            _ => Answer::error(405, "MethodNotAllowed", ""),
        }
    }

    /// `ListObjectsV2`.
    fn list(&self, request: &Request) -> Answer {
        let asked = |name: &str| request.query.get(name).map(String::as_str).unwrap_or_default();
        let (prefix, delimiter) = (asked("prefix"), asked("delimiter"));
        let after = asked("start-after").max(asked("continuation-token")).to_owned();
        let page = asked("max-keys").parse().map_or(PAGE, |most: usize| most.min(PAGE));
        let objects = locked(&self.objects);
        let (mut xml, mut entries, mut last, mut more) = (String::new(), 0, after.clone(), false);
        for (key, object) in objects.range(after.as_str().max(prefix).to_owned()..) {
            let Some(rest) = key.strip_prefix(prefix) else { break };
            if *key == after || last.ends_with('/') && key.starts_with(&last) {
                continue;
            }
            if entries == page {
                more = true;
                break;
            }
            entries += 1;
            let cut = rest.find(delimiter).filter(|_| !delimiter.is_empty());
            let _ = if let Some(at) = cut {
                key[..=prefix.len() + at].clone_into(&mut last);
                let name = escaped(&last);
                write!(xml, "<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>")
            } else {
                last.clone_from(key);
                let (name, size) = (escaped(key), object.bytes.len());
                let etag = escaped(&object.etag);
                write!(
                    xml,
                    "<Contents><Key>{name}</Key><LastModified>{MODIFIED}</LastModified>\
                     <ETag>{etag}</ETag><Size>{size}</Size></Contents>"
                )
            };
        }
        let token = if more {
            format!("<NextContinuationToken>{}</NextContinuationToken>", escaped(&last))
        } else {
            String::new()
        };
        Answer::new(
            200,
            format!(
                "<ListBucketResult><IsTruncated>{more}</IsTruncated><KeyCount>{entries}</KeyCount>\
                 {token}{xml}</ListBucketResult>"
            )
            .into_bytes(),
        )
    }

    fn get(&self, key: &str, request: &Request) -> Answer {
        let objects = locked(&self.objects);
        let Some(object) = objects.get(key) else {
            return Answer::error(404, "NoSuchKey", "The specified key does not exist.");
        };
        let all = object.bytes.len();
        let range = request.headers.get("range").and_then(|range| {
            let (start, end) = range.strip_prefix("bytes=")?.split_once('-')?;
            let end = end.parse().map_or(all, |end: usize| (end + 1).min(all));
            Some(start.parse().ok()?..end)
        });
        let mut answer = match range {
            Some(range) if range.start < range.end => {
                let mut answer = Answer::new(206, &object.bytes[range.clone()]);
                let told = format!("bytes {}-{}/{all}", range.start, range.end - 1);
                answer.headers.push(("Content-Range".to_owned(), told));
                answer
            }
            Some(_) => return Answer::error(416, "InvalidRange", ""),
            None => Answer::new(200, object.bytes.clone()),
        };
        answer.headers.push(("ETag".to_owned(), object.etag.clone()));
        answer.headers.push(("Last-Modified".to_owned(), MODIFIED_HTTP.to_owned()));
        for (name, value) in &object.metadata {
            answer.headers.push((format!("x-amz-meta-{name}"), value.clone()));
        }
        answer
    }

    fn put(&self, key: &str, request: &Request) -> Answer {
        let mut objects = locked(&self.objects);
        let there = objects.get(key).map(|object| object.etag.clone());
        let asked = |name: &str| request.headers.get(name);
        let refused = asked("if-none-match").is_some() && there.is_some()
            || asked("if-match").is_some_and(|etag| Some(etag) != there.as_ref());
        if refused {
            return Answer::error(412, "PreconditionFailed", "At least one precondition failed");
        }
        let metadata = request.headers.iter().filter_map(|(name, value)| {
            Some((name.strip_prefix("x-amz-meta-")?.to_owned(), value.clone()))
        });
        let object = Object::new(request.body.clone(), metadata.collect());
        let mut answer = Answer::new(200, []);
        answer.headers.push(("ETag".to_owned(), object.etag.clone()));
        objects.insert(key.to_owned(), object);
        answer
    }

    /// `DeleteObjects`.
    fn delete_many(&self, request: &Request) -> Answer {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let mut objects = locked(&self.objects);
        let mut xml = String::new();
        for key in body.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next()) {
            objects.remove(key);
            let _ = write!(xml, "<Deleted><Key>{key}</Key></Deleted>");
        }
        Answer::new(200, format!("<DeleteResult>{xml}</DeleteResult>").into_bytes())
    }
}

const MODIFIED: &str = "2026-03-02T09:05:12.000Z";
const MODIFIED_HTTP: &str = "Mon, 02 Mar 2026 09:05:12 GMT";

fn etag(bytes: &[u8]) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn read_request(
    input: &mut BufReader<TcpStream>,
    bucket: &str,
) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if input.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut request =
        Request { method: method.to_owned(), target: target.to_owned(), ..Request::default() };
    let path = target.strip_prefix("http://");
    let path = path.map_or(target, |rest| rest.find('/').map_or("", |start| &rest[start..]));
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request.query.insert(decoded(name), decoded(value));
    }
    let path = decoded(path.trim_start_matches('/'));
    let (asked, key) = path.split_once('/').unwrap_or((&path, ""));
    request.is_elsewhere = asked != bucket;
    key.clone_into(&mut request.key);
    let mut line = String::new();
    loop {
        line.clear();
        input.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = request.headers.get("content-length").and_then(|length| length.parse().ok());
    request.body.resize(length.unwrap_or(0), 0);
    input.read_exact(&mut request.body)?;
    Ok(Some(request))
}

/// Percent-decoded.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let code = hex.filter(|_| first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(if first == b'+' { b' ' } else { first }));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
