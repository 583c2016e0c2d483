//! Bytes that are no message, or several: the clients they name, and the one answer to the sender.

use crate::support::{KEYS, hospital};
use adapter::hl7v2::{Answer, Batch, acknowledge, refuse_cut, refuse_too_long};
use adapter::{NegativeAcknowledgement, Outcome, SourceProfile, translate};
use event::{HETU_SYSTEM, Instant, Token};
use jiff::tz::TimeZone;

const CODE: &str = "010594Y9032";
const OTHER: &str = "020594X903P";
const MSH: &str = "MSH|^~\\&|A|B|C|D|20261128081500||ADT^A01|7|P|2.5||||||UNICODE UTF-8";

fn named(bytes: &[u8]) -> Vec<Token> {
    match translate(&hospital(), &KEYS, bytes).outcome {
        Outcome::Rejected(rejection) => rejection.named,
        other => panic!("{other:?}"),
    }
}

fn codes(codes: &[&str]) -> Vec<Token> {
    let mut tokens: Vec<_> = codes.iter().map(|code| KEYS.identifier(HETU_SYSTEM, code)).collect();
    tokens.sort();
    tokens
}

/// Each is rejected, and puts the clients in it in doubt.
#[test]
fn unreadable_bytes_name_their_clients() {
    let pid = format!("PID|1||53801^^^KYS^PI~{CODE}^^^&1.2.246.21&ISO^NNFIN||Esimerkki^Emma");
    let pv1 = "PV1|1|I|2204";
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("no MSH", format!("{pid}\r{pv1}\r").into_bytes()),
        ("no MSH, junk before", format!("junk\r\n{pid}\r").into_bytes()),
        ("another sign", pid.replace('|', "$").into_bytes()),
        ("other signs after it", pid.replace('~', "*").replace('^', "%").into_bytes()),
        ("MSH-1 and -2 empty", format!("MSH||||\r{pid}\r{pv1}\r").into_bytes()),
        ("MSH-2 of one sign twice", format!("MSH|^^\\&|A\r{pid}\r").into_bytes()),
        ("MSH-2 cut", format!("MSH|\r{pid}\r").into_bytes()),
        ("MSH that is none", format!("MSHX^~\\&|A\r{pid}\r").into_bytes()),
        ("a vertical tab in a text", format!("{MSH}\r{pid}\r{pv1}\rNTE|1||one\x0Btwo\r").into_bytes()),
        ("one before PID", format!("{MSH}\r\x0B{pid}\r{pv1}\r").into_bytes()),
        ("vertical tabs for line ends", format!("{MSH}\x0B{pid}\x0B{pv1}\x0B").into_bytes()),
        ("one inside PID-3", format!("{MSH}\r{}\r{pv1}\r", pid.replace("538", "5\x0B38")).into_bytes()),
        ("one inside the code", format!("{MSH}\r{}\r{pv1}\r", pid.replace("Y9032", "\x0BY9032")).into_bytes()),
        ("NUL", format!("{MSH}\r{pid}\r{pv1}\rNTE|\0\r").into_bytes()),
        ("NULs for line ends", format!("{MSH}\0{pid}\0{pv1}\0").into_bytes()),
        ("line feeds after a first CR", format!("{MSH}\rEVN|\n{pid}\n{pv1}\n").into_bytes()),
        ("blanks before PID", format!("{MSH}\r  {pid}\r").into_bytes()),
        ("not UTF-8", [format!("{MSH}\r{pid}\r{pv1}\rNTE|").as_bytes(), b"\xE4\xF6\r"].concat()),
        (
            "not UTF-8 in PID",
            format!("{MSH}\r{pid}\r").replace("Esimerkki", "\u{FF}").chars().map(|c| c as u8).collect(),
        ),
        ("another character set", format!("{MSH}\r{pid}\r{pv1}\r").replace("UNICODE UTF-8", "ISO IR87").into_bytes()),
        ("a byte order mark and no MSH", format!("\u{FEFF}{pid}\r").into_bytes()),
        ("without its label", format!("{MSH}\rPID|1||{CODE}\r\x0BPV1|\r").into_bytes()),
        ("in PID-19", format!("PID|1||{}{CODE}\r", "|".repeat(16)).into_bytes()),
        ("in PID-18", format!("PID|1||{}{CODE}^^^DVV^HETU\r", "|".repeat(15)).into_bytes()),
        ("in PID-20", format!("PID|1||{}{CODE}\r", "|".repeat(17)).into_bytes()),
        ("in PV1-19", format!("{MSH}\rPID|1\rPV1||I|{}{CODE}\r\0", "|".repeat(16)).into_bytes()),
        ("in no message", format!("HELLO {CODE}").into_bytes()),
        ("in JSON", format!("{{\"data\":{{\"client\":\"{CODE}\"}}}}").into_bytes()),
        ("in a text", format!("NTE|1||{CODE}, {CODE}\r").into_bytes()),
        ("in MRG-1", format!("MRG|{CODE}^^^&1.2.246.21&ISO\r").into_bytes()),
    ];
    for (what, bytes) in &table {
        assert_eq!(named(bytes), codes(&[CODE]), "{what}");
    }
    for big in [false, true] {
        let order = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let wide: Vec<u8> = format!("\u{FEFF}{MSH}\r{pid}\r").encode_utf16().flat_map(order).collect();
        assert_eq!(named(&wide), codes(&[CODE]), "UTF-16");
    }
    let two = format!("{MSH}\r{pid}\r{MSH}\r{}\r", pid.replace(CODE, OTHER));
    assert_eq!(named(two.as_bytes()), codes(&[CODE, OTHER]), "two messages that are no batch name all");
}

#[test]
fn nobody_is_named_who_does_not_stand_there() {
    let mother = format!("PID|1||5{}{CODE}^^^&1.2.246.21&ISO", "|".repeat(18));
    let table: [&[u8]; 7] = [
        b"nothing",
        b"",
        mother.as_bytes(),
        b"PID|1||010594Y9033^^^&1.2.246.21&ISO\r",
        b"MSH|^~\\&|A|B|C|D|20261128081500||ADT^A99|7|P|2.5\rNTE|1||010594Y9032\r",
        b"NTE|1||010594Y9033\r",
        b"PID|1||1010594Y90321\r",
    ];
    for bytes in table {
        assert!(named(bytes).is_empty(), "{}", String::from_utf8_lossy(bytes));
    }
}

/// Half of a number is somebody else's.
#[test]
fn a_part_of_a_message_names_by_what_is_whole() {
    let source = SourceProfile { linking: ["kys-potilas".to_owned(), HETU_SYSTEM.to_owned()].into(), ..hospital() };
    let own = |number: &str| KEYS.identifier("kys-potilas", number);
    let table = [
        (format!("{MSH}\rPID|1||53801^^^KYS^PI~{CODE}^^^&1.2.246.21&ISO||Esi"), vec![own("53801"), codes(&[CODE])[0]]),
        (format!("{MSH}\rPID|1||53801^^^KYS^PI~{CODE}^^^&1.2.2"), vec![own("53801")]),
        (format!("{MSH}\rPID|1||5380"), vec![]),
        (format!("{MSH}\rPID|1"), vec![]),
        ("MSH|^~".to_owned(), vec![]),
        (String::new(), vec![]),
    ];
    for (head, mut expected) in table {
        expected.sort();
        for refuse in [refuse_cut, refuse_too_long] {
            let Outcome::Rejected(rejection) = refuse(&source, &KEYS, head.as_bytes()).outcome else { panic!() };
            assert_eq!(rejection.named, expected, "{head}");
        }
    }
}

fn at() -> Instant {
    Instant::from_micros(1_792_000_000_000_000).unwrap()
}

/// MSA, and each ERR's own text, of the answer to a batch.
fn answer_to(batch: &str, source: &SourceProfile) -> Option<(String, Vec<String>)> {
    let batch = Batch::read(batch.as_bytes()).expect("a batch").of(source);
    let read: Vec<_> = batch.messages().iter().map(|message| translate(source, &KEYS, message)).collect();
    let answers: Vec<_> =
        read.iter().map(|it| (it.hl7.clone().unwrap_or_default(), Answer::from(&it.outcome))).collect();
    let own = batch.own(source, &KEYS);
    let own = own.as_ref().map_or(Answer::Accepted, Answer::from);
    let answer = batch.acknowledge(&answers, own, at(), &TimeZone::UTC)?;
    let text = String::from_utf8(answer.to_vec()).unwrap();
    let segments: Vec<&str> = text.split('\r').filter(|line| !line.is_empty()).collect();
    assert!(segments[0].starts_with("MSH|^~\\&|"), "an engine reads a message: {text}");
    let errors = segments.iter().filter(|line| line.starts_with("ERR"));
    let errors = errors.map(|line| line.rsplit('|').next().unwrap().to_owned()).collect();
    Some((segments[1].to_owned(), errors))
}

#[test]
fn one_frame_has_one_answer() {
    let good =
        |id: &str| format!("{}\rEVN||20261128080000\rPID|1||1\rPV1||I|K1\r", MSH.replace("|7|", &format!("|{id}|")));
    let bad = |id: &str| good(id).replace("PID|1||1", "PID|1||");
    let unsupported = |id: &str| good(id).replace("ADT^A01", "ORU^R01");
    let (fhs, bhs) = ("FHS|^~\\&|A|B|C|D|20261128|||\r", "BHS|^~\\&|A|B|C|D|20261128||||B-17\r");
    let two = format!("{fhs}{bhs}{}{}BTS|2\rFTS|1\r", good("1"), good("2"));
    let ae = "message 2: no identifier that can key a record";
    let ar = "message 1: only ADT, REF, RRI, OMG, OSU and SIU messages are accepted here";
    let fewer = "the batch holds fewer messages than BTS-1 states";
    let table: [(String, &str, &[&str]); 12] = [
        (two.clone(), "MSA|AA|B-17", &[]),
        (format!("{bhs}{}BTS|\r", good("1")), "MSA|AA|B-17", &[]),
        (format!("{bhs}{}{}", good("1"), good("2")), "MSA|AA|B-17", &[]),
        (two.replace("|B-17", ""), "MSA|AA|1", &[]),
        (two.replace("|B-17", "").replace("20261128|||\r", "20261128||||F-3\r"), "MSA|AA|F-3", &[]),
        (two.replace("BTS|2", "BTS|1"), "MSA|AA|B-17", &[]),
        (two.replace("BTS|2", "BTS|3"), &format!("MSA|AE|B-17|{fewer}"), &[fewer]),
        (format!("{bhs}{}{}BTS|2\r", good("1"), bad("2")), "MSA|AE|B-17|1 of 2 messages are refused: 2", &[ae]),
        (format!("{bhs}{}{}BTS|2\r", unsupported("1"), good("2")), "MSA|AR|B-17|1 of 2 messages are refused: 1", &[ar]),
        (
            format!("{bhs}{}{}BTS|2\r", unsupported("1"), bad("2")),
            "MSA|AE|B-17|2 of 2 messages are refused: 1, 2",
            &[ar, ae],
        ),
        (format!("{fhs}{bhs}BTS|0\rFTS|1\r"), "MSA|AA|B-17", &[]),
        (
            format!("{bhs}PID|1||1\rBTS|0\r"),
            "MSA|AE|B-17|no message begins in this batch",
            &["no message begins in this batch"],
        ),
    ];
    for (batch, msa, errors) in table {
        let (found, all) = answer_to(&batch, &hospital()).unwrap();
        assert_eq!(
            (found.as_str(), all.iter().map(String::as_str).collect::<Vec<_>>().as_slice()),
            (msa, errors),
            "{batch}"
        );
    }
    let sent_again =
        SourceProfile { negative_acknowledgement: NegativeAcknowledgement::ErrorIsSentAgain, ..hospital() };
    let (msa, _) = answer_to(&format!("{bhs}{}{}BTS|2\r", good("1"), bad("2")), &sent_again).unwrap();
    assert!(msa.starts_with("MSA|AR|B-17"), "{msa}");
    // Before 2.5 there is one ERR, whose first field repeats.
    let old = format!("{bhs}{}{}BTS|2\r", unsupported("1"), bad("2")).replace("|2.5|", "|2.4|");
    let (msa, all) = answer_to(&old, &hospital()).unwrap();
    assert_eq!(msa, "MSA|AE|B-17|2 of 2 messages are refused: 1, 2");
    let both = "MSH^1^9^200&Unsupported message type&HL70357~PID^1^3^101&Required field missing&HL70357";
    assert_eq!(all, [both]);
}

/// Without a trailer and ending in the middle of a segment: the last message is not taken, and the client in it is in
/// doubt, as far as a number is whole.
#[test]
fn a_batch_that_was_cut_is_refused() {
    let (bhs, fhs) = ("BHS|^~\\&|A|B|C|D|20261128||||B-17\r", "FHS|^~\\&|A|B\r");
    let message = |id: &str, number: &str| {
        let msh = MSH.replace("|7|P|", &format!("|{id}|P|"));
        format!("{msh}\rEVN||20261128080000\rPID|1||{number}\rPV1||I|K1")
    };
    let (one, two) = (message("1", "4001"), message("2", "4002"));
    let mut source = hospital();
    source.linking.insert("kys-potilas".to_owned());
    // The bytes; how many messages are taken, whether it is refused, how many are named.
    let table = [
        (format!("{bhs}{one}\r{two}\r"), 2, false, 0),
        (format!("{bhs}{one}\r{two}"), 1, true, 1),
        (format!("{fhs}{bhs}{one}\r{two}"), 1, true, 1),
        (format!("{fhs}{bhs}{one}\r{two}\rBT"), 1, true, 1),
        (format!("{bhs}{one}\rBTS|1\r{bhs}{two}"), 1, true, 1),
        (format!("{fhs}{bhs}{one}\r{two}\rBTS|2"), 2, false, 0),
        (format!("{fhs}{bhs}{one}\r{two}\rBTS|2\r"), 2, false, 0),
        (format!("{bhs}{one}\r{two}\rBTS|2"), 2, false, 0),
        (format!("{bhs}{one}\r{}", &two[..two.find("02\rPV1").unwrap()]), 1, true, 0),
        (format!("{bhs}{one}"), 0, true, 1),
        (bhs.trim_end().to_owned(), 0, true, 0),
        (bhs.to_owned(), 0, false, 0),
    ];
    for (bytes, taken, refused, named) in table {
        let batch = Batch::read(bytes.as_bytes()).unwrap();
        let own = match batch.own(&source, &KEYS) {
            Some(Outcome::Rejected(rejection)) => Some(rejection.named.len()),
            _ => None,
        };
        assert_eq!((batch.messages().len(), own), (taken, refused.then_some(named)), "{bytes:?}");
    }
}

/// A batch of acknowledgements is never answered; nor one whose messages want no answer.
#[test]
fn a_batch_that_wants_no_answer_has_none() {
    let bhs = "BHS|^~\\&|A|B|C|D|20261128||||B-17\r";
    let ack = MSH.replace("ADT^A01", "ACK") + "\rMSA|AA|1\r";
    assert_eq!(answer_to(&format!("{bhs}{ack}{ack}BTS|2\r"), &hospital()), None);
    let never = MSH.replace("|2.5||||||", "|2.5|||NE|NE||") + "\rEVN||20261128080000\rPID|1||1\rPV1||I|K1\r";
    assert_eq!(answer_to(&format!("{bhs}{never}BTS|1\r"), &hospital()), None);
}

#[test]
fn only_a_header_of_a_batch_begins_one() {
    for bytes in [MSH, "PID|1", "", "XFHS|^~\\&|", "FTS|1"] {
        assert!(Batch::read(bytes.as_bytes()).is_none(), "{bytes}");
    }
    let answer = acknowledge(&adapter::hl7v2::Header::read(MSH.as_bytes()), Answer::Accepted, at(), &TimeZone::UTC);
    assert_eq!(answer.len(), 1);
    let dirty = format!("\r\n\u{FEFF}BHS|^~\\&|A\n{MSH}\nPID|1\n");
    assert_eq!(Batch::read(dirty.as_bytes()).unwrap().messages().len(), 1);
}
