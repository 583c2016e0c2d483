//! `rinnakkain new-keys FILE`.

use crate::{keys, output};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Makes a key file for a new deployment (mode 0600). An existing file is never touched.
#[derive(Args)]
pub struct NewKeys {
    /// Where; `[keys] file` in the configuration names it
    file: PathBuf,
}

impl NewKeys {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        keys::make(&self.file)?;
        output::line(&format!("made {}: keep a copy of it apart from the database's backups", self.file.display()))?;
        Ok(ExitCode::SUCCESS)
    }
}
