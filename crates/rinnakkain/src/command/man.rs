//! `rinnakkain man`: the manual pages.

use crate::output;
use anyhow::Context;
use clap::Args;
use clap_mangen::Man as Page;
use std::path::PathBuf;
use std::process::ExitCode;

/// Prints the manual page, or writes those of all commands.
#[derive(Args)]
pub struct Man {
    /// Write a page for each command here: `rinnakkain man /usr/share/man/man1`
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

impl Man {
    pub fn run(&self, program: clap::Command) -> anyhow::Result<ExitCode> {
        if let Some(directory) = &self.directory {
            let named = || format!("cannot write to {}", directory.display());
            clap_mangen::generate_to(program, directory).with_context(named)?;
        } else {
            let mut page = Vec::new();
            Page::new(program).render(&mut page)?;
            output::print(&String::from_utf8(page)?)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
