//! The Fluent files of each language, read once.

use crate::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

/// The files of one language.
pub(crate) type Files = [&'static str; 6];

macro_rules! files {
    ($language:literal) => {
        [
            include_str!(concat!("../text/", $language, "/heading.ftl")),
            include_str!(concat!("../text/", $language, "/answer.ftl")),
            include_str!(concat!("../text/", $language, "/trouble.ftl")),
            include_str!(concat!("../text/", $language, "/value.ftl")),
            include_str!(concat!("../text/", $language, "/event.ftl")),
            include_str!(concat!("../text/", $language, "/code.ftl")),
        ]
    };
}

pub(crate) const FI: Files = files!("fi");
pub(crate) const SV: Files = files!("sv");
pub(crate) const EN: Files = files!("en");

static FINNISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Fi, FI));
static SWEDISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Sv, SV));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::En, EN));

/// The text of `key`, if the language has the key.
pub(crate) fn text(language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    let bundle = match language {
        Language::Fi => &FINNISH,
        Language::Sv => &SWEDISH,
        Language::En => &ENGLISH,
    };
    let pattern = bundle.get_message(key)?.value()?;
    // What cannot be resolved stands in the text as its name; a test finds it.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, arguments, &mut errors).into_owned())
}

fn bundle(language: Language, files: Files) -> FluentBundle<FluentResource> {
    // For the rules of plurals; a test counts.
    let mut bundle = FluentBundle::new_concurrent(vec![language.code_name().parse().unwrap_or_default()]);
    // No text here is written from right to left: the marks around arguments would be noise in a terminal.
    bundle.set_use_isolating(false);
    for file in files {
        // The files are part of the program, and a test finds what does not parse and keys that stand twice.
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}
