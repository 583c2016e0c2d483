//! Random histories of made-up clients: what the laws are tried on.
//!
//! A seed gives a history, always the same. It has what real feeds have: several sources that know the same people by
//! different numbers, placeholder and mistyped identity codes, merges and their undoing, ties within a minute, clocks in
//! 2029, cancellations before what they cancel, missing visit numbers, copies that differ because an adapter was mended.

mod later;

use event::{
    AssessmentFinished, AssessmentStarted, Authority, Body, CaseOpened, ClassChanged, ClientshipClosed,
    ClientshipOpened, Code, DischargeCancelled, DutyContactRecorded, Event, HETU_SYSTEM, HealthSocialWorkClosed,
    HealthSocialWorkOpened, IdentitiesMerged, IdentitiesUnmerged, Instant, Keyring, ListEvent, NewKeys, PersonField,
    PersonName, PersonUpdated, PlannedDischargeCancelled, PlannedDischargeSet, Presented, Received, Record,
    ReferralAccepted, ReferralKind, ReferralRejected, ReferralRequested, Register, StayCancelled, StayClass,
    StayCorrected, StayEnded, StayStarted, Token, TranslationWithdrawn, Ward, WardChanged, Worker, WorkerAssigned,
    WorkerAssignmentEnded, WorkerRole, event_id,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The first instant of every history: 2026-03-02T06:00:00Z.
pub const START: i64 = 1_772_431_200_000_000;

/// A small generator of chance (SplitMix64): the same seed, the same numbers, on every machine.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.next_u64() % n.max(1)
    }

    /// True once in `n`.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of `choices`.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let at = self.below(choices.len() as u64);
        choices.get(usize::try_from(at).unwrap_or_default())
    }

    /// Shuffles in place.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).unwrap_or_default();
            items.swap(last, other);
        }
    }
}

/// The keys under which histories are made: fixed, so that a seed gives the same bytes for ever.
///
/// # Panics
/// Never: the file is of the form that [`Keyring::parse`] reads.
#[must_use]
#[expect(clippy::expect_used, reason = "a constant key file parses, or every test says so")]
pub fn keyring() -> Keyring {
    let keys = NewKeys { index: [7; 32].into(), seal: [8; 32].into() };
    Keyring::parse(&keys.to_file()).expect("the constant key file parses")
}

const SOURCES: &[(&str, Register)] =
    &[("kys", Register::Patient), ("tk", Register::Patient), ("sos", Register::Social)];

struct Author<'a> {
    keys: &'a Keyring,
    chance: Chance,
    people: u64,
    /// The last list in the streams of a source and person.
    lists: BTreeMap<(String, u64), Uuid>,
}

/// A history of `messages` messages about a handful of people, in the order of receipt. Some events stand in it twice,
/// with differing copies.
#[must_use]
pub fn history(seed: u64, messages: u64) -> Vec<Received> {
    let keys = keyring();
    let chance = Chance::new(seed);
    let mut author = Author { keys: &keys, people: 3 + seed % 10, chance, lists: BTreeMap::new() };
    let mut events = Vec::new();
    for message in 0..messages {
        author.message(message, &mut events);
    }
    for at in 0..events.len() {
        if author.chance.once_in(9) {
            let copy = author.copy(&events[at]);
            events.push(copy);
        }
    }
    events
}

impl Author<'_> {
    fn message(&mut self, number: u64, events: &mut Vec<Received>) {
        let person = self.chance.below(self.people);
        let Some(&(source, register)) = self.chance.pick(SOURCES) else {
            return;
        };
        let received = at(number * 20 + self.chance.below(20));
        // The source's clock has minutes only; now and then it is late, early, or in 2029.
        let minute = (number * 20 / 60) * 60;
        let recorded = match self.chance.below(16) {
            0 => at(minute.saturating_sub(600)),
            1 => at(minute + 300),
            2 => Instant::from_micros(1_880_000_000_000_000).unwrap_or(received),
            _ => at(minute),
        };
        let recorded_width = *self.chance.pick(&[0, 1_000_000, 60_000_000]).unwrap_or(&0);
        let sequence = self.chance.once_in(3).then_some(i64::try_from(number % 7).unwrap_or_default());
        let (record, presented) = self.identity(source, person);
        let digest = [u8::try_from(number % 251).unwrap_or_default(); 32];
        let message_id = format!("m{number}");
        for ordinal in 0..=u32::from(self.chance.once_in(4)) {
            let id = event_id(source, &message_id, &digest, ordinal);
            let event = Event {
                id,
                source: source.to_owned(),
                message: self.keys.token("message", source, &message_id),
                adapter_version: 1,
                relayed: None,
                happened_at: recorded.plus_seconds(-i64::try_from(self.chance.below(3) * 60).unwrap_or_default()),
                recorded_at: recorded,
                recorded_width,
                sequence,
                ordinal,
                register,
                record: record.clone(),
                presented: presented.clone(),
                body: self.body(source, person, &record, id, recorded),
                controller: None,
                author_role: None,
            };
            if matches!(event.body, Body::List(ListEvent::CurrentStaysStated(_) | ListEvent::WorkersStated(_))) {
                self.lists.insert((source.to_owned(), person), id);
            }
            events.push(Received { received_at: received, event });
        }
    }

    /// The record and what it presents: mostly the person's own, now and then nobody's, somebody else's or too many.
    fn identity(&mut self, source: &str, person: u64) -> (Record, Vec<Presented>) {
        let own_system = format!("{source}-number");
        let own_value = format!("{source}-{person}-{}", self.chance.below(2));
        let hetu = |n: u64| self.keys.identifier(HETU_SYSTEM, &format!("hetu-{n}"));
        let (own, placeholder, other) = (hetu(person), hetu(999), hetu((person + 1) % self.people));
        let mut presented = Vec::new();
        // In one history of three a placeholder stands for many: enough to crowd it.
        let placeholders = if self.people.is_multiple_of(3) { 8 } else { 1 };
        let tokens = match self.chance.below(20) {
            at @ 0..12 => vec![if at < placeholders { placeholder } else { own }],
            12 => vec![other],
            13 => vec![own, other],
            14 => vec![],
            _ => return (self.keys.record(source, &own_system, &own_value), presented),
        };
        let mut tokens = tokens;
        tokens.sort();
        tokens.dedup();
        presented.push(Presented { system: HETU_SYSTEM.to_owned(), tokens });
        if self.chance.once_in(2) {
            let token = self.keys.identifier(&own_system, &own_value);
            presented.push(Presented { system: own_system.clone(), tokens: vec![token] });
        }
        let record = match self.chance.below(6) {
            0 => self.keys.record(source, HETU_SYSTEM, &format!("hetu-{person}")),
            _ => self.keys.record(source, &own_system, &own_value),
        };
        (record, presented)
    }

    fn another_record(&mut self) -> Record {
        let person = self.chance.below(self.people);
        let source = self.chance.pick(SOURCES).map_or("kys", |(name, _)| name);
        let value = format!("{source}-{person}-{}", self.chance.below(2));
        self.keys.record(source, &format!("{source}-number"), &value)
    }

    fn key(&mut self, kind: &str, source: &str, person: u64) -> Token {
        let value = format!("{person}-{}", self.chance.below(2));
        self.keys.token(kind, source, &value)
    }

    fn ward(&mut self) -> Option<Ward> {
        self.chance.pick(&["OS1", "OS2", "Päivystys"]).and_then(|code| Ward::try_new(code))
    }

    fn authority(&mut self) -> Authority {
        match self.chance.below(8) {
            0 | 1 => Authority::Steward,
            2 => Authority::Unconfirmed,
            _ => Authority::Source,
        }
    }

    fn body(&mut self, source: &str, person: u64, record: &Record, id: uuid::Uuid, recorded: Instant) -> Body {
        let code = |text: &str| Code::try_new(text).ok();
        let sealer = self.keys.sealer(record.key, id);
        let worker = |n: u64| {
            sealer
                .seal(&Worker { name: format!("Työntekijä {n}"), phone: "044 000 0000".into(), ..Worker::default() })
        };
        let class = self.chance.pick(StayClass::ALL).copied().filter(|_| !self.chance.once_in(6));
        let keyed = self.key("stay", source, person);
        let stay = (!self.chance.once_in(7)).then_some(keyed);
        let referral = Some(self.keys.token("referral", "kys", &format!("{person}-{}", self.chance.below(2))));
        let later = recorded.plus_seconds(i64::try_from(self.chance.below(48)).unwrap_or_default() * 3600);
        match self.chance.below(41) {
            26.. => self.later_body(source, person, record, id, recorded),
            0..3 => Body::from(StayStarted {
                stay,
                class,
                ward: self.ward(),
                started_at: recorded,
                protected_speciality: None,
                unit: None,
                facility: None,
            }),
            3 => Body::from(StayCorrected {
                stay,
                class,
                ward: self.ward(),
                started_at: None,
                also: if self.chance.once_in(2) { vec![self.key("stay", source, person)] } else { Vec::new() },
            }),
            4 => Body::from(StayCancelled { stay }),
            5 => Body::from(WardChanged { stay, from: None, to: self.ward(), class: None }),
            6 => Body::from(ClassChanged { stay, class, ward: None }),
            7 => Body::from(PlannedDischargeSet {
                stay,
                planned_at: Some(later),
                class: None,
                destination: None,
                reported_at: None,
            }),
            8 => Body::from(PlannedDischargeCancelled { stay }),
            9 | 10 => Body::from(StayEnded { stay, ended_at: recorded, disposition: code("01") }),
            11 => Body::from(DischargeCancelled { stay, class: None }),
            12 => Body::from(ReferralRequested {
                referral,
                course: None,
                kind: ReferralKind::Contact,
                priority: code("R"),
                expires_at: None,
                required_by: Some(later),
                source_channel: None,
                requester_unit: None,
                receiver: None,
                basis: None,
            }),
            13 => Body::from(ReferralAccepted { referral, course: None, worker: Some(worker(1)), expected_by: None }),
            14 => Body::from(ReferralRejected { referral, course: None, reason: code("other-unit") }),
            15 => Body::from(PersonUpdated {
                name: Some(sealer.seal(&PersonName { family: format!("Suku {person}"), given: "Etu".into() })),
                cleared: vec![PersonField::Language],
                ..PersonUpdated::default()
            }),
            16 => Body::from(IdentitiesMerged {
                subsumed: self.another_record(),
                authority: self.authority(),
                decider: None,
                reason: None,
            }),
            17 => Body::from(IdentitiesUnmerged {
                separated: self.another_record(),
                authority: self.authority(),
                decider: None,
                reason: None,
            }),
            18 => Body::from(CaseOpened {
                case: self.key("case", source, person),
                ground: code("application"),
                initiator: None,
                contacted_at: None,
                deadline_group: None,
                special_support: None,
            }),
            19 => Body::from(AssessmentStarted {
                assessment: self.key("assessment", source, person),
                case: None,
                kind: None,
                unit: None,
                joint: None,
            }),
            20 => Body::from(AssessmentFinished {
                assessment: self.key("assessment", source, person),
                own_worker_needed: Some(true),
                clientship: None,
            }),
            21 => Body::from(ClientshipOpened {
                clientship: self.key("clientship", source, person),
                service_task: code("adults"),
                own_worker_not_named: None,
            }),
            22 => Body::from(ClientshipClosed {
                clientship: self.key("clientship", source, person),
                ground: code("no-need"),
            }),
            23 => match self.chance.below(3) {
                0 => Body::from(HealthSocialWorkOpened {
                    work: self.key("work", source, person),
                    channel: code("booking"),
                    worker: None,
                    until: None,
                    unit: None,
                }),
                1 => Body::from(HealthSocialWorkClosed { work: self.key("work", source, person), outcome: None }),
                _ => Body::from(DutyContactRecorded {
                    contact: self.key("contact", source, person),
                    handed_over_to: None,
                }),
            },
            24 => Body::from(WorkerAssigned {
                assignment: self.key("assignment", source, person),
                clientship: None,
                role: *self.chance.pick(WorkerRole::ALL).unwrap_or(&WorkerRole::OwnWorker),
                worker_key: self.keys.token("worker", source, &self.chance.below(4).to_string()),
                worker: worker(2),
                profession: None,
                public_service_post: Some(true),
                from: recorded,
                until: None,
            }),
            _ => Body::from(WorkerAssignmentEnded {
                assignment: self.key("assignment", source, person),
                ended_at: recorded,
                reason: code("vacancy"),
            }),
        }
    }

    /// Of the types that came later: as many, in a file of their own.
    fn later_body(&mut self, source: &str, person: u64, record: &Record, id: uuid::Uuid, recorded: Instant) -> Body {
        let keys = self.keys;
        let stays = [0, 1].map(|n| keys.token("stay", source, &format!("{person}-{n}")));
        let stay = (!self.chance.once_in(7)).then(|| self.key("stay", source, person));
        let referral = Some(keys.token("referral", "kys", &format!("{person}-{}", self.chance.below(2))));
        let worker = keys.sealer(record.key, id).seal(&Worker { name: "Sijainen".into(), ..Worker::default() });
        let hetu = |n: u64| keys.identifier(HETU_SYSTEM, &format!("hetu-{n}"));
        later::Author {
            stay,
            stays,
            referral,
            to: self.another_record(),
            worker_key: keys.token("worker", source, &self.chance.below(4).to_string()),
            worker,
            codes: [hetu(person), hetu(person + 100)],
            recorded,
            authority: self.authority(),
            list: self.lists.get(&(source.to_owned(), person)).copied().unwrap_or_default(),
            key: |kind: &str, n: u64| keys.token(kind, source, &format!("{person}-{n}")),
            chance: &mut self.chance,
        }
        .body()
    }

    /// A copy as a mended adapter, or another time of receipt, would give it: the same id.
    fn copy(&mut self, original: &Received) -> Received {
        let mut copy = original.clone();
        if self.chance.once_in(2) {
            let seconds = i64::try_from(self.chance.below(600)).unwrap_or_default() - 300;
            copy.received_at = copy.received_at.plus_seconds(seconds);
        }
        if self.chance.once_in(2) {
            copy.event.adapter_version = 2;
            if self.chance.once_in(4) {
                // Read again, and it says nothing any more.
                copy.event.body = Body::from(TranslationWithdrawn);
                copy.event.presented.clear();
            } else if self.chance.once_in(2) {
                let person = self.chance.below(self.people);
                (copy.event.record, copy.event.presented) = self.identity(&copy.event.source, person);
            }
        }
        copy
    }
}

fn at(seconds: u64) -> Instant {
    let start = Instant::from_micros(START).unwrap_or(Instant::MIN);
    start.plus_seconds(i64::try_from(seconds).unwrap_or_default())
}
