//! Who asks over gRPC, about clients of the made-up county: a duty social worker, and for the view, which the duty service sees
//! of its own matters only, a hospital's.

use super::proto::care_team_service_client::CareTeamServiceClient;
use super::proto::involvement_service_client::InvolvementServiceClient;
use super::proto::parallel_view_service_client::ParallelViewServiceClient;
use super::proto::{self, access, check_involvement_response::Involvement};
use prost_types::Timestamp;
use std::time::Duration;
use testkit::county::{DUTY_TOKEN, HEALTH_TOKEN, Person};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

/// Longer than any answer that is still wanted.
const PATIENCE: Duration = Duration::from_secs(15);

/// One connection of a calling system.
#[derive(Clone)]
pub(crate) struct Asker {
    channel: Channel,
    authorization: MetadataValue<Ascii>,
    of_hospital: MetadataValue<Ascii>,
}

const DUTY: (proto::Task, proto::Purpose) = (proto::Task::DutySocialService, proto::Purpose::UrgentHelp);

impl Asker {
    pub(crate) async fn connect(port: u16) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}"))?;
        let channel = endpoint.tcp_nodelay(true).timeout(PATIENCE).connect().await?;
        let token = |it: &str| format!("Bearer {it}").parse();
        Ok(Self { channel, authorization: token(DUTY_TOKEN)?, of_hospital: token(HEALTH_TOKEN)? })
    }

    pub(crate) async fn workers(&self, of: &Person) -> Result<proto::ListCurrentWorkersResponse, Status> {
        let (client, access) = about(of, DUTY);
        let ask =
            proto::ListCurrentWorkersRequest { client, access, page_size: 0, page_token: String::new(), as_of: None };
        let response = CareTeamServiceClient::new(self.channel.clone()).list_current_workers(self.request(ask)).await?;
        Ok(response.into_inner())
    }

    pub(crate) async fn view(&self, of: &Person) -> Result<proto::GetParallelViewResponse, Status> {
        let (client, access) = about(of, (proto::Task::HealthSocialWork, proto::Purpose::DischargePlanning));
        let mut ask = Request::new(proto::GetParallelViewRequest { client, access, as_of: None });
        ask.metadata_mut().insert("authorization", self.of_hospital.clone());
        let response = ParallelViewServiceClient::new(self.channel.clone()).get_parallel_view(ask).await?;
        Ok(response.into_inner())
    }

    pub(crate) async fn own_worker(&self, of: &Person) -> Result<proto::GetOwnWorkerResponse, Status> {
        let (client, access) = about(of, DUTY);
        let ask = self.request(proto::GetOwnWorkerRequest { client, access, as_of: None });
        let response = CareTeamServiceClient::new(self.channel.clone()).get_own_worker(ask).await?;
        Ok(response.into_inner())
    }

    /// Whether a hospital is involved now.
    pub(crate) async fn is_involved(&self, of: &Person) -> Result<bool, Status> {
        self.involvement(of, None).await
    }

    /// Whether a hospital was, as far as it was known at this second.
    pub(crate) async fn is_involved_as_of(&self, of: &Person, seconds: i64) -> Result<bool, Status> {
        self.involvement(of, Some(Timestamp { seconds, nanos: 0 })).await
    }

    async fn involvement(&self, of: &Person, as_of: Option<Timestamp>) -> Result<bool, Status> {
        let (client, access) = about(of, DUTY);
        let ask = self.request(proto::CheckInvolvementRequest { client, access, as_of });
        let response = InvolvementServiceClient::new(self.channel.clone()).check_involvement(ask).await?;
        Ok(matches!(response.into_inner().involvement, Some(Involvement::Involved(_))))
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        request
    }
}

fn about(
    person: &Person,
    (task, purpose): (proto::Task, proto::Purpose),
) -> (Option<proto::Identifier>, Option<proto::Access>) {
    let client = proto::Identifier { system: "urn:oid:1.2.246.21".to_owned(), value: person.hetu.clone() };
    let access = proto::Access {
        user: "measuring".to_owned(),
        task: task.into(),
        purpose: purpose.into(),
        case: Some(access::Case::NoCaseYet(proto::NoCaseYet {})),
        declared: None,
    };
    (Some(client), Some(access))
}
