//! Every screen in every language, on a workstation and a telephone, light and dark: nothing leaves the window, and the pictures are
//! written for people to look at.

use super::browser::{Browser, DESK, TELEPHONE};
use super::{at, check, county as county_with_page, on_a_ward, sign_in};
use crate::consent::permit;
use crate::duty::waiting;
use crate::support::{HEALTH, SOCIAL};
use serde_json::json;
use testkit::county::person;

#[test]
fn every_screen_fits_its_window_in_every_language() {
    let county = county_with_page();
    county.heartbeat();
    let port = county.product().ports.page;
    let client = person(171);
    on_a_ward(&county, &client);
    for (browser, shade) in [(Browser::start(), "light"), (Browser::start_dark(), "dark")] {
        let fits = |screen: &str, language: &str| {
            for (window, name) in [(DESK, "desk"), (TELEPHONE, "telephone")] {
                browser.window(window);
                let wide = browser.script("return document.documentElement.scrollWidth <= window.innerWidth");
                browser.whole_picture(window, &format!("all-{screen}-{language}-{name}-{shade}"));
                assert_eq!(wide, json!(true), "{screen} {language} {name}");
                assert_eq!(browser.script("return document.documentElement.lang"), json!(language), "{screen}");
            }
            browser.window(DESK);
        };
        for language in ["fi", "sv", "en"] {
            sign_in(&browser, port, "paivystaja-1", language);
            fits("check", language);
            check(&browser, port, "010190-999X");
            browser.text(".problem");
            fits("wrong-code", language);
            check(&browser, port, &client.hetu);
            browser.text(".headline.yes");
            fits("answer", language);
            for screen in ["workers", "timeline", "sheet"] {
                check(&browser, port, &client.hetu);
                browser.click(&format!("form[action='/{screen}'] button"));
                browser.comes_to(&format!("/{screen}"));
                fits(screen, language);
            }
            check(&browser, port, &client.hetu);
            browser.fill("#call_back_to", "044 000 0173");
            browser.choose("#service_task", "adults");
            browser.click("form[action='/word'] button");
            browser.text("form[action='/word-done'] select");
            fits("word", language);
            browser.open(&at(port, "/contacts"));
            browser.text(".cards select");
            fits("contacts", language);
            browser.choose("form[action='/contacts-close'] select", "own-worker");
            browser.click("form[action='/contacts-close'] button");
            browser.text(".cards > li:not(:has(form))");
            fits("contacts-closed", language);
            check(&browser, port, &person(172).hetu);
            browser.text(".headline h2");
            fits("nobody", language);
            browser.reload();
            browser.text(".headline.unknown");
            fits("used", language);
            browser.click("form[action='/sign-out'] button");
            browser.comes_to("/sign-in");
        }
    }
}

/// The page offers the service tasks of the configuration, and says what comes of one.
#[test]
fn word_of_a_chosen_service_task_reaches_the_ward_that_a_permission_lets() {
    let county = county_with_page();
    county.heartbeat();
    let port = county.product().ports.page;
    let client = person(173);
    on_a_ward(&county, &client);
    permit(&county, HEALTH, &client, "c1", "adults").unwrap();
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    for (task, of_all, of_ward) in [("", 1, 0), ("families", 2, 0), ("adults", 3, 1)] {
        check(&browser, port, &client.hetu);
        assert!(browser.text("#service_task_help").contains("luovutusluvan"));
        browser.choose("#service_task", task);
        browser.click("form[action='/word'] button");
        browser.comes_to("/word");
        browser.text("form[action='/word-done'] button");
        assert_eq!((waiting(&county, SOCIAL, &client), waiting(&county, HEALTH, &client)), (of_all, of_ward), "{task}");
    }
    // To whom it was handed over stands in the timeline.
    browser.choose("form[action='/word-done'] select", "childs-social-worker");
    browser.click("form[action='/word-done'] button");
    assert!(browser.text(".headline.no").contains("siirretty: lapsen asioista vastaava sosiaalityöntekijä"));
    check(&browser, port, &client.hetu);
    browser.click("form[action='/timeline'] button");
    let timeline = browser.text("main");
    assert!(timeline.contains("siirretty: lapsen asioista vastaava sosiaalityöntekijä"), "{timeline}");
}
