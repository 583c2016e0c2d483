//! What the law says, fact by fact.

use super::world::{Asker, COUNTY, Fact, Kind, OTHER, Prohibition, World};
use crate::{P, S};
use care::access::{CallerSide, Declarable, Task};
use event::{PatientData, ProhibitionTarget, Register};

/// Thirty days, in minutes.
const MONTH: i64 = 30 * 24 * 60;

/// Is the fact shown to who asks?
pub(super) fn shows(world: &World, fact: &Fact) -> bool {
    if !is_client(world) {
        // What still waits of a hospital's contact is shown for 30 days after the discharge, and nothing else.
        return is_client_of_the_past(world) && is_waiting_contact(world, fact);
    }
    own(world, fact)
        || (!forbidden(world, fact)
            && (by_authority(world, fact) || permitted(world, fact) || by_joint_service(world, fact)))
}

/// Is the fact shown to who asks whom to ring, and declares that it must be known?
pub(super) fn shows_to_who_declares(world: &World, fact: &Fact) -> bool {
    // The duty service may ask it of anybody, and has what is its own (1301/2014 29 §).
    let asks_anyway = world.asker.role.0 == CallerSide::Duty
        && (own(world, fact)
            || (!forbidden(world, fact)
                && (by_authority(world, fact) || permitted(world, fact) || by_joint_service(world, fact))));
    shows(world, fact) || asks_anyway || (is_client(world) && declared(world, fact))
}

/// 53 § 5 and 6 mom., 55 § 2 mom., 56 §: what is necessary, and no more: who works with the client; of the patient register also that
/// the client is treated.
fn declared(world: &World, fact: &Fact) -> bool {
    let Some(basis) = world.asker.declares else { return false };
    let (health, county) =
        (world.asker.role.0 == CallerSide::Health, controller_named(world.asker.controller).is_none());
    // Who arranges or delivers a service needs no more than their own.
    if [Task::ServiceArranging, Task::ServiceDelivery].contains(&world.asker.role.1) || apart(fact) {
        return false;
    }
    let works = matches!(fact.kind, Kind::Worker { .. });
    let treated = works || matches!(fact.kind, Kind::Stay | Kind::HealthSocialWork);
    let of_another = controller_of(fact) != controller_named(world.asker.controller);
    let of_patient = fact.register == P && treated;
    let of_social = fact.register == S && works;
    match basis {
        // The client cannot judge, and nobody may for them: a prohibition of theirs binds.
        Declarable::NoCapacity if health => of_social && !forbidden(world, fact),
        Declarable::NoCapacity => (of_patient || (of_social && of_another)) && !forbidden(world, fact),
        // The social authority is the county.
        Declarable::Authority => {
            !health && county && (of_patient || (of_social && of_another)) && !forbidden(world, fact)
        }
        // "If the client forbids": between the county's social care and other providers of it.
        Declarable::NeedOfCare | Declarable::ChildsInterest | Declarable::VitalInterest => {
            !health && county && of_social && of_another
        }
    }
}

/// 703/2023 9 §, 57 §: is there a client relationship between the client and who asks?
fn is_client(world: &World) -> bool {
    let any = |holds: &dyn Fn(&Fact) -> bool| world.facts.iter().filter(|it| theirs(world, it)).any(holds);
    let open = |it: &Fact| it.to.is_none();
    if world.asker.role.0 == CallerSide::Duty {
        // A matter of its own: a contact that it has not closed, or a matter that is pending.
        return any(&|it| matches!(it.kind, Kind::DutyContact | Kind::Assessment) && open(it));
    }
    let register = own_register(&world.asker);
    let ongoing = any(&|it| {
        let goes_on = match it.kind {
            Kind::Stay | Kind::HealthSocialWork | Kind::Clientship | Kind::Assessment => open(it),
            // An own worker is named for the duration of the clientship.
            Kind::Worker { of, .. } => open(it) && of.is_none_or(|of| open(&world.facts[of])),
            Kind::Contact | Kind::HospitalsContact | Kind::Plan | Kind::DutyContact => false,
        };
        it.register == register && goes_on
    });
    // 1301/2014 35 §: a hospital's contact is addressed to the county's social care: nobody answered, 90 days.
    let client_work = [Task::ClientWork, Task::NeedsAssessment].contains(&world.asker.role.1);
    let addressed = client_work && controller_named(world.asker.controller).is_none();
    let contacted = |it: &Fact| it.kind == Kind::HospitalsContact && it.from < 3 * MONTH && !forbidden(world, it);
    ongoing || (addressed && world.facts.iter().any(contacted))
}

fn is_client_of_the_past(world: &World) -> bool {
    let went_home = |it: &Fact| it.kind == Kind::Stay && it.to.is_some_and(|to| to < MONTH) && theirs(world, it);
    world.asker.role.0 == CallerSide::Health && world.facts.iter().any(went_home)
}

fn is_waiting_contact(world: &World, fact: &Fact) -> bool {
    fact.kind == Kind::HospitalsContact && fact.from < 3 * MONTH && theirs(world, fact)
}

/// Something that the asker's own systems reported, and that the asker may see.
fn theirs(world: &World, fact: &Fact) -> bool {
    let sources = &world.asker.sources;
    (sources.is_empty() || sources.contains(&fact.source)) && in_own_hands(world, fact)
}

/// In the register of who asks, of their own controller, and of their service tasks.
fn in_own_hands(world: &World, fact: &Fact) -> bool {
    let same = controller_of(fact) == controller_named(world.asker.controller);
    fact.register == own_register(&world.asker) && same && reached_by_task(world, fact)
}

/// Use in the own register (STM 457/2024 5 §, 12 §–15 §, 18 §).
fn own(world: &World, fact: &Fact) -> bool {
    let service = matches!(fact.kind, Kind::Clientship | Kind::Plan | Kind::Worker { .. });
    in_own_hands(world, fact) && (world.asker.role.1 != Task::ServiceDelivery || service)
}

/// Which service tasks the task of the asker reaches.
fn reached_by_task(world: &World, fact: &Fact) -> bool {
    let works_in = |class: &str| world.asker.tasks.iter().any(|task| class_of(task) == Some(class));
    let mediates = world.asker.role.0 == CallerSide::Social
        && [Task::ClientWork, Task::ServiceDelivery].contains(&world.asker.role.1);
    let may_shelter = mediates && works_in("shelter") || is_childs_worker(world) && works_in("child-protection");
    if may_be(fact, "shelter") && !may_shelter || may_be(fact, "mediation") && !(mediates && works_in("mediation")) {
        return false;
    }
    match world.asker.role.1 {
        // 14 §: of their own service only.
        Task::ServiceDelivery => match fact.task {
            // Of a shelter's system all is the shelter's.
            Some(task) => world.asker.tasks.contains(&task) && (fact.source != "shelter" || works_in("shelter")),
            None => fact.source == "shelter" && works_in("shelter"),
        },
        // 13 §: the common ones, and each of the others to those who work in it.
        Task::ServiceArranging => ["disability", "child-protection", "substance", "family-law"]
            .iter()
            .all(|class| !may_be(fact, class) || works_in(class)),
        _ => true,
    }
}

/// 12 § 2 mom.: the child's own social worker.
fn is_childs_worker(world: &World) -> bool {
    let of_child = |it: &Fact| match it.kind {
        Kind::Worker { of, childs: true } => it.to.is_none() && of.is_none_or(|of| world.facts[of].to.is_none()),
        _ => false,
    };
    let who = world.asker.worker.and_then(|n| world.facts.get(n));
    world.asker.role.1 == Task::ClientWork && who.is_some_and(of_child)
}

/// 703/2023 53 § 5 mom.: what is necessary for the authority's task, never for delivering one service. The authority is the county.
fn by_authority(world: &World, fact: &Fact) -> bool {
    let authority = world.asker.role.0 != CallerSide::Health && world.asker.role.1 != Task::ServiceDelivery;
    let county = controller_named(world.asker.controller).is_none();
    authority && county && world.authority && fact.register == P
}

/// 53 § 1 mom.: those who carry out a service together, one of health care and one of social care, have what is necessary for it.
/// By 46 § and 47 § what is made together is recorded on both sides, so each side's own record tells that it takes part.
fn by_joint_service(world: &World, fact: &Fact) -> bool {
    let asker = &world.asker;
    let assesses = [Task::HealthSocialWork, Task::ClientWork, Task::NeedsAssessment].contains(&asker.role.1);
    if !world.joint_service || !assesses || controller_named(asker.controller).is_some() {
        return false;
    }
    let goes_on = |it: &&Fact| it.kind == Kind::Assessment && it.joint && it.to.is_none();
    let ours = world.facts.iter().filter(goes_on).any(|it| theirs(world, it));
    // Of the other side's no more may be known than of anything there.
    let of_other = |it: &&Fact| {
        it.register != own_register(asker) && controller_of(it).is_none() && !forbidden(world, it) && !apart(it)
    };
    let joint: Vec<&Fact> = world.facts.iter().filter(goes_on).filter(of_other).collect();
    if !ours || joint.is_empty() || fact.register == own_register(asker) || apart(fact) {
        return false;
    }
    let works = matches!(fact.kind, Kind::Assessment | Kind::Worker { .. });
    if fact.register == P {
        return works || matches!(fact.kind, Kind::Stay | Kind::HealthSocialWork);
    }
    // Of the social register in the service task of what is made together.
    works && fact.task.is_some_and(|task| joint.iter().any(|it| it.task == Some(task))) && fact.source != "shelter"
}

/// 53 § 2 mom., 3 mom.: what the client's permission names.
fn permitted(world: &World, fact: &Fact) -> bool {
    let receives =
        |receiver: Option<&'static str>| controller_named(receiver) == controller_named(world.asker.controller);
    let to_health = own_register(&world.asker) == P;
    world.permissions.iter().any(|it| {
        let in_force = it.until.is_none_or(|until| until < 0);
        // What began and was over within the time that it names.
        let began = it.window.0.is_none_or(|from| fact.from <= from);
        let over = if is_moment(fact) { fact.from } else { fact.to.unwrap_or(0) };
        let ended = it.window.1.is_none_or(|to| over >= to);
        let named = if to_health {
            let kind = !matches!(fact.kind, Kind::Contact | Kind::HealthSocialWork);
            let task = fact.task.is_some_and(|task| it.tasks.contains(&task));
            // Never a shelter's or mediation's, nor what may be one's.
            fact.register == S && kind && task && fact.source != "shelter" && !apart(fact)
        } else {
            fact.register == P
                && match it.data {
                    PatientData::All => true,
                    PatientData::Summary => {
                        matches!(fact.kind, Kind::Stay | Kind::HealthSocialWork | Kind::Worker { .. })
                    }
                    PatientData::Statements => false,
                }
        };
        it.to_health == to_health && receives(it.receiver) && in_force && began && ended && named
    })
}

fn is_moment(fact: &Fact) -> bool {
    matches!(fact.kind, Kind::Contact | Kind::HospitalsContact | Kind::Plan)
}

/// 59 §: a prohibition on disclosure.
fn forbidden(world: &World, fact: &Fact) -> bool {
    world.prohibitions.iter().any(|it| {
        it.register == fact.register
            && match it.target {
                ProhibitionTarget::All => true,
                ProhibitionTarget::Controller => match it.controller {
                    Some(COUNTY) => controller_of(fact).is_none(),
                    Some(OTHER) => controller_of(fact) == Some(OTHER),
                    // Nobody knows whose.
                    _ => true,
                },
                ProhibitionTarget::ServiceTask => match it.task.map(|task| (task, class_of(task))) {
                    Some((task, Some(class))) => fact.task == Some(task) || may_be(fact, class),
                    // A code of which nobody knows the class may be any; of no service task is no service task.
                    Some((task, None)) => fact.task == Some(task) || has_a_class(fact),
                    None => true,
                },
                ProhibitionTarget::Stay => part_of_stay(world, it, fact),
                ProhibitionTarget::Document => {
                    let (n, other) = it.thing;
                    let is_document = |of: &Fact| matches!(of.kind, Kind::Plan | Kind::Assessment);
                    let named = &world.facts[n];
                    // Of one that nobody knows, any may be it.
                    let known = is_document(named) && named.register == it.register && !other;
                    is_document(fact) && (n == fact.n || !known)
                }
            }
    })
}

/// A stay, by any of its numbers, and what was done while it lasted.
fn part_of_stay(world: &World, it: &Prohibition, fact: &Fact) -> bool {
    let (n, other) = it.thing;
    let stay = &world.facts[n];
    let known = stay.kind == Kind::Stay && stay.register == it.register && (!other || stay.also);
    let overlap = || {
        let ends = |it: &Fact| if is_moment(it) { it.from } else { it.to.unwrap_or(i64::MIN) };
        // Minutes ago; an hour for the clocks.
        fact.from + 60 >= ends(stay) && stay.from + 60 >= ends(fact)
    };
    match fact.kind {
        // Of one that nobody knows, any may be it.
        Kind::Stay => !known || fact.n == n,
        Kind::HealthSocialWork | Kind::Contact | Kind::HospitalsContact | Kind::Worker { .. } => !known || overlap(),
        _ => false,
    }
}

/// The register of the asker's own side.
fn own_register(asker: &Asker) -> Register {
    if asker.role.0 == CallerSide::Health { P } else { S }
}

/// Another controller than the county: none written, and the county's own number, are the county.
fn controller_named(written: Option<&'static str>) -> Option<&'static str> {
    written.filter(|it| *it != COUNTY)
}

fn controller_of(fact: &Fact) -> Option<&'static str> {
    controller_named(fact.controller.or((fact.source == "private").then_some(OTHER)))
}

/// The class of a service task, if it is known.
fn class_of(task: &str) -> Option<&str> {
    match task {
        "12" => Some("working-age"),
        "07" => None,
        name => Some(name),
    }
}

/// Is it, or may it be, of this class? What an ordinary source reports is of no shelter and of no mediation unless it says so.
fn may_be(fact: &Fact, class: &str) -> bool {
    if fact.source == "shelter" && class == "shelter" {
        return true;
    }
    match fact.task.map(class_of) {
        Some(Some(known)) => known == class,
        // Patient data have no service task.
        None if fact.register == P => false,
        Some(None) | None => match fact.source {
            "shelter" => false,
            "unstated" => true,
            _ => !["shelter", "mediation"].contains(&class),
        },
    }
}

fn has_a_class(fact: &Fact) -> bool {
    fact.register == S || fact.task.is_some() || fact.source == "shelter"
}

fn apart(fact: &Fact) -> bool {
    may_be(fact, "shelter") || may_be(fact, "mediation")
}

/// Is it apart, so that it is never shown outside?
pub(super) fn may_be_apart(_: &World, fact: &Fact) -> bool {
    let states = fact.source != "unstated";
    states && apart(fact) || fact.task.and_then(class_of).is_some_and(|it| ["shelter", "mediation"].contains(&it))
}
