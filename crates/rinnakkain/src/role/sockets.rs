//! The sockets of the roles that a process has, and their actual ports.

use super::Roles;
use crate::config::{Config, Page};
use crate::listener::Listener;
use anyhow::Context;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// Bound sockets that accept nothing yet.
pub struct Sockets {
    pub mllp: Option<Listener>,
    pub http: Option<Listener>,
    pub grpc: Option<Listener>,
    /// The duty page's, where the process that answers has one.
    pub page: Option<Listener>,
    pub health: Option<Listener>,
}

impl Sockets {
    pub async fn bind(config: &Config, roles: Roles) -> anyhow::Result<Self> {
        let (mllp, http, grpc) = (&config.mllp.listen, &config.http, &config.grpc);
        Ok(Self {
            mllp: Listener::bind(roles.ingest, "mllp", mllp, &[]).await?,
            http: Listener::bind(roles.ingest, "http", http, &[b"http/1.1"]).await?,
            grpc: Listener::bind(roles.serve, "grpc", grpc, &[b"h2"]).await?,
            page: match &config.page {
                Some(page) if roles.serve => Self::of_page(page).await?.page,
                Some(_) | None => None,
            },
            health: match &config.health {
                Some(health) => Listener::bind(true, "health", health, &[b"http/1.1"]).await?,
                None => None,
            },
        })
    }

    /// Of the page alone.
    pub async fn of_page(page: &Page) -> anyhow::Result<Self> {
        let page = Listener::bind(true, "page", &page.listen(), &[b"http/1.1"]).await?;
        Ok(Self { mllp: None, http: None, grpc: None, page, health: None })
    }
}

/// The actual ports, for tools and tests that asked for port 0: `DATA/ports.json` while the service runs.
pub struct Ports(PathBuf);

impl Ports {
    /// `health`: the port of the health listener, which already works.
    pub fn write(data: &Path, sockets: &Sockets, health: Option<u16>) -> anyhow::Result<Self> {
        let file = data.join("ports.json");
        let port = |listener: &Option<Listener>| -> std::io::Result<Option<u16>> {
            listener.as_ref().map(|it| Ok(it.local_addr()?.port())).transpose()
        };
        let ports = json!({
            "pid": std::process::id(),
            "mllp": port(&sockets.mllp)?,
            "http": port(&sockets.http)?,
            "grpc": port(&sockets.grpc)?,
            "page": port(&sockets.page)?,
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
