//! The issuer and the dates of a revocation list (CRL, RFC 5280 5).

use jiff::Timestamp;
use rustls::pki_types::CertificateRevocationListDer;
use rustls::pki_types::pem::PemObject;
use std::path::Path;
use x509_cert::crl::CertificateList;
use x509_cert::der::Decode;

/// One list of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Whose certificates it revokes, as RFC 4514 writes it.
    pub issuer: String,
    /// nextUpdate; `None`: the list has none.
    pub next_update: Option<Timestamp>,
}

/// The lists of a PEM file; the acceptor refuses one that cannot be read.
pub fn read(file: &Path) -> Vec<List> {
    let pem = std::fs::read(file).unwrap_or_default();
    let list = |der: CertificateRevocationListDer<'_>| {
        let list: CertificateList = CertificateList::from_der(&der).ok()?;
        let next =
            list.tbs_cert_list.next_update.and_then(|time| i64::try_from(time.to_unix_duration().as_secs()).ok());
        let next_update = next.and_then(|seconds| Timestamp::from_second(seconds).ok());
        Some(List { issuer: list.tbs_cert_list.issuer.to_string(), next_update })
    };
    CertificateRevocationListDer::pem_slice_iter(&pem).filter_map(|der| list(der.ok()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{
        CertificateParams, CertificateRevocationListParams, DnType, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    };

    #[test]
    fn a_list_tells_whose_it_is_and_until_when_it_holds() {
        let mut authority = CertificateParams::default();
        authority.key_usages = vec![KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "clients");
        let issuer = Issuer::new(authority, KeyPair::generate().unwrap());
        let list = CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(2026, 1, 1),
            next_update: rcgen::date_time_ymd(2026, 2, 1),
            crl_number: 1.into(),
            issuing_distribution_point: None,
            revoked_certs: Vec::new(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("crl.pem");
        std::fs::write(&file, list.signed_by(&issuer).unwrap().pem().unwrap()).unwrap();
        let lists = read(&file);
        let [one] = lists.as_slice() else { panic!("{lists:?}") };
        assert!(one.issuer.contains("CN=clients"), "{one:?}");
        assert_eq!(one.next_update, Some("2026-02-01T00:00:00Z".parse().unwrap()));
        assert_eq!(read(&directory.path().join("none")), Vec::new());
    }
}
