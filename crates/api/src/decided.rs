//! The decision about a question, its answer, and what the access log has of both.

use crate::answered::Answered;
use crate::outcome::HasOutcome;
use crate::reach;
use care::ParallelView;
use care::access::{self, AnswerKind, AnswerOutcome, Decision, Request};
use care::answer::{County, Facts};
use care::source::{Reports, SourceState};
use event::{Hetu, Instant, Keyring};
use store::{ClientFacts, Decided, Shown};

/// If the projection has stood for longer than this, in seconds, no permission opens anything and nothing crosses the
/// line: a withdrawal or a prohibition of hours ago may wait in the journal. A shorter lag is an ordinary delay.
const STANDS_SECONDS: i64 = 3600;

/// The decision and the answer, from what is known of the client.
pub(crate) fn decide<T: HasOutcome>(
    (county, keyring): (&County, &Keyring),
    request: &Request,
    (now, as_of, hetu): (Instant, Option<Instant>, Option<&Hetu>),
    may: Option<&Decision>,
    found: &ClientFacts,
    render: impl Fn(&Facts<'_>, &ClientFacts) -> T,
) -> Decided<Answered<T>> {
    let at = as_of.unwrap_or(now);
    let sources: Vec<_> = county.sources.iter().map(|source| source.narrowed(&found.declared, at)).collect();
    let reports = Reports {
        reported_until: found.reported_until.clone(),
        rejected_unnamed: found.rejected_unnamed.clone(),
        unidentified: found.unidentified.clone(),
    };
    let states = SourceState::all(&sources, &reports, at);
    let stands = found.applied_until.filter(|until| now > until.plus_seconds(STANDS_SECONDS));
    let doubted = stands.map(|_| now).or(found.permissions_doubted);
    // As of now, whatever time is asked for: what was withdrawn meanwhile opens nothing of the past either.
    let too_old = county.policy.too_old(&found.reported_until, now);
    let view = found.view.as_ref().map(|view| view.permitting_since(doubted, &too_old));
    let facts = Facts {
        view: view.as_deref(),
        ambiguous: found.ambiguous,
        rejected_since: &found.rejected_since,
        gap: found.gap,
        prohibitions_doubted: doubted.is_some(),
        applied_until: found.applied_until,
        states: &states,
        age: hetu.and_then(|hetu| care::reach::age(hetu, at, &county.zone)),
        opened: &|record, worker| reach::ring(record, worker, keyring),
        at,
        past: as_of.is_some(),
        now: may,
    };
    let decision = facts.decide(request, county);
    let what = render(&facts, found);
    let outcome = decision.as_ref().map_or_else(AnswerOutcome::withheld, |decision| what.outcome(decision));
    let shown = decision.iter().flat_map(|decision| decision.account(&outcome)).map(|it| Shown {
        register: it.register,
        kind: it.kind,
        data: it.data,
        provision: it.provisions.join("; "),
    });
    let shown: Vec<Shown> = shown.collect();
    let mut grounds = access::grounds(view.as_deref(), request, decision.as_ref(), at);
    if let Some(doubted) = doubted {
        grounds.push(format!("what was permitted before {doubted} opens nothing: its withdrawal may be missing"));
        grounds
            .push(format!("what was forbidden before {doubted} may be missing: the authority's right opens nothing"));
    }
    let lanes = || found.view.iter().flat_map(ParallelView::lanes);
    let permits =
        |source: &str| lanes().flat_map(|lane| lane.permissions.values()).any(|it| it.origin.source == source);
    grounds.extend(too_old.iter().filter(|it| permits(it)).map(|source| {
        format!("what {source} has of permissions is an old copy, for it has not reported for longer: it opens nothing")
    }));
    let answered = Answered {
        what,
        not_connected: county.not_connected.clone(),
        at,
        of_somebody: outcome.answer.is_about_somebody(),
        nobody: decision.is_none() || (found.view.is_none() && !found.ambiguous),
        states,
    };
    Decided {
        answer: answered,
        decision: match (&decision, outcome.answer) {
            (None, _) => "not-for-client",
            (Some(_), AnswerKind::Withheld) => "withheld",
            (Some(_), _) => "granted",
        },
        outcome: outcome.answer.name(),
        rule: provisions(request, &shown),
        shown,
        grounds,
    }
}

/// Every provision relied on, each once; the rule's own, if nothing was shown.
fn provisions(request: &Request, shown: &[Shown]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for provision in shown.iter().flat_map(|it| it.provision.split("; ")) {
        if !all.contains(&provision) {
            all.push(provision);
        }
    }
    if all.is_empty() { request.rule().provision.to_owned() } else { all.join("; ") }
}
