//! Are the sources configured so that answers help?

use super::finding::Finding;
use crate::config::Config;
use adapter::{Decides, Format, SourceProfile};
use event::{Code, FactKind, Register, WorkerRole};
use std::collections::BTreeSet;

/// Settings that have no effect, or that leave a professional without help.
pub fn look(config: &Config) -> Vec<Finding> {
    let of_roles = roles_without_cover(config).into_iter().chain(cover_without_roles(config));
    let of_sources = without_contact(config).into_iter().chain(of_roles).chain(lists_that_wait(config));
    let of_wards = wards_in_contact_points(config).into_iter().chain(wards_that_lead_nowhere(config));
    of_sources.chain(of_wards).chain(without_class(config)).chain(covered_by_nobody(config)).collect()
}

/// What no source covers is never answered as "none", however much the sources report.
fn covered_by_nobody(config: &Config) -> Vec<Finding> {
    const ASKED: [(FactKind, &str, &str); 4] = [
        (FactKind::Stays, "stays", "is a hospital involved"),
        (FactKind::HealthSocialWork, "health-social-work", "is a hospital involved"),
        (FactKind::Workers, "workers", "who is the own worker"),
        (FactKind::Clientships, "clientships", "who is the own worker"),
    ];
    let sources = &config.county.sources;
    let nobody = ASKED.iter().filter(|(kind, ..)| sources.iter().all(|source| !source.covers.contains(kind)));
    let finding = |(_, kind, question): &(FactKind, &str, &str)| {
        let text = format!("no source covers {kind}: {question:?} is never answered as \"none\", but as not known");
        Finding::warning("sources", text, format!("add {kind:?} to the covers of the source that speaks for it"))
    };
    if sources.is_empty() { Vec::new() } else { nobody.map(finding).collect() }
}

/// Data that may be a shelter's are shown to nobody outside a shelter: those of a source that does not state what it
/// serves, and of a service task whose class is not configured.
fn without_class(config: &Config) -> Vec<Finding> {
    let policy = &config.county.policy;
    let social = config.county.sources.iter().filter(|source| source.register != Some(Register::Patient));
    let unstated = social.filter(|source| !policy.serves.contains_key(&source.name)).map(|source| {
        let name = &source.name;
        let taken = if policy.usual.is_some() {
            "it is taken as ordinary, because no shelter and no mediation are configured"
        } else {
            "what it reports there without a service task of a known class is shown to nobody, and \"nobody\" and \"none\" are \
             answered as not known"
        };
        let text = format!("{name} may write the social register and has no service_class: {taken}");
        let advice = format!(
            "give source {name} service_class = \"ordinary\" if nothing of a shelter or of mediation comes from it, or the \
             class of all its service tasks"
        );
        Finding::warning("access", text, advice)
    });
    let units = config.county.directory.units.values().flat_map(|unit| &unit.service_tasks);
    let tasks: BTreeSet<&Code> = config.callers.iter().flat_map(|it| &it.service_tasks).chain(units).collect();
    let unknown = tasks.into_iter().filter(|task| policy.class_of(task).is_none()).map(|task| {
        let task = task.as_str();
        let text = format!(
            "the service task {task} has no class: it may be a shelter's, unless its source is an ordinary one"
        );
        Finding::warning("access", text, format!("add a [[service_task]] with code = {task:?} and its class"))
    });
    unstated.chain(unknown).collect()
}

/// A ward is configured as another code, but the directory has no ward with that code: its workers are not known.
fn wards_that_lead_nowhere(config: &Config) -> Vec<Finding> {
    let known = &config.county.directory.wards;
    let sources = config.senders.iter().map(|sender| &sender.source);
    let wards =
        sources.flat_map(|source| source.wards.iter().map(move |(written, ward)| (of_wards(source), written, ward)));
    let nowhere = wards.filter(|(source, _, ward)| !known.contains_key(&((*source).clone(), (*ward).clone())));
    let finding = |(source, written, ward): (&String, &String, &String)| {
        let text =
            format!("wards of source {source}: {written:?} is ward {ward:?}, and there is no [[ward]] of that code");
        Finding::warning("wards", text, format!("add a [[ward]] with source = {source:?} and code = {ward:?}"))
    };
    nowhere.map(finding).collect()
}

/// A list's wards are those of the source that it is of.
fn of_wards(source: &SourceProfile) -> &String {
    source.lists_of.as_ref().unwrap_or(&source.name)
}

/// A ward's contact point is also shown to those who may not know the ward. The name of a ward can reveal what somebody
/// is treated for (703/2023 26 §).
fn wards_in_contact_points(config: &Config) -> Vec<Finding> {
    let wards = config.county.directory.wards.iter();
    let named =
        wards.filter(|((_, code), entry)| entry.contact_point.as_deref().is_some_and(|it| names_ward(it, code)));
    let named = named.map(|((source, code), _)| {
        let text = format!(
            "the contact_point of ward {code} of {source} names a ward: it is shown to social care and the duty service too"
        );
        let advice = "write there whom to reach without the ward, such as the number of the hospital's social work";
        Finding::warning("wards", text, advice)
    });
    named.collect()
}

/// True if the text has the ward's code as a word, or a word for a ward in Finnish, Swedish or English.
fn names_ward(text: &str, code: &str) -> bool {
    /// Parts of such words: vuodeosastolla, vårdavdelningen, poliklinikka. Clinics stand in the directory, too.
    const PARTS: [&str; 3] = ["osasto", "avdelning", "klinik"];
    /// Whole words only: as a part, this one is in many names.
    const WORDS: [&str; 2] = ["ward", "wards"];
    let (text, code) = (text.to_lowercase(), code.to_lowercase());
    let is_part = |c: char| c.is_alphanumeric();
    let has_code = !code.is_empty()
        && text
            .match_indices(&code)
            .any(|(at, code)| !text[..at].ends_with(is_part) && !text[at + code.len()..].starts_with(is_part));
    let mut words = text.split(|c: char| !is_part(c));
    has_code || words.any(|word| WORDS.contains(&word) || PARTS.iter().any(|it| word.contains(it)))
}

/// Workers in the messages of a source that does not cover workers are left out.
fn roles_without_cover(config: &Config) -> Vec<Finding> {
    let kept = |source: &SourceProfile, role: &WorkerRole| {
        source.covers.contains(&FactKind::Workers)
            || (*role == WorkerRole::HealthSocialWorker && source.covers.contains(&FactKind::HealthSocialWork))
    };
    let sources = config.senders.iter().map(|sender| &sender.source);
    let without = sources.filter(|source| source.worker_roles.values().any(|role| !kept(source, role))).map(|source| {
        let name = &source.name;
        let text = format!("{name} has worker_roles that it does not cover: of those workers nothing is kept");
        Finding::warning(
            "sources",
            text,
            format!("add \"workers\" to the covers of source {name}, if it speaks for them"),
        )
    });
    without.collect()
}

/// No code of HL7 v2 is a role by itself.
fn cover_without_roles(config: &Config) -> Vec<Finding> {
    let sources = config.senders.iter().map(|sender| &sender.source).filter(|source| source.format == Format::Hl7v2);
    let none = sources.filter(|source| source.covers.contains(&FactKind::Workers) && source.worker_roles.is_empty());
    let finding = |source: &SourceProfile| {
        let name = &source.name;
        let text = format!(
            "{name} covers workers and has no worker_roles: it names nobody, and \"none\" is \"not known\" of whoever has a worker in its messages"
        );
        let advice = format!("rinnakkain feed {name} shows its codes of roles: give each in its worker_roles");
        Finding::warning("sources", text, advice)
    };
    none.map(finding).collect()
}

/// A whole list ends what it does not name only if its source decides that.
fn lists_that_wait(config: &Config) -> Vec<Finding> {
    let sources = config.senders.iter().map(|sender| &sender.source);
    let waiting = sources.filter(|source| source.lists_of.is_some() && !source.decides.contains(&Decides::Lists));
    let finding = |source: &SourceProfile| {
        let name = &source.name;
        let text = format!("{name} sends lists (lists_of) and does not decide them: each waits for rinnakkain review");
        Finding::warning(
            "sources",
            text,
            format!("add \"lists\" to the decides of source {name}, if its lists are whole"),
        )
    };
    waiting.map(finding).collect()
}

/// A duty worker at night who learns that a client is in a hospital must be able to reach it.
fn without_contact(config: &Config) -> Vec<Finding> {
    let stays = config.county.sources.iter().filter(|source| source.covers.contains(&FactKind::Stays));
    let without = stays.filter(|source| source.contact.is_none()).map(|source| {
        let name = &source.name;
        let text = format!("{name} covers stays and has no contact: an answer names the source only");
        Finding::warning(
            "sources",
            text,
            format!("give source {name} a contact: whom to reach about one of its clients"),
        )
    });
    without.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_point_names_no_ward() {
        let table = [
            ("Sosiaalityön vaihde 044 000 3000", "OS3", false),
            ("Osasto 2204, 017 000 0204", "9", true),
            ("vuodeosasto, 017 000 0001", "9", true),
            ("Psykiatrian osastolla 017 000 0001", "9", true),
            ("Vårdavdelningen 017 000 0001", "9", true),
            ("Ward 3, 017 000 0001", "9", true),
            ("Kotiutustiimi, os3: 017 000 0001", "OS3", true),
            ("017 000 0003", "3", false),
            ("017 000 0003", "0003", true),
            ("Psykiatrian poliklinikka, 017 000 0001", "9", true),
            ("Edward Esimerkki, 017 000 0001", "9", false),
            ("Tiimi 9", "", false),
        ];
        for (text, code, expected) in table {
            assert_eq!(names_ward(text, code), expected, "{text}, {code}");
        }
    }

    #[test]
    fn a_source_of_stays_has_a_contact_and_workers_are_covered() {
        let source = |more: &str| {
            let text = format!(
                "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\nsilence = '30m'\n{more}"
            );
            let config = Config::of_text(&text).unwrap();
            look(&config).len() - covered_by_nobody(&config).len()
        };
        assert_eq!(source("covers = ['stays']"), 1);
        assert_eq!(source("covers = ['stays']\ncontact = 'kotiutustiimi, 017 000 0001'"), 0);
        assert_eq!(source("covers = ['referrals']"), 0);
        let wards = "contact = 'x'\nwards = { A = '1', B = '2' }\n[[ward]]\nsource = 'kys'\ncode = '1'";
        assert_eq!(source(&format!("covers = ['stays']\n{wards}")), 1, "2 is no ward");
        let roles = "worker_roles = { A = 'case-manager', B = 'health-social-worker' }";
        assert_eq!(source(&format!("covers = ['referrals']\n{roles}")), 1);
        assert_eq!(source(&format!("covers = ['health-social-work']\n{roles}")), 1);
        assert_eq!(source(&format!("covers = ['workers']\n{roles}")), 0);
        assert_eq!(source("covers = ['workers']"), 1, "whom it covers it does not tell");
        let lists = "covers = ['referrals']\n[[source]]\nname = 'lists'\nformat = 'social'\nsilence = '1d'\nlists_of = 'kys'\n\
                     token_sha256 = '0000000000000000000000000000000000000000000000000000000000000000'\n\
                     service_class = 'ordinary'\ncovers = ['referrals']";
        assert_eq!((source(lists), source(&format!("{lists}\ndecides = ['lists']"))), (1, 0));
    }

    #[test]
    fn what_an_answer_needs_and_no_source_covers_is_reported() {
        let kinds = |covers: &str| {
            let text = format!(
                "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\nsilence = '30m'\n{covers}"
            );
            covered_by_nobody(&Config::of_text(&text).unwrap()).len()
        };
        assert_eq!(kinds("covers = ['stays']"), 3);
        assert_eq!(kinds("covers = ['stays', 'health-social-work', 'workers', 'clientships']"), 0);
        assert_eq!(
            covered_by_nobody(&Config::of_text("").unwrap()).len(),
            0,
            "a county without sources is told elsewhere"
        );
    }

    /// Data that may be a shelter's are shown to nobody outside a shelter, so `check` warns.
    #[test]
    fn a_source_and_a_service_task_without_a_class_are_reported() {
        let found = |source: &str, more: &str| {
            let digest = "0".repeat(64);
            let text = format!(
                "[[source]]\nname = 's'\nformat = 'social'\ncovers = ['workers']\nsilence = '1h'\ntoken_sha256 = '{digest}'\n{source}\n\
                 [[caller]]\nname = 'a'\nside = 'social'\ntasks = ['client-work']\ntoken_sha256 = '{digest}'\n\
                 service_tasks = ['07', 'older']\n{more}"
            );
            let found = without_class(&Config::of_text(&text).unwrap());
            found.iter().map(|it| it.text.clone()).collect::<Vec<_>>().join("\n")
        };
        let both = found("", "");
        assert!(
            both.contains("s may write the social register") && both.contains("the service task 07 has no class"),
            "{both}"
        );
        assert!(!both.contains("older"), "a class's own name is of that class: {both}");
        let class = "[[service_task]]\ncode = '07'\nclass = 'older'";
        assert_eq!(found("service_class = 'ordinary'", class), "");
        assert_eq!(found("registers = ['patient']", class), "", "it writes the patient register only");
    }
}
