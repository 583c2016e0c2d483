//! What is decided about: kinds of data, and the classes of service tasks.

use serde::{Deserialize, Serialize};

/// Members, each with its name.
macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $member:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $($(#[$doc])* $member,)*
        }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$member),*];

            /// Its name, in the configuration and the log.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$member => $text,)*
                }
            }
        }
    };
}

named! {
    /// A kind of data of one register.
    Data {
        /// Stays, without their place.
        Stays = "stays",
        /// The ward and unit of a stay.
        StayPlace = "stay-place",
        /// Referrals, contacts, notices, requests to work together.
        Referrals = "referrals",
        /// Social work in health care.
        HealthSocialWork = "health-social-work",
        /// Who works with the client.
        Workers = "workers",
        /// Cases and clientships.
        Clientships = "clientships",
        /// Assessments of the need for services.
        Assessments = "assessments",
        /// That there is a plan.
        Plans = "plans",
        /// Decisions on services.
        Decisions = "decisions",
        /// Services.
        Services = "services",
        /// Contacts of the duty social service.
        DutyContacts = "duty-contacts",
        /// Contacts with the client, as a count.
        Contacts = "contacts",
        /// Who the client is: name, language, death.
        Person = "person",
        /// What the client permits and forbids.
        Permissions = "permissions",
    }
}

named! {
    /// The class of a service task (palvelutehtävä): what the decree provides for it holds for its class (STM 457/2024
    /// 12 §–15 §).
    ServiceClass {
        /// Lapsiperheiden palvelut.
        Families = "families",
        /// Työikäisten palvelut.
        WorkingAge = "working-age",
        /// Iäkkäiden palvelut.
        Older = "older",
        /// Vammaispalvelut.
        Disability = "disability",
        /// Lastensuojelu.
        ChildProtection = "child-protection",
        /// Päihdehuolto.
        Substance = "substance",
        /// Perheoikeudelliset palvelut.
        FamilyLaw = "family-law",
        /// Turvakoti.
        Shelter = "shelter",
        /// Perheasioiden sovittelu.
        Mediation = "mediation",
    }
}

impl ServiceClass {
    /// The class whose own name the code is.
    #[must_use]
    pub fn of_name(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.name() == code)
    }
}
