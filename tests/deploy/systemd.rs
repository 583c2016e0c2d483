//! `systemd/rinnakkain@.service`: every directive is one that systemd knows, by systemd.unit(5), .service(5), .exec(5),
//! .kill(5) and .resource-control(5); and what keeps the service in its place is there.

use super::{Process, text};
use std::collections::{BTreeMap, BTreeSet};

const UNIT: &str = "systemd/rinnakkain@.service";

/// What may stand in which section.
const KNOWN: &[(&str, &[&str])] = &[
    ("Unit", &["Description", "Documentation", "Wants", "After", "StartLimitIntervalSec", "StartLimitBurst"]),
    (
        "Service",
        &[
            "Type",
            "User",
            "Group",
            "ExecStart",
            "StateDirectory",
            "StateDirectoryMode",
            "ConfigurationDirectory",
            "ConfigurationDirectoryMode",
            "UMask",
            "Restart",
            "RestartSec",
            "RestartPreventExitStatus",
            "KillMode",
            "TimeoutStopSec",
            "LimitNOFILE",
            "LimitCORE",
            "OOMScoreAdjust",
            "NoNewPrivileges",
            "CapabilityBoundingSet",
            "AmbientCapabilities",
            "RestrictSUIDSGID",
            "ProtectSystem",
            "ProtectHome",
            "PrivateTmp",
            "PrivateDevices",
            "PrivateUsers",
            "ProtectProc",
            "ProtectClock",
            "ProtectHostname",
            "ProtectKernelLogs",
            "ProtectKernelModules",
            "ProtectKernelTunables",
            "ProtectControlGroups",
            "RestrictNamespaces",
            "RestrictRealtime",
            "RemoveIPC",
            "LockPersonality",
            "MemoryDenyWriteExecute",
            "RestrictAddressFamilies",
            "SystemCallArchitectures",
            "SystemCallFilter",
            "SystemCallErrorNumber",
        ],
    ),
    ("Install", &["WantedBy"]),
];

/// What must stand there literally.
const DEMANDED: &[(&str, &str)] = &[
    ("User", "rinnakkain"),
    // Only the program: else its PostgreSQL goes while it stores what it has received.
    ("KillMode", "mixed"),
    ("NoNewPrivileges", "yes"),
    ("CapabilityBoundingSet", ""),
    ("ProtectSystem", "strict"),
    ("ProtectHome", "yes"),
    ("PrivateTmp", "yes"),
    ("PrivateDevices", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectControlGroups", "yes"),
    ("RestrictNamespaces", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("MemoryDenyWriteExecute", "yes"),
    ("LockPersonality", "yes"),
    ("RestrictAddressFamilies", "AF_UNIX AF_INET AF_INET6"),
    ("SystemCallArchitectures", "native"),
    ("LimitCORE", "0"),
    ("UMask", "0077"),
];

/// Its directives: section, name, value.
fn directives() -> Vec<(String, String, String)> {
    let (mut section, mut found) = (String::new(), Vec::new());
    for line in text(UNIT).lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            name.trim_end_matches(']').clone_into(&mut section);
            continue;
        }
        let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
        found.push((section.clone(), name.to_owned(), value.to_owned()));
    }
    found
}

fn value(name: &str) -> String {
    directives().into_iter().find(|it| it.1 == name).unwrap_or_else(|| panic!("{name}")).2
}

/// One for each role that the unit is for.
pub fn processes() -> Vec<Process> {
    let of = |role: &str| {
        let command = value("ExecStart").replace("%i", role);
        let (program, arguments) = command.split_once(' ').unwrap();
        assert_eq!(program, "/usr/bin/rinnakkain");
        Process {
            place: format!("{UNIT} of {role}"),
            arguments: arguments.split(' ').map(str::to_owned).collect(),
            environment: BTreeMap::new(),
            mounts: BTreeSet::from([format!("/etc/{}", value("ConfigurationDirectory"))]),
            writable: value("StateDirectory")
                .split(' ')
                .map(|it| format!("/var/lib/{}", it.replace("%i", role)))
                .collect(),
            ports: BTreeSet::new(),
        }
    };
    ["run", "ingest", "project", "serve"].map(of).to_vec()
}

#[test]
fn systemd_knows_every_directive() {
    for (section, name, _) in directives() {
        let known = KNOWN.iter().find(|(known, _)| *known == section);
        assert!(known.is_some_and(|(_, names)| names.contains(&name.as_str())), "[{section}] {name}");
    }
}

#[test]
fn the_service_is_kept_in_its_place() {
    for (name, demanded) in DEMANDED {
        assert_eq!(value(name), *demanded, "{name}");
    }
    let filters: Vec<_> = directives().into_iter().filter(|it| it.1 == "SystemCallFilter").map(|it| it.2).collect();
    assert_eq!(filters, ["@system-service", "~@privileged @resources"]);
}

#[test]
fn it_is_started_again_but_not_for_what_stays_wrong() {
    assert_eq!((value("Restart").as_str(), value("RestartPreventExitStatus").as_str()), ("on-failure", "2 64"));
    // It drains for 25 s; its PostgreSQL has 60 and then 20 to stop.
    assert_eq!(value("TimeoutStopSec"), "120s");
    assert!(text("systemd/rinnakkain.sysusers").lines().any(|line| line.starts_with("u rinnakkain ")));
}
