//! What a proto promises, one line for each: every field's number with its name and type, every value of an enum, every
//! rpc. What once stood there must stand there for ever; more may be added.

use std::collections::BTreeMap;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorSet};

/// What is promised of what → the promise.
type Promises = BTreeMap<String, String>;

/// The promises of `before` that `now` does not keep.
pub(super) fn broken(before: &FileDescriptorSet, now: &FileDescriptorSet) -> Vec<String> {
    let now = promises(now);
    let kept = |what: &String, promise: &String| now.get(what) == Some(promise);
    let broken = promises(before).into_iter().filter(|(what, promise)| !kept(what, promise));
    let texts = broken.map(|(what, promise)| match now.get(&what) {
        Some(other) => format!("{what}: {promise} is now {other}"),
        None => format!("{what}: {promise} is gone"),
    });
    texts.collect()
}

fn promises(set: &FileDescriptorSet) -> Promises {
    let mut promises = Promises::new();
    for file in set.file.iter().filter(|file| !file.package().starts_with("google.")) {
        let package = file.package();
        file.message_type.iter().for_each(|it| message(package, it, &mut promises));
        file.enum_type.iter().for_each(|it| enumeration(package, it, &mut promises));
        for service in &file.service {
            for method in &service.method {
                let streams = |yes: bool| if yes { "stream " } else { "" };
                let promise = format!(
                    "({}{}) returns ({}{})",
                    streams(method.client_streaming()),
                    method.input_type(),
                    streams(method.server_streaming()),
                    method.output_type()
                );
                promises.insert(format!("{package}.{}.{}", service.name(), method.name()), promise);
            }
        }
    }
    promises
}

fn message(parent: &str, message_: &DescriptorProto, promises: &mut Promises) {
    let name = format!("{parent}.{}", message_.name());
    promises.insert(name.clone(), "message".to_owned());
    for field in &message_.field {
        let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
        let oneof = oneof.and_then(|at| message_.oneof_decl.get(usize::try_from(at).ok()?));
        let within = oneof.map(|oneof| format!(" of oneof {}", oneof.name())).unwrap_or_default();
        promises.insert(format!("{name}, {}", field.number()), format!("{}{within}", declared(field)));
    }
    message_.nested_type.iter().for_each(|it| message(&name, it, promises));
    message_.enum_type.iter().for_each(|it| enumeration(&name, it, promises));
}

/// As it is written: `repeated string name`.
fn declared(field: &FieldDescriptorProto) -> String {
    let label = match (field.label(), field.proto3_optional()) {
        (Label::Repeated, _) => "repeated ",
        (_, true) => "optional ",
        _ => "",
    };
    let kind = match field.r#type() {
        Type::Message | Type::Enum | Type::Group => field.type_name().trim_start_matches('.').to_owned(),
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    };
    format!("{label}{kind} {}", field.name())
}

fn enumeration(parent: &str, enumeration: &EnumDescriptorProto, promises: &mut Promises) {
    for value in &enumeration.value {
        promises.insert(format!("{parent}.{}, {}", enumeration.name(), value.number()), value.name().to_owned());
    }
}

#[cfg(test)]
mod cases {
    use super::super::compiled;
    use super::*;

    const BEFORE: &str = "
        message Asked { string name = 1; repeated int64 numbers = 2; oneof body { bool yes = 3; } }
        message Answered {}
        enum Kind { KIND_UNSPECIFIED = 0; KIND_ONE = 1; }
        service AskService { rpc Ask(Asked) returns (Answered); }";

    fn after(from: &str, to: &str) -> Vec<String> {
        let now = BEFORE.replace(from, to);
        assert_ne!(now, BEFORE, "{from}");
        broken(&compiled(BEFORE), &compiled(&now))
    }

    #[test]
    fn more_may_come() {
        assert_eq!(after("string name = 1;", "string name = 1; Kind kind = 4;"), Vec::<String>::new());
        assert_eq!(after("KIND_ONE = 1;", "KIND_ONE = 1; KIND_TWO = 2;"), Vec::<String>::new());
        assert_eq!(after("message Answered {}", "message Answered {} message More {}"), Vec::<String>::new());
    }

    #[test]
    fn nothing_is_taken_back() {
        assert_eq!(after("string name = 1;", ""), ["a.b.v1.Asked, 1: string name is gone"]);
        assert_eq!(after("string name", "string called"), ["a.b.v1.Asked, 1: string name is now string called"]);
        assert_eq!(after("string name", "bytes name"), ["a.b.v1.Asked, 1: string name is now bytes name"]);
        assert_eq!(after("string name", "optional string name").len(), 1);
        assert_eq!(after("repeated int64", "int64").len(), 1);
        assert_eq!(after("oneof body { bool yes = 3; }", "bool yes = 3;").len(), 1);
        assert_eq!(after("KIND_ONE = 1;", "KIND_ONE = 2;"), ["a.b.v1.Kind, 1: KIND_ONE is gone"]);
        assert_eq!(after("returns (Answered)", "returns (stream Answered)").len(), 1);
        assert_eq!(after("rpc Ask(Asked)", "rpc Inquire(Asked)").len(), 1);
    }
}
