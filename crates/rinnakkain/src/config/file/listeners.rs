//! The listeners, as they may be written.

use crate::config::listener::Listener;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mllp {
    pub address: String,
    pub tls_ends_elsewhere: Option<String>,
    pub idle: String,
    pub frame: String,
    pub connections: usize,
    pub tls: Option<Tls>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    pub address: String,
    pub tls_ends_elsewhere: Option<String>,
    pub connections: usize,
    pub tls: Option<Tls>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grpc {
    pub address: String,
    pub tls_ends_elsewhere: Option<String>,
    pub connections: usize,
    pub tls: Option<Tls>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub client_authority: Option<PathBuf>,
    pub client_revocations: Option<PathBuf>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Health {
    pub address: Option<String>,
    pub tls_ends_elsewhere: Option<String>,
}

impl Default for Mllp {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:2575".to_owned(),
            tls_ends_elsewhere: None,
            idle: "15m".to_owned(),
            frame: "30s".to_owned(),
            connections: 512,
            tls: None,
        }
    }
}

impl Default for Http {
    fn default() -> Self {
        Self { address: "127.0.0.1:8080".to_owned(), tls_ends_elsewhere: None, connections: 512, tls: None }
    }
}

impl Default for Grpc {
    fn default() -> Self {
        Self { address: "127.0.0.1:50051".to_owned(), tls_ends_elsewhere: None, connections: 512, tls: None }
    }
}

impl Mllp {
    pub fn listener(&self) -> Listener<'_> {
        Listener {
            address: &self.address,
            tls_ends_elsewhere: self.tls_ends_elsewhere.as_deref(),
            connections: self.connections,
            tls: self.tls.as_ref(),
        }
    }
}

impl Http {
    pub fn listener(&self) -> Listener<'_> {
        Listener {
            address: &self.address,
            tls_ends_elsewhere: self.tls_ends_elsewhere.as_deref(),
            connections: self.connections,
            tls: self.tls.as_ref(),
        }
    }
}

impl Grpc {
    pub fn listener(&self) -> Listener<'_> {
        Listener {
            address: &self.address,
            tls_ends_elsewhere: self.tls_ends_elsewhere.as_deref(),
            connections: self.connections,
            tls: self.tls.as_ref(),
        }
    }
}

/// Probes at a time.
const PROBES: usize = 16;

impl Health {
    pub fn listener(&self) -> Option<Listener<'_>> {
        let address = self.address.as_deref()?;
        let tls_ends_elsewhere = self.tls_ends_elsewhere.as_deref();
        Some(Listener { address, tls_ends_elsewhere, connections: PROBES, tls: None })
    }
}
