use super::graph::circles;
use super::modules::{Module, Modules};
use std::path::Path;

/// The circles of a crate that is written in one text.
fn of(text: &str) -> Vec<String> {
    let mut modules = Modules(vec![Module::default()]);
    modules.items(0, text.parse().unwrap(), Path::new("")).unwrap();
    circles(&modules)
}

#[test]
fn two_that_use_each_other_are_named_with_what_they_use() {
    let found =
        of("mod a { use crate::b::B; pub struct A(B); } mod b { pub struct B; fn f() { crate::a::A::new(); } }");
    assert_eq!(found, ["a, b\n   a uses crate::b::B of b\n   b uses crate::a::A::new of a"]);
}

#[test]
fn a_name_is_followed_through_re_exports_and_imports_of_all() {
    let found = of("
        pub use outer::*;
        mod outer { mod a; pub use inner::Deep; mod inner { pub struct Deep; fn f(_: crate::other::Other) {} } }
        mod other { use crate::Deep as Renamed; pub struct Other; fn g() -> Renamed { todo!() } }"
        .replace("mod a;", "")
        .as_str());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("outer, other\n"), "{found:?}");
}

#[test]
fn a_ring_of_three_is_one_circle_and_who_only_looks_in_is_none_of_it() {
    let ring = "mod a { use crate::b::B; pub enum A {} } mod b { use super::c::C; pub enum B {} } mod c { use crate::a::A; \
                pub enum C {} } mod d { use crate::a::A; }";
    let found = of(ring);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("a, b, c\n"), "{found:?}");
}

#[test]
fn parent_and_part_may_use_each_other() {
    assert_eq!(
        of("mod a { pub struct A; mod part { use super::A; pub fn f(_: A) {} } fn g() { part::f(A) } }"),
        [""; 0]
    );
}

#[test]
fn neither_tests_nor_fields_nor_words_in_texts_are_uses() {
    let text =
        "mod a { pub struct B; fn f(it: X) { it.b; \"crate::b::C\"; } #[cfg(test)] mod tests { use crate::b::C; } }
                mod b { use crate::a::B; pub struct C; impl C { #[cfg(test)] fn t(_: crate::a::B) {} } }";
    assert_eq!(of(text), [""; 0]);
}
