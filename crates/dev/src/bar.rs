//! Progress, on standard error.

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;

/// A bar of this form; `{rate}` is so many a second.
pub(crate) fn of(length: u64, template: &str) -> anyhow::Result<ProgressBar> {
    Ok(ProgressBar::new(length).with_style(style(template)?))
}

pub(crate) fn style(template: &str) -> anyhow::Result<ProgressStyle> {
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        // A line that cannot be written does no harm.
        let _ = write!(out, "{:.0}/s", state.per_sec());
    };
    Ok(ProgressStyle::with_template(template)?.with_key("rate", rate))
}
