//! A database server of its own, for reading its content behind the product's back: as a digest or as a list.

use crate::cluster;
use crate::product::{family, is_running, signal};
use embedded::{Error, Postgres};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A private PostgreSQL that can be killed and started again on its directory. Dropped, it is stopped.
#[derive(Debug)]
pub struct Server {
    directory: PathBuf,
    socket_dir: PathBuf,
    postgres: Option<Postgres>,
}

/// How long the processes of a killed server may need to notice.
const ORPHANS: Duration = Duration::from_secs(30);

impl Server {
    /// Starts one in a directory that is new or empty.
    pub fn start(directory: PathBuf) -> Result<Self, Error> {
        let postgres = cluster::start(&directory)?;
        Ok(Self { directory, socket_dir: postgres.socket_dir().to_owned(), postgres: Some(postgres) })
    }

    /// Where to connect; the same after it was started again.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_at("localhost", &format!("?host={}", self.socket_dir.display()))
    }

    /// The same by way of something that stands between.
    #[must_use]
    pub fn url_at(&self, host: &str, more: &str) -> String {
        format!("postgres://postgres@{host}/postgres{more}")
    }

    /// Its unix socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.socket_dir.join(".s.PGSQL.5432")
    }

    /// Its directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Its process, while it has one; it may have ended by itself.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.postgres.as_ref().map(Postgres::pid)
    }

    /// False if it was stopped, killed, or has ended by itself.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.pid().is_some_and(is_running)
    }

    /// Stops it in order.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.postgres.take().map_or(Ok(()), Postgres::stop)
    }

    /// Kills it at any moment, and waits until its children have noticed: its memory and its socket are in use until
    /// the last of them is gone.
    pub fn kill(&mut self) -> io::Result<()> {
        let Some(pid) = self.pid() else { return Ok(()) };
        let all = family(pid);
        signal(pid, "KILL")?;
        let patience = Instant::now() + ORPHANS;
        while all.iter().any(|pid| is_running(*pid)) && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
        // Lets go of the directory: there is no server left to stop.
        self.postgres = None;
        Ok(())
    }

    /// Starts it on its directory; one that has ended by itself too.
    pub fn start_again(&mut self) -> Result<(), Error> {
        self.postgres = None;
        self.postgres = Some(Postgres::start(&self.directory)?);
        Ok(())
    }

    /// The same, tried for a while, as a supervisor does: a child that had just started when it was killed, or a client's end
    /// of a broken connection, may still hold its resources.
    pub fn start_in_the_end(&mut self) -> Result<(), Error> {
        let patience = Instant::now() + ORPHANS;
        loop {
            match self.start_again() {
                Err(_) if Instant::now() < patience => std::thread::sleep(Duration::from_millis(200)),
                ended => return ended,
            }
        }
    }

    /// What it logs.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.directory.join("server.log")
    }

    /// The end of its log.
    #[must_use]
    pub fn last_lines(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }

    /// Runs a statement.
    pub fn execute(&self, sql: &str) -> Result<u64, Error> {
        // Without a server: the same error as from one that does not answer.
        self.postgres.as_ref().ok_or(Error::Protocol)?.execute("postgres", sql)
    }

    /// The one value of a query. It comes as an error's text, because `execute` reads no rows.
    pub fn value(&self, query: &str) -> Result<String, Error> {
        match self.execute(&format!("DO $$ BEGIN RAISE EXCEPTION 'value: %', ({query}); END $$")) {
            Err(Error::Sql { message, .. }) if message.starts_with("value: ") => Ok(message[7..].to_owned()),
            Err(error) => Err(error),
            Ok(_) => Err(Error::Protocol),
        }
    }

    /// The one column of a query, by way of a file that the server writes.
    pub fn column(&self, query: &str) -> Result<Vec<String>, Error> {
        let file = self.directory.join("column.copy");
        let _ = fs::remove_file(&file);
        self.execute(&format!("COPY ({query}) TO '{}'", file.display()))?;
        let text = fs::read_to_string(&file);
        let text = text.map_err(|source| Error::Io { action: "read", path: file.clone(), source })?;
        let _ = fs::remove_file(file);
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// A digest of every record with an event, the view it is in, and every event. A record that only a superseded copy of an
    /// event named exists or not by the order of receipt, and does not count.
    pub fn digest(&self) -> Result<String, Error> {
        let views = "SELECT md5(string_agg(encode(r.key, 'hex') || md5(v.snapshot), ',' ORDER BY r.key))
                     FROM record r JOIN view v ON v.client = r.client
                     WHERE EXISTS (SELECT FROM history h WHERE h.record = r.id)";
        let events =
            "SELECT md5(string_agg(h.id || received_at::text || md5(payload), ',' ORDER BY h.id)) FROM history h";
        Ok(format!("{} {}", self.value(views)?, self.value(events)?))
    }
}
