//! What the measured hospital sends: each client's day, one message an hour, each message one event.

use jiff::{Timestamp, ToSpan};
use testkit::county::{Visit, adt, person};

/// A client's day, which begins anew with another visit after the last. The discharge is taken back: who is in hospital is a
/// client of the hospital's, and the questions about them have an answer.
const DAY: [&str; 10] = ["A04", "A06", "A02", "A16", "A21", "A22", "A16", "A31", "A03", "A13"];
/// So many rounds later is late.
const LATE_BY: u32 = 2;
/// What real messages carry as well, and nobody here reads.
const MORE: &str = "NK1|1|Meikäläinen^Läheinen^^^|SPO^Puoliso^2.16.840.1.113883.12.63|Keskuskatu 1 A 2^^Kuvitteila^^00999^FI|\
                    044 000 9000||C^Yhteyshenkilö^2.16.840.1.113883.12.131\r\
                    NK1|2|Meikäläinen^Toinen^^^|CHD^Lapsi^2.16.840.1.113883.12.63|Keskuskatu 3 B 4^^Kuvitteila^^00999^FI|\
                    044 000 9001||E^Hätäyhteys^2.16.840.1.113883.12.131\r\
                    AL1|1|DA^Lääkeaine|99999^Ei tunnettuja|U\r\
                    IN1|1|99^Ei vakuutusta|KELA|Kansaneläkelaitos|Nordenskiöldinkatu 12^^Helsinki^^00250^FI\r";

/// `events` messages of `clients` clients, round after round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) clients: u32,
    pub(crate) events: u32,
    /// One message of ten comes two rounds after its turn.
    pub(crate) late: bool,
    /// When the first round begins.
    pub(crate) begin: Timestamp,
}

/// One message: whose, and of which round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Turn {
    client: u32,
    round: u32,
}

impl Load {
    /// The messages in the order in which they are sent, dealt to so many connections; a client's stay on one.
    pub(crate) fn dealt(&self, connections: u32) -> Vec<Vec<String>> {
        let mut dealt = vec![Vec::new(); connections as usize];
        for turn in self.turns() {
            dealt[(turn.client % connections) as usize].push(self.message(turn));
        }
        dealt
    }

    fn turns(&self) -> Vec<Turn> {
        // Fewer messages than clients: they are spread over all of them.
        let stride = (self.clients / self.events.max(1)).max(1);
        let turn = |n: u32| Turn { client: n % self.clients.max(1) * stride % self.clients, round: n / self.clients };
        let mut turns: Vec<_> = (0..self.events).map(turn).collect();
        if self.late {
            let rounds = self.events / self.clients;
            let is_late = |turn: &Turn| {
                // One of each ten rounds of a client is late. The last rounds cannot be: no message comes after them.
                let ten = turn.round / 10 * 10;
                let choices = rounds.saturating_sub(ten).min(10).saturating_sub(LATE_BY);
                choices > 0 && turn.round - ten == turn.client % choices
            };
            turns.sort_by_key(|turn| turn.round + if is_late(turn) { LATE_BY + 1 } else { 0 });
        }
        turns
    }

    fn message(&self, Turn { client, round }: Turn) -> String {
        let hours = |n: u32| self.begin.checked_add((i64::from(n) * 60 + i64::from(client % 50)).minutes());
        let hours = |n: u32| hours(n).unwrap_or(self.begin);
        let (trigger, day) = (DAY[round as usize % DAY.len()], round - round % 10);
        let number = format!("V{client}-{day}");
        let at = hours(round);
        let ward = ["OS3", "OS9", "PKL"][(client + round) as usize % 3];
        let visit = Visit {
            number: &number,
            class: if trigger == "A04" { "E" } else { "I" },
            ward,
            started: Some(hours(day)),
            ended: (trigger == "A03").then_some(at),
            planned: (trigger == "A16").then(|| hours(day + 10 + round % 7)),
        };
        let visit = if trigger == "A31" { Visit::default() } else { visit };
        adt(trigger, &format!("M{client}-{round}"), at, &person(client), &visit) + MORE
    }
}

/// The messages that make `clients` clients known, one each, dealt to so many connections. They are made as they are
/// sent: a million of them would not be held.
pub(crate) fn arrivals(clients: u32, connections: u32, at: Timestamp) -> Vec<impl Iterator<Item = String> + Send> {
    let arrival = move |n: u32| {
        let number = format!("B{n}");
        let visit = Visit { number: &number, class: "I", ward: "OS3", started: Some(at), ..Visit::default() };
        adt("A01", &format!("B{n}"), at, &person(n), &visit) + MORE
    };
    (0..connections).map(|first| (first..clients).step_by(connections as usize).map(arrival)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(clients: u32, events: u32, late: bool) -> Load {
        Load { clients, events, late, begin: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn a_tenth_comes_after_what_followed_it() {
        let turns = load(40, 400, true).turns();
        assert_eq!(turns.len(), 400);
        let after = |n: usize| turns[..n].iter().any(|it| it.client == turns[n].client && it.round > turns[n].round);
        assert_eq!((0..turns.len()).filter(|n| after(*n)).count(), 40);
        let in_time = load(40, 400, false).turns();
        assert!(in_time.is_sorted_by_key(|turn| turn.round));
    }

    #[test]
    fn fewer_messages_than_clients_are_spread() {
        let turns = load(1000, 200, false).turns();
        assert!(turns.iter().all(|turn| turn.round == 0 && turn.client % 5 == 0));
        let clients: std::collections::BTreeSet<_> = turns.iter().map(|turn| turn.client).collect();
        assert_eq!(clients.len(), 200);
    }

    #[test]
    fn a_clients_messages_stay_on_one_connection() {
        let dealt = load(30, 90, false).dealt(4);
        assert_eq!(dealt.iter().map(Vec::len).sum::<usize>(), 90);
        let of = |it: &String| it.contains("M7-");
        assert_eq!(dealt.iter().filter(|messages| messages.iter().any(of)).count(), 1);
    }
}
