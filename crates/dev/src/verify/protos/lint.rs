//! How protos are written: the naming rules of buf's `STANDARD` category (buf.build/docs/lint/rules), so that generated
//! code reads well in every language.

use prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet, ServiceDescriptorProto,
};

/// What is not as it should be, with its place.
pub(super) fn mistakes(set: &FileDescriptorSet) -> Vec<String> {
    let mut found = Vec::new();
    for file in set.file.iter().filter(|file| !file.package().starts_with("google.")) {
        let mut mistake = |what: &str, rule: &str| found.push(format!("{}: {what}: {rule}", file.name()));
        package(file, &mut mistake);
        file.message_type.iter().for_each(|it| message(it, &mut mistake));
        file.enum_type.iter().for_each(|it| enumeration(it, &mut mistake));
        file.service.iter().for_each(|it| service(it, &mut mistake));
    }
    found
}

fn package(file: &FileDescriptorProto, mistake: &mut impl FnMut(&str, &str)) {
    let package = file.package();
    let (directory, name) = file.name().rsplit_once('/').unwrap_or(("", file.name()));
    if directory.replace('/', ".") != package {
        mistake(package, "the package is named as its directory");
    }
    let version = package.rsplit('.').next().and_then(|last| last.strip_prefix('v'));
    if !version.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit())) {
        mistake(package, "the package ends with its version");
    }
    if !is_snake(name.trim_end_matches(".proto")) {
        mistake(name, "a file is lower_snake_case");
    }
    if file.syntax() != "proto3" {
        mistake(name, "the syntax is proto3");
    }
}

fn message(message_: &DescriptorProto, mistake: &mut impl FnMut(&str, &str)) {
    if !is_pascal(message_.name()) {
        mistake(message_.name(), "a message is PascalCase");
    }
    let oneofs = message_.oneof_decl.iter().map(prost_types::OneofDescriptorProto::name);
    // That of an optional field is made by the compiler.
    let oneofs = oneofs.filter(|name| !name.starts_with('_'));
    for name in message_.field.iter().map(prost_types::FieldDescriptorProto::name).chain(oneofs) {
        if !is_snake(name) {
            mistake(&format!("{}.{name}", message_.name()), "a field is lower_snake_case");
        }
    }
    message_.nested_type.iter().for_each(|it| message(it, mistake));
    message_.enum_type.iter().for_each(|it| enumeration(it, mistake));
}

fn enumeration(enumeration: &EnumDescriptorProto, mistake: &mut impl FnMut(&str, &str)) {
    if !is_pascal(enumeration.name()) {
        mistake(enumeration.name(), "an enum is PascalCase");
    }
    let prefix = screaming(enumeration.name()) + "_";
    for value in &enumeration.value {
        let screams = value.name().bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_');
        if !screams || !value.name().starts_with(&prefix) {
            mistake(value.name(), "a value is UPPER_SNAKE_CASE and begins with the enum's name");
        }
        if value.number() == 0 && value.name() != format!("{prefix}UNSPECIFIED") {
            mistake(value.name(), "the value 0 is …_UNSPECIFIED");
        }
    }
}

fn service(service: &ServiceDescriptorProto, mistake: &mut impl FnMut(&str, &str)) {
    if !is_pascal(service.name()) || !service.name().ends_with("Service") {
        mistake(service.name(), "a service is PascalCase and ends with Service");
    }
    for method in &service.method {
        let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
        let own = [method.input_type(), method.output_type()].map(last);
        if own != ["Request", "Response"].map(|end| format!("{}{end}", method.name())) {
            mistake(method.name(), "an rpc has a request and a response of its own, named as it is");
        }
    }
}

fn is_snake(name: &str) -> bool {
    let plain = name.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_');
    plain && name.starts_with(|it: char| it.is_ascii_lowercase()) && !name.contains("__") && !name.ends_with('_')
}

fn is_pascal(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_uppercase()) && name.bytes().all(|it| it.is_ascii_alphanumeric())
}

/// `StayClass` → `STAY_CLASS`.
fn screaming(name: &str) -> String {
    let mut screaming = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !screaming.is_empty() {
            screaming.push('_');
        }
        screaming.push(letter.to_ascii_uppercase());
    }
    screaming
}

#[cfg(test)]
mod cases {
    use super::super::compiled;
    use super::*;

    fn rules(text: &str) -> Vec<String> {
        let mistakes = mistakes(&compiled(text));
        mistakes.iter().map(|it| it.rsplit(": ").next().unwrap().to_owned()).collect()
    }

    #[test]
    fn what_is_written_as_usual_passes() {
        let usual = "
            message AskRequest { optional string full_name = 1; oneof body { bool yes = 2; } }
            message AskResponse {}
            enum StayClass { STAY_CLASS_UNSPECIFIED = 0; STAY_CLASS_WARD_2 = 1; }
            service AskService { rpc Ask(AskRequest) returns (AskResponse); }";
        assert_eq!(rules(usual), Vec::<String>::new());
    }

    #[test]
    fn each_rule_is_named() {
        for (text, rule) in [
            ("message asked {}", "a message is PascalCase"),
            ("message Asked { string fullName = 1; }", "a field is lower_snake_case"),
            ("enum Kind { KIND_NONE = 0; }", "the value 0 is …_UNSPECIFIED"),
            (
                "enum Kind { KIND_UNSPECIFIED = 0; ONE = 1; }",
                "a value is UPPER_SNAKE_CASE and begins with the enum's name",
            ),
            ("service Ask {}", "a service is PascalCase and ends with Service"),
            (
                "message A {} service AskService { rpc Ask(A) returns (A); }",
                "an rpc has a request and a response of its own, named as it is",
            ),
        ] {
            assert_eq!(rules(text), [rule], "{text}");
        }
    }
}
