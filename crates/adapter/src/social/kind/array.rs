//! Arrays.

use super::{Given, MemberKind};
use crate::rejection::RejectionReason;
use crate::social::kind::schema::Definitions;
use serde_json::{Value, json};

/// An array of values of one kind.
pub(in crate::social) struct Array<K> {
    pub(in crate::social) of: K,
    /// An array with fewer elements counts as absent.
    pub(in crate::social) min: usize,
    /// The most elements, and the text of the rejection of a longer array.
    pub(in crate::social) max: Option<(usize, &'static str)>,
}

impl<K: MemberKind> MemberKind for Array<K> {
    type Value = Vec<K::Value>;

    fn read(&self, given: Given<'_>) -> Result<Option<Self::Value>, RejectionReason> {
        let place = given.place();
        let values = given.value.as_array().ok_or(RejectionReason::data_type(place, "not an array"))?;
        if let Some((max, text)) = self.max
            && values.len() > max
        {
            return Err(RejectionReason::too_large(place, text));
        }
        if values.len() < self.min {
            return Err(RejectionReason::missing(place));
        }
        let element = |(n, value)| {
            let element = self.of.read(Given { value, ..given });
            let element = element.map_err(|fault| fault.in_line(n, given.path))?;
            element.ok_or(RejectionReason::data_type(place, "an empty text in a list"))
        };
        values.iter().enumerate().map(element).collect::<Result<_, _>>().map(Some)
    }

    fn schema(&self, definitions: &mut Definitions) -> Value {
        let mut schema = json!({ "type": "array", "items": self.of.schema(definitions) });
        if self.min > 0 {
            schema["minItems"] = json!(self.min);
        }
        if let Some((max, _)) = self.max {
            schema["maxItems"] = json!(max);
        }
        schema
    }
}
