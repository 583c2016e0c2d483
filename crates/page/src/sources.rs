//! On what an answer rests: each source and how old its last report is, and why something is not known.

use crate::frame::Frame;
use api::proto;
use api::proto::completeness::Completeness;
use words::Phrase;

/// A connected source, and its last report.
pub(crate) struct SourceReport {
    pub(crate) name: String,
    pub(crate) last_report: String,
    pub(crate) silent: bool,
}

impl SourceReport {
    pub(crate) fn of(frame: &Frame, source: &proto::Source, at: Option<api::Timestamp>) -> Self {
        let last_report = match source.reported_until.zip(at) {
            None => frame.say(Phrase::Never),
            Some((last, at)) => {
                let seconds = u64::try_from(at.seconds.saturating_sub(last.seconds)).unwrap_or_default();
                let ago = frame.language.ago(seconds);
                if source.silent { frame.say(Phrase::Silent { ago: &ago }) } else { ago }
            }
        };
        Self { name: source.name.clone(), last_report, silent: source.silent || source.reported_until.is_none() }
    }
}

/// Why anything may be missing; `None`: every source that should have reported has.
pub(crate) fn missing(frame: &Frame, completeness: Option<&proto::Completeness>) -> Option<Vec<String>> {
    match completeness.and_then(|it| it.completeness.as_ref()) {
        Some(Completeness::Complete(proto::Complete {})) => None,
        Some(Completeness::NotKnown(why)) => Some(unknown(frame, why)),
        None => Some(Vec::new()),
    }
}

/// Why something is not known, and up to when it was.
pub(crate) fn unknown(frame: &Frame, why: &proto::NotKnown) -> Vec<String> {
    let mut reasons: Vec<_> = why.doubts().map(|it| frame.language.value(it.as_str_name())).collect();
    if reasons.is_empty() {
        reasons.push(frame.say(Phrase::NoReason));
    }
    let since = frame.time(why.since);
    if !since.is_empty() {
        reasons.push(frame.say(Phrase::KnownUntil { time: &since }));
    }
    reasons
}
