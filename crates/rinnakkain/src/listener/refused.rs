//! Failed handshakes: each reason is logged when it first occurs, then at most once a minute with its count, so a scan of
//! the network fills no log. Nothing of the client's certificate is logged: it may name a person.

use rustls::{AlertDescription, CertificateError, Error};
use std::collections::BTreeMap;
use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const LOG_EVERY: Duration = Duration::from_mins(1);

/// Of one listener.
pub struct Refused {
    listener: &'static str,
    /// By reason: when it was last logged, and how often it occurred since.
    counts: Mutex<BTreeMap<&'static str, (Instant, u64)>>,
}

impl Refused {
    pub fn new(listener: &'static str) -> Self {
        Self { listener, counts: Mutex::default() }
    }

    pub fn note(&self, why: &'static str) {
        let listener = self.listener;
        if let Some(count) = self.count(why, Instant::now()) {
            tracing::warn!(listener, count, why, "a TLS handshake failed");
        }
    }

    /// How many there are to log, if it is time.
    fn count(&self, why: &'static str, now: Instant) -> Option<u64> {
        let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match counts.get_mut(why) {
            Some((logged, since)) if now.duration_since(*logged) < LOG_EVERY => {
                *since += 1;
                None
            }
            Some((logged, since)) => {
                *logged = now;
                Some(std::mem::take(since) + 1)
            }
            None => {
                counts.insert(why, (now, 0));
                Some(1)
            }
        }
    }
}

/// The reason, and on which side it is.
pub fn reason(error: &io::Error) -> &'static str {
    let Some(error) = error.get_ref().and_then(|error| error.downcast_ref::<Error>()) else {
        return "the connection ended before TLS began";
    };
    match error {
        Error::NoCertificatesPresented => "the client has no certificate",
        Error::InvalidCertificate(error) => certificate(error),
        Error::PeerIncompatible(_) => "the client does not speak TLS 1.3",
        Error::InvalidMessage(_) | Error::InappropriateMessage { .. } => "the client does not speak TLS",
        Error::AlertReceived(AlertDescription::UnknownCA) => "the client does not know our certificate's authority",
        Error::AlertReceived(AlertDescription::CertificateExpired) => {
            "the client reports that our certificate has expired"
        }
        Error::AlertReceived(_) => "the client refused our certificate or our terms",
        Error::NoApplicationProtocol => "the client wants to speak something else over TLS (ALPN)",
        _ => "the client does not keep to TLS",
    }
}

fn certificate(error: &CertificateError) -> &'static str {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "the client's certificate is of an unknown authority"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the client's certificate has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the client's certificate is not valid yet"
        }
        CertificateError::Revoked => "the client's certificate is revoked",
        CertificateError::UnknownRevocationStatus => {
            "no revocation list of client_revocations is of the client certificate's authority"
        }
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            "the client's certificate is not one for clients"
        }
        _ => "the client's certificate cannot be verified",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_logged_at_once_and_then_once_a_minute_with_its_count() {
        let refused = Refused::new("mllp");
        let begin = Instant::now();
        let after = |seconds| refused.count("a", begin + Duration::from_secs(seconds));
        assert_eq!(after(0), Some(1));
        assert_eq!(refused.count("b", begin), Some(1));
        assert_eq!([after(1), after(59)], [None, None]);
        assert_eq!(after(61), Some(3));
        assert_eq!(after(62), None);
    }
}
