//! A stolen token.

use super::*;
use testkit::edit::Edit;

/// A token is of use to the system alone that it is bound to. Whoever else sends it has stolen it, and the access log says so.
#[test]
fn a_stolen_token_over_anothers_certificate_is_in_the_access_log() {
    let pki = Pki::new();
    let bound = format!("name = \"sosiaalipäivystys\"\ncertificate = \"{HOSPITAL}\"");
    let county = County::start_with(&pki.config("").edit("name = \"sosiaalipäivystys\"", &bound));
    let token = pki.file("caller.token");
    fs::write(&token, DUTY_TOKEN).unwrap();
    let server = format!("https://localhost:{}", county.product().ports.grpc);
    let ask = |certificate: &str| {
        let mut ask = Command::new(BINARY);
        ask.args(["ask", "involvement", "--server", &server, "--token-file"]).arg(&token);
        ask.args(["--user", "mv12", "--task", "duty-social-service", "--purpose", "urgent-help", "--no-case-yet"]);
        ask.args(pki.flags(certificate)).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = ask.spawn().unwrap();
        child.stdin.take().unwrap().write_all(person(1).hetu.as_bytes()).unwrap();
        wait::output_of(child).unwrap().status.success()
    };
    assert!(ask(HOSPITAL));
    assert!(!ask(OTHER) && !ask(OTHER));
    until_logged(&county, "TOKEN_OF_ANOTHER_CERTIFICATE", 1);
    let look = ["--user", "officer", "--reason", "stolen", "--refused", "--json"];
    let log = county.operator(&[&["log", "list"], &look[..]].concat());
    let rows: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 1, "a row a minute for all like it: {log}");
    for (key, value) in [
        ("system", "sosiaalipäivystys"),
        ("query", "CheckInvolvement"),
        ("basis", "TOKEN_OF_ANOTHER_CERTIFICATE"),
        ("decision", "refused"),
    ] {
        assert_eq!(rows[0][key], value, "{log}");
    }
}
