//! A client whom nobody knows and one who may not be shown read the same, on every screen.

use super::{config, form_of};
use crate::support::{County, ago};
use serde_json::json;
use testkit::county::{self, OTHER_TOKEN, Person, person, social};
use testkit::edit::Edit;
use testkit::wire::{EVENT, post, request};

/// A page without what differs from one moment to the next: the numbers of its forms, the mark of a call-back, the time, and how long
/// ago each source reported.
fn steady(page: &str) -> String {
    let mut parts = page.split("name=\"form\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    let page = parts.fold(first, |before, part| before + part.split_once('"').unwrap().1);
    let timed = ["class=\"clock\"", "class=\"on-paper\"", "Soittopyyntö jätetty", "Soittopyyntö suljettu", "Viite "];
    let lines = page.lines().filter(|line| !timed.iter().any(|it| line.contains(it)));
    lines.map(|line| line.split_once("</th><td>").map_or(line, |it| it.0)).collect::<Vec<_>>().join("\n")
}

#[test]
fn who_may_not_be_shown_reads_as_somebody_whom_nobody_knows() {
    // Another system, all of which is a shelter's.
    let shelter = county::another_source().edit("service_class = \"ordinary\"", "service_class = \"shelter\"");
    let shelter = shelter.edit("covers = [\"clientships\"]", "covers = [\"clientships\", \"workers\"]");
    let county = County::start_with(&(config() + &shelter));
    county.heartbeat();
    let port = county.product().ports.page;
    let (withheld, unknown, without_matter) = (person(181), person(182), person(183));
    let opened = json!({"clientship": "c-1"});
    let assigned = json!({
        "assignment": "a-1", "clientship": "c-1", "role": "own-worker", "from": ago(8000).to_string(),
        "worker": {"id": "w-1", "name": "Saara Suoja", "phone": "044 000 0009"},
    });
    for event in [
        social("ClientshipOpened", "c-1", ago(9000), &withheld, opened.clone()),
        social("WorkerAssigned", "a-1", ago(8000), &withheld, assigned),
    ] {
        let event = event.to_string().edit("\"sosiaali\"", "\"toinen\"");
        let answer = post(county.product().ports.http, "/events", OTHER_TOKEN, EVENT, &event).unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    // The duty service has no matter with this client: it is not shown what happened.
    assert_eq!(county.social(&social("ClientshipOpened", "c-1", ago(9000), &without_matter, opened)).status, 200);
    let type_ = ("content-type", "application/x-www-form-urlencoded");
    let host = ("host", "localhost");
    let signed_in = request(port, "POST /sign-in", &[host, type_], "professional=paivystaja-1&language=fi").unwrap();
    let cookie = signed_in.header("set-cookie").unwrap();
    let cookie = ("cookie", cookie.split(';').next().unwrap());
    let send = |path: &str, body: &str| request(port, &format!("POST {path}"), &[host, type_, cookie], body).unwrap();
    let checked = |client: &Person| {
        let page = request(port, "GET /", &[host, cookie], "").unwrap();
        let form = form_of(&page.body, "/check");
        let basis = "task=TASK_DUTY_SOCIAL_SERVICE&purpose=PURPOSE_URGENT_HELP";
        let answer = send("/check", &format!("form={form}&identity_code={}&{basis}", client.hetu));
        assert_eq!(answer.status, 200);
        answer
    };
    let screens = |client: &Person| {
        let answer = checked(client);
        let mut screens = vec![("/check", answer.status, steady(&answer.body))];
        for screen in ["/workers", "/timeline", "/sheet", "/word"] {
            // Word is left last: it is the duty service's own matter with the client.
            let body = checked(client).body;
            let shown = send(screen, &format!("form={}", form_of(&body, screen)));
            screens.push((screen, shown.status, steady(&shown.body)));
            if screen == "/word" {
                let done = send("/word-done", &format!("form={}&handed_over_to=", form_of(&shown.body, "/word-done")));
                screens.push(("/word-done", done.status, steady(&done.body)));
            }
        }
        screens
    };
    let (of_withheld, of_unknown) = (screens(&withheld), screens(&unknown));
    for (withheld, unknown) in of_withheld.iter().zip(&of_unknown) {
        assert_eq!(withheld, unknown);
        assert!(unknown.1 == 200 && !unknown.2.contains("<svg"), "{unknown:?}");
    }
    assert_eq!(of_unknown.len(), 6);
    let timeline_of =
        |screens: &[(&str, u16, String)]| screens.iter().find(|it| it.0 == "/timeline").map(|it| it.2.clone());
    assert_eq!(timeline_of(&screens(&without_matter)), timeline_of(&of_unknown));
}
