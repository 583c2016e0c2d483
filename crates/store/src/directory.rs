//! The directories that sources have stated: whom to ring. They are about no client, so nobody's question reads them: the services
//! read them beside, as they do the county's own files.

use crate::error::Fault;
use crate::named::Named;
use crate::{Store, history, record};
use care::list::DirectoryRow;
use care::{ParallelView, RowBytes, Rows};
use std::collections::BTreeSet;

/// The one in force of each source, by the source's name. What a row of another version states is folded again.
pub async fn stated(store: &Store) -> Result<Vec<DirectoryRow>, Fault> {
    let mut tx = store.begin_reading().await?;
    let query = sqlx::query!("SELECT client, version, content FROM statement WHERE kind = 8 ORDER BY found_by");
    let (mut directories, mut anew) = (Vec::new(), BTreeSet::new());
    for row in query.fetch_all(&mut *tx).named("directory.stated").await? {
        let current = row.version == ParallelView::VERSION;
        match DirectoryRow::from_bytes(&row.content).ok().filter(|_| current) {
            Some(directory) => directories.push(directory),
            None => {
                anew.insert(row.client);
            }
        }
    }
    for records in record::of_clients(&mut tx, &anew).await?.into_values() {
        let events = history::of_records(&mut tx, &records, None).await?;
        directories.extend(Rows::of(&ParallelView::fold(events.values().flatten())).directories.into_values());
    }
    directories.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(directories)
}
