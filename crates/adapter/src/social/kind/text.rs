//! Texts, codes, numbers, and yes or no.

use super::{Given, MemberKind};
use crate::rejection::RejectionReason;
use crate::social::json;
use crate::social::kind::schema::Definitions;
use event::{HETU_SYSTEM, Identifier, Token, Ward};
use serde_json::{Value, json};

/// Characters of a key, at most.
pub(super) const MAX_KEY: usize = 200;

/// A text of at most so many characters.
pub(in crate::social) struct Text(pub(in crate::social) usize);

impl MemberKind for Text {
    type Value = String;

    fn read(&self, given: Given<'_>) -> Result<Option<String>, RejectionReason> {
        json::text(given.value, given.place(), self.0)
    }

    fn schema(&self, _: &mut Definitions) -> Value {
        json!({ "type": "string", "minLength": 1, "maxLength": self.0, "pattern": "\\S" })
    }

    /// An empty text is absent.
    fn optional_schema(&self, _: &mut Definitions) -> Value {
        json!({ "type": ["string", "null"], "maxLength": self.0 })
    }
}

/// A coded value; left out if it is not a valid code, so that no free text passes as one (law 7).
pub(in crate::social) struct Code;

impl MemberKind for Code {
    type Value = event::Code;

    fn read(&self, given: Given<'_>) -> Result<Option<event::Code>, RejectionReason> {
        Ok(given.value.as_str().and_then(|text| event::Code::try_new(text.trim()).ok()))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        let about = "A coded value: 1-64 of A-Z a-z 0-9 . _ : / -. Any other text is left out.";
        definitions.refer("code", |_| json!({ "type": "string", "description": about }))
    }
}

/// A ward or clinic, by the source's own code (PV1-3.1).
pub(in crate::social) struct WardCode;

const WARD: Text = Text(80);

impl MemberKind for WardCode {
    type Value = Ward;

    fn read(&self, given: Given<'_>) -> Result<Option<Ward>, RejectionReason> {
        Ok(WARD.read(given)?.and_then(|code| Ward::try_new(&code)))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        WARD.schema(definitions)
    }

    fn optional_schema(&self, definitions: &mut Definitions) -> Value {
        WARD.optional_schema(definitions)
    }
}

/// Henkilötunnus (661/2009 11 §). A code that fails its check is rejected: as an old code it would make another
/// person's code find nobody.
pub(in crate::social) struct IdentityCode;

impl MemberKind for IdentityCode {
    type Value = Token;

    fn read(&self, given: Given<'_>) -> Result<Option<Token>, RejectionReason> {
        let reader = given.reader;
        let Some(text) = Text(20).read(given)? else { return Ok(None) };
        let identifier = Identifier::new(HETU_SYSTEM, &text);
        let persons = identifier.hetu().is_some_and(|hetu| reader.source.artificial_hetu || !hetu.is_artificial());
        if !persons {
            return Err(RejectionReason::data_type(given.place(), "not an identity code of a person"));
        }
        Ok(Some(reader.keyring.identifier(HETU_SYSTEM, identifier.value.expose())))
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        let schema = || json!({ "description": "Henkilötunnus.", "type": "string", "minLength": 11, "maxLength": 11 });
        definitions.refer("hetu", |_| schema())
    }
}

/// Yes or no.
pub(in crate::social) struct Boolean;

impl MemberKind for Boolean {
    type Value = bool;

    fn read(&self, given: Given<'_>) -> Result<Option<bool>, RejectionReason> {
        let value = given.value.as_bool();
        value.map(Some).ok_or(RejectionReason::data_type(given.place(), "neither true nor false"))
    }

    fn schema(&self, _: &mut Definitions) -> Value {
        json!({ "type": "boolean" })
    }
}

/// A whole number in a range, and the text of the rejection of any other.
pub(in crate::social) struct Whole {
    pub(in crate::social) min: i64,
    pub(in crate::social) max: i64,
    pub(in crate::social) text: &'static str,
}

impl MemberKind for Whole {
    type Value = i64;

    fn read(&self, given: Given<'_>) -> Result<Option<i64>, RejectionReason> {
        let number = json::whole_number(given.value, given.place())?;
        let fits = (self.min..=self.max).contains(&number);
        fits.then_some(Some(number)).ok_or(RejectionReason::data_type(given.place(), self.text))
    }

    fn schema(&self, _: &mut Definitions) -> Value {
        json!({ "type": "integer", "minimum": self.min, "maximum": self.max })
    }
}
