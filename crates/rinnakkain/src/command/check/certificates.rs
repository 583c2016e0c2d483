//! The certificates of the listeners, and until when they hold.

use super::finding::Finding;
use crate::config::Config;
use crate::role::Roles;
use crate::tls::Files;
use crate::tls::certificate::Certificate;
use crate::tls::revocation::{self, List};
use jiff::{Timestamp, ToSpan};

const TLS: &str = "tls";
/// A certificate that ends within so many days is reported.
const SOON: i64 = 21;

/// The files of each listener with TLS, tried together as a start tries them.
pub fn look(config: &Config, roles: Roles, now: Timestamp) -> Vec<Finding> {
    let listeners = [
        ("mllp", config.mllp.listen.at.tls.as_ref().filter(|_| roles.ingest)),
        ("http", config.http.at.tls.as_ref().filter(|_| roles.ingest)),
        ("grpc", config.grpc.at.tls.as_ref().filter(|_| roles.serve)),
    ];
    listeners.into_iter().filter_map(|(name, files)| Some(each(name, files?, now))).flatten().collect()
}

fn each(name: &str, files: &Files, now: Timestamp) -> Vec<Finding> {
    let advice = "give readable PEM files of one another; `rinnakkain pki show FILE` shows what is in one";
    match files.read().and_then(|contents| files.server(&contents, &[])) {
        Ok((_, own)) => {
            let mut findings = vec![holds(name, &own, now)];
            if files.key_is_open() {
                let text = format!("{}: every account of this machine may read or change it", files.key.display());
                findings.push(Finding::warning(TLS, text, "make it mode 0600, of the account that runs the service"));
            }
            let lists = files.client_revocations.iter().flat_map(|file| revocation::read(file));
            findings.extend(lists.map(|list| kept_up(name, &list, now)));
            findings
        }
        Err(error) => vec![Finding::failure(TLS, format!("{name}.tls: {error}"), advice)],
    }
}

/// An old list stays in use: it is better than none, but lacks later revocations.
fn kept_up(name: &str, list: &List, now: Timestamp) -> Finding {
    let text = |until: &str| format!("{name}.tls: {}: its revocation list {until}", list.issuer);
    match list.next_update {
        Some(next) if next <= now => Finding::failure(
            TLS,
            text(&format!("was to be renewed by {next}: who was revoked since is still let in")),
            "have the authority's newest list fetched, and put into the file: it is taken into use without a restart",
        ),
        Some(next) => Finding::ok(TLS, text(&format!("holds until {next}"))),
        None => Finding::ok(TLS, text("has no date until which it holds")),
    }
}

fn holds(name: &str, own: &Certificate, now: Timestamp) -> Finding {
    let text = format!("{name}.tls: {} holds from {} until {}", own.subject, own.not_before, own.not_after);
    let advice = "renew it and replace the files: they are taken into use without a restart";
    if now < own.not_before || own.not_after <= now {
        Finding::failure(TLS, text, advice)
    } else if own.not_after <= now.saturating_add((SOON * 24).hours()).unwrap_or(Timestamp::MAX) {
        Finding::warning(TLS, text, advice)
    } else {
        Finding::ok(TLS, text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Certificate, List, holds, kept_up};
    use crate::command::check::finding::Outcome;

    #[test]
    fn a_revocation_list_that_was_not_renewed_fails() {
        let list = |next: Option<&str>| List {
            issuer: "CN=test".to_owned(),
            this_update: None,
            next_update: next.map(|it| it.parse().unwrap()),
        };
        let now = "2026-03-01T00:00:00Z".parse().unwrap();
        for (next, outcome) in [
            (Some("2026-03-01T00:00:00Z"), Outcome::Failure),
            (Some("2026-03-01T00:00:01Z"), Outcome::Ok),
            (None, Outcome::Ok),
        ] {
            assert_eq!(kept_up("mllp", &list(next), now).outcome, outcome, "{next:?}");
        }
    }

    #[test]
    fn a_certificate_that_has_ended_fails_and_one_that_soon_ends_is_reported() {
        let own = Certificate {
            subject: "CN=test".to_owned(),
            names: Vec::new(),
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2026-03-01T00:00:00Z".parse().unwrap(),
            sha256: [0; 32],
        };
        for (now, outcome) in [
            ("2025-12-31T23:59:59Z", Outcome::Failure),
            ("2026-01-01T00:00:00Z", Outcome::Ok),
            ("2026-02-07T23:59:59Z", Outcome::Ok),
            ("2026-02-08T00:00:00Z", Outcome::Warning),
            ("2026-02-28T23:59:59Z", Outcome::Warning),
            ("2026-03-01T00:00:00Z", Outcome::Failure),
        ] {
            assert_eq!(holds("mllp", &own, now.parse().unwrap()).outcome, outcome, "{now}");
        }
    }
}
