//! The duty page in a real browser, over the real product.

mod browser;
mod deceased;
mod headline;
mod hostile;
mod keyboard;
mod night;
mod same;
mod screens;
mod sheet;
mod sign_in;
mod word;

use crate::support::{BINARY, County, ago};
use browser::{Browser, DESK, TELEPHONE};
use serde_json::json;
use std::path::Path;
use testkit::county::{self, DUTY_TOKEN, Person, Visit, adt, person, social};
use testkit::edit::Edit;
use testkit::product::{Product, freeze, scratch, thaw};
use testkit::wire::request;

/// A county with the page, on which a duty worker and a hospital's social worker can sign in.
fn county() -> County {
    County::start_with(&config())
}

/// Its configuration.
fn config() -> String {
    let token = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page.token");
    std::fs::write(&token, DUTY_TOKEN).unwrap();
    county::config_with(&county::page(&token))
}

fn at(port: u16, path: &str) -> String {
    format!("http://localhost:{port}{path}")
}

fn sign_in(browser: &Browser, port: u16, who: &str, language: &str) {
    browser.open(&at(port, "/"));
    // Nothing without a session.
    browser.comes_to("/sign-in");
    browser.choose("#professional", who);
    browser.choose("#language", language);
    browser.click("button.main");
    browser.comes_to("/");
}

fn check(browser: &Browser, port: u16, identity_code: &str) {
    browser.open(&at(port, "/"));
    browser.fill("#identity_code", identity_code);
    browser.click("button.main");
}

/// On a ward since an hour, with an own worker.
fn on_a_ward(county: &County, client: &Person) {
    let visit = Visit { number: "V1", class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    let visit = Visit { planned: Some(ago(-86_400)), ..visit };
    assert_eq!(county.hl7(&adt("A01", "p-1", ago(3600), client, &visit)), "AA");
    let opened = json!({"clientship": "c-1"});
    assert_eq!(county.social(&social("ClientshipOpened", "c-1", ago(9000), client, opened)).status, 200);
    let assigned = json!({
        "assignment": "a-1", "clientship": "c-1", "role": "own-worker", "from": ago(8000).to_string(),
        "worker": {"id": "w-1", "name": "Oona Omatyöntekijä", "phone": "044 000 0001"},
    });
    assert_eq!(county.social(&social("WorkerAssigned", "a-1", ago(8000), client, assigned)).status, 200);
    // Without a matter of its own the duty service is not shown the timeline.
    let met = json!({"contact": "d-1"});
    assert_eq!(county.social(&social("DutyContactRecorded", "d-1", ago(7000), client, met)).status, 200);
}

#[test]
fn a_duty_worker_checks_at_night_and_no_page_shows_the_client_again() {
    let county = county();
    let port = county.product().ports.page;
    let (involved, nobody) = (person(101), person(102));
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    browser.picture("check-fi");
    // No source has reported yet: that nobody knows of a client says nothing.
    check(&browser, port, &nobody.hetu);
    assert_eq!(browser.text(".headline h2"), "EI VOIDA SANOA", "{}", browser.everything());
    browser.picture("unknown-fi");
    on_a_ward(&county, &involved);

    browser.open(&at(port, "/"));
    browser.choose("#purpose", "PURPOSE_NEEDS_ASSESSMENT");
    browser.fill("#case_reference", "A-17");
    browser.fill("#identity_code", "010190-999X");
    browser.click("button.main");
    let stands = browser
        .script("return ['purpose', 'case_reference', 'identity_code'].map(it => document.getElementById(it).value)");
    assert_eq!(stands, json!(["PURPOSE_NEEDS_ASSESSMENT", "A-17", ""]), "the basis as it was chosen, and no code");
    assert_eq!(browser.text(".problem"), "Henkilötunnus ei ole oikein: tarkista merkit. Mitään ei kysytty.");

    // The question stands on the answer as the access log has it: who is asked again knows on what it rested.
    let basis = || browser.script("return [...document.querySelectorAll('.basis dd')].map(it => it.textContent)");
    browser.fill("#identity_code", &involved.hetu);
    browser.click("button.main");
    browser.text(".headline.yes");
    assert_eq!(basis(), json!(["sosiaalipäivystys", "palvelutarpeen arviointi", "A-17"]));
    for screen in ["workers", "timeline"] {
        browser.click(&format!("form[action='/{screen}'] button"));
        browser.comes_to(&format!("/{screen}"));
        assert_eq!(basis(), json!(["sosiaalipäivystys", "palvelutarpeen arviointi", "A-17"]), "{screen}");
    }

    check(&browser, port, &involved.hetu);
    assert_eq!(browser.text(".headline h2"), "Sairaala mukana: KYLLÄ");
    assert_eq!(basis(), json!(["sosiaalipäivystys", "kiireellinen apu", "uusi, ei vielä tunnusta"]));
    let answer = browser.everything();
    for shown in ["tel:0440003000", "Oona Omatyöntekijä", "tel:0440000001", "Naapurikunnan terveyskeskus"] {
        assert!(answer.contains(shown), "{shown}: {answer}");
    }
    assert!(!answer.contains(&involved.hetu) && !answer.contains("OS3"), "{answer}");
    browser.picture("yes-fi");

    // A reload, the way back and the way forth show nobody.
    browser.reload();
    assert!(browser.text(".headline h2").contains("jo lähetetty"));
    let again = browser.everything();
    assert!(again.contains("jo lähetetty") && !again.contains("Oona"), "{again}");
    browser.back();
    assert!(!browser.everything().contains("Oona"));

    // The two other screens, each from the answer.
    check(&browser, port, &involved.hetu);
    browser.click("form[action='/workers'] button");
    assert!(browser.text(".lanes").contains("Tuulikki Terveys"), "{}", browser.everything());
    assert!(browser.text(".lanes").contains("Oona Omatyöntekijä"));
    assert!(browser.text(".lanes section").contains("osaston työntekijä, ei nimetty asiakkaalle"), "of the ward");
    browser.picture("workers-fi");
    browser.click("form[action='/timeline'] button");
    assert!(browser.text("table").contains("osasto"), "{}", browser.everything());
    assert_eq!(browser.script("return document.querySelectorAll('svg .bar').length > 0"), json!(true));
    browser.picture("timeline-fi");
    let place = browser.url_and_title();
    assert!(!place.contains(&involved.hetu) && !place.contains("Meik"), "{place}");

    // Word is left: the own worker finds it in the morning, until it is closed.
    let found = |county: &County| word::found(county, &involved);
    assert_eq!(found(&county), [""; 0]);
    check(&browser, port, &involved.hetu);
    browser.fill("#call_back_to", "044 000 0170");
    browser.click("form[action='/word'] button");
    browser.comes_to("/word");
    assert!(browser.text(".headline").contains("Soittopyyntö jätetty"), "{}", browser.everything());
    browser.picture("word-fi");
    assert_eq!(found(&county), ["Päivi Päivystäjä 044 000 0170"]);
    browser.click("form[action='/timeline'] button");
    browser.comes_to("/timeline");
    assert!(browser.everything().contains("sosiaalipäivystykseen"), "{}", browser.everything());
    check(&browser, port, &involved.hetu);
    browser.click("form[action='/word'] button");
    browser.comes_to("/word");
    assert_eq!(found(&county).len(), 2);
    browser.click("form[action='/word-done'] button");
    browser.comes_to("/word-done");
    assert_eq!(found(&county), ["Päivi Päivystäjä 044 000 0170"]);

    // Nobody knows of the other one; every source has reported.
    county.heartbeat();
    check(&browser, port, &nobody.hetu);
    let headline = browser.text(".headline h2");
    assert_eq!(headline, "EI osastolla, päivystyksessä eikä terveyssosiaalityössä nyt", "{}", browser.everything());
    browser.picture("no-fi");

    // A message about the client was not understood: every screen warns that something may be missing.
    let training = adt("A03", "p-2", ago(30), &involved, &Visit { number: "V1", ..Visit::default() });
    assert_eq!(county.hl7(&training.edit("|P|2.5", "|T|2.5")), "AR");
    for screen in ["workers", "timeline"] {
        check(&browser, port, &involved.hetu);
        browser.click(&format!("form[action='/{screen}'] button"));
        browser.comes_to(&format!("/{screen}"));
        let missing = browser.text(".headline.unknown");
        assert!(missing.contains("EI TIEDOSSA, onko tässä kaikki"), "{screen}: {missing}");
    }

    // In the other languages, and on a telephone.
    for (language, yes) in [("sv", "Sjukhuskontakt: JA"), ("en", "A hospital is involved: YES")] {
        browser.click(&format!("button[value='{language}']"));
        browser.text(&format!("html[lang='{language}'] h1"));
        check(&browser, port, &involved.hetu);
        assert_eq!(browser.text(".headline h2"), yes);
        browser.picture(&format!("yes-{language}"));
    }
    browser.window(TELEPHONE);
    let wide = browser.script("return document.documentElement.scrollWidth <= window.innerWidth");
    assert_eq!(wide, json!(true), "nothing leaves a telephone's width");
    browser.picture("yes-telephone");
    browser.window(DESK);

    // The journey was logged, and nothing of whom it was about or of who asked.
    let log = county.product().log().unwrap();
    assert!(log.len() > 500, "{log}");
    for personal in
        [&involved.hetu, &nobody.hetu, &involved.number, involved.family, involved.given, "Oona", "Päivi", "A-17"]
    {
        assert!(!log.contains(personal), "{personal}: {log}");
    }
    for number in ["044 000 0001", "0440000001", "044 000 0170", "paivystaja-1"] {
        assert!(!log.contains(number), "{number}: {log}");
    }

    // After sign-out nothing is left.
    browser.click("form[action='/sign-out'] button");
    browser.comes_to("/sign-in");
    browser.open(&at(port, "/"));
    browser.comes_to("/sign-in");
    browser.back();
    assert!(!browser.everything().contains("Oona"));
}

#[test]
fn a_page_without_its_api_says_so_and_whom_to_ring() {
    let directory = scratch().unwrap();
    let data = directory.path();
    let (token, config) = (data.join("page.token"), data.join("rinnakkain.toml"));
    std::fs::write(&token, DUTY_TOKEN).unwrap();
    // A port on which nobody listens.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let api = format!("[page]\napi = \"http://127.0.0.1:{nobody}\"");
    let page = county::page(&token).edit("[page]", &api);
    std::fs::write(&config, county::config_with(&page)).unwrap();
    let product = Product::start_part(Path::new(BINARY), "page", &config, data).unwrap();
    let browser = Browser::start();
    sign_in(&browser, product.ports.page, "paivystaja-1", "fi");
    check(&browser, product.ports.page, &person(103).hetu);
    let text = browser.text(".headline");
    assert!(text.contains("Ei voida vastata nyt") && text.contains("017 000 0112"), "{text}");
    let dialled = browser.script("return document.querySelector('.headline a').getAttribute('href')");
    assert_eq!(dialled, json!("tel:0170000112"), "one touch of a telephone rings it");
    browser.picture("away-fi");
    drop(browser);
    assert!(product.stop().unwrap().success());
}

#[test]
fn a_page_whose_database_is_away_says_so_and_comes_back() {
    let county = county();
    let port = county.product().ports.page;
    let client = person(105);
    on_a_ward(&county, &client);
    let browser = Browser::start();
    sign_in(&browser, port, "paivystaja-1", "fi");
    let frozen = freeze(county.postgres()).unwrap();
    check(&browser, port, &client.hetu);
    let text = browser.text(".headline");
    thaw(&frozen).unwrap();
    assert!(text.contains("Ei voida vastata nyt") && text.contains("017 000 0112"), "{text}");
    let all = browser.everything();
    assert!(!all.contains(" EI ") && !all.contains("Oona"), "nothing that reads as an answer: {all}");
    check(&browser, port, &client.hetu);
    assert_eq!(browser.text(".headline h2"), "Sairaala mukana: KYLLÄ");
}

#[test]
fn a_form_of_another_site_or_session_is_not_taken() {
    let county = county();
    let port = county.product().ports.page;
    let who = "professional=paivystaja-1&language=fi";
    let form_type = ("content-type", "application/x-www-form-urlencoded");
    let send = |path: &str, headers: &[(&str, &str)], body: &str| {
        let headers: Vec<_> = headers.iter().copied().chain([form_type, ("host", "localhost")]).collect();
        request(port, &format!("POST {path}"), &headers, body).unwrap()
    };
    let elsewhere = send("/sign-in", &[("sec-fetch-site", "cross-site")], who);
    assert_eq!(elsewhere.status, 403);
    assert!(elsewhere.body.contains("toiselta sivustolta") && elsewhere.body.contains("<h1>"), "{}", elsewhere.body);
    assert_eq!(elsewhere.header("set-cookie"), None);
    assert_eq!(send("/sign-in", &[], "professional=somebody&language=fi").header("set-cookie"), None);
    let cookie = || {
        let cookie = send("/sign-in", &[], who).header("set-cookie").unwrap();
        for attribute in ["HttpOnly", "Secure", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        cookie.split(';').next().unwrap().to_owned()
    };
    let (own, other) = (cookie(), cookie());
    let page = request(port, "GET /", &[("cookie", &own), ("host", "localhost")], "").unwrap();
    for (name, value) in [("cache-control", "no-store"), ("referrer-policy", "no-referrer")] {
        assert_eq!(page.header(name).as_deref(), Some(value));
    }
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let form = form_of(&page.body, "/check");
    let asked = format!(
        "form={form}&identity_code={}&task=TASK_DUTY_SOCIAL_SERVICE&purpose=PURPOSE_URGENT_HELP",
        person(104).hetu
    );
    assert_eq!(send("/check", &[], &asked).status, 303, "without a session");
    assert_eq!(send("/check", &[("cookie", &other)], &asked).status, 410, "another session's form");
    let task = asked.edit("DUTY_SOCIAL_SERVICE", "CLIENT_WORK");
    assert_eq!(send("/check", &[("cookie", &own)], &task).status, 403, "a task that this person does not have");
    assert_eq!(send("/check", &[("cookie", &own)], &asked).status, 410, "it was used");
    // What is no form of this page's has a page that says so, and asks nothing.
    for path in ["/check", "/workers", "/timeline", "/sheet", "/word", "/word-done", "/contacts-close", "/language"] {
        for (name, body) in [("without its number", String::new()), ("too long", "x".repeat(5000))] {
            let malformed = send(path, &[("cookie", &own)], &body);
            assert_eq!(malformed.status, 400, "{path} {name}: {}", malformed.body);
            assert!(malformed.body.contains("Lomaketta ei voitu lukea") && malformed.body.contains("<h1>"), "{path}");
        }
    }
    assert_eq!(send("/sign-in", &[], "").header("location").as_deref(), Some("/sign-in"));
    // A copy of the cookie counts no more once its session has signed out.
    let page = request(port, "GET /", &[("cookie", &own), ("host", "localhost")], "").unwrap();
    let form = form_of(&page.body, "/sign-out");
    assert_eq!(send("/sign-out", &[("cookie", &own)], &format!("form={form}")).status, 303);
    let after = request(port, "GET /", &[("cookie", &own), ("host", "localhost")], "").unwrap();
    assert_eq!((after.status, after.header("location").as_deref()), (303, Some("/sign-in")));
}

/// The number of the form that is sent to `action`.
fn form_of<'a>(page: &'a str, action: &str) -> &'a str {
    let form = page.split(&format!("action=\"{action}\"")).nth(1).unwrap();
    form.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

/// Anybody can sign in as the made-up professionals, so a proxy on this machine must not bring anybody in.
#[test]
fn made_up_professionals_sign_in_on_the_machine_itself_only() {
    let county = county();
    let port = county.product().ports.page;
    let status = |headers: &[(&str, &str)]| request(port, "GET /sign-in", headers, "").unwrap().status;
    for here in ["localhost", "LOCALHOST:8443", "127.0.0.1:1", "[::1]:8443"] {
        assert_eq!(status(&[("host", here)]), 200, "{here}");
    }
    for (name, value) in [
        ("host", "paivystys.example"),
        ("host", "localhost.example"),
        ("host", "10.0.0.7"),
        ("host", ""),
        ("forwarded", "for=192.0.2.7"),
        ("x-forwarded-for", "127.0.0.1"),
        ("X-Forwarded-Proto", "https"),
        ("x-real-ip", "192.0.2.7"),
        ("via", "1.1 proxy"),
    ] {
        assert_eq!(status(&[(name, value)]), 421, "{name}: {value}");
    }
    let body = "professional=paivystaja-1&language=fi";
    let form = ("content-type", "application/x-www-form-urlencoded");
    let relayed = request(port, "POST /sign-in", &[form, ("x-forwarded-for", "192.0.2.7")], body).unwrap();
    assert_eq!(relayed.status, 421);
    assert!(!relayed.head.to_lowercase().contains("set-cookie"));
    assert_eq!(request(port, "POST /sign-in", &[form], body).unwrap().status, 303);
}
