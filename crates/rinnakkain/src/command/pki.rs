//! `rinnakkain pki`: makes certificates to try TLS with, and shows certificates.

use crate::tls::certificate;
use crate::{clock, output};
use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use zeroize::Zeroizing;

/// Certificates for TLS.
#[derive(Args)]
pub struct Pki {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a development authority, a server certificate and client certificates: for trials, never for people's data
    ///
    /// Repeated on the same DIR, it keeps the authority and makes the others anew: a running service takes the new server
    /// certificate into use.
    Dev(Dev),
    /// Show certificates: the subject, the validity, and the names and SHA-256 that a source's `certificate` may have
    Show {
        /// In PEM
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Args)]
struct Dev {
    /// Where; made if it is not there
    dir: PathBuf,
    /// A name or an address at which the server is reached; several are allowed
    #[arg(long = "name", value_name = "NAME", default_values = ["localhost", "127.0.0.1", "::1"])]
    names: Vec<String>,
    /// A client: its certificate has this as its name; several are allowed
    #[arg(long = "client", value_name = "NAME", default_values = ["client"])]
    clients: Vec<String>,
}

impl Pki {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Dev(dev) => dev.run()?,
            What::Show { files } => show(&files)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Dev {
    fn run(&self) -> anyhow::Result<()> {
        for client in &self.clients {
            let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
            let usable = !client.is_empty() && !client.starts_with('.') && client.chars().all(allowed);
            let taken = ["ca", "server"].contains(&client.as_str()) || client.ends_with("-key");
            ensure!(usable && !taken, "--client {client}: use letters, digits and . - _, and not ca, server or …-key");
        }
        fs::create_dir_all(&self.dir).with_context(|| format!("cannot make {}", self.dir.display()))?;
        let dir = fs::canonicalize(&self.dir)?;
        let today = clock::now().to_timestamp().to_zoned(TimeZone::UTC).date();
        let authority = authority(&dir, today)?;
        let issue = |file: &str, names: &[String], usage| {
            let common_name = names.first().map_or("server", String::as_str);
            let mut params = CertificateParams::new(names).with_context(|| format!("{file}: {}", names.join(", ")))?;
            params.distinguished_name.push(DnType::CommonName, common_name);
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            params.extended_key_usages = vec![usage];
            holds(&mut params, today, 1)?;
            let key = KeyPair::generate()?;
            let certificate = params.signed_by(&key, &authority)?;
            write(&dir.join(format!("{file}-key.pem")), &Zeroizing::new(key.serialize_pem()), 0o600)?;
            write(&dir.join(format!("{file}.pem")), &certificate.pem(), 0o644)
        };
        issue("server", &self.names, ExtendedKeyUsagePurpose::ServerAuth)?;
        for client in &self.clients {
            issue(client, std::slice::from_ref(client), ExtendedKeyUsagePurpose::ClientAuth)?;
        }
        Ok(output::line(&self.instructions(&dir))?)
    }

    fn instructions(&self, dir: &Path) -> String {
        let dir = dir.display();
        let host = self.names.first().map_or("localhost", String::as_str);
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        let client = self.clients.first().map_or("client", String::as_str);
        let clients = self.clients.iter().map(|it| format!("{it}.pem")).collect::<Vec<_>>().join(", ");
        let flags = format!("--ca {dir}/ca.pem --cert {dir}/{client}.pem --key {dir}/{client}-key.pem");
        format!(
            r#"made in {dir}, for trials only: ca.pem, server.pem, {clients}, each with its -key.pem (mode 0600)

In the configuration; the same in [http.tls] and [grpc.tls]:

  [mllp.tls]
  certificate = "{dir}/server.pem"
  key = "{dir}/server-key.pem"
  client_authority = "{dir}/ca.pem"      # leave it out: clients need no certificate

  [[source]]                             # an HL7 v2 source that only this client speaks for:
  certificate = "{client}"

As a client:

  rinnakkain send hl7v2 --to mllps://{host}:2575 {flags} FILE
  rinnakkain send social --to https://{host}:8080 {flags} --token-file … FILE
  rinnakkain ask involvement --server https://{host}:50051 {flags} --token-file … --user … …"#
        )
    }
}

fn show(files: &[PathBuf]) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for file in files {
        for it in certificate::read(file)? {
            let (from, until) = (it.not_before.to_string(), it.not_after.to_string());
            let name = file.display().to_string();
            rows.push([name, it.subject, it.names.join(" "), from, until, hex::encode(it.sha256)]);
        }
    }
    Ok(output::table(["FILE", "SUBJECT", "NAMES", "FROM", "UNTIL", "SHA-256"], &rows)?)
}

/// The directory's authority; made if there is none.
fn authority(dir: &Path, today: Date) -> anyhow::Result<Issuer<'static, KeyPair>> {
    let (certificate, key) = (dir.join("ca.pem"), dir.join("ca-key.pem"));
    if certificate.exists() != key.exists() {
        bail!("{}: of ca.pem and ca-key.pem one is missing: put it back, or remove the other", dir.display());
    }
    if certificate.exists() {
        let pem = Zeroizing::new(fs::read_to_string(&key).with_context(|| key.display().to_string())?);
        let pair = KeyPair::from_pem(&pem).with_context(|| key.display().to_string())?;
        return Ok(Issuer::new(authority_params(&pair, today)?, pair));
    }
    let pair = KeyPair::generate()?;
    let params = authority_params(&pair, today)?;
    let made = params.self_signed(&pair)?;
    write(&key, &Zeroizing::new(pair.serialize_pem()), 0o600)?;
    write(&certificate, &made.pem(), 0o644)?;
    Ok(Issuer::new(params, pair))
}

/// Its name has a part of its key's digest, so that the authorities of two directories have two names.
fn authority_params(key: &KeyPair, today: Date) -> anyhow::Result<CertificateParams> {
    let digest = hex::encode(&Sha256::digest(key.public_key_raw())[..4]);
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, format!("Rinnakkain development authority {digest}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    holds(&mut params, today, 5)?;
    Ok(params)
}

/// From yesterday, because another machine's clock may differ.
fn holds(params: &mut CertificateParams, today: Date, years: i32) -> anyhow::Result<()> {
    let date = |date: Date| -> anyhow::Result<_> {
        Ok(rcgen::date_time_ymd(date.year().into(), u8::try_from(date.month())?, u8::try_from(date.day())?))
    };
    params.not_before = date(today.checked_sub(1.day())?)?;
    params.not_after = date(today.checked_add(years.years())?)?;
    Ok(())
}

/// Whole or not at all: a service may be reading it.
fn write(file: &Path, text: &str, mode: u32) -> anyhow::Result<()> {
    let named = || format!("cannot write {}", file.display());
    let new = file.with_extension("pem.new");
    let _ = fs::remove_file(&new);
    let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&new).with_context(named)?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).with_context(named)?;
    fs::rename(&new, file).with_context(named)
}
