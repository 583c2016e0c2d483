//! Forms that can be sent once, each from the session that it was given to.
//!
//! A form's number is the proof that a POST comes from a page that this session was shown (no other site knows it), and a
//! reload or the way back sends a number that is used up: it asks nothing and shows nobody. What a following question needs
//! to know, the client and the basis, is kept here under the number, so it stands in no page.

use api::proto::Access;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How long a form can be sent.
const LIFE: SignedDuration = SignedDuration::from_mins(15);
/// At most so many open forms of one session; the oldest gives way.
const OF_SESSION: usize = 24;
/// At most so many of all sessions.
const OF_ALL: usize = 20_000;

/// Whom a question is about, and on what basis. It cannot be printed.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) identity_code: String,
    pub(crate) access: Access,
    /// The word that is left, or may have been left.
    pub(crate) word: Option<CallBack>,
}

/// What is asked of whoever works with the client. It has no `Debug`: a number may be in it.
#[derive(Clone)]
pub(crate) struct CallBack {
    pub(crate) contact: String,
    pub(crate) to: String,
    pub(crate) by: Option<api::Timestamp>,
    /// The service task that the matter is of; empty: none.
    pub(crate) service_task: String,
    /// Who asks, where no token names them.
    pub(crate) name: String,
    /// To whom the matter is handed over, empty: to nobody; `None`: nobody has closed it yet.
    pub(crate) handed_over_to: Option<String>,
}

struct Form {
    session: String,
    subject: Option<Subject>,
    until: Timestamp,
    /// Which came first.
    number: u64,
}

/// The open forms, and the sessions that have signed out.
#[derive(Default)]
pub(crate) struct Forms(Mutex<Open>);

#[derive(Default)]
struct Open {
    forms: HashMap<String, Form>,
    signed_out: HashMap<String, Timestamp>,
    given: u64,
}

/// It was used, it is too old, or another session has it.
pub(crate) struct Used;

impl Forms {
    /// A form for a session; its number goes into the page.
    pub(crate) fn give(&self, session: &str, subject: Option<Subject>, now: Timestamp) -> String {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.forms.retain(|_, form| form.until > now);
        let mut own: Vec<_> = open.forms.iter().filter(|(_, it)| it.session == session).collect();
        own.sort_by_key(|(_, form)| form.number);
        let gives_way = own.first().filter(|_| own.len() >= OF_SESSION).map(|(number, _)| (*number).clone());
        if let Some(number) = gives_way {
            open.forms.remove(&number);
        }
        let key = random();
        if open.forms.len() < OF_ALL {
            open.given += 1;
            let until = now.checked_add(LIFE).unwrap_or(now);
            let form = Form { session: session.to_owned(), subject, until, number: open.given };
            open.forms.insert(key.clone(), form);
        }
        key
    }

    /// Uses a form up, and gives what it is about.
    pub(crate) fn take(&self, session: &str, key: &str, now: Timestamp) -> Result<Option<Subject>, Used> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Another session's form stays that session's.
        if open.forms.get(key).is_none_or(|form| form.session != session) {
            return Err(Used);
        }
        open.forms.remove(key).filter(|form| form.until > now).map(|form| form.subject).ok_or(Used)
    }

    /// The same of a form that is about a client.
    pub(crate) fn take_about(&self, session: &str, key: &str, now: Timestamp) -> Result<Subject, Used> {
        self.take(session, key, now)?.ok_or(Used)
    }

    /// The session has signed out: its cookie counts no more, and its forms are gone.
    pub(crate) fn sign_out(&self, session: &str, until: Timestamp, now: Timestamp) {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.forms.retain(|_, form| form.session != session);
        open.signed_out.retain(|_, until| *until > now);
        open.signed_out.insert(session.to_owned(), until);
    }

    /// Has it signed out?
    pub(crate) fn has_signed_out(&self, session: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).signed_out.contains_key(session)
    }
}

/// A number that nobody guesses: 128 bits. Without randomness it is empty, and an empty number is no form's.
pub(crate) fn random() -> String {
    let mut bytes = [0; 16];
    match getrandom::fill(&mut bytes) {
        Ok(()) => hex::encode(bytes),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn later(minutes: i64) -> Timestamp {
        NOW.checked_add(SignedDuration::from_mins(minutes)).unwrap()
    }

    #[test]
    fn a_form_is_sent_once_in_time_and_by_its_own_session() {
        let forms = Forms::default();
        let key = forms.give("a", None, NOW);
        assert!(forms.take("b", &key, NOW).is_err(), "another session");
        assert!(forms.take("a", &key, NOW).is_ok());
        assert!(forms.take("a", &key, NOW).is_err(), "twice");
        let key = forms.give("a", None, NOW);
        assert!(forms.take("a", &key, later(15)).is_err(), "too late");
        assert!(forms.take("a", "", NOW).is_err() && forms.take("a", "0", NOW).is_err());
    }

    #[test]
    fn open_forms_have_a_bound_and_end_with_their_session() {
        let forms = Forms::default();
        let keys: Vec<_> = (0..=OF_SESSION).map(|_| forms.give("a", None, NOW)).collect();
        assert!(forms.take("a", &keys[0], NOW).is_err(), "the oldest gave way");
        assert!(forms.take("a", &keys[1], NOW).is_ok());
        forms.sign_out("a", later(15), NOW);
        assert!(forms.has_signed_out("a") && !forms.has_signed_out("b"));
        assert!(forms.take("a", &keys[2], NOW).is_err());
    }
}
