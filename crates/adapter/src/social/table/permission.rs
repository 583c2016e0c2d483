//! What the client permits and forbids. The register is that of the data a prohibition covers, and of who recorded a
//! permission; which way data may go is `direction`.

use super::rows;
use super::staff::distinct;
use crate::rejection::{MessagePlace, Path, RejectionReason};
use crate::social::kind::{
    Array, BEGINS, Code, DIRECTION, Key, LASTS, Optional, PATIENT_DATA, PERMISSION_KIND, PROHIBITION_TARGET, Required,
    Scoped,
};
use event::{PermissionGiven, ProhibitionSet, Token};

const TASKS: Optional<Array<Code>> =
    Optional(Array { of: Code, min: 0, max: Some((100, "more than 100 service tasks")) });

rows! {
    /// The client permits a disclosure (703/2023 6 §, 53 §, 58 §). Only from a source that is configured to decide it.
    PermissionGiven: Begins, Client {
        permission: Required(Key("permission")),
        kind: Required(PERMISSION_KIND),
        /// Which way data may go: each way is permitted separately.
        direction: Required(DIRECTION),
        /// The organisation that may receive, by its OID; absent: those of the county.
        organisation: Optional(Code),
        /// The service tasks whose data it names; none: no social data.
        service_tasks: TASKS,
        /// The patient data that it names.
        patient_data: Optional(PATIENT_DATA),
        /// Only what happened from then on.
        recorded_from: Optional(BEGINS),
        /// Only what happened until then.
        recorded_to: Optional(LASTS),
        /// When it ends by itself; absent: it holds until it is withdrawn.
        until: Optional(LASTS),
    } => |_| PermissionGiven {
        permission,
        kind,
        direction,
        organisation,
        service_tasks: distinct(service_tasks.unwrap_or_default()),
        patient_data,
        recorded_from,
        recorded_to,
        until,
    };

    /// The client withdraws a permission (703/2023 58 §).
    PermissionWithdrawn: Begins, Client { permission: Required(Key("permission")) };

    /// The client forbids a disclosure of data of this register (703/2023 59 §).
    ProhibitionSet: Begins, Client {
        prohibition: Required(Key("prohibition")),
        target: Required(PROHIBITION_TARGET),
        /// The controller, if it is the target: its OID.
        target_controller: Optional(Code),
        /// The service task, if it is the target.
        service_task: Optional(Code),
        /// The stay, if it is the target: its visit number.
        stay: Optional(Scoped("stay")),
        /// The plan, if a document is the target: one document, not several.
        plan: Optional(Key("plan")),
        /// The assessment, if a document is the target.
        assessment: Optional(Key("assessment")),
        /// The decision, if a document is the target.
        decision: Optional(Key("decision")),
    } with |_reader| document = one_document([("plan", plan), ("assessment", assessment), ("decision", decision)])?
    => |_| ProhibitionSet { prohibition, target, controller: target_controller, service_task, stay, document };

    /// The client lifts a prohibition. Only from a source that is configured to decide it.
    ProhibitionLifted: Begins, Client { prohibition: Required(Key("prohibition")) };
}

/// Which document is forbidden. A second one would be left out, and shown.
fn one_document(named: [(&'static str, Option<Token>); 3]) -> Result<Option<Token>, RejectionReason> {
    let mut all = named.into_iter().filter_map(|(name, key)| Some((name, key?)));
    let first = all.next().map(|(_, key)| key);
    match all.next() {
        None => Ok(first),
        Some((name, _)) => Err(RejectionReason::data_type(
            MessagePlace::Path(Path::DATA.then(name)),
            "more than one: each is an event of its own",
        )),
    }
}
