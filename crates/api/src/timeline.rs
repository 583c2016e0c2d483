//! `ListTimeline`: what was reported, by whom and when.

use crate::answered::Answered;
use crate::page::Page;
use crate::proto::{self, ListTimelineResponse};
use crate::status::Error;
use crate::value;
use care::answer::{Timeline, TimelineEntry};
use event::Relay;

pub(crate) fn timeline(answered: Answered<Timeline>, page: Page<'_>) -> Result<ListTimelineResponse, Error> {
    let standing = value::standing(&answered);
    let Timeline { mut entries, registers, protected, completeness } = answered.what;
    entries.retain(|entry| entry.received_at <= page.first_asked);
    let (entries, next_page_token) = page.cut(entries)?;
    Ok(ListTimelineResponse {
        standing: Some(standing),
        entries: entries.into_iter().map(entry).collect(),
        completeness: Some(value::completeness(&completeness)),
        registers: registers.into_iter().map(value::register).collect(),
        next_page_token,
        non_disclosure: protected,
    })
}

fn entry(entry: TimelineEntry) -> proto::TimelineEntry {
    let relay = match entry.relayed.as_ref().map(|relayed| relayed.how) {
        None => proto::Relay::Unspecified,
        Some(Relay::Transmitted) => proto::Relay::Transmitted,
        Some(Relay::Translated) => proto::Relay::Translated,
    };
    proto::TimelineEntry {
        event_type: entry.event_type.to_owned(),
        register: value::register(entry.register),
        source: entry.source,
        happened_at: Some(value::timestamp(entry.happened_at)),
        recorded_at: Some(value::timestamp(entry.recorded_at)),
        received_at: Some(value::timestamp(entry.received_at)),
        relay: relay.into(),
        relayed_by: entry.relayed.and_then(|relayed| relayed.by).map(|by| by.as_str().to_owned()).unwrap_or_default(),
    }
}
