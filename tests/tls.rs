//! TLS on every listener: who is served and who is not, certificates renewed while the service runs, and `send` and `ask`
//! as clients.

mod peer;
mod stolen;

use crate::support::{BINARY, County, ago};
use peer::{HOSPITAL, OTHER, Pki, Tls, builder, made_by, tcp};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyIdMethod, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::county::{self, DUTY_TOKEN, SOCIAL_TOKEN, Visit, adt, person};
use testkit::edit::Edit;
use testkit::wait;
use testkit::wire::{Mllp, acknowledgement_code, request};

/// An admission that the hospital's system sends of this person.
fn admission(n: u32) -> String {
    let (id, stay) = (format!("m{n}"), format!("k{n}"));
    let visit = Visit { number: &stay, class: "I", ward: "OS3", started: Some(ago(3600)), ..Visit::default() };
    adt("A01", &id, ago(60), &person(n), &visit)
}

fn code(answer: io::Result<String>) -> String {
    answer.map_or_else(|error| format!("none: {error}"), |answer| acknowledgement_code(&answer).to_owned())
}

/// Waits until it is logged.
fn until_logged(county: &County, text: &str, times: usize) {
    let patience = Instant::now() + Duration::from_mins(1);
    while county.product().log().unwrap().matches(text).count() < times {
        assert!(Instant::now() < patience, "{text:?} is not logged {times} times: {}", county.product().last_lines());
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn plaintext_and_older_tls_are_refused_on_every_listener() {
    let pki = Pki::new();
    let county = County::start_with(&pki.config(""));
    let ports = county.product().ports;
    let mut plain = Mllp::connect(ports.mllp).unwrap();
    plain.write(admission(1).as_bytes()).unwrap();
    assert!(plain.read().is_err(), "a message was answered without TLS");
    assert!(request(ports.http, "GET /healthz", &[], "").is_err(), "a request was answered without TLS");
    // HTTP/2's first words; a server that takes them answers with a frame of type 4, SETTINGS.
    let mut http2 = tcp(ports.grpc);
    http2.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00").unwrap();
    let mut answer = Vec::new();
    let _ = http2.read_to_end(&mut answer);
    assert_ne!(answer.get(3), Some(&4), "a call was answered without TLS");
    until_logged(&county, "the client does not speak TLS", 3);
    for port in [ports.mllp, ports.http, ports.grpc] {
        let mut tls12 = tcp(port);
        tls12.write_all(&client_hello_of_tls_1_2()).unwrap();
        let mut answer = [0; 7];
        tls12.read_exact(&mut answer).unwrap();
        // RFC 8446 6.2: a fatal alert, protocol_version.
        assert_eq!((answer[0], answer[5], answer[6]), (21, 2, 70), "{answer:?}");
    }
}

/// For a client that cannot speak 1.3, where the configuration allows it; and it still proves who it is.
#[test]
fn tls_1_2_is_spoken_where_it_is_chosen() {
    let pki = Pki::new();
    let county = County::start_with(&pki.config("minimum = \"1.2\"\n"));
    let port = county.product().ports.mllp;
    let old = pki.client_of(&[&rustls::version::TLS12], HOSPITAL);
    let mut old = Tls::connect(port, old).unwrap();
    assert_eq!(old.0.conn.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_2));
    assert_eq!(code(old.hl7(&admission(1))), "AA");
    let mut new = Tls::connect(port, pki.client(HOSPITAL)).unwrap();
    assert_eq!(code(new.hl7(&admission(2))), "AA");
    // Without its own setting the listener does not.
    let strict = County::start_with(&pki.config(""));
    let old = pki.client_of(&[&rustls::version::TLS12], HOSPITAL);
    assert!(Tls::connect(strict.product().ports.mllp, old).is_err());
}

/// A handshake that stalls holds its place until somebody else wants it.
#[test]
fn stalled_handshakes_give_way_to_others() {
    let pki = Pki::new();
    let county = County::start_with(&pki.config("").edit("[mllp]\n", "[mllp]\nconnections = 20\n"));
    let port = county.product().ports.mllp;
    let stalled = |_| {
        let mut stream = tcp(port);
        stream.write_all(&client_hello_of_tls_1_2()[..20]).unwrap();
        stream
    };
    let stalled: Vec<_> = (0..25).map(stalled).collect();
    let mut tls = Tls::connect(port, pki.client(HOSPITAL)).unwrap();
    assert_eq!(code(tls.hl7(&admission(1))), "AA");
    assert!(testkit::attacker::is_closed(&stalled[0]), "the first to stall is the first to go");
    let _more: Vec<_> = (0..25).map(|_| tcp(port)).collect();
    assert_eq!(code(tls.hl7(&admission(2))), "AA", "one with a certificate stays");
}

/// RFC 5246 7.4.1.2: with all that a server of 1.2 needs, and without supported_versions.
fn client_hello_of_tls_1_2() -> Vec<u8> {
    let extensions: &[&[u8]] = &[
        // supported_groups: x25519, secp256r1; ec_point_formats: uncompressed.
        &[0, 10, 0, 6, 0, 4, 0, 29, 0, 23],
        &[0, 11, 0, 2, 1, 0],
        // signature_algorithms: ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256, ed25519; extended_master_secret.
        &[0, 13, 0, 8, 0, 6, 4, 3, 8, 4, 8, 7],
        &[0, 23, 0, 0],
    ];
    let extensions = extensions.concat();
    let mut body = [&[3, 3][..], &[7; 32], &[0]].concat();
    // ECDHE_ECDSA and ECDHE_RSA with AES_128_GCM_SHA256; no compression.
    body.extend([0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0]);
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    let length = |length: usize| u16::try_from(length).unwrap().to_be_bytes();
    let handshake = [&[1, 0][..], &length(body.len()), &body].concat();
    [&[22, 3, 1][..], &length(handshake.len()), &handshake].concat()
}

#[test]
fn nobody_is_served_without_a_certificate_of_the_authority() {
    let pki = Pki::new();
    let county = County::start_with(&pki.config(""));
    let ports = county.product().ports;
    let strangers = Pki::new();
    let unknown = Tls::connect(ports.mllp, builder(strangers.trust()).with_no_client_auth());
    assert!(unknown.is_err(), "the client took a certificate of an authority that it does not know");
    until_logged(&county, "the client does not know our certificate's authority", 1);

    // The dates are long past.
    let (key, mut params) = (KeyPair::generate().unwrap(), CertificateParams::new([HOSPITAL.to_owned()]).unwrap());
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    (params.not_before, params.not_after) = (rcgen::date_time_ymd(2020, 1, 1), rcgen::date_time_ymd(2021, 1, 1));
    let expired = params.signed_by(&key, &pki.authority()).unwrap().der().clone();
    let expired = builder(pki.trust())
        .with_client_auth_cert(vec![expired], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let mut stranger = strangers.client(HOSPITAL);
    let resolver = Arc::clone(&stranger.client_auth_cert_resolver);
    stranger = builder(pki.trust()).with_client_cert_resolver(resolver);
    let server = pki.client("server");
    let none = builder(pki.trust()).with_no_client_auth();
    for (config, why) in [
        (none, "the client has no certificate"),
        (stranger, "the client's certificate is of an unknown authority"),
        (expired, "the client's certificate has expired"),
        (server, "the client's certificate is not one for clients"),
    ] {
        for port in [ports.mllp, ports.http, ports.grpc] {
            let answered = Tls::connect(port, config.clone()).and_then(|mut tls| match port {
                port if port == ports.mllp => tls.hl7(&admission(1)),
                _ => tls.http(),
            });
            assert!(answered.is_err(), "{why}: {answered:?}");
        }
        until_logged(&county, why, 3);
    }
    // The hospital is served.
    let mut tls = Tls::connect(ports.mllp, pki.client(HOSPITAL)).unwrap();
    assert_eq!(code(tls.hl7(&admission(2))), "AA");
    assert!(Tls::connect(ports.http, pki.client(OTHER)).unwrap().http().unwrap().starts_with("HTTP/1.1 200 "));
    let log = county.product().log().unwrap();
    assert!(!log.contains(HOSPITAL), "the log tells of a certificate: {log}");
}

#[test]
fn a_source_is_not_spoken_for_by_anothers_certificate() {
    let pki = Pki::new();
    let county = County::start_with(&pki.config(""));
    let port = county.product().ports.mllp;
    let mut other = Tls::connect(port, pki.client(OTHER)).unwrap();
    let answer = other.hl7(&admission(1)).unwrap();
    assert_eq!(acknowledgement_code(&answer), "AE", "{answer}");
    assert!(answer.contains("|204^") && answer.contains("certificate"), "{answer}");
    let mut hospital = Tls::connect(port, pki.client(HOSPITAL)).unwrap();
    assert_eq!(code(hospital.hl7(&admission(2))), "AA");
    let listed = county.operator(&["quarantine", "list"]);
    // It may be the hospital's all the same, with a new certificate: it counts against the hospital.
    assert!(listed.contains("keskussairaala") && !listed.contains("unknown-sender"), "{listed}");
    // An operator who tries everything again does not make it the hospital's.
    let redriven = Command::new(BINARY).args(["quarantine", "redrive", "--all"]).args(place(&county)).output().unwrap();
    let output = String::from_utf8(redriven.stdout).unwrap();
    assert!(output.contains("have it send the message again"), "{output}{}", String::from_utf8_lossy(&redriven.stderr));
    assert_eq!(code(hospital.hl7(&admission(1))), "AA");
}

fn place(county: &County) -> [PathBuf; 4] {
    ["--config".into(), county.config(), "--data".into(), county.data()]
}

#[test]
fn a_revoked_certificate_is_refused_as_soon_as_its_list_is_there() {
    let pki = Pki::new();
    let list = pki.file("revoked.pem");
    let write = |serials: &[Vec<u8>]| {
        let revoked = |serial: &Vec<u8>| rcgen::RevokedCertParams {
            serial_number: rcgen::SerialNumber::from_slice(serial),
            revocation_time: rcgen::date_time_ymd(2026, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = rcgen::CertificateRevocationListParams {
            this_update: rcgen::date_time_ymd(2026, 1, 1),
            next_update: rcgen::date_time_ymd(2040, 1, 1),
            crl_number: rcgen::SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        fs::write(&list, params.signed_by(&pki.authority()).unwrap().pem().unwrap()).unwrap();
    };
    write(&[]);
    let county = County::start_with(&pki.config(&format!("client_revocations = \"{}\"\n", list.display())));
    let port = county.product().ports.mllp;
    let send = |client, n| code(Tls::connect(port, pki.client(client)).and_then(|mut tls| tls.hl7(&admission(n))));
    assert_eq!(send(HOSPITAL, 1), "AA");
    write(&[serial(&pki.file(&format!("{HOSPITAL}.pem")))]);
    until_logged(&county, "the TLS files have changed: new connections", 3);
    assert!(send(HOSPITAL, 2).starts_with("none"), "a revoked certificate was accepted");
    until_logged(&county, "the client's certificate is revoked", 1);
    assert_eq!(send(OTHER, 3), "AE");
}

/// The serial number of a certificate: the first INTEGER after the version.
fn serial(file: &Path) -> Vec<u8> {
    let der = CertificateDer::from_pem_file(file).unwrap();
    let version = der.windows(5).position(|bytes| bytes == [0xa0, 3, 2, 1, 2]).unwrap() + 5;
    let length = usize::from(der[version + 1]);
    der[version + 2..version + 2 + length].to_vec()
}

#[test]
fn a_renewed_certificate_is_served_without_a_restart_and_a_damaged_one_is_not() {
    let pki = Pki::new();
    let county = County::start_with(&pki.config(""));
    let ports = county.product().ports;
    let (pid, all) = (county.product().pid(), [ports.mllp, ports.http, ports.grpc]);
    let file = || CertificateDer::from_pem_file(pki.file("server.pem")).unwrap().to_vec();
    let served = |port| Tls::connect(port, pki.client(HOSPITAL)).unwrap().certificate();
    let first = file();
    assert_eq!(all.map(served), [&first, &first, &first].map(Vec::clone));
    let mut living = Tls::connect(ports.mllp, pki.client(HOSPITAL)).unwrap();
    assert_eq!(code(living.hl7(&admission(1))), "AA");

    pki.make();
    let second = file();
    assert_ne!(first, second);
    until_logged(&county, "the TLS files have changed: new connections", 3);
    assert_eq!(all.map(served), [&second, &second, &second].map(Vec::clone));
    assert_eq!(code(living.hl7(&admission(2))), "AA", "a connection from before lives on");

    // Cut in the middle; and then one that its key is not of.
    let whole = fs::read(pki.file("server.pem")).unwrap();
    fs::write(pki.file("server.pem"), &whole[..whole.len() / 2]).unwrap();
    until_logged(&county, "cannot be used: the previous ones stay in use", 3);
    assert_eq!(all.map(served), [&second, &second, &second].map(Vec::clone));
    fs::copy(pki.file(&format!("{OTHER}.pem")), pki.file("server.pem")).unwrap();
    until_logged(&county, "cannot be used: the previous ones stay in use", 6);
    assert_eq!(all.map(served), [&second, &second, &second].map(Vec::clone));

    pki.make();
    until_logged(&county, "the TLS files have changed: new connections", 6);
    assert_eq!(all.map(served), [(); 3].map(|()| file()));
    let log = county.product().log().unwrap();
    assert_eq!(log.matches("cannot be used: the previous ones stay in use").count(), 6, "{log}");
    assert_eq!(code(living.hl7(&admission(3))), "AA");
    assert_eq!(county.product().pid(), pid);
}

/// A handshake that is never made holds its place for a time, and nothing else.
#[test]
fn whoever_begins_no_handshake_holds_up_nobody_for_long() {
    let pki = Pki::new();
    let config = pki.config("").edit("[mllp]\n", "[mllp]\nconnections = 4\n");
    let county = County::start_with(&config);
    let ports = county.product().ports;
    let silent: Vec<_> =
        [ports.mllp, ports.http, ports.grpc].into_iter().flat_map(|port| [(); 3].map(|()| tcp(port))).collect();
    let mut fourth = Tls::connect(ports.mllp, pki.client(HOSPITAL)).unwrap();
    assert_eq!(code(fourth.hl7(&admission(1))), "AA");
    assert!(Tls::connect(ports.http, pki.client(OTHER)).unwrap().http().is_ok());
    assert!(!county.product().log().unwrap().contains("it was not done in time"), "the fourth waited for the others");
    // All places are taken now: the next one waits until the silent ones are sent away.
    let mut fifth = Tls::connect(ports.mllp, pki.client(HOSPITAL)).unwrap();
    assert_eq!(code(fifth.hl7(&admission(2))), "AA");
    until_logged(&county, "it was not done in time", 1);
    drop(silent);
}

#[test]
fn what_pki_dev_makes_works_from_end_to_end() {
    let pki = Pki::new();
    let output = pki.make();
    for part in ["[mllp.tls]", "server-key.pem", "--cert", HOSPITAL] {
        assert!(output.contains(part), "{part}: {output}");
    }
    let keys: Vec<_> = fs::read_dir(pki.0.path()).unwrap().map(|it| it.unwrap().path()).collect();
    let keys: Vec<_> = keys.iter().filter(|it| it.to_string_lossy().ends_with("-key.pem")).collect();
    assert_eq!(keys.len(), 4);
    for key in keys {
        assert_eq!(fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o600, "{}", key.display());
    }
    let shown = made_by(Command::new(BINARY).args(["pki", "show"]).arg(pki.file(&format!("{HOSPITAL}.pem"))));
    assert!(String::from_utf8(shown.stdout).unwrap().contains(HOSPITAL));

    let county = County::start_with(&pki.config(""));
    let ports = county.product().ports;
    let (message, event) = (pki.file("admission.hl7"), pki.file("event.json"));
    fs::write(&message, admission(1)).unwrap();
    let data = serde_json::json!({"clientship": "c1"});
    fs::write(&event, county::social("ClientshipOpened", "e1", ago(60), &person(1), data).to_string()).unwrap();
    let (source, caller) = (pki.file("source.token"), pki.file("caller.token"));
    fs::write(&source, SOCIAL_TOKEN).unwrap();
    fs::write(&caller, DUTY_TOKEN).unwrap();
    let client = |arguments: &[&str], flags: &[String], input: &str| {
        let mut child = Command::new(BINARY)
            .args(arguments)
            .args(flags)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = wait::output_of(child).unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    };
    let (message, event) = (message.to_str().unwrap(), event.to_str().unwrap());
    let (source, caller) = (source.to_str().unwrap(), caller.to_str().unwrap());
    let mllps = format!("mllps://localhost:{}", ports.mllp);
    let https = format!("https://127.0.0.1:{}", ports.http);
    let grpcs = format!("https://[::1]:{}", ports.grpc).edit("[::1]", "localhost");
    let send_hl7 = ["send", "hl7v2", message, "--to", &mllps];
    let send_social = ["send", "social", event, "--token-file", source, "--to", &https];
    let ask = [
        "ask",
        "involvement",
        "--server",
        &grpcs,
        "--token-file",
        caller,
        "--user",
        "mv12",
        "--task",
        "duty-social-service",
        "--purpose",
        "urgent-help",
        "--no-case-yet",
        "--json",
    ];
    let hetu = person(1).hetu;
    let flags = pki.flags(HOSPITAL);
    let (sent, output) = client(&send_hl7, &flags, "");
    assert!(sent && output.contains("AA"), "{output}");
    let (sent, output) = client(&send_social, &flags, "");
    assert!(sent && output.contains("stored"), "{output}");
    let (answered, output) = client(&ask, &flags, &hetu);
    assert!(answered && output.contains("\"involved\""), "{output}");

    let strangers = Pki::new();
    let (no_certificate, unknown) = ("give --cert and --key", "the service does not know the authority");
    for arguments in [&send_hl7[..], &send_social, &ask] {
        for (flags, why) in [
            (Vec::new(), "--ca FILE"),
            (flags[..2].to_vec(), no_certificate),
            ([&strangers.flags(HOSPITAL)[..2], &flags[2..]].concat(), "UnknownIssuer"),
            ([&flags[..2], &strangers.flags(HOSPITAL)[2..]].concat(), unknown),
        ] {
            let (done, output) = client(arguments, &flags, &hetu);
            assert!(!done && output.contains(why), "{arguments:?} {flags:?}: {output}");
            assert!(!output.contains(&hetu), "{output}");
        }
    }
}
