//! What is on this machine: the key file, the tokens, the data directory, the ports.

use super::finding::Finding;
use crate::config::Config;
use crate::database;
use crate::role::Roles;
use event::Keyring;
use serde_json::Value;
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

const KEYS: &str = "keys";
const DATA: &str = "data";
const PORT: &str = "port";
const TOKENS: &str = "tokens";

/// The key file, and the findings about it.
pub fn keys(config: &Config) -> (Option<Keyring>, Vec<Finding>) {
    let file = &config.keys;
    let shown = file.display();
    let text = match fs::read_to_string(file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let first = config.database.is_none() && !database::cluster(&config.data).exists();
            return (
                None,
                vec![if first {
                    Finding::ok(
                        KEYS,
                        format!("{shown} is not there: the first run makes it, with the private PostgreSQL"),
                    )
                } else {
                    let advice = format!(
                        "put back the one that the database was made with; only for a new and empty database make one with \
                     `rinnakkain new-keys {shown}`"
                    );
                    Finding::failure(KEYS, format!("{shown} is not there"), advice)
                }],
            );
        }
        Err(error) => {
            let advice = "let only the account that runs the service read it";
            return (None, vec![Finding::failure(KEYS, format!("{shown}: {error}"), advice)]);
        }
    };
    let keyring = match Keyring::parse(&text) {
        Ok(keyring) => keyring,
        Err(error) => {
            let advice = "put back the file as `rinnakkain new-keys` made it, from its copy";
            return (None, vec![Finding::failure(KEYS, format!("{shown}: {error}"), advice)]);
        }
    };
    let open = fs::metadata(file).is_ok_and(|it| it.mode() & 0o007 != 0);
    let finding = if open {
        let text = format!("every account of this machine may read or change {shown}");
        Finding::warning(KEYS, text, format!("chmod 0600 {shown}"))
    } else {
        Finding::ok(KEYS, format!("{shown} can be read, but not by every account"))
    };
    (Some(keyring), vec![finding])
}

/// Tokens that are published, so no secret.
pub fn tokens(config: &Config) -> Vec<Finding> {
    let finding = |name: &str| {
        let text = format!("{name} has the token of the published example: anyone who has read it may speak as {name}");
        let advice = "openssl rand -hex 32 makes a token, `rinnakkain hash-token` what to write in token_sha256";
        if config.published_beyond_loopback().is_some() {
            let text = format!("{text}; other machines can reach this service, so it does not start");
            return Finding::failure(TOKENS, text, advice);
        }
        Finding::warning(TOKENS, text, advice)
    };
    config.with_published_tokens().into_iter().map(finding).collect()
}

/// The data directory.
pub fn data(config: &Config) -> Finding {
    let shown = config.data.display();
    match fs::metadata(&config.data) {
        Ok(it) if it.is_dir() => Finding::ok(DATA, format!("{shown} is there")),
        Ok(_) => Finding::failure(DATA, format!("{shown} is no directory"), "name another with data or --data"),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Finding::ok(DATA, format!("{shown} is not there: the first run makes it"))
        }
        Err(error) => {
            Finding::failure(DATA, format!("{shown}: {error}"), "let the account that runs the service use it")
        }
    }
}

/// Whether each listener could listen, or does.
pub async fn ports(config: &Config, roles: Roles) -> Vec<Finding> {
    let ours = ours(config);
    let listeners = [
        ("mllp", Some(*config.mllp.listen.at.address).filter(|_| roles.ingest)),
        ("http", Some(*config.http.at.address).filter(|_| roles.ingest)),
        ("grpc", Some(*config.grpc.at.address).filter(|_| roles.serve)),
        ("health", config.health.as_ref().map(|it| *it.at.address)),
    ];
    let mut findings = Vec::new();
    for (name, address) in listeners {
        if let Some(address) = address {
            findings.push(port(name, address, &ours).await);
        }
    }
    findings
}

async fn port(name: &str, address: SocketAddr, ours: &Value) -> Finding {
    let Err(error) = TcpListener::bind(address).await else {
        return Finding::ok(PORT, format!("{name}.address {address} is free"));
    };
    let text = format!("{name}.address {address}: {error}");
    match error.kind() {
        ErrorKind::AddrInUse if ours[name] == address.port() => {
            let pid = ours["pid"].to_string();
            Finding::ok(PORT, format!("{name}.address {address} is this service's already (process {pid})"))
        }
        ErrorKind::AddrInUse => {
            let advice = format!("another program listens there (`ss -ltnp`): stop it, or set another {name}.address");
            Finding::failure(PORT, text, advice)
        }
        ErrorKind::AddrNotAvailable => {
            Finding::failure(PORT, text, format!("{name}.address is no address of this machine: set one that is"))
        }
        ErrorKind::PermissionDenied => {
            let advice = "ports below 1024 want CAP_NET_BIND_SERVICE; set another port, or give the service that right";
            Finding::failure(PORT, text, advice)
        }
        _ => Finding::failure(PORT, text, format!("set another {name}.address")),
    }
}

/// The ports that a running service on this data directory has written.
fn ours(config: &Config) -> Value {
    let written = fs::read(config.data.join("ports.json")).unwrap_or_default();
    let ports: Value = serde_json::from_slice(&written).unwrap_or_default();
    let lives = ports["pid"].as_u64().is_some_and(|pid| fs::metadata(format!("/proc/{pid}")).is_ok());
    if lives { ports } else { Value::Null }
}
