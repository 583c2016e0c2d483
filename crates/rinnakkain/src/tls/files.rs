//! The files of a listener's TLS, as the configuration names them.

use super::certificate;
use super::revocation::RevocationLists;
use super::unusable::Unusable;
use rustls::RootCertStore;
use rustls::ServerConfig;
use rustls::SupportedProtocolVersion;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Where they are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// The listener's own certificate, and the intermediate ones.
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// The authority of client certificates; `None`: clients need none.
    pub client_authority: Option<PathBuf>,
    /// The revocation lists (RFC 5280 5) of those authorities.
    pub client_revocations: Option<PathBuf>,
    /// The oldest version that is spoken here.
    #[serde(default)]
    pub minimum: Minimum,
}

/// The oldest version of TLS on a listener. 1.2 must be chosen: for clients that cannot speak 1.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Minimum {
    /// RFC 8446.
    #[default]
    Tls13,
    /// RFC 5246, with ECDHE and AEAD only (RFC 9325 4.2).
    Tls12,
}

/// A text, because in the environment it would be a number.
impl TryFrom<String> for Minimum {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "1.3" => Ok(Self::Tls13),
            "1.2" => Ok(Self::Tls12),
            _ => Err("\"1.3\" or \"1.2\" is wanted"),
        }
    }
}

impl Minimum {
    fn versions(self) -> &'static [&'static SupportedProtocolVersion] {
        static NEWEST: [&SupportedProtocolVersion; 1] = [&TLS13];
        static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
        match self {
            Self::Tls13 => &NEWEST,
            Self::Tls12 => &BOTH,
        }
    }

    /// For the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tls13 => "TLS 1.3 only",
            Self::Tls12 => "TLS 1.3, and 1.2 as the configuration allows",
        }
    }
}

/// The content of the files at one time.
pub struct Contents {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
    client_authority: Option<Vec<u8>>,
    client_revocations: Option<Vec<u8>>,
}

impl Files {
    pub fn read(&self) -> Result<Contents, Unusable> {
        let optional = |file: &Option<PathBuf>| file.as_deref().map(read).transpose();
        Ok(Contents {
            certificate: read(&self.certificate)?,
            key: Zeroizing::new(read(&self.key)?),
            client_authority: optional(&self.client_authority)?,
            client_revocations: optional(&self.client_revocations)?,
        })
    }

    /// True if a client must have a certificate.
    pub fn asks_clients(&self) -> bool {
        self.client_authority.is_some()
    }

    /// True if accounts other than its owner's and its group's may read or change the key.
    pub fn key_is_open(&self) -> bool {
        std::fs::metadata(&self.key).is_ok_and(|key| key.mode() & 0o007 != 0)
    }

    /// The configuration of rustls, and the listener's own certificate. `alpn`: the protocols that have a name.
    pub fn server(
        &self,
        contents: &Contents,
        alpn: &[&[u8]],
    ) -> Result<(Arc<ServerConfig>, certificate::Certificate), Unusable> {
        let chain = certificates(&self.certificate, &contents.certificate)?;
        let key = PrivateKeyDer::from_pem_slice(&contents.key)
            .map_err(|_| Unusable::Empty { file: self.key.clone(), what: "private key" })?;
        let own = chain.first().and_then(|it| certificate::of(it)).ok_or_else(|| self.no_certificate())?;
        let pair = |error| Unusable::Pair { certificate: self.certificate.clone(), key: self.key.clone(), error };
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(self.minimum.versions())
            .map_err(pair)?;
        let config = match (&self.client_authority, &contents.client_authority) {
            (Some(file), Some(pem)) => config.with_client_cert_verifier(self.verifier(file, pem, contents)?),
            _ => config.with_no_client_auth(),
        };
        let mut config = config.with_single_cert(chain, key).map_err(pair)?;
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        // No session is resumed: every connection proves anew that its certificate holds and is not revoked.
        config.send_tls13_tickets = 0;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok((Arc::new(config), own))
    }

    /// The revocation lists of the content.
    pub fn revocations(&self, contents: &Contents) -> RevocationLists {
        let file = self.client_revocations.clone().unwrap_or_default();
        RevocationLists::of(file, contents.client_revocations.as_deref().unwrap_or_default())
    }

    fn verifier(
        &self,
        file: &Path,
        pem: &[u8],
        contents: &Contents,
    ) -> Result<Arc<dyn rustls::server::danger::ClientCertVerifier>, Unusable> {
        let unusable =
            |error: &dyn std::fmt::Display| Unusable::Authority { file: file.to_owned(), error: error.to_string() };
        let roots = roots(file, pem)?;
        let provider = Arc::new(ring::default_provider());
        let mut verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        if let (Some(file), Some(pem)) = (&self.client_revocations, &contents.client_revocations) {
            let lists: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(pem).collect();
            let lists = lists.ok().filter(|lists| !lists.is_empty());
            let missing = || Unusable::Empty { file: file.clone(), what: "revocation list (X509 CRL)" };
            // The authority itself is trusted: the operator put it there.
            verifier = verifier.with_crls(lists.ok_or_else(missing)?).only_check_end_entity_revocation();
        }
        verifier.build().map_err(|error| unusable(&error))
    }

    fn no_certificate(&self) -> Unusable {
        Unusable::Empty { file: self.certificate.clone(), what: "certificate" }
    }
}

impl Contents {
    /// Distinguishes states of the files.
    pub fn digest(&self) -> [u8; 32] {
        let all = [
            Some(&self.certificate),
            Some(&*self.key),
            self.client_authority.as_ref(),
            self.client_revocations.as_ref(),
        ];
        let mut digest = Sha256::new();
        for part in all {
            digest.update(Sha256::digest(part.map(Vec::as_slice).unwrap_or_default()));
        }
        digest.finalize().into()
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Unusable> {
    std::fs::read(file).map_err(|error| Unusable::File { file: file.to_owned(), error })
}

/// At least one.
pub(super) fn certificates(file: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let all = all.ok().filter(|all| !all.is_empty());
    all.ok_or_else(|| Unusable::Empty { file: file.to_owned(), what: "certificate" })
}

/// Authorities to trust.
pub(super) fn roots(file: &Path, pem: &[u8]) -> Result<RootCertStore, Unusable> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file, pem)? {
        roots
            .add(certificate)
            .map_err(|error| Unusable::Authority { file: file.to_owned(), error: error.to_string() })?;
    }
    Ok(roots)
}
