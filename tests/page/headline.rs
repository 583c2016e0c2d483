//! What is expected or past makes no hospital involved now, and is shown all the same.

use super::browser::Browser;
use super::{at, check, config, sign_in};
use crate::support::{County, DUTY, ago};
use api::proto::check_involvement_response::Involvement;
use serde_json::json;
use testkit::county::{Visit, adt, person, social};
use testkit::edit::Edit;

#[test]
fn who_is_awaited_and_who_has_left_are_not_on_a_ward() {
    let county = County::start_with(&config().edit_first("[access]\n", "[access]\nrecent_discharge = \"72h\"\n"));
    let port = county.product().ports.page;
    let (awaited, left, there) = (person(191), person(192), person(193));
    let visit = |number, started| Visit { number, class: "I", ward: "OS3", started, ..Visit::default() };
    assert_eq!(county.hl7(&adt("A05", "p-1", ago(3600), &awaited, &visit("V1", Some(ago(-86_400))))), "AA");
    let met = json!({"contact": "d-1"});
    assert_eq!(county.social(&social("DutyContactRecorded", "d-1", ago(7000), &left, met)).status, 200);
    assert_eq!(county.hl7(&adt("A01", "p-2", ago(9000), &left, &visit("V2", Some(ago(9000))))), "AA");
    assert_eq!(county.hl7(&adt("A03", "p-3", ago(3600), &left, &visit("V2", Some(ago(9000))))), "AA");
    assert_eq!(county.hl7(&adt("A01", "p-4", ago(3600), &there, &visit("V3", Some(ago(3600))))), "AA");
    assert_eq!(county.hl7(&adt("A05", "p-5", ago(3000), &there, &visit("V4", Some(ago(-86_400))))), "AA");
    county.heartbeat();

    let answer = county.involvement(DUTY, &awaited.hetu).unwrap();
    assert!(matches!(answer.involvement, Some(Involvement::NotInvolved(_))));
    assert_eq!(answer.not_now.len(), 1);
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    let no = "EI osastolla, päivystyksessä eikä terveyssosiaalityössä nyt";
    for (client, headline, signs) in [
        (&awaited, no, &["suunniteltu sairaalaan tulo"][..]),
        (&left, no, &["äskettäin päättynyt sairaalajakso"]),
        (&there, "Sairaala mukana: KYLLÄ", &["osastohoitojakso", "suunniteltu sairaalaan tulo"]),
    ] {
        check(&browser, port, &client.hetu);
        assert_eq!(browser.text(".headline h2"), headline, "{}", browser.everything());
        let kinds = browser.script("return [...document.querySelectorAll('#hospital h3')].map(it => it.textContent)");
        assert_eq!(kinds, json!(signs));
        browser.open(&at(port, "/"));
    }
    browser.picture("awaited-fi");
}
