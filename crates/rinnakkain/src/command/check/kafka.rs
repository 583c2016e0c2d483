//! Kafka: whether it is there, and whether the topic keeps what it is given, by the rule of the start.

use super::finding::Finding;
use crate::config::{Config, Kafka};
use crate::output::counted;
use journal::{Inspection, JournalError};
use std::time::Duration;
use tokio::time::timeout;

const KAFKA: &str = "kafka";
const TOPIC: &str = "kafka topic";
/// The client library has its own, shorter ones.
const PATIENCE: Duration = Duration::from_secs(15);

/// `was_read`: the database has positions of the topic.
pub async fn look(config: &Config, was_read: bool) -> Vec<Finding> {
    let Some(kafka) = &config.kafka else {
        return vec![Finding::ok(KAFKA, "none is configured (transport = \"direct\")")];
    };
    let silent = || Err(JournalError::Unavailable { code: "silent".to_owned() });
    match timeout(PATIENCE, kafka.topic.inspect(&kafka.client)).await.unwrap_or_else(|_| silent()) {
        Ok(seen) => findings(kafka, &seen, was_read),
        Err(error) => vec![Finding::failure(
            KAFKA,
            error.to_string(),
            "see that the brokers of kafka.brokers run and can be reached from here, and that TLS and SASL in kafka.client \
             are theirs; meanwhile ingest and project wait",
        )],
    }
}

fn findings(kafka: &Kafka, seen: &Inspection, was_read: bool) -> Vec<Finding> {
    let topic = &kafka.topic;
    let of_brokers = || counted(seen.brokers, "broker", "brokers");
    let mut findings = vec![Finding::ok(KAFKA, format!("it answers, with {}", of_brokers()))];
    findings.push(match seen.partitions {
        Some(partitions) if topic.partitions == partitions => {
            Finding::ok(TOPIC, format!("{} has {}", topic.name, counted(partitions, "partition", "partitions")))
        }
        Some(partitions) => Finding::warning(
            TOPIC,
            format!("{} has partitions: {partitions}; kafka.partitions is {}", topic.name, topic.partitions),
            "it is used as it is, by at most so many projectors: write its number in kafka.partitions, or add partitions with \
             Kafka's own tools while no ingest runs",
        ),
        None if was_read => Finding::failure(
            TOPIC,
            format!("{} is not there, and the database has read it: Kafka has lost it, or is another", topic.name),
            "nothing is taken or applied until it is there again: see \"Kafka is lost\" in deploy/README.md",
        ),
        None if seen.brokers < usize::try_from(topic.replication).unwrap_or(usize::MAX) => Finding::failure(
            TOPIC,
            format!("{} is not there, and {} copies of it do not fit {}", topic.name, topic.replication, of_brokers()),
            "add brokers, or set kafka.replication to the number of copies that there can be",
        ),
        None => Finding::ok(TOPIC, format!("{} is not there: the first ingest or project makes it", topic.name)),
    });
    findings.extend(seen.problems.iter().map(|problem| {
        if let Some(because) = &topic.unsafe_because {
            return Finding::warning(TOPIC, problem.clone(), format!("it is used all the same: {because}"));
        }
        let advice = "correct the topic, or state in kafka.unsafe_because why this is acceptable: else nothing starts";
        Finding::failure(TOPIC, problem.clone(), advice)
    }));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::check::finding::Outcome::{self, Failure, Ok, Warning};

    #[test]
    fn the_topic_is_measured_as_the_start_measures_it() {
        let config = |more: &str| {
            let text = format!("transport = 'kafka'\n[kafka]\nbrokers = '127.0.0.1:1'\n{more}");
            Config::of_text(&text).unwrap().kafka.unwrap()
        };
        let seen = |brokers, partitions, problems: &[&str]| Inspection {
            brokers,
            partitions,
            problems: problems.iter().map(|it| (*it).to_owned()).collect(),
        };
        let trial = "unsafe_because = 'a trial'";
        let table: [(&str, Inspection, &[Outcome]); 7] = [
            ("", seen(3, Some(3), &[]), &[Ok, Ok]),
            ("", seen(3, None, &[]), &[Ok, Ok]),
            ("", seen(1, None, &[]), &[Ok, Failure]),
            ("", seen(3, None, &["it may be lost"]), &[Ok, Ok, Failure]),
            ("", seen(3, Some(6), &[]), &[Ok, Warning]),
            ("", seen(3, Some(3), &["it may be lost"]), &[Ok, Ok, Failure]),
            (trial, seen(3, Some(3), &["it may be lost"]), &[Ok, Ok, Warning]),
        ];
        for (more, seen, expected) in table {
            let outcomes: Vec<_> = findings(&config(more), &seen, false).iter().map(|it| it.outcome).collect();
            assert_eq!(outcomes, expected, "{more} {seen:?}");
        }
        let lost = findings(&config(""), &seen(3, None, &[]), true);
        assert_eq!(lost.last().map(|it| it.outcome), Some(Failure), "a topic that was read is not there");
    }
}
