//! The questions, each a call of the API with the page's own token. Every wait has an end.

use crate::App;
use crate::failure::Failure;
use crate::forms::{CallBack, Subject};
use crate::session::Session;
use api::Timestamp;
use api::proto;
use api::proto::care_team_service_client::CareTeamServiceClient;
use api::proto::duty_contact_service_client::DutyContactServiceClient;
use api::proto::involvement_service_client::InvolvementServiceClient;
use api::proto::open_duty_contact_response;
use api::proto::parallel_view_service_client::ParallelViewServiceClient;
use event::HETU_SYSTEM;
use std::time::Duration;
use tonic::Request;
use tonic::metadata::{Ascii, MetadataMap, MetadataValue};

/// After this a person should use the telephone.
const PATIENCE: Duration = Duration::from_secs(10);
/// A whole view of many years.
const LARGEST_VIEW: usize = 64 << 20;

/// The header of the professional's access token, beside the page's own.
const USER: &str = "x-rinnakkain-user";

/// A professional who asks, by a token that is current.
pub(crate) struct Asker<'a> {
    app: &'a App,
    user: Option<MetadataValue<Ascii>>,
}

impl<'a> Asker<'a> {
    /// The professional's token is current from here on, if the identity provider still issues one.
    pub(crate) async fn of(app: &'a App, session: &Session) -> Result<Self, Failure> {
        let Some(provider) = app.provider() else {
            return Ok(Self { app, user: None });
        };
        let access = app.sessions.access(&session.id, provider, app.now()).await?;
        let mut user: MetadataValue<Ascii> = access.parse().map_err(|_| Failure::SignInEnded)?;
        user.set_sensitive(true);
        Ok(Self { app, user: Some(user) })
    }

    /// The contacts that this professional has opened.
    pub(crate) async fn own_contacts(&self, access: proto::Access) -> Result<proto::ListDutyContactsResponse, Failure> {
        let ask = proto::ListDutyContactsRequest { access: Some(access) };
        let mut service = DutyContactServiceClient::new(self.app.page.api.clone());
        Ok(service.list_duty_contacts(self.request(ask)).await?.into_inner())
    }

    /// Closes one of them.
    pub(crate) async fn close_own(
        &self,
        access: proto::Access,
        reference: String,
        handed_over_to: String,
    ) -> Result<(), Failure> {
        let (client, contact_id, access) = (None, String::new(), Some(access));
        let ask = proto::CloseDutyContactRequest { client, access, contact_id, handed_over_to, reference };
        let mut service = DutyContactServiceClient::new(self.app.page.api.clone());
        service.close_duty_contact(self.request(ask)).await?;
        Ok(())
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut metadata = MetadataMap::new();
        metadata.insert("authorization", self.app.page.authorization.clone());
        if let Some(user) = &self.user {
            metadata.insert(USER, user.clone());
        }
        let mut request = Request::from_parts(metadata, tonic::Extensions::new(), message);
        request.set_timeout(PATIENCE);
        request
    }
}

/// Questions of one professional about one client on one basis.
pub(crate) struct Questions<'a> {
    asker: Asker<'a>,
    subject: &'a Subject,
}

impl<'a> Questions<'a> {
    pub(crate) async fn about(app: &'a App, session: &Session, subject: &'a Subject) -> Result<Self, Failure> {
        Ok(Self { asker: Asker::of(app, session).await?, subject })
    }

    /// Is a hospital involved?
    pub(crate) async fn involvement(&self) -> Result<proto::CheckInvolvementResponse, Failure> {
        let (client, access) = self.client();
        let request = self.asker.request(proto::CheckInvolvementRequest { client, access, as_of: None });
        let mut service = InvolvementServiceClient::new(self.asker.app.page.api.clone());
        Ok(service.check_involvement(request).await?.into_inner())
    }

    /// Who the own worker is.
    pub(crate) async fn own_worker(&self) -> Result<proto::GetOwnWorkerResponse, Failure> {
        let (client, access) = self.client();
        let request = self.asker.request(proto::GetOwnWorkerRequest { client, access, as_of: None });
        let mut service = CareTeamServiceClient::new(self.asker.app.page.api.clone());
        Ok(service.get_own_worker(request).await?.into_inner())
    }

    /// Who works with the client now: every page of the list.
    pub(crate) async fn workers(&self) -> Result<proto::ListCurrentWorkersResponse, Failure> {
        let mut service = CareTeamServiceClient::new(self.asker.app.page.api.clone());
        let (mut workers, mut page_token) = (Vec::new(), String::new());
        loop {
            let (client, access) = self.client();
            let ask = proto::ListCurrentWorkersRequest { client, access, page_size: 0, page_token, as_of: None };
            let mut page = service.list_current_workers(self.asker.request(ask)).await?.into_inner();
            workers.append(&mut page.workers);
            if page.next_page_token.is_empty() {
                page.workers = workers;
                return Ok(page);
            }
            page_token = page.next_page_token;
        }
    }

    /// The view of both lanes.
    pub(crate) async fn view(&self) -> Result<proto::GetParallelViewResponse, Failure> {
        let (client, access) = self.client();
        let request = self.asker.request(proto::GetParallelViewRequest { client, access, as_of: None });
        let service = ParallelViewServiceClient::new(self.asker.app.page.api.clone());
        let mut service = service.max_decoding_message_size(LARGEST_VIEW);
        Ok(service.get_parallel_view(request).await?.into_inner())
    }

    /// Opens a contact of the duty service: since when it is open, and what it is called. `None`: the code leads to more than one
    /// person.
    pub(crate) async fn open_contact(&self, word: CallBack) -> Result<Option<(Timestamp, String)>, Failure> {
        let (client, access) = self.client();
        let CallBack {
            contact: contact_id,
            to: call_back_to,
            by: required_by,
            service_task,
            name: worker_name,
            handed_over_to: _,
        } = word;
        let ask = proto::OpenDutyContactRequest {
            client,
            access,
            contact_id,
            call_back_to,
            required_by,
            worker_name,
            service_task,
        };
        let mut service = DutyContactServiceClient::new(self.asker.app.page.api.clone());
        let proto::OpenDutyContactResponse { outcome, reference } =
            service.open_duty_contact(self.asker.request(ask)).await?.into_inner();
        match outcome {
            Some(open_duty_contact_response::Outcome::OpenedAt(at)) => Ok(Some((at, reference))),
            Some(open_duty_contact_response::Outcome::NotOpened(_)) => Ok(None),
            None => Err(Failure::Misunderstood),
        }
    }

    /// Closes it; since when it is closed.
    pub(crate) async fn close_contact(
        &self,
        contact_id: String,
        handed_over_to: String,
    ) -> Result<Option<Timestamp>, Failure> {
        let (client, access) = self.client();
        let reference = String::new();
        let ask = proto::CloseDutyContactRequest { client, access, contact_id, handed_over_to, reference };
        let mut service = DutyContactServiceClient::new(self.asker.app.page.api.clone());
        Ok(service.close_duty_contact(self.asker.request(ask)).await?.into_inner().closed_at)
    }

    fn client(&self) -> (Option<proto::Identifier>, Option<proto::Access>) {
        let identifier =
            proto::Identifier { system: HETU_SYSTEM.to_owned(), value: self.subject.identity_code.clone() };
        (Some(identifier), Some(self.subject.access.clone()))
    }
}
