//! Words of the configuration for values of other crates, whose own names are for their own purposes.

use event::{ReferralKind, StayClass, WorkerRole};
use jiff::civil::Weekday;
use serde::de::{Deserialize, Deserializer, Error};
use std::collections::BTreeMap;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident of $domain:ident: $($word:literal $value:ident),*) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name($domain);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match String::deserialize(deserializer)?.as_str() {
                    $($word => Ok(Self($domain::$value)),)*
                    other => Err(D::Error::unknown_variant(other, &[$($word),*])),
                }
            }
        }

        impl From<$name> for $domain {
            fn from(word: $name) -> Self {
                word.0
            }
        }
    };
}

words!(
    /// A day of the week.
    Day of Weekday: "mon" Monday, "tue" Tuesday, "wed" Wednesday, "thu" Thursday, "fri" Friday, "sat" Saturday,
    "sun" Sunday
);
words!(
    /// The class of a stay that a code stands for.
    Class of StayClass: "emergency" Emergency, "inpatient" Inpatient, "outpatient" Outpatient
);
words!(
    /// The kind of a referral that a code stands for.
    Kind of ReferralKind: "referral" Referral, "contact" Contact, "notice" Notice
);
words!(
    /// The role that a code stands for.
    Role of WorkerRole: "own-worker" OwnWorker, "responsible-worker" ResponsibleWorker, "work-pair" WorkPair,
    "childs-social-worker" ChildsSocialWorker, "health-social-worker" HealthSocialWorker, "case-manager" CaseManager,
    "duty-social-service" DutySocialService
);

/// Codes with what they stand for.
pub fn meanings<W: Into<V>, V>(words: BTreeMap<String, W>) -> BTreeMap<String, V> {
    words.into_iter().map(|(code, word)| (code, word.into())).collect()
}
