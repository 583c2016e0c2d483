//! The two ways in, as senders use them: HL7 v2 over MLLP, CloudEvents over HTTP/1.1. Blocking and plain.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// The start of an MLLP frame.
pub const START_BLOCK: u8 = 0x0b;
/// Its end: the end block and a carriage return.
pub const END_BLOCK: [u8; 2] = [0x1c, 0x0d];

/// One MLLP connection.
#[derive(Debug)]
pub struct Mllp {
    stream: BufReader<TcpStream>,
}

impl Mllp {
    /// Connects to a port of this machine.
    pub fn connect(port: u16) -> io::Result<Self> {
        let stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// Sends bytes as they are, frame or not.
    pub fn write_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Sends one message in a frame.
    pub fn write(&mut self, message: &[u8]) -> io::Result<()> {
        self.write_raw(&[&[START_BLOCK], message, &END_BLOCK].concat())
    }

    /// The next answer; an error at the connection's end.
    pub fn read(&mut self) -> io::Result<String> {
        let mut frame = Vec::new();
        self.stream.read_until(END_BLOCK[0], &mut frame)?;
        if frame.pop() != Some(END_BLOCK[0]) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.stream.read_exact(&mut [0])?;
        frame.retain(|byte| *byte != START_BLOCK);
        String::from_utf8(frame).map_err(io::Error::other)
    }

    /// Sends one message and waits for its answer.
    pub fn send(&mut self, message: &str) -> io::Result<String> {
        self.write(message.as_bytes())?;
        self.read()
    }

    /// How long to wait for an answer.
    pub fn patience(&self, patience: Duration) -> io::Result<()> {
        self.stream.get_ref().set_read_timeout(Some(patience))
    }
}

/// MSA-1 of an answer.
#[must_use]
pub fn acknowledgement_code(answer: &str) -> &str {
    let msa = answer.split('\r').find_map(|segment| segment.strip_prefix("MSA|")).unwrap_or_default();
    msa.split('|').next().unwrap_or_default()
}

/// An HTTP answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The status line and the headers, as they came.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Response {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let headers = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut named = headers.filter(|(it, _)| it.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim().to_owned())
    }
}

/// `POST` to a port of this machine, on a connection of its own.
pub fn post(port: u16, path: &str, token: &str, content_type: &str, body: &str) -> io::Result<Response> {
    let bearer = format!("Bearer {token}");
    request(port, &format!("POST {path}"), &[("Authorization", &bearer), ("Content-Type", content_type)], body)
}

/// A request with these headers, such as `GET /readyz`.
pub fn request(port: u16, what: &str, headers: &[(&str, &str)], body: &str) -> io::Result<Response> {
    let mut stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port)))?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let length = body.len();
    let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let headers = headers.concat();
    let head =
        format!("{what} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    // A refusal may come, and the connection close, before a large body is through: the answer is what counts.
    let sent = stream.write_all(body.as_bytes());
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer)
        && answer.is_empty()
    {
        return Err(sent.err().unwrap_or(error));
    }
    let answer = String::from_utf8(answer).map_err(io::Error::other)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Response { status, head: head.to_owned(), body: body.to_owned() })
}

/// One CloudEvent, structured.
pub const EVENT: &str = "application/cloudevents+json";
/// A batch of them.
pub const BATCH: &str = "application/cloudevents-batch+json";
