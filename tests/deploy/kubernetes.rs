//! `kubernetes/`, as the API of Kubernetes has it, as far as it is used.

mod object;

use super::{Process, documents};
use object::*;
use std::collections::{BTreeMap, BTreeSet};

fn kustomization() -> Kustomization {
    documents("kubernetes/kustomization.yaml").pop().unwrap()
}

fn objects() -> Vec<Object> {
    let files = kustomization().resources;
    files.iter().flat_map(|file| documents::<Object>(&format!("kubernetes/{file}"))).collect()
}

/// The objects of a kind, each with its name.
fn of<T: serde::de::DeserializeOwned>(kinds: &[&str]) -> Vec<(String, T)> {
    let ours = objects().into_iter().filter(|object| kinds.contains(&object.kind.as_str()));
    ours.map(|object| {
        let name = object.metadata.name.unwrap();
        let spec =
            serde_json::from_value(object.spec).unwrap_or_else(|error| panic!("{} {name}: {error}", object.kind));
        (name, spec)
    })
    .collect()
}

fn workloads() -> Vec<(String, Workload)> {
    of(&["Deployment", "StatefulSet"])
}

fn container(workload: &Workload) -> &Container {
    let [container] = &workload.template.spec.containers[..] else { panic!("one container") };
    container
}

pub fn processes() -> Vec<Process> {
    let process = |(name, workload): &(String, Workload)| {
        let it = container(workload);
        let value = |it: &Variable| it.value.clone().unwrap_or_else(|| format!("{name}-0"));
        Process {
            place: format!("kubernetes/{name}.yaml"),
            arguments: it.args.clone(),
            environment: it.env.iter().map(|it| (it.name.clone(), value(it))).collect(),
            mounts: it.volume_mounts.iter().map(|it| it.mount_path.clone()).collect(),
            writable: it.volume_mounts.iter().filter(|it| !it.read_only).map(|it| it.mount_path.clone()).collect(),
            ports: it.ports.iter().map(|it| it.container_port).collect(),
        }
    };
    let jobs = of::<Job>(&["Job"]);
    let job = |(name, job): &(String, Job)| {
        let it = &job.template.spec.containers[0];
        Process {
            place: format!("kubernetes/{name}.yaml"),
            arguments: it.args.clone(),
            environment: it.env.iter().map(|it| (it.name.clone(), it.value.clone().unwrap())).collect(),
            mounts: it.volume_mounts.iter().map(|it| it.mount_path.clone()).collect(),
            writable: it.volume_mounts.iter().filter(|it| !it.read_only).map(|it| it.mount_path.clone()).collect(),
            ports: BTreeSet::new(),
        }
    };
    workloads().iter().map(process).chain(jobs.iter().map(job)).collect()
}

#[test]
fn every_object_is_of_an_api_that_is_there() {
    let known = [
        ("apps/v1", "Deployment"),
        ("apps/v1", "StatefulSet"),
        ("batch/v1", "Job"),
        ("v1", "Service"),
        ("policy/v1", "PodDisruptionBudget"),
        ("networking.k8s.io/v1", "NetworkPolicy"),
    ];
    for object in objects() {
        let is = (object.api_version.as_str(), object.kind.as_str());
        assert!(known.contains(&is), "{is:?}");
    }
    let it = kustomization();
    assert_eq!((it.api_version.as_str(), it.kind.as_str()), ("kustomize.config.k8s.io/v1beta1", "Kustomization"));
    assert_eq!((it.namespace.as_str(), it.images.len()), ("rinnakkain", 1));
}

#[test]
fn every_pod_has_no_more_than_it_needs() {
    for (name, it) in workloads() {
        let (pod, container) = (&it.template.spec, container(&it));
        assert_eq!((container.name.as_str(), container.args[0].as_str()), (name.as_str(), name.as_str()));
        assert_eq!(container.image, "rinnakkain", "{name}: kustomization.yaml names the version");
        assert!(!pod.automount_service_account_token && !pod.enable_service_links, "{name}");
        assert!(pod.termination_grace_period_seconds > 25, "{name}: longer than it drains");
        let of_pod = &pod.security_context;
        assert_eq!((&of_pod["runAsNonRoot"], &of_pod["runAsUser"]), (&true.into(), &65532.into()), "{name}");
        assert_eq!(of_pod["seccompProfile"]["type"], "RuntimeDefault", "{name}");
        let of_container = &container.security_context;
        assert_eq!(of_container["readOnlyRootFilesystem"], true, "{name}");
        assert_eq!(of_container["allowPrivilegeEscalation"], false, "{name}");
        assert_eq!(of_container["capabilities"]["drop"], serde_json::json!(["ALL"]), "{name}");
        assert!(container.resources["requests"]["memory"].is_string(), "{name}");
        assert!(container.resources["limits"]["memory"].is_string(), "{name}");
        let writable: Vec<_> = container.volume_mounts.iter().filter(|it| !it.read_only).collect();
        assert!(matches!(&writable[..], [one] if one.mount_path == "/var/lib/rinnakkain"), "{name}");
        let spread = &pod.topology_spread_constraints[0];
        assert_eq!(spread.label_selector.match_labels, it.selector.match_labels, "{name}");
        assert_eq!((spread.max_skew, spread.topology_key.as_str()), (1, "kubernetes.io/hostname"));
        assert_eq!(spread.when_unsatisfiable, "ScheduleAnyway");
    }
    let names: Vec<_> = workloads().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["ingest", "project", "serve"]);
}

#[test]
fn secrets_are_referenced_and_read_by_the_group_only() {
    for (name, it) in workloads() {
        let mounted: BTreeSet<_> = container(&it).volume_mounts.iter().map(|it| it.name.as_str()).collect();
        let volumes: BTreeSet<_> = it.template.spec.volumes.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(mounted, volumes, "{name}");
        for volume in &it.template.spec.volumes {
            match (&volume.config_map, &volume.empty_dir, &volume.secret) {
                (Some(config_map), None, None) => assert_eq!(config_map.name, "rinnakkain", "{name}"),
                (None, Some(empty), None) => assert_eq!(empty.size_limit, "16Mi", "{name}"),
                (None, None, Some(secret)) => {
                    assert_eq!(secret.secret_name, format!("rinnakkain-{}", volume.name), "{name}");
                    assert_eq!(secret.default_mode, 0o440, "{name}");
                }
                _ => panic!("{name}: {}", volume.name),
            }
        }
        // An ingest has no need of the database, and so no way to it.
        assert_eq!(volumes.contains("database"), name != "ingest");
    }
    assert!(objects().iter().all(|object| object.kind != "Secret"), "none is in the repository");
}

/// The schema's owner is an account of the Job alone.
#[test]
fn the_schema_is_changed_by_a_job_and_by_nothing_else() {
    let [(name, job)] = &of::<Job>(&["Job"])[..] else { panic!("one job") };
    assert_eq!((name.as_str(), job.template.spec.restart_policy.as_str()), ("migrate", "OnFailure"));
    assert!(job.backoff_limit > 5, "a database may be away for a while");
    let pod = &job.template.spec;
    assert!(!pod.automount_service_account_token && !pod.enable_service_links);
    let [it] = &pod.containers[..] else { panic!("one container") };
    assert_eq!((it.name.as_str(), it.image.as_str(), it.args[0].as_str()), ("migrate", "rinnakkain", "migrate"));
    let project = workloads().into_iter().find(|(name, _)| name == "project").unwrap().1;
    assert_eq!(pod.security_context, project.template.spec.security_context);
    assert_eq!(it.security_context, container(&project).security_context);
    assert!(it.resources["limits"]["memory"].is_string());
    let url = it.env.iter().find(|it| it.name == "RINNAKKAIN_DATABASE__URL_FILE").unwrap();
    assert_eq!(url.value.as_deref(), Some("/run/secrets/owner/url"));
    let mounted: BTreeSet<_> = it.volume_mounts.iter().map(|it| it.name.as_str()).collect();
    let volumes: BTreeSet<_> = pod.volumes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(mounted, volumes);
    let secrets = |volumes: &[Volume]| -> BTreeSet<String> {
        volumes.iter().filter_map(|it| it.secret.as_ref()).map(|it| it.secret_name.clone()).collect()
    };
    assert!(secrets(&pod.volumes).contains("rinnakkain-owner"));
    for (name, it) in workloads() {
        assert!(!secrets(&it.template.spec.volumes).contains("rinnakkain-owner"), "{name}");
    }
    let (_, policy) = of::<Network>(&["NetworkPolicy"]).into_iter().find(|(name, _)| name == "migrate").unwrap();
    assert_eq!(policy.pod_selector["matchLabels"]["app.kubernetes.io/component"], "migrate");
    assert_eq!(job.template.metadata.labels["app.kubernetes.io/component"], "migrate");
    assert!(policy.ingress.is_empty());
    assert_eq!(policy.egress.iter().flat_map(|it| &it.ports).map(|it| it.port).collect::<Vec<_>>(), [5432]);
}

#[test]
fn an_ingest_keeps_its_name() {
    let ingest = of::<Workload>(&["StatefulSet"]).pop().unwrap().1;
    assert_eq!(ingest.pod_management_policy.as_deref(), Some("Parallel"));
    let service = ingest.service_name.clone().unwrap();
    assert!(of::<Service>(&["Service"]).iter().any(|(name, it)| *name == service && it.cluster_ip.is_some()));
    let name = container(&ingest).env.iter().find(|it| it.name == "RINNAKKAIN_INGEST__NAME").unwrap();
    assert_eq!(name.value_from, Some(serde_json::json!({"fieldRef": {"fieldPath": "metadata.name"}})));
    for (name, it) in of::<Workload>(&["Deployment"]) {
        assert!(it.replicas > 1 && it.strategy.is_some() && it.service_name.is_none(), "{name}");
    }
}

#[test]
fn each_selector_finds_its_pods() {
    let pods: BTreeMap<String, Labels> =
        workloads().into_iter().map(|(name, it)| (name, it.template.metadata.labels)).collect();
    for (name, it) in workloads() {
        assert_eq!(it.selector.match_labels, pods[&name], "{name}");
    }
    let budgets = of::<Budget>(&["PodDisruptionBudget"]);
    assert_eq!(budgets.iter().map(|(name, _)| name).collect::<Vec<_>>(), pods.keys().collect::<Vec<_>>());
    for (name, it) in &budgets {
        assert_eq!((it.max_unavailable, &it.selector.match_labels), (1, &pods[name]), "{name}");
    }
    for (name, it) in of::<Service>(&["Service"]) {
        let (role, _) = pods.iter().find(|(_, labels)| **labels == it.selector).unwrap();
        let (_, workload) = workloads().into_iter().find(|(name, _)| name == role).unwrap();
        for port in &it.ports {
            let found = container(&workload).ports.iter().find(|it| it.name == port.target_port);
            assert_eq!(found.map(|it| it.container_port), Some(port.port), "{name}");
            assert_eq!(port.name, port.target_port);
        }
        assert_eq!(it.r#type.as_deref() == Some("LoadBalancer"), name == "ingest", "{name}");
    }
}

#[test]
fn probes_ask_the_address_that_is_listened_on() {
    for (name, it) in workloads() {
        let it = container(&it);
        let address = it.env.iter().find(|it| it.name == "RINNAKKAIN_HEALTH__ADDRESS").unwrap();
        let url = |path| {
            vec!["rinnakkain".to_owned(), "probe".into(), format!("http://{}/{path}", address.value.as_ref().unwrap())]
        };
        assert_eq!(it.startup_probe.exec.command, url("healthz"), "{name}");
        assert_eq!(it.liveness_probe.exec.command, url("healthz"), "{name}: one that waits is not killed");
        assert_eq!(it.readiness_probe.exec.command, url("readyz"), "{name}");
        for probe in [&it.startup_probe, &it.liveness_probe, &it.readiness_probe] {
            // `probe` gives up after 4 s and prints why.
            assert!(probe.timeout_seconds > 4 && probe.period_seconds >= probe.timeout_seconds, "{name}");
            assert!(probe.failure_threshold > 1, "{name}");
        }
    }
}

#[test]
fn the_network_lets_through_what_is_listened_on_and_nothing_else() {
    let policies = of::<Network>(&["NetworkPolicy"]);
    let (_, nothing) = policies.iter().find(|(_, it)| it.pod_selector == serde_json::json!({})).unwrap();
    assert_eq!(nothing.policy_types, ["Ingress", "Egress"]);
    assert!(nothing.ingress.is_empty());
    for (name, it) in workloads() {
        let (_, policy) = policies.iter().find(|(policy, _)| *policy == name).unwrap();
        assert_eq!(policy.pod_selector["matchLabels"]["app.kubernetes.io/component"], *name);
        let ports: BTreeSet<u16> = policy.ingress.iter().flat_map(|it| &it.ports).map(|it| it.port).collect();
        assert_eq!(ports, container(&it).ports.iter().map(|it| it.container_port).collect(), "{name}");
        for rule in policy.ingress.iter().chain(&policy.egress) {
            let peers: Vec<_> = rule.from.iter().chain(&rule.to).collect();
            assert!(!peers.is_empty(), "{name}: from somewhere, not from everywhere");
            assert!(peers.iter().all(|it| it.namespace_selector != serde_json::json!({}) && it.pod_selector.is_none()));
            assert!(rule.ports.iter().all(|it| it.protocol == "TCP"), "{name}");
        }
        let out: BTreeSet<u16> = policy.egress.iter().flat_map(|it| &it.ports).map(|it| it.port).collect();
        assert_eq!((out.contains(&5432), out.contains(&9093)), (name != "ingest", true), "{name}");
    }
}
