//! What one record presents.

use crate::made_here::CONSENTS;
use event::{Authority, Evidence, HETU_SYSTEM, OrderKey, Token};
use std::collections::{BTreeMap, BTreeSet};

/// Systems of one record whose last reports are compared in time: a labelled code supersedes an earlier unlabelled or
/// refused one.
const COMPARED: [&str; 3] = [HETU_SYSTEM, Evidence::UnlabelledCode.system(), Evidence::RefusedCode.system()];

/// One record's identity system, and what it presents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordLinks {
    /// The system of the record's own identity.
    pub system: String,
    /// By identifier system.
    pub presented: BTreeMap<String, PresentedSet>,
    /// By code: is it former, as last reported.
    pub former: BTreeMap<Token, Former>,
    /// The identity codes that it has presented, each as its only one. Empty as long as it has presented the same.
    pub codes: BTreeSet<Token>,
}

/// Whether a code has ceased to be the person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Former {
    /// Who decided; the higher authority outranks.
    pub authority: Authority,
    /// The order key of that event.
    pub key: OrderKey,
    /// It was changed to another; `false`: it is the new code.
    pub former: bool,
}

/// What a record last presented of one system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentedSet {
    /// The order key of that event.
    pub key: OrderKey,
    /// Sorted and distinct.
    pub tokens: Vec<Token>,
}

impl Former {
    /// Is it only proposed?
    #[must_use]
    pub fn is_proposed(&self) -> bool {
        self.authority == Authority::Unconfirmed
    }
}

impl RecordLinks {
    /// The tokens by which this record may be linked: those it presents, and former ones. Two identity codes presented
    /// at once contradict each other: neither links, and neither finds.
    pub fn linking(&self) -> impl Iterator<Item = Token> + '_ {
        let tokens: BTreeSet<_> = self.not_contradicted().chain(self.former()).collect();
        tokens.into_iter()
    }

    /// The tokens by which a caller may find this record: those it presents that are not former. A token that is former
    /// in another record of the client finds nobody either.
    pub fn finding(&self) -> impl Iterator<Item = Token> + '_ {
        self.not_contradicted().filter(|token| !self.former.get(token).is_some_and(|it| it.former && !it.is_proposed()))
    }

    /// Of these, the tokens by which others than the record's own system know the client: an identity code, or a number
    /// that another system gave. A patient whom only the ward's own number identifies may be anybody who is asked
    /// about. A record that callers write repeats the number that one of them asked with, so it makes only an identity
    /// code known, and no number.
    pub fn finding_for_others(&self) -> impl Iterator<Item = Token> + '_ {
        let presents =
            |system: &str, token: &Token| self.presented.get(system).is_some_and(|set| set.tokens.contains(token));
        let for_others = move |token: &Token| match self.system.as_str() {
            HETU_SYSTEM => true,
            CONSENTS => presents(HETU_SYSTEM, token),
            own => !presents(own, token),
        };
        self.finding().filter(for_others)
    }

    /// Does its source say that the client has no identity code?
    #[must_use]
    pub fn has_no_code(&self) -> bool {
        self.presented.get(Evidence::NoIdentityCode.system()).is_some_and(|set| !set.tokens.is_empty())
    }

    /// Does it link and find the same as `other`? It may have been reported at another time.
    #[must_use]
    pub fn links_as(&self, other: &Self) -> bool {
        fn presented(it: &RecordLinks) -> impl Iterator<Item = (&String, &Vec<Token>)> {
            it.presented.iter().map(|(system, set)| (system, &set.tokens))
        }
        presented(self).eq(presented(other)) && self.former == other.former && self.codes == other.codes
    }

    /// Is the last report of this system compared in time with that of another that the record presents?
    #[must_use]
    pub fn is_compared(&self, system: &str) -> bool {
        COMPARED.contains(&system) && COMPARED.iter().any(|it| *it != system && self.presented.contains_key(*it))
    }

    /// Does it present this token, even where the token links nobody? An unlabelled code counts no longer once a later
    /// message has a labelled one.
    #[must_use]
    pub fn presents_now(&self, token: &Token) -> bool {
        let labelled = self.presented.get(HETU_SYSTEM).filter(|set| !set.tokens.is_empty());
        let superseded = |system: &str, set: &PresentedSet| {
            system == Evidence::UnlabelledCode.system() && labelled.is_some_and(|labelled| labelled.key > set.key)
        };
        self.presented.iter().any(|(system, set)| set.tokens.contains(token) && !superseded(system, set))
    }

    /// The codes that are no longer the person's.
    pub fn former(&self) -> impl Iterator<Item = Token> + '_ {
        self.former.iter().filter(|(_, it)| it.former && !it.is_proposed()).map(|(token, _)| *token)
    }

    /// The proposals about codes, from sources that may not decide it: was the code changed to another, or is it the new
    /// one. A code that gave way to another is one too: it may be the person's former one, or that of somebody whose card was
    /// mistaken, who may be the one on the ward.
    pub fn proposed(&self) -> impl Iterator<Item = (Token, Former)> + '_ {
        let reported = self.former.iter().filter(|(_, it)| it.is_proposed()).map(|(token, it)| (*token, *it));
        reported.chain(self.replaced())
    }

    /// The codes that gave way without a report of why.
    fn replaced(&self) -> impl Iterator<Item = (Token, Former)> + '_ {
        let stands = self.presented.get(HETU_SYSTEM).filter(|_| !self.codes.is_empty());
        let ended = self.presented.get(Evidence::EndedCode.system());
        let is_known = move |token: &Token| {
            self.former.contains_key(token) || stands.into_iter().chain(ended).any(|set| set.tokens.contains(token))
        };
        let replaced = stands.into_iter().flat_map(|set| self.codes.iter().map(move |token| (*token, set.key)));
        replaced
            .filter(move |(token, _)| !is_known(token))
            .map(|(token, key)| (token, Former { authority: Authority::Unconfirmed, key, former: true }))
    }

    /// Codes that have ended, as reported by a source that may not decide it, and that nobody has decided yet: each as
    /// that source proposes it, with the codes that hold.
    pub fn ended(&self) -> impl Iterator<Item = (Token, Former)> + '_ {
        let decided = |token: &Token| self.former.get(token).is_some_and(|it| !it.is_proposed());
        let set = self.presented.get(Evidence::EndedCode.system());
        let waiting = move |token: &Token| !decided(token);
        let of = |set: &PresentedSet, token, former| {
            (token, Former { authority: Authority::Unconfirmed, key: set.key, former })
        };
        let ended = set.into_iter().flat_map(move |set| {
            set.tokens.iter().filter(move |token| waiting(token)).map(move |token| of(set, *token, true))
        });
        let any = set.is_some_and(|set| set.tokens.iter().any(waiting));
        let holds = self.presented.get(HETU_SYSTEM).filter(|_| any).into_iter();
        ended.chain(holds.flat_map(move |set| set.tokens.iter().map(move |token| of(set, *token, false))))
    }

    /// Of these the codes that have ended.
    pub fn ended_codes(&self) -> impl Iterator<Item = Token> + '_ {
        self.ended().filter(|(_, it)| it.former).map(|(token, _)| token)
    }

    /// Does it present this token as a code that holds?
    #[must_use]
    pub fn presents_as_held(&self, token: &Token) -> bool {
        let ended = |system: &str| system == Evidence::EndedCode.system();
        self.presented.iter().any(|(system, set)| !ended(system) && set.tokens.contains(token))
    }

    fn not_contradicted(&self) -> impl Iterator<Item = Token> + '_ {
        self.presented
            .iter()
            .filter(|(system, _)| Evidence::of(system).is_none())
            .filter(|(system, set)| system.as_str() != HETU_SYSTEM || set.tokens.len() == 1)
            .flat_map(|(_, set)| set.tokens.iter().copied())
    }
}
