//! A real identity provider for tests, with nothing set up and without containers: Keycloak, from Maven Central.
//!
//! It is fetched and prepared once (160 MB), and starts in about ten seconds on a free port of 127.0.0.1 with the made-up realm
//! of `keycloak/county.json`, kept in memory. The realm has two clients, [`PAGE`] for browsers and [`SYSTEM`] for services, and
//! three people, all with [`PASSWORD`]. The page's access tokens are
//! changed for new ones three seconds after they were issued, so that every test of some length sees it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::sleep;
use std::time::{Duration, Instant};

use embedded::cache;
use tempfile::TempDir;

use crate::java::{self, Error, Port, Process};
use crate::wait;
use crate::wire::request;

const VERSION: &str = "26.4.7";
/// The sha256, and the path in the repository.
const FILES: &str = "aca60ab72ae4d67adc6b8fe7fca5e08d16a6bb5e4a4f2ebb54050e3f5503fd2b \
                     org/keycloak/keycloak-quarkus-dist/26.4.7/keycloak-quarkus-dist-26.4.7.tar.gz";
const REALM: &str = include_str!("keycloak/county.json");
/// How long it may take to start on a machine that does other things too.
const PATIENCE: Duration = Duration::from_mins(3);
const JAVA: &[&str] = &[
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xms64m",
    "-Xmx512m",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--add-opens=java.base/java.security=ALL-UNNAMED",
    "-Djava.util.concurrent.ForkJoinPool.common.threadFactory=\
     io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
    "-Dkc.home.dir=.",
    "-cp",
    "lib/quarkus-run.jar",
    "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
];

/// The page's id as a client.
pub const PAGE: &str = "duty-page";
/// The id of a calling system.
pub const SYSTEM: &str = "duty-system";
/// Somebody of the duty service.
pub const DUTY_WORKER: &str = "paivystaja";
/// Somebody who works on a ward, with the same task.
pub const ELSEWHERE: &str = "muualla";
/// Somebody of the duty service who has no task here.
pub const WITHOUT_TASK: &str = "tehtavaton";
/// Of all.
pub const PASSWORD: &str = "made-up-password";

/// The secret of a client.
#[must_use]
pub fn secret_of(client: &str) -> String {
    format!("made-up-secret-of-{client}")
}

/// A running Keycloak. Dropped, it is killed.
#[derive(Debug)]
pub struct Keycloak {
    process: Option<Process>,
    port: Port,
    home: TempDir,
}

impl Keycloak {
    /// Starts one, and waits until it answers.
    pub fn start() -> Result<Self, Error> {
        let place = cache::place(&format!("keycloak-{VERSION}")).ok_or(Error::Cache)?;
        java::fetch_with(&place, FILES, |files| {
            let archive = files.join(format!("keycloak-quarkus-dist-{VERSION}.tar.gz"));
            run(Command::new("tar").arg("xzf").arg(&archive).current_dir(&files), &archive)?;
            let unpacked = files.join(format!("keycloak-{VERSION}"));
            // Its classes are put together for these settings now, not at each start.
            let build = unpacked.join("bin/kc.sh");
            run(Command::new(&build).args(["build", "--db=dev-mem"]), &build)?;
            Ok(unpacked)
        })?;
        let home = tempfile::Builder::new().prefix("rinnakkain-keycloak-").tempdir();
        let home = home.map_err(Error::io("create a directory in", std::env::temp_dir()))?;
        let import = home.path().join("data/import");
        fs::create_dir_all(&import).map_err(Error::io("create", &import))?;
        fs::write(import.join("county.json"), REALM).map_err(Error::io("write to", &import))?;
        for part in ["conf", "lib", "providers", "themes"] {
            symlink(place.join(part), home.path().join(part)).map_err(Error::io("link", place.join(part)))?;
        }
        let port = Port::free().map_err(Error::io("find a port on", "127.0.0.1"))?;
        let mut keycloak = Self { process: None, port, home };
        keycloak.run_again()?;
        Ok(keycloak)
    }

    /// As it writes itself in `iss`.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("http://localhost:{}/realms/county", self.port.number())
    }

    /// Kills it.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again where it was. Sessions, and what was changed, are gone.
    pub fn run_again(&mut self) -> Result<(), Error> {
        let port = format!("--http-port={}", self.port.number());
        let arguments = ["start", "--optimized", "--import-realm", "--http-enabled=true", "--hostname-strict=false"];
        let arguments = JAVA.iter().copied().chain(arguments).chain(["--http-host=127.0.0.1", port.as_str()]);
        let log = self.home.path().join("log.txt");
        let process = Process::start(&java::find()?, arguments, self.home.path(), &log);
        let process = process.map_err(Error::io("run", "java"))?;
        let begun = Instant::now();
        let answers = || request(self.port.number(), "GET /realms/county", &[("host", "localhost")], "");
        while !answers().is_ok_and(|it| it.status == 200) {
            if begun.elapsed() > PATIENCE || !process.is_running() {
                let written = fs::read_to_string(&log).unwrap_or_default();
                let lines: Vec<_> = written.lines().rev().take(20).collect();
                let lines = lines.into_iter().rev().collect::<Vec<_>>().join("\n");
                return Err(Error::Start { program: "Keycloak", lines });
            }
            sleep(Duration::from_millis(200));
        }
        self.process = Some(process);
        Ok(())
    }
}

/// One for all tests of the process. It ends when the last test releases it. A test that kills it starts one of its
/// own.
pub fn shared() -> Result<Arc<Keycloak>, Error> {
    static SHARED: Mutex<Weak<Keycloak>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(running) = shared.upgrade() {
        return Ok(running);
    }
    let started = Arc::new(Keycloak::start()?);
    *shared = Arc::downgrade(&started);
    Ok(started)
}

fn run(command: &mut Command, program: &Path) -> Result<(), Error> {
    let output = wait::output(command).map_err(Error::io("run", program))?;
    if output.status.success() {
        return Ok(());
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Err(Error::Start { program: "Keycloak", lines })
}
