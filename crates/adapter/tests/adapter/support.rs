//! Configured senders, keys and sample files for the tests.

use adapter::{Decides, Format, Outcome, SourceProfile, Translation, translate};
use event::{Event, Keyring, ReferralKind, StayClass, WorkerRole};
use jiff::tz::TimeZone;
use std::path::PathBuf;
use std::sync::{LazyLock, Once};

pub static KEYS: LazyLock<Keyring> = LazyLock::new(|| {
    let key = "42".repeat(32);
    Keyring::parse(&format!("[index]\nid = 1\nkey = \"{key}\"\n[[seal]]\nid = 1\nkey = \"{key}\"\n")).unwrap()
});

/// All that a source may be configured to decide.
const DECIDES: [Decides; 5] =
    [Decides::IdentityCodes, Decides::Merges, Decides::NonDisclosure, Decides::Permissions, Decides::Lists];

/// A hospital's ADT and REF feed.
pub fn hospital() -> SourceProfile {
    let mut source = SourceProfile::new("kys-adt", Format::Hl7v2);
    source.zone = TimeZone::get("Europe/Helsinki").unwrap();
    source.own_system = Some("kys-potilas".to_owned());
    source.authorities = [("KYS", "kys-potilas"), ("1.2.246.10.99999999.10.1", "kys-potilas")]
        .map(|(written, system)| (written.to_owned(), system.to_owned()))
        .into();
    source.artificial_hetu = true;
    source.decides = DECIDES.into();
    let roles = [("TSOS", WorkerRole::HealthSocialWorker), ("CM", WorkerRole::CaseManager)];
    source.worker_roles = roles.map(|(code, role)| (code.to_owned(), role)).into();
    let kinds = [("YHT", ReferralKind::Contact), ("ILM", ReferralKind::Notice), ("LAH", ReferralKind::Referral)];
    source.referral_kinds = kinds.map(|(code, kind)| (code.to_owned(), kind)).into();
    source
}

/// A county's social-care system.
pub fn county() -> SourceProfile {
    let mut source = SourceProfile::new("apollo", Format::Social);
    source.own_system = Some("apollo-asiakas".to_owned());
    source.authorities = [("KYS", "kys-potilas"), ("https://kys.example/lahete", "kys-lahete")]
        .map(|(written, system)| (written.to_owned(), system.to_owned()))
        .into();
    source.artificial_hetu = true;
    source.decides = DECIDES.into();
    source.event_source = Some("//pohde.example/asiakastieto".to_owned());
    source
}

/// A hospital's, or a county's, FHIR feed.
pub fn fhir() -> SourceProfile {
    let mut source = SourceProfile::new("kys-fhir", Format::Fhir);
    source.zone = TimeZone::get("Europe/Helsinki").unwrap();
    source.own_system = Some("kys-potilas".to_owned());
    source.authorities =
        [("urn:oid:1.2.246.10.99999999.10.1", "kys-potilas"), ("https://kys.example/lahete", "kys-lahete")]
            .map(|(written, system)| (written.to_owned(), system.to_owned()))
            .into();
    source.artificial_hetu = true;
    source.decides = DECIDES.into();
    let kinds = [("YHT", ReferralKind::Contact), ("ILM", ReferralKind::Notice)];
    source.referral_kinds = kinds.map(|(code, kind)| (code.to_owned(), kind)).into();
    source.worker_roles = [("TSOS".to_owned(), WorkerRole::HealthSocialWorker)].into();
    source.patient_classes = [("PAIVYSTYS".to_owned(), StayClass::Emergency)].into();
    source
}

/// The folder and the extension of a format's samples.
pub fn place(format: Format) -> (&'static str, &'static str) {
    match format {
        Format::Hl7v2 => ("hl7v2", "hl7"),
        Format::Social => ("social", "json"),
        Format::Fhir => ("fhir", "json"),
    }
}

/// The samples of a format, sorted by name.
pub fn samples(format: Format) -> Vec<(String, Vec<u8>)> {
    static MISSING: Once = Once::new();
    MISSING.call_once(crate::sample_of::write_missing);
    let (folder, extension) = place(format);
    let folder = messages().join(folder);
    let mut samples = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|found| found == extension) {
            samples.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()));
        }
    }
    samples.sort();
    assert!(samples.len() > 20, "the samples are gone");
    samples
}

pub fn sample(format: Format, name: &str) -> Vec<u8> {
    samples(format).into_iter().find(|(found, _)| found == name).unwrap().1
}

pub fn messages() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/messages"))
}

pub fn source(format: Format) -> SourceProfile {
    match format {
        Format::Hl7v2 => hospital(),
        Format::Social => county(),
        Format::Fhir => fhir(),
    }
}

/// As on the wire: files have LF, MLLP has CR.
pub fn on_the_wire(file: &[u8]) -> Vec<u8> {
    file.iter().map(|byte| if *byte == b'\n' { b'\r' } else { *byte }).collect()
}

pub fn give(source: &SourceProfile, bytes: &[u8]) -> Translation {
    translate(source, &KEYS, bytes)
}

pub fn events(source: &SourceProfile, bytes: &[u8]) -> Vec<Event> {
    match give(source, bytes).outcome {
        Outcome::Events(events) => events,
        Outcome::Ignored => Vec::new(),
        Outcome::Rejected(rejection) => panic!("{rejection}"),
    }
}

/// Whether snapshots are made anew.
#[expect(clippy::disallowed_methods, reason = "insta's own switch, which is no setting of the product")]
pub fn made_anew() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
}

/// Compares with the kept file, or makes it anew when snapshots are made anew.
pub fn kept(file: &str, text: &str) {
    let path = messages().join(file);
    if made_anew() {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "{} is no longer true: make it anew, and read it", path.display());
}
