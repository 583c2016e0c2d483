//! Random made-up events: few records and identifiers, so that they meet; ties, wrong clocks, merges, copies.

use event::{
    Authority, Body, Event, Evidence, HETU_SYSTEM, IdentitiesMerged, IdentitiesUnmerged, Instant, Keyring,
    NationalIdChanged, NewKeys, PersonUpdated, PlannedDischargeSet, Presented, ReceivedEvent, Register, StayCancelled,
    StayClass, StayEnded, StayStarted, StreamId, Token, Ward, WardChanged, Worker, WorkerAssigned,
    WorkerAssignmentEnded, WorkerRole,
};
use std::collections::BTreeSet;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A small generator of chance (SplitMix64): the same seed, the same county.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    pub fn shuffle<T>(&mut self, of: &mut [T]) {
        for i in (1..of.len()).rev() {
            of.swap(i, usize::try_from(self.below(i as u64 + 1)).unwrap());
        }
    }
}

pub fn keyring() -> Keyring {
    let keys = NewKeys { index: Zeroizing::new([7; 32]), seal: Zeroizing::new([8; 32]) };
    Keyring::parse(&keys.to_file()).unwrap()
}

/// A moment of the story.
pub fn at(minutes: u64) -> Instant {
    Instant::from_micros(1_790_000_000_000_000).unwrap().plus_seconds(60 * i64::try_from(minutes).unwrap())
}

/// Some records and identifiers of a county of its own (`name` keeps counties apart in one database).
pub struct County {
    pub keys: Keyring,
    pub name: String,
    pub records: Vec<StreamId>,
    pub identifiers: Vec<(&'static str, Token)>,
}

impl County {
    pub fn new(name: &str, records: u64, identifiers: u64) -> Self {
        let keys = keyring();
        let system = |n: u64| if n.is_multiple_of(3) { "own" } else { "other" };
        let record = |n: u64| keys.record(name, system(n), &n.to_string());
        let identifier = |n: u64| {
            let system = [
                HETU_SYSTEM,
                "urn:number",
                HETU_SYSTEM,
                Evidence::BirthDate.system(),
                Evidence::BirthDate.system(),
                Evidence::RefusedCode.system(),
            ];
            let system = system[usize::try_from(n % 6).unwrap()];
            (system, keys.identifier(system, &format!("{name}{n}")))
        };
        let records = (0..records).map(record).collect();
        let identifiers = (0..identifiers).map(identifier).collect();
        Self { keys, name: name.to_owned(), records, identifiers }
    }

    /// An event of chance; its id is a function of `n`.
    pub fn event(&self, chance: &mut Chance, n: u64) -> ReceivedEvent {
        let id = event::event_id(&self.name, &n.to_string(), &[0; 32], 0);
        let record = chance.pick(&self.records).clone();
        let recorded_at = if chance.one_in(12) { at(2_000_000) } else { at(chance.below(8)) };
        ReceivedEvent {
            received_at: at(chance.below(40)),
            event: Event {
                id,
                source: self.name.clone(),
                message: self.keys.token("message", &self.name, &n.to_string()),
                adapter_version: 1,
                relayed: None,
                happened_at: at(chance.below(8)),
                recorded_at,
                recorded_width: 0,
                sequence: chance.one_in(3).then(|| i64::try_from(chance.below(5)).unwrap()),
                ordinal: 0,
                register: if chance.one_in(2) { Register::Patient } else { Register::Social },
                presented: self.presented(chance),
                body: self.body(chance, id, &record),
                record,
                controller: None,
                author_role: None,
            },
        }
    }

    /// Another copy of an event: received at another time, and sometimes translated otherwise.
    pub fn copy(&self, chance: &mut Chance, received: &ReceivedEvent) -> ReceivedEvent {
        let mut copy = received.clone();
        if chance.one_in(2) {
            copy.received_at = at(chance.below(40));
        }
        if chance.one_in(2) {
            copy.event.adapter_version = 1 + u32::try_from(chance.below(2)).unwrap();
            match chance.below(4) {
                0 => copy.event.record = chance.pick(&self.records).clone(),
                1 => copy.event.presented = self.presented(chance),
                2 => copy.event.body = self.body(chance, copy.event.id, &copy.event.record),
                _ => copy.event.recorded_at = at(chance.below(8)),
            }
        }
        copy
    }

    fn presented(&self, chance: &mut Chance) -> Vec<Presented> {
        let mut systems = BTreeSet::new();
        if chance.one_in(3) {
            return Vec::new();
        }
        for _ in 0..=chance.below(2) {
            systems.insert(chance.pick(&self.identifiers).0);
        }
        let set = |system: &'static str| {
            let of: Vec<Token> = self.identifiers.iter().filter(|(it, _)| *it == system).map(|(_, it)| *it).collect();
            let mut tokens = BTreeSet::new();
            if !chance.one_in(8) {
                tokens.insert(*chance.pick(&of));
            }
            if chance.one_in(8) {
                tokens.insert(*chance.pick(&of));
            }
            Presented { system: system.to_owned(), tokens: tokens.into_iter().collect() }
        };
        systems.into_iter().map(set).collect()
    }

    fn body(&self, chance: &mut Chance, id: Uuid, record: &StreamId) -> Body {
        let key = |chance: &mut Chance, kind: &str| self.keys.token(kind, &self.name, &chance.below(4).to_string());
        let ward = |chance: &mut Chance| Ward::try_new(&format!("W{}", chance.below(3)));
        let stay = (!chance.one_in(6)).then(|| key(chance, "stay"));
        // What is only proposed leaves nearly everybody in doubt: not too often.
        let authority = match chance.below(10) {
            0 => Authority::Unconfirmed,
            1..4 => Authority::Steward,
            _ => Authority::Source,
        };
        let kind = if chance.one_in(25) { 12 } else { chance.below(12) };
        match kind {
            12 => {
                let code = |chance: &mut Chance| {
                    let codes: Vec<_> = self.identifiers.iter().filter(|(system, _)| *system == HETU_SYSTEM).collect();
                    chance.pick(&codes).1
                };
                let (old, new) = (vec![code(chance)], if chance.one_in(2) { vec![code(chance)] } else { Vec::new() });
                Body::from(NationalIdChanged { old, new, authority, decider: None, reason: None })
            }
            0 | 1 => {
                let started_at = at(chance.below(8));
                Body::from(StayStarted {
                    stay,
                    class: Some(StayClass::Inpatient),
                    ward: ward(chance),
                    started_at,
                    protected_speciality: None,
                    unit: None,
                    facility: None,
                })
            }
            2 => Body::from(WardChanged { stay, from: None, to: ward(chance), class: None }),
            3 => Body::from(StayEnded { stay, ended_at: at(chance.below(9)), disposition: None }),
            4 => Body::from(StayCancelled { stay }),
            5 => Body::from(PlannedDischargeSet {
                stay,
                planned_at: Some(at(chance.below(9))),
                class: None,
                destination: None,
                reported_at: None,
            }),
            6 | 7 => {
                let worker = Worker { name: "Virtanen".into(), ..Worker::default() };
                Body::from(WorkerAssigned {
                    assignment: key(chance, "assignment"),
                    clientship: None,
                    role: Some(WorkerRole::OwnWorker),
                    worker_key: key(chance, "worker"),
                    worker: self.keys.sealer(record.key, id).seal(&worker),
                    profession: None,
                    public_service_post: None,
                    from: at(chance.below(9)),
                    until: chance.one_in(3).then(|| at(9)),
                })
            }
            8 => Body::from(WorkerAssignmentEnded {
                assignment: key(chance, "assignment"),
                ended_at: at(chance.below(9)),
                reason: None,
            }),
            9 => Body::from(PersonUpdated { deceased: Some(chance.one_in(2)), ..PersonUpdated::default() }),
            10 => Body::from(IdentitiesMerged {
                subsumed: chance.pick(&self.records).clone(),
                authority,
                decider: None,
                reason: None,
            }),
            _ => Body::from(IdentitiesUnmerged {
                separated: chance.pick(&self.records).clone(),
                authority,
                decider: None,
                reason: None,
            }),
        }
    }
}

/// Cuts into batches of chance, in the order given.
pub fn cut(chance: &mut Chance, mut events: Vec<ReceivedEvent>, largest: u64) -> Vec<Vec<ReceivedEvent>> {
    let mut batches = Vec::new();
    while !events.is_empty() {
        let size = usize::try_from(1 + chance.below(largest)).unwrap().min(events.len());
        batches.push(events.drain(..size).collect());
    }
    batches
}
