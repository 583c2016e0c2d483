//! What a source may be configured with.

use super::*;

/// A source whose certificate nobody asks for would be spoken for by everybody.
#[test]
fn a_sources_certificate_is_one_that_the_listener_asks_for() {
    let with = |more: &str, certificate: &str| {
        problems(&format!("{SOURCE}certificate = {certificate:?}\n[mllp.tls]\ncertificate = 'c'\nkey = 'k'\n{more}"))
    };
    assert_eq!(with("client_authority = 'a'", "kys.example"), "");
    assert!(with("", "kys.example").contains("give mllp.tls.client_authority"));
    assert!(with("client_authority = 'a'", "*.example").contains("subject alternative names"));
    assert!(with("client_revocations = 'r'", "x").contains("client_revocations: without client_authority"));
    assert!(problems(&format!("{SOURCE}certificate = 'x'")).contains("give mllp.tls.client_authority"));
    let social = SOURCE.replace("hl7v2", "social");
    assert!(problems(&format!("{social}certificate = 'x'")).contains("certificate is for an hl7v2 source"));
    assert!(problems("[mllp.tls]\ncertificate = 'c'").contains("key"));
}

#[test]
fn a_later_revision_of_a_source_outranks_an_earlier_one_and_no_later_program() {
    let version = |more: &str| read(&format!("{SOURCE}{more}")).unwrap().senders[0].source.version();
    assert!(version("") < version("revision = 1") && version("revision = 1") < version("revision = 999"));
    assert!(version("revision = 999") < (adapter::VERSION + 1) * 1_000);
    assert!(problems(&format!("{SOURCE}revision = 1000")).contains("revision is at most 999"));
    let token = "a".repeat(64);
    let with_token = read(&format!("{SOURCE}token_sha256 = \"{token}\"")).unwrap();
    assert_eq!(with_token.senders[0].token_sha256, Some([0xaa; 32]), "for asking only");
    assert!(matches!(with_token.senders[0].identified_by, IdentifiedBy::Header { .. }));
}

#[test]
fn a_source_is_read_with_what_is_usual() {
    let config = read(&format!("time_zone = \"Europe/Stockholm\"\nprocessing_id = \"T\"\n{SOURCE}")).unwrap();
    let source = &config.senders[0].source;
    assert_eq!(source.zone.iana_name(), Some("Europe/Stockholm"));
    assert_eq!(source.processing_id, "T");
    assert!(source.linking.contains("kys") && source.linking.contains(event::HETU_SYSTEM));
    assert!(matches!(config.senders[0].when_unavailable, WhenUnavailable::Close));
}

#[test]
fn a_source_has_its_own_ways() {
    let own = r#"
        character_set = "8859/15"
        refusals = "ae-is-sent-again"
        orders_are_referrals = true
        stay_key = "account"
        [source.patient_classes]
        ED = "emergency"
        DAY = "outpatient"
        [source.wards]
        "OS 12" = "12"
        [source.worker_roles]
        TSOS = "health-social-worker"
        [source.number_types]
        PT = "patient"
        HETU = "identity-code"
    "#;
    let own = format!("placeholders = [\"EI-TIEDOSSA\"]\nother_roles = [\"OMALAAK\"]\n{own}");
    let config = read(&format!("{SOURCE}{own}")).unwrap();
    let source = &config.senders[0].source;
    assert_eq!(source.character_set.as_deref(), Some("8859/15"));
    assert_eq!(source.negative_acknowledgement, adapter::NegativeAcknowledgement::ErrorIsSentAgain);
    assert!(source.orders_are_referrals);
    assert_eq!(source.wards["OS 12"], "12");
    assert_eq!(source.stay_key, adapter::StayKey::Account);
    assert_eq!(source.patient_class("ED"), Some(event::StayClass::Emergency));
    assert_eq!(source.patient_class("DAY"), Some(event::StayClass::Outpatient));
    assert_eq!(source.patient_class("EMER"), None);
    assert_eq!(source.worker_roles["TSOS"], event::WorkerRole::HealthSocialWorker);
    assert_eq!((source.worker_roles.len(), source.other_roles.contains("OMALAAK")), (1, true));
    let types = [("HETU", adapter::NumberType::IdentityCode), ("PT", adapter::NumberType::Patient)];
    assert_eq!(source.number_types, types.map(|(code, it)| (code.to_owned(), it)).into());
    assert_eq!(source.placeholders, ["EI-TIEDOSSA".to_owned()].into());
    assert!(problems(&format!("{SOURCE}[source.number_types]\nAN = \"account\"")).contains("number_types"));
    assert!(problems(&format!("{SOURCE}character_set = \"UTF-16\"")).contains("character_set"));
    assert!(problems(&format!("{SOURCE}[source.worker_roles]\nTSOS = \"doctor\"")).contains("worker_roles"));
    let social = SOURCE.replace("hl7v2", "social");
    assert!(problems(&format!("{social}refusals = \"standard\"")).contains("refusals is for an hl7v2 source"));
    assert!(problems(&format!("{social}stay_key = \"visit\"")).contains("stay_key is for an hl7v2 source"));
    assert!(problems(&format!("{SOURCE}[source.patient_classes]\nED = \"clinic\"")).contains("patient_classes"));
}

/// Whoever states a list can end every stay on it: of another source only if the configuration allows it.
#[test]
fn lists_are_a_sources_own_unless_the_file_says_whose() {
    let digest = "0".repeat(64);
    let extract = |more: &str| {
        format!(
            "{SOURCE}\n[[source]]\nname = 'extract'\nformat = 'social'\ncovers = ['stays']\nsilence = '24h'\ntoken_sha256 = '{digest}'\n{more}"
        )
    };
    let lists_of = |more: &str| read(&extract(more)).unwrap().senders[1].source.lists_of.clone();
    let may_end = |more: &str| read(&extract(more)).unwrap().senders[1].source.may_end();
    assert_eq!(may_end(""), MayEnd::Nothing, "of whom nothing is configured: each waits for a confirmation");
    assert_eq!(may_end("decides = ['lists']"), MayEnd::USUAL);
    let own = "decides = ['lists']\n[lists]\nends_share = 0.251\nends_at_least = 3";
    assert_eq!(may_end(own), MayEnd::UpTo { percent: 26, at_least: 3 });
    for wrong in ["1.1", "-0.1", "nan"] {
        assert!(problems(&extract(&format!("[lists]\nends_share = {wrong}"))).contains("lists.ends_share"), "{wrong}");
    }
    assert!(problems(&format!("{SOURCE}decides = ['lists']")).contains("lists are stated by a social source"));
    assert_eq!(lists_of(""), None);
    assert_eq!(lists_of("lists_of = 'kys'"), Some("kys".to_owned()));
    let authorities = read(&extract("")).unwrap().senders[1].source.authorities.clone();
    assert_eq!(authorities["kys"], "kys", "another source's name is a name of its own system");
    let own = |more: &str| read(&extract(more)).unwrap().senders[1].source.own_system().to_owned();
    assert_eq!(own(""), "extract");
    assert_eq!(own("lists_of = 'kys'"), "kys", "a list's numbers are those of the source that it is a list of");
    assert_eq!(own("lists_of = 'kys'\nown_system = 'other'"), "other");
    assert!(problems(&extract("lists_of = 'tk'")).contains("there is no source \"tk\""));
    assert!(problems(&format!("{SOURCE}lists_of = 'kys'")).contains("lists_of is for a social source"));
}

/// What may hide somebody, or bring strangers together, counts from those who are configured for it.
#[test]
fn a_source_decides_and_writes_what_the_file_says() {
    use adapter::Decides::{IdentityCodes, Merges, NonDisclosure};
    use event::Register::{Patient, Social};
    let source = |more: &str| read(&format!("{SOURCE}{more}")).unwrap().senders[0].source.clone();
    assert!(source("").decides.is_empty());
    let all = "decides = ['identity-codes', 'merges', 'non-disclosure']";
    assert_eq!(source(all).decides, [IdentityCodes, Merges, NonDisclosure].into());
    assert!(problems(&format!("{SOURCE}decides = ['everything']")).contains("decides"));
    let copies =
        |more: &str| read(&format!("{SOURCE}decides = ['permissions']\n{more}")).unwrap().county.policy.copies.clone();
    assert_eq!(copies("permissions_valid_for = '24h'").into_values().collect::<Vec<_>>(), [86_400]);
    assert!(copies("").is_empty());
    let of_none = problems(&format!("{SOURCE}permissions_valid_for = '24h'"));
    assert!(of_none.contains("permissions_valid_for is for a source that decides permissions"), "{of_none}");
    assert_eq!((source("").covers, source("").registers), ([event::FactKind::Stays].into(), [Patient].into()));
    assert!(problems(&format!("{SOURCE}registers = ['social']")).contains("registers is for a social source"));
    let digest = "0".repeat(64);
    let social = |covers: &str, more: &str| {
        format!(
            "[[source]]\nname = 's'\nformat = 'social'\ncovers = [{covers}]\nsilence = '1h'\ntoken_sha256 = '{digest}'\n{more}"
        )
    };
    let registers = |covers: &str, more: &str| read(&social(covers, more)).unwrap().senders[0].source.registers.clone();
    assert_eq!(registers("'clientships', 'workers'", ""), [Social].into());
    assert_eq!(registers("'health-social-work'", ""), [Patient, Social].into());
    assert_eq!(registers("'health-social-work'", "registers = ['patient']"), [Patient].into());
    assert!(problems(&social("'workers'", "registers = []")).contains("registers is empty"));
}

#[test]
fn a_fhir_source_is_known_by_its_token_and_has_a_register() {
    let fhir =
        |more: &str| format!("[[source]]\nname = 'f'\nformat = 'fhir'\ncovers = ['stays']\nsilence = '30m'\n{more}");
    let digest = "0".repeat(64);
    let config = read(&fhir(&format!(
        "register = 'patient'\ntoken_sha256 = '{digest}'\nworker_roles = {{ TSOS = 'health-social-worker' }}"
    )));
    let config = config.unwrap();
    let source = &config.senders[0].source;
    assert_eq!((source.format, source.register), (adapter::Format::Fhir, event::Register::Patient));
    assert_eq!(source.worker_roles["TSOS"], event::WorkerRole::HealthSocialWorker);
    let reported = problems(&fhir("application = 'A'"));
    for problem in ["token_sha256 is missing", "register is missing", "application is for"] {
        assert!(reported.contains(problem), "{reported}");
    }
}

/// What `rinnakkain feed` prints is pasted, and filled in by a person.
#[test]
fn what_nobody_has_filled_in_is_refused() {
    let listed = problems(&format!("{SOURCE}contact = \"?\"\n[source.authorities]\nKSH = \"urn:oid:...\""));
    assert!(
        listed.contains("authorities: an authority has no system yet") && listed.contains("contact: write whom"),
        "{listed}"
    );
    let listed = problems(&format!("{SOURCE}other_token_sha256 = \"{}\"", "a".repeat(64)));
    assert!(listed.contains("other_token_sha256 is the second of two"), "{listed}");
    let two = SOURCE.replace("kys", "tk").replace("application = ", "application = \"B\" # ");
    let both = |one: &str, other: &str| {
        let token = |name: &str, digit: &str| format!("{name} = \"{}\"\n", digit.repeat(64));
        let first = format!("{SOURCE}{}{}", token("token_sha256", "a"), token("other_token_sha256", one));
        problems(&format!("{first}{two}{}", token("token_sha256", other)))
    };
    assert!(both("b", "b").contains("two sources have one token"));
    assert_eq!(both("b", "c"), "");
}
