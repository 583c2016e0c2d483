//! The kinds of members that `data` may have. One description gives both the reader and the JSON Schema, so the two
//! cannot differ.
//!
//! A [`MemberKind`] is a kind of value, a [`Field`] a member of that kind: required, optional, or with a default.

mod array;
mod client;
mod coded_value;
mod key;
mod object;
pub(in crate::social) mod schema;
mod text;
mod time;
mod worker;

pub(super) use array::Array;
pub(super) use client::Client;
pub(super) use coded_value::{
    CLASS, DEADLINE_GROUP, DIRECTION, FACT_KIND, INITIATOR, MODE, PATIENT_DATA, PERMISSION_KIND, PROHIBITION_TARGET,
    REFERRAL_KIND, ROLE, RegisterOf,
};
pub(super) use key::{Key, Scoped};
pub(super) use object::{describe_members, members, object, read_members};
pub(super) use text::{Boolean, Code, IdentityCode, Text, WardCode, Whole};
pub(super) use time::{BEGINS, DayMeans, ENDED, LASTS, Moment, Time};
pub(super) use worker::{AssignedWorker, Identified, KnownWorker, Substitute, Worker};

use super::json::Object;
use super::reader::Reader;

use crate::identifiers::Identifiers;
use crate::rejection::{MessagePlace, Path, RejectionCode, RejectionReason};
use event::{Instant, Presented, StreamId};
use schema::{Definitions, nullable};
use serde_json::Value;

/// A kind of value.
pub(super) trait MemberKind {
    type Value;

    /// `None`: an empty text, which is the same as an absent one.
    fn read(&self, given: Given<'_>) -> Result<Option<Self::Value>, RejectionReason>;

    /// The schema of a value that must be there.
    fn schema(&self, definitions: &mut Definitions) -> Value;

    /// The schema of a value that may be absent.
    fn optional_schema(&self, definitions: &mut Definitions) -> Value {
        nullable(self.schema(definitions))
    }
}

/// A value that is there, and where.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) value: &'a Value,
    pub(super) path: Path,
}

impl<'a> Given<'a> {
    pub(super) fn place(self) -> MessagePlace {
        MessagePlace::Path(self.path)
    }

    /// The members of an object.
    pub(super) fn members(self) -> Result<Members<'a>, RejectionReason> {
        let object = Object::of(self.value).ok_or(RejectionReason::data_type(self.place(), "not an object"))?;
        Ok(Members { reader: self.reader, object, path: self.path })
    }
}

/// The members of an object, and its place.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) object: Object<'a>,
    pub(super) path: Path,
}

impl Members<'_> {
    /// Reads the member of that name.
    pub(super) fn read<F: Field>(self, name: &'static str, field: &F) -> Result<F::Value, RejectionReason> {
        let path = self.path.then(name);
        let given = self.object.member(name).map(|value| Given { reader: self.reader, value, path });
        field.read(given, self.reader, path)
    }

    /// The client's stream, and the identifiers that find it.
    pub(super) fn stream_of(self, client: &Identifiers) -> Result<(StreamId, Vec<Presented>), RejectionReason> {
        let Reader { source, keyring, .. } = self.reader;
        let place = MessagePlace::Path(self.path.then("client").then("identifiers"));
        let missing =
            RejectionReason::new(RejectionCode::RequiredFieldMissing, place, "no identifier that can key a record");
        let record = client.record(source, keyring).ok_or(missing)?;
        Ok((record, client.presented(source, keyring)))
    }
}

/// A member.
pub(super) trait Field {
    type Value;

    const REQUIRED: bool;

    /// `given` is `None` if the member is absent or `null`.
    fn read(&self, given: Option<Given<'_>>, reader: Reader<'_>, path: Path) -> Result<Self::Value, RejectionReason>;

    fn schema(&self, definitions: &mut Definitions) -> Value;
}

/// It must be there.
pub(super) struct Required<K>(pub(super) K);

impl<K: MemberKind> Field for Required<K> {
    type Value = K::Value;

    const REQUIRED: bool = true;

    fn read(&self, given: Option<Given<'_>>, _: Reader<'_>, path: Path) -> Result<K::Value, RejectionReason> {
        let value = given.map(|given| self.0.read(given)).transpose()?.flatten();
        value.ok_or(RejectionReason::missing(MessagePlace::Path(path)))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        self.0.schema(definitions)
    }
}

/// It may be absent or `null`, which is the same.
pub(super) struct Optional<K>(pub(super) K);

impl<K: MemberKind> Field for Optional<K> {
    type Value = Option<K::Value>;

    const REQUIRED: bool = false;

    fn read(&self, given: Option<Given<'_>>, _: Reader<'_>, _: Path) -> Result<Option<K::Value>, RejectionReason> {
        Ok(given.map(|given| self.0.read(given)).transpose()?.flatten())
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        self.0.optional_schema(definitions)
    }
}

/// A time; if it is absent, the event's own counts.
pub(super) struct OrHappened<K>(pub(super) K);

impl<K: MemberKind<Value = Instant>> Field for OrHappened<K> {
    type Value = Instant;

    const REQUIRED: bool = false;

    fn read(&self, given: Option<Given<'_>>, reader: Reader<'_>, _: Path) -> Result<Instant, RejectionReason> {
        let at = given.map(|given| self.0.read(given)).transpose()?.flatten();
        Ok(at.unwrap_or(reader.happened_at))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        self.0.optional_schema(definitions)
    }
}
