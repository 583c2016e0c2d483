//! The records whose clients may change: everything that the changed links reach, before or after.
//!
//! The closure holds whole components of the link graph, so that `care::link` decides on it as on the whole county. An
//! identifier that a crowd presents, both before and after, links nobody and is not followed.

use crate::error::Fault;
use crate::plan::Plan;
use crate::record;
use crate::register::{self, crowd_limit, presenters};
use care::link::{CROWD, Crowded, Links, RecordLinks};
use event::Token;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The records that the changed links reach.
#[derive(Default)]
pub(crate) struct Closure {
    /// Their keys; closed under links before and after, and under what is one client now.
    pub keys: BTreeSet<Token>,
    /// Identifiers presented by crowds whose records are not all here.
    pub crowded: Crowded,
    /// Each affected client, with the ids of its records: those of the closure, and those of the other touched records.
    pub clients: BTreeMap<i64, BTreeSet<i64>>,
}

/// Whom an identifier reaches among the records of one system.
enum Reach {
    Crowd,
    Records(BTreeSet<i64>),
}

impl Closure {
    /// Reads it, and adds the registers of its records to `plan`.
    pub async fn read(tx: &mut PgConnection, plan: &mut Plan) -> Result<Self, Fault> {
        let mut closure = Self::default();
        let mut frontier = plan.seeds.clone();
        let mut reach: BTreeMap<(Token, String), Reach> = BTreeMap::new();
        let mut asked = BTreeSet::new();
        loop {
            while !frontier.is_empty() {
                closure.keys.extend(frontier.iter().copied());
                closure.read_registers(tx, plan, &frontier).await?;
                let tokens: BTreeSet<Token> = frontier.iter().flat_map(|key| links_of(plan, key)).collect();
                let tokens: BTreeSet<Token> = tokens.difference(&asked).copied().collect();
                read_reach(tx, plan, &tokens, &mut reach).await?;
                asked.extend(tokens);
                frontier = closure.step(tx, plan, &frontier, &reach).await?;
            }
            // The records of one client are decided together, even if its links have changed.
            let touched = plan.touched.iter().chain(&closure.keys);
            let affected = touched.filter_map(|key| plan.records.by_key(key)).map(|known| known.client).collect();
            closure.clients = record::of_clients(tx, &affected).await?;
            let linked = closure.keys.iter().filter_map(|key| plan.records.by_key(key)).map(|known| known.client);
            let linked: BTreeSet<i64> = linked.collect();
            let together = closure.clients.iter().filter(|(client, _)| linked.contains(*client));
            let ids: BTreeSet<i64> = together.flat_map(|(_, records)| records).copied().collect();
            plan.records.read_ids(tx, &ids).await?;
            let keys = ids.iter().filter_map(|id| plan.records.by_id(*id)).map(|known| known.key);
            frontier = keys.filter(|key| !closure.keys.contains(key)).collect();
            if frontier.is_empty() {
                let crowds = reach.into_iter().filter(|(_, reach)| matches!(reach, Reach::Crowd));
                closure.crowded = crowds.map(|(crowd, _)| crowd).collect();
                return Ok(closure);
            }
        }
    }

    /// True if all affected records belong to these clients. The client that was read for a record counts too: without its
    /// lock it may have changed since.
    pub fn is_within(&self, clients: &BTreeSet<i64>, plan: &Plan) -> bool {
        let keys = plan.touched.iter().chain(&self.keys);
        let read = keys.filter_map(|key| plan.records.by_key(key)).map(|known| &known.client);
        read.chain(self.clients.keys()).all(|client| clients.contains(client))
    }

    /// Reads the registers of records that were not read yet. They are the same before and after.
    async fn read_registers(
        &self,
        tx: &mut PgConnection,
        plan: &mut Plan,
        frontier: &BTreeSet<Token>,
    ) -> Result<(), Fault> {
        let new = frontier.iter().copied().filter(|key| !plan.before.records.contains_key(key));
        let new: BTreeSet<Token> = new.collect();
        let mut links = Links::default();
        register::read(tx, &new, &mut plan.records, &mut links).await?;
        for (key, record) in links.records {
            // A record that only a decision of this batch names is in `after` already, without presented identifiers.
            plan.after.records.insert(key, record.clone());
            plan.before.records.insert(key, record);
        }
        for (pair, decision) in links.decided {
            if plan.before.decided.insert(pair, decision).is_none() {
                plan.after.decided.entry(pair).or_insert(decision);
            }
        }
        Ok(())
    }

    /// The records that one step over identifiers and decisions reaches. Records that begin to link are seeds already.
    async fn step(
        &self,
        tx: &mut PgConnection,
        plan: &mut Plan,
        frontier: &BTreeSet<Token>,
        reach: &BTreeMap<(Token, String), Reach>,
    ) -> Result<BTreeSet<Token>, Fault> {
        let mut next: BTreeSet<Token> = BTreeSet::new();
        let mut ids: BTreeSet<i64> = BTreeSet::new();
        for key in frontier {
            let Some(system) = plan.records.by_key(key).map(|known| known.system.clone()) else {
                continue;
            };
            for token in links_of(plan, key) {
                if matches!(reach.get(&(token, system.clone())), Some(Reach::Crowd)) {
                    continue;
                }
                let first = (token, String::new());
                for (_, reach) in reach.range(first..).take_while(|((it, _), _)| *it == token) {
                    if let Reach::Records(records) = reach {
                        ids.extend(records);
                    }
                }
            }
        }
        let pairs = plan.before.decided.keys().chain(plan.after.decided.keys());
        next.extend(pairs.filter(|(a, b)| frontier.contains(a) || frontier.contains(b)).flat_map(|(a, b)| [*a, *b]));
        plan.records.read_ids(tx, &ids).await?;
        next.extend(ids.iter().filter_map(|id| plan.records.by_id(*id)).map(|known| known.key));
        Ok(next.difference(&self.keys).copied().collect())
    }

    /// The clients of the closure's records after the change: the ids of each one's records, and whether an identifier
    /// finds it.
    pub fn components(&self, plan: &Plan) -> Result<Vec<(BTreeSet<i64>, bool)>, Fault> {
        let records = plan.after.records.iter().filter(|(key, _)| self.keys.contains(*key));
        let decided = plan.after.decided.iter().filter(|((a, b), _)| self.keys.contains(a) && self.keys.contains(b));
        let links = Links {
            records: records.map(|(key, links)| (*key, links.clone())).collect(),
            decided: decided.map(|(pair, decision)| (*pair, *decision)).collect(),
        };
        let crowded: Crowded = links.crowded().union(&self.crowded).cloned().collect();
        let clients = links.clients(&self.crowded);
        clients.iter().map(|keys| Ok((plan.records.ids(keys)?, links.is_found(keys, &crowded)))).collect()
    }
}

/// The identifiers by which a record links, before or after.
fn links_of(plan: &Plan, key: &Token) -> BTreeSet<Token> {
    let both = [plan.before.records.get(key), plan.after.records.get(key)];
    both.into_iter().flatten().flat_map(RecordLinks::linking).collect()
}

async fn read_reach(
    tx: &mut PgConnection,
    plan: &Plan,
    tokens: &BTreeSet<Token>,
    reach: &mut BTreeMap<(Token, String), Reach>,
) -> Result<(), Fault> {
    let limit = crowd_limit(plan.lost.len());
    for ((token, system), records) in presenters(tx, tokens, limit, false, 0).await? {
        // At the limit some are unread, but there are enough for a crowd even after all that leave.
        let found = if records.len() >= limit { Reach::Crowd } else { Reach::Records(records) };
        reach.insert((token, system), found);
    }
    // An identifier with a crowd both before and after links nobody, so it need not be followed.
    let moves = |set: &BTreeSet<(Token, Token)>, token: &Token, system: &str| {
        let first = (*token, Token::from_bytes([0; Token::LEN]));
        let of = set.range(first..).take_while(|(it, _)| it == token);
        of.filter(|(_, key)| plan.records.by_key(key).is_some_and(|known| known.system == system)).count()
    };
    for ((token, system), found) in reach.iter_mut().filter(|((token, _), _)| tokens.contains(token)) {
        if let Reach::Records(records) = found {
            let before = records.len();
            let after = before + moves(&plan.gained, token, system) - moves(&plan.lost, token, system).min(before);
            if before > CROWD && after > CROWD {
                *found = Reach::Crowd;
            }
        }
    }
    Ok(())
}
