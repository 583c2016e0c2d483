//! One side of the view in words.

use super::text::{Text, list, string};
use serde_json::Value;

impl Text {
    /// `complete`: what is not there is known not to be.
    pub(super) fn lane(&self, lane: &Value, complete: bool) -> String {
        if lane["shown"] != true {
            return format!("  {}\n", self.word("withheld"));
        }
        let mut out = String::new();
        let mut section = |key: &str, heading: &str, columns: &[&str], row: &dyn Fn(&Value) -> Vec<String>| {
            let rows: Vec<_> = list(&lane[key]).iter().map(row).collect();
            if !rows.is_empty() {
                out.extend([format!(" {}\n{}", self.word(heading), self.table(columns, &rows))]);
            }
        };
        section("stays", "stays", &["kind", "status", "since", "ended_at", "planned", "ward", "", "source"], &|it| {
            self.stay(it)
        });
        section(
            "referrals",
            "referrals",
            &["kind", "since", "required_by", "expires_at", "answer", "who", "reason", "source"],
            &|it| self.referral(it),
        );
        let columns = ["since", "reason", "urgent_need", "ended_at", "closing_ground", "source"];
        section("cases", "cases", &columns, &|it| {
            let (since, ended) = (self.time(&it["opened_at"]), self.time(&it["closed_at"]));
            let (ground, closing) = (code(&it["ground"]), code(&it["closing_ground"]));
            vec![since, ground, code(&it["urgent_need"]["result"]), ended, closing, told_by(it)]
        });
        let columns = ["started_at", "finished_at", "own_worker_needed", "clientship", "source"];
        section("assessments", "assessments", &columns, &|it| {
            let yes_no = |key: &str| self.yes_no(&it[key]);
            let (needed, clientship) = (yes_no("own_worker_needed"), yes_no("clientship"));
            vec![self.time(&it["started_at"]), self.time(&it["finished_at"]), needed, clientship, told_by(it)]
        });
        section(
            "clientships",
            "clientships",
            &["status", "service_task", "since", "ended_at", "reason", "source"],
            &|it| {
                vec![
                    self.open(it),
                    code(&it["service_task"]),
                    self.time(&it["opened_at"]),
                    self.time(&it["closed_at"]),
                    code(&it["ground"]),
                    told_by(it),
                ]
            },
        );
        section(
            "health_social_work",
            "health_social_work",
            &["status", "since", "until", "ended_at", "reason", "source"],
            &|it| {
                vec![
                    self.open(it),
                    self.time(&it["opened_at"]),
                    self.time(&it["until"]),
                    self.time(&it["closed_at"]),
                    code(&it["outcome"]),
                    told_by(it),
                ]
            },
        );
        section("ended_assignments", "ended_assignments", &["role", "since", "ended_at", "reason", "source"], &|it| {
            let role = self.word(string(&it["role"])).to_owned();
            vec![role, self.time(&it["from"]), self.time(&it["ended_at"]), code(&it["reason"]), told_by(it)]
        });
        section("duty_contacts", "duty_contacts", &["since", "ended_at", "handed_over_to", "source"], &|it| {
            let (since, ended) = (self.time(&it["recorded_at"]), self.time(&it["closed_at"]));
            vec![since, ended, code(&it["handed_over_to"]), told_by(it)]
        });
        section("decisions", "decisions", &["happened_at", "service_task", "outcome", "source"], &|it| {
            let at = self.time(&it["provenance"]["happened_at"]);
            vec![at, code(&it["service_task"]), code(&it["outcome"]), told_by(it)]
        });
        let columns = ["status", "service_task", "agreed_at", "since", "ended_at", "reason", "source"];
        section("services", "services", &columns, &|it| {
            let status = match string(&it["status"]) {
                "started" => "service-started",
                status => status,
            };
            vec![
                self.word(status).to_owned(),
                code(&it["service_task"]),
                self.time(&it["agreed_at"]),
                self.time(&it["started_at"]),
                self.time(&it["ended_at"]),
                code(&it["reason"]),
                told_by(it),
            ]
        });
        section("plans", "plans", &["kind", "agreed_at", "revised_at", "review_by", "source"], &|it| {
            let times = ["agreed_at", "revised_at", "review_by"].map(|key| self.time(&it[key]));
            std::iter::once(code(&it["kind"])).chain(times).chain([told_by(it)]).collect()
        });
        section(
            "cooperation_requests",
            "cooperation_requests",
            &["since", "asked_of", "required_by", "source"],
            &|it| {
                let since = self.time(&it["provenance"]["happened_at"]);
                vec![since, code(&it["asked_of"]), self.time(&it["required_by"]), told_by(it)]
            },
        );
        if let Some(count) = lane["contacts"]["count"].as_u64() {
            let last = self.time(&lane["contacts"]["last_at"]);
            out.extend([format!(" {}: {count} ({} {last})\n", self.word("contacts"), self.word("last"))]);
        }
        if !list(&lane["workers"]).is_empty() {
            out.extend([format!(" {}\n{}", self.word("workers-now"), self.worker_table(list(&lane["workers"])))]);
        }
        if let Some(count) = lane["unplaced_facts"].as_u64().filter(|count| *count > 0) {
            out.extend([format!(" {}: {count}\n", self.word("unplaced"))]);
        }
        if out.is_empty() {
            out = format!("  {}\n", self.word(if complete { "none" } else { "nothing-told" }));
        }
        out
    }

    fn stay(&self, stay: &Value) -> Vec<String> {
        let word = |key: &str| {
            // "Planned" is another word of a class than of a status.
            let word = string(&stay[key]);
            self.word(if word == "planned" && key == "class" {
                "planned-class"
            } else if word == "planned" {
                "planned-status"
            } else {
                word
            })
        };
        let planned = match (stay["discharge_planned"] == true, stay["planned_at"].is_null()) {
            (true, true) => self.word("planned-no-time").to_owned(),
            (true, false) => self.time(&stay["planned_at"]),
            (false, _) => String::new(),
        };
        let mut notes = Vec::new();
        if stay["inferred"] == true {
            notes.push(self.word("inferred").to_owned());
        }
        if !stay["leave"]["expected_return_at"].is_null() {
            notes.push(format!("{} {}", self.word("back"), self.time(&stay["leave"]["expected_return_at"])));
        }
        if !stay["missing_from_list_at"].is_null() {
            notes.push(format!("{} {}", self.word("missing-from-list"), self.time(&stay["missing_from_list_at"])));
        }
        vec![
            word("class").to_owned(),
            word("status").to_owned(),
            self.time(&stay["since"]),
            self.time(&stay["ended_at"]),
            planned,
            string(&stay["ward"]).to_owned(),
            notes.join(", "),
            told_by(stay),
        ]
    }

    fn referral(&self, referral: &Value) -> Vec<String> {
        let (request, answer) = (&referral["request"], &referral["answer"]);
        let kind = match string(&request["kind"]) {
            "" => "not-requested",
            "contact" => "contact-word",
            kind => kind,
        };
        let state = match string(&answer["state"]) {
            "rejected" => "rejected-word",
            state => state,
        };
        let mut state = self.word(state).to_owned();
        if !answer["expected_by"].is_null() {
            state.extend([format!(", {} {}", self.word("expected-by"), self.time(&answer["expected_by"]))]);
        }
        // What has become of it says more than that it was taken.
        let course = &referral["course"];
        if let Some(status) = course["status"].as_str() {
            let status = match status {
                "in-progress" => "work-begun",
                "cancelled" => "taken-back",
                status => status,
            };
            self.word(status).clone_into(&mut state);
        }
        if let Some(status) = referral["contradicted"]["status"].as_str() {
            let status = if status == "rejected" { "rejected-word" } else { status };
            state.extend([format!(" ({}: {})", self.word("contradicted"), self.word(status))]);
        }
        let earlier = list(&referral["earlier"]).iter().map(|it| {
            let status = match string(&it["status"]) {
                "rejected" => "rejected-word",
                "in-progress" => "work-begun",
                "cancelled" => "taken-back",
                "requested" => "pending",
                status => status,
            };
            self.word(status)
        });
        let earlier: Vec<_> = earlier.collect();
        if !earlier.is_empty() {
            state.extend([format!(" ({}: {})", self.word("earlier"), earlier.join(", "))]);
        }
        let who = if answer["contact"].is_null() {
            String::new()
        } else {
            self.contact(&answer["contact"]).join(" ").trim().to_owned()
        };
        let source = if request.is_null() { told_by(answer) } else { told_by(request) };
        let reason = if course["reason"].is_null() { &answer["reason"] } else { &course["reason"] };
        vec![
            self.word(kind).to_owned(),
            self.time(&request["provenance"]["happened_at"]),
            self.time(&request["required_by"]),
            self.time(&request["expires_at"]),
            state,
            who,
            code(reason),
            source,
        ]
    }

    fn open(&self, it: &Value) -> String {
        self.word(if it["open"] == true { "open" } else { "closed" }).to_owned()
    }
}

fn code(value: &Value) -> String {
    string(value).to_owned()
}

/// The source of an entity's last word.
fn told_by(entity: &Value) -> String {
    string(&entity["provenance"]["source"]).to_owned()
}
