//! Takes back what joined or parted two records, or what a steward decided about the identity codes of one.
//!
//! A steward's decision is taken back as if it had never been made, together with the decisions that it replaced: what
//! the sources report counts again, not what a steward decided before. A steward cannot delete what a source decided or
//! a shared number joined. Against that, a decision of the steward is entered, which can itself be taken back.

use super::Looks;
use crate::command::confirm::confirmed;
use crate::command::review::{Change, Of, store_decision};
use crate::config::Config;
use crate::database::Target;
use crate::{clock, keys, output};
use anyhow::{Context, bail};
use clap::Args;
use event::{Authority, ReceivedEvent};
use std::collections::BTreeSet;
use std::process::ExitCode;
use store::Store;
use store::person::{clients_of, log_change, stored_event};
use store::review::{Verdict, codes, decided, made_again, pair, undone};

#[derive(Args)]
pub struct Undo {
    /// A record, by its reference
    #[arg(value_name = "REF")]
    a: i64,
    /// Another. Without it: what a steward decided about the first one's identity codes
    #[arg(value_name = "REF")]
    b: Option<i64>,
    /// The register that a new decision is entered in
    #[arg(long, value_enum, default_value = "patient")]
    register: Of,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    looks: Looks,
    #[command(flatten)]
    pub(super) target: Target,
}

impl Undo {
    /// When a steward's decision has been taken back, the decision that it replaced stands again, so that one is taken
    /// back too.
    async fn replaced(&self, store: &Store, b: i64, one_was_taken_back: bool) -> anyhow::Result<Option<ReceivedEvent>> {
        let Some((_, _, stands)) = pair(store, (self.a, b)).await?.filter(|_| one_was_taken_back) else {
            return Ok(None);
        };
        let Some(decision) = stands.filter(|it| it.authority == Authority::Steward) else { return Ok(None) };
        Ok(stored_event(store, decision.key.id).await?.as_ref().and_then(undone))
    }

    pub(super) async fn run(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        let Some(b) = self.b else { return self.codes(store, config).await };
        let keyring = keys::of_database(&config.keys, store).await?;
        let look = self.looks.look()?;
        let pair = pair(store, (self.a, b)).await?;
        let (low, high, stands) =
            pair.context("no record has one of these references: see `rinnakkain person find`")?;
        let change = Change::of(store, [self.a, b]).await?;
        let stands = stands.filter(|it| it.authority != Authority::Unconfirmed);
        let by_steward = stands.filter(|it| it.authority == Authority::Steward);
        let (question, event) = if let Some(decision) = by_steward {
            let made = stored_event(store, decision.key.id).await?;
            let event = made.as_ref().and_then(undone).context("the steward's decision is not in the record")?;
            let outcome = if decision.together { "one person" } else { "two persons" };
            let earlier = "and whatever a steward decided about them before";
            (format!("take back a steward's decision that {} and {b} are {outcome}, {earlier}", self.a), event)
        } else {
            let together = match stands {
                Some(decision) => !decision.together,
                None if change.is_one_client() => false,
                None => bail!("nothing joined or parted these two: nothing is changed"),
            };
            let (by, reason) = (look.user.to_owned(), look.reason.clone());
            let verdict = Verdict { together, by, reason, register: self.register.into() };
            let event = decided(&keyring, (&low, &high), None, &verdict, clock::now());
            let event = event.context("a steward has decided so before: nothing is changed")?;
            let stored = stored_event(store, event.event.id).await?;
            let outcome = if together { "one person" } else { "two persons" };
            let question = format!("decide, against what a source reports, that {} and {b} are {outcome}", self.a);
            (question, made_again(event, stored.as_ref()))
        };
        confirmed(self.yes, &format!("{question}\n{}", change.before()))?;
        // The log first: what cannot be logged is not done.
        log_change(store, look, &change.clients(), "person-undo").await?;
        store_decision(store, event).await?;
        while let Some(replaced) = self.replaced(store, b, by_steward.is_some()).await? {
            store_decision(store, replaced).await?;
        }
        output::line(&format!("done: {question}"))?;
        change.print_after(store).await?;
        Ok(ExitCode::SUCCESS)
    }

    /// What the sources report of the record's codes counts again.
    async fn codes(self, store: &Store, config: &Config) -> anyhow::Result<ExitCode> {
        keys::of_database(&config.keys, store).await?;
        let look = self.looks.look()?;
        let found = codes(store, self.a).await?;
        let found = found.context("no record has this reference: see `rinnakkain person find`")?;
        let mut taken_back = Vec::new();
        for id in found.decisions {
            let made = stored_event(store, id).await?;
            taken_back.push(made.as_ref().and_then(undone).context("the steward's decision is not in the record")?);
        }
        if taken_back.is_empty() {
            bail!("no steward decided about the identity codes of {}: nothing is changed", self.a);
        }
        let question = format!("take back what a steward decided about the identity codes of {}", self.a);
        confirmed(self.yes, &question)?;
        let clients = clients_of(store, &BTreeSet::from([self.a])).await?;
        log_change(store, look, &clients.into_keys().collect(), "person-undo").await?;
        for event in taken_back {
            store_decision(store, event).await?;
        }
        output::line(&format!(
            "done: {question}. What the sources report of them counts again: `rinnakkain review list`"
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}
