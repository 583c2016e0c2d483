//! How long the product takes to be whole again after a process was killed in the middle of its work.
//!
//! A killed role is started again at once, as a supervisor does. A broker can be missing where there are three.

use crate::clock::now;
use crate::demo::others::admission;
use crate::deployment::{Deployment, Transport};
use crate::interrupt::Interrupt;
use crate::senders::answered;
use std::fmt::{Display, Formatter};
use std::time::{Duration, Instant};
use testkit::kafka::Size;
use testkit::wire::Mllp;

/// Enough messages that every partition gets some.
const MESSAGES: u32 = 100;

/// What was killed, what is whole again, and after how long.
pub(crate) struct Recovery {
    killed: &'static str,
    whole: &'static str,
    after: Duration,
}

impl Recovery {
    /// Kills one of each kind, one after the other. Without Kafka there is one process, and nothing to show.
    pub(crate) fn measure(deployment: &mut Deployment, interrupt: &Interrupt) -> anyhow::Result<Vec<Self>> {
        if deployment.transport == Transport::Direct {
            return Ok(Vec::new());
        }
        let mut recoveries = vec![projector(deployment, interrupt)?, ingest(deployment)?];
        deployment.settle(interrupt, |_| ())?;
        if deployment.brokers.as_ref().is_some_and(|cluster| cluster.size() == Size::Three) {
            recoveries.push(broker(deployment)?);
            deployment.settle(interrupt, |_| ())?;
        }
        Ok(recoveries)
    }
}

impl Display for Recovery {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { killed, whole, after } = self;
        write!(f, "{killed} was killed: {whole} after {:.1} s", after.as_secs_f64())
    }
}

fn projector(deployment: &mut Deployment, interrupt: &Interrupt) -> anyhow::Result<Recovery> {
    let begun = Instant::now();
    deployment.kill("project-1")?;
    send(deployment, 1000)?;
    deployment.settle(interrupt, |_| ())?;
    let whole = "everything acknowledged since is applied";
    Ok(Recovery { killed: "a projector", whole, after: begun.elapsed() })
}

fn ingest(deployment: &mut Deployment) -> anyhow::Result<Recovery> {
    let begun = Instant::now();
    deployment.kill("ingest")?;
    answered(&mut Mllp::connect(deployment.ports().mllp)?, &admission(2000, now()))?;
    Ok(Recovery { killed: "ingest", whole: "the next message is acknowledged", after: begun.elapsed() })
}

/// Three copies and two in step: what is missing then is the leaders of a third of the partitions.
fn broker(deployment: &mut Deployment) -> anyhow::Result<Recovery> {
    let begun = Instant::now();
    if let Some(cluster) = &mut deployment.brokers {
        cluster.kill(0)?;
    }
    send(deployment, 3000)?;
    let after = begun.elapsed();
    if let Some(cluster) = &mut deployment.brokers {
        cluster.restart(0)?;
    }
    Ok(Recovery { killed: "a broker", whole: "messages to every partition are acknowledged", after })
}

/// Sends messages of as many clients, one after the other.
fn send(deployment: &Deployment, first: u32) -> anyhow::Result<()> {
    let mut connection = Mllp::connect(deployment.ports().mllp)?;
    (first..first + MESSAGES).try_for_each(|n| answered(&mut connection, &admission(n, now())).map(drop))
}
