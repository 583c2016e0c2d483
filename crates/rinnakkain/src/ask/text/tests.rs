//! Answers in words.

use super::*;
use serde_json::json;

fn text(language: Language, answer: &Value) -> String {
    Text { language, zone: TimeZone::UTC }.of(answer)
}

fn standing(silent: bool) -> Value {
    let heard = if silent { "2026-11-22T10:00:00Z" } else { "2026-11-22T11:57:00Z" };
    json!({
        "at": "2026-11-22T12:00:00Z",
        "sources": [{ "name": "kys", "covers": ["stays"], "heard_at": heard, "silent": silent, "rejected_unnamed": 2, "unidentified": ["stays"] }],
        "not_connected": [{ "name": "clinic", "covers": ["stays"] }],
    })
}

#[test]
fn not_known_cannot_be_read_as_none_in_any_language() {
    let doubts = json!(["source-silent"]);
    let (since, standing) = (json!("2026-11-22T10:00:00Z"), standing(true));
    let not = json!({ "question": "involvement", "answer": "not-known", "since": since, "doubts": doubts, "standing": standing });
    let en = "Is a hospital involved (2026-11-22 12:00 UTC)\n\n  NOT KNOWN. This does not mean none.\n  \
              – a source has been silent too long\n  – known until 2026-11-22 10:00\n\nWhat this answer rests on\n  \
              SOURCE  LAST HEARD       SPEAKS FOR  MESSAGES IN QUARANTINE\n  \
              kys     SILENT: 2 h ago  stays       2\n  kys: somebody whom no identifier finds (stays)\n  Not connected: clinic (stays)\n";
    assert_eq!(text(Language::En, &not), en);
    let fi = text(Language::Fi, &not);
    assert!(fi.contains("EI TIEDOSSA. Tämä ei tarkoita, ettei ole.") && fi.contains("HILJAA: 2 t sitten"), "{fi}");
    let sv = text(Language::Sv, &not);
    assert!(sv.contains("INTE KÄNT. Detta betyder inte att det inte finns.") && sv.contains("TYST: 2 h sedan"), "{sv}");
}

#[test]
fn the_heading_says_in_which_zone_times_are() {
    let heading = |language, zone: &str, at: &str| {
        let answer = json!({ "question": "timeline", "standing": { "at": at } });
        let text = Text { language, zone: TimeZone::get(zone).unwrap() }.of(&answer);
        text.lines().next().unwrap().to_owned()
    };
    let winter = "2026-11-22T16:08:00Z";
    assert!(heading(Language::En, "Europe/Helsinki", winter).ends_with(" (2026-11-22 18:08 EET)"));
    assert!(heading(Language::Fi, "Europe/Helsinki", winter).ends_with(" (22.11.2026 18.08 EET)"));
    assert!(heading(Language::Sv, "Europe/Stockholm", "2026-07-01T10:00:00Z").ends_with(" (1.7.2026 12:00 CEST)"));
}

#[test]
fn none_is_said_by_the_connected_sources_and_what_is_not_connected_stands_below() {
    let none = json!({ "question": "workers", "workers": [], "completeness": { "answer": "complete" }, "standing": standing(false) });
    let fi = text(Language::Fi, &none);
    assert!(fi.contains("Ei ketään kytkettyjen lähteiden mukaan") && fi.contains("Ei kytketty: clinic"), "{fi}");
    assert!(fi.contains("3 min sitten"), "{fi}");
}

/// Whoever stands in has a line of their own, below the one who is away; the flag stands above everything.
#[test]
fn who_is_away_who_stands_in_and_what_may_not_be_passed_on() {
    let named = |name: &str| json!({ "kind": "named", "name": name, "phone": "044 000 0000" });
    let worker = json!({
        "role": "own-worker",
        "contact": named("Oma"),
        "register": "social",
        "away": { "from": "2026-11-20T06:00:00Z", "until": "2026-12-01T06:00:00Z" },
        "stands_in": named("Sijainen"),
        "confirmed_at": "2026-11-01T10:00:00Z",
    });
    let answer = json!({ "question": "workers", "workers": [worker], "non_disclosure": true,
        "completeness": { "answer": "complete" }, "standing": standing(false) });
    let lines = |language| -> Vec<String> { text(language, &answer).lines().map(str::to_owned).collect() };
    let fi = lines(Language::Fi);
    assert!(fi[2].starts_with("  TURVAKIELTO"), "{fi:#?}");
    assert!(fi[4].contains("YHTEYSTIEDOT VAHVISTETTU"), "{fi:#?}");
    assert!(fi[5].starts_with("  omatyöntekijä, POISSA (– 1.12.2026 6.00)  Oma"), "{fi:#?}");
    assert!(fi[6].trim_start().starts_with("sijaistaa") && fi[6].contains("Sijainen  044 000 0000"), "{fi:#?}");
    assert!(lines(Language::Sv)[2].contains("SPÄRRMARKERING") && lines(Language::En)[2].contains("NON-DISCLOSURE"));
}

#[test]
fn a_lane_tells_leaves_lost_ends_and_what_became_of_a_referral() {
    let provenance = json!({ "source": "kys", "happened_at": "2026-11-20T06:00:00Z" });
    let stay = |status: &str, more: Value| {
        let mut stay = json!({ "class": "inpatient", "status": status, "provenance": provenance });
        stay.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        stay
    };
    let lane = json!({
        "shown": true,
        "stays": [
            stay("on-leave", json!({ "leave": { "expected_return_at": "2026-11-23T06:00:00Z" } })),
            stay("ended", json!({ "missing_from_list_at": "2026-11-21T01:00:00Z" })),
        ],
        "referrals": [{
            "request": { "kind": "contact", "provenance": provenance },
            "answer": { "state": "accepted" },
            "earlier": [{ "status": "cancelled" }],
            "course": { "status": "on-hold", "reason": "client-away" },
            "contradicted": { "status": "rejected" },
        }],
        "cases": [{ "ground": "notice", "opened_at": "2026-11-19T06:00:00Z", "closed_at": "2026-11-21T09:30:00Z",
            "closing_ground": "no-need", "provenance": provenance }],
        "services": [{ "status": "started", "service_task": "home-care", "provenance": provenance }],
        "plans": [{ "kind": "client-plan", "review_by": "2027-03-01T06:00:00Z", "provenance": provenance }],
        "contacts": { "count": 3, "last_at": "2026-11-21T01:00:00Z" },
    });
    let answer = json!({ "question": "view", "health": lane, "social": { "shown": false } });
    for (language, words) in [
        (
            Language::En,
            [
                "on leave, the stay goes on",
                "expected back 2026-11-23 06:00",
                "not on its source's list of 2026-11-21 01:00",
                "waits (told later, and does not go with it: not accepted) (earlier: taken back)",
                "is given",
                "Contacts: 3 (last 2026-11-21 01:00)",
            ],
        ),
        (
            Language::Fi,
            [
                "lomalla, jakso jatkuu",
                "paluu 23.11.2026 6.00",
                "ei lähteensä listalla 21.11.2026 1.00",
                "odottaa (myöhemmin kerrottu, ristiriidassa: ei vastaanotettu) (aiemmin: peruttu)",
                "käynnissä",
                "Kontakteja: 3 (viimeisin 21.11.2026 1.00)",
            ],
        ),
        (
            Language::Sv,
            [
                "på permission, perioden fortsätter",
                "väntas tillbaka 23.11.2026 06:00",
                "inte på källans lista 21.11.2026 01:00",
                "väntar (uppgavs senare, strider mot det: inte mottagen) (tidigare: återtagen)",
                "pågår",
                "Kontakter: 3 (senaste 21.11.2026 01:00)",
            ],
        ),
    ] {
        let said = text(language, &answer);
        for word in words.into_iter().chain(["client-away", "client-plan", "no-need"]) {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}

/// 1301/2014 42 § 1 mom.: what the law excepts is not said to be a lack.
#[test]
fn why_nobody_is_named_stands_with_the_answer() {
    let answer = |why: &str, reason: Option<&str>| json!({ "question": "own-worker", "answer": "not-named", "clientship": true, "why": why, "reason": reason });
    for (why, ought, words) in [
        ("responsible-worker", false, ["Another responsible worker", "Muu vastaava työntekijä", "En annan ansvarig"]),
        ("childs-social-worker", false, ["The child's social worker", "Lapsen asioista", "Barnets socialarbetare"]),
        ("unnecessary", false, ["obviously unnecessary", "ilmeisen tarpeetonta", "uppenbart onödigt"]),
        ("not-known", true, ["NOT KNOWN", "EI TIEDOSSA", "INTE KÄNT"]),
    ] {
        for (language, word) in [Language::En, Language::Fi, Language::Sv].into_iter().zip(words) {
            let said = text(language, &answer(why, None));
            assert!(said.contains(word), "{why}: {said}");
        }
        let said = text(Language::En, &answer(why, Some("a-code")));
        assert_eq!(said.contains("ought to be named"), ought, "{said}");
        assert!(said.contains("Reason: a-code"), "{said}");
    }
    let mut whole = answer("responsible-worker", None);
    whole["instead"] = json!([{ "role": "responsible-worker", "contact": { "kind": "named", "name": "Vastaava" } }]);
    assert!(text(Language::Fi, &whole).contains("Vastaava"));
    let none = json!({ "question": "own-worker", "answer": "not-named", "clientship": false, "why": null });
    assert!(text(Language::En, &none).contains("No clientship is in force."));
}

#[test]
fn a_presence_whose_class_is_not_known_has_its_words() {
    let answer = json!({ "question": "involvement", "answer": "involved",
        "signs": [{ "kind": "presence", "since": "2026-11-22T10:00:00Z", "contacts": [] }] });
    for (language, word) in [
        (Language::En, "at a hospital, of what kind is not known"),
        (Language::Fi, "sairaalassa"),
        (Language::Sv, "på sjukhus"),
    ] {
        assert!(text(language, &answer).contains(word));
    }
}

#[test]
fn an_answer_that_says_nothing_of_its_completeness_is_not_known() {
    let nothing = json!({ "question": "timeline" });
    assert!(text(Language::En, &nothing).contains("NOT KNOWN"));
}
