//! A client as it was known at an earlier time (rule R7): the view folded from what was received by then, with the links
//! of that time.
//!
//! Only today's links are stored. So the earlier ones are learned from history, record by record, outward from the
//! identifier that is asked for. The index of everything that a record ever presented, and all decided pairs, show whose
//! history to read.

use crate::error::Fault;
use crate::history;
use crate::named::Named;
use crate::record::Records;
use crate::register;
use care::ParallelView;
use care::link::{CROWD, Crowded, Links, RecordLinks};
use event::{Instant, ReceivedEvent, Token};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// How many candidates of one identifier have their history read at once. As many are kept that present it and are not
/// linked by it.
const PAGE: usize = 64;

/// A client that is found.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub id: i64,
    pub records: BTreeSet<i64>,
}

/// A client as it was known then.
pub(crate) struct PastClient {
    pub client: Client,
    pub view: ParallelView,
    /// A change to it was proposed, and nobody had decided it.
    pub in_doubt: bool,
}

/// The clients that an identifier found then. True beside them: a record presented the identifier without being found by
/// it, or a change to it was proposed and nobody had decided it.
pub(crate) async fn find(
    tx: &mut PgConnection,
    token: &Token,
    then: Instant,
) -> Result<(Vec<PastClient>, bool), Fault> {
    let mut past = Past::new(*token, then);
    let mut tokens = BTreeSet::from([*token]);
    let mut reached = BTreeSet::new();
    loop {
        let mut next = past.presenters(tx, &tokens).await?;
        next.extend(past.decided(tx, &reached).await?);
        reached = next.difference(&past.reached).copied().collect();
        if reached.is_empty() {
            break;
        }
        past.reached.extend(reached.iter().copied());
        let linking = reached.iter().filter_map(|key| past.links.records.get(key));
        tokens = linking.flat_map(RecordLinks::linking).filter(|token| !past.asked.contains(token)).collect();
    }
    past.holders_of_ended(tx).await?;
    past.answer()
}

struct Past {
    token: Token,
    then: Instant,
    records: Records,
    links: Links,
    events: BTreeMap<Token, Vec<ReceivedEvent>>,
    /// Records whose history was read.
    read: BTreeSet<i64>,
    /// Records that are linked with the identifier, directly or through others.
    reached: BTreeSet<Token>,
    /// Identifiers whose presenters are known.
    asked: BTreeSet<Token>,
    crowded: Crowded,
    /// A change to the identifier was proposed.
    proposed: bool,
    /// A record presented the identifier and was not linked by it.
    unlinked: bool,
}

impl Past {
    fn new(token: Token, then: Instant) -> Self {
        Self {
            token,
            then,
            records: Records::default(),
            links: Links::default(),
            events: BTreeMap::new(),
            read: BTreeSet::new(),
            reached: BTreeSet::new(),
            asked: BTreeSet::new(),
            crowded: Crowded::new(),
            proposed: false,
            unlinked: false,
        }
    }

    /// Learns the history of records, as far as it was received then.
    async fn learn(&mut self, tx: &mut PgConnection, ids: &BTreeSet<i64>) -> Result<(), Fault> {
        let new: BTreeSet<i64> = ids.difference(&self.read).copied().collect();
        self.records.read_ids(tx, &new).await?;
        for (record, events) in history::of_records(tx, &new, Some(self.then)).await? {
            for received in &events {
                self.links.learn(received);
            }
            if let Some(known) = self.records.by_id(record) {
                self.events.insert(known.key, events);
            }
        }
        for links in
            new.iter().filter_map(|id| self.records.by_id(*id)).filter_map(|it| self.links.records.get(&it.key))
        {
            self.proposed |= links.proposed().any(|(it, _)| it == self.token);
            self.unlinked |= links.presents_now(&self.token) && !links.linking().any(|it| it == self.token);
        }
        self.read.extend(new);
        Ok(())
    }

    /// Forgets a record that is read again if something else leads to it: a hundred thousand may have presented what links
    /// nobody.
    fn forget(&mut self, id: i64) {
        if let Some(known) = self.records.forget(id) {
            self.links.records.remove(&known.key);
            self.events.remove(&known.key);
        }
        self.read.remove(&id);
    }

    /// The records that presented these identifiers then.
    async fn presenters(&mut self, tx: &mut PgConnection, tokens: &BTreeSet<Token>) -> Result<BTreeSet<Token>, Fault> {
        let mut presenters = BTreeSet::new();
        for token in tokens {
            presenters.extend(self.presenters_of(tx, token).await?);
            self.asked.insert(*token);
        }
        Ok(presenters)
    }

    async fn presenters_of(&mut self, tx: &mut PgConnection, token: &Token) -> Result<BTreeSet<Token>, Fault> {
        let mut found: BTreeMap<String, BTreeSet<Token>> = BTreeMap::new();
        let (mut after, mut holders) = (0, 0);
        loop {
            let page = register::presenters(tx, &BTreeSet::from([*token]), PAGE, true, after).await?;
            let is_crowd = |found: &BTreeMap<String, BTreeSet<Token>>, system: &str| {
                found.get(system).is_some_and(|found| found.len() > CROWD)
            };
            let page = page.into_iter().filter(|((_, system), _)| !is_crowd(&found, system));
            let page: Vec<_> = page.map(|((_, system), ids)| (system, ids)).collect();
            // Each system is read as far as the shortest full page, so that no record is skipped.
            let full =
                page.iter().filter(|(_, ids)| ids.len() == PAGE).filter_map(|(_, ids)| ids.last()).min().copied();
            for (system, ids) in page {
                let ids: BTreeSet<i64> = ids.into_iter().filter(|id| full.is_none_or(|full| *id <= full)).collect();
                let known_before: BTreeSet<i64> = ids.intersection(&self.read).copied().collect();
                self.learn(tx, &ids).await?;
                for id in ids {
                    let Some(key) = self.records.by_id(id).map(|known| known.key) else { continue };
                    let links = self.links.records.get(&key);
                    if links.is_some_and(|links| links.linking().any(|it| it == *token)) {
                        found.entry(system.clone()).or_default().insert(key);
                    } else if links.is_some_and(|links| links.presents_as_held(token)) && holders < PAGE {
                        // Somebody who holds a code that has ended for another person is in doubt, whoever reported the
                        // end.
                        holders += 1;
                    } else if !known_before.contains(&id) {
                        self.forget(id);
                    }
                }
            }
            let Some(full) = full else { break };
            after = full;
        }
        let (crowds, persons): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, keys)| keys.len() > CROWD);
        self.crowded.extend(crowds.into_iter().map(|(system, _)| (*token, system)));
        Ok(persons.into_iter().flat_map(|(_, keys)| keys).collect())
    }

    /// Learns who presented codes that a source had ended without authority to decide it: see `Links::is_in_doubt`.
    async fn holders_of_ended(&mut self, tx: &mut PgConnection) -> Result<(), Fault> {
        let reached = self.reached.iter().filter_map(|key| self.links.records.get(key));
        let ended: BTreeSet<Token> = reached.flat_map(RecordLinks::ended_codes).collect();
        for token in ended.difference(&self.asked).copied().collect::<Vec<_>>() {
            self.presenters_of(tx, &token).await?;
        }
        Ok(())
    }

    /// The records that were ever decided to be, or not to be, one person with one of these.
    async fn decided(&mut self, tx: &mut PgConnection, reached: &BTreeSet<Token>) -> Result<BTreeSet<Token>, Fault> {
        let ids: Vec<i64> = self.records.ids(reached)?.into_iter().collect();
        let others = sqlx::query_scalar!(
            "SELECT high AS \"other!\" FROM link_decision WHERE low = ANY($1)
             UNION SELECT low FROM link_decision WHERE high = ANY($1)",
            &ids
        );
        let others = others.fetch_all(&mut *tx).named("link_decision.partners").await?.into_iter().collect();
        self.learn(tx, &others).await?;
        // Only a decision made by then links then.
        let pairs = self.links.decided.keys().filter(|(a, b)| reached.contains(a) || reached.contains(b));
        let pairs: BTreeSet<Token> = pairs.flat_map(|(a, b)| [*a, *b]).collect();
        self.records.read_keys(tx, &pairs).await?;
        Ok(pairs)
    }

    fn answer(self) -> Result<(Vec<PastClient>, bool), Fault> {
        let token = &self.token;
        let presents = |key: &Token| {
            let record = self.links.records.get(key);
            let crowd = record.is_some_and(|it| self.crowded.contains(&(*token, it.system.clone())));
            !crowd && record.is_some_and(|it| it.linking().any(|it| it == *token))
        };
        let links = Links {
            records: self.links.records.iter().filter(|(key, _)| self.reached.contains(*key)).map(clone).collect(),
            decided: self.links.decided.iter().map(|(pair, decision)| (*pair, *decision)).collect(),
        };
        let mut clients = Vec::new();
        let changed = |keys: &BTreeSet<Token>| {
            let mut records = keys.iter().filter_map(|key| self.links.records.get(key));
            records.any(|record| record.former().any(|it| it == *token))
        };
        let clients_then = links.clients(&self.crowded);
        for keys in clients_then.iter().filter(|keys| keys.iter().any(presents) && !changed(keys)) {
            let records = self.records.ids(keys)?;
            let Some(id) = records.first().copied() else { continue };
            let view = ParallelView::fold(keys.iter().filter_map(|key| self.events.get(key)).flatten());
            clients.push(PastClient { client: Client { id, records }, view, in_doubt: self.links.is_in_doubt(keys) });
        }
        let crowd = self.crowded.iter().any(|(it, _)| it == token);
        Ok((clients, crowd || self.unlinked || self.proposed))
    }
}

fn clone((key, links): (&Token, &RecordLinks)) -> (Token, RecordLinks) {
    (*key, links.clone())
}
