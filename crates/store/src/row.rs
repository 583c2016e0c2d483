//! Rows that follow from views, and the one place that writes their difference.
//!
//! A table of rows is a [`RowTable`], in a file of its own, and a line of `row_tables!` below: then its rows are written with
//! the view, compared by a rebuild, and deleted when their client is gone. A kind of row that needs no columns of its own is a
//! row of the table in `statement.rs` instead.

use crate::error::Fault;
use crate::row_table::{Content, Difference, RowTable};
use crate::statement::StatementTable;
use crate::unidentified::UnidentifiedTable;
use care::{ParallelView, Rows};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

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

            /// The stored rows of clients, for a rebuild. Nothing else reads them here, because they follow from the
            /// views.
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

        /// Deletes the rows of clients without a view, after the first of these ids and up to the second, and gives these clients.
        pub(crate) async fn delete_orphans(
            tx: &mut PgConnection,
            between: (i64, i64),
        ) -> Result<BTreeSet<i64>, Fault> {
            let mut orphans = BTreeSet::new();
            $(orphans.extend(<$table>::delete_orphans(tx, between).await?);)*
            Ok(orphans)
        }
    };
}

row_tables! {
    statements: StatementTable,
    unidentified: UnidentifiedTable,
}
