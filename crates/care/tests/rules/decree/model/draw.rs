//! Random worlds.

use super::random::Random;
use super::world::{Asker, CODES, COUNTY, Fact, Kind, OTHER, Permission, Prohibition, SOURCES, World};
use crate::{P, S};
use care::access::{CallerSide, Declarable, Purpose, Task};
use event::{PatientData, ProhibitionTarget};

impl World {
    pub(super) fn random(random: &mut Random) -> Self {
        const KINDS: [Kind; 9] = [
            Kind::Stay,
            Kind::HealthSocialWork,
            Kind::Contact,
            Kind::HospitalsContact,
            Kind::Clientship,
            Kind::Assessment,
            Kind::Plan,
            Kind::DutyContact,
            Kind::Worker { of: None, childs: false },
        ];
        let role = random.one_of(&[
            (CallerSide::Duty, Task::DutySocialService, Purpose::UrgentHelp),
            (CallerSide::Social, Task::ClientWork, Purpose::CareCoordination),
            (CallerSide::Social, Task::NeedsAssessment, Purpose::NeedsAssessment),
            (CallerSide::Social, Task::ServiceArranging, Purpose::CareCoordination),
            (CallerSide::Social, Task::ServiceDelivery, Purpose::CareCoordination),
            (CallerSide::Health, Task::HealthSocialWork, Purpose::CareCoordination),
            (CallerSide::Health, Task::HealthSocialWork, Purpose::CareCoordination),
        ]);
        let asker = Asker {
            role,
            controller: random.one_of(&[None, None, Some(COUNTY), Some(OTHER)]),
            sources: if random.once_in(4) { random.some_of(&SOURCES) } else { Vec::new() },
            tasks: random.some_of(&CODES),
            worker: random.once_in(2).then(|| random.below(8)),
            declares: random.once_in(2).then(|| random.one_of(Declarable::ALL)),
        };
        let many = 1 + random.below(7);
        let mut facts: Vec<Fact> = Vec::new();
        for n in 0..many {
            let mut kind = random.one_of(&KINDS);
            let register = match kind {
                Kind::Stay | Kind::HospitalsContact => P,
                Kind::HealthSocialWork | Kind::Contact => random.one_of(&[P, S]),
                // What is made together is recorded in both registers.
                Kind::Worker { .. } | Kind::Assessment => random.one_of(&[P, S, S]),
                _ => S,
            };
            let has_task = matches!(kind, Kind::Clientship | Kind::Assessment | Kind::Plan | Kind::DutyContact);
            let mut task = (has_task && !random.once_in(5)).then(|| random.one_of(&CODES));
            if matches!(kind, Kind::Worker { .. }) && register == S {
                let of = facts.iter().find(|it| it.kind == Kind::Clientship && !random.once_in(3)).map(|it| it.n);
                task = of.and_then(|of| facts[of].task);
                kind = Kind::Worker { of, childs: random.once_in(3) };
            }
            // Each event has a minute of its own, and stays lie days apart or overlap by far.
            let from = 100_000 + i64::try_from(random.below(9) * 5_000 + n * 10).unwrap();
            let lasts = random.once_in(2).then(|| from - 2_000 - i64::try_from(random.below(9) * 10_000).unwrap() - 5);
            let ends = !matches!(kind, Kind::Contact | Kind::HospitalsContact | Kind::Plan);
            facts.push(Fact {
                n,
                register,
                kind,
                source: random.one_of(&[SOURCES[0], SOURCES[0], SOURCES[1], SOURCES[2], SOURCES[3]]),
                controller: if random.once_in(12) { Some(random.one_of(&[COUNTY, OTHER])) } else { None },
                task,
                from,
                to: lasts.filter(|_| ends),
                also: kind == Kind::Stay && random.once_in(4),
                joint: kind == Kind::Assessment && !random.once_in(3),
            });
            // Of somebody who is no client little is shown: most are one, by a fact of the asker's own.
            if n == 0 && !random.once_in(3) {
                let own = &mut facts[0];
                let (register, kind, task) = match role.0 {
                    CallerSide::Health => (P, Kind::Stay, None),
                    CallerSide::Social => {
                        (S, Kind::Clientship, Some(asker.tasks.first().copied().unwrap_or("working-age")))
                    }
                    CallerSide::Duty => (S, Kind::DutyContact, Some("working-age")),
                };
                (own.register, own.kind, own.task) = (register, kind, task);
                own.source = if asker.controller == Some(OTHER) { "private" } else { "ordinary" };
                (own.controller, own.to) = (None, None);
                own.also &= kind == Kind::Stay;
                own.joint &= kind == Kind::Assessment;
            }
        }
        let (authority, joint_service) = (!random.once_in(5), random.once_in(2));
        // Joint services are rare: in some worlds there is one.
        if random.once_in(4) {
            for register in [P, S] {
                let n = facts.len();
                facts.push(Fact {
                    n,
                    register,
                    kind: Kind::Assessment,
                    source: random.one_of(&[SOURCES[0], SOURCES[0], SOURCES[0], SOURCES[3]]),
                    controller: None,
                    task: (register == S).then(|| random.one_of(&CODES)),
                    from: 90_000 + i64::try_from(n * 10).unwrap(),
                    to: random.once_in(5).then_some(40_000 + i64::try_from(n * 10).unwrap()),
                    also: false,
                    joint: !random.once_in(5),
                });
            }
        }
        let permissions = (0..random.below(3)).map(|_| Permission {
            to_health: random.once_in(2),
            receiver: random.one_of(&[None, None, Some(COUNTY), Some(OTHER)]),
            tasks: random.some_of(&CODES),
            data: random.one_of(&[PatientData::All, PatientData::Summary, PatientData::Statements]),
            window: if random.once_in(3) {
                (Some(120_003), random.one_of(&[None, Some(104_003)]))
            } else {
                (None, None)
            },
            until: random.one_of(&[None, None, Some(10), Some(-10)]),
        });
        let permissions = permissions.collect();
        let prohibitions = (0..random.below(3).saturating_sub(1)).map(|_| Prohibition {
            register: random.one_of(&[P, S]),
            target: random.one_of(&[
                ProhibitionTarget::All,
                ProhibitionTarget::Controller,
                ProhibitionTarget::ServiceTask,
                ProhibitionTarget::Stay,
                ProhibitionTarget::Document,
            ]),
            controller: random.one_of(&[None, Some(COUNTY), Some(OTHER), Some("1.2.3")]),
            task: random.one_of(&[None, Some("working-age"), Some("12"), Some("07"), Some("child-protection")]),
            thing: (random.below(many), random.once_in(2)),
        });
        let prohibitions = prohibitions.collect();
        Self { facts, permissions, prohibitions, asker, authority, joint_service }
    }
}
