//! What the access log has of an answer (703/2023 10 §): its outcome, which kinds of data of which register, on which provision;
//! and, for the privacy officer, which rule and facts decided (11 § 5 mom.).

use super::decision::{Basis, Decision};
use super::request::Request;
use crate::ParallelView;
use crate::fact::Origin;
use crate::thing::Data;
use event::{Code, Direction, Instant, Register};
use std::collections::BTreeSet;

event::listed! {
    /// The kind of an answer, as the access log names it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "named as in the log")]
    pub enum AnswerKind {
        Involved,
        None,
        NotKnown,
        Withheld,
        Named,
        NotNamed,
        ClientshipWithoutOwnWorker,
        Workers,
        Timeline,
        View,
        Nothing,
        AskedOfThePast,
        ClientFound,
        WordLeft,
        OpenedContacts,
    }
}

impl AnswerKind {
    /// Its name in the access log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Involved => "involved",
            Self::None => "none",
            Self::NotKnown => "not-known",
            Self::Withheld => "withheld",
            Self::Named => "named",
            Self::NotNamed => "not-named",
            Self::ClientshipWithoutOwnWorker => "clientship-without-own-worker",
            Self::Workers => "workers",
            Self::Timeline => "timeline",
            Self::View => "view",
            Self::Nothing => "nothing",
            Self::AskedOfThePast => "asked-of-the-past",
            Self::ClientFound => "client-found",
            Self::WordLeft => "word-left",
            Self::OpenedContacts => "opened-contacts",
        }
    }

    /// Whether it holds data about a person. Those that do not must be indistinguishable by their timing.
    #[must_use]
    pub fn is_about_somebody(self) -> bool {
        match self {
            Self::None | Self::NotNamed | Self::Nothing | Self::NotKnown | Self::Withheld | Self::WordLeft => false,
            Self::Involved
            | Self::Named
            | Self::ClientshipWithoutOwnWorker
            | Self::Workers
            | Self::Timeline
            | Self::View
            | Self::AskedOfThePast
            | Self::ClientFound
            | Self::OpenedContacts => true,
        }
    }
}

/// The outcome of a question: what its answer showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerOutcome {
    /// The kind of the answer.
    pub answer: AnswerKind,
    /// The kinds of data that it showed. To say that there is nothing of a kind shows it too.
    pub data: BTreeSet<(Register, Data)>,
}

/// What it showed of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// The register.
    pub register: Register,
    /// Reading the asker's own register is use, otherwise it is disclosure.
    pub kind: &'static str,
    /// The kinds of data, by their names.
    pub data: Vec<&'static str>,
    /// The provisions relied on for them, each once.
    pub provisions: Vec<&'static str>,
}

impl AnswerOutcome {
    /// Nothing of this client may be shown to this asker.
    #[must_use]
    pub fn withheld() -> Self {
        Self::nothing(AnswerKind::Withheld)
    }

    /// An answer without data.
    #[must_use]
    pub fn nothing(answer: AnswerKind) -> Self {
        Self { answer, data: BTreeSet::new() }
    }

    /// An answer that shows these.
    #[must_use]
    pub fn of(answer: AnswerKind, data: impl IntoIterator<Item = (Register, Data)>) -> Self {
        Self { answer, data: data.into_iter().collect() }
    }
}

impl Decision {
    /// Those of these kinds that may be shown: what a "none" tells.
    #[must_use]
    pub fn seen_of(&self, kinds: &[(Register, Data)]) -> BTreeSet<(Register, Data)> {
        kinds.iter().copied().filter(|(register, data)| self.sees_any(*register, *data)).collect()
    }

    /// What the log has of it, a register each.
    #[must_use]
    pub fn account(&self, outcome: &AnswerOutcome) -> Vec<Disclosed> {
        let of = |register: Register| {
            let data: Vec<Data> =
                outcome.data.iter().filter(|(of, _)| *of == register).map(|(_, data)| *data).collect();
            let mut provisions = Vec::new();
            let mut across = register != self.own;
            for grant in self.grants.iter().filter(|it| it.register == register) {
                // Of another controller in the own register: only what is there, and that is a disclosure.
                let of_others = matches!(grant.basis, Basis::Declared(..)) && register == self.own;
                let shows = |data: &Data| grant.data.contains(data) && (!of_others || self.of_others.contains(data));
                let relied_on = data.iter().any(shows);
                across |= relied_on && of_others;
                if relied_on && !provisions.contains(&grant.basis.provision()) {
                    provisions.push(grant.basis.provision());
                }
            }
            let kind = if across { "disclosure" } else { "use" };
            let data: Vec<_> = data.into_iter().map(Data::name).collect();
            (!data.is_empty()).then_some(Disclosed { register, kind, data, provisions })
        };
        Register::ALL.iter().filter_map(|register| of(*register)).collect()
    }
}

/// Which rule and facts decided, a line each: names of the configuration, kinds, codes and times, and nothing of a person.
#[must_use]
pub fn grounds(
    view: Option<&ParallelView>,
    request: &Request,
    decision: Option<&Decision>,
    at: Instant,
) -> Vec<String> {
    let mut all = vec![format!("rule: {}", request.rule().provision)];
    let Some(decision) = decision else {
        all.push(
            "no client relationship to this caller is in the record, or nobody is found by the identifier".to_owned(),
        );
        return all;
    };
    all.push(if decision.related_by.is_any() {
        format!("client relationship: {}", decision.related_by)
    } else if decision.related {
        "client relationship: a contact to social care that waits after the discharge".to_owned()
    } else {
        "the rule asks for no client relationship in the record".to_owned()
    });
    if let Some(declared) = request.declared() {
        let related = decision.related_by.is_any() || decision.is_declared();
        let why = if related { "" } else { ": without a client relationship in the record it opens nothing" };
        all.push(format!("declared at {}: {}{why}", declared.at, declared.basis.name()));
    }
    all.extend(grants(decision));
    if decision.protected {
        all.push("the client has a turvakielto".to_owned());
    }
    let permissions = view.into_iter().flat_map(ParallelView::lanes).flat_map(|lane| lane.permissions.values());
    for (given, origin) in permissions.filter_map(|it| Some((it.in_force_at(at)?, &it.origin))) {
        let way = match given.what.direction {
            Direction::ToSocialCare => "to social care",
            Direction::ToHealthCare => "to health care",
        };
        let tasks: Vec<_> = given.what.service_tasks.iter().map(Code::as_str).collect();
        let Origin { source, .. } = origin;
        all.push(format!("permitted since {} ({source}): {way} {}", given.from, tasks.join(", ")));
    }
    all
}

/// The decision, with the kinds of data of one register and one basis on one line.
fn grants(decision: &Decision) -> Vec<String> {
    let printed = decision.to_string();
    let mut all: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for line in printed.lines() {
        let mut words = line.split_whitespace();
        let (register, data) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !Data::ALL.iter().any(|it| it.name() == data) {
            all.push((line, String::new(), Vec::new()));
            continue;
        }
        let basis = words.collect::<Vec<_>>().join(" ");
        match all.iter_mut().find(|it| it.0 == register && it.1 == basis) {
            Some((.., kinds)) => kinds.push(data),
            None => all.push((register, basis, vec![data])),
        }
    }
    let line = |(register, basis, kinds): (&str, String, Vec<&str>)| match kinds.len() {
        0 => register.to_owned(),
        all if all == Data::ALL.len() => format!("{register}: everything: {basis}"),
        _ => format!("{register}: {}: {basis}", kinds.join(", ")),
    };
    all.into_iter().map(line).collect()
}
