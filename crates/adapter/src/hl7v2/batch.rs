//! A batch in one frame: FHS, BHS, messages, BTS, FTS (HL7 2.5.1 chapter 2.10.3).
//!
//! HL7 allows a batch on any transport, and senders put one into one MLLP frame. Each message of it is a message like
//! any other: translated, stored and receipted on its own. One frame gets one answer, in a form that a waiting engine
//! can read: a plain ACK in original mode, which begins with MSH, and not a batch of them. Its MSA-1 is AA only if
//! every message was stored or ignored, AR if all rejections are for MSH-9, -11 or -12, else AE; MSA-2 is the batch's
//! control id (BHS-11, else FHS-11, else MSH-10 of the first message); MSA-3 counts and numbers
//! them, and an ERR for each rejected
//! message, up to twenty, identifies it. Sending the batch again loses nothing: what is stored already is recognised as
//! a duplicate.
//!
//! A batch that holds fewer messages than BTS-1 states was cut inside: the whole messages are taken, and the answer is
//! AE.
//!
//! One that ends in the middle of a segment which is no trailer was cut too: its last message is not taken, because
//! half of a number is another person's number. The clients in it are in doubt until the batch is sent again. A batch
//! that only lacks its trailer is taken: some senders never write one.
//!
//! Two messages in one frame without such a header are no batch: one may stand in the other's text. They are rejected, and
//! leave a doubt about everybody in both.

use super::ack::{self, Answer, Writer};
use super::message::{Message, Segment};
use super::separators::Separators;
use super::{Header, charset, header, lenient, split};
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use crate::{AcknowledgementCode, NegativeAcknowledgement, Outcome, Rejection, SourceProfile};
use bytes::Bytes;
use event::{Instant, Keyring};
use jiff::tz::TimeZone;

/// The most rejected messages that get an ERR of their own.
const MAX_ERRORS: usize = 20;

/// A batch, and the content of its own segments.
pub struct Batch<'a> {
    bytes: &'a [u8],
    messages: Vec<&'a [u8]>,
    /// The header that the answer is made of; MSH-10 is the control id.
    header: Header,
    /// BTS-1, of all its batches together; `None`: not given.
    promised: Option<usize>,
    /// It has segments of a batch only.
    is_empty: bool,
    /// The message that it ends in the middle of, if it was cut.
    cut: Option<&'a [u8]>,
}

impl<'a> Batch<'a> {
    /// `None`: these bytes are no batch, because they do not begin with the header of a batch.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        const HEADERS: [&str; 2] = ["BHS", "FHS"];
        let begun = header::begin(bytes);
        let name = HEADERS.iter().find(|name| begun.starts_with(name.as_bytes()))?;
        let separators = Separators::read_after(name.as_bytes(), begun).unwrap_or_default();
        let text = charset::lenient(begun);
        let whole = Message::new(&text, separators);
        let mut messages: Vec<&[u8]> = split(bytes).collect();
        let first = messages.first().map(|message| Header::read(message)).unwrap_or_default();
        let own = HEADERS.map(|name| whole.segment(name));
        let trailers = || whole.segments().iter().filter(|segment| segment.is("BTS"));
        let count = |segment: &Segment<'_>| segment.field(1).text()?.parse::<usize>().ok();
        let is_of_batch = |segment: &Segment<'_>| ["FHS", "BHS", "BTS", "FTS"].iter().any(|name| segment.is(name));
        let is_trailer = |segment: &Segment<'_>| segment.is("BTS") || segment.is("FTS");
        let is_closed = whole.segments().last().is_some_and(is_trailer);
        let is_whole = is_closed || bytes.last().is_some_and(|byte| matches!(byte, b'\r' | b'\n'));
        let cut = (!is_whole).then(|| messages.pop().unwrap_or(bytes));
        Some(Self {
            bytes,
            cut,
            header: Header::of_batch(separators, own, &first),
            promised: trailers().map(count).try_fold(0, |sum: usize, count| sum.checked_add(count?)),
            is_empty: whole.segments().iter().all(is_of_batch),
            messages,
        })
    }

    /// Its messages, in order.
    #[must_use]
    pub fn messages(&self) -> &[&'a [u8]] {
        &self.messages
    }

    /// Its control id, if it has one. Not for logs.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        self.header.message_id()
    }

    /// The outcome of the batch itself, beside those of its messages: that it was empty, or why it is not whole.
    #[must_use]
    pub fn own(&self, source: &SourceProfile, keyring: &Keyring) -> Option<Outcome> {
        let refused = |fault: RejectionReason, named| Some(Outcome::Rejected(fault.naming(named)));
        if let Some(cut) = self.cut {
            let text = "the batch ends in the middle of a segment and has no trailer: only a part of it was received";
            let named = lenient::named(source, keyring, lenient::whole_part(cut, Header::read(cut).separators));
            return refused(RejectionReason::new(RejectionCode::Malformed, MessagePlace::Message, text), named);
        }
        if self.promised.is_some_and(|promised| promised > self.messages.len()) {
            let text = "the batch holds fewer messages than BTS-1 states";
            // The missing messages name nobody.
            let fault = RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Field("BTS", 1), text);
            return refused(fault, Vec::new());
        }
        if !self.messages.is_empty() {
            return None;
        }
        if self.is_empty {
            return Some(Outcome::Ignored);
        }
        let text = "no message begins in this batch";
        let fault = RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment("MSH"), text);
        refused(fault, lenient::named(source, keyring, self.bytes))
    }

    /// The one answer to the frame. `None`: no answer is wanted, because the frame holds only acknowledgements, or
    /// messages that want none. `answered` holds the header and the outcome of each of its messages, `own` the outcome
    /// of the batch itself.
    #[must_use]
    pub fn acknowledge(
        &self,
        answered: &[(Header, Answer<'_>)],
        own: Answer<'_>,
        now: Instant,
        zone: &TimeZone,
    ) -> Option<Bytes> {
        let negative_acknowledgement = answered
            .first()
            .map_or(self.header.negative_acknowledgement, |(header, _)| header.negative_acknowledgement);
        let is_accepted = |answer: &Answer<'_>| matches!(answer, Answer::Accepted);
        let is_wanted = answered.iter().any(|(header, answer)| ack::is_wanted(header, *answer));
        if !answered.is_empty() && !is_wanted && is_accepted(&own) {
            return None;
        }
        let answers = || answered.iter().map(|(_, answer)| *answer);
        let code = match answers().chain([own]).filter(|answer| !is_accepted(answer)).collect::<Vec<_>>().as_slice() {
            [] => "AA",
            refused => of_all(refused, negative_acknowledgement),
        };
        let count = answers().filter(|answer| !is_accepted(answer)).count();
        let text = match (count, own) {
            (_, Answer::Rejected(rejection)) => rejection.text.to_owned(),
            (0, _) => String::new(),
            (count, _) => format!("{count} of {} messages are refused{}", answered.len(), numbers(answers())),
        };
        let mut writer = Writer::new(&self.header, code, now, zone);
        writer.acknowledgement(code, &self.header, &text);
        let numbered = (1..).zip(answers()).map(|(number, answer)| (format!("message {number}: "), answer));
        let all = std::iter::once((String::new(), own)).chain(numbered);
        for (which, answer) in all.filter(|(_, answer)| !is_accepted(answer)).take(MAX_ERRORS) {
            writer.refusal(answer, &which);
        }
        Some(writer.finish())
    }

    /// As answered to this sender.
    #[must_use]
    pub fn of(self, source: &SourceProfile) -> Self {
        Self { header: self.header.of(source), ..self }
    }
}

/// The numbers of the refused messages, for a version whose ERR has no text.
fn numbers<'a>(answers: impl Iterator<Item = Answer<'a>>) -> String {
    let refused = (1..).zip(answers).filter(|(_, answer)| !matches!(answer, Answer::Accepted));
    let numbers: Vec<String> = refused.map(|(number, _): (usize, _)| number.to_string()).collect();
    match numbers.as_slice() {
        [] => String::new(),
        few if few.len() <= MAX_ERRORS => format!(": {}", few.join(", ")),
        [first, ..] => format!(": {first} and others"),
    }
}

/// AR only if all are rejected for what AR means.
fn of_all(answers: &[Answer<'_>], negative_acknowledgement: NegativeAcknowledgement) -> &'static str {
    let is_reject = |answer: &Answer<'_>| {
        matches!(
            answer,
            Answer::Rejected(Rejection { acknowledgement: AcknowledgementCode::Reject, .. }) | Answer::NotStored
        )
    };
    match negative_acknowledgement {
        NegativeAcknowledgement::ErrorIsSentAgain
            if answers.iter().any(|answer| matches!(answer, Answer::NotStored)) =>
        {
            "AE"
        }
        NegativeAcknowledgement::ErrorIsSentAgain => "AR",
        NegativeAcknowledgement::Standard if answers.iter().all(is_reject) => "AR",
        NegativeAcknowledgement::Standard => "AE",
    }
}
