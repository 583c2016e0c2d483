//! The clients: what each needs, how that is fetched, how it runs.

use crate::verify::protos;
use anyhow::bail;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use testkit::county::{self, Visit};
use testkit::product::Ports;
use testkit::wire::{self, Mllp};
use testkit::{root, wait};

/// The token with which FHIR is sent.
pub(super) const FHIR_TOKEN: &str = "made-up-token-of-kys-fhir";

/// Where they run.
pub(super) struct Bed {
    pub(super) ports: Ports,
    /// Where what is fetched for them stands.
    pub(super) fetched: PathBuf,
    /// The kits that were asked for, by their tools; for one that is not available, the reason.
    lacking: RefCell<BTreeMap<&'static [&'static str], Option<String>>>,
}

impl Bed {
    pub(super) fn new(ports: Ports, fetched: PathBuf) -> Self {
        Self { ports, fetched, lacking: RefCell::default() }
    }

    /// Fetches a kit, if that was not tried yet. Gives the reason why it is not available here; `None`: it is.
    fn lacks(&self, kit: &Kit) -> anyhow::Result<Option<String>> {
        if let Some(known) = self.lacking.borrow().get(kit.tools) {
            return Ok(known.clone());
        }
        let lacking = kit.fetch(self)?;
        self.lacking.borrow_mut().insert(kit.tools, lacking.clone());
        Ok(lacking)
    }
}

impl Kit {
    fn fetch(&self, bed: &Bed) -> anyhow::Result<Option<String>> {
        if let Some(tool) = self.tools.iter().find(|tool| !is_here(tool)) {
            return Ok(Some(format!("needs {tool} on this machine")));
        }
        for mut fetch in (self.fetch)(bed) {
            if let Err(text) = written(&mut fetch)? {
                return Ok(Some(format!("cannot be fetched here: {}", last_line(&text))));
            }
        }
        Ok(None)
    }
}

/// How a try ended.
pub(super) enum Outcome {
    Passed,
    /// Why it was not tried.
    Skipped(String),
}

/// One client.
pub(super) struct Client {
    pub(super) name: &'static str,
    /// What it shows where it passes.
    pub(super) shows: &'static str,
    kit: &'static Kit,
    run: fn(&Bed) -> Command,
}

/// What clients of one language need: fetched once for all of them.
struct Kit {
    /// The programs that must be on the machine.
    tools: &'static [&'static str],
    fetch: fn(&Bed) -> Vec<Command>,
}

const PYTHON: &Kit = &Kit { tools: &["python3"], fetch: python };
const NODE: &Kit = &Kit { tools: &["node", "npm"], fetch: node };
const BROWSER: &Kit = &Kit { tools: &["chromium", "chromedriver", "node", "npm"], fetch: node };
const JAVA: &Kit = &Kit { tools: &["mvn", "java"], fetch: maven };
const GO: &Kit = &Kit { tools: &["go"], fetch: go };
const DEBIAN: &Kit = &Kit { tools: &["apt-get", "dpkg"], fetch: debian };

/// All of them.
pub(super) const CLIENTS: &[Client] = &[
    Client {
        name: "hl7apy",
        shows: "answers of HL7 2.1 to 2.8.2, stored and refused, are valid (STRICT)",
        kit: PYTHON,
        run: |bed| script(bed, "hl7_acks.py"),
    },
    Client {
        name: "jsonschema",
        shows: "every schema is one, every sample fits its own",
        kit: PYTHON,
        run: |bed| script(bed, "schemas.py"),
    },
    Client {
        name: "cloudevents",
        shows: "the SDK sends structured and binary; the refusal of an unknown type names where the known ones are",
        kit: PYTHON,
        run: |bed| script(bed, "cloud_events.py"),
    },
    Client {
        name: "grpcio",
        shows: "code made of our protos asks and is refused by code",
        kit: PYTHON,
        run: |bed| script(bed, "grpc_client.py"),
    },
    Client { name: "ajv", shows: "every schema compiles, every sample fits its own", kit: NODE, run: ajv },
    Client {
        name: "buf",
        shows: "the protos pass the STANDARD rules, and no event's bytes mean another thing than in what landed before (WIRE)",
        kit: NODE,
        run: buf,
    },
    Client {
        name: "promtool",
        shows: "Prometheus takes the alert rules and its configuration",
        kit: DEBIAN,
        run: promtool,
    },
    Client {
        name: "axe",
        shows: "axe-core has no finding on any screen of the duty page (WCAG 2.2 AA), light and dark",
        kit: BROWSER,
        run: axe,
    },
    Client {
        name: "hapi",
        shows: "HAPI sends HL7 v2, transactions without Bundle.timestamp and messages, and reads refusals and the CapabilityStatement",
        kit: JAVA,
        run: hapi,
    },
    Client { name: "grpcurl", shows: "reflection describes the services", kit: GO, run: grpcurl },
];

impl Client {
    pub(super) fn try_on(&self, bed: &Bed) -> anyhow::Result<Outcome> {
        if let Some(why) = bed.lacks(self.kit)? {
            return Ok(Outcome::Skipped(why));
        }
        let mut run = (self.run)(bed);
        run.env("MLLP", bed.ports.mllp.to_string())
            .env("HTTP", bed.ports.http.to_string())
            .env("GRPC", bed.ports.grpc.to_string())
            .env("SOCIAL_TOKEN", county::SOCIAL_TOKEN)
            .env("DUTY_TOKEN", county::DUTY_TOKEN)
            .env("FHIR_TOKEN", FHIR_TOKEN)
            .env("PROTO", root().join("proto"))
            .env("MESSAGES", root().join("tests/messages"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        match written(&mut run)? {
            Ok(_) => Ok(Outcome::Passed),
            Err(text) => bail!("{text}"),
        }
    }
}

/// What a command wrote: `Err`, if it failed.
fn written(command: &mut Command) -> anyhow::Result<Result<String, String>> {
    let output = wait::output(command)?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned()).join("\n");
    Ok(if output.status.success() { Ok(text) } else { Err(text) })
}

fn last_line(text: &str) -> &str {
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// Starting it is enough: each has its own way of telling its version.
fn is_here(tool: &str) -> bool {
    let started = Command::new(tool).arg("--version").stdin(Stdio::null()).output();
    started.is_ok()
}

fn at(part: &str) -> PathBuf {
    root().join("tests/interop").join(part)
}

fn command(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

fn venv(bed: &Bed) -> PathBuf {
    bed.fetched.join("python")
}

fn python(bed: &Bed) -> Vec<Command> {
    let mut made = command("python3", &["-m", "venv"]);
    made.arg(venv(bed));
    let mut installed =
        command(venv(bed).join("bin/pip"), &["install", "--quiet", "--disable-pip-version-check", "-r"]);
    installed.arg(at("python/requirements.txt"));
    vec![made, installed]
}

fn script(bed: &Bed, name: &str) -> Command {
    let mut script = Command::new(venv(bed).join("bin/python"));
    script.arg(at("python").join(name));
    script
}

/// The packages and the script side by side, where Node.js looks for them.
fn node(bed: &Bed) -> Vec<Command> {
    let folder = bed.fetched.join("node");
    let mut copied = command("cp", &["-r"]);
    copied.arg(at("node/.")).arg(&folder);
    let mut installed = command("npm", &["install", "--silent", "--no-audit", "--no-fund"]);
    installed.current_dir(&folder);
    let mut made = command("mkdir", &["-p"]);
    made.arg(&folder);
    vec![made, copied, installed]
}

fn ajv(bed: &Bed) -> Command {
    let mut script = Command::new("node");
    script.arg(bed.fetched.join("node/schemas.mjs"));
    script
}

fn axe(bed: &Bed) -> Command {
    // Somebody on a ward, with an own worker, so that each screen has something to show. If a message is not accepted,
    // the script does not find what it looks for.
    let (client, now) = (county::person(1), crate::clock::now());
    let visit = Visit { number: "V1", class: "I", ward: "OS3", started: Some(now), ..Visit::default() };
    let admitted = county::adt("A01", "axe-1", now, &client, &visit);
    let _ = Mllp::connect(bed.ports.mllp).and_then(|mut it| it.send(&admitted));
    let assigned = serde_json::json!({
        "assignment": "axe-1", "role": "own-worker", "from": now.to_string(),
        "worker": {"id": "w-1", "name": "Oona Omatyöntekijä", "phone": "044 000 0001"},
    });
    let assigned = county::social("WorkerAssigned", "axe-1", now, &client, assigned).to_string();
    let _ = wire::post(bed.ports.http, "/events", county::SOCIAL_TOKEN, wire::EVENT, &assigned);
    let mut script = Command::new("node");
    script.arg(bed.fetched.join("node/axe.mjs"));
    script.env("PAGE", bed.ports.page.to_string()).env("IDENTITY_CODE", client.hetu);
    script.env("OTHER_CODE", county::person(2).hetu);
    script
}

/// The linter's standard rules; and of the record's language, which is kept for ever, that it only grew since the commit before.
/// Services may still change (`BREAKING_FAILS` of `cargo verify`).
fn buf(bed: &Bed) -> Command {
    const BOTH: &str = r#"set -eu
        cd "$PROTO"
        "$BUF" lint --config '{"version":"v2","lint":{"use":["STANDARD"]}}' .
        [ -d "$BEFORE" ] || { echo "there is no commit to compare with"; exit 1; }
        "$BUF" breaking --config '{"version":"v2","breaking":{"use":["WIRE"],"ignore":["rinnakkain/care"]}}' . \
            --against "$BEFORE""#;
    let before = bed.fetched.join("before");
    // What an earlier run left is of another commit. Where nothing can be written, the script finds nothing.
    let _ = std::fs::remove_dir_all(&before);
    if let Some(base) = protos::base() {
        let _ = protos::export(&base, &before);
    }
    let mut both = command("sh", &["-c", BOTH]);
    both.env("BUF", bed.fetched.join("node/node_modules/.bin/buf")).env("BEFORE", before.join("proto"));
    both
}

/// Unpacked and not installed: the package would start a server.
fn debian(bed: &Bed) -> Vec<Command> {
    let folder = bed.fetched.join("prometheus");
    let mut fetched =
        command("sh", &["-ec", r#"mkdir -p "$0" && cd "$0" && apt-get download -q prometheus && dpkg -x *.deb ."#]);
    fetched.arg(folder);
    vec![fetched]
}

fn promtool(bed: &Bed) -> Command {
    let mut checked = command(
        "sh",
        &[
            "-ec",
            r#""$0" check rules "$1/observability/alerts.yaml" && "$0" check config --syntax-only "$1/prometheus.yaml""#,
        ],
    );
    checked.arg(bed.fetched.join("prometheus/usr/bin/promtool")).arg(root().join("deploy"));
    checked
}

fn maven(bed: &Bed) -> Vec<Command> {
    let mut resolved = command("mvn", &["-q", "-B", "-f"]);
    resolved.arg(at("java/pom.xml")).arg("dependency:build-classpath");
    resolved.arg(format!("-Dmdep.outputFile={}", class_path(bed).display()));
    vec![resolved]
}

fn class_path(bed: &Bed) -> PathBuf {
    bed.fetched.join("class-path")
}

fn hapi(bed: &Bed) -> Command {
    let mut hapi = Command::new("java");
    hapi.arg("-cp").arg(read(&class_path(bed))).arg(at("java/Hapi.java"));
    hapi
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_default().trim().to_owned()
}

fn go(bed: &Bed) -> Vec<Command> {
    let mut installed = command("go", &["install", "github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3"]);
    installed.env("GOBIN", bed.fetched.join("go"));
    vec![installed]
}

/// By reflection alone, without our protos.
fn grpcurl(bed: &Bed) -> Command {
    let mut described = Command::new(bed.fetched.join("go/grpcurl"));
    described.arg("-plaintext").arg(format!("127.0.0.1:{}", bed.ports.grpc));
    described.args(["describe", "rinnakkain.care.v1.InvolvementService"]);
    described
}
