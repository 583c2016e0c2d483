//! Rows that follow from views, and the one place that writes their difference.
//!
//! A table of rows is a [`RowTable`], in a file of its own, and a line of `row_tables!` below: then its rows are written with
//! the view, compared by a rebuild, and deleted when their client is gone. A kind of row that needs no columns of its own is a
//! row of the table in `statement.rs` instead.

use crate::error::Fault;
use crate::statement::StatementTable;
use crate::unidentified::UnidentifiedTable;
use care::{ParallelView, Rows};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

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

    /// Deletes the rows of clients without a view, and gives these clients.
    async fn delete_orphans(tx: &mut PgConnection) -> Result<Vec<i64>, Fault>;
}

/// The rows of one client, by their keys.
pub(crate) type Content<T> = BTreeMap<<T as RowTable>::Key, <T as RowTable>::Row>;

/// Rows of one table to delete and to write.
struct Difference<T: RowTable + ?Sized> {
    cleared: Vec<i64>,
    gone: Vec<(i64, T::Key)>,
    new: Vec<(i64, T::Key, T::Row)>,
}

impl<T: RowTable + ?Sized> Default for Difference<T> {
    fn default() -> Self {
        Self { cleared: Vec::new(), gone: Vec::new(), new: Vec::new() }
    }
}

impl<T: RowTable + ?Sized> Difference<T> {
    fn add(&mut self, client: i64, old: &Content<T>, new: Content<T>) {
        let gone = old.keys().filter(|key| !new.contains_key(*key)).cloned();
        self.gone.extend(gone.map(|key| (client, key)));
        let differs = |(key, row): &(_, _)| old.get(key) != Some(row);
        self.new.extend(new.into_iter().filter(differs).map(|(key, row)| (client, key, row)));
    }

    async fn write(&self, tx: &mut PgConnection) -> Result<(), Fault> {
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

macro_rules! row_tables {
    ($($name:ident: $table:ty),* $(,)?) => {
        /// The rows of one client, of every table.
        #[derive(Default, PartialEq)]
        pub(crate) struct ClientRows {
            $($name: Content<$table>,)*
        }

        impl ClientRows {
            /// Those of its view. `found`: an identifier finds the client.
            pub fn of(view: &ParallelView, found: bool) -> Self {
                let rows = Rows::of(view);
                Self { $($name: <$table>::of(&rows, found),)* }
            }

            /// The stored ones of clients, for a rebuild. Nothing else reads them here, because they follow from the views.
            pub async fn stored(tx: &mut PgConnection, clients: &[i64]) -> Result<BTreeMap<i64, Self>, Fault> {
                let mut stored: BTreeMap<i64, Self> = clients.iter().map(|client| (*client, Self::default())).collect();
                $(for (client, rows) in <$table>::stored(tx, clients).await? {
                    stored.entry(client).or_default().$name = rows;
                })*
                Ok(stored)
            }
        }

        /// Rows to delete and to write, of every table.
        #[derive(Default)]
        pub(crate) struct RowDifference {
            $($name: Difference<$table>,)*
        }

        impl RowDifference {
            /// Deletes all rows of a client.
            pub fn clear(&mut self, client: i64) {
                $(self.$name.cleared.push(client);)*
            }

            /// From the old rows of a client to the new ones.
            pub fn add(&mut self, client: i64, old: &ClientRows, new: ClientRows) {
                $(self.$name.add(client, &old.$name, new.$name);)*
            }

            /// Writes it.
            pub async fn write(&self, tx: &mut PgConnection) -> Result<(), Fault> {
                $(self.$name.write(tx).await?;)*
                Ok(())
            }
        }

        /// Deletes the rows of clients without a view, and gives these clients.
        pub(crate) async fn delete_orphans(tx: &mut PgConnection) -> Result<BTreeSet<i64>, Fault> {
            let mut orphans = BTreeSet::new();
            $(orphans.extend(<$table>::delete_orphans(tx).await?);)*
            Ok(orphans)
        }
    };
}

row_tables! {
    statements: StatementTable,
    unidentified: UnidentifiedTable,
}
