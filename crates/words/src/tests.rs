//! The catalogue is whole: each key is in every language with the same arguments, and each is used.

use crate::catalogue::{FILES, text};
use crate::wording::event_key;
use crate::{Language, Phrase};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The keys, each with the arguments that its text of this language names. Other texts that it names are there.
fn keys(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in FILES {
        for entry in parser::parse(file).expect("a catalogue that parses").body {
            match entry {
                Entry::Message(message) => {
                    let mut arguments = BTreeSet::new();
                    assert!(message.value.is_none(), "{}: a text has a language", message.id.name);
                    let languages: Vec<_> = message.attributes.iter().map(|it| it.id.name).collect();
                    assert_eq!(languages, Language::ALL.map(Language::code_name), "{}", message.id.name);
                    let own = message.attributes.iter().filter(|it| it.id.name == language.code_name());
                    own.for_each(|it| pattern(&it.value, language, &mut arguments));
                    let twice = keys.insert(message.id.name.to_owned(), arguments);
                    assert!(twice.is_none(), "{} stands twice", message.id.name);
                }
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                Entry::Term(_) | Entry::Junk { .. } => panic!("neither text nor comment"),
            }
        }
    }
    let named: BTreeSet<_> = keys.values().flatten().filter_map(|it| it.strip_prefix(TEXT)).collect();
    assert!(named.iter().all(|key| keys.contains_key(*key)), "of {named:?} one is no text");
    keys
}

/// Before the key of another text, where arguments have nothing.
const TEXT: &str = "text ";

fn pattern(text: &Pattern<&str>, language: Language, arguments: &mut BTreeSet<String>) {
    for element in &text.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                argument(inline, language, arguments);
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                argument(selector, language, arguments);
                for variant in variants {
                    pattern(&variant.value, language, arguments);
                }
            }
        }
    }
}

fn argument(expression: &InlineExpression<&str>, language: Language, arguments: &mut BTreeSet<String>) {
    match expression {
        InlineExpression::VariableReference { id } => drop(arguments.insert(id.name.to_owned())),
        InlineExpression::MessageReference { id, attribute: Some(of) } => {
            assert_eq!(of.name, language.code_name(), "another text of the same language");
            arguments.insert(format!("{TEXT}{}", id.name));
        }
        _ => panic!("an argument or another text, nothing else"),
    }
}

#[test]
fn every_key_is_in_every_language_with_the_same_arguments() {
    let english = keys(Language::En);
    for language in Language::ALL {
        assert_eq!(keys(language), english, "{language:?}");
    }
}

/// The values of the API's enums, from its descriptors.
fn values() -> BTreeSet<String> {
    let pool = prost_reflect::DescriptorPool::decode(api::DESCRIPTORS).unwrap();
    let ours = pool.all_enums().filter(|it| it.package_name() == "rinnakkain.care.v1");
    ours.flat_map(|it| it.values().map(|value| value.name().to_owned()).collect::<Vec<_>>()).collect()
}

fn events() -> impl Iterator<Item = &'static str> {
    event::Body::TYPES.iter().copied().chain(["Unknown"])
}

#[test]
fn every_value_of_the_api_and_every_event_has_words() {
    let values = values();
    assert!(values.contains("WORKER_ROLE_OWN_WORKER"));
    for language in Language::ALL {
        let has = |key: &str| text(language, key, None).is_some();
        let without = values.iter().filter(|name| !has(&name.to_lowercase().replace('_', "-")));
        assert_eq!(without.collect::<Vec<_>>(), [""; 0], "value.ftl, {language:?}");
        let without = events().filter(|name| !has(&event_key(name)));
        assert_eq!(without.collect::<Vec<_>>(), [""; 0], "event.ftl, {language:?}");
    }
}

#[test]
fn every_key_is_asked_for() {
    let mut unused = keys(Language::En);
    for (name, key, arguments) in Phrase::ALL {
        let of_text = unused.remove(*key).unwrap_or_else(|| panic!("{name} has no text"));
        assert_eq!(of_text, arguments.iter().map(|it| (*it).to_owned()).collect(), "{key}");
    }
    for name in values() {
        unused.remove(&name.to_lowercase().replace('_', "-"));
    }
    events().for_each(|name| drop(unused.remove(&event_key(name))));
    // Other texts refer to it.
    unused.remove("not-reported");
    unused.retain(|key, _| !key.starts_with("code-"));
    assert!(unused.is_empty(), "nothing asks for {unused:?}");
}

#[test]
fn every_phrase_is_used_somewhere() {
    let mut code = String::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for it in std::fs::read_dir(crates).unwrap() {
        let folder = it.unwrap().path();
        read(&folder.join("src"), &mut code);
        read(&folder.join("templates"), &mut code);
    }
    let used: BTreeSet<_> = code
        .split("Phrase::")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
        .collect();
    let never: Vec<_> = Phrase::ALL.iter().map(|(name, ..)| *name).filter(|name| !used.contains(name)).collect();
    assert_eq!(never, [""; 0]);
}

fn read(folder: &Path, code: &mut String) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|it| it.unwrap().path()) {
        if path.is_dir() {
            read(&path, code);
        } else if path.extension().is_some_and(|it| it == "rs" || it == "html") && !path.ends_with("tests.rs") {
            code.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn times_are_written_as_in_each_language() {
    let at: Zoned = "2026-11-30T02:10:00[Europe/Helsinki]".parse().unwrap();
    let written = Language::ALL.map(|language| language.time(&at));
    assert_eq!(written, ["30.11.2026 klo 2.10", "30.11.2026 kl. 2.10", "30 Nov 2026 02:10"]);
}

#[test]
fn arguments_and_numbers_stand_in_the_text() {
    let contacts = |count| Language::ALL.map(|language| language.say(Phrase::Contacts { count, last: "x" }));
    assert_eq!(contacts(1), ["Yksi asiakaskontakti (x)", "En klientkontakt (x)", "One contact (x)"]);
    let several = ["12 asiakaskontaktia, viimeisin x", "12 klientkontakter, den senaste x", "12 contacts, the last x"];
    assert_eq!(contacts(12), several);
    let ago = |seconds| Language::En.ago(seconds);
    assert_eq!([ago(0), ago(180), ago(7200), ago(172_800)], ["0 s ago", "3 min ago", "2 h ago", "2 d ago"]);
}

#[test]
fn a_name_that_the_catalogue_does_not_have_is_shown_as_it_is() {
    assert_eq!(Language::Fi.code("social-worker"), "sosiaalityöntekijä");
    assert_eq!(Language::Fi.code("K 12"), "K 12");
    assert_eq!(Language::Sv.event("StayStarted"), "vårdperiod inledd");
    assert_eq!(Language::Sv.event("SomethingNew"), "SomethingNew");
    assert_eq!(Language::Sv.value("RELAY_UNSPECIFIED"), "direkt");
}
