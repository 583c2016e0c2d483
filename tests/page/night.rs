//! Wednesday, 02.10: whom to ring this minute, and who opens in the morning. The clock of the product begins there.

use super::browser::Browser;
use super::{check, config, sign_in};
use crate::support::County;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use testkit::county::{Visit, adt, person, social};

/// Wednesday, 02.10 in the county: it is winter, and no holiday.
const NIGHT: &str = "2026-03-04T02:10:00+02:00";

#[test]
fn at_ten_past_two_the_hospitals_line_is_rung_and_the_own_worker_opens_at_eight() {
    let county = County::start_at(NIGHT, &config());
    let port = county.product().ports.page;
    let client = person(131);
    let ago = |hours: i64| NIGHT.parse::<Timestamp>().unwrap() - hours.hours();
    let visit = Visit { number: "V1", class: "I", ward: "OS3", started: Some(ago(5)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "p-1", ago(5), &client, &visit)), "AA");
    let opened = json!({"clientship": "c-1"});
    assert_eq!(county.social(&social("ClientshipOpened", "c-1", ago(900), &client, opened)).status, 200);
    let assigned = json!({
        "assignment": "a-1", "clientship": "c-1", "role": "own-worker", "from": ago(800).to_string(),
        "worker": {"id": "w-1", "name": "Oona Omatyöntekijä", "phone": "044 000 0001", "hours": "ma–pe 8–16"},
    });
    assert_eq!(county.social(&social("WorkerAssigned", "a-1", ago(800), &client, assigned)).status, 200);
    let case = json!({"case": "k-1", "ground": "application"});
    assert_eq!(county.social(&social("CaseOpened", "k-1", ago(6), &client, case)).status, 200);
    let assessed = json!({"case": "k-1", "result": "urgent"});
    assert_eq!(county.social(&social("UrgentNeedAssessed", "u-1", ago(6), &client, assessed)).status, 200);
    for (service, at) in [("s-1", ago(-72)), ("s-2", ago(100))] {
        let agreed = json!({"service": service, "service_task": "home-care", "starts_at": at.to_string()});
        assert_eq!(county.social(&social("ServiceStartAgreed", service, ago(200), &client, agreed)).status, 200);
    }
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    assert!(browser.text("header .clock").starts_with("2.1"), "{}", browser.text("header .clock"));
    check(&browser, port, &client.hetu);
    assert_eq!(browser.text(".headline h2"), "Sairaala mukana: KYLLÄ");
    let rings = |card: &str| {
        let script = format!(
            "return [...document.querySelectorAll(\"{card} .ring\")].map(it => it.querySelector('strong').textContent + \
             ' ' + it.querySelector('a').getAttribute('href'))"
        );
        browser.script(&script)
    };
    assert_eq!(
        rings("#hospital"),
        json!(["soita nyt tel:0440003000", "avautuu ke 4.3.2026 klo 8.00 tel:0440003001"]),
        "the hospital: {}",
        browser.everything()
    );
    let own = browser.text("#own-worker");
    assert!(own.contains("Oona Omatyöntekijä") && own.contains("avautuu ke 4.3.2026 klo 8.00"), "{own}");
    assert_eq!(own.matches("044 000 0001").count(), 1, "once, with the time from which it is answered: {own}");
    assert!(!own.contains("soita nyt\n044 000 0001") && !own.contains("soita nyt Oona"), "{own}");
    // What social care has promised: assessed in the evening, one start ahead and one that nobody reported.
    let promised = browser.text("#promises");
    for text in [
        "kiireellinen avuntarve arvioitu: kiireellinen 3.3.2026 klo 20.10",
        "palvelun sovittu alku 7.3.2026 klo 2.10",
        "palvelun sovittu alku 27.2.2026 klo 22.10: aika on ohi",
    ] {
        assert!(promised.contains(text), "{text}: {promised}");
    }
    browser.picture("night-fi");
    // Each worker is rung from the other screen too. The exchange is a number and no person.
    browser.click("form[action='/workers'] button");
    browser.comes_to("/workers");
    browser.picture("night-workers-fi");
    let now = json!(["soita nyt tel:0440003000", "avautuu ke 4.3.2026 klo 8.00 tel:0440003001"]);
    assert_eq!(rings(".lanes section:first-child li:first-child"), now, "{}", browser.everything());
    assert_eq!(rings(".lanes section:first-child li:last-child"), json!(["soita nyt tel:0440003000"]), "the exchange");
    assert_eq!(rings(".lanes section:last-child"), json!(["avautuu ke 4.3.2026 klo 8.00 tel:0440000001"]));
    let headings = browser.script(
        "return [...document.querySelectorAll('.lanes section:first-child li')] \
         .map(it => [it.querySelector('h3').textContent, it.querySelector('.help').textContent])",
    );
    let worker = ["terveyssosiaalityöntekijä", "osaston työntekijä, ei nimetty asiakkaalle"];
    let exchange = ["terveyssosiaalityö", "osaston yhteysnumero, ei nimetty asiakkaalle"];
    assert_eq!(headings, json!([worker, exchange]));
    for language in ["sv", "en"] {
        browser.click(&format!("button[value='{language}']"));
        browser.text(&format!("html[lang='{language}'] #identity_code"));
        check(&browser, port, &client.hetu);
        browser.text(".headline h2");
        browser.picture(&format!("night-{language}"));
        // Its hours stand as their source wrote them: no screen reader takes them for Swedish or English.
        let hours = "const it = [...document.querySelectorAll('.hours')].find(it => it.textContent === 'ma–pe 8–16'); \
                     return it && it.closest('[lang]').getAttribute('lang')";
        assert_eq!(browser.script(hours), json!(""), "{language}: {}", browser.everything());
    }
}
