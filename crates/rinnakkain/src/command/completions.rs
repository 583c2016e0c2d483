//! `rinnakkain completions SHELL`.

use crate::output;
use clap::Args;
use clap_complete::Shell;
use std::process::ExitCode;

/// Prints what a shell needs to complete this program's commands and options.
#[derive(Args)]
pub struct Completions {
    /// Which shell: `rinnakkain completions bash > /usr/share/bash-completion/completions/rinnakkain`
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(&self, mut program: clap::Command) -> anyhow::Result<ExitCode> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut program, "rinnakkain", &mut script);
        output::print(&String::from_utf8(script)?)?;
        Ok(ExitCode::SUCCESS)
    }
}
