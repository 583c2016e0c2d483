//! Leaving word: what the own worker finds, and what becomes of it.

use super::browser::Browser;
use super::{check, county as county_with_page, on_a_ward, sign_in};
use crate::support::{BINARY, County, SOCIAL};
use api::proto::contact_point::ContactPoint;
use api::proto::{self, WorkerRole};
use std::path::Path;
use testkit::county::{self, DUTY_TOKEN, Person, person};
use testkit::product::{Product, scratch};
use testkit::proxy::{Proxies, State, To};

/// Who of the duty service waits for a call, as the own worker is told.
pub(super) fn found(county: &County, client: &Person) -> Vec<String> {
    let workers = county.workers(SOCIAL, &client.hetu).unwrap().workers;
    let duty = |it: &proto::Worker| match it.contact.as_ref().and_then(|it| it.contact_point.as_ref()) {
        Some(ContactPoint::Named(named)) => format!("{} {}", named.name, named.phone),
        _ => "somebody else".to_owned(),
    };
    workers.iter().filter(|it| it.role() == WorkerRole::DutySocialService).map(duty).collect()
}

#[test]
fn word_that_was_left_is_found_and_closed_after_a_restart_and_another_sign_in() {
    let mut county = county_with_page();
    let client = person(122);
    on_a_ward(&county, &client);
    let browser = Browser::start();
    let port = county.product().ports.page;
    sign_in(&browser, port, "paivystaja-1", "fi");
    browser.click("header a[href='/contacts']");
    browser.comes_to("/contacts");
    assert!(browser.text("main").contains("Sinulla ei ole avoimia soittopyyntöjä"), "{}", browser.everything());
    check(&browser, port, &client.hetu);
    browser.fill("#call_back_to", "044 000 0172");
    browser.click("form[action='/word'] button");
    browser.text("form[action='/word-done'] button");
    let mark = browser.text(".headline .strong").replace("Viite ", "");
    county.kill();
    county.start_again();
    let port = county.product().ports.page;
    sign_in(&browser, port, "paivystaja-1", "fi");
    browser.click("header a[href='/contacts']");
    browser.comes_to("/contacts");
    let list = browser.text(".cards");
    assert!(list.contains(&mark) && list.contains("044 000 0172") && list.contains("Odottaa"), "{mark}: {list}");
    let shown = browser.everything();
    assert!(!shown.contains(&client.hetu) && !shown.contains("Meik"), "no client is named: {shown}");
    for language in ["sv", "en", "fi"] {
        browser.click(&format!("button[value='{language}']"));
        browser.text(&format!("html[lang='{language}'] #identity_code"));
        browser.click("header a[href='/contacts']");
        browser.text(".cards");
        browser.picture(&format!("contacts-{language}"));
    }
    assert_eq!(found(&county, &client).len(), 1);
    browser.choose("form[action='/contacts-close'] select", "own-worker");
    browser.click("form[action='/contacts-close'] button");
    browser.text(".cards > li:not(:has(form))");
    let closed = browser.text(".cards");
    assert!(closed.contains("Soittopyyntö suljettu") && closed.contains("siirretty: omatyöntekijä"), "{closed}");
    browser.picture("contacts-closed-fi");
    assert_eq!(found(&county, &client), [""; 0]);
    // It is nobody else's.
    browser.click("form[action='/sign-out'] button");
    browser.comes_to("/sign-in");
    sign_in(&browser, port, "ylpea-1", "fi");
    browser.click("header a[href='/contacts']");
    browser.comes_to("/contacts");
    assert!(!browser.text("main").contains(&mark), "{}", browser.everything());
}

#[test]
fn word_whose_answer_is_lost_is_sent_again_and_left_once() {
    let county = county_with_page();
    let client = person(121);
    on_a_ward(&county, &client);
    // A page of its own, over a link to the API.
    let (proxies, directory) = (Proxies::start().unwrap(), scratch().unwrap());
    let link = proxies.link(To::Port(county.product().ports.grpc)).unwrap();
    let (token, config) = (directory.path().join("page.token"), directory.path().join("rinnakkain.toml"));
    std::fs::write(&token, DUTY_TOKEN).unwrap();
    let api = format!("[page]\napi = \"http://127.0.0.1:{}\"", link.port());
    std::fs::write(&config, county::config_with(&county::page(&token).replace("[page]", &api))).unwrap();
    let page = Product::start_part(Path::new(BINARY), "page", &config, directory.path()).unwrap();
    let browser = Browser::start();
    let port = page.ports.page;
    sign_in(&browser, port, "paivystaja-1", "fi");
    check(&browser, port, &client.hetu);
    browser.fill("#call_back_to", "044 000 0171");
    link.set(State::Unanswered);
    browser.click("form[action='/word'] button");
    browser.text("[role='alert'] ~ section form[action='/word'] button");
    let unknown = browser.text("main");
    assert!(unknown.contains("Ei tiedetä, ehtikö pyyntösi perille"), "{unknown}");
    browser.picture("word-unknown-fi");
    assert_eq!(found(&county, &client), ["Päivi Päivystäjä 044 000 0171"], "it did arrive");
    link.set(State::Open);
    browser.click("form[action='/word'] button.main");
    browser.text("form[action='/word-done'] button");
    assert_eq!(found(&county, &client), ["Päivi Päivystäjä 044 000 0171"], "and is left once");
    // So is closing it.
    link.set(State::Cut);
    browser.click("form[action='/word-done'] button");
    browser.text("[role='alert'] ~ section form[action='/word-done'] button");
    link.set(State::Open);
    browser.click("form[action='/word-done'] button.main");
    browser.text(".headline.no");
    assert_eq!(found(&county, &client), [""; 0]);
}
