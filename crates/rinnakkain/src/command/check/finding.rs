//! A finding, with advice.

use crate::output;
use serde::Serialize;
use std::io;

/// One finding.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What was checked.
    pub subject: &'static str,
    pub outcome: Outcome,
    pub text: String,
    /// What to do about it, if something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Ok,
    /// It works, and the operator should know.
    Warning,
    /// It does not work, or is not reliable.
    Failure,
}

impl Finding {
    pub fn ok(subject: &'static str, text: impl Into<String>) -> Self {
        Self { subject, outcome: Outcome::Ok, text: text.into(), advice: None }
    }

    pub fn warning(subject: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { subject, outcome: Outcome::Warning, text: text.into(), advice: Some(advice.into()) }
    }

    pub fn failure(subject: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { subject, outcome: Outcome::Failure, text: text.into(), advice: Some(advice.into()) }
    }

    pub fn print(&self) -> io::Result<()> {
        let outcome = match self.outcome {
            Outcome::Ok => "ok     ",
            Outcome::Warning => "warning",
            Outcome::Failure => "FAILURE",
        };
        output::line(&format!("{outcome}  {}: {}", self.subject, self.text))?;
        match &self.advice {
            Some(advice) => output::line(&format!("         -> {advice}")),
            None => Ok(()),
        }
    }
}
