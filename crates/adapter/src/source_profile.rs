//! What is configured about one sender.

use crate::VERSION;
use event::{Authority, FactKind, HETU_SYSTEM, MayEnd, ReferralKind, Register, StayClass, WorkerRole};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

event::listed! {
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
}

/// The number of configuration revisions between two versions of the program.
const REVISIONS: u32 = 1_000;

/// What a negative acknowledgement means to a sender's engine: the standard leaves room, and engines use it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NegativeAcknowledgement {
    /// AE: correct the message. AR: MSH-9, -11 or -12 is wrong, or send the same again later.
    #[default]
    Standard,
    /// On AE the engine sends the same again, on AR it stops. So every rejection of content is AR, and AE means that
    /// nothing could be stored.
    #[serde(rename = "ae-is-sent-again")]
    ErrorIsSentAgain,
}

/// What counts only from a source that is configured for it, because it can hide a client or join strangers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decides {
    /// That an identity code was changed (661/2009 12 §), or has ended.
    IdentityCodes,
    /// That two records are one person, or are not.
    Merges,
    /// That a turvakielto is over. Every source may report that one is set.
    NonDisclosure,
    /// That the client permits a disclosure, or lifts a prohibition: each opens data of another register. Every source
    /// may report that a permission is withdrawn or a prohibition set.
    Permissions,
    /// A whole list: what is not on it has ended. From a source without this, the lines count, and the list waits until
    /// somebody confirms it.
    Lists,
}

/// The number by which a sender's messages identify a stay. IHE asks for one of the two (PAM, Patient Visit Number).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StayKey {
    /// PV1-19, the visit number; before the visit PV1-5, the preadmit number.
    #[default]
    Visit,
    /// PID-18, the account number.
    Account,
}

/// What a type of number (HL7 table 0203) means, in addition to the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NumberType {
    /// A patient's number, as PI and MR are.
    Patient,
    /// An identity code, as NNFIN is.
    IdentityCode,
}

/// One sender, as configured. Translations are a function of this too (rule R1): a changed configuration changes the
/// translation of later messages, and of those that are translated again.
///
/// What the configuration has of it as it is, is read by serde; the rest has checks there, or holds for every sender.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
pub struct SourceProfile {
    /// The configured name; the scope of all its keys.
    #[serde(skip)]
    pub name: String,
    /// Its format.
    #[serde(skip)]
    pub format: Format,
    /// Raised when a change of the configuration changes what its messages mean; see [`SourceProfile::version`]. At
    /// most 999.
    #[serde(skip)]
    pub revision: u32,
    /// The register that its facts belong to (law 6). Social events carry their own instead.
    #[serde(skip)]
    pub register: Register,
    /// The zone of its times that have no offset.
    #[serde(skip)]
    pub zone: TimeZone,
    /// The character set of its messages if MSH-18 is empty (HL7 table 0211).
    #[serde(skip)]
    pub character_set: Option<String>,
    /// What a negative acknowledgement means to its engine.
    #[serde(rename = "refusals")]
    pub negative_acknowledgement: NegativeAcknowledgement,
    /// PV1-3.1, or a FHIR unit's identifier, as written → ward code; what is not listed is the code. A ward of another
    /// facility than the sender's own (PV1-3.4) is written `facility/ward`.
    pub wards: BTreeMap<String, String>,
    /// ROL-3.1, PRT-4.1 or a FHIR CareTeam participant's role as written → role; a worker in another role is left out.
    /// In FHIR our own codes need no entry.
    pub worker_roles: BTreeMap<String, WorkerRole>,
    /// Its codes of roles in which nobody works whom an answer names: a doctor's, a relative's.
    pub other_roles: BTreeSet<String>,
    /// Assigning authority as written in CX.4 (namespace id or universal id) → identifier system.
    pub authorities: BTreeMap<String, String>,
    /// The identifier system of the sender's own patient number; `None`: its name. A number without an assigning
    /// authority has this system.
    pub own_system: Option<String>,
    /// The identifier systems that are person-unique: only these link records (rule R6).
    #[serde(skip)]
    pub linking: BTreeSet<String>,
    /// Whether it asks everybody for an identity code before it records them. Then a client whom it knows by its own
    /// number alone has no code, and cannot be a person who is asked about by a code. From any other source such a
    /// client may be anybody.
    #[serde(rename = "asks_for_identity_codes")]
    pub asks_for_codes: bool,
    /// Whether identity codes of the range 900–999 count as a person's (demo, tests).
    #[serde(rename = "artificial_identity_codes")]
    pub artificial_hetu: bool,
    /// MSH-11 that this deployment accepts (HL7 table 0103): `P`, `T` or `D`.
    #[serde(skip)]
    pub processing_id: String,
    /// RF1-3.1 → kind; what is not listed is a referral.
    pub referral_kinds: BTreeMap<String, ReferralKind>,
    /// Whether all orders from it (OMG, OSU) are referrals, also those without 360X's own marks.
    pub orders_are_referrals: bool,
    /// The CloudEvents `source` that this sender must use; `None`: any.
    pub event_source: Option<String>,
    /// The source whose whole lists (`CurrentStaysStated`, `WorkersStated`) this sender states; `None`: its own. A list
    /// heals only what its own source reported, so an extract that another system sends needs to name that source. The
    /// configuration names it, because the sender of a list can end every stay that is not on it.
    pub lists_of: Option<String>,
    /// What it may decide.
    pub decides: BTreeSet<Decides>,
    /// PV1-2, or a FHIR `Encounter.class`, as written → class; it comes before the standard's own codes. Sites define
    /// HL7 table 0004.
    pub patient_classes: BTreeMap<String, StayClass>,
    /// The number by which its messages identify a stay.
    pub stay_key: StayKey,
    /// Types of number, CX.5 or `Identifier.type`, that make a number a patient's or an identity code beside those of
    /// the table: PI, MR, none; NNFIN.
    pub number_types: BTreeMap<String, NumberType>,
    /// Its placeholders for an unknown number, beside the usual ones (zeros, one digit repeated, `UNKNOWN`).
    pub placeholders: BTreeSet<String>,
    /// The kinds of fact that it covers: it may write no others.
    #[serde(skip)]
    pub covers: BTreeSet<FactKind>,
    /// The registers that it may write. For formats other than social events it is [`SourceProfile::register`].
    #[serde(skip)]
    pub registers: BTreeSet<Register>,
    /// How much a whole list from this sender may end without confirmation.
    #[serde(skip)]
    pub lists_may_end: MayEnd,
}

impl Default for SourceProfile {
    fn default() -> Self {
        Self::new("", Format::Hl7v2)
    }
}

impl SourceProfile {
    /// Whether anybody is lost who works in a role of this code: it is not configured, and the source speaks for workers.
    pub(crate) fn is_unknown_role(&self, code: &str) -> bool {
        let speaks = [FactKind::Workers, FactKind::HealthSocialWork, FactKind::DutyContacts];
        speaks.iter().any(|kind| self.covers.contains(kind))
            && !self.worker_roles.contains_key(code)
            && !self.other_roles.contains(code)
    }

    /// A sender with nothing configured: the patient register, UTC, the identity code links, `P`, any kind of fact.
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
            other_roles: BTreeSet::new(),
            authorities: BTreeMap::new(),
            own_system: None,
            linking: BTreeSet::from([HETU_SYSTEM.to_owned()]),
            asks_for_codes: false,
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

    /// The version of what its messages give: a function of the program's version and of the configuration's. So of two
    /// translations of one message, the one by the later configuration wins (rule R1).
    #[must_use]
    pub fn version(&self) -> u32 {
        VERSION * REVISIONS + self.revision.min(REVISIONS - 1)
    }

    /// The authority of its decisions. If it is not configured for them, a steward must confirm them.
    #[must_use]
    pub fn authority(&self, of: Decides) -> Authority {
        if self.decides.contains(&of) { Authority::Source } else { Authority::Unconfirmed }
    }

    /// The class that is configured for a code. For a code that is not listed, the format's own table decides.
    #[must_use]
    pub fn patient_class(&self, code: &str) -> Option<StayClass> {
        self.patient_classes.get(code).copied()
    }

    /// How much a whole list from it may end without confirmation: nothing, if it is not configured to decide lists.
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
