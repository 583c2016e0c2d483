//! The one door for reading (law 4): read, decide and log in one transaction.
//!
//! [`Door`] is the only maker of [`Granted`], and makes one only after the commit that holds the log row: no commit, no
//! answer.

use crate::access_log::{self, About, Access, Decided};
use crate::as_of::{self, Client};
use crate::error::{DoorError, Fault};
use crate::{
    CaseloadEntry, CensusEntry, Store, caseload, census, client, gap, heard, history, quarantine, record, register,
    statement,
};
use care::ParallelView;
use care::link::CROWD;
use care::source::Declared;
use care::stated::OnList;
use event::{Instant, Received, Token, Ward};
use sqlx::{PgConnection, Postgres, Transaction};
use std::collections::{BTreeMap, BTreeSet};

/// Reads, lets a rule decide, logs the access, and then answers.
#[derive(Clone)]
pub struct Door {
    store: Store,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The client's identifier.
    pub token: Token,
    /// As it was known then; `None`: as it is known now.
    pub as_of: Option<Instant>,
    /// With every event of the client.
    pub timeline: bool,
    /// Now.
    pub at: Instant,
}

/// Everything that a decision and an answer are made of, as of one instant.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The client's view; `None`: no client, or more than one, is found by this identifier.
    pub view: Option<ParallelView>,
    /// More than one client is found, or the identifier is presented in a way that links and finds nobody: two identity
    /// codes in one message, or one of a crowd (rule R6). Somebody is behind it, and who is not known.
    pub ambiguous: bool,
    /// Per source: since when a message that names the client, or the identifier that was asked for, waits in the
    /// quarantine.
    pub rejected_since: BTreeMap<String, Instant>,
    /// Per source: up to when it was heard, by the oldest of its watermarks; now, whatever time is asked for.
    pub heard: BTreeMap<String, Instant>,
    /// Records of the journal may be missing, and since when not everything is known (`None` inside: never was).
    pub gap: Option<Option<Instant>>,
    /// Per source: how many messages that name nobody wait in the quarantine.
    pub rejected_unnamed: BTreeMap<String, u64>,
    /// What sources say themselves that they speak for.
    pub declared: BTreeMap<String, Declared>,
    /// The client's events in their order, if asked for.
    pub timeline: Option<Vec<Received>>,
}

/// An answer that may be given: its access is logged and committed.
#[derive(Debug)]
pub struct Granted<T>(T);

impl<T> Granted<T> {
    /// The answer.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Door {
    /// On this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// Asks for one client.
    #[tracing::instrument(name = "store.ask", skip_all, fields(query = access.query))]
    pub async fn ask<T>(
        &self,
        ask: &Ask,
        access: &Access,
        decide: impl FnOnce(&Found) -> Decided<T>,
    ) -> Result<Granted<T>, DoorError> {
        let mut tx = self.store.begin_reading().await?;
        let (found, clients) = find(&mut tx, ask).await?;
        let decided = decide(&found);
        let about = About { at: ask.at, identifier: Some(&ask.token), as_of: ask.as_of, clients: &clients };
        grant(tx, access, about, decided).await
    }

    /// Asks who lies on a ward.
    #[tracing::instrument(name = "store.ward_census", skip_all, fields(query = access.query))]
    pub async fn ward_census<T>(
        &self,
        source: &str,
        ward: &Ward,
        at: Instant,
        access: &Access,
        decide: impl FnOnce(&[CensusEntry]) -> Decided<T>,
    ) -> Result<Granted<T>, DoorError> {
        let mut tx = self.store.begin_reading().await?;
        let mut entries = census::of_ward(&mut tx, source, ward).await?;
        // Whom the source's own list does not have any more does not lie there.
        let lists = statement::lists(&mut tx, source).await?;
        entries.retain(|entry| entry.row.on_list(&lists) == OnList::AsTold);
        let clients: BTreeSet<i64> = entries.iter().map(|entry| entry.client).collect();
        let clients: Vec<i64> = clients.into_iter().collect();
        let about = About { at, identifier: None, as_of: None, clients: &clients };
        grant(tx, access, about, decide(&entries)).await
    }

    /// Asks for a worker's clients.
    #[tracing::instrument(name = "store.caseload", skip_all, fields(query = access.query))]
    pub async fn caseload<T>(
        &self,
        worker_key: &Token,
        at: Instant,
        access: &Access,
        decide: impl FnOnce(&[CaseloadEntry]) -> Decided<T>,
    ) -> Result<Granted<T>, DoorError> {
        let mut tx = self.store.begin_reading().await?;
        let entries = caseload::of_worker(&mut tx, worker_key).await?;
        let clients: BTreeSet<i64> = entries.iter().map(|entry| entry.client).collect();
        let clients: Vec<i64> = clients.into_iter().collect();
        let about = About { at, identifier: Some(worker_key), as_of: None, clients: &clients };
        grant(tx, access, about, decide(&entries)).await
    }
}

async fn grant<T>(
    mut tx: Transaction<'static, Postgres>,
    access: &Access,
    about: About<'_>,
    decided: Decided<T>,
) -> Result<Granted<T>, DoorError> {
    access_log::insert(&mut tx, access, about, &decided).await?;
    tx.commit().await.map_err(Fault::from)?;
    Ok(Granted(decided.answer))
}

/// What is known of whoever is found by the identifier, and the ids of the clients that are.
async fn find(tx: &mut PgConnection, ask: &Ask) -> Result<(Found, Vec<i64>), Fault> {
    let (mut clients, mut view, unlinked) = match ask.as_of {
        None => now(tx, &ask.token).await?,
        Some(then) => as_of::find(tx, &ask.token, then).await?,
    };
    if ask.as_of.is_some() {
        // Protection is of now: a code that has been changed since finds nobody of then either, and a turvakielto that was
        // set since hides the places of then.
        let records = clients.iter().map(|client| (client.id, client.records.clone())).collect();
        let former = register::former_of(tx, &ask.token, &records).await?;
        clients.retain(|client| !former.contains(&client.id));
        view = view.filter(|_| !clients.is_empty());
        let records = clients.iter().flat_map(|client| &client.records).copied().collect();
        if let Some(view) = view.as_mut() {
            view.protected_since = is_protected(tx, &records, ask.at).await?;
        }
    }
    let wanted = view.as_ref().map(ParallelView::wanted).unwrap_or_default();
    let (statements, declared) = statement::read(tx, &wanted, ask.as_of).await?;
    let view = view.map(|view| view.heal(&statements));
    let records: BTreeSet<i64> = clients.iter().flat_map(|client| &client.records).copied().collect();
    let listed: Vec<i64> = records.iter().copied().collect();
    let timeline = match (&view, ask.timeline) {
        (Some(_), true) => {
            let events = history::of_records(tx, &records, ask.as_of).await?;
            let mut events: Vec<Received> = events.into_values().flatten().collect();
            events.sort_by_key(Received::order_key);
            Some(events)
        }
        _ => None,
    };
    let found = Found {
        ambiguous: clients.len() > 1 || unlinked,
        view,
        rejected_since: quarantine::since(tx, &ask.token, &listed, ask.as_of).await?,
        heard: heard::oldest(tx).await?,
        gap: gap::since(tx).await?,
        rejected_unnamed: quarantine::unnamed(tx, ask.as_of).await?,
        declared,
        timeline,
    };
    Ok((found, clients.into_iter().map(|client| client.id).collect()))
}

/// The clients that are found by an identifier now, the view if it is one, and whether a record presents it and is not
/// found by it.
async fn now(tx: &mut PgConnection, token: &Token) -> Result<(Vec<Client>, Option<ParallelView>, bool), Fault> {
    let presenters = register::presenters(tx, &BTreeSet::from([*token]), CROWD + 1, false, 0).await?;
    let crowd = presenters.values().any(|records| records.len() > CROWD);
    let unlinked = crowd || register::presents_unlinked(tx, token).await?;
    let ids = presenters.into_values().filter(|records| records.len() <= CROWD).flatten().collect();
    let mut records = record::Records::default();
    records.read_ids(tx, &ids).await?;
    let ids: BTreeSet<i64> = records.iter().map(|known| known.client).collect();
    let mut clients = record::of_clients(tx, &ids).await?;
    // A code that was changed leads no caller to the new one (661/2009 12 §): as if nobody had ever had it.
    for client in register::former_of(tx, token, &clients).await? {
        clients.remove(&client);
    }
    let clients: Vec<Client> = clients.into_iter().map(|(id, records)| Client { id, records }).collect();
    let [client] = clients.as_slice() else {
        return Ok((clients, None, unlinked));
    };
    let view = view_of(tx, client).await?;
    Ok((clients, Some(view), unlinked))
}

/// The view of a client as it is now.
async fn view_of(tx: &mut PgConnection, client: &Client) -> Result<ParallelView, Fault> {
    let stored = client::snapshots(tx, &BTreeSet::from([client.id])).await?.remove(&client.id);
    if let Some(Ok(view)) = stored.map(|(version, bytes)| ParallelView::decode(version, &bytes)) {
        return Ok(view);
    }
    // Of another version of the code, and not touched since.
    let events = history::of_records(tx, &client.records, None).await?;
    Ok(ParallelView::fold(events.values().flatten()))
}

/// Has any of whom these records are now a turvakielto?
async fn is_protected(tx: &mut PgConnection, records: &BTreeSet<i64>, at: Instant) -> Result<bool, Fault> {
    let mut known = record::Records::default();
    known.read_ids(tx, records).await?;
    let ids = known.iter().map(|known| known.client).collect();
    for (id, records) in record::of_clients(tx, &ids).await? {
        if view_of(tx, &Client { id, records }).await?.is_protected_at(at) {
            return Ok(true);
        }
    }
    Ok(false)
}
