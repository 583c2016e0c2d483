//! The sockets of what a process does, and where they really are.

use crate::config::Config;
use crate::run::Roles;
use anyhow::Context;
use serde_json::json;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;

/// Bound, and nothing accepted yet.
pub struct Listeners {
    pub mllp: Option<TcpListener>,
    pub http: Option<TcpListener>,
    pub grpc: Option<TcpListener>,
    pub health: Option<TcpListener>,
}

impl Listeners {
    pub async fn bind(config: &Config, roles: Roles) -> anyhow::Result<Self> {
        let bind = async |wanted: bool, name: &str, address: SocketAddr| {
            if !wanted {
                return Ok(None);
            }
            let bound = TcpListener::bind(address).await;
            bound.map(Some).with_context(|| format!("cannot listen on {address}, the configuration's {name}.address"))
        };
        Ok(Self {
            mllp: bind(roles.ingest, "mllp", config.mllp.address).await?,
            http: bind(roles.ingest, "http", config.http.address).await?,
            grpc: bind(roles.serve, "grpc", config.grpc).await?,
            health: match config.health {
                Some(address) => bind(true, "health", address).await?,
                None => None,
            },
        })
    }
}

/// Where the listeners really are, for tools and tests that asked for port 0: `DATA/ports.json` while the service runs.
pub struct Ports(PathBuf);

impl Ports {
    /// `health`: where that listener is, which is at work already.
    pub fn write(data: &Path, listeners: &Listeners, health: Option<u16>) -> anyhow::Result<Self> {
        let file = data.join("ports.json");
        let port = |listener: &Option<TcpListener>| -> std::io::Result<Option<u16>> {
            listener.as_ref().map(|it| Ok(it.local_addr()?.port())).transpose()
        };
        let ports = json!({
            "pid": std::process::id(),
            "mllp": port(&listeners.mllp)?,
            "http": port(&listeners.http)?,
            "grpc": port(&listeners.grpc)?,
            "health": health,
        });
        let new = data.join("ports.json.new");
        let written = fs::write(&new, format!("{ports}\n")).and_then(|()| fs::rename(&new, &file));
        written.with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self(file))
    }

    pub fn remove(self) {
        // A stale one names a process that is gone.
        let _ = fs::remove_file(self.0);
    }
}
