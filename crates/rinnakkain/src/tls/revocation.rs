//! The issuer and the dates of a revocation list (CRL, RFC 5280 5).

use jiff::Timestamp;
use rustls::pki_types::CertificateRevocationListDer;
use rustls::pki_types::pem::PemObject;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use x509_cert::crl::CertificateList;
use x509_cert::der::Decode;
use x509_cert::time::Time;

use super::unusable::Unusable;

/// One list of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Whose certificates it revokes, as RFC 4514 writes it.
    pub issuer: String,
    /// thisUpdate: when it was issued.
    pub this_update: Option<Timestamp>,
    /// nextUpdate; `None`: the list has none.
    pub next_update: Option<Timestamp>,
}

/// The lists of a PEM file; the acceptor refuses one that cannot be read.
pub fn read(file: &Path) -> Vec<List> {
    lists(&std::fs::read(file).unwrap_or_default())
}

fn lists(pem: &[u8]) -> Vec<List> {
    let time = |time: Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok();
        seconds.and_then(|seconds| Timestamp::from_second(seconds).ok())
    };
    let list = |der: CertificateRevocationListDer<'_>| {
        let list: CertificateList = CertificateList::from_der(&der).ok()?;
        let list = list.tbs_cert_list;
        let (this_update, next_update) = (time(list.this_update), list.next_update.and_then(time));
        Some(List { issuer: list.issuer.to_string(), this_update, next_update })
    };
    CertificateRevocationListDer::pem_slice_iter(pem).filter_map(|der| list(der.ok()?)).collect()
}

/// The lists that a listener uses.
#[derive(Clone, Debug, Default)]
pub struct RevocationLists {
    file: PathBuf,
    lists: Vec<List>,
    /// Of `lists`, those already reported to be past their date.
    reported: BTreeSet<usize>,
}

impl RevocationLists {
    pub fn of(file: PathBuf, pem: &[u8]) -> Self {
        Self { file, lists: lists(pem), reported: BTreeSet::new() }
    }

    /// `new` in the place of these. `Err`: a list of it is past its date, or older than the one that is in use; with either, those
    /// whose certificates were revoked since would be let in again.
    pub fn replaced_by(&self, new: Self, now: Timestamp) -> Result<Self, Unusable> {
        for list in &new.lists {
            let used = self.lists.iter().find(|used| used.issuer == list.issuer);
            let why = if list.is_past(now) {
                "is past its date"
            } else if used.is_some_and(|used| list.this_update < used.this_update) {
                "is older than the one in use"
            } else {
                continue;
            };
            return Err(Unusable::Revocations { file: new.file, issuer: list.issuer.clone(), why });
        }
        Ok(new)
    }

    /// Tells it of each list once. At the start there is none before it: with an old list more are refused than with none. And a
    /// list in use passes its date when no new one was put there.
    pub fn warn_if_expired(&mut self, listener: &'static str, now: Timestamp) {
        let shown = self.file.clone();
        for list in self.newly_past(now) {
            let (file, issuer) = (shown.display(), &list.issuer);
            tracing::error!(
                listener,
                %file,
                issuer,
                "the revocation list is past its date: what was revoked since is let in; put a new one there"
            );
        }
    }

    /// The lists that are past their date now, and were not the last time.
    fn newly_past(&mut self, now: Timestamp) -> Vec<&List> {
        let Self { lists, reported, .. } = self;
        let past = lists.iter().enumerate().filter(|(_, list)| list.is_past(now));
        past.filter_map(|(at, list)| reported.insert(at).then_some(list)).collect()
    }
}

impl List {
    fn is_past(&self, now: Timestamp) -> bool {
        self.next_update.is_some_and(|next| next < now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{
        CertificateParams, CertificateRevocationListParams, DnType, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    };

    #[test]
    fn a_list_has_its_issuer_and_its_end() {
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

    #[test]
    fn an_old_list_does_not_take_the_place_of_a_newer_one() {
        let list = |issuer: &str, this: &str, next: &str| List {
            issuer: issuer.to_owned(),
            this_update: Some(this.parse().unwrap()),
            next_update: Some(next.parse().unwrap()),
        };
        let (january, february) = ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
        let (march, may) = ("2026-03-01T00:00:00Z", "2026-05-01T00:00:00Z");
        let of = |lists: &[List]| RevocationLists {
            file: "crl.pem".into(),
            lists: lists.to_vec(),
            reported: BTreeSet::new(),
        };
        let used = of(&[list("CN=a", february, may)]);
        let replaced = |new: List| {
            let replaced = used.replaced_by(of(&[new]), march.parse().unwrap());
            replaced.map(drop).map_err(|error| error.to_string())
        };
        assert_eq!(replaced(list("CN=a", february, may)), Ok(()));
        assert_eq!(replaced(list("CN=a", march, may)), Ok(()));
        assert_eq!(replaced(list("CN=b", january, may)), Ok(()), "another authority's");
        assert!(replaced(list("CN=a", january, may)).unwrap_err().contains("CN=a is older"));
        assert!(replaced(list("CN=a", february, february)).unwrap_err().contains("CN=a is past its date"));
    }

    #[test]
    fn a_list_that_passes_its_date_while_in_use_is_logged_once() {
        let list = |issuer: &str, next: &str| List {
            issuer: issuer.to_owned(),
            this_update: None,
            next_update: Some(next.parse().unwrap()),
        };
        let lists = vec![list("CN=a", "2026-02-01T00:00:00Z"), list("CN=b", "2026-03-01T00:00:00Z")];
        let mut used = RevocationLists { file: "crl.pem".into(), lists, reported: BTreeSet::new() };
        let mut reported = |now: &str| -> Vec<String> {
            used.newly_past(now.parse().unwrap()).iter().map(|list| list.issuer.clone()).collect()
        };
        assert!(reported("2026-01-31T23:59:59Z").is_empty());
        assert_eq!(reported("2026-02-01T00:00:01Z"), ["CN=a"]);
        assert!(reported("2026-02-01T00:00:03Z").is_empty(), "once");
        assert_eq!(reported("2026-04-01T00:00:00Z"), ["CN=b"]);
    }
}
