//! Answers in words.

use super::*;
use crate::ask::answer::tests::response;
use serde_json::{Value, json};

fn text(language: Language, answer: &Answer) -> String {
    Text { language, zone: TimeZone::UTC, width: None }.of(answer)
}

fn workers(json: &Value) -> Answer {
    Answer::Workers(response("ListCurrentWorkersResponse", json))
}

fn own_worker(json: &Value) -> Answer {
    Answer::OwnWorker(response("GetOwnWorkerResponse", json))
}

fn involvement(json: &Value) -> Answer {
    Answer::Involvement(response("CheckInvolvementResponse", json))
}

fn timeline(json: &Value) -> Answer {
    Answer::Timeline(response("ListTimelineResponse", json))
}

fn standing(silent: bool) -> Value {
    let reported = if silent { "2026-11-22T10:00:00Z" } else { "2026-11-22T11:57:00Z" };
    let stays = json!(["COVERAGE_STAYS"]);
    json!({
        "at": "2026-11-22T12:00:00Z",
        "sources": [{ "name": "kys", "covers": stays, "reportedUntil": reported, "silent": silent, "rejectedUnnamed": 2, "unidentified": stays }],
        "notConnected": [{ "name": "clinic", "covers": stays }],
    })
}

#[test]
fn not_known_cannot_be_read_as_none_in_any_language() {
    let why = json!({ "since": "2026-11-22T10:00:00Z", "doubts": ["DOUBT_SOURCE_SILENT"] });
    let not = involvement(&json!({ "notKnown": why, "standing": standing(true) }));
    let en = "Is a hospital involved? (22 Nov 2026 12:00 UTC)\n\n  NOT KNOWN. This does not mean none.\n  \
              – a source has not reported in time\n  – known until 22 Nov 2026 10:00\n\nWhat this answer rests on\n  \
              SOURCE  LAST MESSAGE     COVERS  MESSAGES IN QUARANTINE\n  \
              kys     SILENT: 2 h ago  stays   2\n  kys: somebody who cannot be identified (stays)\n  Not connected: clinic (stays)\n";
    assert_eq!(text(Language::En, &not), en);
    let fi = text(Language::Fi, &not);
    assert!(fi.contains("EI TIEDOSSA. Tämä ei tarkoita, ettei tietoa tai henkilöä olisi."), "{fi}");
    assert!(fi.contains("EI TIETOJA MÄÄRÄAJASSA: 2 t sitten"), "{fi}");
    assert!(fi.contains("tiedot ovat ajalta 22.11.2026 klo 10.00 asti"), "{fi}");
    let sv = text(Language::Sv, &not);
    assert!(sv.contains("UPPGIFT SAKNAS. Det betyder inte att ingen eller inget finns."), "{sv}");
    assert!(sv.contains("INGA UPPGIFTER I TID: för 2 h sedan"), "{sv}");
}

#[test]
fn the_heading_has_the_zone_of_the_times() {
    let heading = |language, zone: &str, at: &str| {
        let answer = timeline(&json!({ "standing": { "at": at } }));
        let text = Text { language, zone: TimeZone::get(zone).unwrap(), width: None }.of(&answer);
        text.lines().next().unwrap().to_owned()
    };
    let winter = "2026-11-22T16:08:00Z";
    assert!(heading(Language::En, "Europe/Helsinki", winter).ends_with(" (22 Nov 2026 18:08 EET)"));
    assert!(heading(Language::Fi, "Europe/Helsinki", winter).ends_with(" (22.11.2026 klo 18.08 EET)"));
    let summer = "2026-07-01T10:00:00Z";
    assert!(heading(Language::Sv, "Europe/Stockholm", summer).ends_with(" (1.7.2026 kl. 12.00 CEST)"));
}

#[test]
fn none_is_by_the_connected_sources_and_what_is_not_connected_stands_below() {
    let none = workers(&json!({ "completeness": { "complete": {} }, "standing": standing(false) }));
    let fi = text(Language::Fi, &none);
    assert!(fi.contains("Ei ketään liitettyjen järjestelmien mukaan") && fi.contains("Ei liitetty: clinic"), "{fi}");
    assert!(fi.contains("3 min sitten"), "{fi}");
}

/// A stand-in has a line of their own, below the one who is away; the flag stands above everything.
#[test]
fn who_is_away_who_stands_in_and_what_may_not_be_passed_on() {
    let named = |name: &str| json!({ "named": { "name": name, "phone": "044 000 0000" } });
    let worker = json!({
        "role": "WORKER_ROLE_OWN_WORKER",
        "contact": named("Oma"),
        "register": "REGISTER_SOCIAL",
        "away": { "from": "2026-11-20T06:00:00Z", "until": "2026-12-01T06:00:00Z" },
        "standsIn": named("Sijainen"),
        "confirmedAt": "2026-11-01T10:00:00Z",
    });
    let answer = workers(&json!({ "workers": [worker], "nonDisclosure": true,
        "completeness": { "complete": {} }, "standing": standing(false) }));
    let lines = |language| -> Vec<String> { text(language, &answer).lines().map(str::to_owned).collect() };
    let fi = lines(Language::Fi);
    assert!(fi[2].starts_with("  TURVAKIELTO"), "{fi:#?}");
    assert!(fi[4].contains("YHTEYSTIEDOT VAHVISTETTU"), "{fi:#?}");
    assert!(fi[5].starts_with("  omatyöntekijä, POISSA 1.12.2026 klo 6.00 asti  Oma"), "{fi:#?}");
    assert!(fi[6].trim_start().starts_with("sijaistaa") && fi[6].contains("Sijainen  044 000 0000"), "{fi:#?}");
    assert!(lines(Language::Sv)[2].contains("SPÄRRMARKERING") && lines(Language::En)[2].contains("NON-DISCLOSURE"));
}

#[test]
fn a_lane_shows_leaves_lost_ends_and_the_course_of_a_referral() {
    let provenance = json!({ "source": "kys", "happenedAt": "2026-11-20T06:00:00Z" });
    let stay = |status: &str, more: Value| {
        let mut stay = json!({ "class": "STAY_CLASS_INPATIENT", "status": status, "provenance": provenance });
        stay.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        stay
    };
    let lane = json!({
        "stays": [
            stay("STAY_STATUS_ON_LEAVE", json!({ "leave": { "expectedReturnAt": "2026-11-23T06:00:00Z" } })),
            stay("STAY_STATUS_ENDED", json!({ "missingFromListAt": "2026-11-21T01:00:00Z" })),
        ],
        "referrals": [{
            "request": { "kind": "REFERRAL_KIND_CONTACT", "provenance": provenance },
            "accepted": {},
            "earlier": [{ "status": "REFERRAL_STATUS_CANCELLED" }],
            "course": { "status": "REFERRAL_STATUS_ON_HOLD", "reason": "client-away" },
            "contradicted": { "status": "REFERRAL_STATUS_REJECTED" },
        }],
        "cases": [{ "ground": "notice", "openedAt": "2026-11-19T06:00:00Z", "closedAt": "2026-11-21T09:30:00Z",
            "closingGround": "site-code", "provenance": provenance }],
        "services": [{ "status": "SERVICE_STATUS_STARTED", "serviceTask": "home-care", "provenance": provenance }],
        "plans": [{ "kind": "site-plan", "reviewBy": "2027-03-01T06:00:00Z", "provenance": provenance }],
        "contacts": { "count": 3, "lastAt": "2026-11-21T01:00:00Z" },
    });
    let answer = json!({ "health": { "shown": lane }, "social": { "withheld": {} } });
    let answer = Answer::View(Box::new(response("GetParallelViewResponse", &answer)));
    for (language, words) in [
        (
            Language::En,
            [
                "on leave, the stay continues",
                "expected back 23 Nov 2026 06:00",
                "not on its source's list of 21 Nov 2026 01:00",
                "on hold (reported later, in contradiction: not accepted) (earlier: withdrawn)",
                "in progress",
                "home care",
                "3 contacts, the last 21 Nov 2026 01:00",
            ],
        ),
        (
            Language::Fi,
            [
                "kotilomalla, jakso jatkuu",
                "paluu 23.11.2026 klo 6.00",
                "ei ole lähteen luettelossa 21.11.2026 klo 1.00",
                "odottaa (myöhemmin ilmoitettu, ristiriidassa: ei hyväksytty) (aiemmin: peruttu)",
                "käynnissä",
                "kotihoito",
                "3 asiakaskontaktia, viimeisin 21.11.2026 klo 1.00",
            ],
        ),
        (
            Language::Sv,
            [
                "på permission, perioden fortsätter",
                "väntas tillbaka 23.11.2026 kl. 6.00",
                "finns inte på källans lista 21.11.2026 kl. 1.00",
                "väntar (uppgavs senare, motstridigt: inte godkänd) (tidigare: återtagen)",
                "pågår",
                "hemvård",
                "3 klientkontakter, den senaste 21.11.2026 kl. 1.00",
            ],
        ),
    ] {
        let shown = text(language, &answer);
        // A source's own code is shown as it is.
        for word in words.into_iter().chain(["client-away", "site-plan", "site-code"]) {
            assert!(shown.contains(word), "{word}: {shown}");
        }
    }
}

/// 1301/2014 42 § 1 mom.: what the law excepts is not shown as a lack.
#[test]
fn why_nobody_is_named_stands_with_the_answer() {
    let not_named = |why: &str, more: Value| {
        let mut not = json!({ "clientship": true, "why": why });
        not.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        own_worker(&json!({ "notNamed": not }))
    };
    for (why, ought, words) in [
        (
            "NOT_NAMED_WHY_RESPONSIBLE_WORKER",
            false,
            ["Another responsible worker", "Muu palveluista vastaava työntekijä", "En annan arbetstagare"],
        ),
        (
            "NOT_NAMED_WHY_CHILDS_SOCIAL_WORKER",
            false,
            ["The child's social worker", "Lapsen asioista", "barnets angelägenheter"],
        ),
        ("NOT_NAMED_WHY_UNNECESSARY", false, ["obviously unnecessary", "ilmeisen tarpeetonta", "uppenbart onödigt"]),
        ("NOT_NAMED_WHY_NOT_KNOWN", true, ["NOT KNOWN", "EI TIEDOSSA", "UPPGIFT SAKNAS"]),
    ] {
        for (language, word) in [Language::En, Language::Fi, Language::Sv].into_iter().zip(words) {
            let shown = text(language, &not_named(why, json!({})));
            assert!(shown.contains(word), "{why}: {shown}");
        }
        let shown = text(Language::En, &not_named(why, json!({ "reason": "a-code" })));
        assert_eq!(shown.contains("must be named"), ought, "{shown}");
        assert!(shown.contains("Reason: a-code"), "{shown}");
    }
    let instead = json!([{ "role": "WORKER_ROLE_RESPONSIBLE_WORKER", "contact": { "named": { "name": "Vastaava" } } }]);
    let whole = not_named("NOT_NAMED_WHY_RESPONSIBLE_WORKER", json!({ "instead": instead }));
    assert!(text(Language::Fi, &whole).contains("Vastaava"));
    let none = own_worker(&json!({ "notNamed": {} }));
    assert!(text(Language::En, &none).contains("No clientship is in force."));
}

#[test]
fn a_presence_whose_class_is_not_known_has_its_words() {
    let sign = json!({ "kind": "INVOLVEMENT_KIND_PRESENCE", "since": "2026-11-22T10:00:00Z" });
    let answer = involvement(&json!({ "involved": { "signs": [sign] } }));
    for (language, word) in [
        (Language::En, "at a hospital, the kind of visit is not known"),
        (Language::Fi, "sairaalassa, käynnin laji ei ole tiedossa"),
        (Language::Sv, "på sjukhus, typen av besök är inte känd"),
    ] {
        assert!(text(language, &answer).contains(word));
    }
}

/// Whom to ring stands once for signs that have it in common, and again where it is another.
#[test]
fn contacts_of_the_sign_above_are_not_repeated() {
    let contacts = |phones: &[&str]| -> Vec<Value> {
        phones.iter().map(|phone| json!({ "unnamed": format!("ring {phone}") })).collect()
    };
    let sign = |kind: &str, phones: &[&str]| json!({ "kind": kind, "contacts": contacts(phones) });
    let signs = [
        sign("INVOLVEMENT_KIND_STAY_IN_PROGRESS", &["1", "2"]),
        sign("INVOLVEMENT_KIND_PLANNED_DISCHARGE", &["1", "2"]),
        sign("INVOLVEMENT_KIND_HEALTH_SOCIAL_WORK", &["1"]),
    ];
    let shown = text(Language::Fi, &involvement(&json!({ "involved": { "signs": signs } })));
    let lines: Vec<_> = shown.lines().skip(4).take(5).map(str::trim).collect();
    let expected = [
        "MITÄ                     KUKA",
        "osastohoitojakso         ring 1",
        "ring 2",
        "suunniteltu uloskirjaus  kuten yllä",
        "terveyssosiaalityö       ring 1",
    ];
    assert_eq!(lines, expected, "{shown}");
}

#[test]
fn the_timeline_names_events_sources_and_intermediaries() {
    let entry = |event: &str, more: Value| {
        let mut entry = json!({ "eventType": event, "register": "REGISTER_PATIENT", "source": "kys" });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    };
    let answer = timeline(&json!({ "entries": [
        entry("StayStarted", json!({ "relay": "RELAY_TRANSMITTED" })),
        entry("StayEnded", json!({ "relay": "RELAY_TRANSLATED", "relayedBy": "engine" })),
        entry("OfANewerServer", json!({})),
    ] }));
    let shown = text(Language::Sv, &answer);
    for word in ["vårdperiod inledd", "kys (förmedlat)", "kys (omvandlat: engine)", "OfANewerServer", "patientregister"]
    {
        assert!(shown.contains(word), "{word}: {shown}");
    }
}

#[test]
fn an_answer_without_its_completeness_is_not_known() {
    assert!(text(Language::En, &timeline(&json!({}))).contains("NOT KNOWN"));
    for answer in [own_worker(&json!({})), involvement(&json!({})), workers(&json!({}))] {
        assert!(text(Language::En, &answer).contains("NOT KNOWN"));
    }
}
