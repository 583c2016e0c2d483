//! Brings the schema up to this version.
//!
//! Migrations run on a connection of their own, without the time limits of the service's statements, so that a long one
//! is not mistaken for an unreachable database. While a migration waits for a lock, all later statements wait too. So
//! it waits briefly, gives way, and is tried again.

use crate::Store;
use crate::error::Fault;
use crate::inspect::{self, Schema};
use crate::named::Named;
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use tokio::time::sleep;

/// The pause before the next attempt: it lets through those who waited behind the last one.
const PAUSE: Duration = Duration::from_secs(1);

impl Store {
    /// Brings the schema up to this version. Safe while another program does the same. An account without the right to
    /// change the schema finds nothing to change, once another account has. A newer schema is left as it is: migrations
    /// only add, so this version works on the next schema too during a rolling upgrade (`tests/store/released.rs`).
    pub async fn migrate(&self) -> Result<(), Fault> {
        match inspect::schema_of(&mut *self.pool().acquire().named("connect").await?).await? {
            // There is nothing to do, and no statement runs that needs the right to change the schema.
            Schema::Current | Schema::Newer => return Ok(()),
            Schema::Strange => {
                return Err(Fault::Schema("a migration was applied in part or left out, or has been changed"));
            }
            Schema::Empty | Schema::Behind(_) | Schema::Hidden => {}
        }
        let mut migrator = sqlx::migrate!();
        migrator.set_ignore_missing(true);
        let mut waits = false;
        loop {
            let mut connection = self.for_schema().await?;
            let migrated = migrator.run_direct(None, &mut connection, false).await.map_err(Fault::of_migration);
            // Closing it releases the lock by which migrators exclude each other; whether it closes cleanly changes
            // nothing.
            let _ = connection.close().await;
            match migrated {
                Err(Fault::Conflict { .. }) => {
                    if !std::mem::replace(&mut waits, true) {
                        tracing::warn!(
                            "the schema cannot be changed while others use it or change it: trying until it can"
                        );
                    }
                }
                migrated => return migrated,
            }
            sleep(PAUSE).await;
        }
    }

    /// A connection for changes of the schema.
    pub(crate) async fn for_schema(&self) -> Result<PgConnection, Fault> {
        PgConnection::connect_with(self.schema_options()).named("connect").await
    }
}
