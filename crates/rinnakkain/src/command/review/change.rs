//! What a decision changes: the clients of two records, before and after it.

use crate::output;
use std::collections::{BTreeMap, BTreeSet};
use store::Store;

/// The clients of two records, each with its records, before a decision.
pub struct Change {
    records: [i64; 2],
    before: BTreeMap<i64, BTreeSet<i64>>,
}

impl Change {
    pub async fn of(store: &Store, records: [i64; 2]) -> anyhow::Result<Self> {
        Ok(Self { records, before: clients(store, records).await? })
    }

    pub fn is_one_client(&self) -> bool {
        self.before.len() == 1
    }

    pub fn clients(&self) -> BTreeSet<i64> {
        self.before.keys().copied().collect()
    }

    pub fn before(&self) -> String {
        format!("now {}", text(&self.before))
    }

    pub async fn print_after(&self, store: &Store) -> anyhow::Result<()> {
        let after = clients(store, self.records).await?;
        output::line(&format!("before: {}", text(&self.before)))?;
        output::line(&format!("now:    {}", text(&after)))?;
        if after == self.before {
            output::line("the clients are the same as before: something else joins or parts these records")?;
        }
        Ok(())
    }
}

async fn clients(store: &Store, records: [i64; 2]) -> anyhow::Result<BTreeMap<i64, BTreeSet<i64>>> {
    Ok(store::person::clients_of(store, &BTreeSet::from(records)).await?)
}

fn text(clients: &BTreeMap<i64, BTreeSet<i64>>) -> String {
    let client = |records: &BTreeSet<i64>| {
        let records = records.iter().map(i64::to_string).collect::<Vec<_>>();
        format!("one client of the records {}", records.join(", "))
    };
    clients.values().map(client).collect::<Vec<_>>().join("; ")
}
