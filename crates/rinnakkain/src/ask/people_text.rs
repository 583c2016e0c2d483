//! People in words: who works with the client and how they are reached, signs of involvement, the client's own names.

use super::text::Text;
use crate::table::printable;
use api::proto::{self, contact_point};
use words::Phrase;

/// The columns of somebody who can be reached.
const CONTACT: [Phrase<'static>; 6] = [
    Phrase::ColumnWho,
    Phrase::ColumnPhone,
    Phrase::ColumnEmail,
    Phrase::ColumnHours,
    Phrase::ColumnUnit,
    Phrase::ColumnTask,
];

impl Text {
    pub(super) fn worker_table(&self, workers: &[proto::Worker]) -> String {
        let rows: Vec<_> = workers.iter().flat_map(|worker| self.worker(worker)).collect();
        let rest = [
            Phrase::ColumnProfession,
            Phrase::ColumnPublicServicePost,
            Phrase::ColumnRegister,
            Phrase::ColumnSince,
            Phrase::ColumnUntil,
            Phrase::ColumnSource,
            Phrase::ColumnConfirmedAt,
        ];
        self.table(&[&[Phrase::ColumnRole][..], &CONTACT, &rest].concat(), &rows)
    }

    /// A line, and one below it for the stand-in, who can be rung.
    fn worker(&self, worker: &proto::Worker) -> Vec<Vec<String>> {
        let mut role = self.language.value(worker.role().as_str_name());
        if let Some(away) = &worker.away {
            let until = self.time(away.until);
            let away = if until.is_empty() { Phrase::Away } else { Phrase::AwayUntil { time: &until } };
            role.extend([", ".to_owned(), self.say(away)]);
        }
        let mut row = vec![role];
        row.extend(self.contact(worker.contact.as_ref()));
        row.extend([
            self.language.code(&worker.profession),
            self.yes_no(worker.public_service_post),
            self.language.value(worker.register().as_str_name()),
            self.time(worker.since),
            self.time(worker.until),
            worker.source.clone(),
            self.time(worker.confirmed_at),
        ]);
        if worker.basis() == proto::WorkerBasis::ByWard {
            row[0].extend([", ".to_owned(), self.language.value(worker.basis().as_str_name())]);
        }
        let stands_in = worker.stands_in.as_ref().map(|contact| {
            let mut row = vec![format!("  {}", self.say(Phrase::StandsIn))];
            row.extend(self.contact(Some(contact)));
            row
        });
        let shown = [worker.contact.as_ref(), worker.stands_in.as_ref()];
        let reach = self
            .reach(worker.reach.as_ref(), &shown)
            .into_iter()
            .map(|(when, contact)| std::iter::once(format!("  {when}")).chain(contact).collect());
        std::iter::once(row).chain(stands_in).chain(reach).collect()
    }

    /// The columns of [`CONTACT`].
    pub(super) fn contact(&self, contact: Option<&proto::ContactPoint>) -> [String; CONTACT.len()] {
        match contact.and_then(|it| it.contact_point.as_ref()) {
            Some(contact_point::ContactPoint::Named(it)) => {
                let it = it.clone();
                [it.name, it.phone, it.email, it.hours, it.unit, String::new()]
            }
            Some(contact_point::ContactPoint::Directory(it)) => {
                let it = it.clone();
                let name = if it.today { it.name } else { self.say(Phrase::NotToday { name: &it.name }) };
                [name, it.phone, it.email, it.hours, String::new(), self.language.code(&it.task)]
            }
            Some(contact_point::ContactPoint::Unnamed(point)) => only(point.clone()),
            Some(contact_point::ContactPoint::NoneForWard(proto::NoneForWard {})) => {
                only(self.say(Phrase::NoneForWard))
            }
            Some(contact_point::ContactPoint::NoneForAge(proto::NoneForAge {})) => only(self.say(Phrase::NoneForAge)),
            Some(contact_point::ContactPoint::Line(it)) => {
                let name = if it.name.is_empty() { self.say(Phrase::WhoNotShown) } else { it.name.clone() };
                let task = self.mandate(it.mandate());
                [name, it.phone.clone(), String::new(), String::new(), String::new(), task]
            }
            Some(contact_point::ContactPoint::WardNotListed(proto::WardNotListed {})) => {
                only(self.say(Phrase::WardNotListed))
            }
            Some(contact_point::ContactPoint::PlaceWithheld(proto::PlaceWithheld {})) => {
                only(self.say(Phrase::PlaceWithheld))
            }
            Some(contact_point::ContactPoint::NotReported(proto::NotReported {})) | None => {
                only(self.say(Phrase::WhoNotReported))
            }
        }
    }

    fn mandate(&self, mandate: proto::Mandate) -> String {
        match mandate {
            proto::Mandate::Unspecified => String::new(),
            proto::Mandate::Decides | proto::Mandate::Prepares | proto::Mandate::Coordinates => {
                self.language.value(mandate.as_str_name())
            }
        }
    }

    /// Who answers now, and who answers later and is closer to the client: a line each, with the columns of
    /// [`CONTACT`]. One who answers now and is among `shown` has a line already.
    fn reach(
        &self,
        reach: Option<&proto::Reach>,
        shown: &[Option<&proto::ContactPoint>],
    ) -> Vec<(String, [String; CONTACT.len()])> {
        let Some(reach) = reach else { return Vec::new() };
        let now = reach.now.as_ref().filter(|link| !shown.contains(&link.contact.as_ref()));
        let now = now.map(|link| (self.say(Phrase::RingNow), link));
        let opens = || self.say(Phrase::OpensAt { time: &self.time_ahead(reach.opens_at) });
        let next = reach.next.as_ref().map(|link| (opens(), link));
        let line = |(when, link): (String, &proto::ReachLink)| {
            let mut contact = self.contact(link.contact.as_ref());
            // In the column of hours: the age of the number, for a person who is shown here and not above.
            if link.stale {
                let confirmed = self.time(link.confirmed_at);
                let age = if confirmed.is_empty() {
                    Phrase::NotConfirmed
                } else {
                    Phrase::ConfirmedLongAgo { time: &confirmed }
                };
                contact[3] = self.say(age);
            }
            (when, contact)
        };
        now.into_iter().chain(next).map(line).collect()
    }

    /// Signs of involvement: a line for each contact. The contacts of the sign above are not repeated.
    pub(super) fn signs(&self, signs: &[proto::InvolvementSign]) -> String {
        let mut rows = Vec::new();
        for (n, sign) in signs.iter().enumerate() {
            let above = n.checked_sub(1).and_then(|above| signs.get(above));
            let contacts: Vec<_> = match sign.contacts.as_slice() {
                [] => vec![[const { String::new() }; CONTACT.len()]],
                contacts if above.is_some_and(|it| it.contacts == contacts) => vec![only(self.say(Phrase::AsAbove))],
                contacts => contacts.iter().map(|it| self.contact(Some(it))).collect(),
            };
            for (n, contact) in contacts.into_iter().enumerate() {
                let mut row = vec![String::new(); 3];
                let mut note = String::new();
                if n == 0 {
                    let kind = self.language.value(sign.kind().as_str_name());
                    row = vec![kind, self.time(sign.since), self.time(sign.planned_at)];
                    note = if sign.inferred { self.say(Phrase::Inferred) } else { note };
                    if sign.ended_at.is_some() {
                        let (time, to) = (self.time(sign.ended_at), sign.destination().as_str_name());
                        let left = self.say(Phrase::PageDischarged { time: &time, to: &self.language.value(to) });
                        note = if note.is_empty() { left } else { format!("{note}; {left}") };
                    }
                }
                row.extend(contact.into_iter().chain([note]));
                rows.push(row);
            }
            if above.is_some_and(|it| it.reach == sign.reach) {
                continue;
            }
            for (when, contact) in self.reach(sign.reach.as_ref(), &[]) {
                let row = [format!("  {when}"), String::new(), String::new()].into_iter();
                rows.push(row.chain(contact).chain([String::new()]).collect());
            }
        }
        let first = [Phrase::ColumnKind, Phrase::ColumnSince, Phrase::ColumnPlannedFor];
        self.table(&[&first[..], &CONTACT, &[Phrase::ColumnNotes]].concat(), &rows)
    }

    /// Who the client is, by the asker's own register.
    pub(super) fn persons(&self, persons: &[proto::Person]) -> String {
        let row = |person: &proto::Person| {
            let names = [person.family_name.as_str(), &person.given_names].map(printable).join(" ");
            let deceased = match person.deceased == Some(true) {
                true if person.died_at.is_none() => self.say(Phrase::Yes),
                true => self.time(person.died_at),
                false => String::new(),
            };
            vec![names.trim().to_owned(), person.language.clone(), deceased]
        };
        let rows: Vec<_> = persons.iter().map(row).collect();
        let table = self.table(&[Phrase::ColumnName, Phrase::ColumnLanguage, Phrase::ColumnDeceased], &rows);
        if table.is_empty() { table } else { table + "\n" }
    }
}

/// Nothing but who.
fn only(who: String) -> [String; CONTACT.len()] {
    let mut contact = [const { String::new() }; CONTACT.len()];
    contact[0] = who;
    contact
}
