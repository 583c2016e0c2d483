//! What the configuration says of one sender.

use crate::VERSION;
use event::{Authority, FactKind, HETU_SYSTEM, MayEnd, ReferralKind, Register, StayClass, WorkerRole};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The format a sender speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// HL7 v2, over MLLP.
    Hl7v2,
    /// Social care's CloudEvents 1.0 in JSON, over HTTP.
    Social,
    /// FHIR R4 message and transaction bundles in JSON, over HTTP.
    Fhir,
}

/// So many revisions of a configuration have a place below the next version of the program.
const REVISIONS: u32 = 1_000;

/// What a refusal means to a sender's engine: the standard leaves room, and engines use it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NegativeAcknowledgement {
    /// AE: mend the message. AR: MSH-9, -11 or -12, or send the same again later.
    #[default]
    Standard,
    /// AE makes it send the same again, AR makes it stop: so every refusal of content is AR, and AE is said of what
    /// could not be stored.
    #[serde(rename = "ae-is-sent-again")]
    ErrorIsSentAgain,
}

/// What counts only from a source that is configured for it: each can hide somebody, or bring strangers together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decides {
    /// That an identity code was changed (661/2009 12 §), or has ended.
    IdentityCodes,
    /// That two records are, or are not, one person.
    Merges,
    /// That a turvakielto is over. That one is set counts from every source.
    NonDisclosure,
    /// The whole of what is so: what is not on the list has ended. Of another source's list the lines count, and the list
    /// waits until somebody confirms it.
    Lists,
}

/// By which number a sender's messages know a stay. IHE asks for one of the two (PAM, Patient Visit Number).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StayKey {
    /// PV1-19, the visit number; before the visit PV1-5, the preadmit number.
    #[default]
    Visit,
    /// PID-18, the account number.
    Account,
}

/// What a type of number (HL7 table 0203) means beside what the table itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberType {
    /// A patient's number, as PI and MR are.
    Patient,
    /// An identity code, as NNFIN is.
    IdentityCode,
}

/// One sender, as configured. What it gives is a function of this too (rule R1): a changed configuration changes
/// later messages, and those that are translated again.
#[derive(Clone, Debug)]
pub struct SourceProfile {
    /// The configured name; the scope of all its keys.
    pub name: String,
    /// What it speaks.
    pub format: Format,
    /// Raised when what is configured here changes what its messages mean; see [`SourceProfile::version`]. At most 999.
    pub revision: u32,
    /// The register that its facts belong to (law 6). Social events carry their own instead.
    pub register: Register,
    /// The zone of its times that have no offset.
    pub zone: TimeZone,
    /// The character set of its messages where MSH-18 is silent (HL7 table 0211).
    pub character_set: Option<String>,
    /// What a refusal means to it.
    pub negative_acknowledgement: NegativeAcknowledgement,
    /// PV1-3.1, or a FHIR unit's identifier, as written → ward code; what is not listed is the code. A ward of another
    /// facility than the sender's own (PV1-3.4) is written `facility/ward`.
    pub wards: BTreeMap<String, String>,
    /// ROL-3.1, PRT-4.1 or a FHIR CareTeam participant's role as written → role; who is in another role is passed over. In
    /// FHIR our own words need no entry.
    pub worker_roles: BTreeMap<String, WorkerRole>,
    /// Assigning authority as written in CX.4 (namespace id or universal id) → identifier system.
    pub authorities: BTreeMap<String, String>,
    /// The identifier system of the sender's own patient number; `None`: its name. A number without an assigning
    /// authority is of this system.
    pub own_system: Option<String>,
    /// The identifier systems that are person-unique: only these link records (rule R6).
    pub linking: BTreeSet<String>,
    /// Whether identity codes of the range 900–999 are taken for a person's (demo, tests).
    pub artificial_hetu: bool,
    /// MSH-11 that this deployment accepts (HL7 table 0103): `P`, `T` or `D`.
    pub processing_id: String,
    /// RF1-3.1 → kind; what is not listed is a referral.
    pub referral_kinds: BTreeMap<String, ReferralKind>,
    /// Whether all of its orders (OMG, OSU) are referrals, also those that do not say so by 360X's own marks.
    pub orders_are_referrals: bool,
    /// The CloudEvents `source` that this sender must use; `None`: any.
    pub event_source: Option<String>,
    /// The source whose whole lists (`CurrentStaysStated`, `WorkersStated`) this sender states; `None`: its own. A list
    /// heals only what its source told, so an extract that another system sends must say whose it is: by configuration,
    /// for whoever states a list can end every stay on it.
    pub lists_of: Option<String>,
    /// What it may decide.
    pub decides: BTreeSet<Decides>,
    /// PV1-2, or a FHIR `Encounter.class`, as written → class; before what the standard's own codes mean. HL7 table 0004 is
    /// for the sites to define.
    pub patient_classes: BTreeMap<String, StayClass>,
    /// By which number its messages know a stay.
    pub stay_key: StayKey,
    /// Types of number, CX.5 or `Identifier.type`, that make a number a patient's or an identity code beside those of
    /// the table: PI, MR, none; NNFIN.
    pub number_types: BTreeMap<String, NumberType>,
    /// What it writes where a number is not known, beside the usual (zeros, one digit repeated, `UNKNOWN`).
    pub placeholders: BTreeSet<String>,
    /// What it speaks for: of other kinds it may write nothing.
    pub covers: BTreeSet<FactKind>,
    /// The registers that it may write. Of other formats than social events' it is [`SourceProfile::register`].
    pub registers: BTreeSet<Register>,
    /// How much of what stood before a whole list of its may end on its own.
    pub lists_may_end: MayEnd,
}

impl SourceProfile {
    /// A sender of which nothing more is known: the patient register, UTC, the identity code links, `P`, any kind of fact.
    #[must_use]
    pub fn new(name: &str, format: Format) -> Self {
        Self {
            name: name.to_owned(),
            format,
            revision: 0,
            register: Register::Patient,
            zone: TimeZone::UTC,
            character_set: None,
            negative_acknowledgement: NegativeAcknowledgement::Standard,
            wards: BTreeMap::new(),
            worker_roles: BTreeMap::new(),
            authorities: BTreeMap::new(),
            own_system: None,
            linking: BTreeSet::from([HETU_SYSTEM.to_owned()]),
            artificial_hetu: false,
            processing_id: "P".to_owned(),
            referral_kinds: BTreeMap::new(),
            orders_are_referrals: false,
            event_source: None,
            lists_of: None,
            decides: BTreeSet::new(),
            patient_classes: BTreeMap::new(),
            stay_key: StayKey::default(),
            number_types: BTreeMap::new(),
            placeholders: BTreeSet::new(),
            covers: FactKind::ALL.iter().copied().collect(),
            registers: BTreeSet::from([Register::Patient, Register::Social]),
            lists_may_end: MayEnd::USUAL,
        }
    }

    /// The version of what its messages give: a function of the program's version and of the configuration's, so that of
    /// two readings of one message that of the later configuration wins too (rule R1).
    #[must_use]
    pub fn version(&self) -> u32 {
        VERSION * REVISIONS + self.revision.min(REVISIONS - 1)
    }

    /// With what authority it decides that: without being configured for it, a steward has to confirm.
    #[must_use]
    pub fn authority(&self, of: Decides) -> Authority {
        if self.decides.contains(&of) { Authority::Source } else { Authority::Unconfirmed }
    }

    /// The class that the configuration gives a code. What it does not list, a format knows by its own table, or not.
    #[must_use]
    pub fn patient_class(&self, code: &str) -> Option<StayClass> {
        self.patient_classes.get(code).copied()
    }

    /// How much of what stood before a whole list of its may end on its own: without being configured for it, nothing.
    #[must_use]
    pub fn may_end(&self) -> MayEnd {
        if self.decides.contains(&Decides::Lists) { self.lists_may_end } else { MayEnd::Nothing }
    }

    /// The identifier system of its own patient numbers.
    #[must_use]
    pub fn own_system(&self) -> &str {
        self.own_system.as_deref().unwrap_or(&self.name)
    }
}
