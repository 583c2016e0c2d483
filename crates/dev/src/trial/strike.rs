//! A fault, done and undone.

use super::load::Load;
use super::parts::{Part, Parts, link_of};
use super::schedule::{Disk, How, InjectedFault, Target, Way};
use super::volume::Volume;
use anyhow::Context;
use std::thread::sleep;
use std::time::{Duration, Instant};
use testkit::product::thaw;
use testkit::proxy::{Link, State};

/// How long what a cut or slow link did may still be on its way.
const ON_ITS_WAY: Duration = Duration::from_secs(2);
/// How long a disk stays full.
const FULL: Duration = Duration::from_secs(5);
/// Of a slow link, for each piece: there and back 80 ms.
const SLOW: Duration = Duration::from_millis(40);
/// Between a passing reader's start and its end.
const PASSING: Duration = Duration::from_millis(400);

/// What came of it.
pub(super) enum Struck {
    /// When the harm was over; and what was acknowledged meanwhile although it must not be.
    Over(Instant, u64),
    /// This machine does not let it be done.
    NotRun(String),
}

impl Parts {
    /// Does it, waits, and undoes it.
    pub(super) fn strike(&mut self, fault: InjectedFault, load: &Load) -> anyhow::Result<Struck> {
        match fault {
            InjectedFault::Kill(target, pause) => self.kill(target, pause, load),
            InjectedFault::Stop(target, pause) => self.halt(target, pause),
            InjectedFault::Break(way, how, pause) => Ok(self.break_link(way, how, pause)),
            InjectedFault::Full(disk) => self.fill(disk),
            InjectedFault::Storm(readers) => self.storm(readers),
        }
    }

    /// What counts is the time from the kill: a supervisor starts it again.
    fn kill(&mut self, target: Target, pause: Duration, load: &Load) -> anyhow::Result<Struck> {
        let begun = Instant::now();
        let mut unsafely = 0;
        match target {
            Target::Broker(n) => {
                self.cluster.kill(n)?;
                sleep(pause);
                self.cluster.restart(n)?;
            }
            Target::BrokersBut(left) => {
                for n in (0..3).filter(|n| *n != left) {
                    self.cluster.kill(n)?;
                }
                sleep(ON_ITS_WAY);
                let before = load.acknowledged();
                sleep(ON_ITS_WAY + pause);
                unsafely = u64::try_from(load.acknowledged() - before)?;
                // Two of three are needed for a quorum, and the third may have ended on its own meanwhile.
                self.cluster.restart_all()?;
                return Ok(Struck::Over(Instant::now(), unsafely));
            }
            Target::Postgres => {
                self.postgres.kill()?;
                sleep(pause);
                self.postgres.start_in_the_end()?;
            }
            role => {
                let part = self.part(role).context("it is a process of the product")?;
                part.kill()?;
                sleep(pause);
                part.start()?;
            }
        }
        Ok(Struck::Over(begun, unsafely))
    }

    fn halt(&mut self, target: Target, pause: Duration) -> anyhow::Result<Struck> {
        match target {
            Target::Broker(n) | Target::BrokersBut(n) => {
                self.cluster.pause(n)?;
                sleep(pause);
                self.cluster.resume(n)?;
            }
            Target::Postgres => {
                let frozen = self.freeze_postgres()?;
                sleep(pause);
                thaw(&frozen)?;
            }
            role => {
                let part = self.part(role).context("it is a process of the product")?;
                part.signal("STOP")?;
                sleep(pause);
                part.signal("CONT")?;
            }
        }
        Ok(Struck::Over(Instant::now(), 0))
    }

    fn break_link(&mut self, way: Way, how: How, pause: Duration) -> Struck {
        let state = match how {
            How::Cut => State::Cut,
            How::Silent => State::Silent,
            How::Slow => State::Slow(SLOW),
        };
        let set = |links: &[&Link], state| links.iter().for_each(|link| link.set(state));
        let links: Vec<&Link> = match way {
            Way::ToPostgres(target) => {
                self.part(target).and_then(|part| part.to_postgres.as_ref()).into_iter().collect()
            }
            Way::ToKafka(target) => {
                let name = self.part(target).map_or("", |part| link_of(part.name));
                self.cluster.links(name).map(|(_, link)| link).collect()
            }
            Way::OfBroker(n) => {
                self.cluster.links("").filter(|(broker, _)| *broker == n).map(|(_, link)| link).collect()
            }
        };
        set(&links, state);
        sleep(pause);
        set(&links, State::Open);
        Struck::Over(Instant::now(), 0)
    }

    fn fill(&mut self, disk: Disk) -> anyhow::Result<Struck> {
        let before = self.count_of_full_disk_errors(disk)?;
        let volumes = match &self.volumes {
            Ok(volumes) => volumes,
            Err(reason) => return Ok(Struck::NotRun(reason.clone())),
        };
        let volume: &Volume = match disk {
            Disk::Postgres | Disk::PostgresKilled => &volumes.0,
            Disk::Broker(n) => volumes.1.get(n).context("there is no such broker")?,
        };
        if let Err(reason) = volume.fill() {
            let _ = volume.free();
            return Ok(Struck::NotRun(reason));
        }
        if disk == Disk::PostgresKilled {
            self.postgres.kill()?;
            volume.leave_little()?;
            // Whether it starts so is its own affair.
            let _ = self.postgres.start_again();
        }
        sleep(FULL);
        volume.free()?;
        let over = Instant::now();
        if disk != Disk::PostgresKilled && self.count_of_full_disk_errors(disk)? == before {
            return Ok(Struck::NotRun(format!("nothing was written in {} s", FULL.as_secs())));
        }
        match disk {
            Disk::Postgres | Disk::PostgresKilled if !self.postgres.is_running() => self.postgres.start_again()?,
            // One that lost its disk ends by itself.
            Disk::Broker(n) if !self.cluster.is_running(n) => self.cluster.restart(n)?,
            Disk::Postgres | Disk::PostgresKilled | Disk::Broker(_) => {}
        }
        Ok(Struck::Over(over, 0))
    }

    /// How many times the owner of the disk has logged that there is no room.
    fn count_of_full_disk_errors(&self, disk: Disk) -> anyhow::Result<usize> {
        let log = match disk {
            Disk::Postgres | Disk::PostgresKilled => std::fs::read_to_string(self.postgres.log())?,
            Disk::Broker(n) => self.cluster.logs()?.swap_remove(n),
        };
        Ok(log.matches("No space left on device").count())
    }

    fn storm(&mut self, readers: u64) -> anyhow::Result<Struck> {
        for _ in 0..readers {
            self.passer_by.start()?;
            sleep(PASSING);
            self.passer_by.kill()?;
        }
        Ok(Struck::Over(Instant::now(), 0))
    }

    fn part(&mut self, target: Target) -> Option<&mut Part> {
        match target {
            Target::Ingest(n) => self.ingests.get_mut(n),
            Target::Projector(n) => self.projectors.get_mut(n),
            Target::Server => Some(&mut self.server),
            Target::Broker(_) | Target::BrokersBut(_) | Target::Postgres => None,
        }
    }
}
