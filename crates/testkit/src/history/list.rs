//! What sources state as a whole, and whose a thing is.

use super::draw::{Draw, Row, code};
use event::{
    Body, CurrentStaysStated, DirectoryStated, FactKind, ListConfirmed, MayEnd, SourceCoverageDeclared,
    StatedDirectory, StatedUnit, StatedWard, StatedWorker, SubjectStated, WorkersStated,
};

pub(super) const ROWS: &[Row] = &[
    (1, |draw| {
        let (wards, since) = (draw.wards(), draw.recorded);
        Body::from(SourceCoverageDeclared { covers: vec![FactKind::Stays], wards, since, silence_seconds: Some(900) })
    }),
    (1, |draw| {
        let mut stays = vec![draw.key_of("stay", 0), draw.key_of("stay", 1)];
        stays.sort();
        if draw.chance.once_in(2) {
            stays.truncate(1);
        }
        let (wards, may_end) = (draw.wards(), may_end(draw));
        Body::from(CurrentStaysStated { as_of: draw.recorded, wards, stays, may_end })
    }),
    (1, |draw| {
        let assignments = if draw.chance.once_in(2) { Vec::new() } else { vec![draw.key_of("assignment", 0)] };
        let may_end = may_end(draw);
        Body::from(WorkersStated { as_of: draw.recorded, roles: Vec::new(), assignments, may_end })
    }),
    (1, |draw| {
        let mut entries = vec![draw.key_of("directory", 0), draw.key_of("directory", 1)];
        entries.sort();
        if draw.chance.once_in(2) {
            entries.truncate(1);
        }
        let ward = draw.ward().map(|it| it.code().to_owned()).unwrap_or_default();
        let worker = StatedWorker { name: "Tuulikki Terveys".into(), hours: "8-16".into(), ..StatedWorker::default() };
        let ward = StatedWard { code: ward, workers: vec![worker], ..StatedWard::default() };
        let unit = StatedUnit { code: "adults".into(), name: "Aikuissosiaalityö".into(), ..StatedUnit::default() };
        let directory = draw.seal(&StatedDirectory { units: vec![unit], wards: vec![ward] });
        let may_end = may_end(draw);
        Body::from(DirectoryStated { as_of: draw.recorded, entries, may_end, directory })
    }),
    (1, |draw| Body::from(ListConfirmed { list: draw.list, decider: None, reason: code("checked") })),
    (1, |draw| {
        let (kind, key) = match draw.chance.below(3) {
            0 => (FactKind::Stays, draw.key_of("stay", 0)),
            1 => (FactKind::Referrals, draw.key("referral")),
            _ => (FactKind::Workers, draw.key("team")),
        };
        Body::from(SubjectStated { kind, key, subject: draw.other.clone(), ends: draw.chance.once_in(2) })
    }),
];

fn may_end(draw: &mut Draw<'_>) -> MayEnd {
    if draw.chance.once_in(3) { MayEnd::Nothing } else { MayEnd::UpTo { percent: 50, at_least: 0 } }
}
