//! How somebody is reached, in words.

use crate::frame::Frame;
use api::proto::{self, contact_point::ContactPoint};
use words::Phrase;

/// Somebody, or a place to ring.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Reach {
    pub(crate) who: String,
    /// As it is written.
    pub(crate) phone: String,
    /// The same for a telephone to dial; empty where it is no number.
    pub(crate) dial: String,
    pub(crate) email: String,
    /// In the source's own words: nobody knows in which language.
    pub(crate) hours: String,
    pub(crate) unit: String,
}

impl Reach {
    pub(crate) fn of(frame: &Frame, contact: Option<&proto::ContactPoint>) -> Self {
        match contact.and_then(|it| it.contact_point.as_ref()) {
            Some(ContactPoint::Named(it)) => {
                let proto::NamedWorker { name, phone, email, hours, unit } = it.clone();
                Self { who: name, dial: dial(&phone), phone, email, hours, unit }
            }
            Some(ContactPoint::Directory(it)) => {
                let proto::DirectoryWorker { name, phone, email, hours, task: _, today } = it.clone();
                let who = if today { name } else { frame.say(Phrase::NotToday { name: &name }) };
                Self { who, dial: dial(&phone), phone, email, hours, unit: String::new() }
            }
            Some(ContactPoint::Unnamed(point)) => {
                let dial = dial(point);
                // The number stands once, and large.
                let at = if dial.is_empty() { point.len() } else { number(point) };
                let (who, phone) = point.split_at(at);
                let who = who.trim_end_matches([' ', ',', ':']).to_owned();
                Self { who, phone: phone.to_owned(), dial, ..Self::default() }
            }
            Some(ContactPoint::Line(it)) => {
                // The professional number is for staff; the public one stands in where there is no other.
                let phone = if it.phone.is_empty() { &it.phone_public } else { &it.phone };
                let who = if it.name.is_empty() { frame.say(Phrase::WhoNotShown) } else { it.name.clone() };
                Self { who, phone: phone.clone(), dial: dial(phone), ..Self::default() }
            }
            Some(ContactPoint::NoneForAge(proto::NoneForAge {})) => Self::only(frame, Phrase::NoneForAge),
            Some(ContactPoint::NoneForWard(proto::NoneForWard {})) => Self::only(frame, Phrase::NoneForWard),
            Some(ContactPoint::WardNotListed(proto::WardNotListed {})) => Self::only(frame, Phrase::WardNotListed),
            Some(ContactPoint::PlaceWithheld(proto::PlaceWithheld {})) => Self::only(frame, Phrase::PlaceWithheld),
            Some(ContactPoint::NotReported(proto::NotReported {})) | None => Self::only(frame, Phrase::WhoNotReported),
        }
    }

    fn only(frame: &Frame, who: Phrase<'_>) -> Self {
        Self { who: frame.say(who), ..Self::default() }
    }
}

/// That somebody is away, and until when.
fn away(frame: &Frame, worker: &proto::Worker) -> Option<String> {
    worker.away.as_ref().map(|away| match frame.time_ahead(away.until) {
        until if until.is_empty() => frame.say(Phrase::Away),
        until => frame.say(Phrase::AwayUntil { time: &until }),
    })
}

/// How one who works with the client is reached: whom to ring, away or not, and who stands in.
pub(crate) struct Reached {
    pub(crate) ring: Vec<Ring>,
    /// `None`: the number stands among those to ring, with its time.
    pub(crate) reach: Option<Reach>,
    pub(crate) away: Option<String>,
    pub(crate) stands_in: Option<Reach>,
}

impl Reached {
    pub(crate) fn of(frame: &Frame, worker: &proto::Worker) -> Self {
        Self {
            ring: Ring::all(frame, worker.reach.as_ref()),
            reach: match &worker.contact {
                Some(contact) if is_rung(worker.reach.as_ref(), contact) => None,
                contact => Some(Reach::of(frame, contact.as_ref())),
            },
            away: away(frame, worker),
            stands_in: worker.stands_in.as_ref().map(|it| Reach::of(frame, Some(it))),
        }
    }
}

/// Whom to ring, and when.
pub(crate) struct Ring {
    pub(crate) when: String,
    /// It is answered this minute.
    pub(crate) now: bool,
    pub(crate) reach: Reach,
    /// How old the number is, where nobody has confirmed it for long.
    pub(crate) age: String,
}

impl Ring {
    /// Who answers now, and who closer to the client later.
    pub(crate) fn all(frame: &Frame, reach: Option<&proto::Reach>) -> Vec<Self> {
        let Some(reach) = reach else { return Vec::new() };
        let now = reach.now.as_ref().map(|link| (frame.say(Phrase::RingNow), link));
        let opens = || frame.say(Phrase::OpensAt { time: &frame.time_ahead(reach.opens_at) });
        let next = reach.next.as_ref().map(|link| (opens(), link));
        let now = now.map(|(when, link)| Self::of(frame, when, true, link));
        now.into_iter().chain(next.map(|(when, link)| Self::of(frame, when, false, link))).collect()
    }

    fn of(frame: &Frame, when: String, now: bool, link: &proto::ReachLink) -> Self {
        let age = match (link.stale, frame.time(link.confirmed_at)) {
            (false, _) => String::new(),
            (true, never) if never.is_empty() => frame.say(Phrase::NotConfirmed),
            (true, then) => frame.say(Phrase::ConfirmedLongAgo { time: &then }),
        };
        Self { when, now, reach: Reach::of(frame, link.contact.as_ref()), age }
    }
}

/// Is it among those to ring?
pub(crate) fn is_rung(reach: Option<&proto::Reach>, contact: &proto::ContactPoint) -> bool {
    let links = reach.iter().flat_map(|it| [it.now.as_ref(), it.next.as_ref()]).flatten();
    links.into_iter().any(|link| link.contact.as_ref() == Some(contact))
}

/// A number alone.
#[derive(PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) phone: String,
    pub(crate) dial: String,
}

impl Number {
    pub(crate) fn of(phone: &str) -> Self {
        Self { phone: phone.to_owned(), dial: dial(phone) }
    }
}

/// What stands after `tel:` (RFC 3966): digits, with a plus before them. A contact point in words may end in its number.
pub(crate) fn dial(written: &str) -> String {
    let number: String = written[number(written)..].chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = (3..=15).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    if is_number { number } else { String::new() }
}

/// Where the number begins.
fn number(written: &str) -> usize {
    written.find(|c: char| c == '+' || c.is_ascii_digit()).unwrap_or(written.len())
}

#[cfg(test)]
mod tests {
    use super::dial;

    #[test]
    fn only_a_number_can_be_dialled() {
        for (written, dialled) in [
            ("+358 17 173 311", "+35817173311"),
            ("017-173 311", "017173311"),
            ("Ammattilaislinja 017 173 311", "017173311"),
            ("Ward 4, 017 173 311, day time", ""),
            ("javascript:alert(1)", ""),
            ("12", ""),
            ("", ""),
        ] {
            assert_eq!(dial(written), dialled, "{written}");
        }
    }
}
