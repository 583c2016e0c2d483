//! PostgreSQL: whether it is there, whether it keeps what it has committed, and whether it belongs to these keys.

mod inspected;

use super::finding::Finding;
use crate::clock;
use crate::config::Config;
use crate::database;
use embedded::{Postgres, SERVICE};
use event::Keyring;
use std::time::Duration;
use store::inspect::{Inspection, KeyCheck};
use store::{Database, Fault};
use tokio::sync::oneshot;
use tokio::time::timeout;

const DATABASE: &str = "database";
const KEYS: &str = "keys";
const PATIENCE: Duration = Duration::from_secs(8);

pub async fn look(config: &Config, keyring: Option<&Keyring>) -> Vec<Finding> {
    let private = config.database.is_none();
    let database = match &config.database {
        Some(database) => database.clone(),
        None => match running(config).await {
            Ok(database) => database,
            Err(finding) => return vec![finding],
        },
    };
    let silent = || Err(Fault::Unavailable { code: "silent".to_owned() });
    match timeout(PATIENCE, Inspection::of(&database, clock::now)).await.unwrap_or_else(|_| silent()) {
        Ok(seen) => {
            let mut findings = inspected::findings(&seen, private);
            findings.push(fits(keyring, &seen));
            findings
        }
        Err(fault) => vec![Finding::failure(DATABASE, fault.to_string(), advice(&fault))],
    }
}

/// The private PostgreSQL, if it runs: none is started for this.
async fn running(config: &Config) -> Result<Database, Finding> {
    let directory = database::directory(&config.data);
    if !database::cluster(&config.data).exists() {
        return Err(Finding::ok(DATABASE, "a private PostgreSQL, which the first run makes"));
    }
    // On a detached thread: it waits long for a server that recovers.
    let (sender, adopted) = oneshot::channel();
    std::thread::spawn(move || drop(sender.send(Postgres::adopt(&directory))));
    match timeout(PATIENCE, adopted).await {
        Ok(Ok(Ok(Some(postgres)))) => {
            Ok(Database::Socket { dir: postgres.socket_dir().to_owned(), account: SERVICE.to_owned() })
        }
        Ok(Ok(Ok(None))) => {
            Err(Finding::ok(DATABASE, "a private PostgreSQL, which does not run now: it starts with the service"))
        }
        Ok(Ok(Err(error))) => {
            Err(Finding::failure(DATABASE, error.to_string(), "let this account use the data directory"))
        }
        _ => {
            let text = "the private PostgreSQL starts, and does not answer yet";
            Err(Finding::failure(
                DATABASE,
                text,
                "wait until it has recovered; DATA/postgres/server.log shows its progress",
            ))
        }
    }
}

fn advice(fault: &Fault) -> &'static str {
    match fault {
        Fault::Url => "write database.url as postgres://account:password@host:port/name",
        Fault::Fatal { code, .. } => match code.as_str() {
            "28000" | "28P01" => "see that the account, its password and pg_hba.conf let this machine in",
            "3D000" => "make the database, with the account as its owner: createdb -O ACCOUNT NAME",
            _ => "look up the code in PostgreSQL's appendix A, and in the server's log",
        },
        Fault::Unavailable { code } if code == "tls" => {
            "see that the server has TLS (ssl = on), that its certificate is of sslrootcert's authority, and what sslmode asks"
        }
        _ => "see that the server runs and can be reached from here by database.url; meanwhile the service waits",
    }
}

/// Whether the keys are the database's.
fn fits(keyring: Option<&Keyring>, seen: &Inspection) -> Finding {
    match (keyring, &seen.key_check) {
        (_, KeyCheck::Hidden) => {
            let text = "whether they are this database's is not known: the account may not read it";
            Finding::warning(KEYS, text, "let the account read the table key_check")
        }
        (_, KeyCheck::Never) => {
            Finding::ok(KEYS, "the database was never used: it will belong to the keys of its first start")
        }
        (Some(keyring), KeyCheck::Value(value)) if keyring.check().as_bytes().as_slice() == value.as_slice() => {
            Finding::ok(KEYS, "they are this database's")
        }
        (None, KeyCheck::Value(_)) => {
            Finding::failure(KEYS, "the database has been used, and there are no keys", "put back its key file")
        }
        (Some(_), KeyCheck::Value(_)) => Finding::failure(
            KEYS,
            "they are not this database's",
            "put back the key file that the database was made with: under others no client in it is found",
        ),
    }
}
