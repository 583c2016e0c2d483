//! Are the sources configured so that whoever asks gets on?

use super::finding::Finding;
use crate::config::Config;
use adapter::Source;
use care::source::Coverage;
use event::{FactKind, WorkerRole};

/// What is configured and goes for nothing, or leaves whoever asks without help.
pub fn look(config: &Config) -> Vec<Finding> {
    without_contact(config).into_iter().chain(roles_without_cover(config)).collect()
}

/// Workers of a source that covers none are left out of its messages.
fn roles_without_cover(config: &Config) -> Vec<Finding> {
    let kept = |source: &Source, role: &WorkerRole| {
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

/// A duty worker at night who is told that somebody is in a hospital must be able to reach it.
fn without_contact(config: &Config) -> Vec<Finding> {
    let stays = config.county.sources.iter().filter(|source| source.covers.contains(&Coverage::Stays));
    let without = stays.filter(|source| source.contact.is_none()).map(|source| {
        let name = &source.name;
        let text = format!("{name} covers stays and has no contact: an answer names the source, and nobody to reach");
        Finding::warning("sources", text, format!("give source {name} a contact: whom to reach about a client of its"))
    });
    without.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_of_stays_has_a_contact_and_workers_are_covered() {
        let source = |more: &str| {
            let text = format!(
                "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\nsilence = '30m'\n{more}"
            );
            look(&Config::of_text(&text).unwrap()).len()
        };
        assert_eq!(source("covers = ['stays']"), 1);
        assert_eq!(source("covers = ['stays']\ncontact = 'kotiutustiimi, 017 000 0001'"), 0);
        assert_eq!(source("covers = ['referrals']"), 0);
        let roles = "worker_roles = { A = 'case-manager', B = 'health-social-worker' }";
        assert_eq!(source(&format!("covers = ['referrals']\n{roles}")), 1);
        assert_eq!(source(&format!("covers = ['health-social-work']\n{roles}")), 1);
        assert_eq!(source(&format!("covers = ['workers']\n{roles}")), 0);
    }
}
