//! What an answer rests on, in words: each source and how long ago it was heard, and what is not connected.

use super::table::printable;
use super::text::{Text, list, string};
use jiff::Timestamp;
use serde_json::Value;

impl Text {
    pub(super) fn standing(&self, standing: &Value) -> String {
        let kinds = |it: &Value| {
            let words = list(it).iter().map(|it| self.word(&format!("{}-word", string(it))).to_owned());
            words.collect::<Vec<_>>().join(", ")
        };
        let covers = |it: &Value| kinds(&it["covers"]);
        let row = |source: &Value| {
            let rejected = source["rejected_unnamed"].as_u64().filter(|count| *count > 0);
            let rejected = rejected.map(|count| count.to_string()).unwrap_or_default();
            vec![string(&source["name"]).to_owned(), self.heard(source, &standing["at"]), covers(source), rejected]
        };
        let rows: Vec<_> = list(&standing["sources"]).iter().map(row).collect();
        let mut out = format!(
            "{}\n{}",
            self.word("rests-on"),
            self.table(&["source-name", "heard", "covers", "rejected"], &rows)
        );
        for it in list(&standing["sources"]).iter().filter(|it| !list(&it["unidentified"]).is_empty()) {
            let (name, kinds) = (printable(string(&it["name"])), kinds(&it["unidentified"]));
            out.extend([format!("  {name}: {} ({kinds})\n", self.word("unfound"))]);
        }
        for it in list(&standing["not_connected"]) {
            out.extend([format!(
                "  {}: {} ({})\n",
                self.word("not-connected"),
                printable(string(&it["name"])),
                covers(it)
            )]);
        }
        out
    }

    fn heard(&self, source: &Value, at: &Value) -> String {
        let instant = |value: &Value| string(value).parse::<Timestamp>().ok();
        let Some((heard, at)) = instant(&source["heard_at"]).zip(instant(at)) else {
            return self.word("never").to_owned();
        };
        let seconds = (at.as_second() - heard.as_second()).max(0);
        let (count, unit) = match seconds {
            0..120 => (seconds, "seconds-ago"),
            120..7200 => (seconds / 60, "minutes-ago"),
            7200..172_800 => (seconds / 3600, "hours-ago"),
            _ => (seconds / 86_400, "days-ago"),
        };
        let ago = format!("{count} {}", self.word(unit));
        if source["silent"] == true { format!("{}: {ago}", self.word("silent")) } else { ago }
    }
}
