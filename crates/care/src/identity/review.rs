//! What rule R6 leaves to a person to decide: records whose links are withheld by a guard, or contradict each other.
//!
//! The list is a function of the registers, so of the set of events (law 2). Until somebody decides, the guard holds: no
//! doubtful number joins anybody, and no birth date is corrected. An entry closes for a record once an identity steward
//! has decided it, together or apart, with another record of the entry (with any record, if it is alone in the entry).
//! It closes for all of them when the sources no longer report its evidence. A proposal of a source that may not decide
//! it is open until a steward, or a source that may, has decided that very pair or code.

mod steward;

pub use steward::{CodeVerdict, STEWARD, Verdict, code_decided, decided, list_confirmed, made_again, undone};

use crate::identity::link::{Crowded, LARGEST, Links, PresentedSet, RecordLinks, components};
use event::{Authority, Evidence, HETU_SYSTEM, OrderKey, Token};
use std::collections::{BTreeMap, BTreeSet};

/// Why records must be reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// One message presented two valid identity codes: neither links.
    TwoIdentityCodes,
    /// An identity code fails its check, or is artificial: it links nobody.
    RefusedIdentityCode,
    /// An identity code has ended: a source reports it that may not decide it, or nobody reports the new code.
    IdentityCodeEnded,
    /// More records of one system present an identifier than one person can have: it links none of them.
    Crowd,
    /// Linked records report different days of birth, or a record reports another day than its identity code.
    BirthDatesDiffer,
    /// Records with different valid identity codes are one client, by a merge or by a number that they share.
    IdentityCodesJoined,
    /// More records are linked than one person can have: only decided links hold.
    TooLarge,
    /// A source that may not decide it reports that two records are one person.
    MergeProposed,
    /// A source that may not decide it reports that two linked records are two persons.
    SeparationProposed,
    /// A source that may not decide it reports that an identity code was changed to another.
    IdentityCodeChangeProposed,
}

impl Reason {
    /// As it is shown.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TwoIdentityCodes => "two-identity-codes",
            Self::RefusedIdentityCode => "refused-identity-code",
            Self::IdentityCodeEnded => "identity-code-ended",
            Self::Crowd => "crowd",
            Self::BirthDatesDiffer => "birth-dates-differ",
            Self::IdentityCodesJoined => "identity-codes-joined",
            Self::TooLarge => "too-large",
            Self::MergeProposed => "merge-proposed",
            Self::SeparationProposed => "separation-proposed",
            Self::IdentityCodeChangeProposed => "identity-code-change-proposed",
        }
    }
}

/// Records to review.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Review {
    /// Why.
    pub reason: Reason,
    /// Undecided records, each with its evidence: the order keys of the events that last reported it.
    pub open: BTreeMap<Token, BTreeSet<OrderKey>>,
    /// The same, for records that a steward has decided.
    pub decided: BTreeMap<Token, BTreeSet<OrderKey>>,
}

type Grounds = BTreeMap<Token, BTreeSet<OrderKey>>;

/// The open reviews of these records and their clients. Both may be a part of the county. Then each identifier that a
/// guard concerns must be here with all its presenters, and these must be whole: each client with different birth
/// dates, and each component that is too large.
#[must_use]
pub fn open(links: &Links, clients: &[BTreeSet<Token>]) -> Vec<Review> {
    let entries = two_codes(links).into_iter().chain(refused(links)).chain(crowds(links));
    let entries =
        entries.chain(birth_dates(links, clients)).chain(joined_codes(links, clients)).chain(too_large(links));
    let guarded = entries.filter_map(|(reason, evidence)| review(links, reason, evidence));
    // A decision on a pair of records resolves none of these: the answer stays doubtful, so the case stays open.
    let unanswered = ended(links).into_iter().chain(proposals(links, clients));
    let unanswered = unanswered.map(|(reason, open)| Review { reason, open, decided: Grounds::new() });
    let reviews: BTreeSet<Review> = guarded.chain(unanswered).collect();
    reviews.into_iter().collect()
}

/// The proposals that would change something if a steward confirmed them. A decision that outranks a proposal has
/// replaced it.
fn proposals(links: &Links, clients: &[BTreeSet<Token>]) -> Vec<(Reason, Grounds)> {
    let client_of: BTreeMap<&Token, usize> =
        clients.iter().enumerate().flat_map(|(n, client)| client.iter().map(move |record| (record, n))).collect();
    let mut proposals = Vec::new();
    for ((a, b), decision) in links.decided.iter().filter(|(_, it)| it.verdict().is_none()) {
        let one = client_of.get(a).is_some_and(|of_a| client_of.get(b) == Some(of_a));
        let reason = if decision.together { Reason::MergeProposed } else { Reason::SeparationProposed };
        if decision.together != one {
            let evidence = [*a, *b].map(|record| (record, BTreeSet::from([decision.key])));
            proposals.push((reason, Grounds::from(evidence)));
        }
    }
    for (record, of_record) in &links.records {
        let keys: BTreeSet<OrderKey> = of_record.proposed().map(|(_, it)| it.key).collect();
        if !keys.is_empty() {
            proposals.push((Reason::IdentityCodeChangeProposed, Grounds::from([(*record, keys)])));
        }
    }
    proposals
}

/// `None`: a steward has decided all of it.
fn review(links: &Links, reason: Reason, evidence: Grounds) -> Option<Review> {
    let of_steward = links.decided.iter().filter(|(_, decision)| decision.authority == Authority::Steward);
    let alone = evidence.len() == 1;
    let within = |a: &Token, b: &Token| evidence.contains_key(a) && (alone || evidence.contains_key(b));
    let mut settled = BTreeSet::new();
    for ((a, b), _) in of_steward {
        settled.extend(within(a, b).then_some(*a));
        settled.extend(within(b, a).then_some(*b));
    }
    let (decided, open): (Grounds, Grounds) = evidence.into_iter().partition(|(record, _)| settled.contains(record));
    (!open.is_empty()).then_some(Review { reason, open, decided })
}

/// Who presents each identifier of a system now.
fn presenters<'l>(links: &'l Links, system: &str) -> BTreeMap<Token, Vec<(Token, &'l PresentedSet)>> {
    let mut presenters: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (record, of_record) in &links.records {
        let Some(set) = of_record.presented.get(system) else { continue };
        for token in &set.tokens {
            presenters.entry(*token).or_default().push((*record, set));
        }
    }
    presenters
}

fn evidence<'l>(sets: impl IntoIterator<Item = (Token, &'l PresentedSet)>) -> Grounds {
    let mut evidence = Grounds::new();
    for (record, set) in sets {
        evidence.entry(record).or_default().insert(set.key);
    }
    evidence
}

fn two_codes(links: &Links) -> Vec<(Reason, Grounds)> {
    let presenters = presenters(links, HETU_SYSTEM);
    let sets = links.records.values().filter_map(|record| record.presented.get(HETU_SYSTEM));
    let sets = sets.filter(|set| set.tokens.len() > 1);
    let entry = |set: &PresentedSet| evidence(set.tokens.iter().flat_map(|token| presenters[token].iter().copied()));
    sets.map(|set| (Reason::TwoIdentityCodes, entry(set))).collect()
}

/// A later message of the record with valid codes resolves it.
fn refused(links: &Links) -> Vec<(Reason, Grounds)> {
    let stands = |(record, set): &(Token, &PresentedSet)| {
        links.records[record].presented.get(HETU_SYSTEM).is_none_or(|valid| valid.key <= set.key)
    };
    let by_code = presenters(links, Evidence::RefusedCode.system()).into_values();
    let entries = by_code.map(|records| evidence(records.into_iter().filter(stands)));
    entries.filter(|evidence| !evidence.is_empty()).map(|evidence| (Reason::RefusedIdentityCode, evidence)).collect()
}

/// It is resolved when somebody who may decide has, or when the record no longer presents the code.
fn ended(links: &Links) -> Vec<(Reason, Grounds)> {
    let waiting = links.records.iter().filter(|(_, it)| it.ended().next().is_some());
    let entry = |(record, of_record): (&Token, &RecordLinks)| {
        let set = of_record.presented.get(Evidence::EndedCode.system());
        (Reason::IdentityCodeEnded, evidence(set.map(|set| (*record, set))))
    };
    waiting.map(entry).collect()
}

fn crowds(links: &Links) -> Vec<(Reason, Grounds)> {
    let entry = |(token, system): (Token, String)| {
        let crowd = links.records.iter().filter(|(_, it)| it.system == system && it.linking().any(|it| it == token));
        let sets = crowd.flat_map(|(record, it)| it.presented.values().map(|set| (*record, set)));
        let evidence = evidence(sets.filter(|(_, set)| set.tokens.contains(&token)));
        (Reason::Crowd, evidence)
    };
    links.crowded().into_iter().map(entry).collect()
}

fn birth_dates(links: &Links, clients: &[BTreeSet<Token>]) -> Vec<(Reason, Grounds)> {
    let dates = |client: &BTreeSet<Token>| {
        let set = |key: &Token| Some((*key, links.records.get(key)?.presented.get(Evidence::BirthDate.system())?));
        let sets = client.iter().filter_map(set);
        let sets: Vec<_> = sets.filter(|(_, set)| !set.tokens.is_empty()).collect();
        let dates: BTreeSet<Token> = sets.iter().flat_map(|(_, set)| set.tokens.iter().copied()).collect();
        (dates.len() > 1).then(|| (Reason::BirthDatesDiffer, evidence(sets)))
    };
    clients.iter().filter_map(dates).collect()
}

/// A person has one identity code (661/2009 11 §). A code that was changed or has ended, also by a proposal, is another
/// case.
fn joined_codes(links: &Links, clients: &[BTreeSet<Token>]) -> Vec<(Reason, Grounds)> {
    let codes = |client: &BTreeSet<Token>| {
        let here = || client.iter().filter_map(|key| links.records.get(key));
        let other_case: BTreeSet<Token> = here()
            .flat_map(|it| it.former().chain(it.ended_codes()).chain(it.proposed().map(|(token, _)| token)))
            .collect();
        let set = |key: &Token| Some((*key, links.records.get(key)?.presented.get(HETU_SYSTEM)?));
        // Two codes that one message presents are another case too.
        let holds = |set: &PresentedSet| matches!(set.tokens.as_slice(), [code] if !other_case.contains(code));
        let sets: BTreeMap<_, _> = client.iter().filter_map(set).filter(|(_, set)| holds(set)).collect();
        let codes: BTreeSet<Token> = sets.values().flat_map(|set| set.tokens.iter().copied()).collect();
        // A steward who decided about two of the records has decided about their codes, whichever records present them.
        let code = |record| sets.get(record).and_then(|set| set.tokens.first().copied());
        let by_steward = links.decided.iter().filter(|(_, it)| it.authority == Authority::Steward && it.together);
        let decided = by_steward.filter_map(|((a, b), _)| Some((code(a)?, code(b)?)));
        let open = components(codes.into_iter(), decided).len() > 1;
        open.then(|| (Reason::IdentityCodesJoined, evidence(sets)))
    };
    clients.iter().filter_map(codes).collect()
}

fn too_large(links: &Links) -> Vec<(Reason, Grounds)> {
    let large = links.components(&Crowded::new()).0.into_iter().filter(|component| component.len() > LARGEST);
    let of =
        |key| links.records.get(&key).into_iter().flat_map(|it| it.presented.values()).map(|set| set.key).collect();
    large.map(|component| (Reason::TooLarge, component.into_iter().map(|key| (key, of(key))).collect())).collect()
}
