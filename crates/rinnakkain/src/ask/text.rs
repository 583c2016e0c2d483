//! An answer in words: the answer first, then what it rests on.

use super::answer::Answer;
use crate::table::{Layout, printable, table};
use api::proto::{
    self, check_involvement_response as involvement, completeness, get_own_worker_response as own_worker,
};
use jiff::Zoned;
use jiff::tz::TimeZone;
use words::{Language, Phrase};

/// How answers are written.
pub(super) struct Text {
    /// How wide tables may be; `None`: as wide as they are.
    pub(super) width: Option<usize>,
    /// In which language.
    pub(super) language: Language,
    /// Times are shown in this zone.
    pub(super) zone: TimeZone,
}

impl Text {
    /// The whole answer.
    pub(super) fn of(&self, answer: &Answer) -> String {
        use proto::{record_consent_response as recorded, withdraw_consent_response as withdrawn};
        let (heading, protected, body, standing) = match answer {
            Answer::Workers(it) => (Phrase::HeadingWorkers, it.non_disclosure, self.workers(it), &it.standing),
            Answer::OwnWorker(it) => (Phrase::HeadingOwnWorker, it.non_disclosure, self.own_worker(it), &it.standing),
            Answer::Involvement(it) => {
                let protected = match &it.involvement {
                    Some(involvement::Involvement::Involved(involved)) => involved.non_disclosure || it.non_disclosure,
                    Some(involvement::Involvement::NotInvolved(_) | involvement::Involvement::NotKnown(_)) | None => {
                        it.non_disclosure
                    }
                };
                (Phrase::HeadingInvolvement, protected, self.involvement(it), &it.standing)
            }
            Answer::View(it) => (Phrase::HeadingView, it.non_disclosure, self.view(it), &it.standing),
            Answer::Timeline(it) => (Phrase::HeadingTimeline, it.non_disclosure, self.timeline(it), &it.standing),
            // They rest on no source.
            Answer::Recorded(it) => {
                let recorded = matches!(it.outcome, Some(recorded::Outcome::Recorded(_)));
                return self.line(if recorded { Phrase::ConsentRecorded } else { Phrase::ConsentNotRecorded });
            }
            Answer::Withdrawn(it) => {
                let recorded = matches!(it.outcome, Some(withdrawn::Outcome::Recorded(_)));
                return self.line(if recorded { Phrase::ConsentWithdrawn } else { Phrase::ConsentNotRecorded });
            }
        };
        let standing = standing.clone().unwrap_or_default();
        let at = self.zoned(standing.at);
        let zone = at.as_ref().map(|at| at.strftime("%Z").to_string()).unwrap_or_default();
        let at = at.map(|at| self.language.time(&at)).unwrap_or_default();
        let protected = if protected { format!("  {}\n\n", self.say(Phrase::NonDisclosure)) } else { String::new() };
        format!("{} ({at} {zone})\n\n{protected}{body}\n{}", self.say(heading), self.standing(&standing))
    }

    fn workers(&self, answer: &proto::ListCurrentWorkersResponse) -> String {
        let mut out = self.worker_table(&answer.workers);
        out += &self.completeness(answer.completeness.as_ref(), answer.workers.is_empty(), Phrase::Nobody);
        if answer.other_side_withheld {
            out += &self.line(Phrase::OtherSideWithheld);
        }
        out
    }

    fn own_worker(&self, answer: &proto::GetOwnWorkerResponse) -> String {
        match &answer.own_worker {
            Some(own_worker::OwnWorker::Named(named)) => self.worker_table(&named.workers),
            Some(own_worker::OwnWorker::NotNamed(not)) => self.not_named(not),
            Some(own_worker::OwnWorker::NotKnown(why)) => self.not_known(Some(why), Phrase::NotKnown),
            None => self.not_known(None, Phrase::NotKnown),
        }
    }

    fn not_named(&self, not: &proto::OwnWorkerNotNamed) -> String {
        use proto::NotNamedWhy::{ChildsSocialWorker, NotKnown, ResponsibleWorker, Unnecessary, Unspecified};
        // Somebody ought to be named only where the law has no exception.
        let clientship = match (not.clientship, not.why()) {
            (false, _) => Phrase::NoClientship,
            (true, Unspecified | NotKnown) => Phrase::OwnWorkerMissing,
            (true, ResponsibleWorker | ChildsSocialWorker | Unnecessary) => Phrase::ClientshipInForce,
        };
        let mut out = self.line(Phrase::NotNamed) + &self.line(clientship);
        if not.why() != Unspecified {
            out.extend([format!("  {}\n", self.language.value(not.why().as_str_name()))]);
        }
        if !not.reason.is_empty() {
            out += &self.line(Phrase::ReasonIs { reason: &printable(&self.language.code(&not.reason)) });
        }
        let instead = self.worker_table(&not.instead);
        if instead.is_empty() { out } else { format!("{out}\n{instead}") }
    }

    fn involvement(&self, answer: &proto::CheckInvolvementResponse) -> String {
        let deceased = if answer.deceased { self.line(Phrase::PageDeceased) } else { String::new() };
        let promised = answer.promises.iter().map(|it| self.promise(it));
        let involved = self.involved(answer);
        let not_now = if answer.not_now.is_empty() { String::new() } else { self.signs(&answer.not_now) };
        promised.fold(deceased + &involved + &not_now, |out, it| out + &it)
    }

    fn promise(&self, promise: &proto::Promise) -> String {
        let time = self.time(promise.at);
        let kind = self.language.value(promise.kind().as_str_name());
        let what = match promise.result.as_str() {
            "" => kind,
            result => format!("{kind}: {}", printable(&self.language.code(result))),
        };
        let (what, time) = (what.as_str(), time.as_str());
        self.line(if promise.passed {
            Phrase::PagePromisePassed { what, time }
        } else {
            Phrase::PagePromise { what, time }
        })
    }

    fn involved(&self, answer: &proto::CheckInvolvementResponse) -> String {
        match &answer.involvement {
            Some(involvement::Involvement::Involved(involved)) => {
                format!("{}\n{}", self.line(Phrase::Involved), self.signs(&involved.signs))
            }
            Some(involvement::Involvement::NotInvolved(proto::NotInvolved {})) => self.line(Phrase::NotInvolved),
            Some(involvement::Involvement::NotKnown(why)) => self.not_known(Some(why), Phrase::NotKnown),
            None => self.not_known(None, Phrase::NotKnown),
        }
    }

    fn view(&self, answer: &proto::GetParallelViewResponse) -> String {
        let mut out = self.persons(&answer.persons);
        let completeness = answer.completeness.as_ref();
        let complete = is_complete(completeness);
        let side = |heading, lane: &Option<proto::Lane>| {
            format!("{}\n{}", self.say(heading), self.lane(lane.as_ref(), complete))
        };
        out += &side(Phrase::LaneHealth, &answer.health);
        out += "\n";
        out += &side(Phrase::LaneSocial, &answer.social);
        out += &self.loose_ends(&answer.loose_ends);
        out + &self.completeness(completeness, false, Phrase::None)
    }

    fn timeline(&self, answer: &proto::ListTimelineResponse) -> String {
        let row = |entry: &proto::TimelineEntry| {
            vec![
                self.time(entry.happened_at),
                self.language.event(&entry.event_type),
                self.language.value(entry.register().as_str_name()),
                self.reported_by(entry),
                self.time(entry.recorded_at),
                self.time(entry.received_at),
            ]
        };
        let columns = [
            Phrase::ColumnHappenedAt,
            Phrase::ColumnKind,
            Phrase::ColumnRegister,
            Phrase::ColumnSource,
            Phrase::ColumnRecordedAt,
            Phrase::ColumnReceivedAt,
        ];
        let rows: Vec<_> = answer.entries.iter().map(row).collect();
        let mut out = self.table(&columns, &rows);
        out += &self.completeness(answer.completeness.as_ref(), rows.is_empty(), Phrase::None);
        out
    }

    /// The source, and the intermediary that its message came through.
    fn reported_by(&self, entry: &proto::TimelineEntry) -> String {
        let (source, by) = (entry.source.as_str(), entry.relayed_by.as_str());
        match entry.relay() {
            proto::Relay::Unspecified => source.to_owned(),
            relay @ (proto::Relay::Transmitted | proto::Relay::Translated) => {
                let relay = &self.language.value(relay.as_str_name());
                let direct = by.is_empty();
                self.say(if direct {
                    Phrase::Relayed { source, relay }
                } else {
                    Phrase::RelayedBy { source, relay, by }
                })
            }
        }
    }

    fn completeness(&self, completeness: Option<&proto::Completeness>, empty: bool, none: Phrase<'_>) -> String {
        let why = match completeness.and_then(|it| it.completeness.as_ref()) {
            Some(completeness::Completeness::Complete(proto::Complete {})) if empty => return self.line(none),
            Some(completeness::Completeness::Complete(proto::Complete {})) => {
                return format!("\n{}", self.line(Phrase::AllReported));
            }
            Some(completeness::Completeness::NotKnown(why)) => Some(why),
            None => None,
        };
        if empty {
            self.not_known(why, Phrase::NotKnown)
        } else {
            format!("\n{}", self.not_known(why, Phrase::MoreNotKnown))
        }
    }

    /// Why and since when; never to be read as "none". What an answer leaves out is not known either.
    fn not_known(&self, why: Option<&proto::NotKnown>, heading: Phrase<'_>) -> String {
        let why = why.cloned().unwrap_or_default();
        let mut out = self.line(heading);
        let mut reason = |reason: String| out.extend([format!("  – {reason}\n")]);
        if why.doubts.is_empty() {
            reason(self.say(Phrase::NoReason));
        }
        why.doubts().for_each(|doubt| reason(self.language.value(doubt.as_str_name())));
        let since = self.time(why.since);
        if !since.is_empty() {
            reason(self.say(Phrase::KnownUntil { time: &since }));
        }
        out
    }

    // === small steps

    pub(super) fn say(&self, phrase: Phrase<'_>) -> String {
        self.language.say(phrase)
    }

    pub(super) fn line(&self, phrase: Phrase<'_>) -> String {
        format!("  {}\n", self.say(phrase))
    }

    pub(super) fn table(&self, columns: &[Phrase<'_>], rows: &[Vec<String>]) -> String {
        if rows.is_empty() {
            return String::new();
        }
        let heading: Vec<_> = columns.iter().map(|column| self.say(*column).to_uppercase()).collect();
        table(&heading, rows, Layout { indent: "  ", empty_columns: false, width: self.width })
    }

    pub(super) fn time(&self, at: Option<api::Timestamp>) -> String {
        self.zoned(at).map(|at| self.language.time(&at)).unwrap_or_default()
    }

    /// A time that somebody waits for.
    pub(super) fn time_ahead(&self, at: Option<api::Timestamp>) -> String {
        self.zoned(at).map(|at| self.language.time_ahead(&at)).unwrap_or_default()
    }

    fn zoned(&self, at: Option<api::Timestamp>) -> Option<Zoned> {
        let at = at.and_then(|at| jiff::Timestamp::new(at.seconds, at.nanos).ok())?;
        Some(at.to_zoned(self.zone.clone()))
    }

    /// Empty where nothing was reported.
    pub(super) fn yes_no(&self, value: Option<bool>) -> String {
        value.map(|it| self.say(if it { Phrase::Yes } else { Phrase::No })).unwrap_or_default()
    }
}

#[cfg(test)]
mod shown;
#[cfg(test)]
mod tests;

/// Every source that should have reported has.
pub(super) fn is_complete(completeness: Option<&proto::Completeness>) -> bool {
    let complete = completeness::Completeness::Complete(proto::Complete {});
    completeness.is_some_and(|it| it.completeness == Some(complete))
}
