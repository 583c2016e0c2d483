//! Keys as HL7 v2 writes them: where each data type has its number and the names of its authority.

use super::message::Value;
use crate::SourceProfile;
use crate::scope::Key;

/// The names of an assigning authority, HD: the universal id before the namespace id, because it is more specific.
pub(super) fn authority(hd: Value<'_>) -> [Option<String>; 2] {
    [2, 1].map(|n| hd.subcomponent(n).text())
}

/// CX, a number with a check digit: PV1-19, MRG-5.
pub(super) fn cx(source: &SourceProfile, value: Value<'_>) -> Option<Key> {
    Key::of(source, &authority(value.component(4)), &value.component(1).text()?)
}

/// EI, an entity's identifier: RF1-6, ORC-2, SCH-1 and -2.
pub(super) fn ei(source: &SourceProfile, value: Value<'_>) -> Option<Key> {
    let names = [3, 2].map(|n| value.component(n).text());
    Key::of(source, &names, &value.component(1).text()?)
}

/// XCN, a person with a number: ROL-4, PRT-5, EVN-5.
pub(super) fn xcn(source: &SourceProfile, value: Value<'_>) -> Option<Key> {
    Key::of(source, &authority(value.component(9)), &value.component(1).text()?)
}
