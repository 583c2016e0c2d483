//! A made-up county: its configuration, its people, and the messages its systems send.
//!
//! Nobody here exists. Identity codes are of the artificial range (individual numbers 900–999), names are drawn from a
//! list, numbers begin with 044 000.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::path::Path;

/// The token with which the social system sends.
pub const SOCIAL_TOKEN: &str = "made-up-token-of-the-social-system";
/// The token with which the duty social service asks.
pub const DUTY_TOKEN: &str = "made-up-token-of-the-duty-service";
/// The token with which social workers ask.
pub const SOCIAL_CALLER_TOKEN: &str = "made-up-token-of-social-workers";
/// The token with which the hospital's social workers ask.
pub const HEALTH_TOKEN: &str = "made-up-token-of-the-hospital";

/// The county's configuration: a hospital, a social system, one system that is not connected, wards, callers. Every
/// port is given by the machine.
#[must_use]
pub fn config() -> String {
    config_with("")
}

/// The same with more lines at the top.
#[must_use]
pub fn config_with(more: &str) -> String {
    let hash = |token: &str| hex::encode(Sha256::digest(token.as_bytes()));
    format!(
        r#"# The made-up county of the demo and of the tests.
{more}
[mllp]
address = "127.0.0.1:0"
[http]
address = "127.0.0.1:0"
[grpc]
address = "127.0.0.1:0"
[access]
unknown_per_user = 1000000
unknown_per_system = 1000000

[[source]]
name = "keskussairaala"
format = "hl7v2"
register = "patient"
application = "POTILAS"
facility = "KESKUSSAIRAALA"
own_system = "keskussairaala-potilas"
linking = ["urn:oid:1.2.246.21", "keskussairaala-potilas"]
covers = ["stays", "referrals", "health-social-work"]
decides = ["identity-codes", "merges", "non-disclosure"]
silence = "30m"
contact = "Keskussairaala, sosiaalityö, 044 000 1000"
artificial_identity_codes = true
referral_kinds = {{ YHT = "contact", ILM = "notice" }}

[[source]]
name = "sosiaali"
format = "social"
event_source = "sosiaali"
token_sha256 = "{social}"
own_system = "sosiaali-asiakas"
linking = ["urn:oid:1.2.246.21", "sosiaali-asiakas"]
covers = ["clientships", "workers", "health-social-work", "duty-contacts", "referrals"]
decides = ["identity-codes", "non-disclosure", "lists"]
service_class = "ordinary"
silence = "30m"
artificial_identity_codes = true

[[not_connected]]
name = "Naapurikunnan terveyskeskus"
covers = ["stays"]

[[ward]]
source = "keskussairaala"
code = "OS3"
contact_point = "Sosiaalityön vaihde 044 000 3000"
[[ward.workers]]
name = "Tuulikki Terveys"
phone = "044 000 3001"
task = "adults"
weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
hours = "8–16"

[[ward]]
source = "keskussairaala"
code = "OS9"

[[ward]]
source = "keskussairaala"
code = "PKL"
contact_point = "Päivystyksen sosiaalityö 044 000 2000"

[[caller]]
name = "sosiaalipäivystys"
side = "duty"
tasks = ["duty-social-service"]
token_sha256 = "{duty}"

[[caller]]
name = "sosiaalityö"
side = "social"
tasks = ["client-work", "needs-assessment"]
token_sha256 = "{social_caller}"

[[caller]]
name = "terveyssosiaalityö"
side = "health"
tasks = ["health-social-work"]
token_sha256 = "{health}"
"#,
        social = hash(SOCIAL_TOKEN),
        duty = hash(DUTY_TOKEN),
        social_caller = hash(SOCIAL_CALLER_TOKEN),
        health = hash(HEALTH_TOKEN),
    )
}

/// The duty page, for [`config_with`]; `token`: a file with [`DUTY_TOKEN`]. Two people can sign in: one of the duty
/// service, and one who has a task that the page's token does not have.
#[must_use]
pub fn page(token: &Path) -> String {
    format!(
        r#"[page]
address = "127.0.0.1:0"
token_file = "{}"
telephone = "017 000 0112"
service_tasks = ["adults", "families"]
[[page.made_up_staff]]
id = "paivystaja-1"
name = "Päivi Päivystäjä"
tasks = ["duty-social-service"]
[[page.made_up_staff]]
id = "ylpea-1"
name = "Yrjö Ylpeä"
tasks = ["client-work", "duty-social-service"]
"#,
        token.display()
    )
}

/// The token with which another social system sends.
pub const OTHER_TOKEN: &str = "made-up-token-of-another-social-system";

/// To put behind [`config`]: another social system, `toinen`.
#[must_use]
pub fn another_source() -> String {
    format!(
        r#"
[[source]]
name = "toinen"
format = "social"
event_source = "toinen"
token_sha256 = "{}"
own_system = "toinen-asiakas"
linking = ["urn:oid:1.2.246.21", "toinen-asiakas"]
covers = ["clientships"]
service_class = "ordinary"
silence = "30m"
artificial_identity_codes = true
"#,
        hex::encode(Sha256::digest(OTHER_TOKEN))
    )
}

/// Somebody who does not exist.
#[derive(Clone, Debug)]
pub struct Person {
    /// Identity code, artificial.
    pub hetu: String,
    /// The hospital's own number.
    pub number: String,
    /// Family name.
    pub family: &'static str,
    /// Given name.
    pub given: &'static str,
}

const FAMILY: &[&str] =
    &["Meikäläinen", "Öhman", "Ålander", "Virtanen", "Mäkelä", "Hyvönen", "Åkerström", "Pöyhönen", "Sjöberg", "Lähde"];
const GIVEN: &[&str] = &["Aino", "Väinö", "Åsa", "Pärttyli", "Hilkka", "Jörgen", "Siiri", "Yrjö", "Märta", "Onni"];

/// The `n`th of the county's people, always the same; 3 million of them differ.
#[must_use]
pub fn person(n: u32) -> Person {
    let born = Date::constant(1930, 1, 1).saturating_add(i64::from(n / 100 % 30_000).days());
    let individual = 900 + n % 100;
    let (day, month, year) = (born.day(), born.month(), born.year());
    let separator = if year < 2000 { '-' } else { 'A' };
    let digits = format!("{day:02}{month:02}{:02}", year % 100);
    let number: u32 = format!("{digits}{individual}").parse().unwrap_or_default();
    let check = char::from(b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(number % 31) as usize]);
    Person {
        hetu: format!("{digits}{separator}{individual}{check}"),
        number: format!("K{n:07}"),
        family: FAMILY[n as usize % FAMILY.len()],
        given: GIVEN[n as usize / 7 % GIVEN.len()],
    }
}

/// What an ADT message holds besides the patient.
#[derive(Clone, Debug, Default)]
pub struct Visit<'a> {
    /// PV1-19.
    pub number: &'a str,
    /// PV1-2.
    pub class: &'a str,
    /// PV1-3.1.
    pub ward: &'a str,
    /// PV1-44.
    pub started: Option<Timestamp>,
    /// PV1-45.
    pub ended: Option<Timestamp>,
    /// PV2-9.
    pub planned: Option<Timestamp>,
}

/// A time as Finnish systems write it: local, without offset.
#[must_use]
pub fn hl7_time(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/Helsinki").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%Y%m%d%H%M%S").to_string()
}

/// An ADT message of the hospital.
#[must_use]
pub fn adt(trigger: &str, control_id: &str, at: Timestamp, person: &Person, visit: &Visit<'_>) -> String {
    let time = |at: Option<Timestamp>| at.map(hl7_time).unwrap_or_default();
    let skip = |count| "|".repeat(count);
    let mut message = head(&format!("ADT^{trigger}"), control_id, at);
    let _ = write!(message, "EVN|{trigger}|{}\r", hl7_time(at));
    message.push_str(&pid(person));
    if !(visit.number.is_empty() && visit.ward.is_empty()) {
        let (class, ward, number) = (visit.class, visit.ward, visit.number);
        let (started, ended) = (time(visit.started), time(visit.ended));
        let _ = write!(message, "PV1|1|{class}|{ward}{}{number}{}{started}|{ended}\r", skip(16), skip(25));
    }
    if visit.planned.is_some() {
        let _ = write!(message, "PV2{}{}\r", skip(9), time(visit.planned));
    }
    message
}

/// A referral of the hospital: a contact to social care, with the client's consent.
#[must_use]
pub fn referral(control_id: &str, at: Timestamp, person: &Person, id: &str) -> String {
    let mut message = head("REF^I12", control_id, at);
    let _ = write!(message, "RF1||R^Routine|YHT^Yhteydenotto|||{id}|{}\r", hl7_time(at));
    message.push_str("PRD|RP^Referring Provider|Keskussairaala\rPRD|RT^Referred to Provider|Sosiaalityö\r");
    message.push_str(&pid(person));
    message
}

fn head(message_type: &str, control_id: &str, at: Timestamp) -> String {
    let time = hl7_time(at);
    format!(
        "MSH|^~\\&|POTILAS|KESKUSSAIRAALA|RINNAKKAIN|HYVINVOINTIALUE|{time}||{message_type}|{control_id}|P|2.5\
         ||||||UNICODE UTF-8\r"
    )
}

fn pid(person: &Person) -> String {
    let Person { hetu, number, family, given } = person;
    format!("PID|1||{number}^^^keskussairaala-potilas~{hetu}^^^&1.2.246.21&ISO||{family}^{given}\r")
}

/// A CloudEvent of the social system about `person`.
#[must_use]
pub fn social(event_type: &str, id: &str, at: Timestamp, person: &Person, data: Value) -> Value {
    let mut data = data;
    data["client"] = json!({"identifiers": [{"system": "urn:oid:1.2.246.21", "value": person.hetu}]});
    if data.get("register").is_none() {
        data["register"] = json!("social");
    }
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "sosiaali",
        "type": format!("rinnakkain.social.v1.{event_type}"),
        "time": at.to_string(),
        "datacontenttype": "application/json",
        "data": data,
    })
}

#[cfg(test)]
mod tests {
    use super::person;
    use event::Hetu;
    use std::collections::BTreeSet;

    #[test]
    fn nobody_exists_and_nobody_is_two() {
        let people: Vec<_> = (0..20_000).map(person).collect();
        assert!(people.iter().all(|it| Hetu::parse(&it.hetu).is_ok_and(|hetu| hetu.is_artificial())));
        let codes: BTreeSet<_> = people.iter().map(|it| &it.hetu).collect();
        assert_eq!(codes.len(), people.len());
    }
}
