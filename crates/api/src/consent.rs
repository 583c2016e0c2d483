//! `ConsentService`: what the client permits, recorded where the client is met. It holds from the next question on.
//!
//! The client is found through the door, which decides whether the caller has a relationship, and logs the access. Only
//! then is the consent recorded, through the one write path.

use crate::field;
use crate::outcome::HasOutcome;
use crate::proto::consent_service_server::ConsentService;
use crate::proto::{
    ConsentDirection, ConsentKind, ConsentNotRecorded, ConsentPatientData, ConsentRecorded, RecordConsentRequest,
    RecordConsentResponse, WithdrawConsentRequest, WithdrawConsentResponse, record_consent_response,
    withdraw_consent_response,
};
use crate::query_service::{Admitted, QueryScope, QueryService};
use crate::request;
use crate::status::Error;
use crate::value;
use care::access::{self, AnswerKind, AnswerOutcome, Data, Decision, Given, Query, Recording, Stands};
use care::answer::Facts;
use event::{Code, Direction, Instant, Keyring, PatientData, PermissionKind, ReceivedEvent, Register};
use store::ClientFacts;
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct Consents(pub(crate) QueryService);

/// What the record has of the caller's client.
struct ConsentOnRecord {
    own: Register,
    /// Not before this instant may another event of the consent happen.
    after: Option<Instant>,
    stands: Option<Stands>,
}

impl HasOutcome for Option<ConsentOnRecord> {
    fn outcome(&self, _: &Decision) -> AnswerOutcome {
        let of = |it: &ConsentOnRecord| AnswerOutcome::of(AnswerKind::ClientFound, [(it.own, Data::Permissions)]);
        self.as_ref().map_or_else(AnswerOutcome::withheld, of)
    }
}

#[tonic::async_trait]
impl ConsentService for Consents {
    async fn record_consent(
        &self,
        request: Request<RecordConsentRequest>,
    ) -> Result<Response<RecordConsentResponse>, Status> {
        use record_consent_response::Outcome;
        let (_, extensions, asked) = request.into_parts();
        let query = Query::RecordConsent;
        let admitted = self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), query).await?;
        let consent = field::text(&asked.consent_id, "consent_id", 200)?;
        let requester = &admitted.request.requester;
        // A consent that is recorded at another organisation is given to that organisation, not to the county.
        let organisation = admitted.county().policy.other(requester.controller.as_deref()).map(Code::try_new);
        let organisation = organisation.transpose().map_err(|_| Error::Fault)?;
        let given = Given { organisation, ..given(&asked, admitted.at)? };
        let make = |keyring: &Keyring, by: Recording<'_>, at| access::given(keyring, by, &given, at);
        let stands = |stands: Option<&Stands>| match stands.map(|it| it.is_given(&given)) {
            None => Ok(None),
            Some(Some(since)) => Ok(Some(since)),
            // A late copy of an earlier call must not open what the client has closed since.
            Some(None) => Err(Error::invalid("consent_id", "was used before: give another for each consent")),
        };
        let outcome = match self.record(&admitted, consent, stands, make).await? {
            Some(at) => Outcome::Recorded(ConsentRecorded { recorded_at: Some(value::timestamp(at)) }),
            None => Outcome::NotRecorded(ConsentNotRecorded {}),
        };
        Ok(Response::new(RecordConsentResponse { outcome: Some(outcome) }))
    }

    async fn withdraw_consent(
        &self,
        request: Request<WithdrawConsentRequest>,
    ) -> Result<Response<WithdrawConsentResponse>, Status> {
        use withdraw_consent_response::Outcome;
        let (_, extensions, asked) = request.into_parts();
        let query = Query::WithdrawConsent;
        let admitted = self.0.admit(&extensions, asked.client.as_ref(), asked.access.as_ref(), query).await?;
        let consent = field::text(&asked.consent_id, "consent_id", 200)?;
        let stands = |stands: Option<&Stands>| match stands {
            Some(it) => Ok(it.is_over()),
            // To say "recorded" would be to say that the data are closed.
            None => Err(Error::invalid("consent_id", "is of no consent of this client that this system has recorded")),
        };
        let outcome = match self.record(&admitted, consent, stands, access::withdrawn).await? {
            Some(at) => Outcome::Recorded(ConsentRecorded { recorded_at: Some(value::timestamp(at)) }),
            None => Outcome::NotRecorded(ConsentNotRecorded {}),
        };
        Ok(Response::new(WithdrawConsentResponse { outcome: Some(outcome) }))
    }
}

impl Consents {
    /// Since when it holds. `None`: the client is not known or not the caller's. `stands` decides by what the record
    /// holds under this id: since when it already holds, or `None` if it must be written.
    async fn record(
        &self,
        admitted: &Admitted,
        consent: &str,
        stands: impl Fn(Option<&Stands>) -> Result<Option<Instant>, Error>,
        make: impl Fn(&Keyring, Recording<'_>, Instant) -> ReceivedEvent,
    ) -> Result<Option<Instant>, Error> {
        let own = admitted.request.own();
        let key = access::consent_key(self.0.keyring(), admitted.caller(), consent);
        let (request, county, now) = (admitted.request.clone(), admitted.county(), admitted.at);
        let find = move |facts: &Facts<'_>, found: &ClientFacts| {
            facts.view.filter(|_| facts.decide(&request, &county).is_some())?;
            // What stands, whether it opens anything now or not.
            let view = found.view.as_ref()?;
            Some(ConsentOnRecord { own, after: view.after_permission(&key), stands: view.consent(&key, now) })
        };
        let answered = self.0.ask(admitted, QueryScope::default(), find).await?;
        let Some(ConsentOnRecord { after, stands: found, .. }) = answered.what else { return Ok(None) };
        if let Some(since) = stands(found.as_ref())? {
            return Ok(Some(since));
        }
        let at = after.map_or(admitted.at, |after| after.max(admitted.at));
        let standing = found.as_ref().map(Stands::record);
        let Some(record) = self.0.record_of(admitted, standing).await? else { return Ok(None) };
        let by = Recording { caller: admitted.caller(), consent, register: own, record: &record };
        self.0.record(make(self.0.keyring(), by, at)).await?;
        Ok(Some(at))
    }
}

fn given(asked: &RecordConsentRequest, now: Instant) -> Result<Given, Error> {
    let missing = |field| Error::invalid(field, "is missing or unknown");
    let kind = match asked.kind() {
        ConsentKind::Unspecified => return Err(missing("kind")),
        ConsentKind::DisclosurePermission => PermissionKind::DisclosurePermission,
        ConsentKind::Consent => PermissionKind::Consent,
    };
    let direction = match asked.direction() {
        ConsentDirection::Unspecified => return Err(missing("direction")),
        ConsentDirection::ToSocialCare => Direction::ToSocialCare,
        ConsentDirection::ToHealthCare => Direction::ToHealthCare,
    };
    let patient_data = match asked.patient_data() {
        ConsentPatientData::Unspecified => None,
        ConsentPatientData::Summary => Some(PatientData::Summary),
        ConsentPatientData::All => Some(PatientData::All),
        ConsentPatientData::Statements => Some(PatientData::Statements),
    };
    let names = match direction {
        Direction::ToHealthCare => !asked.service_tasks.is_empty(),
        Direction::ToSocialCare => patient_data.is_some(),
    };
    if !names {
        return Err(Error::invalid("service_tasks", "name the data: service tasks, or patient data to social care"));
    }
    if asked.service_tasks.len() > 100 {
        return Err(Error::invalid("service_tasks", "are more than 100"));
    }
    let tasks = asked.service_tasks.iter().map(|task| Code::try_new(task.trim()));
    let mut service_tasks: Vec<Code> =
        tasks.collect::<Result<_, _>>().map_err(|_| Error::invalid("service_tasks", "has a value that is no code"))?;
    service_tasks.sort();
    service_tasks.dedup();
    let until = asked.until.as_ref().map(request::until).transpose()?;
    if until.is_some_and(|until| until <= now) {
        return Err(Error::invalid("until", "is not in the future"));
    }
    Ok(Given { kind, direction, service_tasks, patient_data, until, organisation: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> RecordConsentRequest {
        RecordConsentRequest {
            consent_id: "c1".into(),
            kind: ConsentKind::Consent.into(),
            direction: ConsentDirection::ToHealthCare.into(),
            service_tasks: vec!["working-age".into(), "older".into(), "older".into()],
            ..RecordConsentRequest::default()
        }
    }

    #[test]
    fn a_consent_names_its_data() {
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        let field = |change: fn(&mut RecordConsentRequest)| {
            let mut asked = asked();
            change(&mut asked);
            match given(&asked, now) {
                Ok(_) => None,
                Err(Error::Invalid { field, .. }) => Some(field),
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!(given(&asked(), now).unwrap().service_tasks.len(), 2);
        assert_eq!(field(|_| {}), None);
        assert_eq!(field(|it| it.kind = 0), Some("kind"));
        assert_eq!(field(|it| it.direction = 9), Some("direction"));
        assert_eq!(field(|it| it.service_tasks.clear()), Some("service_tasks"));
        assert_eq!(field(|it| it.service_tasks[0] = "every thing".into()), Some("service_tasks"));
        assert_eq!(field(|it| it.direction = ConsentDirection::ToSocialCare.into()), Some("service_tasks"));
        let past = |it: &mut RecordConsentRequest| {
            it.until = Some(prost_types::Timestamp { seconds: 1_600_000_000, nanos: 0 });
        };
        assert_eq!(field(past), Some("until"));
    }
}
