//! What is known of the clients that identifiers find, for many identifiers at once: one round trip a table.

use super::{Ask, ClientFacts};
use crate::as_of::{self, Client};
use crate::error::Fault;
use crate::record::Records;
use crate::{client, gap, history, quarantine, record, register, statement, unidentified, watermark};
use care::link::CROWD;
use care::source::MAY_BE_BEHIND_SECONDS;
use care::{ParallelView, Rows, Statements, Wanted};
use event::{Instant, ReceivedEvent, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// No record has this id. It is looked up beside those that are found, so that the same statements run whether anybody
/// is found or not. Otherwise the answer about an unknown person would come sooner than one about another caller's
/// client.
const NOBODY: i64 = -1;

/// The clients that an identifier finds.
#[derive(Default)]
struct Matched {
    clients: Vec<Client>,
    /// The view, if there is exactly one client.
    view: Option<ParallelView>,
    /// A record presents the identifier and is not found by it, or a record may belong to the client and nobody has
    /// decided yet.
    in_doubt: bool,
}

/// For each question, in order: what is known, and the ids of the clients that are found. All questions are as of `as_of`.
pub(super) async fn find(
    tx: &mut PgConnection,
    asks: &[&Ask],
    as_of: Option<Instant>,
) -> Result<Vec<(ClientFacts, Vec<i64>)>, Fault> {
    let mut matched = match as_of {
        None => now(tx, asks).await?,
        Some(then) => past(tx, asks, then).await?,
    };
    let wanted: Vec<Wanted> =
        matched.iter().map(|it| it.view.as_ref().map(ParallelView::wanted).unwrap_or_default()).collect();
    let streams = statement::read(tx, &wanted, as_of).await?;
    let asked: Vec<(Token, Vec<i64>)> =
        asks.iter().zip(&matched).map(|(ask, it)| (ask.token, it.records().into_iter().collect())).collect();
    let rejected = quarantine::since(tx, &asked, as_of).await?;
    let applied_until = watermark::applied_until(tx).await?;
    let common = of_everybody(tx, &streams, as_of).await?;
    let mut all = Vec::with_capacity(asks.len());
    for (((ask, it), wanted), rejected_since) in asks.iter().zip(&mut matched).zip(&wanted).zip(rejected) {
        let timeline = if ask.timeline {
            let records = it.records().into_iter().chain([NOBODY]).collect();
            Some(timeline(tx, &records, as_of).await?).filter(|_| it.view.is_some())
        } else {
            None
        };
        let is_behind = |until: &Instant| until.plus_seconds(MAY_BE_BEHIND_SECONDS) < ask.at;
        let found = ClientFacts {
            applied_until: applied_until.filter(is_behind),
            view: it
                .view
                .take()
                .map(|view| ParallelView { limits: ask.limits, ..view.heal(&Statements::of(&streams, wanted)) }),
            ambiguous: it.clients.len() > 1 || it.in_doubt,
            rejected_since,
            timeline,
            ..common.clone()
        };
        all.push((found, it.clients.iter().map(|client| client.id).collect()));
    }
    Ok(all)
}

/// The facts that concern nobody in particular: how far sources have reported, and what may be missing of anybody.
async fn of_everybody(tx: &mut PgConnection, streams: &[Rows], as_of: Option<Instant>) -> Result<ClientFacts, Fault> {
    let missing = gap::missing(tx).await?;
    Ok(ClientFacts {
        reported_until: watermark::oldest(tx).await?,
        gap: missing.since,
        permissions_doubted: missing.permissions_doubted,
        rejected_unnamed: quarantine::unnamed(tx, as_of).await?,
        unidentified: unidentified::read(tx).await?,
        declared: statement::declared(streams),
        ..ClientFacts::default()
    })
}

impl Matched {
    fn records(&self) -> BTreeSet<i64> {
        self.clients.iter().flat_map(|client| &client.records).copied().collect()
    }
}

async fn now(tx: &mut PgConnection, asks: &[&Ask]) -> Result<Vec<Matched>, Fault> {
    let tokens: BTreeSet<Token> = asks.iter().map(|ask| ask.token).collect();
    let mut unlinked = register::unlinked(tx, &tokens).await?;
    let mut presenters: BTreeMap<Token, BTreeSet<i64>> = BTreeMap::new();
    for ((token, _), records) in register::presenters(tx, &tokens, CROWD + 1, false, 0).await? {
        if records.len() > CROWD {
            unlinked.insert(token);
        } else {
            presenters.entry(token).or_default().extend(records);
        }
    }
    let mut records = Records::default();
    records.read_ids(tx, &presenters.values().flatten().copied().chain([NOBODY]).collect()).await?;
    let clients = record::of_clients(tx, &records.iter().map(|known| known.client).collect()).await?;
    let former = register::former(tx, &tokens, &clients).await?;
    let proposed = register::proposed(tx, &tokens, &clients).await?;
    let snapshots = client::snapshots(tx, &clients.keys().copied().collect()).await?;
    let mut all = Vec::with_capacity(asks.len());
    for token in asks.iter().map(|ask| ask.token) {
        let of = presenters.get(&token).into_iter().flatten().filter_map(|id| records.by_id(*id));
        let ids: BTreeSet<i64> = of.map(|known| known.client).collect();
        let found = clients.iter().filter(|(id, _)| ids.contains(id)).map(|(id, records)| (*id, records.clone()));
        let found = found.map(|(id, records)| Client { id, records });
        // A changed code must not lead a caller to the new one (661/2009 12 §): it finds nobody.
        let found: Vec<Client> = found.filter(|client| !former.contains(&(token, client.id))).collect();
        let view = match found.as_slice() {
            [client] => Some(view_of(tx, client, &snapshots).await?),
            _ => None,
        };
        let proposed = proposed.tokens.contains(&token)
            || found.iter().flat_map(|client| &client.records).any(|record| proposed.records.contains(record));
        all.push(Matched { clients: found, view, in_doubt: proposed || unlinked.contains(&token) });
    }
    Ok(all)
}

async fn past(tx: &mut PgConnection, asks: &[&Ask], then: Instant) -> Result<Vec<Matched>, Fault> {
    let mut all = Vec::with_capacity(asks.len());
    for ask in asks {
        let (clients, mut in_doubt) = as_of::find(tx, &ask.token, then).await?;
        // Protection is as of now. A code that has been changed since finds nobody in the past either, whichever record of
        // the client reported the change. A turvakielto that was set since hides earlier places too.
        let mut left = Vec::with_capacity(clients.len());
        for then in clients {
            let records = of_now(tx, &then.client.records).await?;
            if register::former(tx, &BTreeSet::from([ask.token]), &records).await?.is_empty() {
                in_doubt |= then.in_doubt;
                left.push((then.client, then.view));
            }
        }
        let (clients, mut views): (Vec<_>, Vec<_>) = left.into_iter().unzip();
        let mut matched = Matched { view: views.pop().filter(|_| views.is_empty()), clients, in_doubt };
        let records = matched.records();
        if let Some(view) = matched.view.as_mut() {
            view.protected_since = is_protected(tx, &records, ask.at).await?;
        }
        all.push(matched);
    }
    Ok(all)
}

/// The view of a client as it is now.
pub(super) async fn view_of(
    tx: &mut PgConnection,
    client: &Client,
    snapshots: &client::Snapshots,
) -> Result<ParallelView, Fault> {
    if let Some(view) = snapshots.get(&client.id).and_then(client::Snapshot::decode) {
        return Ok(view);
    }
    // A snapshot of another version of the code, not touched since.
    let events = history::of_records(tx, &client.records, None).await?;
    Ok(ParallelView::fold(events.values().flatten()))
}

/// The clients that these records belong to now, each with all its records.
async fn of_now(tx: &mut PgConnection, records: &BTreeSet<i64>) -> Result<BTreeMap<i64, BTreeSet<i64>>, Fault> {
    let mut known = Records::default();
    known.read_ids(tx, records).await?;
    record::of_clients(tx, &known.iter().map(|known| known.client).collect()).await
}

/// Whether any client that these records belong to now has a turvakielto.
async fn is_protected(tx: &mut PgConnection, records: &BTreeSet<i64>, at: Instant) -> Result<bool, Fault> {
    let clients = of_now(tx, records).await?;
    let snapshots = client::snapshots(tx, &clients.keys().copied().collect()).await?;
    for (id, records) in clients {
        if view_of(tx, &Client { id, records }, &snapshots).await?.is_protected_at(at) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn timeline(
    tx: &mut PgConnection,
    records: &BTreeSet<i64>,
    as_of: Option<Instant>,
) -> Result<Vec<ReceivedEvent>, Fault> {
    let events = history::of_records(tx, records, as_of).await?;
    let mut events: Vec<ReceivedEvent> = events.into_values().flatten().collect();
    events.sort_by_key(ReceivedEvent::order_key);
    Ok(events)
}
