//! The directory of whom to ring, in files of its own: shown and printed by the operator's commands, and read again while the
//! service runs.

use crate::support::{BINARY, County, HEALTH, SOCIAL, ago};
use api::proto::contact_point::ContactPoint;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use testkit::county::{self, Visit, adt, person, social};
use testkit::edit::Edit;
use testkit::wait;

const TOML: &str = r#"
wards = "wards.csv"
staff = "staff.csv"

[[county_line]]
code = "duty"
name = "Sosiaalipäivystys"
hours = "always"
phone_professional = "044 000 0112"
phone_public = "044 000 0113"
confirmed = 2026-02-01

[[unit]]
code = "adults"
name = "Aikuissosiaalityö"
service_tasks = ["adults"]
hours = "mon-fri 8-16"
phone_professional = "044 000 0300"
phone_public = "044 000 0301"
how_to_apply = "hakemuksella"
fallback = "duty"
confirmed = 2026-02-01
"#;
const WARDS: &str = "source;code;facility;fallback\nkeskussairaala;OS7;;adults\nkeskussairaala;OS8;;duty\n";
const STAFF: &str = "source;ward;name;hours;phone_professional;email\n\
    keskussairaala;OS7;Tiina Testi;ma-su 0-24;044 000 0410;tiina.testi@kunta.example\n";

/// Writes the files; the configuration that names them.
fn written(folder: &Path, [toml, wards, staff]: [&str; 3]) -> String {
    for (name, text) in [("directory.toml", toml), ("wards.csv", wards), ("staff.csv", staff)] {
        fs::write(folder.join(name), text).unwrap();
    }
    let directory = format!("directory = \"{}\"", folder.join("directory.toml").display());
    county::config_with(&directory)
}

/// `rinnakkain directory …` on this configuration.
fn directory(folder: &Path, config: &str, arguments: &[&str]) -> Output {
    let file = folder.join("rinnakkain.toml");
    fs::write(&file, config).unwrap();
    let mut command = Command::new(BINARY);
    command.arg("directory").args(arguments).arg("--config").arg(file).arg("--data").arg(folder.join("data"));
    wait::output(&mut command).unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn who_can_be_rung_is_shown_for_a_night_and_a_morning() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let config = written(folder, [TOML, WARDS, &STAFF.edit("ma-su 0-24", "ma-pe 8-16")]);
    let shown = |at: &str| {
        let output = directory(folder, &config, &["show", "--at", at]);
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    let row = |shown: &str, of: &str| {
        let row = shown.lines().find(|line| line.starts_with(of)).unwrap_or_else(|| panic!("no {of}: {shown}"));
        row.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let night = shown("2026-03-04T02:10:00+02:00");
    assert_eq!(
        row(&night, "keskussairaala OS7"),
        "keskussairaala OS7 Sosiaalipäivystys 044 000 0112 Tiina Testi 2026-03-04 08:00"
    );
    assert_eq!(row(&night, "adults"), "adults Sosiaalipäivystys 044 000 0112 Aikuissosiaalityö 2026-03-04 08:00");
    assert_eq!(row(&night, "duty"), "duty Sosiaalipäivystys 044 000 0112");
    let morning = shown("2026-03-04T09:00:00+02:00");
    assert_eq!(
        row(&morning, "keskussairaala OS7"),
        "keskussairaala OS7 Tiina Testi 044 000 0410 old",
        "nobody confirmed it"
    );
    // Epiphany is a holiday.
    let holiday = shown("2026-01-06T09:00:00+02:00");
    assert!(row(&holiday, "adults").ends_with("Aikuissosiaalityö 2026-01-07 08:00"), "{holiday}");
}

/// It hangs beside the telephone: the numbers of units and of the county, and of no person.
#[test]
fn the_page_on_paper_has_lines_and_nobodys_own_number() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let config = written(folder, [TOML, WARDS, STAFF]);
    for (language, hours, always) in [
        ("fi", "ma–pe 8.00–16.00", "ympäri"),
        ("sv", "må–fr 8.00–16.00", "dygnet"),
        ("en", "Mon–Fri 8.00–16.00", "day"),
    ] {
        let printed = directory(folder, &config, &["print", "--language", language]);
        assert!(printed.status.success(), "{}", text(&printed));
        let page = text(&printed);
        for there in
            ["Sosiaalipäivystys", "044 000 0112", "Aikuissosiaalityö", "044 000 0300", "hakemuksella", hours, always]
        {
            assert!(page.contains(there), "{language} {there}: {page}");
        }
        for never in ["Tiina", "044 000 0410", "tiina.testi", "Tuulikki", "044 000 3001", "OS7"] {
            assert!(!page.contains(never), "{language} {never}: {page}");
        }
    }
}

/// The numbers of those who work on the client's ward, as the hospital is told.
fn numbers(county: &County, hetu: &str) -> Vec<String> {
    let workers = county.workers(HEALTH, hetu).unwrap().workers;
    let numbers = workers.iter().filter_map(|it| match it.contact.as_ref()?.contact_point.as_ref()? {
        ContactPoint::Directory(worker) => Some(worker.phone.clone()),
        _ => None,
    });
    numbers.collect()
}

fn until_logged(county: &County, text: &str, times: usize) {
    let patience = Instant::now() + Duration::from_mins(1);
    while county.product().log().unwrap().matches(text).count() < times {
        assert!(Instant::now() < patience, "{text:?} is not logged {times} times: {}", county.product().last_lines());
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn while_a_file_is_away_or_wrong_the_one_before_serves_and_the_operator_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let county = County::start_with(&written(folder, [TOML, WARDS, STAFF]));
    let client = person(160);
    let visit = Visit { number: "V1", class: "I", ward: "OS7", started: Some(ago(3600)), ..Visit::default() };
    assert_eq!(county.hl7(&adt("A01", "p-1", ago(3600), &client, &visit)), "AA");
    assert_eq!(numbers(&county, &client.hetu), ["044 000 0410"]);
    let not_used = "the configuration has changed and cannot be used: the previous one stays in use";
    let staff = folder.join("staff.csv");
    fs::remove_file(&staff).unwrap();
    until_logged(&county, not_used, 1);
    assert!(county.product().log().unwrap().contains("staff.csv: No such file"), "{}", county.product().last_lines());
    assert_eq!(numbers(&county, &client.hetu), ["044 000 0410"], "the one before serves");
    fs::write(&staff, STAFF.edit("ma-su 0-24", "soita")).unwrap();
    until_logged(&county, not_used, 2);
    assert!(county.product().log().unwrap().contains("staff.csv line 2"));
    assert_eq!(numbers(&county, &client.hetu), ["044 000 0410"]);
    fs::write(&staff, STAFF).unwrap();
    until_logged(&county, "the configuration is again as it was: the one in use", 1);
    fs::write(&staff, STAFF.edit("0410", "0499")).unwrap();
    until_logged(&county, "the configuration has changed, and is used from now on", 1);
    assert_eq!(numbers(&county, &client.hetu), ["044 000 0499"]);
    let log = county.product().log().unwrap();
    assert!(!log.contains("Tiina") && !log.contains("044 000 04"), "nobody's name or number is logged");
}

#[test]
fn a_configuration_whose_directory_was_wrong_is_used_once_that_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("directory.toml");
    let line = |code: &str| {
        format!("[[county_line]]\ncode = {code}\nname = 'Duty'\nhours = 'always'\nphone_public = '017 000 0001'\n")
    };
    let county = County::start_with(&county::config());
    fs::write(&file, line("1")).unwrap();
    county.configure(&county::config_with(&format!("directory = \"{}\"", file.display())));
    let not_used = "the configuration has changed and cannot be used";
    until_logged(&county, not_used, 1);
    fs::write(&file, line("'duty'")).unwrap();
    until_logged(&county, "the configuration has changed, and is used from now on", 1);
    assert_eq!(county.product().log().unwrap().matches(not_used).count(), 1, "once");
}

/// Whole directories of the social system. It states no other source's wards: those are of `sosiaali` itself.
fn stated(id: &str, as_of: i64, units: &[Value], wards: &[Value]) -> Value {
    let workers: usize = wards.iter().map(|it| it["workers"].as_array().map_or(0, Vec::len)).sum();
    let data = json!({
        "register": "social", "as_of": ago(as_of).to_string(), "count": units.len() + wards.len() + workers,
        "units": units, "wards": wards,
    });
    let mut event = social("DirectoryStated", id, ago(as_of), &person(0), data);
    event["data"].as_object_mut().unwrap().remove("client");
    event
}

fn unit(code: &str, number: &str) -> Value {
    json!({
        "code": code, "name": format!("Yksikkö {code}"), "service_tasks": [code], "hours": "always",
        "phone_professional": number, "phone_public": number.replace("044 000 03", "044 000 93"), "fallback": "duty",
    })
}

/// The numbers that can be rung now for the client's own worker, by whom and with the public ones behind them.
fn rung(county: &County, hetu: &str) -> (Vec<String>, Vec<String>) {
    let workers = county.workers(SOCIAL, hetu).unwrap().workers;
    let reach: Vec<_> = workers.iter().filter_map(|it| it.reach.as_ref()).collect();
    let line = |link: &api::proto::ReachLink| match link.contact.as_ref()?.contact_point.as_ref()? {
        ContactPoint::Line(line) => Some(line.phone.clone()),
        _ => None,
    };
    let now = reach.iter().filter_map(|it| line(it.now.as_ref()?)).collect();
    (now, reach.iter().flat_map(|it| &it.public_lines).map(|it| it.phone.clone()).collect())
}

#[track_caller]
fn until<T: PartialEq + std::fmt::Debug>(expected: &T, mut found: impl FnMut() -> T) {
    let patience = Instant::now() + Duration::from_mins(1);
    while found() != *expected {
        assert!(Instant::now() < patience, "{:?} and not {expected:?}", found());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A source states its units and wards as a whole. The county's files come first; what is left out of the next list is gone; much of
/// it at once waits for somebody; and nobody asks for a directory that was cut.
#[test]
fn a_directory_that_a_source_states_is_used_where_the_files_say_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut county = County::start_with(&written(folder, [TOML, WARDS, STAFF]));
    let (adult, family) = (person(161), person(162));
    county.heartbeat();
    for (client, task) in [(&adult, "adults"), (&family, "families")] {
        let opened = json!({"clientship": task, "service_task": task});
        assert_eq!(county.social(&social("ClientshipOpened", task, ago(9000), client, opened)).status, 200);
        let assigned = json!({
            "assignment": task, "clientship": task, "role": "own-worker", "from": ago(8000).to_string(),
            "worker": {"id": task, "name": "Oona Omatyöntekijä", "hours": "soita"},
        });
        assert_eq!(
            county.social(&social("WorkerAssigned", &format!("w-{task}"), ago(8000), client, assigned)).status,
            200
        );
    }
    let families = |county: &County| rung(county, &family.hetu).0;
    let before = families(&county);
    // Units that the files have stay the county's; the others are the source's.
    let units: Vec<Value> = (0..15).map(|n| unit(&format!("u{n}"), "044 000 0320")).collect();
    let all = |first: &str| [&[unit("adults", "044 000 0399"), unit("families", first)], &units[..]].concat();
    assert_eq!(county.social(&stated("d-1", 50, &all("044 000 0310"), &[])).status, 200);
    until(&vec!["044 000 0310".to_owned()], || families(&county));
    assert_ne!(before, families(&county));
    let of_adult = rung(&county, &adult.hetu);
    assert!(
        !of_adult.0.contains(&"044 000 0399".to_owned()) && !of_adult.1.contains(&"044 000 9399".to_owned()),
        "{of_adult:?}"
    );
    // A client may have the public number; the sheet takes those alone.
    let public = rung(&county, &family.hetu).1;
    assert!(public.contains(&"044 000 9310".to_owned()) && !public.contains(&"044 000 0310".to_owned()), "{public:?}");
    // Older than it, received later; and the same again.
    assert_eq!(county.social(&stated("d-0", 60, &all("044 000 0311"), &[])).status, 200);
    assert_eq!(county.social(&stated("d-1", 50, &all("044 000 0310"), &[])).status, 200);
    assert_eq!(county.social(&stated("d-2", 40, &all("044 000 0312"), &[])).status, 200);
    until(&vec!["044 000 0312".to_owned()], || families(&county));
    // One that leaves out nearly all of them waits.
    assert_eq!(county.social(&stated("d-3", 30, &[unit("families", "044 000 0313")], &[])).status, 200);
    let waiting = || county.operator(&["review", "list"]);
    assert!(waiting().contains("sosiaali"), "{}", waiting());
    assert_eq!(families(&county), ["044 000 0312"]);
    let cut = stated("d-4", 20, &all("044 000 0314"), &[]).to_string().replacen("\"count\":17", "\"count\":18", 1);
    let refused =
        testkit::wire::post(county.product().ports.http, "/events", county::SOCIAL_TOKEN, testkit::wire::EVENT, &cut);
    assert_eq!(refused.unwrap().status, 422, "a directory that was cut is refused");
    county.kill();
    county.start_again();
    until(&vec!["044 000 0312".to_owned()], || families(&county));
    // A wrong file, a file mended: what is stated stays beside the county's own.
    fs::write(folder.join("directory.toml"), format!("{TOML}{TOML_FAMILIES}")).unwrap();
    until(&vec!["044 000 0777".to_owned()], || families(&county));
    let log = county.product().log().unwrap();
    assert!(log.contains("the directory that this source states is used") && !log.contains("044 000 03"), "{log}");
}

/// The county writes the unit itself.
const TOML_FAMILIES: &str = r#"
[[unit]]
code = "families"
name = "Lapsiperheiden palvelut"
service_tasks = ["families"]
hours = "always"
phone_professional = "044 000 0777"
"#;
