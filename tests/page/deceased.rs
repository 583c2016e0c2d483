//! Somebody who has died: the answer says so before a worker rings a relative about the living.

use super::browser::Browser;
use super::{check, county, on_a_ward, sign_in};
use crate::support::ago;
use testkit::county::{Visit, adt, person};
use testkit::edit::Edit;

#[test]
fn that_a_client_has_died_stands_by_the_headline() {
    let county = county();
    county.heartbeat();
    let port = county.product().ports.page;
    let client = person(191);
    on_a_ward(&county, &client);
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    check(&browser, port, &client.hetu);
    browser.text(".headline.yes");
    assert!(!browser.text(".headline").contains("kuollut"), "{}", browser.everything());
    // PID-30 of the discharge.
    let visit = Visit { number: "V1", class: "I", ward: "OS3", ended: Some(ago(60)), ..Visit::default() };
    let named = format!("{}^{}\r", client.family, client.given);
    let dead = format!("{}^{}{}Y\r", client.family, client.given, "|".repeat(25));
    assert_eq!(county.hl7(&adt("A03", "p-2", ago(60), &client, &visit).edit(&named, &dead)), "AA");
    for (language, words) in
        [("fi", "Asiakas on kuollut"), ("sv", "Klienten är avliden"), ("en", "The client has died")]
    {
        browser.click(&format!("button[value='{language}']"));
        browser.text(&format!("html[lang='{language}'] #identity_code"));
        check(&browser, port, &client.hetu);
        assert!(browser.text(".headline .problem").contains(words), "{}", browser.everything());
    }
    browser.picture("deceased-en");
}
