//! What cannot be read: reported at once, by place, and without values.

use super::{Config, Environment};

fn reported(text: &str, variables: &[(&str, &str)]) -> String {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let read = Config::read(text, &Environment::of(variables), None);
    read.err().map(|invalid| invalid.to_string()).unwrap_or_default()
}

const SOURCE: &str = "[[source]]\nname = 'kys'\nformat = 'hl7v2'\nregister = 'patient'\napplication = 'A'\n\
    covers = ['stays']\nsilence = '30m'\n";

/// What is written, and what is expected of it.
#[test]
fn a_key_that_does_not_exist_is_named_with_the_one_that_may_be_meant() {
    let ward = "[[ward]]\nsource = 'kys'\ncode = '2204'\n[[ward.workers]]\nname = 'Tiina'\nweekdays = []\n";
    for (text, expected) in [
        ("transprot = 'kafka'", "line 1, column 1: transprot: there is no such key; did you mean transport?"),
        (
            "[mllp]\nadress = '127.0.0.1:0'",
            "line 2, column 1: mllp.adress: there is no such key; did you mean address?",
        ),
        (
            "[grpc]\ncolour = 1",
            "line 2, column 1: grpc.colour: there is no such key; there are connections, connections_per_peer, \
             address, tls_ends_elsewhere, tls",
        ),
        (
            &format!("{SOURCE}silense = '1h'"),
            "line 8, column 1: source kys: silense: there is no such key; did you mean silence?",
        ),
        (
            &format!("{SOURCE}{ward}fone = '1'"),
            "line 14, column 1: ward 2204: workers 1: fone: there is no such key; did you mean phone?",
        ),
    ] {
        let reported = reported(text, &[]);
        assert!(reported.ends_with(&format!("\n  - {expected}")), "{reported}");
    }
    for (name, value, expected) in [
        ("RINNAKKAIN_MLLP__ADRESS", "x", "RINNAKKAIN_MLLP__ADRESS: there is no such key; did you mean address?"),
        ("RINNAKKAIN_TRANSPROT", "x", "RINNAKKAIN_TRANSPROT: there is no such key; did you mean transport?"),
        (
            "RINNAKKAIN_NOT_CONNECTED",
            "[{name = 'x', cover = [], covers = ['stays']}]",
            "RINNAKKAIN_NOT_CONNECTED: not_connected 1: cover: there is no such key; did you mean covers?",
        ),
    ] {
        let reported = reported("", &[(name, value)]);
        assert!(reported.contains(expected), "{reported}");
    }
}

#[test]
fn everything_that_cannot_be_read_is_reported_at_once_and_no_value_of_it() {
    let text = "colour = 1\ndatabase = 'postgres://a:hidden@b/c'\ntransport = 'kafak'\n[mllp]\nconnections = 'hidden'\n\
        [kafka.client]\n'sasl.password' = 987654\n[[source]]\nname = 'one'\nformat = 'hl7'\ncovers = ['stay']\n\
        [[source]]\nname = 'two'\nfarmat = 'social'\n[[caller]]\nname = 'c'\nside = 'duty'\ntasks = 'hidden'\n\
        token_sha256 = 987654\n";
    let reported = reported(text, &[("RINNAKKAIN_HTTP__CONNECTIONS", "hidden"), ("RINNAKKAIN_INGEST__HOLT", "1s")]);
    for part in [
        "colour: there is no such key",
        "database: a text stands where a table is wanted",
        "transport: \"kafak\" is not known here; did you mean kafka?",
        "mllp.connections: a text stands where a whole number is wanted",
        "kafka.client.sasl.password: a number stands where",
        "source one: format: \"hl7\" is not known here; did you mean hl7v2?",
        "source one: covers 1: \"stay\" is not known here; did you mean stays?",
        "source one: silence is missing",
        "source two: farmat: there is no such key; did you mean format?",
        "source two: format is missing",
        "source two: covers is missing",
        "source two: silence is missing",
        "caller c: tasks: a text stands where a list is wanted",
        "caller c: token_sha256: a number stands where",
        "RINNAKKAIN_HTTP__CONNECTIONS: a text stands where",
        "RINNAKKAIN_INGEST__HOLT: there is no such key; did you mean hold?",
    ] {
        assert!(reported.contains(part), "{part} is not reported: {reported}");
    }
    assert!(!reported.contains("hidden") && !reported.contains("987654"), "{reported}");
    assert_eq!(reported.lines().count(), 17, "{reported}");
}

#[test]
fn what_nothing_can_stand_in_for_hides_no_other_mistake() {
    let text = "mllp = ['127.0.0.1:0']\n[page]\naddress = 'here'\nsign_in = { client_id = 'a', url = 1 }\n\
        made_up_staff = [{ id = 'a b', name = 'x' }]\n[page.tls]\nkee = 'k'\n[[not_connected]]\nname = 1\n";
    let reported = reported(text, &[("RINNAKKAIN_HTTP__CONNECTIONS", "x")]);
    for part in [
        "line 1, column 1: mllp: a list stands where a table is wanted",
        "line 3, column 1: page.address: \"here\" is no address",
        "page.token_file is missing",
        "page.sign_in.client_secret_file is missing",
        "page.sign_in.url: a number stands where a text is wanted",
        "page.made_up_staff x: id: \"a b\" is no name",
        "page.tls.certificate is missing",
        "page.tls.kee: there is no such key; did you mean key?",
        "not_connected 1: name: a number stands where a text is wanted",
        "RINNAKKAIN_HTTP__CONNECTIONS: a text stands where a whole number is wanted",
    ] {
        assert!(reported.contains(part), "{part} is not reported: {reported}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_not_quoted() {
    let reported = reported("\n[database]\nurl = \"postgres://a:hidden@b/c", &[]);
    assert!(reported.contains("line 3, column ") && !reported.contains("hidden"), "{reported}");
}

/// A file that cannot be read whole must not count as an empty one.
#[test]
fn what_toml_allows_and_no_number_holds_is_reported() {
    let reported = reported("\n[mllp]\nconnections = 99999999999999999999999999\n", &[]);
    assert!(reported.contains("line 3, column"), "{reported}");
}

#[test]
fn what_looks_like_a_number_is_a_text_where_one_is_wanted() {
    let variables = [("RINNAKKAIN_INGEST__KEEP", "0"), ("RINNAKKAIN_INGEST__NAME", "007")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::read("", &Environment::of(variables), None).unwrap();
    assert!(config.keep.is_zero());
    assert_eq!(config.ingest, "007");
}
