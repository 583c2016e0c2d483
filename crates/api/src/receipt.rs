//! `ReceiptService`: the status of a message, for the source that sent it.
//!
//! It passes no door: it reads nothing about a client, only what the sender's acknowledgement stated already.

use crate::field;
use crate::proto::receipt::Outcome as Answer;
use crate::proto::receipt_service_server::ReceiptService;
use crate::proto::{self, GetReceiptRequest, GetReceiptResponse};
use crate::query_service::QueryService;
use crate::status::Error;
use crate::value;
use store::receipt::{MessageStatus, Outcome};
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct Receipts(pub(crate) QueryService);

#[tonic::async_trait]
impl ReceiptService for Receipts {
    async fn get_receipt(&self, request: Request<GetReceiptRequest>) -> Result<Response<GetReceiptResponse>, Status> {
        let (metadata, _, asked) = request.into_parts();
        let settings = self.0.settings();
        let source = settings.senders.authenticate(&metadata)?;
        let id = field::text(&asked.message_id, "message_id", 200)?;
        let token = self.0.keyring().token("message", &source.name, id);
        let statuses = self.0.receipts(&source.name, &token).await?;
        if statuses.is_empty() {
            return Err(Error::NotReceived.into());
        }
        Ok(Response::new(GetReceiptResponse { receipts: statuses.into_iter().map(receipt).collect() }))
    }
}

fn receipt(status: MessageStatus) -> proto::Receipt {
    let outcome = match status.outcome {
        Outcome::Stored(events) => Answer::Stored(proto::ReceiptStored { events }),
        Outcome::Ignored => Answer::Ignored(proto::ReceiptIgnored {}),
        Outcome::Rejected { code, place, text } => Answer::Rejected(proto::ReceiptRejected { code, place, text }),
    };
    proto::Receipt {
        received_at: Some(value::timestamp(status.received_at)),
        duplicates: status.duplicates,
        outcome: Some(outcome),
    }
}
