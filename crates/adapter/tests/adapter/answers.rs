//! The ACK: its fields, who gets one, and that it never quotes.

use crate::support::{give, hospital, on_the_wire, sample};
use adapter::hl7v2::{Answer, Header, acknowledge};
use adapter::{Format, NegativeAcknowledgement, SourceProfile};
use event::Instant;
use jiff::tz::TimeZone;

fn now() -> Instant {
    Instant::from_timestamp("2026-03-02T06:15:01Z".parse().unwrap())
}

fn answers_from(source: &SourceProfile, message: &[u8]) -> Vec<String> {
    let translation = give(source, message);
    let zone = TimeZone::get("Europe/Helsinki").unwrap();
    let answers = acknowledge(&translation.hl7.unwrap(), Answer::from(&translation.outcome), now(), &zone);
    answers.iter().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()).collect()
}

/// The one answer, or none.
fn answer_to(message: &[u8]) -> Option<String> {
    let mut answers = answers_from(&hospital(), message);
    assert!(answers.len() <= 1, "{answers:?}");
    answers.pop()
}

/// MSA-1 of each answer, in order.
fn codes(answers: &[String]) -> Vec<&str> {
    answers.iter().map(|answer| &answer.split("\rMSA|").nth(1).unwrap()[..2]).collect()
}

fn answer_to_sample(name: &str) -> Option<String> {
    answer_to(&on_the_wire(&sample(Format::Hl7v2, name)))
}

#[test]
fn accepted() {
    let answer = answer_to_sample("a01-inpatient-utf8").unwrap();
    let lines: Vec<&str> = answer.split_terminator('\r').collect();
    let [msh, msa] = lines[..] else { panic!("{answer:?}") };
    let fields: Vec<&str> = msh.split('|').collect();
    assert_eq!(&fields[..7], ["MSH", "^~\\&", "RINNAKKAIN", "POHJOIS-SAVO", "URANUS", "KYS", "20260302081501+0200"]);
    assert_eq!((fields[8], fields[10], fields[11], fields[17]), ("ACK^A01^ACK", "P", "2.5.1", "UNICODE UTF-8"));
    assert!((1..=20).contains(&fields[9].len()));
    assert_eq!(msa, "MSA|AA|M0001");
    assert_eq!(answer_to_sample("a01-inpatient-utf8").unwrap(), answer, "the same message and time, the same answer");
}

#[test]
fn refused() {
    let table = [
        ("rejected-impossible-date", "MSA|AE|M0055|", "ERR||EVN^1^2|102^Data type error^HL70357|E||||"),
        ("rejected-no-message-id", "MSA|AE||", "ERR||MSH^1^10|101^Required field missing^HL70357|E||||"),
        ("rejected-processing-id", "MSA|AR|M0052|", "ERR||MSH^1^11|202^Unsupported processing id^HL70357|E||||"),
        ("rejected-oru", "MSA|AR|M0054|", "ERR||MSH^1^9^1^1|200^Unsupported message type^HL70357|E||||"),
        ("a29-not-kept", "MSA|AR|M0091|", "ERR||MSH^1^9^1^2|201^Unsupported event code^HL70357|E||||"),
        ("rejected-version", "MSA|AR|M0053|", "ERR||MSH^1^12|203^Unsupported version id^HL70357|E||||"),
        ("a40-no-mrg", "MSA|AE|M0037|", "ERR||MRG^1|100^Segment sequence error^HL70357|E||||"),
        ("rejected-charset", "MSA|AE|M0059|", "ERR||MSH^1^18|103^Table value not found^HL70357|E||||"),
        ("rejected-nul", "MSA|AE|M0066|", "ERR|||102^Data type error^HL70357|E||||"),
        ("rejected-not-hl7", "MSA|AE||", "ERR||MSH^1|100^Segment sequence error^HL70357|E||||"),
    ];
    for (name, msa, err) in table {
        let answer = answer_to_sample(name).unwrap();
        let lines: Vec<&str> = answer.split_terminator('\r').collect();
        assert_eq!(lines.len(), 3, "{name}: {answer:?}");
        assert!(lines[1].starts_with(msa), "{name}: {answer:?}");
        let text = lines[2].strip_prefix(err);
        assert!(text.is_some_and(|text| !text.is_empty()), "{name}: {answer:?}");
    }
}

/// ERR-1 is all of ERR that versions before 2.5 know, MSA-3 went with 2.7, and MSH-9.3 came with 2.3.1. A version that is not
/// understood is answered in one that is.
#[test]
fn an_answer_has_the_fields_of_its_version() {
    let lines = |version: &str, signs: &str| {
        let message = format!("MSH|{signs}|A|B|C|D|20260101||ADT^A31|7|P|{version}\r");
        let answer = answer_to(message.as_bytes()).unwrap();
        let lines = answer.split_terminator('\r').map(|line| line.split('|').map(str::to_owned).collect::<Vec<_>>());
        lines.collect::<Vec<_>>()
    };
    let (text, code) = ("the message has no PID", "100^Segment sequence error^HL70357");
    for version in ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8.2", "2.9"] {
        let [msh, msa, err] = lines(version, "^~\\&").try_into().unwrap();
        let kind = if version < "2.3.1" { "ACK^A31" } else { "ACK^A31^ACK" };
        assert_eq!((msh[8].as_str(), msh[11].as_str()), (kind, version));
        assert_eq!(msa.get(3).map(String::as_str), (version < "2.7").then_some(text), "{version}");
        if version < "2.5" {
            assert_eq!(err, ["ERR", "PID^1^^100&Segment sequence error&HL70357"], "{version}");
        } else {
            assert_eq!(err, ["ERR", "", "PID^1", code, "E", "", "", "", text], "{version}");
        }
    }
    assert_eq!(lines("2.3", "^")[2], ["ERR", "PID^1^^100"]);
    for unknown in ["3.0", "", "x"] {
        let answer = lines(unknown, "^~\\&");
        assert_eq!(answer[0][11], "2.5.1", "{unknown}");
        assert_eq!(answer[2][3], "203^Unsupported version id^HL70357", "{unknown}");
    }
}

#[test]
fn not_stored_is_answered_as_such() {
    let header = |acks: &str| Header::read(format!("MSH|^~\\&|A|B|C|D|1||ADT^A01|7|P|2.5|||{acks}\r").as_bytes());
    let answer_in = |acks| {
        let answers = acknowledge(&header(acks), Answer::NotStored, now(), &TimeZone::UTC);
        answers.iter().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()).collect::<Vec<_>>()
    };
    let text = answer_in("").concat();
    assert!(text.contains("\rMSA|AR|7|cannot be stored now: send it again later\r"), "{text:?}");
    assert!(text.contains("\rERR|||207^Application internal error^HL70357|E|"), "{text:?}");
    assert_eq!(codes(&answer_in("AL|NE")), ["CE"]);
    assert_eq!(codes(&answer_in("AL|AL")), ["CE"]);
    assert_eq!(codes(&answer_in("SU|AL")), ["AR"]);
}

/// MSH-15 and MSH-16 (HL7 table 0155) × the outcome of the message.
#[test]
fn who_gets_which_answers() {
    type Codes = &'static [&'static str];
    let table: [(&str, Codes, Codes, Codes); 20] = [
        ("|", &["AA"], &["AE"], &["AR"]),
        (" |", &["AA"], &["AE"], &["AR"]),
        ("\"\"|\"\"", &["AA"], &["AE"], &["AR"]),
        ("AL|NE", &["CA"], &["CE"], &["CR"]),
        ("AL|", &["CA"], &["CE"], &["CR"]),
        ("AL|AL", &["CA", "AA"], &["CE"], &["CR"]),
        ("AL|SU", &["CA", "AA"], &["CE"], &["CR"]),
        ("AL|ER", &["CA"], &["CE"], &["CR"]),
        ("ER|NE", &[], &["CE"], &["CR"]),
        ("ER|AL", &["AA"], &["CE"], &["CR"]),
        ("ER|ER", &[], &["CE"], &["CR"]),
        ("SU|NE", &["CA"], &[], &[]),
        ("SU|AL", &["CA", "AA"], &["AE"], &["AR"]),
        ("SU|ER", &["CA"], &["AE"], &["AR"]),
        ("NE|NE", &[], &[], &[]),
        ("NE|AL", &["AA"], &["AE"], &["AR"]),
        ("|AL", &["AA"], &["AE"], &["AR"]),
        ("|ER", &[], &["AE"], &["AR"]),
        ("|NE", &[], &[], &[]),
        ("XX|NE", &["CA"], &["CE"], &["CR"]),
    ];
    for (acks, accepted, error, reject) in table {
        for (rest, processing, expected) in
            [("PID|||1||A\r", "P", accepted), ("", "P", error), ("PID|||1||A\r", "T", reject)]
        {
            let message = format!("MSH|^~\\&|A|B|C|D|20260101||ADT^A31|7|{processing}|2.5|||{acks}\r{rest}");
            let answers = answers_from(&hospital(), message.as_bytes());
            assert_eq!(codes(&answers), expected, "{acks} {processing} {rest}");
        }
    }
    for none in ["ack-is-never-answered", "enhanced-never-answered"] {
        assert_eq!(answer_to_sample(none), None);
    }
    let mcf = b"MSH|^~\\&|A|B|C|D|20260101||MCF|7|P|2.1\rMSA|AA|1\r";
    assert_eq!(answer_to(mcf), None);
}

#[test]
fn two_answers_are_two_messages_that_want_none() {
    assert!(answer_to_sample("enhanced-always-answered").unwrap().contains("\rMSA|CA|M0065\r"));
    let answers = answers_from(&hospital(), &on_the_wire(&sample(Format::Hl7v2, "enhanced-both-levels")));
    assert_eq!(codes(&answers), ["CA", "AA"]);
    assert!(answers.iter().all(|answer| answer.contains("\rMSA|") && answer.contains("|M0067\r")));
    let field = |answer: &String, n: usize| answer.split('\r').next().unwrap().split('|').nth(n).map(str::to_owned);
    assert_ne!(field(&answers[0], 9), field(&answers[1], 9), "each has its own MSH-10");
    assert!(answers.iter().all(|answer| field(answer, 14).as_deref() == Some("NE")));
    assert!(answers.iter().all(|answer| field(answer, 15).as_deref() == Some("NE")));
    assert_eq!(field(&answer_to_sample("a01-inpatient-utf8").unwrap(), 14).as_deref(), Some(""));
}

/// An engine that sends again after AE gets AR for faults that no repetition corrects.
#[test]
fn a_rejection_is_answered_in_the_senders_own_terms() {
    let source = SourceProfile { negative_acknowledgement: NegativeAcknowledgement::ErrorIsSentAgain, ..hospital() };
    let answer_in = |processing: &str, acks: &str| {
        let message = format!("MSH|^~\\&|A|B|C|D|20260101||ADT^A31|7|{processing}|2.5|||{acks}\r");
        answers_from(&source, message.as_bytes())
    };
    assert_eq!(codes(&answer_in("P", "|")), ["AR"]);
    assert_eq!(codes(&answer_in("T", "|")), ["AR"]);
    assert_eq!(codes(&answer_in("P", "AL|AL")), ["CE"], "the accept level has one meaning");
    let header = give(&source, b"MSH|^~\\&|A|B|C|D|20260101||ADT^A31|7|P|2.5\r").hl7.unwrap();
    let answers = acknowledge(&header, Answer::NotStored, now(), &TimeZone::UTC);
    assert!(String::from_utf8_lossy(&answers[0]).contains("\rMSA|AE|7|cannot be stored now"));
    assert_eq!(codes(&answers_from(&source, &on_the_wire(&sample(Format::Hl7v2, "a31-deceased")))), ["AA"]);
}

/// MSH-10 goes back byte for byte, in whatever separators and character set it came.
#[test]
fn the_message_id_comes_back_as_sent() {
    let answer = answer_to_sample("a01-odd-separators").unwrap();
    assert!(answer.starts_with("MSH#*@!%#RINNAKKAIN#POHJOIS-SAVO#URANUS#KYS#"), "{answer:?}");
    assert!(answer.ends_with("\rMSA#AA#M0011|^\r"), "{answer:?}");
    let latin = b"MSH|^~\\&|A|B|C|D|20260101||ADT^A31|\xE5\\F\\&7|P|2.5||||||8859/1\rPID|||1||A\r";
    let translation = give(&hospital(), latin);
    let answer = acknowledge(&translation.hl7.unwrap(), Answer::Accepted, now(), &TimeZone::UTC).remove(0);
    assert!(answer.ends_with(b"\rMSA|AA|\xE5\\F\\&7\r"), "{answer:?}");
}

/// An answer has a bound, whatever the header has.
#[test]
fn a_long_header_gives_a_short_answer() {
    let long = "x".repeat(100_000);
    let message =
        format!("MSH|^~\\&|{long}|{long}|{long}|{long}|20260101||ADT^{long}|{long}|{long}|{long}||||||{long}\r");
    assert!(answer_to(message.as_bytes()).unwrap().len() < 4096);
}
