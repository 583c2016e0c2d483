//! `InvolvementService`: is a hospital involved?

use crate::answered::Answered;
use crate::contact;
use crate::proto::check_involvement_response::Involvement as Answer;
use crate::proto::involvement_service_server::InvolvementService;
use crate::proto::{self, CheckInvolvementRequest, CheckInvolvementResponse, InvolvementSign, NotInvolved};
use crate::query_service::{QueryScope, QueryService};
use crate::reach;
use crate::request;
use crate::value;
use care::access::Query;
use care::answer::Checked;
use care::{Beside, Destination, Involvement, InvolvementKind, Promise, PromiseKind, Sign};
use event::Keyring;
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct Involvements(pub(crate) QueryService);

#[tonic::async_trait]
impl InvolvementService for Involvements {
    async fn check_involvement(
        &self,
        request: Request<CheckInvolvementRequest>,
    ) -> Result<Response<CheckInvolvementResponse>, Status> {
        let (_, extensions, asked) = request.into_parts();
        let admitted =
            self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), Query::CheckInvolvement).await?;
        let as_of = request::as_of(asked.as_of.as_ref(), admitted.at)?;
        let (request, county) = (admitted.request.clone(), admitted.county());
        let render = move |facts: &care::answer::Facts<'_>, _: &store::ClientFacts| facts.checked(&request, &county);
        let answered = self.0.ask(&admitted, QueryScope::at(as_of), render).await?;
        Ok(Response::new(involvement(answered, self.0.keyring())))
    }
}

pub(crate) fn involvement(answered: Answered<Checked>, keyring: &Keyring) -> CheckInvolvementResponse {
    let standing = value::standing(&answered);
    let Checked { involvement, not_now, beside } = answered.what;
    let answer = match involvement {
        Involvement::Involved { signs, protected } => Answer::Involved(proto::Involved {
            signs: signs.into_iter().map(|it| sign(it, keyring)).collect(),
            non_disclosure: protected,
        }),
        Involvement::NotInvolved => Answer::NotInvolved(NotInvolved {}),
        Involvement::NotKnown(completeness) => Answer::NotKnown(value::not_known(&completeness)),
    };
    let Beside { deceased, promises, protected, data: _ } = beside;
    CheckInvolvementResponse {
        standing: Some(standing),
        involvement: Some(answer),
        deceased,
        promises: promises.into_iter().map(promise).collect(),
        non_disclosure: protected,
        not_now: not_now.into_iter().map(|it| sign(it, keyring)).collect(),
    }
}

fn promise(promise: Promise) -> proto::Promise {
    let Promise { kind, at, passed, result } = promise;
    let kind = match kind {
        PromiseKind::UrgentNeed => proto::PromiseKind::UrgentNeed,
        PromiseKind::ServiceStart => proto::PromiseKind::ServiceStart,
    };
    proto::Promise { kind: kind.into(), at: Some(value::timestamp(at)), passed, result: value::code(result.as_ref()) }
}

fn destination(destination: Option<Destination>) -> proto::DischargeDestination {
    match destination {
        None => proto::DischargeDestination::Unspecified,
        Some(Destination::Home) => proto::DischargeDestination::Home,
        Some(Destination::OtherUnit) => proto::DischargeDestination::OtherUnit,
        Some(Destination::Unknown) => proto::DischargeDestination::Unknown,
    }
}

fn sign(sign: Sign, keyring: &Keyring) -> InvolvementSign {
    let kind = match sign.kind {
        InvolvementKind::EmergencyVisit => proto::InvolvementKind::EmergencyVisit,
        InvolvementKind::Presence => proto::InvolvementKind::Presence,
        InvolvementKind::StayInProgress => proto::InvolvementKind::StayInProgress,
        InvolvementKind::PlannedDischarge => proto::InvolvementKind::PlannedDischarge,
        InvolvementKind::HealthSocialWork => proto::InvolvementKind::HealthSocialWork,
        InvolvementKind::PlannedAdmission => proto::InvolvementKind::PlannedAdmission,
        InvolvementKind::RecentDischarge => proto::InvolvementKind::RecentDischarge,
    };
    InvolvementSign {
        kind: kind.into(),
        since: Some(value::timestamp(sign.since)),
        planned_at: sign.planned_at.map(value::timestamp),
        contacts: sign.contacts.into_iter().map(|contact| contact::contact(contact, keyring)).collect(),
        inferred: sign.inferred,
        ended_at: sign.ended_at.map(value::timestamp),
        destination: destination(sign.destination).into(),
        reach: sign.reach.map(|it| reach::reach(*it, keyring)),
    }
}
