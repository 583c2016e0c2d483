//! The topic: created if it is missing, and refused if it may lose acknowledged records, unless a reason is configured.

use crate::support::{Fixture, client, keys, mark, name, trace};
use journal::{Client, Extent, JournalError, Topic, Writer};
use rdkafka::admin::{AdminOptions, ResourceSpecifier};
use std::time::Duration;
use testkit::kafka::{Cluster, Size, shared};

fn topic(name: &str) -> Topic {
    Topic {
        name: name.to_owned(),
        partitions: 3,
        replication: 1,
        min_insync_replicas: 1,
        retention: Duration::from_hours(168),
        unsafe_because: Some("one broker, for a test".to_owned()),
    }
}

async fn fixture() -> Fixture {
    Fixture::new(1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_created_with_its_partitions_and_settings_by_the_first_caller() {
    let mut fixture = fixture().await;
    fixture.topic = name();
    let topic = topic(&fixture.topic);
    let (one, other) = tokio::join!(topic.ensure(&fixture.client), topic.ensure(&fixture.client));
    assert_eq!((one, other), (Ok(3), Ok(3)));
    let (resources, options) = ([ResourceSpecifier::Topic(&topic.name)], AdminOptions::new());
    let described = fixture.admin.describe_configs(&resources, &options).await.unwrap().remove(0).unwrap();
    for (key, value) in [
        ("min.insync.replicas", "1"),
        ("unclean.leader.election.enable", "false"),
        ("cleanup.policy", "delete"),
        ("retention.ms", "604800000"),
        ("retention.bytes", "-1"),
        ("max.message.bytes", "4194304"),
    ] {
        assert_eq!(described.get(key).unwrap().value.as_deref(), Some(value), "{key}");
    }
    // What is there is taken as it is: another number of partitions is not made of it.
    assert_eq!(Topic { partitions: 5, ..topic.clone() }.ensure(&fixture.client).await, Ok(3));
    fixture.write(1, 0..4).await;
    fixture.retain_from(1, 1).await;
    let extents = tokio::task::block_in_place(|| topic.extents(&fixture.client)).unwrap();
    let extent = |partition, low, high| Extent { partition, low, high };
    assert_eq!(extents, [extent(0, 0, 0), extent(1, 1, 4), extent(2, 0, 0)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_may_lose_a_record_is_refused_by_name_and_accepted_for_a_reason() {
    let mut fixture = fixture().await;
    for (key, value) in [
        ("unclean.leader.election.enable", "true"),
        ("cleanup.policy", "compact"),
        ("retention.ms", "60000"),
        ("retention.bytes", "1000000"),
        ("max.message.bytes", "1000000"),
        // One broker cannot be safe: these two are always reported here.
        ("min.insync.replicas", "1"),
    ] {
        fixture.topic = name();
        fixture.create(1, 1, &[(key, value)]).await;
        let refused =
            Topic { unsafe_because: None, ..topic(&fixture.topic) }.ensure(&fixture.client).await.unwrap_err();
        let JournalError::Unsafe { problems, .. } = &refused else { panic!("{refused}") };
        assert!(problems.iter().any(|it| it.contains(key)), "{key}: {problems:?}");
        assert!(problems.iter().any(|it| it.contains("replication is 1")), "{problems:?}");
        let others = usize::from(key != "min.insync.replicas");
        assert_eq!(problems.len(), 2 + others, "{problems:?}");
        assert!(!refused.is_transient());
        assert_eq!(topic(&fixture.topic).ensure(&fixture.client).await, Ok(1), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_would_be_refused_is_not_created() {
    let fixture = fixture().await;
    let refused = Topic { unsafe_because: None, ..topic(&name()) };
    let JournalError::Unsafe { problems, .. } = refused.ensure(&fixture.client).await.unwrap_err() else { panic!() };
    assert_eq!(problems.len(), 2, "{problems:?}");
    let seen = refused.inspect(&fixture.client).await.unwrap();
    assert_eq!((seen.partitions, seen.problems), (None, problems), "it is not there, and would be refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_is_none_is_named_and_its_value_is_not() {
    let broker = tokio::task::spawn_blocking(shared).await.unwrap().unwrap();
    let good = client(&broker, &[]);
    good.check().unwrap();
    for (key, fixed) in [
        ("sasl.pasword", false),
        ("security.protocol", false),
        ("socket.timeout.ms", false),
        ("enable.auto.commit", true),
        ("auto.offset.reset", true),
        ("acks", true),
    ] {
        let with = Client { settings: [(key.to_owned(), "hunter2".to_owned())].into(), ..good.clone() };
        let refused = with.check().unwrap_err();
        assert_eq!(refused, JournalError::Setting { key: key.to_owned() });
        let mut shown = format!("{refused} {refused:?}");
        if !fixed {
            let late = topic("any").ensure(&with).await.unwrap_err();
            shown = format!("{shown} {late} {late:?}");
        }
        assert!(shown.contains(key) && !shown.contains("hunter2"), "{shown}");
    }
    // A value that is only read when a client is created.
    let settings = [("security.protocol", "ssl"), ("ssl.ca.location", "/hunter2")];
    let with = Client { settings: settings.map(|(key, value)| (key.to_owned(), value.to_owned())).into(), ..good };
    let refused = topic("any").ensure(&with).await.unwrap_err();
    assert!(!refused.is_transient() && !format!("{refused} {refused:?}").contains("hunter2"), "{refused:?}");
}

/// Kafka's own default is that a question about a topic makes it, with the brokers' settings instead of ours.
#[tokio::test(flavor = "multi_thread")]
async fn no_question_makes_a_topic() {
    let settings = [("auto.create.topics.enable", "true")];
    let cluster = tokio::task::block_in_place(|| Cluster::start_with(Size::One, &settings)).unwrap();
    let client = client(&cluster, &[]);
    let (asked, written) = (topic(&name()), topic(&name()));
    let patience = Duration::from_secs(5);
    let writer = Writer::try_new(&client, &written.name, keys(), patience).unwrap();
    writer.partitions().await.unwrap_err();
    writer.send(&mark(1), &trace()).await.report().await.unwrap_err();
    for topic in [asked, written] {
        assert_eq!(topic.ensure(&client).await, Ok(3), "as the configuration has it");
    }
}
