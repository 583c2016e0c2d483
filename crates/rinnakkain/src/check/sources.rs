//! Are the sources configured so that whoever asks gets on?

use super::finding::Finding;
use crate::config::Config;
use care::source::Coverage;

/// A duty worker at night who is told that somebody is in a hospital must be able to reach it.
pub fn look(config: &Config) -> Vec<Finding> {
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
    fn a_source_of_stays_has_a_contact() {
        let source = |more: &str| {
            let text = format!(
                "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\nsilence = '30m'\n{more}"
            );
            look(&Config::of_text(&text).unwrap()).len()
        };
        assert_eq!(source("covers = ['stays']"), 1);
        assert_eq!(source("covers = ['stays']\ncontact = 'kotiutustiimi, 017 000 0001'"), 0);
        assert_eq!(source("covers = ['referrals']"), 0);
    }
}
