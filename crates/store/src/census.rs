//! The ward census: who lies on which ward.

use crate::error::Fault;
use crate::order::{instant, slices, token};
use care::{CensusRow, Mark, RowBytes};
use event::{Instant, StayClass, Token, Ward};
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// A row and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CensusEntry {
    /// The client.
    pub client: i64,
    /// The row.
    pub row: CensusRow,
}

/// What is to be deleted and written.
#[derive(Default)]
pub(crate) struct Difference {
    cleared: Vec<i64>,
    gone: Vec<(i64, Token)>,
    changed: Vec<(i64, CensusRow)>,
    new: Vec<(i64, CensusRow)>,
}

impl Difference {
    /// All rows of a client go.
    pub fn clear(&mut self, client: i64) {
        self.cleared.push(client);
    }

    /// From the old rows of a client to the new ones.
    pub fn add(&mut self, client: i64, old: &BTreeSet<CensusRow>, new: BTreeSet<CensusRow>) {
        let keys: BTreeSet<Token> = new.iter().map(|row| row.stay).collect();
        self.gone.extend(old.iter().map(|row| row.stay).filter(|stay| !keys.contains(stay)).map(|stay| (client, stay)));
        let known: BTreeSet<Token> = old.iter().map(|row| row.stay).collect();
        for row in new.into_iter().filter(|row| !old.contains(row)) {
            let rows = if known.contains(&row.stay) { &mut self.changed } else { &mut self.new };
            rows.push((client, row));
        }
    }

    /// Writes it.
    pub async fn write(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        if !self.cleared.is_empty() {
            sqlx::query!("DELETE FROM ward_census WHERE client = ANY($1)", &self.cleared).execute(&mut *tx).await?;
        }
        if !self.gone.is_empty() {
            let clients: Vec<i64> = self.gone.iter().map(|(client, _)| *client).collect();
            let stays = slices(self.gone.iter().map(|(_, stay)| stay));
            sqlx::query!(
                "DELETE FROM ward_census USING unnest($1::bigint[], $2::bytea[]) AS n(client, stay)
                 WHERE ward_census.client = n.client AND ward_census.stay = n.stay",
                &clients,
                &stays as &[&[u8]]
            )
            .execute(&mut *tx)
            .await?;
        }
        if !self.changed.is_empty() {
            Columns::of(&self.changed).update(tx).await?;
        }
        if !self.new.is_empty() {
            Columns::of(&self.new).insert(tx).await?;
        }
        Ok(())
    }
}

struct Columns<'a> {
    clients: Vec<i64>,
    stays: Vec<&'a [u8]>,
    sources: Vec<&'a str>,
    wards: Vec<&'a str>,
    classes: Vec<Option<i32>>,
    since: Vec<i64>,
    planned: Vec<Option<i64>>,
    told: Vec<i64>,
    present: Vec<Option<Vec<u8>>>,
    present_records: Vec<Option<&'a [u8]>>,
}

impl<'a> Columns<'a> {
    fn of(rows: &'a [(i64, CensusRow)]) -> Self {
        let all = || rows.iter().map(|(_, row)| row);
        Self {
            clients: rows.iter().map(|(client, _)| *client).collect(),
            stays: slices(all().map(|row| &row.stay)),
            sources: all().map(|row| row.source.as_str()).collect(),
            wards: all().map(|row| row.ward.code()).collect(),
            classes: all().map(|row| row.class.map(|class| class as i32)).collect(),
            since: all().map(|row| row.since.as_micros()).collect(),
            planned: all().map(|row| row.planned_discharge_at.map(Instant::as_micros)).collect(),
            // What the program before this one goes by.
            told: all().map(|row| row.present.map_or(row.since, |(told, _)| told.time()).as_micros()).collect(),
            present: all().map(|row| row.present.map(|(told, _)| told.to_bytes())).collect(),
            present_records: all()
                .map(|row| row.present.as_ref().map(|(_, record)| record.as_bytes().as_slice()))
                .collect(),
        }
    }

    async fn update(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        sqlx::query!(
            "UPDATE ward_census c
             SET source = n.source, ward = n.ward, class = n.class, since = instant(n.since),
                 planned_discharge_at = instant(n.planned), told_at = instant(n.told),
                 present = n.present, present_record = n.present_record
             FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[],
                         $9::bytea[], $10::bytea[])
                  AS n(client, stay, source, ward, class, since, planned, told, present, present_record)
             WHERE c.client = n.client AND c.stay = n.stay",
            &self.clients,
            &self.stays as &[&[u8]],
            &self.sources as &[&str],
            &self.wards as &[&str],
            &self.classes as &[Option<i32>],
            &self.since,
            &self.planned as &[Option<i64>],
            &self.told,
            &self.present as &[Option<Vec<u8>>],
            &self.present_records as &[Option<&[u8]>]
        )
        .execute(tx)
        .await?;
        Ok(())
    }

    async fn insert(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        sqlx::query!(
            "INSERT INTO ward_census (client, stay, source, ward, class, since, planned_discharge_at, told_at, present,
                                      present_record)
             SELECT client, stay, source, ward, class, instant(since), instant(planned), instant(told), present, present_record
             FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[], $8::bigint[],
                         $9::bytea[], $10::bytea[])
                  AS n(client, stay, source, ward, class, since, planned, told, present, present_record)",
            &self.clients,
            &self.stays as &[&[u8]],
            &self.sources as &[&str],
            &self.wards as &[&str],
            &self.classes as &[Option<i32>],
            &self.since,
            &self.planned as &[Option<i64>],
            &self.told,
            &self.present as &[Option<Vec<u8>>],
            &self.present_records as &[Option<&[u8]>]
        )
        .execute(tx)
        .await?;
        Ok(())
    }
}

fn present(told: Option<Vec<u8>>, record: Option<Vec<u8>>) -> Result<Option<(Mark, Token)>, Fault> {
    let Some((told, record)) = told.zip(record) else { return Ok(None) };
    // Bytes of another version of the code: as if nothing were known of it.
    let told = Mark::from_bytes(&told).ok();
    told.map(|told| Ok((told, token(&record)?))).transpose()
}

/// Whoever lies on a ward, by client and stay.
pub(crate) async fn of_ward(tx: &mut PgConnection, source: &str, ward: &Ward) -> Result<Vec<CensusEntry>, Fault> {
    let query = sqlx::query!(
        "SELECT client, stay, class, micros(since) AS \"since!\", micros(planned_discharge_at) AS planned,
                present, present_record
         FROM ward_census WHERE source = $1 AND ward = $2 ORDER BY client, stay",
        source,
        ward.code()
    );
    let mut entries = Vec::new();
    for row in query.fetch_all(tx).await? {
        let census = CensusRow {
            source: source.to_owned(),
            ward: ward.clone(),
            stay: token(&row.stay)?,
            class: StayClass::ALL.iter().copied().find(|class| Some(*class as i32) == row.class),
            since: instant(row.since)?,
            planned_discharge_at: row.planned.map(instant).transpose()?,
            present: present(row.present, row.present_record)?,
        };
        entries.push(CensusEntry { client: row.client, row: census });
    }
    Ok(entries)
}

/// The rows of clients, for comparing them with their views.
pub(crate) async fn of_clients(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeSet<CensusEntry>, Fault> {
    let query = sqlx::query!(
        "SELECT client, stay, source, ward, class, micros(since) AS \"since!\", micros(planned_discharge_at) AS planned,
                present, present_record
         FROM ward_census WHERE client = ANY($1)",
        clients
    );
    let mut entries = BTreeSet::new();
    for row in query.fetch_all(tx).await? {
        let census = CensusRow {
            source: row.source,
            ward: Ward::try_new(&row.ward).ok_or(Fault::Stored("ward"))?,
            stay: token(&row.stay)?,
            class: StayClass::ALL.iter().copied().find(|class| Some(*class as i32) == row.class),
            since: instant(row.since)?,
            planned_discharge_at: row.planned.map(instant).transpose()?,
            present: present(row.present, row.present_record)?,
        };
        entries.insert(CensusEntry { client: row.client, row: census });
    }
    Ok(entries)
}
