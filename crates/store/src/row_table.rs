//! A table of rows that follow from views, and the difference of its old rows and its new ones.

use crate::error::Fault;
use care::Rows;
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// A table whose rows follow from views.
pub(crate) trait RowTable {
    /// What distinguishes the rows of one client.
    type Key: Ord + Clone;
    /// The other columns.
    type Row: PartialEq;

    /// The rows of a client. `found`: an identifier finds the client.
    fn of(rows: &Rows, found: bool) -> Content<Self>;

    /// The stored rows of clients.
    async fn stored(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeMap<i64, Content<Self>>, Fault>;

    /// Deletes all rows of clients.
    async fn clear(tx: &mut PgConnection, clients: &[i64]) -> Result<(), Fault>;

    /// Deletes rows.
    async fn delete(tx: &mut PgConnection, gone: &[(i64, Self::Key)]) -> Result<(), Fault>;

    /// Inserts rows, in place of those with the same keys.
    async fn put(tx: &mut PgConnection, new: &[(i64, Self::Key, Self::Row)]) -> Result<(), Fault>;

    /// Deletes the rows of clients without a view, after the first of these ids and up to the second, and gives these clients.
    async fn delete_orphans(tx: &mut PgConnection, between: (i64, i64)) -> Result<Vec<i64>, Fault>;
}

/// The rows of one client, by their keys.
pub(crate) type Content<T> = BTreeMap<<T as RowTable>::Key, <T as RowTable>::Row>;

/// Rows of one table to delete and to write.
pub(crate) struct Difference<T: RowTable + ?Sized> {
    pub(crate) cleared: Vec<i64>,
    gone: Vec<(i64, T::Key)>,
    new: Vec<(i64, T::Key, T::Row)>,
}

impl<T: RowTable + ?Sized> Default for Difference<T> {
    fn default() -> Self {
        Self { cleared: Vec::new(), gone: Vec::new(), new: Vec::new() }
    }
}

impl<T: RowTable + ?Sized> Difference<T> {
    pub(crate) fn add(&mut self, client: i64, old: &Content<T>, new: Content<T>) {
        let gone = old.keys().filter(|key| !new.contains_key(*key)).cloned();
        self.gone.extend(gone.map(|key| (client, key)));
        let differs = |(key, row): &(_, _)| old.get(key) != Some(row);
        self.new.extend(new.into_iter().filter(differs).map(|(key, row)| (client, key, row)));
    }

    pub(crate) async fn write(&self, tx: &mut PgConnection) -> Result<(), Fault> {
        if !self.cleared.is_empty() {
            T::clear(tx, &self.cleared).await?;
        }
        if !self.gone.is_empty() {
            T::delete(tx, &self.gone).await?;
        }
        if !self.new.is_empty() {
            T::put(tx, &self.new).await?;
        }
        Ok(())
    }
}
