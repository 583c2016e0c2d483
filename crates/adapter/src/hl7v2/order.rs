//! 360X (IHE PCC): a referral as an order, OMG^O19, and its course, OSU^O51.
//!
//! An order is a referral if it has the profile `360X` in MSH-21 or a referral note (LOINC 57133-1) in OBR-4, or if the
//! configuration declares all of the sender's orders referrals. Any other order is ignored. ORC-2 is the loop's key.
//! The meaning of an ORC:
//!
//! | ORC-5 | event | | ORC-1, where ORC-5 is empty | event |
//! |---|---|---|---|---|
//! | IP, SC | accepted | | NW, XO | requested |
//! | A | started | | OK | accepted |
//! | HD | on hold | | HD, RL | on hold, started |
//! | CM | completed | | UA | rejected |
//! | CA | rejected; cancelled, if ORC-1 is CA, CR or DC | | CA, CR, DC, OC | cancelled |
//! | DC, ER | cancelled, failed | | SC | an ORC-5 is missing |

use super::message::{Message, Segment};
use super::referral::{channel, client, key};
use super::{time, worker};
use crate::SourceProfile;
use crate::event_builder::EventBuilder;
use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};
use event::{
    Body, Code, Keyring, Presented, ReferralAccepted, ReferralCancelled, ReferralCompleted, ReferralFailed,
    ReferralKind, ReferralOnHold, ReferralRejected, ReferralRequested, ReferralStarted, StreamId, Token,
};
use jiff::tz::TimeZone;

/// LOINC: referral note.
const REFERRAL_NOTE: &str = "57133-1";
/// The most orders in one message: a batch of events is bounded.
const MAX_ORDERS: usize = 100;

/// Adds the message's events: none, if none of its orders is a referral.
pub(super) fn events(
    source: &SourceProfile,
    keyring: &Keyring,
    message: &Message<'_>,
    builder: &mut EventBuilder<'_>,
) -> Result<(), RejectionReason> {
    if !source.orders_are_referrals && !is_referral(message) {
        return Ok(());
    }
    let (record, presented) = client(source, keyring, message, builder.recorded_at)?;
    let orders: Vec<OrderGroup<'_>> = orders(message);
    if orders.is_empty() {
        let text = "the message has no ORC";
        return Err(RejectionReason::new(RejectionCode::SegmentSequenceError, MessagePlace::Segment("ORC"), text));
    }
    if orders.len() > MAX_ORDERS {
        return Err(RejectionReason::too_large(MessagePlace::Segment("ORC"), "more than 100 orders in one message"));
    }
    for order in orders {
        let referral = key(source, keyring, order.orc.field(2));
        order.add(message.zone(), referral, (&record, &presented), builder)?;
    }
    worker::add(source, keyring, message, (&record, &presented), builder)
}

fn is_referral(message: &Message<'_>) -> bool {
    let is_360x =
        |msh: Segment<'_>| msh.field(21).repetitions().any(|it| it.component(1).text().as_deref() == Some("360X"));
    let is_note = |segment: &Segment<'_>| {
        segment.is("OBR") && segment.field(4).component(1).text().as_deref() == Some(REFERRAL_NOTE)
    };
    message.segment("MSH").is_some_and(is_360x) || message.segments().iter().any(is_note)
}

/// An ORC and its own first TQ1.
struct OrderGroup<'m> {
    orc: Segment<'m>,
    tq1: Option<Segment<'m>>,
}

fn orders<'m>(message: &Message<'m>) -> Vec<OrderGroup<'m>> {
    let mut orders: Vec<OrderGroup<'m>> = Vec::new();
    for segment in message.segments() {
        if segment.is("ORC") {
            orders.push(OrderGroup { orc: *segment, tq1: None });
        } else if let Some(order) = orders.last_mut().filter(|order| segment.is("TQ1") && order.tq1.is_none()) {
            order.tq1 = Some(*segment);
        }
    }
    orders
}

/// The status that an ORC reports.
#[derive(Clone, Copy)]
enum OrderStatus {
    Requested,
    Accepted,
    Rejected,
    Started,
    OnHold,
    Completed,
    Cancelled,
    Failed,
}

impl OrderGroup<'_> {
    fn status(&self) -> Result<OrderStatus, RejectionReason> {
        let code = |n| self.orc.field(n).component(1).text();
        let (control, status) = (code(1), code(5));
        let not_found =
            |n, text| RejectionReason::new(RejectionCode::TableValueNotFound, MessagePlace::Field("ORC", n), text);
        Ok(match (status.as_deref(), control.as_deref()) {
            (Some("CM"), _) => OrderStatus::Completed,
            (Some("IP" | "SC"), _) | (None, Some("OK")) => OrderStatus::Accepted,
            (Some("A"), _) | (None, Some("RL")) => OrderStatus::Started,
            (Some("HD"), _) | (None, Some("HD")) => OrderStatus::OnHold,
            (Some("CA"), Some("CA" | "CR" | "DC")) | (Some("DC"), _) | (None, Some("CA" | "CR" | "DC" | "OC")) => {
                OrderStatus::Cancelled
            }
            (Some("CA"), _) | (None, Some("UA")) => OrderStatus::Rejected,
            (Some("ER"), _) => OrderStatus::Failed,
            (Some(_), _) => {
                return Err(not_found(5, "not an order status of table 0038 that gives the status of a referral"));
            }
            (None, Some("NW" | "XO")) => OrderStatus::Requested,
            (None, Some("SC")) => return Err(RejectionReason::missing(MessagePlace::Field("ORC", 5))),
            (None, Some(_)) => return Err(not_found(1, "not an order control of table 0119 for a referral")),
            (None, None) => return Err(RejectionReason::missing(MessagePlace::Field("ORC", 1))),
        })
    }

    fn add(
        &self,
        zone: &TimeZone,
        referral: Option<Token>,
        (record, presented): (&StreamId, &[Presented]),
        builder: &mut EventBuilder<'_>,
    ) -> Result<(), RejectionReason> {
        let code =
            |segment: Segment<'_>, n| segment.field(n).component(1).text().and_then(|it| Code::try_new(&it).ok());
        let time = |segment: Segment<'_>, name, n| time::instant(segment.field(n), zone, MessagePlace::Field(name, n));
        let reason = code(self.orc, 16);
        let body = match self.status()? {
            OrderStatus::Requested => Body::from(ReferralRequested {
                referral,
                course: None,
                kind: ReferralKind::Referral,
                priority: self.tq1.and_then(|tq1| code(tq1, 9)),
                expires_at: None,
                required_by: self.tq1.map_or(Ok(None), |tq1| time(tq1, "TQ1", 8))?,
                source_channel: channel(ReferralKind::Referral),
                requester_unit: None,
                receiver: None,
                basis: None,
            }),
            OrderStatus::Accepted => {
                let acceptor = self.orc.field(12);
                let name = [acceptor.component(3), acceptor.component(2).subcomponent(1)];
                let worker = worker::worker(name, self.orc.field(14), None, MessagePlace::Field("ORC", 12))?;
                let worker = Some(worker).filter(|worker| !worker.name.is_empty());
                let expected_by = time(self.orc, "ORC", 15)?;
                builder.add(record, presented, |sealer| {
                    let worker = worker.map(|worker| sealer.seal(&worker));
                    Body::from(ReferralAccepted { referral, course: None, worker, expected_by })
                });
                return Ok(());
            }
            OrderStatus::Rejected => Body::from(ReferralRejected { referral, course: None, reason }),
            OrderStatus::Started => Body::from(ReferralStarted { referral, course: None }),
            OrderStatus::OnHold => Body::from(ReferralOnHold { referral, course: None, reason }),
            OrderStatus::Completed => Body::from(ReferralCompleted { referral, course: None, outcome: reason }),
            OrderStatus::Cancelled => Body::from(ReferralCancelled { referral, course: None, reason }),
            OrderStatus::Failed => Body::from(ReferralFailed { referral, course: None, reason }),
        };
        builder.add(record, presented, |_| body);
        Ok(())
    }
}
