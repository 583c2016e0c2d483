//! `cargo interop`: clients and validators that nobody here wrote, at their defaults, on the running product.
//!
//! They stand below `tests/interop`, and what they need is fetched into `target/interop`. One whose tools are not on this
//! machine, or cannot be fetched, is skipped and named: that is no failure. To add one: its file there, its row in
//! [`client::CLIENTS`].

mod client;

use crate::binary;
use crate::deployment::{config, directory};
use crate::interrupt::Interrupt;
use crate::step::{skipped, step};
use anyhow::bail;
use client::{Bed, CLIENTS, Outcome};
use std::fs;
use testkit::county;
use testkit::product::{Product, scratch};
use testkit::root;

/// Clients and validators that nobody here wrote, on the running product.
#[derive(clap::Args)]
pub(crate) struct Interop {
    /// Only those whose name has this in it
    name: Option<String>,
}

/// A source of FHIR beside the county's others; the hash is of [`client::FHIR_TOKEN`].
const FHIR_SOURCE: &str = r#"
[[source]]
name = "kys-fhir"
format = "fhir"
register = "patient"
covers = ["stays"]
silence = "30m"
artificial_identity_codes = true
token_sha256 = "0dea142c28c1146dd84cacbed729ac485e1bb14735ea4da46229bbf8d9c4e101"
"#;

impl Interop {
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let wanted = |name: &str| self.name.as_deref().is_none_or(|part| name.contains(part));
        if !CLIENTS.iter().any(|client| wanted(client.name)) {
            let names: Vec<_> = CLIENTS.iter().map(|client| client.name).collect();
            bail!("no such client: there are {}", names.join(", "));
        }
        try_those(wanted, &Interrupt::watch()?)
    }
}

fn try_those(wanted: impl Fn(&str) -> bool, interrupt: &Interrupt) -> anyhow::Result<()> {
    let binary = binary::built(false)?;
    let scratch = scratch()?;
    let token = scratch.path().join("page.token");
    fs::write(&token, county::DUTY_TOKEN)?;
    let page = county::page(&token);
    fs::write(config(scratch.path()), format!("{}{FHIR_SOURCE}", county::config_with(&page)))?;
    let data = scratch.path().join("data");
    directory(&data)?;
    let product = step("the product starts", || Product::start(&binary, &config(scratch.path()), &data))?;
    let fetched = root().join("target/interop");
    fs::create_dir_all(&fetched)?;
    let bed = Bed::new(product.ports, fetched);
    let (mut failed, mut left) = (Vec::new(), Vec::new());
    for client in CLIENTS.iter().filter(|client| wanted(client.name)) {
        interrupt.check()?;
        match step(client.name, || client.try_on(&bed)) {
            Ok(Outcome::Passed) => eprintln!("   {}", client.shows),
            Ok(Outcome::Skipped(why)) => {
                skipped(&why);
                left.push(client.name);
            }
            Err(error) => {
                eprintln!("   {error:#}");
                failed.push(client.name);
            }
        }
    }
    product.stop()?;
    if !left.is_empty() {
        eprintln!("   not tried: {}", left.join(", "));
    }
    if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
}
