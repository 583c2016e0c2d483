//! Contacts: an appointment in the future is none, nor is one that was cancelled or not kept.

use crate::{P, Story, ago, code, key, now};
use care::ParallelView;
use event::{Body, ContactCancelled, ContactRecorded, Instant};

fn booked() -> Body {
    Body::from(ContactRecorded { contact: key("visit", "1"), channel: code("booking"), unit: None, mode: None })
}

fn cancelled() -> Body {
    Body::from(ContactCancelled { contact: key("visit", "1"), reason: code("not-kept") })
}

#[test]
fn what_counts_as_a_contact() {
    // (reported how many hours ago, when it is)
    type Report = (i64, i64, Body);
    let table: Vec<(&str, Vec<Report>, Option<i64>)> = vec![
        ("was", vec![(90, 10, booked())], Some(10)),
        ("is ahead", vec![(90, -10, booked())], None),
        ("cancelled", vec![(90, 10, booked()), (80, 80, cancelled())], None),
        ("not kept", vec![(90, 10, booked()), (9, 9, cancelled())], None),
        ("moved ahead", vec![(90, 10, booked()), (80, -10, booked())], None),
        ("moved, and was", vec![(90, 50, booked()), (80, 10, booked())], Some(10)),
        ("moved to an earlier time", vec![(90, 10, booked()), (80, 50, booked())], Some(50)),
        ("cancelled, and booked again", vec![(90, 50, booked()), (80, 80, cancelled()), (70, 10, booked())], Some(10)),
        ("the fold meets the cancellation first", vec![(90, 90, cancelled()), (90, 10, booked())], None),
        ("only a cancellation", vec![(90, 90, cancelled())], None),
    ];
    for (why, reports, expected) in table {
        let story: Story = reports.iter().map(|(hours, _, body)| (*hours, P, body.clone())).collect();
        let mut events = crate::events(&story);
        for (received, (_, at, _)) in events.iter_mut().zip(&reports) {
            received.event.happened_at = ago(*at);
        }
        let view = ParallelView::fold(&events);
        let was: Vec<Instant> = view.health.contacts.values().filter_map(|it| it.was_at(now())).collect();
        assert_eq!(was, expected.map(ago).into_iter().collect::<Vec<_>>(), "{why}");
    }
}
