//! What the files of `deploy/` say to the program, tried on the program: commands and their options, settings, the paths
//! and ports that these name.

use super::{Process, processes, text};
use crate::support::BINARY;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use testkit::product::scratch;
use testkit::root;

/// What `rinnakkain COMMAND… --help` prints; `None`: there is no such command.
fn help(command: &[&str]) -> Option<String> {
    let output = Command::new(BINARY).args(command).arg("--help").output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// What is wrong with these arguments of the program: commands first, options anywhere before `--`.
fn problems(arguments: &[String]) -> Vec<String> {
    let ours = arguments.iter().map(String::as_str).take_while(|it| *it != "--");
    let ours: Vec<&str> = ours.collect();
    if ours == ["--help"] {
        return Vec::new();
    }
    let Some(first) = ours.first().filter(|it| !it.starts_with('-')) else { return vec!["no command".to_owned()] };
    let Some(mut help_text) = help(&[first]) else { return vec![format!("no command {first}")] };
    if let Some(second) = ours.get(1).filter(|_| help_text.contains("\nCommands:\n")) {
        match help(&[first, second]) {
            Some(of_second) => help_text = of_second,
            None => return vec![format!("no command {first} {second}")],
        }
    }
    let knows = |option: &str| {
        let words = help_text.split(|c: char| c.is_whitespace() || ",=[]<>.".contains(c));
        words.into_iter().any(|word| word == option)
    };
    let options = ours.iter().filter(|it| it.starts_with("--")).map(|it| it.split('=').next().unwrap());
    options.filter(|option| !knows(option)).map(|it| format!("{first} has no {it}")).collect()
}

/// Loads a configuration as the process would, with files for its secrets; what the program prints.
fn load(environment: &BTreeMap<String, String>) -> Output {
    let directory = scratch().unwrap();
    let place = directory.path().display();
    let file = directory.path().join("rinnakkain.toml");
    // Where Kafka is, is not in the environment of every file: then it is in the county's configuration.
    let config = text("rinnakkain.toml")
        .replace("# brokers = ", "brokers = ")
        .replace("# \"security.protocol\"", "\"security.protocol\"")
        .replace("# \"sasl.", "\"sasl.")
        .replace("/run/secrets/rinnakkain-kafka-password", &format!("{place}/password"));
    let with_kafka = environment.contains_key("RINNAKKAIN_TRANSPORT");
    std::fs::write(&file, if with_kafka { config } else { text("rinnakkain.toml") }).unwrap();
    std::fs::write(directory.path().join("password"), "made-up\n").unwrap();
    let mut command = Command::new(BINARY);
    command.args(["translate", "-", "--config"]).arg(file).stdin(Stdio::null());
    for (name, value) in environment {
        // The file that is mounted there, here.
        let here = value.strip_prefix("/run/secrets/").map(|name| directory.path().join(name.replace('/', "-")));
        if let Some(file) = &here {
            std::fs::write(file, "postgres://made-up@db.example/rinnakkain\n").unwrap();
        }
        command.env(name, here.map_or_else(|| value.clone(), |file| file.display().to_string()));
    }
    testkit::wait::output(&mut command).unwrap()
}

#[test]
fn the_program_knows_its_commands() {
    for process in processes() {
        assert_eq!(problems(&process.arguments), Vec::<String>::new(), "{}", process.place);
    }
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(problems(&words("serv --config x")), ["no command serv"]);
    assert_eq!(problems(&words("serve --configuration x")), ["serve has no --configuration"]);
    assert_eq!(problems(&words("journal statuses")), ["no command journal statuses"]);
}

#[test]
fn the_program_knows_its_settings() {
    for process in processes() {
        let output = load(&process.environment);
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() != Some(64), "{}: {printed}", process.place);
    }
    let mistyped = BTreeMap::from([("RINNAKKAIN_MLLP__ADRESS".to_owned(), "127.0.0.1:0".to_owned())]);
    assert_eq!(load(&mistyped).status.code(), Some(64), "a setting that is none is noticed");
    let bare = BTreeMap::from([("RINNAKKAIN_GRPC__ADDRESS".to_owned(), "0.0.0.0:50051".to_owned())]);
    assert_eq!(load(&bare).status.code(), Some(64), "and so is a listener without TLS");
}

#[test]
fn every_path_is_mounted() {
    for process in processes() {
        let is_mounted = |path: &str| process.mounts.iter().any(|mount| Path::new(path).starts_with(mount));
        let config = process.arguments.iter().position(|it| it == "--config").unwrap();
        assert!(is_mounted(&process.arguments[config + 1]), "{}: its configuration", process.place);
        for (name, value) in process.environment.iter().filter(|(_, value)| value.starts_with('/')) {
            assert!(is_mounted(value), "{}: {name}", process.place);
        }
        let data = process.arguments.iter().position(|it| it == "--data").map(|at| process.arguments[at + 1].clone());
        let data = data.unwrap_or_else(|| "/var/lib/rinnakkain".to_owned());
        assert!(process.writable.contains(&data), "{}: {data}", process.place);
    }
    assert!(text("Containerfile").contains("ENV RINNAKKAIN_DATA=/var/lib/rinnakkain\n"));
}

#[test]
fn what_is_open_is_what_is_listened_on() {
    let mut open = BTreeSet::new();
    for Process { place, environment, ports, .. } in processes() {
        let addresses = environment.iter().filter(|(name, _)| name.ends_with("__ADDRESS"));
        let beyond = addresses.filter(|(_, value)| !value.starts_with("127."));
        let listened: BTreeSet<u16> = beyond.map(|(_, it)| it.rsplit(':').next().unwrap().parse().unwrap()).collect();
        assert_eq!(ports, listened, "{place}");
        open.extend(ports);
    }
    let exposed =
        text("Containerfile").lines().find_map(|line| line.strip_prefix("EXPOSE ").map(str::to_owned)).unwrap();
    assert_eq!(exposed.split(' ').map(|it| it.parse::<u16>().unwrap()).collect::<BTreeSet<_>>(), open);
}

#[test]
fn the_image_is_what_the_files_run() {
    let file = text("Containerfile");
    let has = |line: &str| file.lines().any(|it| it == line);
    assert!(has("USER 65532:65532") && has("STOPSIGNAL SIGTERM"));
    assert!(has(r#"ENTRYPOINT ["/usr/local/bin/rinnakkain"]"#));
    let command = file.lines().find_map(|line| line.strip_prefix("CMD ")).unwrap();
    let command: Vec<String> = serde_json::from_str(command).unwrap();
    assert_eq!(problems(&command), Vec::<String>::new());
    // The compiler that the workspace asks for.
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap().trim_matches('"');
    assert!(file.contains(&format!("rust:{version}-bookworm")), "{version}");
}

/// What a document tells people to type: the lines of its blocks, and what stands between backticks.
fn commands(of: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(of).unwrap();
    let mut lines = Vec::new();
    for (n, part) in text.split("```").enumerate() {
        if n % 2 == 1 {
            let block = part.replace("\\\n", " ");
            let typed = block.lines().skip(1).map(|line| line.split("  #").next().unwrap_or(line));
            lines.extend(typed.flat_map(|line| line.split([';', '|', '&'])).map(|it| it.trim().to_owned()));
        } else {
            lines.extend(part.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    lines.retain(|line| line.starts_with("rinnakkain "));
    lines
}

#[test]
fn the_documentation_names_commands_that_are_there() {
    let mut known = 0;
    for file in ["README.md", "deploy/README.md"] {
        for line in commands(&root().join(file)) {
            let words = line.split_whitespace().skip(1).map(|it| it.trim_matches(['[', ']', '"', '\'']).to_owned());
            assert_eq!(problems(&words.collect::<Vec<_>>()), Vec::<String>::new(), "{file}: {line}");
            known += 1;
        }
    }
    assert!(known > 50, "{known} commands were found");
    // The scripts too.
    for script in ["backup", "restore"] {
        for line in
            text(script).replace("\\\n", " ").lines().filter_map(|it| it.trim().strip_prefix("\"$rinnakkain\" "))
        {
            let words: Vec<_> = line.split(" ||").next().unwrap().split_whitespace().collect();
            let words = words.iter().filter(|it| !it.starts_with('"')).map(|it| (*it).to_owned());
            assert_eq!(problems(&words.collect::<Vec<_>>()), Vec::<String>::new(), "{script}: {line}");
        }
    }
}
