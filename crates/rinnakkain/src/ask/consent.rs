//! `rinnakkain ask consent` and `withdraw-consent`: what the client permits, recorded by a person at a terminal.

use super::Asking;
use clap::Args;

#[derive(Args)]
pub(super) struct Consent {
    #[command(flatten)]
    pub(super) asking: Asking,
    /// The calling system's own id of this consent: another one for each that is given
    #[arg(long = "id", value_name = "ID")]
    pub(super) id: String,
    /// A service task whose data health care may see; once for each
    #[arg(long = "service-task", value_name = "CODE", required = true)]
    pub(super) service_tasks: Vec<String>,
}

#[derive(Args)]
pub(super) struct Withdrawal {
    #[command(flatten)]
    pub(super) asking: Asking,
    /// The id under which it was recorded
    #[arg(long = "id", value_name = "ID")]
    pub(super) id: String,
}
