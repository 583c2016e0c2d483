//! A certificate: its subject, its validity, and the names that it may be known by.

use jiff::Timestamp;
use quota::KnownBy;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use x509_cert::Certificate as X509;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// One certificate of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its subject, as RFC 4514 writes it.
    pub subject: String,
    /// Its subject alternative names: DNS names in lower case, URIs, addresses.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// The SHA-256 of its DER bytes.
    pub sha256: [u8; 32],
}

/// Why a certificate file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("{}: {error}", file.display())]
    File { file: PathBuf, error: std::io::Error },
    #[error("{}: it holds no certificate in PEM, or a damaged one", .0.display())]
    NoCertificate(PathBuf),
}

/// The certificates of a PEM file, in its order; a chain begins with its owner's.
pub fn read(file: &Path) -> Result<Vec<Certificate>, Unreadable> {
    let pem = std::fs::read(file).map_err(|error| Unreadable::File { file: file.to_owned(), error })?;
    let read = |der: Result<CertificateDer<'_>, _>| of(&der.ok()?);
    let certificates: Option<Vec<_>> = CertificateDer::pem_slice_iter(&pem).map(read).collect();
    certificates.filter(|it| !it.is_empty()).ok_or_else(|| Unreadable::NoCertificate(file.to_owned()))
}

/// Reads the certificate, without verifying it.
pub fn of(der: &[u8]) -> Option<Certificate> {
    let certificate = X509::from_der(der).ok()?;
    let validity = certificate.tbs_certificate().validity();
    let at = |time: x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok()?;
        Timestamp::from_second(seconds).ok()
    };
    Some(Certificate {
        subject: certificate.tbs_certificate().subject().to_string(),
        names: names(&certificate)?,
        not_before: at(validity.not_before)?,
        not_after: at(validity.not_after)?,
        sha256: Sha256::digest(der).into(),
    })
}

fn names(certificate: &X509) -> Option<Vec<String>> {
    let Some((_, names)) = certificate.tbs_certificate().get_extension::<SubjectAltName>().ok()? else {
        return Some(Vec::new());
    };
    let name = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
        GeneralName::UniformResourceIdentifier(name) => Some(name.as_str().to_owned()),
        GeneralName::IpAddress(bytes) => match bytes.as_bytes().len() {
            4 => <[u8; 4]>::try_from(bytes.as_bytes()).ok().map(|it| IpAddr::from(it).to_string()),
            _ => <[u8; 16]>::try_from(bytes.as_bytes()).ok().map(|it| IpAddr::from(it).to_string()),
        },
        _ => None,
    };
    Some(names.0.iter().filter_map(name).collect())
}

/// The other end of a connection, by its verified certificate.
#[derive(Clone, Debug, Default)]
pub struct PeerCertificate {
    names: Vec<String>,
    sha256: [u8; 32],
}

impl PeerCertificate {
    /// The handshake has verified `der`.
    pub fn new(der: &[u8]) -> Self {
        let names = of(der).map(|certificate| certificate.names).unwrap_or_default();
        Self { names, sha256: Sha256::digest(der).into() }
    }

    /// What distinguishes it from every other certificate.
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// True if the certificate is the configured one.
    pub fn is(&self, known: &KnownBy) -> bool {
        known.is(&self.names, &self.sha256)
    }

    /// Its subject alternative names.
    pub fn names(self) -> Vec<String> {
        self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    fn certificate() -> rcgen::Certificate {
        let mut params =
            CertificateParams::new(vec!["Lifecare.KYS.example".to_owned(), "192.0.2.7".to_owned()]).unwrap();
        params.subject_alt_names.push(SanType::URI("urn:oid:1.2.246.10.1".try_into().unwrap()));
        params.distinguished_name.push(DnType::CommonName, "lifecare");
        params.not_before = rcgen::date_time_ymd(2026, 1, 2);
        params.not_after = rcgen::date_time_ymd(2026, 3, 4);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap()
    }

    #[test]
    fn a_file_shows_whose_certificate_it_has_and_until_when() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("certificate.pem");
        std::fs::write(&file, certificate().pem()).unwrap();
        let read = read(&file).unwrap();
        let [one] = read.as_slice() else { panic!("{read:?}") };
        assert!(one.subject.contains("CN=lifecare"), "{}", one.subject);
        assert_eq!(one.names, ["lifecare.kys.example", "192.0.2.7", "urn:oid:1.2.246.10.1"]);
        assert_eq!(one.not_before, "2026-01-02T00:00:00Z".parse().unwrap());
        assert_eq!(one.not_after, "2026-03-04T00:00:00Z".parse().unwrap());
    }

    #[test]
    fn a_file_that_shows_nothing_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("certificate.pem");
        assert!(matches!(read(&file), Err(Unreadable::File { .. })));
        let cut = certificate().pem().lines().take(4).collect::<Vec<_>>().join("\n");
        let damaged = certificate().pem().replacen("MI", "MA", 1);
        for text in ["", "no certificate", &cut, &damaged] {
            std::fs::write(&file, text).unwrap();
            assert!(matches!(read(&file), Err(Unreadable::NoCertificate(_))), "{text}");
        }
    }

    #[test]
    fn a_certificate_is_known_by_a_whole_name_or_by_its_digest() {
        let certificate = certificate();
        let peer = PeerCertificate::new(certificate.der());
        let digest = hex::encode(Sha256::digest(certificate.der()));
        for known in ["LIFECARE.kys.example", "urn:oid:1.2.246.10.1", "192.0.2.7", &digest, &digest.to_uppercase()] {
            assert!(peer.is(&KnownBy::parse(known).unwrap()), "{known}");
        }
        let other = digest.replace(|c: char| c.is_ascii_digit(), "a");
        for other in ["lifecare", "kys.example", "x.lifecare.kys.example", "URN:oid:1.2.246.10.1", &other] {
            assert!(!peer.is(&KnownBy::parse(other).unwrap()), "{other}");
        }
        for wrong in ["", " ", "*.kys.example", "two words", "ä.example"] {
            assert_eq!(KnownBy::parse(wrong), None, "{wrong}");
        }
    }
}
