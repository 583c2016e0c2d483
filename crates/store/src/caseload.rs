//! The caseload: who works with whom.

use crate::error::Fault;
use crate::order::{instant, slices, token};
use care::CaseloadRow;
use event::{Instant, Token, WorkerRole};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// A row and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseloadEntry {
    /// The client.
    pub client: i64,
    /// The row.
    pub row: CaseloadRow,
}

/// What is to be deleted and written.
#[derive(Default)]
pub(crate) struct Difference {
    cleared: Vec<i64>,
    gone: Vec<(i64, Token)>,
    new: Vec<(i64, CaseloadRow)>,
}

impl Difference {
    /// All rows of a client go.
    pub fn clear(&mut self, client: i64) {
        self.cleared.push(client);
    }

    /// From the old rows of a client to the new ones.
    pub fn add(&mut self, client: i64, old: &BTreeSet<CaseloadRow>, new: BTreeSet<CaseloadRow>) {
        let keys: BTreeSet<Token> = new.iter().map(|row| row.assignment).collect();
        let gone = old.iter().map(|row| row.assignment).filter(|assignment| !keys.contains(assignment));
        self.gone.extend(gone.map(|assignment| (client, assignment)));
        self.new.extend(new.into_iter().filter(|row| !old.contains(row)).map(|row| (client, row)));
    }

    /// Writes it.
    pub async fn write(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        if !self.cleared.is_empty() {
            sqlx::query!("DELETE FROM caseload WHERE client = ANY($1)", &self.cleared).execute(&mut *tx).await?;
        }
        if !self.gone.is_empty() {
            let clients: Vec<i64> = self.gone.iter().map(|(client, _)| *client).collect();
            let assignments = slices(self.gone.iter().map(|(_, assignment)| assignment));
            sqlx::query!(
                "DELETE FROM caseload USING unnest($1::bigint[], $2::bytea[]) AS n(client, assignment)
                 WHERE caseload.client = n.client AND caseload.assignment = n.assignment",
                &clients,
                &assignments as &[&[u8]]
            )
            .execute(&mut *tx)
            .await?;
        }
        if !self.new.is_empty() {
            self.insert(tx).await?;
        }
        Ok(())
    }

    async fn insert(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        let new = || self.new.iter().map(|(_, row)| row);
        let clients: Vec<i64> = self.new.iter().map(|(client, _)| *client).collect();
        let assignments = slices(new().map(|row| &row.assignment));
        let workers = slices(new().map(|row| &row.worker_key));
        let roles: Vec<i32> = new().map(|row| row.role as i32).collect();
        let from: Vec<i64> = new().map(|row| row.from.as_micros()).collect();
        let until: Vec<Option<i64>> = new().map(|row| row.until.map(Instant::as_micros)).collect();
        sqlx::query!(
            "INSERT INTO caseload (client, assignment, worker_key, role, starts_at, ends_at)
             SELECT client, assignment, worker_key, role, instant(starts_at), instant(ends_at)
             FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::int[], $5::bigint[], $6::bigint[])
                  AS n(client, assignment, worker_key, role, starts_at, ends_at)
             ON CONFLICT (client, assignment) DO UPDATE
             SET worker_key = excluded.worker_key, role = excluded.role, starts_at = excluded.starts_at,
                 ends_at = excluded.ends_at",
            &clients,
            &assignments as &[&[u8]],
            &workers as &[&[u8]],
            &roles,
            &from,
            &until as &[Option<i64>]
        )
        .execute(tx)
        .await?;
        Ok(())
    }
}

/// A worker's clients, by client and assignment: those of today, and those of other times.
pub(crate) async fn of_worker(tx: &mut PgConnection, worker: &Token) -> Result<Vec<CaseloadEntry>, Fault> {
    let query = sqlx::query!(
        "SELECT client, assignment, role, micros(starts_at) AS \"starts_at!\", micros(ends_at) AS ends_at
         FROM caseload WHERE worker_key = $1 ORDER BY client, assignment",
        worker.as_bytes().as_slice()
    );
    let mut entries = Vec::new();
    for row in query.fetch_all(tx).await? {
        let caseload = CaseloadRow {
            worker_key: *worker,
            assignment: token(&row.assignment)?,
            role: role(row.role)?,
            from: instant(row.starts_at)?,
            until: row.ends_at.map(instant).transpose()?,
        };
        entries.push(CaseloadEntry { client: row.client, row: caseload });
    }
    Ok(entries)
}

/// The rows of clients, for comparing them with their views.
pub(crate) async fn of_clients(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeSet<CaseloadEntry>, Fault> {
    let query = sqlx::query!(
        "SELECT client, assignment, worker_key, role, micros(starts_at) AS \"starts_at!\", micros(ends_at) AS ends_at
         FROM caseload WHERE client = ANY($1)",
        clients
    );
    let mut entries = BTreeSet::new();
    for row in query.fetch_all(tx).await? {
        let caseload = CaseloadRow {
            worker_key: token(&row.worker_key)?,
            assignment: token(&row.assignment)?,
            role: role(row.role)?,
            from: instant(row.starts_at)?,
            until: row.ends_at.map(instant).transpose()?,
        };
        entries.insert(CaseloadEntry { client: row.client, row: caseload });
    }
    Ok(entries)
}

fn role(number: i32) -> Result<WorkerRole, Fault> {
    WorkerRole::ALL.iter().copied().find(|role| *role as i32 == number).ok_or(Fault::Stored("role"))
}
