//! A client whom nobody knows and one who may not be shown read the same.

use super::{county, form_of};
use crate::support::ago;
use serde_json::json;
use testkit::county::{Person, person, social};
use testkit::wire::request;

/// A page without what differs from one moment to the next: the numbers of its forms, and the time.
fn steady(page: &str) -> String {
    let mut parts = page.split("name=\"form\" value=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    let page = parts.fold(first, |before, part| before + part.split_once('"').unwrap().1);
    let timed = |line: &&str| !line.contains("class=\"clock\"") && !line.contains("class=\"on-paper\"");
    page.lines().filter(timed).collect::<Vec<_>>().join("\n")
}

#[test]
fn who_may_not_be_shown_reads_as_somebody_whom_nobody_knows() {
    let county = county();
    county.heartbeat();
    let port = county.product().ports.page;
    let (withheld, unknown) = (person(181), person(182));
    // The duty service has no matter with this client.
    let opened = json!({"clientship": "c-1"});
    assert_eq!(county.social(&social("ClientshipOpened", "c-1", ago(9000), &withheld, opened)).status, 200);
    let type_ = ("content-type", "application/x-www-form-urlencoded");
    let host = ("host", "localhost");
    let signed_in = request(port, "POST /sign-in", &[host, type_], "professional=paivystaja-1&language=fi").unwrap();
    let cookie = signed_in.header("set-cookie").unwrap();
    let cookie = ("cookie", cookie.split(';').next().unwrap());
    let timeline_of = |client: &Person| {
        let send =
            |path: &str, body: &str| request(port, &format!("POST {path}"), &[host, type_, cookie], body).unwrap();
        let page = request(port, "GET /", &[host, cookie], "").unwrap();
        let form = form_of(&page.body, "/check");
        let basis = "task=TASK_DUTY_SOCIAL_SERVICE&purpose=PURPOSE_URGENT_HELP";
        let answer = send("/check", &format!("form={form}&identity_code={}&{basis}", client.hetu));
        assert_eq!(answer.status, 200);
        let timeline = send("/timeline", &format!("form={}", form_of(&answer.body, "/timeline")));
        (timeline.status, steady(&timeline.body))
    };
    let (of_withheld, of_unknown) = (timeline_of(&withheld), timeline_of(&unknown));
    assert_eq!(of_withheld, of_unknown);
    assert!(of_unknown.0 == 200 && !of_unknown.1.contains("<svg"), "{}", of_unknown.1);
}
