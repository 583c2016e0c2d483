//! Who looks at personal data, and why. A look is an access: the access log keeps both.

use crate::clock;
use anyhow::ensure;
use clap::Args;
use event::{Code, is_steering};
use store::Look;

/// For a command that is a look.
#[derive(Args)]
pub struct Looks {
    /// Who looks
    #[arg(long, value_name = "NAME")]
    user: String,
    /// Why, as a code without blanks, such as wrong-merge-reported or client-asks
    #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
    reason: Code,
}

/// For a command that is a look only where content is asked for.
#[derive(Args)]
pub struct LooksAtContent {
    /// Show its content too, while it is kept; the access log keeps who looks, and why
    #[arg(long, requires = "user", requires = "reason")]
    show_personal: bool,
    /// Who looks
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Why, as a code without blanks, such as sender-asks
    #[arg(long, value_name = "CODE", value_parser = Code::try_new)]
    reason: Option<Code>,
}

impl Looks {
    /// Now.
    pub fn look(&self) -> anyhow::Result<Look<'_>> {
        look(&self.user, &self.reason)
    }
}

impl LooksAtContent {
    /// Now. `None`: no content is asked for.
    pub fn look(&self) -> anyhow::Result<Option<Look<'_>>> {
        let asked = self.user.as_deref().zip(self.reason.as_ref()).filter(|_| self.show_personal);
        asked.map(|(user, reason)| look(user, reason)).transpose()
    }
}

/// The name stands in the log for years: it must be readable there.
fn look<'a>(user: &'a str, reason: &'a Code) -> anyhow::Result<Look<'a>> {
    let user = user.trim();
    ensure!(!user.is_empty() && !user.chars().any(is_steering), "--user: name who looks, in plain characters");
    Ok(Look { user, reason, at: clock::now() })
}
