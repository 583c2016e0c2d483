//! The table: each figure beside the ceiling that it is compared with, its target, and what it cost.

use serde_json::{Value, json};
use std::fmt::Write as _;

/// One figure.
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
    /// What the machine does at best, in the same unit.
    pub(crate) ceiling: Option<(&'static str, f64)>,
    pub(crate) target: Target,
    /// Settings, spreads and costs.
    pub(crate) notes: Vec<(&'static str, Value)>,
    /// Why it does not count.
    pub(crate) failed: Option<String>,
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// Nothing: it is stated.
    Stated,
    /// At least so much of its ceiling.
    OfCeiling(f64),
    /// At least so many.
    AtLeast(f64),
    /// At most so many.
    AtMost(f64),
}

impl Figure {
    /// So much of its ceiling.
    fn ratio(&self) -> Option<f64> {
        self.ceiling.map(|(_, ceiling)| self.value / ceiling)
    }

    /// `None`: there is no target.
    pub(crate) fn met(&self) -> Option<bool> {
        let held = match self.target {
            Target::Stated => return None,
            Target::OfCeiling(least) => self.ratio().is_some_and(|ratio| ratio >= least),
            Target::AtLeast(least) => self.value >= least,
            Target::AtMost(most) => self.value <= most,
        };
        Some(held && self.failed.is_none())
    }

    fn target_in_words(&self) -> String {
        match self.target {
            Target::Stated => "stated".to_owned(),
            Target::OfCeiling(least) => format!("≥ {least} of it"),
            Target::AtLeast(least) => format!("≥ {}", number(least)),
            Target::AtMost(most) => format!("≤ {}", number(most)),
        }
    }

    fn outcome(&self) -> &'static str {
        match (&self.failed, self.met()) {
            (Some(_), _) => "FAILED",
            (None, None) => "",
            (None, Some(true)) => "met",
            (None, Some(false)) => "missed",
        }
    }

    /// One object.
    pub(crate) fn json(&self) -> Value {
        let mut notes = serde_json::Map::new();
        notes.extend(self.notes.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
        json!({
            "figure": self.name,
            "value": self.value,
            "unit": self.unit,
            "ceiling": self.ceiling.map(|(what, value)| json!({"what": what, "value": value})),
            "ratio": self.ratio(),
            "target": self.target_in_words(),
            "met": self.met(),
            "failed": self.failed,
            "notes": notes,
        })
    }

    /// A line, and below it what it rests on.
    pub(crate) fn text(&self) -> String {
        let value = format!("{} {}", number(self.value), self.unit);
        let mut text = format!("{:<30} {value:>24}   {:<12} {}\n", self.name, self.target_in_words(), self.outcome());
        let mut line = |what: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "    {what}: {value}");
        };
        if let Some((what, ceiling)) = self.ceiling {
            line(what, &format!("{} {}; ratio {:.3}", number(ceiling), self.unit, self.ratio().unwrap_or_default()));
        }
        for (what, value) in &self.notes {
            line(what, &plain(value));
        }
        if let Some(why) = &self.failed {
            line("failed", why);
        }
        text
    }
}

/// For eyes.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| format!("{key} {}", plain(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Array(lines) => {
            let lines: Vec<_> = lines.iter().map(plain).collect();
            format!("\n        {}", lines.join("\n        "))
        }
        other => other.to_string(),
    }
}

/// With separated thousands; one decimal below 100.
fn number(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64, target: Target) -> Figure {
        let ceiling = Some(("at best", 100_000.0));
        Figure { name: "it".to_owned(), value, unit: "events/s", ceiling, target, notes: Vec::new(), failed: None }
    }

    #[test]
    fn a_target_is_met_or_missed_and_a_failed_figure_meets_none() {
        assert_eq!(figure(45_000.0, Target::OfCeiling(0.45)).met(), Some(true));
        assert_eq!(figure(44_999.0, Target::OfCeiling(0.45)).met(), Some(false));
        assert_eq!(figure(5.0, Target::AtLeast(5.0)).met(), Some(true));
        assert_eq!(figure(5.1, Target::AtMost(5.0)).met(), Some(false));
        assert_eq!(figure(1.0, Target::Stated).met(), None);
        let failed = Figure { failed: Some("an answer failed".to_owned()), ..figure(9.0, Target::AtLeast(5.0)) };
        assert_eq!(failed.met(), Some(false));
        assert!(failed.text().contains("FAILED"), "{}", failed.text());
    }

    #[test]
    fn it_is_read_by_eyes_and_by_programs() {
        let it = Figure { notes: vec![("p50", json!("1 ms"))], ..figure(45_000.0, Target::OfCeiling(0.45)) };
        assert!(it.text().contains("45,000 events/s"), "{}", it.text());
        assert!(it.text().contains("at best: 100,000 events/s; ratio 0.450"), "{}", it.text());
        assert_eq!(it.json()["ratio"], json!(0.45));
        assert_eq!(it.json()["notes"]["p50"], json!("1 ms"));
    }
}
