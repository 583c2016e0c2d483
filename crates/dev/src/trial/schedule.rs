//! What breaks next. A seed gives an order, always the same; how long things take is the machine's.
//!
//! Faults are dealt from a shuffled deck, so that no kind is left to luck: each deck has every kind, and those that kill
//! more often.

use std::time::Duration;
use testkit::history::Chance;

/// Something that breaks, and what of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InjectedFault {
    /// Killed with SIGKILL, and started again after so long.
    Kill(Target, Duration),
    /// Stopped with SIGSTOP for so long, and continued.
    Stop(Target, Duration),
    /// A link that is cut, silent or slow for so long.
    Break(Way, How, Duration),
    /// No room left where it keeps its data.
    Full(Disk),
    /// So many readers that join the group and are killed.
    Storm(u64),
}

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Ingest(usize),
    Projector(usize),
    Server,
    Broker(usize),
    /// All but this one: fewer than it takes to acknowledge.
    BrokersBut(usize),
    Postgres,
}

/// Between whom the link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A process and PostgreSQL: a projector, or the server.
    ToPostgres(Target),
    /// A process and every broker: an ingest or a projector.
    ToKafka(Target),
    /// Every process and this broker.
    OfBroker(usize),
}

/// What the link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Cut,
    Silent,
    Slow,
}

/// A volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disk {
    Postgres,
    /// PostgreSQL's disk is full, and PostgreSQL is killed and started while there is next to no room.
    PostgresKilled,
    Broker(usize),
}

impl InjectedFault {
    /// The name under which its kind is counted.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Kill(Target::Ingest(_), _) => "kill -9 of an ingest",
            Self::Kill(Target::Projector(_), _) => "kill -9 of a projector",
            Self::Kill(Target::Server, _) => "kill -9 of the server",
            Self::Kill(Target::Broker(_), _) => "kill -9 of a broker",
            Self::Kill(Target::BrokersBut(_), _) => "kill -9 of two brokers of three",
            Self::Kill(Target::Postgres, _) => "kill -9 of PostgreSQL",
            Self::Stop(Target::Ingest(_), _) => "SIGSTOP of an ingest",
            Self::Stop(Target::Projector(_), _) => "SIGSTOP of a projector",
            Self::Stop(Target::Server, _) => "SIGSTOP of the server",
            Self::Stop(Target::Broker(_) | Target::BrokersBut(_), _) => "SIGSTOP of a broker",
            Self::Stop(Target::Postgres, _) => "SIGSTOP of PostgreSQL",
            Self::Break(Way::ToPostgres(_), How::Cut, _) => "link to PostgreSQL cut",
            Self::Break(Way::ToPostgres(_), How::Silent, _) => "link to PostgreSQL silent",
            Self::Break(Way::ToPostgres(_), How::Slow, _) => "link to PostgreSQL slow",
            Self::Break(_, How::Cut, _) => "link to Kafka cut",
            Self::Break(_, How::Silent, _) => "link to Kafka silent",
            Self::Break(_, How::Slow, _) => "link to Kafka slow",
            Self::Full(Disk::Postgres) => "full disk of PostgreSQL",
            Self::Full(Disk::PostgresKilled) => "full disk of PostgreSQL, killed",
            Self::Full(Disk::Broker(_)) => "full disk of a broker",
            Self::Storm(_) => "rebalance storm",
        }
    }

    /// How many processes it kills.
    pub(super) fn kills(self) -> u64 {
        match self {
            Self::Kill(Target::BrokersBut(_), _) => 2,
            Self::Kill(..) | Self::Full(Disk::PostgresKilled) => 1,
            Self::Storm(readers) => readers,
            Self::Stop(..) | Self::Break(..) | Self::Full(Disk::Postgres | Disk::Broker(_)) => 0,
        }
    }
}

/// The order in which things break.
#[derive(Debug)]
pub(crate) struct Schedule {
    chance: Chance,
    /// What is left of it; filled again unless it is short.
    deck: Vec<InjectedFault>,
    short: bool,
}

impl Schedule {
    /// For as long as it is asked.
    pub(crate) fn endless(seed: u64) -> Self {
        Self { chance: Chance::new(seed), deck: Vec::new(), short: false }
    }

    /// One of each family, once: for a run of a minute or two.
    #[cfg(test)]
    pub(crate) fn short(seed: u64) -> Self {
        let mut schedule = Self { short: true, ..Self::endless(seed) };
        schedule.deck = schedule.deal_short();
        schedule
    }

    /// The next one; `None`: a short one is over.
    pub(super) fn next(&mut self) -> Option<InjectedFault> {
        if self.deck.is_empty() && !self.short {
            self.deck = self.deal();
        }
        self.deck.pop()
    }

    /// Whether the product is whole again before the next fault. One time in four it is not; but before a full disk it
    /// is, or nothing would be written there.
    pub(super) fn waits(&mut self) -> bool {
        let at_once = self.chance.once_in(4);
        self.short || !at_once || matches!(self.deck.last(), None | Some(InjectedFault::Full(_)))
    }

    fn deal(&mut self) -> Vec<InjectedFault> {
        let mut deck = Vec::new();
        let kills = [(3, 0), (3, 1), (2, 2), (3, 3), (1, 4), (2, 5)];
        for (times, which) in kills {
            for _ in 0..times {
                let target = self.target(which);
                deck.push(InjectedFault::Kill(target, self.millis(0, 2_000)));
            }
        }
        for which in [0, 1, 2, 3, 5] {
            let target = self.target(which);
            deck.push(InjectedFault::Stop(target, super::BEYOND_THE_SESSION + self.millis(0, 2_000)));
        }
        for how in [How::Cut, How::Silent, How::Slow] {
            let way = self.way_to_postgres();
            deck.push(InjectedFault::Break(way, how, self.millis(2_000, 7_000)));
            let way = self.way_to_kafka();
            deck.push(InjectedFault::Break(way, how, self.millis(2_000, 7_000)));
        }
        deck.push(InjectedFault::Full(Disk::Postgres));
        deck.push(InjectedFault::Full(Disk::PostgresKilled));
        deck.push(InjectedFault::Full(Disk::Broker(self.below(3))));
        deck.push(InjectedFault::Storm(4 + self.chance.below(4)));
        self.chance.shuffle(&mut deck);
        deck
    }

    #[cfg(test)]
    fn deal_short(&mut self) -> Vec<InjectedFault> {
        let mut deck = Vec::new();
        for which in [0, 1, 2, 3, 4, 5] {
            let target = self.target(which);
            deck.push(InjectedFault::Kill(target, self.millis(0, 500)));
        }
        let target = self.target(1);
        deck.push(InjectedFault::Stop(target, super::BEYOND_THE_SESSION));
        let way = self.way_to_postgres();
        deck.push(InjectedFault::Break(way, How::Silent, self.millis(2_000, 3_000)));
        let way = self.way_to_kafka();
        deck.push(InjectedFault::Break(way, How::Cut, self.millis(2_000, 3_000)));
        deck.push(InjectedFault::Full(Disk::Postgres));
        deck.push(InjectedFault::Storm(3));
        self.chance.shuffle(&mut deck);
        deck
    }

    fn target(&mut self, which: u64) -> Target {
        match which {
            0 => Target::Ingest(self.below(2)),
            1 => Target::Projector(self.below(2)),
            2 => Target::Server,
            3 => Target::Broker(self.below(3)),
            4 => Target::BrokersBut(self.below(3)),
            _ => Target::Postgres,
        }
    }

    fn way_to_postgres(&mut self) -> Way {
        let which = 1 + self.chance.below(2);
        Way::ToPostgres(self.target(which))
    }

    fn way_to_kafka(&mut self) -> Way {
        if self.chance.once_in(3) {
            return Way::OfBroker(self.below(3));
        }
        let which = self.chance.below(2);
        Way::ToKafka(self.target(which))
    }

    fn below(&mut self, n: u64) -> usize {
        usize::try_from(self.chance.below(n)).unwrap_or_default()
    }

    fn millis(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(least + self.chance.below(most - least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn faults(mut schedule: Schedule, count: usize) -> Vec<InjectedFault> {
        std::iter::from_fn(|| schedule.next()).take(count).collect()
    }

    #[test]
    fn a_seed_gives_an_order_and_another_another() {
        assert_eq!(faults(Schedule::endless(7), 100), faults(Schedule::endless(7), 100));
        assert_ne!(faults(Schedule::endless(7), 100), faults(Schedule::endless(8), 100));
    }

    #[test]
    fn a_deck_has_every_kind_and_a_short_one_ends() {
        let deck = faults(Schedule::endless(1), 29);
        let kinds: BTreeSet<_> = deck.iter().map(|fault| fault.kind()).collect();
        assert_eq!(kinds.len(), 21, "{kinds:#?}");
        assert!(deck.iter().map(|fault| fault.kills()).sum::<u64>() >= 20);
        assert_eq!(faults(Schedule::short(1), 100).len(), 11);
    }
}
