//! SQL scripts over the socket, with PostgreSQL's simple query protocol.
//!
//! For tools and tests that want a database made or migrations applied without `psql` (the fetched PostgreSQL has none)
//! and without a driver. Rows are read and dropped, only their number is kept; the service itself uses sqlx. A script of
//! several statements is one transaction unless it begins its own.

use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

use crate::{Error, directory::SOCKET};

/// A server that sends nothing for this long is treated as hung.
const PATIENCE: Duration = Duration::from_mins(5);

/// Runs `sql` in `database` as the superuser. How many rows the last statement gave, took or changed.
pub(crate) fn execute(socket_dir: &Path, database: &str, sql: &str) -> Result<u64, Error> {
    execute_within(PATIENCE, socket_dir, database, sql)
}

/// The same with another time of silence.
pub(crate) fn execute_within(patience: Duration, socket_dir: &Path, database: &str, sql: &str) -> Result<u64, Error> {
    let socket = socket_dir.join(SOCKET);
    let failed = |error| Error::io("talk to PostgreSQL at", &socket)(error);
    let mut stream = UnixStream::connect(&socket).map_err(failed)?;
    stream.set_read_timeout(Some(patience)).map_err(failed)?;

    let mut startup = 196_608_u32.to_be_bytes().to_vec();
    startup.extend_from_slice(format!("user\0postgres\0database\0{database}\0\0").as_bytes());
    send(&mut stream, None, &startup).map_err(failed)?;
    until_ready(&mut stream).map_err(failed)??;
    send(&mut stream, Some(b'Q'), format!("{sql}\0").as_bytes()).map_err(failed)?;
    let answer = until_ready(&mut stream).map_err(failed)?;
    let _ = send(&mut stream, Some(b'X'), &[]);
    answer
}

fn send(stream: &mut UnixStream, kind: Option<u8>, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len() + 4).map_err(io::Error::other)?;
    let mut message = Vec::from_iter(kind);
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(body);
    stream.write_all(&message)
}

/// Reads until the server waits for the next query; returns the first error that the server reported.
fn until_ready(stream: &mut UnixStream) -> io::Result<Result<u64, Error>> {
    let mut answer = Ok(0);
    loop {
        let mut head = [0; 5];
        match stream.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && answer.is_err() => return Ok(answer),
            read => read?,
        }
        let [kind, length @ ..] = head;
        let mut body = Vec::new();
        stream.take(u64::from(u32::from_be_bytes(length)).saturating_sub(4)).read_to_end(&mut body)?;
        match kind {
            b'Z' => return Ok(answer),
            b'R' if body != [0; 4] => return Ok(Err(Error::Protocol)),
            b'G' => return Ok(Err(Error::Protocol)),
            b'E' if answer.is_ok() => answer = Err(refusal(&body)),
            b'C' if answer.is_ok() => answer = Ok(rows(&body)),
            _ => {}
        }
    }
}

/// The number at the end of `SELECT 5`, `INSERT 0 5`, `COPY 5`; a statement without rows has none.
fn rows(tag: &[u8]) -> u64 {
    let tag = String::from_utf8_lossy(tag);
    tag.trim_end_matches('\0').rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn refusal(body: &[u8]) -> Error {
    let field = |wanted: u8| {
        let found = body.split(|byte| *byte == 0).find(|field| field.first() == Some(&wanted));
        found.map(|field| String::from_utf8_lossy(&field[1..]).into_owned()).unwrap_or_default()
    };
    Error::Sql { code: field(b'C'), message: field(b'M') }
}
