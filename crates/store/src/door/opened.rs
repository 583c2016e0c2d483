//! The contacts that one professional has opened: the one list across clients that passes the door. The log gets a row
//! for each client on it.

use super::find::view_of;
use super::{Door, Granted};
use crate::access_log::{self, About, Access, Decided, Logged};
use crate::as_of::Client;
use crate::error::{DoorError, Fault};
use crate::named::Named;
use crate::{client, record, statement};
use care::DutyContact;
use event::{Instant, Token};

/// Contacts that are listed at once.
const AT_MOST: usize = 100;

/// Whose contacts of the duty service are asked for.
#[derive(Clone, Copy, Debug)]
pub struct AskOpened {
    /// The professional who opened them.
    pub by: Token,
    /// Only this one, if it is theirs.
    pub only: Option<Token>,
    /// Now.
    pub at: Instant,
}

/// The contacts, and whether there are more than are listed at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedContacts {
    /// Each with its key.
    pub contacts: Vec<(Token, DutyContact)>,
    /// Older ones are left out.
    pub more: bool,
}

impl Door {
    /// The contacts of the duty service that a professional opened: those still open, and those closed at most a day
    /// ago. `shown` is logged for each client whose contact is shown, `nothing` for an answer without any.
    #[tracing::instrument(name = "store.opened", skip_all, fields(query = access.query))]
    pub async fn opened(
        &self,
        ask: AskOpened,
        access: &Access,
        (shown, nothing): (Decided<()>, Decided<()>),
    ) -> Result<Granted<OpenedContacts>, DoorError> {
        let AskOpened { by, only, at } = ask;
        let answered = async {
            let mut tx = self.store.begin_reading().await?;
            let (mut of_clients, more) = statement::opened(&mut tx, &by, at, AT_MOST).await?;
            if let Some(only) = only {
                for contacts in of_clients.values_mut() {
                    contacts.retain(|it| *it == only);
                }
                of_clients.retain(|_, contacts| !contacts.is_empty());
            }
            let clients = of_clients.keys().copied().collect();
            let (records, snapshots) =
                (record::of_clients(&mut tx, &clients).await?, client::snapshots(&mut tx, &clients).await?);
            let (mut contacts, mut seen) = (Vec::new(), Vec::new());
            for (id, keys) in &of_clients {
                let of = Client { id: *id, records: records.get(id).cloned().unwrap_or_default() };
                let view = view_of(&mut tx, &of, &snapshots).await?;
                let theirs = |it: &DutyContact| it.opened().is_some_and(|it| it.by == by && it.until > at);
                let of_view = keys.iter().filter_map(|key| Some((*key, view.duty_contact(key)?.clone())));
                let before = contacts.len();
                contacts.extend(of_view.filter(|(_, it)| theirs(it)));
                if contacts.len() > before {
                    seen.push(*id);
                }
            }
            let about = |clients| About { at, identifier: None, as_of: None, clients };
            let mut rows: Vec<_> =
                seen.iter().map(|id| Logged { access, about: about(vec![*id]), decided: shown.clone() }).collect();
            if rows.is_empty() {
                rows.push(Logged { access, about: about(Vec::new()), decided: nothing.clone() });
            }
            access_log::insert(&mut tx, &rows).await?;
            tx.commit().named("commit").await?;
            Ok(OpenedContacts { contacts, more })
        };
        let answered: Result<_, Fault> = answered.await;
        Ok(Granted(answered?))
    }
}
