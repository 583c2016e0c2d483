//! What a batch changes, computed from the stored state: read once to know what to lock, and again under the locks.
//!
//! Everything here is by record key and in memory (`care::link::Links` before and after); nothing is written. Two rules
//! make it safe. A record's registers, history and client change only under the lock of its client. The presenters of an
//! identifier change only under the lock of that identifier.

use crate::error::Fault;
use crate::history::{self, Stored};
use crate::record::Records;
use crate::register::{self, RegisterStates};
use care::link::{LinkDecision, Links, RecordLinks};
use event::{Body, IdentityEvent, ReceivedEvent, StreamId, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A stored event that a copy changes.
pub(crate) struct Change {
    pub old: Stored,
    pub new: Stored,
}

/// What the batch changes.
#[derive(Default)]
pub(crate) struct Plan {
    /// Events that are not stored yet.
    pub fresh: Vec<Stored>,
    /// Stored events that a copy in the batch changes.
    pub changed: Vec<Change>,
    /// Copies that change nothing.
    pub duplicates: u64,
    /// The events that were stored before.
    pub copies: Vec<Uuid>,
    /// Every record met.
    pub records: Records,
    /// The registers of the records met, as stored and as they will be.
    pub before: Links,
    /// See `before`.
    pub after: Links,
    /// Records of fresh or changed events, the other records that these events name, and new records.
    pub touched: BTreeSet<Token>,
    /// Records whose links change or are recomputed.
    pub seeds: BTreeSet<Token>,
    /// (identifier, record) that begin to link.
    pub gained: BTreeSet<(Token, Token)>,
    /// (identifier, record) that cease to link.
    pub lost: BTreeSet<(Token, Token)>,
    /// Records whose stored registers have keys that are not right any more: a later event reported something else.
    pub stale: BTreeSet<Token>,
    /// Every (record, identifier) that the events report.
    pub reported: BTreeSet<(Token, Token)>,
    /// The events, as they will be, of records whose registers were computed from history, so that the fold need not
    /// read them again.
    pub history: BTreeMap<i64, Vec<ReceivedEvent>>,
}

/// The copies of each event in a batch, joined: the event's id to its join and the number of copies.
pub(crate) type Incoming = BTreeMap<Uuid, (Stored, u64)>;

pub(crate) fn incoming<'a>(events: impl IntoIterator<Item = &'a ReceivedEvent>) -> Incoming {
    let mut incoming = Incoming::new();
    for received in events {
        let copy = Stored::of(received);
        match incoming.get_mut(&received.event.id) {
            Some((stored, copies)) => {
                stored.join(&copy);
                *copies += 1;
            }
            None => {
                incoming.insert(received.event.id, (copy, 1));
            }
        }
    }
    incoming
}

/// The other record that a decision names.
pub(crate) fn other(body: &Body) -> Option<&StreamId> {
    let Body::Identity(identity) = body else { return None };
    match identity {
        IdentityEvent::IdentitiesMerged(x) => Some(&x.subsumed),
        IdentityEvent::RecordsLinked(x) => Some(&x.other),
        IdentityEvent::IdentitiesUnmerged(x) => Some(&x.separated),
        IdentityEvent::NationalIdChanged(_) => None,
    }
}

/// The records that an event names: its own, and the other one of a decision.
pub(crate) fn named(received: &ReceivedEvent) -> impl Iterator<Item = &StreamId> {
    std::iter::once(&received.event.record).chain(other(&received.event.body))
}

impl Plan {
    /// The registers, as stored and as they will be.
    pub fn registers(&self) -> RegisterStates<'_> {
        let Self { records, before, after, stale, reported, .. } = self;
        RegisterStates { records, before, after, stale, reported }
    }

    /// Reads the stored state and computes the change. `known` are records that are read already. `new` are the records
    /// that this transaction inserted, even those that only an unchanged copy names. `recompute` are records whose registers
    /// are computed from history, whatever is stored.
    pub async fn read(
        tx: &mut PgConnection,
        incoming: &Incoming,
        known: Records,
        new: &BTreeSet<i64>,
        recompute: &BTreeSet<i64>,
    ) -> Result<Self, Fault> {
        let mut plan = Self { records: known, ..Self::default() };
        plan.join(tx, incoming).await?;
        let events = plan.fresh.iter().chain(plan.changed.iter().flat_map(|change| [&change.old, &change.new]));
        plan.touched = events.flat_map(|it| named(&it.received)).map(|record| record.key).collect();
        plan.records.read_keys(tx, &plan.touched).await?;
        plan.records.read_ids(tx, &new.union(recompute).copied().collect()).await?;
        let new = new.iter().filter_map(|id| plan.records.by_id(*id)).map(|known| known.key);
        plan.touched.extend(new);
        let recompute = recompute.iter().filter_map(|id| plan.records.by_id(*id)).map(|known| known.key);
        let recompute: BTreeSet<Token> = recompute.collect();
        let read: BTreeSet<Token> = plan.touched.union(&recompute).copied().collect();
        register::read(tx, &read, &mut plan.records, &mut plan.before).await?;
        plan.after = plan.before.clone();
        for event in &plan.fresh {
            plan.after.learn(&event.received);
        }
        let events = plan.fresh.iter().chain(plan.changed.iter().map(|change| &change.new));
        plan.reported = events.flat_map(|it| reported(&it.received)).collect();
        let decides = plan.fresh.iter().filter(|it| plan.before.needs_history(&it.received));
        let decides = decides.map(|it| it.received.event.record.key);
        let anew = decides.chain(recompute.iter().copied()).collect();
        plan.recompute(tx, anew).await?;
        plan.find_seeds();
        plan.seeds.extend(recompute);
        Ok(plan)
    }

    /// Joins the copies with the stored events (rule R1).
    async fn join(&mut self, tx: &mut PgConnection, incoming: &Incoming) -> Result<(), Fault> {
        let ids: Vec<Uuid> = incoming.keys().copied().collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut stored = history::with_ids(tx, &ids).await?;
        for (id, (copy, copies)) in incoming {
            self.duplicates += copies - 1;
            let Some(old) = stored.remove(id) else {
                self.fresh.push(copy.clone());
                continue;
            };
            self.duplicates += 1;
            self.copies.push(*id);
            let mut new = old.clone();
            new.join(copy);
            if new != old {
                self.changed.push(Change { old, new });
            }
        }
        self.fresh.sort_by_key(|it| it.received.order_key());
        Ok(())
    }

    /// Computes registers from history, as it will be, where the stored ones do not suffice: an event under them changed, or
    /// a new one does not simply follow them.
    async fn recompute(&mut self, tx: &mut PgConnection, mut anew: BTreeSet<Token>) -> Result<(), Fault> {
        let changed = self.changed.iter().flat_map(|change| [&change.old, &change.new]);
        anew.extend(changed.flat_map(|it| named(&it.received)).map(|record| record.key));
        if anew.is_empty() {
            return Ok(());
        }
        let pairs = self.before.decided.keys().chain(self.after.decided.keys());
        let pairs = pairs.filter(|(a, b)| anew.contains(a) || anew.contains(b));
        let partners: BTreeSet<Token> = pairs.flat_map(|(a, b)| [*a, *b]).chain(anew.iter().copied()).collect();
        self.read_history(tx, &partners).await?;
        // Records that only history names as the other one of a decision.
        let others: BTreeSet<Token> =
            self.history.values().flatten().flat_map(named).map(|record| record.key).collect();
        let others: BTreeSet<Token> = others.difference(&partners).copied().collect();
        self.records.read_keys(tx, &others).await?;
        self.read_history(tx, &others).await?;

        let mut truth = Links::default();
        for received in self.history.values().flatten() {
            truth.learn(received);
            if anew.contains(&received.event.record.key) {
                self.reported.extend(reported(received));
                if self.before.needs_history(received) {
                    self.stale.insert(received.event.record.key);
                }
            }
        }
        for key in &anew {
            let system = self.records.by_key(key).map(|known| known.system.clone()).unwrap_or_default();
            let mut links = truth.records.remove(key).unwrap_or_default();
            links.system = system;
            self.after.records.insert(*key, links);
        }
        let concerned = |(a, b): &(Token, Token)| anew.contains(a) || anew.contains(b);
        self.after.decided.retain(|pair, _| !concerned(pair));
        self.after.decided.extend(truth.decided.into_iter().filter(|(pair, _)| concerned(pair)));
        Ok(())
    }

    /// Reads the events of these records as they will be once the batch is applied.
    async fn read_history(&mut self, tx: &mut PgConnection, keys: &BTreeSet<Token>) -> Result<(), Fault> {
        let mut events = history::of_records(tx, &self.records.ids(keys)?, None).await?;
        let replaced: BTreeSet<Uuid> = self.changed.iter().map(|change| change.new.received.event.id).collect();
        for kept in events.values_mut().filter(|_| !replaced.is_empty()) {
            kept.retain(|it| !replaced.contains(&it.event.id));
        }
        let coming = self.fresh.iter().chain(self.changed.iter().map(|change| &change.new));
        for received in coming.map(|it| &it.received).filter(|it| keys.contains(&it.event.record.key)) {
            events.entry(self.records.id(&received.event.record.key)?).or_default().push(received.clone());
        }
        self.history.append(&mut events);
        Ok(())
    }

    /// Which identifiers begin and cease to link, and which decisions change the graph.
    fn find_seeds(&mut self) {
        for (key, links) in &self.after.records {
            // The usual case: the same identifiers, reported again.
            if self.before.records.get(key).is_some_and(|before| before.links_as(links)) {
                continue;
            }
            let new: BTreeSet<Token> = links.linking().collect();
            let old: BTreeSet<Token> =
                self.before.records.get(key).into_iter().flat_map(RecordLinks::linking).collect();
            // A record that links as before may find no longer: whether a client is found depends on all its records.
            let finding = |links: &Links| -> (BTreeSet<Token>, BTreeSet<Token>, bool) {
                let record = links.records.get(key);
                let of = |it: &RecordLinks| (it.finding().collect(), it.former().collect(), it.has_no_code());
                record.map(of).unwrap_or_default()
            };
            if finding(&self.before) != finding(&self.after) {
                self.seeds.insert(*key);
            }
            self.gained.extend(new.difference(&old).map(|token| (*token, *key)));
            self.lost.extend(old.difference(&new).map(|token| (*token, *key)));
        }
        self.seeds.extend(self.gained.iter().chain(&self.lost).map(|(_, key)| *key));
        let pairs = self.before.decided.keys().chain(self.after.decided.keys());
        let verdict = |links: &Links, pair| links.decided.get(pair).and_then(LinkDecision::verdict);
        let differ = pairs.filter(|pair| verdict(&self.before, pair) != verdict(&self.after, pair));
        self.seeds.extend(differ.flat_map(|(a, b)| [*a, *b]));
    }

    /// The identifiers to lock.
    pub fn tokens(&self) -> BTreeSet<Token> {
        self.gained.iter().chain(&self.lost).map(|(token, _)| *token).collect()
    }
}

fn reported(received: &ReceivedEvent) -> impl Iterator<Item = (Token, Token)> + '_ {
    let key = received.event.record.key;
    let (old, new): (&[Token], &[Token]) = match &received.event.body {
        Body::Identity(IdentityEvent::NationalIdChanged(x)) => (&x.old, &x.new),
        _ => (&[], &[]),
    };
    let presented = received.event.presented.iter().flat_map(|set| &set.tokens);
    presented.chain(old).chain(new).map(move |token| (key, *token))
}
