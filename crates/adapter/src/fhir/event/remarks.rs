//! Remarks on a bundle that is taken: contradictions are flagged, never corrected (a published Finnish example has a
//! birth date of 2010 and an identity code of 2000).

use crate::fhir::event::context::Context;
use crate::fhir::event::time;
use crate::fhir::resource::{Patient, Resource};
use crate::rejection::MessagePlace;
use crate::remark::{Remark, RemarkCode};
use event::Instant;
use jiff::civil::Date;

/// The remarks on a bundle that was written at `recorded`.
pub(in crate::fhir) fn remarks(context: Context<'_>, recorded: Instant) -> Vec<Remark> {
    let mut found = Vec::new();
    for (at, entry) in context.bundle.entries.iter().enumerate() {
        let mut note =
            |code, path, odd: bool| found.extend(odd.then_some(Remark { code, place: MessagePlace::Entry(at, path) }));
        match &entry.resource {
            Ok(Resource::Patient(patient)) => {
                const PATH: &str = "resource.birthDate";
                let born = time::date(patient.birth_date.as_deref(), MessagePlace::Entry(at, PATH)).ok().flatten();
                let Some(born) = born else { continue };
                let today = recorded.to_timestamp().to_zoned(context.source.zone.clone()).date();
                note(RemarkCode::InTheFuture, PATH, born > today);
                let by_code = birth_date_by_code(context, patient);
                note(RemarkCode::BirthDateDiffers, PATH, by_code.is_some_and(|by_code| by_code != born));
            }
            Ok(Resource::Encounter(encounter)) => {
                let status = encounter.status.as_deref();
                let ahead =
                    |written, place| context.when(written, place).ok().flatten().is_some_and(|when| when.at > recorded);
                // A planned stay may start in the future, and an open one may have a planned end.
                let start = ("resource.period.start", encounter.start(), status != Some("planned"));
                let end = ("resource.period.end", encounter.end(), status == Some("finished"));
                for (path, written, counts) in [start, end] {
                    note(RemarkCode::InTheFuture, path, counts && ahead(written, MessagePlace::Entry(at, path)));
                }
            }
            _ => {}
        }
    }
    found
}

/// The birth date in the Patient's valid identity code, if it has one that has not ended.
fn birth_date_by_code(context: Context<'_>, patient: &Patient) -> Option<Date> {
    context.identifiers(patient.identifier.as_deref().unwrap_or_default()).birth_date()
}
