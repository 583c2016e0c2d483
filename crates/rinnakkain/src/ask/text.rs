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
                // Somebody ought to be named only where the law has no exception.
                let clientship = match (answer["clientship"] == true, string(&answer["why"])) {
                    (false, _) => "no-clientship",
                    (true, "" | "not-known") => "clientship-in-force",
                    (true, _) => "clientship-goes-on",
                };
                let mut out = format!("  {}\n  {}\n", self.word("not-named"), self.word(clientship));
                let why = match string(&answer["why"]) {
                    "responsible-worker" => "why-responsible-worker",
                    "childs-social-worker" => "why-childs-social-worker",
                    "unnecessary" => "why-unnecessary",
                    "not-known" => "why-not-known",
                    _ => "",
                };
                if !why.is_empty() {
                    out.extend([format!("  {}\n", self.word(why))]);
                }
                if let Some(reason) = answer["reason"].as_str() {
                    out.extend([format!("  {}: {}\n", self.word("reason"), printable(reason))]);
                }
                let instead = self.worker_table(list(&answer["instead"]));
                if instead.is_empty() { out } else { format!("{out}\n{instead}") }
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
mod tests;
