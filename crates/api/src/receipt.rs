//! `ReceiptService`: what became of a message, for the source that sent it.
//!
//! No door: nothing of a client is read here, only what the sender was told once already.

use crate::desk::Desk;
use crate::proto::receipt::Outcome as Answer;
use crate::proto::receipt_service_server::ReceiptService;
use crate::proto::{self, GetReceiptRequest, GetReceiptResponse};
use crate::request;
use crate::status::Error;
use crate::value;
use store::receipt::{MessageStatus, Outcome};
use tonic::{Request, Response, Status};

/// The service.
pub(crate) struct Receipts(pub(crate) Desk);

#[tonic::async_trait]
impl ReceiptService for Receipts {
    #[tracing::instrument(name = "GetReceipt", skip_all)]
    async fn get_receipt(&self, request: Request<GetReceiptRequest>) -> Result<Response<GetReceiptResponse>, Status> {
        let (metadata, _, asked) = request.into_parts();
        let source = self.0.senders().authenticate(&metadata)?;
        let id = request::text(&asked.message_id, "message_id", 200)?;
        let token = self.0.keyring().token("message", &source.name, id);
        let found = self.0.receipts(&source.name, &token).await?;
        if found.is_empty() {
            return Err(Error::NotReceived.into());
        }
        Ok(Response::new(GetReceiptResponse { receipts: found.into_iter().map(receipt).collect() }))
    }
}

fn receipt(found: MessageStatus) -> proto::Receipt {
    let outcome = match found.outcome {
        Outcome::Stored(events) => Answer::Stored(proto::ReceiptStored { events }),
        Outcome::Ignored => Answer::Ignored(proto::ReceiptIgnored {}),
        Outcome::Rejected { code, place, text } => Answer::Rejected(proto::ReceiptRejected { code, place, text }),
    };
    proto::Receipt {
        received_at: Some(value::timestamp(found.received_at)),
        duplicates: found.duplicates,
        outcome: Some(outcome),
    }
}
