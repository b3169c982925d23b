//! A way to an S3 service on which requests and answers get lost, and on which the service is out of sorts.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mishap {
    /// The service answers with an error, and does nothing.
    Answer(u16, &'static str),
    /// The request is lost on the way there.
    RequestLost,
    /// The request is done, and the answer is lost on the way back.
    AnswerLost,
}

/// What every kind of operation meets, one after the other.
pub(crate) const MISHAPS: [Mishap; 4] =
    [Mishap::Answer(503, "SlowDown"), Mishap::AnswerLost, Mishap::Answer(500, "InternalError"), Mishap::RequestLost];

/// What a creation can be told too: somebody else creates it just now.
pub(crate) const CONFLICT: Mishap = Mishap::Answer(409, "ConditionalRequestConflict");

/// How many requests of each kind there were, and what happened to them.
type Met = Arc<Mutex<BTreeMap<&'static str, Vec<Option<Mishap>>>>>;

/// The first requests of every kind that pass by here meet with each mishap once.
#[derive(Debug)]
pub(crate) struct Proxy {
    port: u16,
    met: Met,
}

impl Proxy {
    /// A proxy before the service on a port of this machine. It ends with this process.
    pub(crate) fn before(service: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, met) = (listener.local_addr().unwrap().port(), Met::default());
        let all = Arc::clone(&met);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let met = Arc::clone(&all);
                // A client that goes away early is no matter of the proxy's.
                std::thread::spawn(move || pass_on(connection, service, &met).ok());
            }
        });
        Self { port, met }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The kinds of requests that came by, each with the mishaps that it met.
    pub(crate) fn met(&self) -> BTreeMap<&'static str, Vec<Mishap>> {
        let met = self.met.lock().unwrap();
        met.iter().map(|(kind, mishaps)| (*kind, mishaps.iter().flatten().copied().collect())).collect()
    }
}

/// The kind of operation that a request is of.
fn kind(head: &str) -> &'static str {
    let line = head.lines().next().unwrap_or_default();
    let has_header = |name: &str| head.lines().any(|line| line.to_ascii_lowercase().starts_with(name));
    match line.split(' ').next() {
        Some("PUT") if line.contains("partNumber=") => "put a part",
        Some("PUT") if has_header("if-none-match:") => "create",
        Some("PUT") => "put",
        Some("POST") if line.contains("uploadId=") => "complete",
        Some("POST") => "begin a multipart put",
        Some("GET") if line.contains("list-type=") => "list",
        Some("GET") => "get",
        Some("HEAD") => "head",
        _ => "other",
    }
}

/// What happens to the next request of a kind.
fn next(kind: &'static str, met: &Met) -> Option<Mishap> {
    let mut all = met.lock().unwrap();
    let before = all.entry(kind).or_default();
    // A request in two, so that there is always one that gets through.
    let mishaps = MISHAPS.into_iter().chain((kind == "create").then_some(CONFLICT));
    let mishap = if before.len().is_multiple_of(2) { mishaps.into_iter().nth(before.len() / 2) } else { None };
    before.push(mishap);
    mishap
}

fn pass_on(mut client: TcpStream, service: u16, met: &Met) -> std::io::Result<()> {
    let request = read_request(&mut client)?;
    let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(()) };
    let head = String::from_utf8_lossy(&request[..end]).into_owned();
    let mishap = next(kind(&head), met);
    match mishap {
        Some(Mishap::RequestLost) => return client.shutdown(Shutdown::Both),
        Some(Mishap::Answer(status, code)) => {
            let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>Not now.</Message></Error>");
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} {code}\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            return client.write_all(answer.as_bytes());
        }
        Some(Mishap::AnswerLost) | None => {}
    }
    let mut there = TcpStream::connect(("127.0.0.1", service))?;
    let lines = head.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let head: String = lines.map(|line| format!("{line}\r\n")).collect();
    there.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    there.write_all(&request[end + 4..])?;
    let mut answer = Vec::new();
    there.read_to_end(&mut answer)?;
    match mishap {
        Some(_) => client.shutdown(Shutdown::Both),
        None => client.write_all(&answer).and_then(|()| client.shutdown(Shutdown::Write)),
    }
}

/// A request with its whole body.
fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut request, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        let read = client.read(&mut buffer)?;
        request.extend_from_slice(&buffer[..read]);
        let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n").filter(|_| read > 0) else {
            if read == 0 {
                return Ok(request);
            }
            continue;
        };
        let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let missing = (end + 4 + length.unwrap_or(0usize)).saturating_sub(request.len());
        let mut body = vec![0; missing];
        client.read_exact(&mut body)?;
        request.extend(body);
        return Ok(request);
    }
}
