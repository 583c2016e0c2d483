//! What answers share, rendered.

use crate::answered::Answered;
use crate::proto::{self, completeness};
use care::source::{Completeness, Doubt};
use care::{End, LooseEnd, LooseEndKind, Origin, Span, Spans};
use event::{Code, FactKind, Instant, Register, WorkerRole};

/// The end of the period that is shown, or the only end that is known.
pub(crate) fn end_of<T>(spans: &Spans<T>, at: Instant) -> Option<&End> {
    spans.shown(at).and_then(Span::end).or(spans.only_end())
}

pub(crate) fn timestamp(at: Instant) -> prost_types::Timestamp {
    let micros = at.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or_default();
    prost_types::Timestamp { seconds: micros.div_euclid(1_000_000), nanos }
}

pub(crate) fn code(code: Option<&Code>) -> String {
    code.map(|code| code.as_str().to_owned()).unwrap_or_default()
}

pub(crate) fn standing<T>(answered: &Answered<T>) -> proto::Standing {
    let covers = |covers: &std::collections::BTreeSet<FactKind>| covers.iter().map(|it| coverage(*it)).collect();
    let source = |state: &care::source::SourceState| proto::Source {
        name: state.name.clone(),
        covers: covers(&state.covers),
        reported_until: state.reported_until.map(timestamp),
        silent: state.silent,
        rejected_unnamed: state.rejected_unnamed,
        unidentified: covers(&state.unidentified),
    };
    let not_connected =
        |it: &care::source::NotConnected| proto::NotConnected { name: it.name.clone(), covers: covers(&it.covers) };
    proto::Standing {
        at: Some(timestamp(answered.at)),
        sources: answered.states.iter().map(source).collect(),
        not_connected: answered.not_connected.iter().map(not_connected).collect(),
    }
}

pub(crate) fn completeness(completeness: &Completeness) -> proto::Completeness {
    let completeness = match completeness {
        Completeness::Complete => completeness::Completeness::Complete(proto::Complete {}),
        not @ Completeness::NotKnown { .. } => completeness::Completeness::NotKnown(not_known(not)),
    };
    proto::Completeness { completeness: Some(completeness) }
}

/// Why and since when a fact is not known.
pub(crate) fn not_known(completeness: &Completeness) -> proto::NotKnown {
    match completeness {
        Completeness::Complete => proto::NotKnown::default(),
        Completeness::NotKnown { since, doubts } => {
            proto::NotKnown { since: since.map(timestamp), doubts: doubts.iter().map(|it| doubt(*it)).collect() }
        }
    }
}

pub(crate) fn provenance(origin: &Origin) -> proto::Provenance {
    proto::Provenance {
        source: origin.source.clone(),
        happened_at: Some(timestamp(origin.happened_at)),
        recorded_at: Some(timestamp(origin.recorded_at)),
    }
}

pub(crate) fn loose_end((loose_end, known): &(LooseEnd, Completeness)) -> proto::LooseEnd {
    let kind = match loose_end.kind {
        LooseEndKind::UnansweredReferral => proto::LooseEndKind::UnansweredReferral,
        LooseEndKind::NobodyResponsible => proto::LooseEndKind::NobodyResponsible,
    };
    let (from, provenance) = (Some(timestamp(loose_end.from)), Some(provenance(&loose_end.origin)));
    proto::LooseEnd { kind: kind.into(), from, provenance, completeness: Some(completeness(known)) }
}

pub(crate) fn register(register: Register) -> i32 {
    let register = match register {
        Register::Patient => proto::Register::Patient,
        Register::Social => proto::Register::Social,
    };
    register.into()
}

pub(crate) fn role(role: WorkerRole) -> i32 {
    let role = match role {
        WorkerRole::OwnWorker => proto::WorkerRole::OwnWorker,
        WorkerRole::ResponsibleWorker => proto::WorkerRole::ResponsibleWorker,
        WorkerRole::WorkPair => proto::WorkerRole::WorkPair,
        WorkerRole::ChildsSocialWorker => proto::WorkerRole::ChildsSocialWorker,
        WorkerRole::HealthSocialWorker => proto::WorkerRole::HealthSocialWorker,
        WorkerRole::CaseManager => proto::WorkerRole::CaseManager,
        WorkerRole::DutySocialService => proto::WorkerRole::DutySocialService,
    };
    role.into()
}

fn coverage(coverage: FactKind) -> i32 {
    let coverage = match coverage {
        FactKind::Stays => proto::Coverage::Stays,
        FactKind::Referrals => proto::Coverage::Referrals,
        FactKind::HealthSocialWork => proto::Coverage::HealthSocialWork,
        FactKind::Clientships => proto::Coverage::Clientships,
        FactKind::Workers => proto::Coverage::Workers,
        FactKind::DutyContacts => proto::Coverage::DutyContacts,
    };
    coverage.into()
}

fn doubt(doubt: Doubt) -> i32 {
    let doubt = match doubt {
        Doubt::NothingConnected => proto::Doubt::NothingConnected,
        Doubt::SourceSilent => proto::Doubt::SourceSilent,
        Doubt::MessageRejected => proto::Doubt::MessageRejected,
        Doubt::NotUnderstood => proto::Doubt::NotUnderstood,
        Doubt::IdentityAmbiguous => proto::Doubt::IdentityAmbiguous,
        Doubt::Unclear => proto::Doubt::Unclear,
        Doubt::RecordsMissing => proto::Doubt::RecordsMissing,
        Doubt::Unidentified => proto::Doubt::Unidentified,
        Doubt::RejectedUnnamed => proto::Doubt::RejectedUnnamed,
        Doubt::NotApplied => proto::Doubt::NotApplied,
    };
    doubt.into()
}
