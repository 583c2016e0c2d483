//! An attacker that uses resources before it authenticates: connections from its own address, calls that never end.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;
use tokio::net::TcpSocket;

/// To the service it looks like a machine of its own: every address in 127/8 is this machine.
pub const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);

/// A connection from this address.
pub fn connect(from: Ipv4Addr, port: u16) -> io::Result<TcpStream> {
    let connecting = async {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::from((from, 0)))?;
        socket.connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?.into_std()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let stream = runtime.block_on(connecting)?;
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    Ok(stream)
}

/// Whether the service has closed the connection, or closes it within a minute (if it does not block: whether it has
/// closed it now). What the service sends before is dropped.
#[must_use]
pub fn is_closed(mut stream: &TcpStream) -> bool {
    let mut scrap = [0; 4096];
    loop {
        match stream.read(&mut scrap) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != ErrorKind::WouldBlock,
        }
    }
}

/// HTTP/2 (RFC 9113), as far as an attacker needs it.
#[derive(Debug)]
pub struct Http2(pub TcpStream);

impl Http2 {
    /// With the preface and empty SETTINGS.
    pub fn connect(from: Ipv4Addr, port: u16) -> io::Result<Self> {
        let mut http2 = Self(connect(from, port)?);
        http2.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")?;
        http2.frame(4, 0, 0, &[])?;
        Ok(http2)
    }

    /// RFC 9113 4.1.
    pub fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).map_err(io::Error::other)?.to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.0.write_all(&[&head, payload].concat())
    }

    /// A call's HEADERS, without the body that it announces (END_HEADERS, not END_STREAM).
    pub fn call(&mut self, stream: u32, path: &str, token: Option<&str>) -> io::Result<()> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut fields = vec![
            (":method", "POST"),
            (":scheme", "http"),
            (":path", path),
            (":authority", "x"),
            ("content-type", "application/grpc"),
            ("te", "trailers"),
        ];
        fields.extend(bearer.iter().map(|bearer| ("authorization", bearer.as_str())));
        let mut block = Vec::new();
        for (name, value) in fields {
            // RFC 7541 6.2.2: a literal that is not indexed, with a new name; both shorter than 127 bytes.
            block.push(0);
            for text in [name, value] {
                block.push(u8::try_from(text.len()).map_err(io::Error::other)?);
                block.extend(text.as_bytes());
            }
        }
        self.frame(1, 4, stream, &block)
    }

    /// RST_STREAM with CANCEL.
    pub fn reset(&mut self, stream: u32) -> io::Result<()> {
        self.frame(3, 0, stream, &8_u32.to_be_bytes())
    }
}
