//! What an answer rests on, in words: each source and how old its last message is, and what is not connected.

use super::text::Text;
use crate::table::printable;
use api::proto;
use words::Phrase;

impl Text {
    pub(super) fn standing(&self, standing: &proto::Standing) -> String {
        let row = |source: &proto::Source| {
            let quarantined = Some(source.rejected_unnamed).filter(|count| *count > 0);
            let quarantined = quarantined.map(|count| count.to_string()).unwrap_or_default();
            vec![source.name.clone(), self.last_message(source, standing.at), self.kinds(source.covers()), quarantined]
        };
        let columns =
            [Phrase::ColumnSource, Phrase::ColumnLastMessage, Phrase::ColumnCovers, Phrase::ColumnQuarantined];
        let rows: Vec<_> = standing.sources.iter().map(row).collect();
        let mut out = format!("{}\n{}", self.say(Phrase::HeadingRestsOn), self.table(&columns, &rows));
        for it in standing.sources.iter().filter(|it| !it.unidentified.is_empty()) {
            let (name, covers) = (printable(&it.name), self.kinds(it.unidentified()));
            out += &self.line(Phrase::Unidentified { name: &name, covers: &covers });
        }
        for it in &standing.not_connected {
            let (name, covers) = (printable(&it.name), self.kinds(it.covers()));
            out += &self.line(Phrase::NotConnected { name: &name, covers: &covers });
        }
        out
    }

    fn kinds(&self, covers: impl Iterator<Item = proto::Coverage>) -> String {
        covers.map(|it| self.language.value(it.as_str_name())).collect::<Vec<_>>().join(", ")
    }

    fn last_message(&self, source: &proto::Source, at: Option<api::Timestamp>) -> String {
        let Some((reported, at)) = source.reported_until.zip(at) else { return self.say(Phrase::Never) };
        let ago = self.language.ago(u64::try_from(at.seconds.saturating_sub(reported.seconds)).unwrap_or_default());
        if source.silent { self.say(Phrase::Silent { ago: &ago }) } else { ago }
    }
}
