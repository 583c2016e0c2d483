//! Referrals, contacts and notices in words: the request and its status.

use super::lane_text::source;
use super::text::Text;
use api::proto::{self, ReferralStatus, referral};
use words::Phrase;

impl Text {
    pub(super) fn referrals(&self, referrals: &[proto::Referral]) -> String {
        let columns = [
            Phrase::ColumnKind,
            Phrase::ColumnSince,
            Phrase::ColumnRequiredBy,
            Phrase::ColumnExpiresAt,
            Phrase::ColumnAnswer,
            Phrase::ColumnWho,
            Phrase::ColumnReason,
            Phrase::ColumnSource,
        ];
        self.section(Phrase::SectionReferrals, &columns, referrals, |it| self.referral(it))
    }

    fn referral(&self, referral: &proto::Referral) -> Vec<String> {
        let request = referral.request.as_ref();
        let (mut who, mut reason, mut answered) = (String::new(), "", None);
        match &referral.answer {
            Some(referral::Answer::Accepted(it)) => {
                if let Some(contact) = &it.contact {
                    self.contact(Some(contact)).join(" ").trim().clone_into(&mut who);
                }
                answered = it.provenance.as_ref();
            }
            Some(referral::Answer::Rejected(it)) => {
                reason = &it.reason;
                answered = it.provenance.as_ref();
            }
            Some(referral::Answer::Pending(_)) | None => {}
        }
        let course = referral.course.as_ref().map(|it| it.reason.as_str());
        let reported = request.map_or(answered, |it| it.provenance.as_ref());
        vec![
            request.map_or_else(|| self.say(Phrase::NotRequested), |it| self.language.value(it.kind().as_str_name())),
            self.time(request.and_then(|it| it.provenance.as_ref()).and_then(|it| it.happened_at)),
            self.time(request.and_then(|it| it.required_by)),
            self.time(request.and_then(|it| it.expires_at)),
            self.state(referral),
            who,
            self.language.code(course.filter(|it| !it.is_empty()).unwrap_or(reason)),
            source(reported),
        ]
    }

    /// Where it stands, what contradicts it, and what was before.
    fn state(&self, referral: &proto::Referral) -> String {
        let status = |it: ReferralStatus| self.language.value(it.as_str_name());
        let mut state = match (&referral.course, &referral.answer) {
            // A later status is more than the answer.
            (Some(course), _) => status(course.status()),
            (None, Some(referral::Answer::Accepted(it))) => {
                let (accepted, time) = (status(ReferralStatus::Accepted), self.time(it.expected_by));
                if time.is_empty() { accepted } else { self.say(Phrase::ExpectedBy { status: &accepted, time: &time }) }
            }
            (None, Some(referral::Answer::Rejected(_))) => status(ReferralStatus::Rejected),
            (None, Some(referral::Answer::Pending(it))) if it.expired => self.say(Phrase::Expired),
            (None, Some(referral::Answer::Pending(_)) | None) => status(ReferralStatus::Requested),
        };
        if let Some(later) = referral.contradicted.as_ref().map(|it| status(it.status())) {
            state = self.say(Phrase::Contradicted { status: &state, later: &later });
        }
        let before = referral.earlier.iter().map(|it| status(it.status())).collect::<Vec<_>>().join(", ");
        if !before.is_empty() {
            state = self.say(Phrase::Earlier { status: &state, before: &before });
        }
        state
    }
}
