//! Brokers through their whole life: started, asked, killed, paused, started again, gone with their owner.

use super::{metadata, *};
use crate::product::is_running;
use crate::proxy::{Proxies, State};
use crate::wait;
use embedded::cache::environment;
use std::{
    collections::BTreeSet,
    io::{self, BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const CREATE_TOPICS: i16 = 19;

/// Set when the test runs itself once more: then it is the owner that ends.
const OWNER: &str = "RINNAKKAIN_TEST_OWNER";

#[test]
fn one_broker_keeps_its_data_through_a_kill_and_a_pause() {
    let mut cluster = Cluster::start(Size::One).unwrap();
    let bootstrap = cluster.bootstrap();
    let port = ports(&cluster)[0];
    assert_eq!(metadata::brokers(port).unwrap(), [0]);
    until("a topic is made", || create_topic(port, "kept", 1).is_ok());
    until("its partition is laid out", || cluster.log_dirs()[0].join("kept-0").is_dir());

    let killed = cluster.pid(0).unwrap();
    cluster.kill(0).unwrap();
    assert!(!is_running(killed));
    assert_eq!(cluster.pid(0), None);
    assert_eq!(metadata::brokers(port).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
    assert!(matches!(cluster.kill(0), Err(Error::NotRunning(0))));
    assert!(matches!(cluster.pause(0), Err(Error::NotRunning(0))));

    cluster.restart(0).unwrap();
    assert_eq!(cluster.bootstrap(), bootstrap);
    until("the topic is there", || topics(port).is_ok_and(|topics| topics == ["kept"]));

    cluster.pause(0).unwrap();
    // The kernel accepts the connection, and nobody answers on it, once the last thread has stopped.
    let silent = || metadata::brokers(port).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
    until("it answers nobody", silent);
    cluster.resume(0).unwrap();
    until("it answers again", || topics(port).is_ok_and(|topics| topics == ["kept"]));

    cluster.pause(0).unwrap();
    let pid = cluster.pid(0).unwrap();
    assert_ne!(pid, killed);
    drop(cluster);
    assert!(!is_running(pid), "a paused broker can be killed");
}

#[test]
fn three_brokers_are_one_cluster_and_two_are_enough() {
    let mut cluster = Cluster::start(Size::Three).unwrap();
    let ports = ports(&cluster);
    for port in &ports {
        let mut known = metadata::brokers(*port).unwrap();
        known.sort_unstable();
        assert_eq!(known, [0, 1, 2]);
    }
    until("a topic is made", || create_topic(ports[0], "copied", 3).is_ok());
    until("every broker has a copy", || cluster.log_dirs().iter().all(|dir| dir.join("copied-0").is_dir()));

    cluster.kill(0).unwrap();
    until("the others make a topic", || create_topic(ports[1], "by-two", 2).is_ok());
    cluster.restart(0).unwrap();
    until("the first has caught up", || topics(ports[0]).is_ok_and(|topics| topics == ["by-two", "copied"]));

    cluster.kill(1).unwrap();
    cluster.kill(2).unwrap();
    cluster.restart_all().unwrap();
    until("the topics are there", || topics(ports[2]).is_ok_and(|topics| topics == ["by-two", "copied"]));
}

#[test]
fn a_client_over_a_link_is_sent_nowhere_else_and_goes_with_it() {
    let proxies = Proxies::start().unwrap();
    let layout = Layout { links: Some((&proxies, &["HERE", "THERE"])), ..Layout::default() };
    let directory = tempfile::tempdir().unwrap();
    let cluster = Cluster::start_in(&directory.path().join("kafka"), Size::Three, &layout).unwrap();
    let links: Vec<_> = cluster.links("HERE").map(|(_, link)| link).collect();
    let ports: BTreeSet<_> = links.iter().map(|link| link.port()).collect();
    assert_eq!(ports.len(), 3);
    let first = links[0].port();
    until("every broker is named by its link", || metadata::ports(first).is_ok_and(|named| named == ports));
    links[0].set(State::Cut);
    assert!(metadata::brokers(first).is_err());
    let (_, other) = cluster.links("THERE").next().unwrap();
    assert_eq!(metadata::brokers(other.port()).unwrap().len(), 3);
}

#[test]
fn the_shared_broker_ends_with_the_last_who_holds_it() {
    let (first, second) = (shared().unwrap(), shared().unwrap());
    let (pid, directory) = (first.pid(0).unwrap(), first.log_dirs().remove(0));
    assert_eq!(second.pid(0), Some(pid));
    drop(first);
    assert!(is_running(pid) && directory.is_dir());
    drop(second);
    assert!(!is_running(pid) && !directory.exists());
}

#[test]
fn brokers_end_with_their_owner_however_it_ends() {
    if environment(OWNER).is_some() {
        let cluster = Cluster::start(Size::One).unwrap();
        println!("\npid {}", cluster.pid(0).unwrap());
        loop {
            std::thread::park();
        }
    }
    let scratch = tempfile::tempdir().unwrap();
    // Killed, and ended as by Ctrl-C in a terminal: that goes to the owner's whole group.
    for ending in ["-KILL", "-INT"] {
        // In the background of a script SIGINT is ignored, and what it starts inherits that.
        let mut owner = Command::new("env")
            .arg("--default-signal=INT")
            .arg(std::env::current_exe().unwrap())
            .args(["kafka::whole_life::brokers_end_with_their_owner_however_it_ends", "--exact", "--nocapture"])
            .env(OWNER, "yes")
            .env("TMPDIR", scratch.path())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(owner.stdout.take().unwrap()).lines().map_while(Result::ok);
        let pid = lines.find_map(|line| line.strip_prefix("pid ")?.parse().ok());
        let group = format!("-{}", owner.id());
        assert!(Command::new("kill").args([ending, "--", &group]).status().unwrap().success());
        assert!(!wait::ended(&mut owner, Duration::from_mins(1)).unwrap().success());
        let pid = pid.expect("the owner started a broker");
        until("the broker has ended", || !is_running(pid));
    }
}

#[test]
fn a_broker_that_does_not_start_is_reported_with_its_own_log() {
    let refused = Cluster::start_with(Size::One, &[("num.io.threads", "many")]).unwrap_err();
    assert!(matches!(&refused, Error::Format { node: 0, .. }), "{refused}");
    assert!(refused.to_string().contains("num.io.threads"), "{refused}");

    let ended = Cluster::start_with(Size::One, &[("authorizer.class.name", "no.such.Authorizer")]).unwrap_err();
    assert!(matches!(&ended, Error::Start { node: 0, reason: "it has ended", .. }), "{ended}");
    assert!(ended.to_string().contains("no.such.Authorizer"), "{ended}");
}

#[test]
fn a_directory_that_holds_something_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("thesis.txt"), "years of work").unwrap();
    let refused = Cluster::start_in(directory.path(), Size::One, &Layout::default()).unwrap_err();
    assert!(matches!(refused, Error::NotEmpty(_)), "{refused}");
}

fn ports(cluster: &Cluster) -> Vec<u16> {
    cluster.bootstrap().split(',').map(|address| address.rsplit(':').next().unwrap().parse().unwrap()).collect()
}

fn until(what: &str, mut happens: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_mins(1);
    while !happens() {
        assert!(Instant::now() < patience, "{what}: not within a minute");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A topic of one partition, made when this returns: CreateTopics, version 2.
fn create_topic(port: u16, name: &str, copies: i16) -> io::Result<()> {
    let mut body = 1_i32.to_be_bytes().to_vec();
    body.extend(string(name));
    body.extend(1_i32.to_be_bytes());
    body.extend(copies.to_be_bytes());
    // Without chosen brokers and without settings; at most 1 s; in earnest.
    body.extend([0_i32, 0, 1000].iter().flat_map(|number| number.to_be_bytes()));
    body.push(0);
    let answer = metadata::request(port, CREATE_TOPICS, 2, &body)?;
    let mut rest = answer.get(8..).ok_or(io::ErrorKind::UnexpectedEof)?;
    metadata::text(&mut rest)?;
    // No error; or, in a second try after a late answer, that the topic exists.
    match rest.first_chunk() {
        Some([0, 0 | 36]) => Ok(()),
        code => Err(io::Error::other(format!("{code:?}"))),
    }
}

/// The topics the broker knows, sorted: Metadata about every topic.
fn topics(port: u16) -> io::Result<Vec<String>> {
    let answer = metadata::request(port, metadata::METADATA, metadata::VERSION, &(-1_i32).to_be_bytes())?;
    let mut rest = answer.as_slice();
    metadata::nodes(&mut rest)?;
    metadata::int(&mut rest)?;
    let mut names = Vec::new();
    for _ in 0..metadata::int(&mut rest)? {
        rest = rest.get(2..).ok_or(io::ErrorKind::UnexpectedEof)?;
        names.push(metadata::text(&mut rest)?);
        rest = rest.get(1..).ok_or(io::ErrorKind::UnexpectedEof)?;
        for _ in 0..metadata::int(&mut rest)? {
            rest = rest.get(10..).ok_or(io::ErrorKind::UnexpectedEof)?;
            for _ in 0..2 {
                let nodes = metadata::int(&mut rest)?;
                let bytes = usize::try_from(nodes).map_err(io::Error::other)? * 4;
                rest = rest.get(bytes..).ok_or(io::ErrorKind::UnexpectedEof)?;
            }
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn string(text: &str) -> Vec<u8> {
    let length = i16::try_from(text.len()).unwrap();
    [&length.to_be_bytes(), text.as_bytes()].concat()
}
