//! One client's story: what happens, who asks, and what the right answer is.

use jiff::civil::Time;
use jiff::{Timestamp, ToSpan, Zoned};
use serde_json::{Value, json};
use testkit::county::{Person, Visit, adt, person, referral, social};

/// The client, who does not exist.
pub(crate) fn client() -> Person {
    person(7)
}

/// One step of the story.
pub(crate) struct Step {
    /// What happens.
    pub(crate) text: &'static str,
    /// Its messages.
    pub(crate) messages: Vec<Message>,
    /// What is asked then.
    pub(crate) asks: Vec<Ask>,
}

/// A message on its way in.
pub(crate) enum Message {
    /// Over MLLP.
    Hl7(String),
    /// Over HTTP.
    Social(Value),
}

/// A question, and what its answer must contain.
pub(crate) struct Ask {
    /// For the reader.
    pub(crate) question: &'static str,
    /// Who asks.
    pub(crate) who: Who,
    /// `rinnakkain ask …`.
    pub(crate) command: &'static str,
    /// JSON pointer → value.
    pub(crate) expect: Vec<(&'static str, Value)>,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// The duty social worker at night.
    Duty,
    /// The own worker.
    OwnWorker,
    /// The hospital's social worker.
    HealthSocialWorker,
}

impl Who {
    /// Token file, task and purpose.
    pub(crate) fn arguments(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Duty => ("duty.token", "duty-social-service", "urgent-help"),
            Self::OwnWorker => ("social.token", "client-work", "care-coordination"),
            Self::HealthSocialWorker => ("health.token", "health-social-work", "discharge-planning"),
        }
    }
}

/// The county's zone, in which the answers show their times.
const ZONE: &str = "Europe/Helsinki";

/// The evening of the story, at a time of its clock: the last one after which a morning has passed too.
struct Evening(Zoned);

impl Evening {
    /// The client is at home by then, on the morning after.
    const OVER: i64 = 11;

    fn before(now: Timestamp) -> anyhow::Result<Self> {
        let now = now.in_tz(ZONE)?;
        Ok(Self(now.checked_sub(Self::OVER.hours())?.checked_sub(1.day())?))
    }

    fn at(&self, hour: i8, minute: i8) -> anyhow::Result<Timestamp> {
        Ok(self.0.with().time(Time::new(hour, minute, 0, 0)?).build()?.timestamp())
    }

    fn next_morning_at(&self, hour: i8, minute: i8) -> anyhow::Result<Timestamp> {
        Self(self.0.checked_add(1.day())?).at(hour, minute)
    }
}

/// The story, over by `now`. It happens at the same local times on every day, and its messages have these times.
pub(crate) fn steps(now: Timestamp) -> anyhow::Result<Vec<Step>> {
    let ago = |hours: i64| now.checked_sub(hours.hours()).unwrap_or(now);
    let evening = Evening::before(now)?;
    let arrives = evening.at(19, 40)?;
    let (admitted, plans) = (evening.next_morning_at(2, 40)?, evening.next_morning_at(8, 0)?);
    let (accepts, leaves) = (evening.next_morning_at(8, 30)?, evening.next_morning_at(10, 30)?);
    let client = client();
    let event = |kind, id, at, data| Message::Social(social(kind, id, at, &client, data));
    let hl7 = |trigger, id, at, visit: &Visit<'_>| Message::Hl7(adt(trigger, id, at, &client, visit));
    let visit = Visit { number: "KÄYNTI-1", class: "E", ward: "PKL", started: Some(arrives), ..Visit::default() };
    let ward = Visit { class: "I", ward: "OS3", ..visit.clone() };
    let own_worker = json!({
        "assignment": "S-1", "clientship": "A-1", "role": "own-worker", "from": ago(700).to_string(),
        "worker": {"id": "T-77", "name": "Sanna Sosiaalityö", "phone": "044 000 7700", "hours": "ma–pe 9–15"},
        "profession": "social-worker", "public_service_post": true,
    });
    Ok(vec![
        Step {
            text: "Last month: social care takes up the client's case, assesses the need, opens a clientship and names an own worker.",
            messages: vec![
                event("CaseOpened", "s1", ago(800), json!({"case": "V-1", "ground": "application"})),
                event("AssessmentStarted", "s2", ago(790), json!({"assessment": "P-1", "case": "V-1"})),
                event(
                    "AssessmentFinished",
                    "s3",
                    ago(720),
                    json!({"assessment": "P-1", "own_worker_needed": true, "clientship": true}),
                ),
                event("ClientshipOpened", "s4", ago(710), json!({"clientship": "A-1", "service_task": "adults"})),
                event("WorkerAssigned", "s5", ago(700), own_worker),
            ],
            asks: vec![
                Ask {
                    question: "The duty social service asks: who is the own worker?",
                    who: Who::Duty,
                    command: "own-worker",
                    expect: vec![("/named/workers/0/contact/named/name", json!("Sanna Sosiaalityö"))],
                },
                Ask {
                    question: "… and is a hospital involved?",
                    who: Who::Duty,
                    command: "involvement",
                    expect: vec![("/notInvolved", json!({}))],
                },
            ],
        },
        Step {
            text: "19.40: an ambulance brings the client to the emergency department.",
            messages: vec![hl7("A04", "h1", arrives, &visit)],
            asks: vec![Ask {
                question: "02.10: the duty social service asks: is a hospital involved?",
                who: Who::Duty,
                command: "involvement",
                expect: vec![("/involved/signs/0/kind", json!("INVOLVEMENT_KIND_EMERGENCY_VISIT"))],
            }],
        },
        Step {
            text: "02.40: the client is admitted to a ward.",
            messages: vec![hl7("A06", "h2", admitted, &ward)],
            asks: vec![Ask {
                question: "07.30: the own worker asks: who works with my client now?",
                who: Who::OwnWorker,
                command: "workers",
                expect: vec![
                    ("/completeness/complete", json!({})),
                    ("/workers/0/contact/named/name", json!("Sanna Sosiaalityö")),
                    ("/workers/1/contact/directory/name", json!("Tuulikki Terveys")),
                ],
            }],
        },
        Step {
            text: "08.00: the ward plans a discharge for 10.30, and its social worker asks social care to be in time for it, with the client's consent.",
            messages: vec![
                hl7("A16", "h3", plans, &Visit { planned: Some(leaves), ..ward.clone() }),
                Message::Hl7(referral("h4", plans, &client, "YHT-1")),
                event(
                    "ReferralAccepted",
                    "s6",
                    accepts,
                    json!({"referral": {"system": "keskussairaala", "value": "YHT-1"}}),
                ),
            ],
            asks: vec![
                Ask {
                    question: "Social care asks: is a hospital involved?",
                    who: Who::OwnWorker,
                    command: "involvement",
                    expect: vec![("/involved/signs/1/kind", json!("INVOLVEMENT_KIND_PLANNED_DISCHARGE"))],
                },
                Ask {
                    question: "The ward's social worker asks for the view: the hospital's own lane, and the status of the contact.",
                    who: Who::HealthSocialWorker,
                    command: "view",
                    expect: vec![("/health/shown/referrals/0/accepted/provenance/source", json!("sosiaali"))],
                },
            ],
        },
        Step {
            text: "At the bedside the client consents to the ward's seeing what adult social work has going on, and later withdraws it.",
            messages: vec![],
            asks: consent(),
        },
        Step {
            text: "10.30: the client goes home.",
            messages: vec![hl7("A03", "h5", leaves, &Visit { ended: Some(leaves), ..ward.clone() })],
            asks: vec![
                Ask {
                    question: "The duty social service asks: is a hospital involved?",
                    who: Who::Duty,
                    command: "involvement",
                    expect: vec![("/notInvolved", json!({}))],
                },
                Ask {
                    question: "The own worker asks for the whole view.",
                    who: Who::OwnWorker,
                    command: "view",
                    expect: vec![("/health/shown/stays/0/status", json!("STAY_STATUS_ENDED"))],
                },
                Ask {
                    question: "… and for what happened, in order.",
                    who: Who::OwnWorker,
                    command: "timeline",
                    expect: vec![],
                },
            ],
        },
    ])
}

/// Without a consent the hospital sees its own lane only; with it, what the consent names; withdrawn, nothing of it.
fn consent() -> Vec<Ask> {
    let ask = |question, command, pointer, value| Ask {
        question,
        who: Who::HealthSocialWorker,
        command,
        expect: vec![(pointer, value)],
    };
    let (answer, named) = ("/answer", "/named/workers/0/contact/named/name");
    vec![
        ask("The ward's social worker asks: who is the own worker?", "own-worker", answer, json!("not-known")),
        ask("The client consents.", "consent --id demo-1 --service-task adults", answer, json!("recorded")),
        ask("Who is the own worker now?", "own-worker", named, json!("Sanna Sosiaalityö")),
        ask("… and what has social care going on?", "view", "/social/shown/clientships/0/open", json!(true)),
        ask("The client withdraws the consent.", "withdraw-consent --id demo-1", answer, json!("recorded")),
        ask("Who is the own worker?", "own-worker", answer, json!("not-known")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_story_is_over_whenever_it_is_told() {
        for now in ["2026-11-30T08:59:00Z", "2026-11-30T09:00:00Z", "2026-11-30T22:30:00Z", "2026-03-29T09:30:00Z"] {
            let now: Timestamp = now.parse().unwrap();
            let evening = Evening::before(now).unwrap();
            let (first, last) = (evening.at(19, 40).unwrap(), evening.next_morning_at(10, 30).unwrap());
            assert!(first < last && last < now, "{now}: {first} {last}");
            assert!(now.duration_since(first).as_hours() < 48, "an emergency visit is not forgotten: {now} {first}");
            assert!(steps(now).is_ok());
        }
    }
}
