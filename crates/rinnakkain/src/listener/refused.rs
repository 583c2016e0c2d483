//! Refused connections: each peer and reason is logged when it first occurs, then at most once a minute with its count, so a scan
//! of the network fills no log. Nothing of the client's certificate is logged: it may name a person.

use quota::{Peer, Refusals};
use rustls::{AlertDescription, CertificateError, Error};
use std::io;

/// Of one listener.
pub struct Refused {
    listener: &'static str,
    /// By peer and reason.
    refusals: Refusals<(Peer, &'static str)>,
}

impl Refused {
    pub fn new(listener: &'static str) -> Self {
        Self { listener, refusals: Refusals::default() }
    }

    pub fn handshake(&self, peer: Peer, why: &'static str) {
        let listener = self.listener;
        if let Some(count) = self.refusals.note((peer, why)) {
            tracing::warn!(listener, %peer, count, why, "a TLS handshake failed");
        }
    }

    /// There was no place for a new connection of this peer.
    pub fn no_place(&self, peer: Peer) {
        let listener = self.listener;
        if let Some(count) = self.refusals.note((peer, "no place")) {
            tracing::warn!(listener, %peer, count, "all connections are in use: new ones were closed");
        }
    }

    /// A connection of this peer was closed, so that another had its place.
    pub fn gave_way(&self, peer: Peer) {
        let listener = self.listener;
        if let Some(count) = self.refusals.note((peer, "gave way")) {
            tracing::warn!(listener, %peer, count, "all connections are in use: some that did nothing were closed");
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
        Error::PeerIncompatible(_) => {
            "the client speaks no version of TLS that this listener takes (1.3; see `minimum`)"
        }
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
