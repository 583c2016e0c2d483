//! Without a mouse, and after the session.

use super::browser::Browser;
use super::{at, county, on_a_ward, sign_in};
use serde_json::json;
use testkit::county::person;

/// WebDriver's code of the key.
const TAB: &str = "\u{E004}";

/// Goes from one thing that can have the focus to the next until this one has it, and sees that each can be seen to have it.
fn tab_to(browser: &Browser, selector: &str) {
    for _ in 0..60 {
        browser.press(TAB);
        let seen = "const it = document.activeElement, style = getComputedStyle(it); \
                    return it === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)";
        assert_eq!(browser.script(seen), json!(true), "the focus is seen: {}", browser.everything());
        if browser.script(&format!("return document.activeElement.matches(\"{selector}\")")) == json!(true) {
            return;
        }
    }
    panic!("{selector} is not reached: {}", browser.everything());
}

#[test]
fn the_keyboard_alone_is_enough_and_an_expired_session_shows_nothing() {
    let county = county();
    let port = county.product().ports.page;
    let client = person(106);
    on_a_ward(&county, &client);
    let browser = Browser::start();
    browser.open(&at(port, "/"));
    browser.comes_to("/sign-in");
    tab_to(&browser, "button.main");
    browser.enter();
    browser.comes_to("/");
    // The first thing that is asked for has the focus.
    browser.press(&client.hetu);
    browser.enter();
    browser.comes_to("/check");
    browser.text(".headline.yes");
    tab_to(&browser, "form[action='/timeline'] button");
    browser.enter();
    browser.comes_to("/timeline");
    // The picture, which may be wider than the window, can be moved.
    tab_to(&browser, ".picture");
    tab_to(&browser, "a[href='/']");
    browser.enter();
    browser.comes_to("/");

    browser.press(&client.hetu);
    browser.forget();
    browser.enter();
    browser.comes_to("/sign-in");
    assert!(!browser.everything().contains("Oona"), "{}", browser.everything());
    sign_in(&browser, port, "paivystaja-1", "fi");
}
