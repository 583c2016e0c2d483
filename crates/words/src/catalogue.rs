//! The Fluent files, read once. A text stands in every language side by side: each is an attribute of its message.

use crate::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use std::sync::LazyLock;

pub(crate) const FILES: [&str; 7] = [
    include_str!("../text/heading.ftl"),
    include_str!("../text/answer.ftl"),
    include_str!("../text/trouble.ftl"),
    include_str!("../text/value.ftl"),
    include_str!("../text/event.ftl"),
    include_str!("../text/code.ftl"),
    include_str!("../text/page.ftl"),
];

static FINNISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Fi));
static SWEDISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Sv));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::En));

/// The text of `key`, if the language has the key.
pub(crate) fn text(language: Language, key: &str, arguments: Option<&FluentArgs<'_>>) -> Option<String> {
    let bundle = match language {
        Language::Fi => &FINNISH,
        Language::Sv => &SWEDISH,
        Language::En => &ENGLISH,
    };
    let pattern = bundle.get_message(key)?.get_attribute(language.code_name())?.value();
    // What cannot be resolved stands in the text as its name; a test finds it.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, arguments, &mut errors).into_owned())
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    // For the rules of plurals; a test counts.
    let mut bundle = FluentBundle::new_concurrent(vec![language.code_name().parse().unwrap_or_default()]);
    // No text here is written from right to left: the marks around arguments would be noise in a terminal.
    bundle.set_use_isolating(false);
    for file in FILES {
        // The files are part of the program, and a test finds what does not parse and keys that stand twice.
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}
