//! TLS as a client: `send` and `ask`.

use super::files::{certificates, roots};
use anyhow::{Context, bail};
use clap::Args;
use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::version::TLS13;
use rustls::{AlertDescription, ClientConfig};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use zeroize::Zeroizing;

/// A service that has not answered by then counts as away.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whom to trust, and by which certificate to be known.
#[derive(Args, Clone, Debug)]
pub struct Client {
    /// The certificate authorities that vouch for the service, in PEM; needed with TLS
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The client certificate, if the service asks for one
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// Its private key
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

/// A connection, with TLS or without.
pub type Connection = Box<dyn Duplex>;

/// What can be read and written.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

impl Client {
    /// Trusts the authorities of a file, and has no certificate of its own.
    pub fn trusting(ca: Option<PathBuf>) -> Self {
        Self { ca, cert: None, key: None }
    }

    /// `to`: as it was written, for errors; `secure`: whether to use TLS.
    pub async fn connect(
        &self,
        to: &str,
        secure: bool,
        host: &str,
        port: u16,
        alpn: &[u8],
    ) -> anyhow::Result<Connection> {
        let host = host.trim_matches(['[', ']']);
        if !secure && (self.ca.is_some() || self.cert.is_some()) {
            bail!("{to} is without TLS, and --ca and --cert are for TLS: write mllps:// or https:// before it");
        }
        let tls = secure.then(|| self.config(alpn)).transpose()?;
        let connected = timeout(PATIENCE, TcpStream::connect((host, port))).await;
        let io =
            connected.with_context(|| format!("no answer of {to}"))?.with_context(|| format!("cannot reach {to}"))?;
        io.set_nodelay(true)?;
        let Some(tls) = tls else { return Ok(Box::new(io)) };
        let name = ServerName::try_from(host.to_owned()).with_context(|| format!("{host} is no host's name"))?;
        let secured = timeout(PATIENCE, TlsConnector::from(Arc::new(tls)).connect(name, io)).await;
        let secured = secured.with_context(|| format!("{to} does not answer over TLS"))?;
        Ok(Box::new(secured.with_context(|| format!("no TLS with {to}"))?))
    }

    fn config(&self, alpn: &[u8]) -> anyhow::Result<ClientConfig> {
        let Some(ca) = &self.ca else {
            bail!(
                "TLS needs to know whom to trust: --ca FILE with the authority of the service's certificate (what the \
                 whole machine trusts is often /etc/ssl/certs/ca-certificates.crt)"
            );
        };
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13])?;
        let config = config.with_root_certificates(roots(ca, &read(ca)?)?);
        let mut config = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => {
                let pem = Zeroizing::new(read(key)?);
                let private = PrivateKeyDer::from_pem_slice(&pem).ok();
                let private = private.with_context(|| format!("{}: no private key in PEM is in it", key.display()))?;
                let pair = || format!("{} and {}", cert.display(), key.display());
                config.with_client_auth_cert(certificates(cert, &read(cert)?)?, private).with_context(pair)?
            }
            _ => config.with_no_client_auth(),
        };
        config.resumption = Resumption::disabled();
        config.alpn_protocols = if alpn.is_empty() { Vec::new() } else { vec![alpn.to_vec()] };
        Ok(config)
    }
}

/// The reason for which the service ended a connection, if it sent an alert: with TLS 1.3 a client learns only when it reads
/// that its certificate was refused (RFC 8446 4.4.2.4).
pub fn refusal(error: &(dyn std::error::Error + 'static)) -> Option<&'static str> {
    let chain = std::iter::successors(Some(error), |error| error.source());
    let mut inner = chain.filter_map(|error| error.downcast_ref::<std::io::Error>()?.get_ref());
    let Some(rustls::Error::AlertReceived(alert)) = inner.find_map(|error| error.downcast_ref::<rustls::Error>())
    else {
        return None;
    };
    Some(match alert {
        AlertDescription::CertificateRequired => "the service requires a certificate: give --cert and --key",
        AlertDescription::UnknownCA => {
            "the service does not know the authority of this certificate: give another --cert"
        }
        AlertDescription::CertificateExpired => "the service reports that this certificate is not valid now",
        AlertDescription::CertificateRevoked => "the service reports that this certificate is revoked",
        _ => "the service refuses this certificate",
    })
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| file.display().to_string())
}
