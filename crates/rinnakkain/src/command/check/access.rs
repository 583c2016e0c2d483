//! What the configuration leaves wider than the law's own words: whose facts are a caller's, and for how long a copy counts.

use super::finding::Finding;
use crate::config::Config;
use adapter::Decides;
use api::Caller;
use care::access::CallerSide;
use event::Register;

/// Settings that are left out, and that the county's lawyer would want to know of.
pub fn look(config: &Config) -> Vec<Finding> {
    without_sources(config).into_iter().chain(permissions_without_end(config)).collect()
}

/// The relationship is one to the requester (703/2023 57 §). Whoever does not state its own systems is taken to be the whole
/// register of its controller.
fn without_sources(config: &Config) -> Vec<Finding> {
    let policy = &config.county.policy;
    let finding = |caller: &Caller| {
        let own = if caller.side == CallerSide::Health { Register::Patient } else { Register::Social };
        let of_its_own = |name: &String| !policy.is_foreign_source(name, caller.controller.as_deref());
        let sources = config.county.sources.iter().filter(|it| it.register.is_none_or(|register| register == own));
        let counted: Vec<&str> = sources.map(|it| &it.name).filter(|it| of_its_own(it)).map(String::as_str).collect();
        let name = &caller.name;
        (!counted.is_empty()).then(|| {
            let text = format!(
                "caller {name} has no sources: a client of any source of its controller counts as its own ({})",
                counted.join(", ")
            );
            let advice = format!(
                "give caller {name} the sources that are its own systems: a client relationship is one to the requester (703/2023 57 §)"
            );
            Finding::warning("access", text, advice)
        })
    };
    config.callers.iter().filter(|it| it.sources.is_empty()).filter_map(finding).collect()
}

/// What a copy of a register permits may have been withdrawn where it was copied from (703/2023 58 §).
fn permissions_without_end(config: &Config) -> Vec<Finding> {
    let sources = config.senders.iter().map(|sender| &sender.source);
    let decides = sources.filter(|it| it.decides.contains(&Decides::Permissions));
    let no_end = decides.filter(|it| !config.county.policy.copies.contains_key(&it.name));
    let finding = |name: &String| {
        let text = format!(
            "{name} decides permissions and has no permissions_valid_for: what it permits holds until it is withdrawn, however \
             long {name} is silent"
        );
        let advice = format!(
            "give source {name} permissions_valid_for if it is a copy of a register of permissions, such as the national one; \
             leave it out if it is the register itself"
        );
        Finding::warning("access", text, advice)
    };
    no_end.map(|it| finding(&it.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: &str = "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\nsilence = '30m'\n\
                           covers = ['stays']\n\
                           [[source]]\nname = 'other-hospital'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'B'\n\
                           silence = '30m'\ncovers = ['stays']\ncontroller = '1.2.3'\n\
                           [[source]]\nname = 'saga'\nformat = 'social'\ncovers = ['workers']\nsilence = '1h'\n\
                           registers = ['social']\nservice_class = 'ordinary'\n\
                           token_sha256 = '1111111111111111111111111111111111111111111111111111111111111111'\n";

    fn found(source: &str, callers: &[(&str, &str, &str)]) -> Vec<String> {
        let caller = |(n, (name, side, more)): (usize, &(&str, &str, &str))| {
            let digest = n.to_string().repeat(64);
            format!("[[caller]]\nname = '{name}'\nside = '{side}'\ntoken_sha256 = '{digest}'\n{more}\n")
        };
        let callers: String = callers.iter().enumerate().map(caller).collect();
        let config = Config::of_text(&format!("{SOURCES}{source}\n{callers}")).unwrap();
        look(&config).into_iter().map(|it| it.text).collect()
    }

    /// Each is named, with the sources that count as its own: of its own side and its own controller.
    #[test]
    fn a_caller_without_sources_is_named_with_what_counts_as_its_own() {
        let health = "tasks = ['health-social-work']";
        let found = found(
            "",
            &[
                ("hospital", "health", health),
                ("other", "health", &format!("controller = '1.2.3'\n{health}")),
                ("social-work", "social", "tasks = ['client-work']"),
                ("stated", "social", "tasks = ['client-work']\nsources = ['saga']"),
                ("night", "duty", "tasks = ['duty-social-service']"),
            ],
        );
        let of = |name: &str, sources: &str| {
            format!(
                "caller {name} has no sources: a client of any source of its controller counts as its own ({sources})"
            )
        };
        let expected =
            [of("hospital", "kys"), of("other", "other-hospital"), of("social-work", "saga"), of("night", "saga")];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_source_that_decides_permissions_without_an_end_is_named() {
        let of = |more: &str| found(&format!("decides = [{more}"), &[]);
        let named = of("'permissions']");
        assert!(
            named.len() == 1 && named[0].starts_with("saga decides permissions and has no permissions_valid_for"),
            "{named:?}"
        );
        assert_eq!(of("'permissions']\npermissions_valid_for = '24h'"), Vec::<String>::new(), "it ends by itself");
        assert_eq!(of("'merges']"), Vec::<String>::new(), "it decides no permissions");
    }
}
