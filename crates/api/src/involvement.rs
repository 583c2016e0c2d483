//! `InvolvementService`: is a hospital involved?

use crate::desk::{Desk, Look, Said};
use crate::proto::check_involvement_response::Involvement as Answer;
use crate::proto::involvement_service_server::InvolvementService;
use crate::proto::{self, CheckInvolvementRequest, CheckInvolvementResponse, InvolvementSign, NotInvolved};
use crate::request;
use crate::value;
use care::access::Query;
use care::{Involvement, InvolvementKind, Sign};
use event::{Keyring, Register};
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct Involvements(pub(crate) Desk);

/// Health social work is written in either register.
const BOTH: &[Register] = &[Register::Patient, Register::Social];

#[tonic::async_trait]
impl InvolvementService for Involvements {
    #[tracing::instrument(name = "CheckInvolvement", skip_all)]
    async fn check_involvement(
        &self,
        request: Request<CheckInvolvementRequest>,
    ) -> Result<Response<CheckInvolvementResponse>, Status> {
        let (metadata, _, asked) = request.into_parts();
        let admitted =
            self.0.admit(&metadata, asked.client.as_ref(), asked.access.as_ref(), Query::CheckInvolvement)?;
        let as_of = request::as_of(asked.as_of.as_ref(), admitted.at)?;
        let (rule, county) = (admitted.rule, self.0.county());
        let say = move |facts: &care::answer::Facts<'_>, _: &store::ClientFacts| facts.involvement(rule, &county);
        let said = self.0.ask(&admitted, Look::at(as_of), BOTH, say).await?;
        Ok(Response::new(involvement(said, self.0.keyring())))
    }
}

pub(crate) fn involvement(said: Said<Involvement>, keyring: &Keyring) -> CheckInvolvementResponse {
    let standing = value::standing(&said);
    let answer = match said.what {
        Involvement::Involved { signs, protected } => Answer::Involved(proto::Involved {
            signs: signs.into_iter().map(|it| sign(it, keyring)).collect(),
            non_disclosure: protected,
        }),
        Involvement::NotInvolved => Answer::NotInvolved(NotInvolved {}),
        Involvement::NotKnown(completeness) => Answer::NotKnown(value::not_known(&completeness)),
    };
    CheckInvolvementResponse { standing: Some(standing), involvement: Some(answer) }
}

fn sign(sign: Sign, keyring: &Keyring) -> InvolvementSign {
    let kind = match sign.kind {
        InvolvementKind::EmergencyVisit => proto::InvolvementKind::EmergencyVisit,
        InvolvementKind::Presence => proto::InvolvementKind::Presence,
        InvolvementKind::StayInProgress => proto::InvolvementKind::StayInProgress,
        InvolvementKind::PlannedDischarge => proto::InvolvementKind::PlannedDischarge,
        InvolvementKind::HealthSocialWork => proto::InvolvementKind::HealthSocialWork,
    };
    InvolvementSign {
        kind: kind.into(),
        since: Some(value::timestamp(sign.since)),
        planned_at: sign.planned_at.map(value::timestamp),
        contacts: sign.contacts.into_iter().map(|contact| value::contact(contact, keyring)).collect(),
        inferred: sign.inferred,
    }
}
