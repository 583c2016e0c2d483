//! The tokens of those who have signed in. They stay in this process: a browser has only its session's number.

use super::{Answer, NoSignIn, Provider};
use jiff::{SignedDuration, Timestamp};
use oauth2::TokenResponse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// A token that ends sooner is changed before a question is asked with it.
const AHEAD: SignedDuration = SignedDuration::from_secs(20);
/// Where a provider does not say how long a token lives.
const USUAL: SignedDuration = SignedDuration::from_mins(1);

/// What the provider has issued to one session.
pub(crate) struct Held {
    pub(super) access: Zeroizing<String>,
    ends: Timestamp,
    pub(super) refresh: Option<Zeroizing<String>>,
    pub(super) id_token: Option<Zeroizing<String>>,
}

impl Held {
    pub(super) fn of(answer: &Answer, id_token: Option<String>, now: Timestamp) -> Self {
        let life = answer.expires_in().and_then(|it| SignedDuration::try_from(it).ok()).unwrap_or(USUAL);
        Self {
            access: answer.access_token().secret().clone().into(),
            ends: now.checked_add(life).unwrap_or(now),
            refresh: answer.refresh_token().map(|it| it.secret().clone().into()),
            id_token: id_token.map(Into::into),
        }
    }

    /// A provider that issues no new refresh token lets the old one be used again (RFC 6749 6).
    pub(super) fn or_refreshed_by(mut self, old: &Self) -> Self {
        self.refresh = self.refresh.or_else(|| old.refresh.clone());
        self
    }
}

/// Of all sessions, each behind a lock of its own: a refresh token is used once.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<HashMap<String, Session>>);

struct Session {
    held: Arc<tokio::sync::Mutex<Held>>,
    until: Timestamp,
}

impl Sessions {
    /// A session begins. Those that are over are forgotten.
    pub(crate) fn begin(&self, session: &str, held: Held, until: Timestamp, now: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, it| it.until > now);
        all.insert(session.to_owned(), Session { held: Arc::new(tokio::sync::Mutex::new(held)), until });
    }

    /// A session is used: it lasts until `until` if it is not used again. The cookie and the tokens have one end.
    pub(crate) fn prolong(&self, session: &str, until: Timestamp) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = all.get_mut(session) {
            session.until = until;
        }
    }

    /// An access token that is current, changed for a new one if it ends.
    ///
    /// The change is a task of its own: a browser that leaves meanwhile must not lose the new refresh token, for the old one is
    /// used up (RFC 9700 4.14.2).
    pub(crate) async fn access(
        &self,
        session: &str,
        provider: &Arc<Provider>,
        now: Timestamp,
    ) -> Result<Zeroizing<String>, NoSignIn> {
        let held = {
            let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(&all.get(session).ok_or(NoSignIn::Refused)?.held)
        };
        let mut held = held.lock_owned().await;
        if held.ends.duration_since(now) >= AHEAD {
            return Ok(held.access.clone());
        }
        let provider = Arc::clone(provider);
        let refreshing = tokio::spawn(async move {
            let fresh = provider.refreshed(&held, now).await?;
            *held = fresh;
            Ok(held.access.clone())
        });
        refreshing.await.unwrap_or(Err(NoSignIn::Away))
    }

    /// A session ends; its ID token, for the provider.
    pub(crate) async fn end(&self, session: &str) -> Option<Zeroizing<String>> {
        let ended = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(session)?;
        ended.held.lock().await.id_token.clone()
    }
}
