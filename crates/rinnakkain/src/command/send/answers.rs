//! The answers to what is sent, printed as they come, so that a long file shows its progress and a stop loses no
//! answer.

use crate::output;
use serde::Serialize;

/// The answer to one message or event.
#[derive(Serialize)]
pub struct Answer {
    pub file: String,
    /// Its place in the file, from 1.
    pub number: usize,
    pub accepted: bool,
    /// `AA`, `AE` …; `stored`, `rejected` …
    pub outcome: String,
    /// The sender's own id of it.
    pub id: String,
    pub code: String,
    pub place: String,
    pub text: String,
}

/// The answers so far.
pub struct Answers {
    json: bool,
    /// The width of the first column; `None`: nothing is printed yet.
    width: Option<usize>,
    all_accepted: bool,
}

impl Answers {
    /// `json`: for programs, a line each.
    pub fn new(json: bool) -> Self {
        Self { json, width: None, all_accepted: true }
    }

    /// Prints it.
    pub fn add(&mut self, answer: Answer) -> anyhow::Result<()> {
        self.all_accepted &= answer.accepted;
        if self.json {
            return output::json(&answer);
        }
        let Answer { file, number, outcome, id, code, place, text, .. } = answer;
        let message = format!("{file} {number}");
        if self.width.is_none() {
            // Room for the numbers that may follow.
            self.width = Some(file.chars().count() + 6);
            line(self.width, ["MESSAGE", "ANSWER", "ID", "CODE", "PLACE", "WHY"])?;
        }
        line(self.width, [&message, &outcome, &id, &code, &place, &text])
    }

    /// True if no answer was a refusal.
    pub fn all_accepted(&self) -> bool {
        self.all_accepted
    }
}

/// Columns of a fixed width, since what follows is not known yet; a longer cell moves the rest of its line.
fn line(width: Option<usize>, cells: [&str; 6]) -> anyhow::Result<()> {
    let width = width.unwrap_or_default();
    let [message, outcome, id, code, place, text] = cells.map(crate::table::printable);
    let line = format!("{message:width$}  {outcome:8}  {id:14}  {code:24}  {place:12}  {text}");
    Ok(output::line(line.trim_end())?)
}
