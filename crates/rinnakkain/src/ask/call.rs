//! The calls themselves: every page of a list is fetched, and an error names what to do next.

use super::answer::Answer;
use super::{Asking, Basis, Purpose, Task};
use crate::{channel, clock};
use anyhow::{Context, anyhow};
use api::proto::care_team_service_client::CareTeamServiceClient;
use api::proto::consent_service_client::ConsentServiceClient;
use api::proto::involvement_service_client::InvolvementServiceClient;
use api::proto::parallel_view_service_client::ParallelViewServiceClient;
use api::proto::{self, access};
use jiff::Timestamp;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use words::{Language, Phrase};

/// One question on its way.
pub(super) struct Call {
    channel: Channel,
    authorization: MetadataValue<Ascii>,
    client: proto::Identifier,
    access: proto::Access,
    as_of: Option<api::Timestamp>,
    language: Language,
}

impl Call {
    pub(super) async fn connect(
        asking: &Asking,
        (token, identifier): (&str, &str),
        declared: Option<(Basis, &str)>,
    ) -> anyhow::Result<Self> {
        let (server, language) = (asking.server.as_str(), asking.language());
        let endpoint = channel::Server::at(server, asking.tls.clone());
        let endpoint = endpoint.with_context(|| language.say(Phrase::NotAServer { server }))?;
        let channel = endpoint.connect().await.map_err(|error| {
            // The innermost names the cause, if anything does.
            let why = anyhow::Error::from(error).root_cause().to_string();
            anyhow!(language.say(Phrase::Unreachable { why: &why }))
        })?;
        let mut authorization: MetadataValue<Ascii> =
            format!("Bearer {token}").parse().context("the token is malformed")?;
        authorization.set_sensitive(true);
        let client = proto::Identifier { system: asking.system.clone(), value: identifier.to_owned() };
        let timestamp = |at: Timestamp| api::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() };
        // Before 1970 jiff counts the nanoseconds backwards, and nothing was known.
        let as_of = asking.as_of.map(|at| timestamp(at.max(Timestamp::UNIX_EPOCH)));
        let access = proto::Access {
            declared: declared.map(|it| declares(it, timestamp(clock::now().to_timestamp()))),
            ..access(asking)
        };
        Ok(Self { channel, authorization, client, access, as_of, language })
    }

    pub(super) async fn workers(&mut self) -> anyhow::Result<Answer> {
        let mut service = CareTeamServiceClient::new(self.channel.clone());
        let (mut workers, mut page_token) = (Vec::new(), String::new());
        loop {
            let (client, access) = self.about();
            let ask = proto::ListCurrentWorkersRequest { client, access, page_size: 0, page_token, as_of: self.as_of };
            let mut page = service
                .list_current_workers(self.request(ask))
                .await
                .map_err(|status| next_step(&status, self.language))?
                .into_inner();
            workers.append(&mut page.workers);
            if page.next_page_token.is_empty() {
                page.workers = workers;
                return Ok(Answer::Workers(page));
            }
            page_token = page.next_page_token;
        }
    }

    pub(super) async fn own_worker(&mut self) -> anyhow::Result<Answer> {
        let (client, access) = self.about();
        let ask = self.request(proto::GetOwnWorkerRequest { client, access, as_of: self.as_of });
        let response = CareTeamServiceClient::new(self.channel.clone())
            .get_own_worker(ask)
            .await
            .map_err(|status| next_step(&status, self.language))?;
        Ok(Answer::OwnWorker(response.into_inner()))
    }

    pub(super) async fn involvement(&mut self) -> anyhow::Result<Answer> {
        let (client, access) = self.about();
        let ask = self.request(proto::CheckInvolvementRequest { client, access, as_of: self.as_of });
        let response = InvolvementServiceClient::new(self.channel.clone())
            .check_involvement(ask)
            .await
            .map_err(|status| next_step(&status, self.language))?;
        Ok(Answer::Involvement(response.into_inner()))
    }

    pub(super) async fn view(&mut self) -> anyhow::Result<Answer> {
        let (client, access) = self.about();
        let ask = self.request(proto::GetParallelViewRequest { client, access, as_of: self.as_of });
        let service = ParallelViewServiceClient::new(self.channel.clone());
        let response = service
            .max_decoding_message_size(64 * 1024 * 1024)
            .get_parallel_view(ask)
            .await
            .map_err(|status| next_step(&status, self.language))?;
        Ok(Answer::View(Box::new(response.into_inner())))
    }

    pub(super) async fn timeline(&mut self) -> anyhow::Result<Answer> {
        let mut service = ParallelViewServiceClient::new(self.channel.clone());
        let (mut entries, mut page_token) = (Vec::new(), String::new());
        loop {
            let (client, access) = self.about();
            let ask = proto::ListTimelineRequest { client, access, page_size: 0, page_token, as_of: self.as_of };
            let mut page = service
                .list_timeline(self.request(ask))
                .await
                .map_err(|status| next_step(&status, self.language))?
                .into_inner();
            entries.append(&mut page.entries);
            if page.next_page_token.is_empty() {
                page.entries = entries;
                return Ok(Answer::Timeline(page));
            }
            page_token = page.next_page_token;
        }
    }

    pub(super) async fn consent(&mut self, id: &str, service_tasks: &[String]) -> anyhow::Result<Answer> {
        let (client, access) = self.about();
        let ask = self.request(proto::RecordConsentRequest {
            client,
            access,
            consent_id: id.to_owned(),
            kind: proto::ConsentKind::Consent.into(),
            direction: proto::ConsentDirection::ToHealthCare.into(),
            service_tasks: service_tasks.to_vec(),
            patient_data: proto::ConsentPatientData::Unspecified.into(),
            until: None,
        });
        let mut service = ConsentServiceClient::new(self.channel.clone());
        let response = service.record_consent(ask).await.map_err(|status| next_step(&status, self.language))?;
        Ok(Answer::Recorded(response.into_inner()))
    }

    pub(super) async fn withdraw_consent(&mut self, id: &str) -> anyhow::Result<Answer> {
        let (client, access) = self.about();
        let ask = self.request(proto::WithdrawConsentRequest { client, access, consent_id: id.to_owned() });
        let mut service = ConsentServiceClient::new(self.channel.clone());
        let response = service.withdraw_consent(ask).await.map_err(|status| next_step(&status, self.language))?;
        Ok(Answer::Withdrawn(response.into_inner()))
    }

    fn about(&self) -> (Option<proto::Identifier>, Option<proto::Access>) {
        (Some(self.client.clone()), Some(self.access.clone()))
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        request
    }
}

fn access(asking: &Asking) -> proto::Access {
    let task = match asking.task {
        Task::HealthSocialWork => proto::Task::HealthSocialWork,
        Task::ClientWork => proto::Task::ClientWork,
        Task::NeedsAssessment => proto::Task::NeedsAssessment,
        Task::DutySocialService => proto::Task::DutySocialService,
        Task::ServiceArranging => proto::Task::ServiceArranging,
        Task::ServiceDelivery => proto::Task::ServiceDelivery,
    };
    let purpose = match asking.purpose {
        Purpose::CareCoordination => proto::Purpose::CareCoordination,
        Purpose::NeedsAssessment => proto::Purpose::NeedsAssessment,
        Purpose::UrgentHelp => proto::Purpose::UrgentHelp,
        Purpose::DischargePlanning => proto::Purpose::DischargePlanning,
    };
    let case = match &asking.case.reference {
        Some(reference) => access::Case::CaseReference(reference.clone()),
        None => access::Case::NoCaseYet(proto::NoCaseYet {}),
    };
    let user = asking.user.clone();
    proto::Access { user, task: task.into(), purpose: purpose.into(), case: Some(case), declared: None }
}

fn declares((basis, reason): (Basis, &str), now: api::Timestamp) -> proto::DeclaredBasis {
    let basis = match basis {
        Basis::NoCapacity => proto::Basis::NoCapacity,
        Basis::Authority => proto::Basis::Authority,
        Basis::NeedOfCare => proto::Basis::NeedOfCare,
        Basis::ChildsInterest => proto::Basis::ChildsInterest,
        Basis::VitalInterest => proto::Basis::VitalInterest,
    };
    proto::DeclaredBasis { basis: basis.into(), reason: reason.to_owned(), declared_at: Some(now) }
}

/// What the server answers instead, and what to do next.
fn next_step(status: &Status, language: Language) -> anyhow::Error {
    let why = status.message();
    anyhow!(match status.code() {
        Code::Unauthenticated => language.say(Phrase::UnknownToken),
        Code::PermissionDenied => language.say(Phrase::NotAllowed { why }),
        Code::InvalidArgument => language.say(Phrase::WrongQuestion { why }),
        Code::ResourceExhausted => language.say(Phrase::Busy),
        Code::Unavailable | Code::Internal => why.to_owned(),
        Code::DeadlineExceeded | Code::Cancelled => language.say(Phrase::NoAnswerInTime),
        code => language.say(Phrase::NoAnswer { code: &format!("{code:?}") }),
    })
}
