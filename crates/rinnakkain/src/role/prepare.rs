//! Before the first message: the database, the topic, and what earlier runs left behind. Waits for what is away.

use super::Roles;
use super::health::Health;
use super::waiting::Waiting;
use crate::config::Config;
use crate::database::{self, Database};
use event::{GapReason, Keyring};
use store::Projector;

/// Waits until the service's database is there.
pub async fn database(config: &Config, keyring: &Keyring, health: &Health) -> anyhow::Result<Database> {
    let mut waiting = Waiting::new("the database", "database.url or database.url_file", health);
    loop {
        match Database::own(config, keyring).await {
            Ok(database) => {
                waiting.over();
                return Ok(database);
            }
            Err(error) if database::is_transient(&error) => waiting.after(&error).await,
            Err(error) => return Err(error),
        }
    }
}

/// Waits until the topic is as it should be, and deals with what earlier runs left behind.
pub async fn journal(
    config: &Config,
    roles: Roles,
    database: Option<&Database>,
    health: &Health,
) -> anyhow::Result<()> {
    let partitions = reach(config, roles, health).await?;
    let Some(database) = database.filter(|_| roles.project) else { return Ok(()) };
    let mut waiting = Waiting::new("the database", "whether PostgreSQL runs and takes connections", health);
    loop {
        match before_projection(config, &database.store, partitions).await {
            Ok(()) => {
                waiting.over();
                return Ok(());
            }
            Err(error) if database::is_transient(&error) => waiting.after(&error).await,
            Err(error) => return Err(error),
        }
    }
}

/// Waits until Kafka is there and the topic is as it should be. Answering questions does not need Kafka.
async fn reach(config: &Config, roles: Roles, health: &Health) -> anyhow::Result<u32> {
    let Some(kafka) = config.kafka.as_ref().filter(|_| roles.ingest || roles.project) else { return Ok(0) };
    let mut waiting = Waiting::new("Kafka", "kafka.brokers, and at TLS and SASL in kafka.client", health);
    loop {
        match kafka.topic.ensure(&kafka.client).await {
            Ok(partitions) => {
                waiting.over();
                tracing::info!(topic = kafka.topic.name, partitions, "Kafka stands between ingest and projection");
                return Ok(partitions);
            }
            Err(error) if error.is_transient() => waiting.after(&error).await,
            Err(error) => return Err(error.into()),
        }
    }
}

/// What earlier runs left behind: ingests of the other transport, or partitions that the topic no longer has.
async fn before_projection(config: &Config, store: &store::Store, partitions: u32) -> anyhow::Result<()> {
    let projector = Projector::new(store.clone());
    let Some(kafka) = &config.kafka else {
        let waited_for = store::watermark::active_ingests(store).await?;
        for (ingest, until) in waited_for.iter().filter(|(ingest, _)| ingest != store::watermark::DIRECT) {
            tracing::warn!(
                ingest,
                %until,
                "an ingest wrote into a journal and has not left it: its records are not applied, and answers wait for them. \
                 Apply them (rinnakkain project), or confirm that nothing is missing (rinnakkain journal retire-ingest)"
            );
        }
        return Ok(());
    };
    projector.through_journal().await?;
    let topic = &kafka.topic.name;
    let beyond = |partition: i32| u32::try_from(partition).is_ok_and(|partition| partition >= partitions);
    let progress = projector.progress(topic).await?;
    for it in progress.iter().filter(|it| beyond(it.partition) && it.checkpoint.next > 0) {
        tracing::error!(
            partition = it.partition,
            "the topic no longer has this partition: what it held may be missing"
        );
        let (topic, partition, expected) = (topic.clone(), it.partition, Some(it.checkpoint));
        let gap = store::gap::Gap { topic, partition, reason: GapReason::JournalReplaced, expected, beginning: 0 };
        projector.open_gap(&gap).await?;
    }
    Ok(())
}
