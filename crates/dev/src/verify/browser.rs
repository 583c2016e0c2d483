//! The browser of the page's tests.

use anyhow::ensure;
use std::process::{Command, Stdio};

/// Chromium and its driver start.
pub(super) fn find() -> anyhow::Result<()> {
    for program in ["chromium", "chromedriver"] {
        let started = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        ensure!(
            started.is_ok_and(|it| it.success()),
            "{program} is missing: install the browser of the page's tests (Debian: chromium, chromium-driver)"
        );
    }
    Ok(())
}
