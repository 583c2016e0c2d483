//! The objects of Kubernetes, as far as the tests read them.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

pub type Labels = BTreeMap<String, String>;

/// An object with its parts that are looked at; all of it is read by the narrow types below.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Object {
    pub api_version: String,
    pub kind: String,
    pub metadata: Metadata,
    pub spec: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub labels: Labels,
}

/// Of a Deployment and a StatefulSet.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Workload {
    pub replicas: u32,
    pub strategy: Option<Value>,
    pub service_name: Option<String>,
    pub pod_management_policy: Option<String>,
    pub selector: Selector,
    pub template: Template,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Selector {
    pub match_labels: Labels,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub metadata: Metadata,
    pub spec: Pod,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Pod {
    pub automount_service_account_token: bool,
    pub enable_service_links: bool,
    pub termination_grace_period_seconds: u32,
    pub security_context: Value,
    pub topology_spread_constraints: Vec<Spread>,
    pub containers: Vec<Container>,
    pub volumes: Vec<Volume>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Job {
    pub backoff_limit: u32,
    pub template: JobTemplate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobTemplate {
    pub metadata: Metadata,
    pub spec: JobPod,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct JobPod {
    pub automount_service_account_token: bool,
    pub enable_service_links: bool,
    pub restart_policy: String,
    pub security_context: Value,
    pub containers: Vec<JobContainer>,
    pub volumes: Vec<Volume>,
}

/// It ends by itself, so nobody asks whether it is ready.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct JobContainer {
    pub name: String,
    pub image: String,
    pub args: Vec<String>,
    pub env: Vec<Variable>,
    pub resources: Value,
    pub security_context: Value,
    pub volume_mounts: Vec<VolumeAt>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Spread {
    pub max_skew: u32,
    pub topology_key: String,
    pub when_unsatisfiable: String,
    pub label_selector: Selector,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Container {
    pub name: String,
    pub image: String,
    pub args: Vec<String>,
    pub env: Vec<Variable>,
    #[serde(default)]
    pub ports: Vec<Opened>,
    pub startup_probe: Probe,
    pub liveness_probe: Probe,
    pub readiness_probe: Probe,
    pub resources: Value,
    pub security_context: Value,
    pub volume_mounts: Vec<VolumeAt>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Variable {
    pub name: String,
    pub value: Option<String>,
    pub value_from: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Opened {
    pub name: String,
    pub container_port: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Probe {
    pub exec: Exec,
    pub period_seconds: u32,
    pub timeout_seconds: u32,
    pub failure_threshold: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exec {
    pub command: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VolumeAt {
    pub name: String,
    pub mount_path: String,
    #[serde(default)]
    pub read_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Volume {
    pub name: String,
    pub config_map: Option<ConfigMap>,
    pub empty_dir: Option<EmptyDir>,
    pub secret: Option<FromSecret>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigMap {
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EmptyDir {
    pub size_limit: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FromSecret {
    pub secret_name: String,
    pub default_mode: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Service {
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Option<String>,
    pub r#type: Option<String>,
    pub selector: Labels,
    pub ports: Vec<ServicePort>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ServicePort {
    pub name: String,
    pub port: u16,
    pub target_port: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Budget {
    pub max_unavailable: u32,
    pub selector: Selector,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Network {
    pub pod_selector: Value,
    pub policy_types: Vec<String>,
    #[serde(default)]
    pub ingress: Vec<Rule>,
    #[serde(default)]
    pub egress: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    #[serde(default)]
    pub from: Vec<NetworkPolicyPeer>,
    #[serde(default)]
    pub to: Vec<NetworkPolicyPeer>,
    pub ports: Vec<RulePort>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct NetworkPolicyPeer {
    pub namespace_selector: Value,
    pub pod_selector: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePort {
    pub protocol: String,
    pub port: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Kustomization {
    pub api_version: String,
    pub kind: String,
    pub namespace: String,
    pub resources: Vec<String>,
    pub images: Vec<Value>,
}
