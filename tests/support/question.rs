//! The questions that the product is asked over gRPC, and who asks.

use super::County;
use api::proto;
use api::proto::access::Case;
use testkit::county::{DUTY_TOKEN, HEALTH_TOKEN, Person, SOCIAL_CALLER_TOKEN};
use tonic::{Request, Status};

/// Who asks.
#[derive(Clone, Copy)]
pub struct Who {
    pub token: &'static str,
    pub task: proto::Task,
    pub purpose: proto::Purpose,
}

pub const DUTY: Who =
    Who { token: DUTY_TOKEN, task: proto::Task::DutySocialService, purpose: proto::Purpose::UrgentHelp };
pub const SOCIAL: Who =
    Who { token: SOCIAL_CALLER_TOKEN, task: proto::Task::ClientWork, purpose: proto::Purpose::CareCoordination };
pub const HEALTH: Who =
    Who { token: HEALTH_TOKEN, task: proto::Task::HealthSocialWork, purpose: proto::Purpose::DischargePlanning };

impl County {
    pub fn involvement(&self, who: Who, hetu: &str) -> Result<proto::CheckInvolvementResponse, Status> {
        self.involvement_then(who, hetu, None)
    }

    pub fn involvement_then(
        &self,
        who: Who,
        hetu: &str,
        as_of: Option<jiff::Timestamp>,
    ) -> Result<proto::CheckInvolvementResponse, Status> {
        let mut client = proto::involvement_service_client::InvolvementServiceClient::new(self.channel());
        let as_of = as_of.map(|at| prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() });
        let request =
            proto::CheckInvolvementRequest { client: Some(identified(hetu)), access: Some(access(who)), as_of };
        self.wait(client.check_involvement(who.request(request))).map(tonic::Response::into_inner)
    }

    pub fn own_worker(&self, who: Who, hetu: &str) -> Result<proto::GetOwnWorkerResponse, Status> {
        let mut client = proto::care_team_service_client::CareTeamServiceClient::new(self.channel());
        let request =
            proto::GetOwnWorkerRequest { client: Some(identified(hetu)), access: Some(access(who)), as_of: None };
        self.wait(client.get_own_worker(who.request(request))).map(tonic::Response::into_inner)
    }

    pub fn workers(&self, who: Who, hetu: &str) -> Result<proto::ListCurrentWorkersResponse, Status> {
        let mut client = proto::care_team_service_client::CareTeamServiceClient::new(self.channel());
        let request = proto::ListCurrentWorkersRequest {
            client: Some(identified(hetu)),
            access: Some(access(who)),
            ..proto::ListCurrentWorkersRequest::default()
        };
        self.wait(client.list_current_workers(who.request(request))).map(tonic::Response::into_inner)
    }

    pub fn view(
        &self,
        who: Who,
        hetu: &str,
        as_of: Option<jiff::Timestamp>,
    ) -> Result<proto::GetParallelViewResponse, Status> {
        let mut client = proto::parallel_view_service_client::ParallelViewServiceClient::new(self.channel());
        let as_of = as_of.map(|at| prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() });
        let request =
            proto::GetParallelViewRequest { client: Some(identified(hetu)), access: Some(access(who)), as_of };
        self.wait(client.get_parallel_view(who.request(request))).map(tonic::Response::into_inner)
    }

    pub fn timeline(&self, who: Who, hetu: &str) -> Result<proto::ListTimelineResponse, Status> {
        let mut client = proto::parallel_view_service_client::ParallelViewServiceClient::new(self.channel());
        let request = proto::ListTimelineRequest {
            client: Some(identified(hetu)),
            access: Some(access(who)),
            ..proto::ListTimelineRequest::default()
        };
        self.wait(client.list_timeline(who.request(request))).map(tonic::Response::into_inner)
    }

    /// `involved`, `none` or `not-known`.
    pub fn involved(&self, person: &Person) -> &'static str {
        self.involved_then(person, None)
    }

    /// The same, as it was known then.
    pub fn involved_then(&self, person: &Person, as_of: Option<jiff::Timestamp>) -> &'static str {
        use proto::check_involvement_response::Involvement;
        match self.involvement_then(DUTY, &person.hetu, as_of).unwrap().involvement.unwrap() {
            Involvement::Involved(_) => "involved",
            Involvement::NotInvolved(_) => "none",
            Involvement::NotKnown(_) => "not-known",
        }
    }
}

impl Who {
    pub fn request<T>(self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", self.token).parse().unwrap();
        request.metadata_mut().insert("authorization", bearer);
        request
    }
}

pub fn identified(hetu: &str) -> proto::Identifier {
    proto::Identifier { system: event::HETU_SYSTEM.to_owned(), value: hetu.to_owned() }
}

pub fn access(who: Who) -> proto::Access {
    proto::Access {
        user: "tester".to_owned(),
        task: who.task.into(),
        purpose: who.purpose.into(),
        case: Some(Case::NoCaseYet(proto::NoCaseYet {})),
        declared: None,
    }
}
