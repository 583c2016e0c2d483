//! The sheet for the client, and every screen at 400 % zoom.

use super::browser::Browser;
use super::{at, check, config, on_a_ward, sign_in};
use crate::support::{County, ago};
use serde_json::json;
use std::path::Path;
use testkit::county::{person, social};

/// A county whose adult social work has a line with two numbers, and the county one without a number for clients.
const DIRECTORY: &str = r#"
[[county_line]]
code = "duty"
name = "Sosiaalipäivystys"
hours = "always"
phone_professional = "044 000 0112"
[[unit]]
code = "adults"
name = "Aikuissosiaalityö"
service_tasks = ["adults"]
hours = "always"
phone_professional = "044 000 0300"
phone_public = "044 000 0301"
fallback = "duty"
"#;

fn county_with_directory(scratch: &Path) -> County {
    let directory = scratch.join("directory.toml");
    std::fs::write(&directory, DIRECTORY).unwrap();
    County::start_with(&format!("directory = \"{}\"\n{}", directory.display(), config()))
}

#[test]
fn the_clients_sheet_has_no_professionals_number_and_nothing_of_the_hospital() {
    let scratch = tempfile::tempdir().unwrap();
    let county = county_with_directory(scratch.path());
    let port = county.product().ports.page;
    let client = person(141);
    on_a_ward(&county, &client);
    // The unit that does the service task stands behind the own worker.
    let adults = json!({"clientship": "c-1", "service_task": "adults"});
    assert_eq!(county.social(&social("ClientshipOpened", "c-1-again", ago(8900), &client, adults)).status, 200);
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    check(&browser, port, &client.hetu);
    assert!(browser.everything().contains("044 000 0300") || browser.everything().contains("0440000001"));
    for language in ["fi", "sv", "en"] {
        browser.click(&format!("button[value='{language}']"));
        browser.text(&format!("html[lang='{language}'] #identity_code"));
        check(&browser, port, &client.hetu);
        browser.click("form[action='/sheet'] button");
        browser.comes_to("/sheet");
        let sheet = browser.text("main");
        assert!(sheet.contains("Oona Omatyöntekijä") && sheet.contains("044 000 0301"), "{sheet}");
        // A unit's name, or a role, may tell what somebody is a client of.
        for never in [
            "Aikuissosiaalityö",
            "044 000 0001",
            "044 000 0300",
            "044 000 0112",
            "044 000 3000",
            "Tuulikki",
            "Sosiaalityön vaihde",
        ] {
            assert!(!browser.everything().contains(never), "{never}: {sheet}");
        }
        browser.picture(&format!("sheet-{language}"));
        browser.print(&format!("sheet-{language}"));
    }
}

/// WCAG 2.2, 1.4.10: a page of 1280 pixels at 400 % is 320 wide, and is read without scrolling sideways. A picture of time may scroll
/// in its own frame.
#[test]
fn no_screen_scrolls_sideways_at_400_per_cent() {
    let scratch = tempfile::tempdir().unwrap();
    let county = county_with_directory(scratch.path());
    let port = county.product().ports.page;
    let client = person(142);
    on_a_ward(&county, &client);
    let browser = Browser::start_zoomed();
    let fits = |screen: &str| {
        let widths = browser.script("const it = document.documentElement; return [it.clientWidth, it.scrollWidth]");
        browser.picture(&format!("zoom-{screen}"));
        // A scroll bar on the side takes some of the width.
        assert!(widths[0] == widths[1] && widths[0].as_u64() <= Some(320), "{screen}: {widths}");
    };
    browser.open(&at(port, "/sign-in"));
    fits("sign-in");
    sign_in(&browser, port, "paivystaja-1", "fi");
    fits("check");
    check(&browser, port, "010190-999X");
    browser.text(".problem");
    fits("wrong-code");
    check(&browser, port, &client.hetu);
    browser.text(".headline h2");
    fits("answer");
    for screen in ["workers", "timeline", "sheet", "word"] {
        check(&browser, port, &client.hetu);
        browser.click(&format!("form[action='/{screen}'] button"));
        browser.comes_to(&format!("/{screen}"));
        fits(screen);
    }
    browser.open(&at(port, "/contacts"));
    browser.text(".cards");
    fits("contacts");
    check(&browser, port, &client.hetu);
    browser.text(".headline.yes");
    browser.reload();
    browser.text(".headline.unknown");
    fits("used");
}
