//! The short run of `cargo faults`: one fault of each family under load; and that its check finds what it is for.

use super::report::Findings;
use super::{Schedule, Trial};
use crate::binary;

const SEED: u64 = 1;

#[test]
fn nothing_acknowledged_is_lost_and_the_view_is_the_oracles() {
    let mut trial = Trial::start(&binary::built(false).unwrap(), SEED).unwrap();
    trial.run(&mut Schedule::short(SEED), &|_| false, &|line| eprintln!("{line}")).unwrap();
    let report = trial.end().unwrap();
    eprintln!("{report}");
    assert!(report.findings.is_clean(), "{report}");
    assert!(
        report.kills >= 10 && report.compared > 10 && report.acknowledged > 500 && report.answered > 50,
        "{report}"
    );

    // Each of these, done by hand, is found: one fact is lost, stands twice, or comes from nowhere; a view is altered.
    let found =
        trial.after("UPDATE view SET snapshot = snapshot || '\\x00' WHERE client = (SELECT min(client) FROM view)");
    assert_eq!(found.unwrap(), Findings { unequal: 1, ..Findings::default() });
    let strange = "UPDATE history SET id = gen_random_uuid() WHERE arrival = (SELECT min(arrival) FROM history)";
    assert_eq!(trial.after(strange).unwrap(), Findings { lost: 1, strange: 1, unequal: 1, ..Findings::default() });
    let gone = "DELETE FROM history WHERE arrival = (SELECT max(arrival) FROM history)";
    let found = trial.after(gone).unwrap();
    assert_eq!(found, Findings { lost: 2, strange: 1, unequal: 1, ..Findings::default() });
    let twice = "ALTER TABLE history DROP CONSTRAINT history_id_key;
        INSERT INTO history (record, id, received_at, adapter_version, payload)
        SELECT record, id, received_at, adapter_version, payload FROM history ORDER BY arrival DESC LIMIT 1";
    let found = trial.after(twice).unwrap();
    assert_eq!(found, Findings { lost: 2, doubled: 1, strange: 1, unequal: 1, ..Findings::default() });
    trial.stop().unwrap();
}
