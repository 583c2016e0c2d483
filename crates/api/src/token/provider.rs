//! The identity provider: its keys as they were last fetched. They are fetched anew when a token names an unknown key.

use super::access_token::{AccessToken, Expected, TokenRefused};
use super::keys::Keys;
use super::person::{ClaimNames, Person};
use super::signature;
use event::Instant;
use quota::{Peer, Shares};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

/// How long a token with an unknown key waits for the keys to be fetched anew.
const FETCHING: Duration = Duration::from_secs(3);

/// How many calls may wait for it, of all peers, and a peer's share, so that a made-up key delays no other call. One
/// more is refused at once.
const WAITING: (usize, usize) = (64, 8);

/// Whose tokens are believed.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    expected: Expected,
    names: ClaimNames,
    keys: watch::Receiver<Arc<Keys>>,
    wanted: mpsc::Sender<()>,
    waiting: Shares<Peer>,
}

/// Where its keys come from: the binary's end.
#[derive(Debug)]
pub struct KeyFeed {
    keys: watch::Sender<Arc<Keys>>,
    wanted: mpsc::Receiver<()>,
}

impl IdentityProvider {
    /// Until the first keys are published every token is refused.
    #[must_use]
    pub fn new(issuer: String, audience: String, names: ClaimNames) -> (Self, KeyFeed) {
        signature::install();
        let (publish, keys) = watch::channel(Arc::default());
        let (want, wanted) = mpsc::channel(1);
        let waiting = Shares::new(WAITING.0, WAITING.1);
        let provider = Self { expected: Expected { issuer, audience }, names, keys, wanted: want, waiting };
        (provider, KeyFeed { keys: publish, wanted })
    }

    /// Checks a token. A token that names an unknown key waits a little: the provider may just have changed its keys.
    pub(crate) async fn verify(&self, token: &[u8], now: Instant, peer: Peer) -> Result<AccessToken, TokenRefused> {
        let certificate = match peer {
            Peer::Certificate(sha256) => Some(sha256),
            Peer::Address(_) => None,
        };
        let mut keys = self.keys.clone();
        let known = Arc::clone(&keys.borrow_and_update());
        match AccessToken::verify(token, &known, &self.expected, now, certificate) {
            Err(TokenRefused::UnknownKey) => {}
            decided => return decided,
        }
        let Some(_place) = self.waiting.try_take(&peer) else { return Err(TokenRefused::UnknownKey) };
        // Full: it is wanted already.
        let _ = self.wanted.try_send(());
        let _ = timeout(FETCHING, keys.changed()).await;
        let known = Arc::clone(&keys.borrow());
        AccessToken::verify(token, &known, &self.expected, now, certificate)
    }

    /// The professional of whom the token speaks, if it speaks of one.
    pub(crate) fn person(&self, token: &AccessToken) -> Result<Option<Person>, TokenRefused> {
        Person::of(token, &self.names)
    }
}

impl KeyFeed {
    /// These are the keys from now on. Waiting tokens are checked again, whether the keys have changed or not.
    pub fn publish(&self, keys: Arc<Keys>) {
        self.keys.send_replace(keys);
    }

    /// Those that are in use.
    #[must_use]
    pub fn current(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.borrow())
    }

    /// Waits until a token names an unknown key. `None`: nobody verifies tokens any more.
    pub async fn wanted(&mut self) -> Option<()> {
        self.wanted.recv().await
    }
}
