//! Sign-in to the duty page at a real identity provider.

use super::browser::Browser;
use super::{at, check, on_a_ward};
use crate::support::County;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;
use testkit::county::{self, DUTY_TOKEN, person};
use testkit::edit::Edit;
use testkit::java::Port;
use testkit::keycloak::{self, DUTY_WORKER, ELSEWHERE, Keycloak, PAGE, PASSWORD, WITHOUT_TASK};
use testkit::wire::request;

/// After it an access token of the page is changed for a new one (`testkit::keycloak`).
const TOKEN: Duration = Duration::from_secs(4);

/// A county whose page lets in whom the provider knows, if they are of the duty service. The page's port is held for it.
fn county(provider: &Keycloak) -> (County, Port) {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (token, secret) = (scratch.join("page.token"), scratch.join("page.secret"));
    std::fs::write(&token, DUTY_TOKEN).unwrap();
    std::fs::write(&secret, keycloak::secret_of(PAGE)).unwrap();
    let (port, issuer) = (Port::free().unwrap(), provider.issuer());
    let more = format!(
        r#"[identity_provider]
issuer = "{issuer}"
audience = "rinnakkain"
[identity_provider.claims]
tasks = "rinnakkain_tasks"
[page]
address = "127.0.0.1:{}"
token_file = "{}"
telephone = "017 000 0112"
[page.sign_in]
url = "http://localhost:{}"
client_id = "{PAGE}"
client_secret_file = "{}"
"#,
        port.number(),
        token.display(),
        port.number(),
        secret.display(),
    );
    let of_the_page = format!("client_id = \"{PAGE}\"\nunits = [\"Sosiaalipäivystys\"]\nside = \"duty\"");
    let config = county::config_with(&more).edit("side = \"duty\"", &of_the_page);
    let asserted = |side: &str| format!("users = \"asserted\"\nside = \"{side}\"");
    let config = ["social", "health"]
        .into_iter()
        .fold(config, |it, side| it.edit(&format!("side = \"{side}\""), &asserted(side)));
    (County::start_with(&config), port)
}

/// At the provider's own page.
fn identify(browser: &Browser, who: &str) {
    browser.fill("#username", who);
    browser.fill("#password", PASSWORD);
    browser.click("#kc-login");
}

fn sign_in(browser: &Browser, port: u16, who: &str) {
    browser.open(&at(port, "/"));
    browser.comes_to("/sign-in");
    browser.click("a[lang='fi']");
    identify(browser, who);
    browser.comes_to("/");
}

#[test]
fn a_duty_worker_signs_in_at_the_provider_and_is_named_in_the_log() {
    let provider = keycloak::shared().unwrap();
    let (county, port) = county(&provider);
    let port = port.number();
    let client = person(111);
    on_a_ward(&county, &client);
    let browser = Browser::start();
    browser.open(&at(port, "/"));
    browser.comes_to("/sign-in");
    browser.picture("sign-in-fi");
    sign_in(&browser, port, DUTY_WORKER);
    assert!(browser.text("header").contains("Päivi Päivystäjä"), "{}", browser.everything());
    check(&browser, port, &client.hetu);
    assert_eq!(browser.text(".headline h2"), "Sairaala mukana: KYLLÄ");

    // The token has been changed for a new one behind the session.
    sleep(TOKEN);
    check(&browser, port, &client.hetu);
    assert_eq!(browser.text(".headline h2"), "Sairaala mukana: KYLLÄ");
    browser.click("form[action='/workers'] button");
    browser.comes_to("/workers");

    let log =
        county.operator(&["log", "list", "--json", "--user", "t", "--reason", "test", "--of-user", "paivystaja-1"]);
    assert!(log.contains("Päivi Päivystäjä") && log.contains("Sosiaalipäivystys") && log.contains("token"), "{log}");

    // Sign-out ends the session here and at the provider: the next one is asked for a password.
    browser.click("form[action='/sign-out'] button");
    browser.comes_to("/sign-in");
    browser.open(&at(port, "/"));
    browser.comes_to("/sign-in");
    browser.click("a[lang='fi']");
    browser.text("#kc-login");
}

#[test]
fn who_may_not_ask_learns_nothing() {
    let provider = keycloak::shared().unwrap();
    let (county, port) = county(&provider);
    let port = port.number();
    let client = person(112);
    on_a_ward(&county, &client);
    // Of another unit: the API refuses.
    let browser = Browser::start();
    sign_in(&browser, port, ELSEWHERE);
    check(&browser, port, &client.hetu);
    let refused = browser.everything();
    assert!(refused.contains("Ei näytettävää tällä perusteella.") && refused.contains("017 000 0112"), "{refused}");
    assert!(refused.contains("role=\"alert\"") && !refused.contains("KYLLÄ") && !refused.contains("Oona"), "{refused}");
    drop(browser);
    // Without a task: nobody signs in.
    let browser = Browser::start();
    browser.open(&at(port, "/"));
    browser.click("a[lang='sv']");
    identify(&browser, WITHOUT_TASK);
    assert!(browser.text(".problem").contains("Inloggningen lyckades inte"), "{}", browser.everything());
    browser.open(&at(port, "/"));
    browser.comes_to("/sign-in");
}

#[test]
fn a_way_back_that_did_not_begin_here_signs_nobody_in() {
    let provider = keycloak::shared().unwrap();
    let (_county, port) = county(&provider);
    let get = |path: &str, cookie: &str| {
        request(port.number(), &format!("GET {path}"), &[("host", "localhost"), ("cookie", cookie)], "").unwrap()
    };
    let begun = get("/sign-in/provider?language=fi", "");
    let (to, cookie) = (begun.header("location").unwrap(), begun.header("set-cookie").unwrap());
    assert!(to.starts_with(&provider.issuer()) && to.contains("code_challenge_method=S256"), "{to}");
    for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let parameter = |name: &str| {
        let value = to.split(&format!("{name}=")).nth(1).unwrap();
        value.split('&').next().unwrap().to_owned()
    };
    let state = parameter("state");
    for (case, path, cookie) in [
        ("without a cookie", format!("/sign-in/return?code=x&state={state}"), ""),
        ("another state", "/sign-in/return?code=x&state=other".to_owned(), cookie),
        ("no state", "/sign-in/return?code=x".to_owned(), cookie),
        ("a made-up code", format!("/sign-in/return?code=x&state={state}"), cookie),
        ("another provider", format!("/sign-in/return?code=x&state={state}&iss=https://other.example"), cookie),
        ("cancelled", format!("/sign-in/return?error=access_denied&state={state}"), cookie),
    ] {
        let returned = get(&path, cookie);
        assert_eq!(returned.status, 403, "{case}");
        let cookies = returned.header("set-cookie").unwrap_or_default();
        assert!(!cookies.contains("__Host-rinnakkain="), "{case}: {cookies}");
    }
    // Another's name, as without a provider, is not taken either.
    let body = "professional=paivystaja-1&language=fi";
    let type_ = ("content-type", "application/x-www-form-urlencoded");
    let made_up = request(port.number(), "POST /sign-in", &[("host", "localhost"), type_], body).unwrap();
    assert_eq!(made_up.header("set-cookie"), None);
}

#[test]
fn a_provider_that_is_away_or_ends_a_session_is_said_in_words() {
    let mut provider = Keycloak::start().unwrap();
    let (county, port) = county(&provider);
    let port = port.number();
    let client = person(113);
    on_a_ward(&county, &client);
    let browser = Browser::start();
    sign_in(&browser, port, DUTY_WORKER);
    provider.kill();
    sleep(TOKEN);
    check(&browser, port, &client.hetu);
    let away = browser.text(".headline");
    assert!(away.contains("Ei voida vastata nyt") && away.contains("017 000 0112"), "{away}");
    // It comes back, and knows of no session.
    provider.run_again().unwrap();
    check(&browser, port, &client.hetu);
    assert!(browser.text(".headline").contains("päättynyt tunnistuspalvelussa"), "{}", browser.everything());
    assert!(!browser.everything().contains("Oona"));
    // Who signs out while it is away is told that its own session may go on.
    provider.kill();
    browser.click("form[action='/sign-out'] button");
    let told = browser.text(".problem");
    assert!(told.contains("kirjautunut ulos täältä") && told.contains("sulje selain"), "{told}");
    browser.open(&at(port, "/"));
    browser.comes_to("/sign-in");
}
