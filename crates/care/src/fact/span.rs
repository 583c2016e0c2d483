//! What begins and ends, perhaps more than once: an assignment, a clientship, a case, health social work, a service.
//!
//! A key's spans are a set. A report that begins within a span, at its start, or before it and reaches into it, reports
//! that span again. The earliest start stands: so "since" does not drift when a span is reported again, and an earlier
//! start corrects it. A report that begins apart is a span of its own. A term is part of its span: if the last report
//! has no term, the span has none.
//!
//! An end closes the last span that had begun by then. A report that stands after the end ([`Mark`]) lifts it, or, if
//! it begins later, begins a new span. An end may come before what it ends: then it waits.

use crate::fact::mark::Mark;
use event::{Code, Instant};
use serde::{Deserialize, Serialize};

/// Something reported. Of two reports of one fact the newer one stands, and keeps the older value of each field that it
/// leaves out.
pub trait Report {
    /// This report on top of `known`.
    #[must_use]
    fn over(self, known: Self) -> Self;
}

impl Report for () {
    fn over(self, (): Self) -> Self {}
}

impl Report for Option<Code> {
    fn over(self, known: Self) -> Self {
        self.or(known)
    }
}

/// The spans of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spans<T> {
    /// By their starts; no two overlap.
    spans: Vec<Span<T>>,
    /// The last end without a known span.
    waiting: Option<End>,
}

/// One span.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span<T> {
    /// Since when.
    pub from: Instant,
    /// What is reported of it.
    pub what: T,
    term: Option<Instant>,
    end: Option<End>,
    mark: Mark,
}

/// An end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Since when it is over.
    pub at: Instant,
    /// Why, a code.
    pub why: Option<Code>,
    mark: Mark,
}

impl<T> Default for Spans<T> {
    fn default() -> Self {
        Self { spans: Vec::new(), waiting: None }
    }
}

impl<T> Span<T> {
    /// When it ends, by its end or its term.
    #[must_use]
    pub fn until(&self) -> Option<Instant> {
        [self.term, self.end.as_ref().map(|end| end.at)].into_iter().flatten().min()
    }

    /// Its term, if one is set.
    #[must_use]
    pub fn term(&self) -> Option<Instant> {
        self.term
    }

    /// Where its last report stands.
    #[must_use]
    pub fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Its end, if reported.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref()
    }

    /// Is it in force?
    #[must_use]
    pub fn is_in_force_at(&self, at: Instant) -> bool {
        self.from <= at && self.reaches(at)
    }

    fn reaches(&self, at: Instant) -> bool {
        self.until().is_none_or(|until| until > at)
    }

    /// Takes the end unless a newer report is known.
    fn close(&mut self, end: &End) {
        if !self.mark.stands_after(&end.mark) {
            self.end = Some(self.end.take().map_or(end.clone(), |known| known.then(end.clone())));
        }
    }
}

impl End {
    /// It was over when the end was reported, whatever the time is now.
    pub(crate) fn is_of_the_past(&self) -> bool {
        self.at <= self.mark.until()
    }

    /// Of two ends of one thing the newer one, with the older reason if it gives none.
    fn then(self, other: Self) -> Self {
        let (newer, older) = if self.mark.stands_after(&other.mark) { (self, other) } else { (other, self) };
        Self { why: newer.why.or(older.why), ..newer }
    }
}

impl<T: Report> Span<T> {
    /// Does `self`, just reported, report `known` again?
    fn is(&self, known: &Self) -> bool {
        known.from == self.from
            || (known.from < self.from && known.reaches(self.from))
            || (self.from < known.from && self.reaches(known.from))
    }

    /// Both as one; `self` was just reported.
    fn joined(self, known: Self) -> Self {
        let from = self.from.min(known.from);
        let one_message = self.mark.is_of_one_message(&known.mark);
        let longest = self.term.zip(known.term).map(|(a, b)| a.max(b));
        let (newer, older) = if known.mark.stands_after(&self.mark) { (known, self) } else { (self, known) };
        let term = if one_message { longest } else { newer.term };
        let ends = newer.end.into_iter().chain(older.end).filter(|end| !newer.mark.stands_after(&end.mark));
        let end = ends.max_by_key(|end| end.at);
        Self { from, what: newer.what.over(older.what), term, end, mark: newer.mark }
    }
}

impl<T> Spans<T> {
    /// What is reported of each span, to remove something of it.
    pub(crate) fn each_mut(&mut self, change: impl Fn(&mut T)) {
        self.spans.iter_mut().for_each(|span| change(&mut span.what));
    }
}

impl<T: Report> Spans<T> {
    /// Reported, in the order of the fold.
    pub(crate) fn report(&mut self, mark: Mark, from: Instant, term: Option<Instant>, what: T) {
        let mut span = Span { from, what, term, end: None, mark };
        let mut apart = Vec::with_capacity(self.spans.len() + 1);
        for known in std::mem::take(&mut self.spans) {
            if span.is(&known) {
                span = span.joined(known);
            } else {
                apart.push(known);
            }
        }
        self.waiting.iter().for_each(|end| span.close(end));
        let at = apart.partition_point(|it| it.from < span.from);
        apart.insert(at, span);
        self.spans = apart;
    }
}

impl<T> Spans<T> {
    /// Ended, in the order of the fold.
    pub(crate) fn end(&mut self, mark: Mark, at: Instant, why: Option<Code>) {
        let end = End { at, why, mark };
        let reported = |it: &Span<T>| !it.mark.stands_after(&mark);
        if !self.spans.iter().any(reported) {
            let known = self.waiting.take();
            self.waiting = Some(known.map_or(end.clone(), |known| known.then(end)));
        } else if let Some(span) = self.spans.iter_mut().rfind(|it| reported(it) && it.from <= at) {
            span.close(&end);
        } else {
            // It was over before it began: no span remains.
            self.spans.iter_mut().for_each(|span| span.close(&end));
        }
    }

    /// The message reported the whole: if it reported any of it, what it left out no longer holds.
    pub(crate) fn keep_those_of(&mut self, message: &Mark) {
        let stands = |it: &Span<T>| it.mark.is_of_one_message(message) || it.mark.stands_after(message);
        if self.spans.iter().any(|it| it.mark.is_of_one_message(message)) {
            self.spans.retain(stands);
        }
    }

    /// All of them, by their starts.
    #[must_use]
    pub fn all(&self) -> &[Span<T>] {
        &self.spans
    }

    /// The span in force.
    #[must_use]
    pub fn at(&self, at: Instant) -> Option<&Span<T>> {
        self.spans.iter().rfind(|it| it.is_in_force_at(at))
    }

    /// Since when, without a gap, if one is in force.
    #[must_use]
    pub fn since(&self, at: Instant) -> Option<Instant> {
        let now = self.at(at)?.from;
        let earlier = self.spans.iter().rev().filter(|it| it.from < now);
        Some(earlier.fold(now, |since, it| if it.until() == Some(since) { it.from } else { since }))
    }

    /// The one in force, else the one that began last.
    #[must_use]
    pub fn shown(&self, at: Instant) -> Option<&Span<T>> {
        let begun = || self.spans.iter().rfind(|it| it.from <= at);
        self.at(at).or_else(begun).or(self.spans.first())
    }

    /// The one that begins last.
    #[must_use]
    pub fn last(&self) -> Option<&Span<T>> {
        self.spans.last()
    }

    /// The end of something of which no span is known.
    #[must_use]
    pub fn only_end(&self) -> Option<&End> {
        self.waiting.as_ref().filter(|_| self.spans.is_empty())
    }
}
