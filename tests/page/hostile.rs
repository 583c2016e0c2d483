//! What a sender writes as a name stays text on the page, whatever it is.

use super::browser::Browser;
use super::{at, check, config, sign_in};
use crate::support::{County, ago};
use serde_json::{Value, json};
use std::fmt::Write as _;
use testkit::county::{Visit, adt, person};
use testkit::edit::Edit;

/// Pieces that mean something to a browser, a template, a spreadsheet, a terminal, a database or a renderer of text.
const PIECES: [&str; 25] = [
    "<script>window.owned=1</script>",
    "<img src=x onerror=window.owned=1>",
    "\"><svg onload=window.owned=1>",
    "' onmouseover='window.owned=1",
    "</p></li></ul><h1>EI</h1>",
    "</style><style>*{display:none}</style>",
    "<!--",
    "-->",
    "&lt;b&gt;",
    "&#60;i&#62;",
    "{{ 7*7 }}",
    "{% raw %}",
    "${7*7}",
    "javascript:window.owned=1",
    "=cmd|' /C calc'!A0",
    "'; DROP TABLE event;--",
    "%3Cscript%3E",
    "\u{202e}tseuqer",
    "\u{2066}a\u{2069}",
    "\u{feff}\u{200b}",
    "A\u{30a}\u{30a}\u{30a}",
    "👩🏽‍⚕️",
    "ÅÄÖ åäö ﬁ",
    "<a href=//evil.example>044 000</a>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
];

/// 500 names: each two pieces around a number of its own.
fn names() -> Vec<String> {
    let pair = |n: usize| (PIECES[n % 25], PIECES[(n / 25 + n) % 25]);
    (0..500).map(|n| (n, pair(n))).map(|(n, (one, other))| format!("{one} N{n} {other}")).collect()
}

/// As HL7 v2 writes them (chapter 2.7).
fn escaped(name: &str) -> String {
    let escape = |c: char| match c {
        '\\' => "\\E\\".to_owned(),
        '|' => "\\F\\".to_owned(),
        '^' => "\\S\\".to_owned(),
        '&' => "\\T\\".to_owned(),
        '~' => "\\R\\".to_owned(),
        c => c.to_string(),
    };
    name.chars().map(escape).collect()
}

#[test]
fn five_hundred_hostile_names_are_text_on_the_page() {
    let kinds = "referral_kinds = { YHT";
    let roles = format!("worker_roles = {{ SOS = \"health-social-worker\" }}\n{kinds}");
    let county = County::start_with(&config().edit(kinds, &roles));
    let port = county.product().ports.page;
    let names = names();
    let clients: Vec<_> = (120..125).map(person).collect();
    for (n, (client, names)) in clients.iter().zip(names.chunks(100)).enumerate() {
        let number = format!("V{n}");
        let visit = Visit { number: &number, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
        let mut message = adt("A01", &format!("h-{n}"), ago(3600), client, &visit);
        for (k, name) in names.iter().enumerate() {
            let name = escaped(name);
            // The name, and the unit.
            let unit = "|".repeat(9);
            let _ = write!(message, "ROL|{k}|AD|SOS|W{n}-{k}^{name}{unit}|{name}\r");
        }
        assert_eq!(county.hl7(&message), "AA");
    }
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    let plain = browser.script("return document.querySelectorAll('*').length");
    assert!(plain.as_u64().is_some_and(|it| it > 10), "{plain}");
    let mut shown = Vec::new();
    for client in &clients {
        check(&browser, port, &client.hetu);
        assert_eq!(browser.text(".headline h2"), "Sairaala mukana: KYLLÄ");
        browser.click("form[action='/workers'] button");
        browser.comes_to("/workers");
        let found = browser.script(
            "return { who: [...document.querySelectorAll('.who')].map(it => it.textContent),
                      alien: document.querySelectorAll('script, img, iframe, style, main svg, main a[href^=\"//\"]').length,
                      metas: document.querySelectorAll('meta').length, headings: document.querySelectorAll('h1').length,
                      owned: window.owned === undefined, isolated: [...document.querySelectorAll('.who')].every(
                          it => getComputedStyle(it).unicodeBidi.includes('isolate')) }",
        );
        let sane = json!([0, 3, 1, true, true]);
        let seen = json!([found["alien"], found["metas"], found["headings"], found["owned"], found["isolated"]]);
        assert_eq!(seen, sane, "alien elements, metas, headings, nothing ran, each name turns only itself");
        shown.extend(found["who"].as_array().unwrap().iter().filter_map(Value::as_str).map(str::to_owned));
    }
    let missing: Vec<_> = names.iter().filter(|name| !shown.iter().any(|it| it == *name)).collect();
    assert!(
        missing.is_empty(),
        "{} of 500 are not shown as they were sent, such as {:?}",
        missing.len(),
        missing.first()
    );
    browser.open(&at(port, "/"));
}
