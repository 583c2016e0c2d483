//! An answer in words: the answer first, then what it rests on.

use super::table::{printable, table};
use super::words::Language;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

/// How answers are written.
pub(super) struct Text {
    /// In which language.
    pub(super) language: Language,
    /// Times are shown in this zone.
    pub(super) zone: TimeZone,
}

impl Text {
    /// The whole answer.
    pub(super) fn of(&self, answer: &Value) -> String {
        let question = string(&answer["question"]);
        let heading = if question == "own-worker" { "own-worker-heading" } else { question };
        let body = match question {
            "workers" => self.workers(answer),
            "own-worker" => self.own_worker(answer),
            "involvement" => self.involvement(answer),
            "view" => self.view(answer),
            _ => self.timeline(answer),
        };
        let at = self.zoned(&answer["standing"]["at"], &format!("{} %Z", self.language.time()));
        let protected = if answer["non_disclosure"] == true { self.word("non-disclosure") } else { "" };
        let protected = if protected.is_empty() { String::new() } else { format!("  {protected}\n\n") };
        format!("{} ({at})\n\n{protected}{body}\n{}", self.word(heading), self.standing(&answer["standing"]))
    }

    fn workers(&self, answer: &Value) -> String {
        let workers = list(&answer["workers"]);
        let mut out = self.worker_table(workers);
        out += &self.completeness(&answer["completeness"], workers.is_empty(), "nobody");
        if answer["other_side_withheld"] == true {
            out.extend([format!("  {}\n", self.word("other-side-withheld"))]);
        }
        out
    }

    fn own_worker(&self, answer: &Value) -> String {
        match string(&answer["answer"]) {
            "named" => self.worker_table(list(&answer["workers"])),
            "not-named" => {
                let clientship = if answer["clientship"] == true { "clientship-in-force" } else { "no-clientship" };
                let mut out = format!("  {}\n  {}\n", self.word("not-named"), self.word(clientship));
                if let Some(reason) = answer["reason"].as_str() {
                    out.extend([format!("  {}: {}\n", self.word("reason"), printable(reason))]);
                }
                out
            }
            _ => self.not_known(answer, "not-known"),
        }
    }

    fn involvement(&self, answer: &Value) -> String {
        match string(&answer["answer"]) {
            "involved" => {
                let mut rows = Vec::new();
                for sign in list(&answer["signs"]) {
                    let inferred = if sign["inferred"] == true { self.word("inferred") } else { "" };
                    let first = [
                        self.word(string(&sign["kind"])).to_owned(),
                        self.time(&sign["since"]),
                        self.time(&sign["planned_at"]),
                    ];
                    let contacts = list(&sign["contacts"]);
                    for n in 0..contacts.len().max(1) {
                        let mut row = if n == 0 { first.to_vec() } else { vec![String::new(); first.len()] };
                        row.extend(contacts.get(n).map(|contact| self.contact(contact)).unwrap_or_default());
                        row.resize(first.len() + CONTACT.len(), String::new());
                        row.push(if n == 0 { inferred.to_owned() } else { String::new() });
                        rows.push(row);
                    }
                }
                format!(
                    "  {}\n\n{}",
                    self.word("involved"),
                    self.table(&[&["kind", "since", "planned_for"][..], &CONTACT, &[""]].concat(), &rows)
                )
            }
            "not-involved" => format!("  {}\n", self.word("not-involved")),
            _ => self.not_known(answer, "not-known"),
        }
    }

    fn view(&self, answer: &Value) -> String {
        let mut out = String::new();
        let persons: Vec<_> = list(&answer["persons"])
            .iter()
            .map(|it| {
                let names = [string(&it["family_name"]), string(&it["given_names"])].map(printable).join(" ");
                let died = self.time(&it["died_at"]);
                let deceased = match it["deceased"] == true {
                    true if died.is_empty() => self.word("yes").to_owned(),
                    true => died,
                    false => String::new(),
                };
                vec![names.trim().to_owned(), string(&it["language"]).to_owned(), deceased]
            })
            .collect();
        if !persons.is_empty() {
            out += &(self.table(&["name", "language", "deceased"], &persons) + "\n");
        }
        let complete = answer["completeness"]["answer"] == "complete";
        for side in ["health", "social"] {
            out.extend([format!("{}\n{}\n", self.word(side), self.lane(&answer[side], complete))]);
        }
        out + &self.completeness(&answer["completeness"], false, "none")
    }

    fn timeline(&self, answer: &Value) -> String {
        let entries = list(&answer["entries"]);
        let row = |entry: &Value| {
            vec![
                self.time(&entry["happened_at"]),
                string(&entry["event_type"]).to_owned(),
                self.register(&entry["register"]),
                self.teller(entry),
                self.time(&entry["recorded_at"]),
                self.time(&entry["received_at"]),
            ]
        };
        let rows: Vec<_> = entries.iter().map(row).collect();
        let mut out = self.table(&["happened_at", "kind", "register", "source", "recorded_at", "received_at"], &rows);
        out += &self.completeness(&answer["completeness"], entries.is_empty(), "none");
        out
    }

    /// The source, and the intermediary that its message came through.
    fn teller(&self, entry: &Value) -> String {
        let source = string(&entry["source"]).to_owned();
        if entry["relay"].is_null() {
            return source;
        }
        let by = entry["relayed_by"].as_str().map(|by| format!(": {by}")).unwrap_or_default();
        format!("{source} ({}{by})", self.word(string(&entry["relay"])))
    }

    pub(super) fn worker_table(&self, workers: &[Value]) -> String {
        let confirmed = workers.iter().any(|worker| !worker["confirmed_at"].is_null());
        let row = |worker: &Value| {
            let mut role = self.word(string(&worker["role"])).to_owned();
            if !worker["away"].is_null() {
                let until = self.time(&worker["away"]["until"]);
                let until = if until.is_empty() { String::new() } else { format!(" (– {until})") };
                role.extend([format!(", {}{until}", self.word("away"))]);
            }
            let mut row = vec![role];
            row.extend(self.contact(&worker["contact"]));
            row.extend([
                string(&worker["profession"]).to_owned(),
                self.yes_no(&worker["public_service_post"]),
                self.register(&worker["register"]),
                self.time(&worker["since"]),
                self.time(&worker["until"]),
                string(&worker["source"]).to_owned(),
            ]);
            if confirmed {
                row.push(self.time(&worker["confirmed_at"]));
            }
            let width = row.len();
            // Whoever stands in is somebody to ring: a line of their own, below.
            let stands_in = Some(&worker["stands_in"]).filter(|it| !it.is_null()).map(|contact| {
                let mut row = vec![format!("  {}", self.word("stands-in"))];
                row.extend(self.contact(contact));
                row.resize(width, String::new());
                row
            });
            std::iter::once(row).chain(stands_in)
        };
        let rows: Vec<_> = workers.iter().flat_map(row).collect();
        let mut rest = vec!["profession", "public_service_post", "register", "since", "until", "source"];
        rest.extend(confirmed.then_some("confirmed_at"));
        self.table(&[&["role"][..], &CONTACT, &rest].concat(), &rows)
    }

    /// The columns of [`CONTACT`].
    pub(super) fn contact(&self, contact: &Value) -> Vec<String> {
        let kind = string(&contact["kind"]);
        let who = match kind {
            "named" => string(&contact["name"]).to_owned(),
            "directory" if contact["today"] == true => string(&contact["name"]).to_owned(),
            "directory" => format!("{} ({})", string(&contact["name"]), self.word("not-today")),
            "contact-point" => string(&contact["contact_point"]).to_owned(),
            kind => self.word(kind).to_owned(),
        };
        let rest = ["phone", "email", "hours", "unit", "task"].map(|key| string(&contact[key]).to_owned());
        std::iter::once(who).chain(rest).collect()
    }

    fn completeness(&self, completeness: &Value, empty: bool, none: &str) -> String {
        match (completeness["answer"] == "complete", empty) {
            (true, true) => format!("  {}\n", self.word(none)),
            (true, false) => format!("\n  {}\n", self.word("all")),
            (false, true) => self.not_known(completeness, "not-known"),
            (false, false) => format!("\n{}", self.not_known(completeness, "more-not-known")),
        }
    }

    /// Why and since when; never to be read as "none".
    fn not_known(&self, why: &Value, heading: &str) -> String {
        let mut out = format!("  {}\n", self.word(heading));
        let doubts = list(&why["doubts"]);
        if doubts.is_empty() {
            out.extend([format!("  – {}\n", self.word("no-reason"))]);
        }
        for doubt in doubts {
            out.extend([format!("  – {}\n", self.word(string(doubt)))]);
        }
        if !why["since"].is_null() {
            out.extend([format!("  – {} {}\n", self.word("not-known-since"), self.time(&why["since"]))]);
        }
        out
    }

    // === small steps

    pub(super) fn word<'a>(&self, key: &'a str) -> &'a str {
        self.language.word(key)
    }

    pub(super) fn table(&self, columns: &[&str], rows: &[Vec<String>]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        table(&columns.iter().map(|column| self.word(column)).collect::<Vec<_>>(), rows)
    }

    pub(super) fn time(&self, at: &Value) -> String {
        self.zoned(at, self.language.time())
    }

    fn zoned(&self, at: &Value, format: &str) -> String {
        let Ok(at) = string(at).parse::<Timestamp>() else { return String::new() };
        at.to_zoned(self.zone.clone()).strftime(format).to_string()
    }

    pub(super) fn yes_no(&self, value: &Value) -> String {
        value.as_bool().map(|it| self.word(if it { "yes" } else { "no" }).to_owned()).unwrap_or_default()
    }

    fn register(&self, register: &Value) -> String {
        let register = string(register);
        self.word(if register == "social" { "social-register" } else { register }).to_owned()
    }
}

/// The columns of somebody who can be reached.
pub(super) const CONTACT: [&str; 6] = ["who", "phone", "email", "hours", "unit", "task"];

pub(super) fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
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
        assert!(
            sv.contains("INTE KÄNT. Detta betyder inte att det inte finns.") && sv.contains("TYST: 2 h sedan"),
            "{sv}"
        );
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
                "course": { "status": "on-hold", "reason": "client-away" },
                "contradicted": { "status": "rejected" },
            }],
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
                    "waits (told later, and does not go with it: not accepted)",
                    "is given",
                    "Contacts told: 3 (last 2026-11-21 01:00)",
                ],
            ),
            (
                Language::Fi,
                [
                    "lomalla, jakso jatkuu",
                    "paluu 23.11.2026 6.00",
                    "ei lähteensä listalla 21.11.2026 1.00",
                    "odottaa (myöhemmin kerrottu, ristiriidassa: ei vastaanotettu)",
                    "käynnissä",
                    "Ilmoitettuja kontakteja: 3 (viimeisin 21.11.2026 1.00)",
                ],
            ),
            (
                Language::Sv,
                [
                    "på permission, perioden fortsätter",
                    "väntas tillbaka 23.11.2026 06:00",
                    "inte på källans lista 21.11.2026 01:00",
                    "väntar (uppgavs senare, strider mot det: inte mottagen)",
                    "pågår",
                    "Rapporterade kontakter: 3 (senaste 21.11.2026 01:00)",
                ],
            ),
        ] {
            let said = text(language, &answer);
            for word in words.into_iter().chain(["client-away", "client-plan"]) {
                assert!(said.contains(word), "{word}: {said}");
            }
        }
    }

    #[test]
    fn an_answer_that_says_nothing_of_its_completeness_is_not_known() {
        let nothing = json!({ "question": "timeline" });
        assert!(text(Language::En, &nothing).contains("NOT KNOWN"));
    }
}
