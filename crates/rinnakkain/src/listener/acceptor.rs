//! The TLS handshake of accepted connections.
//!
//! The files are read again every [`RECHECK_INTERVAL`]. Files that have changed, and not changed again by the next check,
//! are used for handshakes from then on; existing connections live on. Files that cannot be used change nothing, and are
//! logged once; so is a revocation list in use that passes its date.

use super::OpenConnection;
use super::refused::{Refused, reason};
use super::stream::Stream;
use crate::clock;
use crate::tls::certificate::Certificate;
use crate::tls::revocation::RevocationLists;
use crate::tls::{Contents, Files, Unusable};
use quota::Pace;
use rustls::ServerConfig;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// The longest handshake. It takes two round trips: a client that needs longer holds a place that others want.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// A peer has so many handshakes at once, then one in each interval: each costs a signature.
const PACE: (u32, Duration) = (512, Duration::from_millis(2));
/// How long a refused client may take to read the alert.
const PARTING: Duration = Duration::from_secs(1);
/// Between two checks of the files.
const RECHECK_INTERVAL: Duration = Duration::from_secs(2);

/// Makes a stream of an accepted connection.
#[derive(Clone)]
pub struct Acceptor(Option<Tls>);

#[derive(Clone)]
struct Tls {
    current: watch::Receiver<Arc<ServerConfig>>,
    refused: Arc<Refused>,
    pace: Arc<Pace>,
}

impl Acceptor {
    /// Reads the files, and checks them as long as the value or a copy of it lives. `None`: without TLS. `listener`: its name,
    /// for the log; `alpn`: the protocols that have a name.
    pub fn try_new(
        listener: &'static str,
        files: Option<&Files>,
        alpn: &'static [&'static [u8]],
        refused: &Arc<Refused>,
    ) -> Result<Self, Unusable> {
        let Some(files) = files else { return Ok(Self(None)) };
        let contents = files.read()?;
        let (config, own) = files.server(&contents, alpn)?;
        tracing::info!(listener, not_after = %own.not_after, client_certificates = files.asks_clients(), "{}", files.minimum.name());
        warn_if_expired(listener, &own);
        if files.key_is_open() {
            tracing::warn!(
                listener,
                file = %files.key.display(),
                "every account of this machine may read or change the private key: make it mode 0600"
            );
        }
        let (new, current) = watch::channel(config);
        let mut lists = files.revocations(&contents);
        lists.warn_if_expired(listener, clock::now().to_timestamp());
        let recheck = Recheck { listener, files: files.clone(), alpn, used: contents.digest(), lists, seen: None };
        tokio::spawn(recheck.run(new));
        let pace = Arc::new(Pace::new(PACE.0, PACE.1));
        Ok(Self(Some(Tls { current, refused: Arc::clone(refused), pace })))
    }

    /// `None`: the handshake failed, which is logged.
    pub async fn accept(&self, io: TcpStream, place: OpenConnection) -> Option<Stream> {
        let Some(tls) = &self.0 else { return Some(Stream::plain(io, place)) };
        let (acceptor, peer) = (TlsAcceptor::from(Arc::clone(&tls.current.borrow())), place.connection().peer());
        sleep(tls.pace.wait(peer, 1)).await;
        match timeout(HANDSHAKE, acceptor.accept(io).into_fallible()).await {
            Ok(Ok(io)) => return Some(Stream::tls(io, place)),
            Ok(Err((error, io))) => {
                tls.refused.handshake(peer, reason(&error));
                part(io).await;
            }
            Err(_) => tls.refused.handshake(peer, "it was not done in time"),
        }
        None
    }
}

/// The alert has been sent and holds the reason. If the connection were dropped while the client's bytes are unread, the
/// system would reset it, and the client might never read the alert.
async fn part(mut io: TcpStream) {
    let drained = async {
        io.shutdown().await?;
        tokio::io::copy(&mut io, &mut tokio::io::sink()).await
    };
    let _ = timeout(PARTING, drained).await;
}

/// What the last checks found.
struct Recheck {
    listener: &'static str,
    files: Files,
    alpn: &'static [&'static [u8]],
    /// The digest of what is served with.
    used: [u8; 32],
    /// The revocation lists of what is served with.
    lists: RevocationLists,
    /// What the last check found, if it differs: its digest, if the files could be read, and whether it was dealt with.
    seen: Option<(Option<[u8; 32]>, bool)>,
}

impl Recheck {
    async fn run(mut self, new: watch::Sender<Arc<ServerConfig>>) {
        loop {
            tokio::select! {
                () = new.closed() => return,
                () = sleep(RECHECK_INTERVAL) => {}
            }
            let listener = self.listener;
            self.lists.warn_if_expired(listener, clock::now().to_timestamp());
            let files = self.files.clone();
            let Ok(found) = tokio::task::spawn_blocking(move || files.read()).await else { continue };
            match self.check(found) {
                CertificateCheck::Nothing => {}
                CertificateCheck::Mended => {
                    tracing::info!(listener, "the TLS files are again as they are in use");
                }
                CertificateCheck::New(config, own) => {
                    tracing::info!(
                        listener,
                        not_after = %own.not_after,
                        "the TLS files have changed: new connections are served with them"
                    );
                    warn_if_expired(listener, &own);
                    new.send_replace(config);
                }
                CertificateCheck::Unusable(error) => tracing::error!(
                    listener,
                    %error,
                    "the TLS files have changed and cannot be used: the previous ones stay in use"
                ),
            }
        }
    }

    fn check(&mut self, found: Result<Contents, Unusable>) -> CertificateCheck {
        let digest = found.as_ref().ok().map(Contents::digest);
        if digest == Some(self.used) {
            let was_reported = matches!(self.seen.take(), Some((_, true)));
            return if was_reported { CertificateCheck::Mended } else { CertificateCheck::Nothing };
        }
        match self.seen {
            Some((seen, true)) if seen == digest => return CertificateCheck::Nothing,
            Some((seen, false)) if seen == digest => self.seen = Some((digest, true)),
            // A certificate and its key are two files: one may be written and the other not yet.
            _ => {
                self.seen = Some((digest, false));
                return CertificateCheck::Nothing;
            }
        }
        let usable = found.and_then(|contents| {
            let lists = self.lists.replaced_by(self.files.revocations(&contents), clock::now().to_timestamp())?;
            Ok((self.files.server(&contents, self.alpn)?, lists))
        });
        match usable {
            Ok(((config, own), lists)) => {
                self.used = digest.unwrap_or(self.used);
                self.lists = lists;
                // It is in use: there is nothing to be mended.
                self.seen = None;
                CertificateCheck::New(config, own)
            }
            Err(error) => CertificateCheck::Unusable(error),
        }
    }
}

/// What a check asks to do.
enum CertificateCheck {
    Nothing,
    /// What could not be used is gone: the files are those in use.
    Mended,
    New(Arc<ServerConfig>, Certificate),
    Unusable(Unusable),
}

fn warn_if_expired(listener: &'static str, own: &Certificate) {
    let now = clock::now().to_timestamp();
    if own.not_after < now || now < own.not_before {
        let (not_before, not_after) = (own.not_before, own.not_after);
        tracing::warn!(listener, %not_before, %not_after, "the certificate does not hold now: clients will refuse it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::Minimum;
    use rcgen::{CertificateParams, KeyPair};
    use std::fs;

    #[test]
    fn what_has_changed_is_used_when_it_keeps_still_and_what_is_damaged_is_logged_once() {
        let directory = tempfile::tempdir().unwrap();
        let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| directory.path().join(name));
        let renew = || {
            let pair = KeyPair::generate().unwrap();
            let made = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&pair).unwrap();
            (made.pem(), pair.serialize_pem())
        };
        let files = Files {
            certificate: certificate.clone(),
            key: key.clone(),
            client_authority: None,
            client_revocations: None,
            minimum: Minimum::default(),
        };
        let write = |(new, pair): &(String, String)| {
            fs::write(&certificate, new).unwrap();
            fs::write(&key, pair).unwrap();
        };
        let (first, second) = (renew(), renew());
        write(&first);
        let used = files.read().unwrap().digest();
        let mut recheck = Recheck {
            listener: "mllp",
            files: files.clone(),
            alpn: &[],
            used,
            lists: RevocationLists::default(),
            seen: None,
        };
        let mut looks = |times: usize| {
            let check = |_| match recheck.check(files.read()) {
                CertificateCheck::Nothing => "nothing",
                CertificateCheck::New(..) => "new",
                CertificateCheck::Mended => "mended",
                CertificateCheck::Unusable(_) => "unusable",
            };
            (0..times).map(check).collect::<Vec<_>>()
        };
        assert_eq!(looks(2), ["nothing", "nothing"]);
        // The certificate first: at one check its key is not there yet.
        fs::write(&certificate, &second.0).unwrap();
        assert_eq!(looks(1), ["nothing"]);
        write(&second);
        assert_eq!(looks(4), ["nothing", "new", "nothing", "nothing"]);
        fs::write(&certificate, &first.0).unwrap();
        assert_eq!(looks(4), ["nothing", "unusable", "nothing", "nothing"], "it is not its key's");
        fs::remove_file(&certificate).unwrap();
        assert_eq!(looks(4), ["nothing", "unusable", "nothing", "nothing"]);
        // As it was: there is nothing to log, and the next damage is another.
        write(&second);
        assert_eq!(looks(2), ["mended", "nothing"]);
        fs::write(&key, "").unwrap();
        assert_eq!(looks(3), ["nothing", "unusable", "nothing"]);
        write(&first);
        assert_eq!(looks(3), ["nothing", "new", "nothing"]);
    }
}
