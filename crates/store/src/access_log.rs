//! The access log: who asked for what, by which right, and what was answered (703/2023).
//!
//! A row is written in the transaction that read the data, and never changed. It names clients by their ids, and what
//! was asked with by the identifier's token. It holds the kind of the answer and the kinds of data that the answer
//! showed, and never a client's name, a number or the data themselves.

mod declaration;
mod list;

pub use declaration::{Declaration, Reviewed, WaitingDeclarations, review, waiting};
pub use list::{LogFilter, LogRow, ShownRow, list};

mod parts;

pub use parts::LogParts;

use crate::codec::array;
use crate::error::Fault;
use crate::named::Named;
use event::{Code, Instant, Register, Token};
use sqlx::PgConnection;

/// Who asks, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The registered system.
    pub system: String,
    /// Health, social or duty.
    pub side: String,
    /// The user, as the system names them.
    pub user: String,
    /// What the identity provider states about the user; `None`: the system names its user itself.
    pub identified: Option<Identified>,
    /// The user's task.
    pub task: String,
    /// Why they ask.
    pub purpose: String,
    /// The case they work on; `None`: no case yet.
    pub case_reference: Option<String>,
    /// What is asked.
    pub query: &'static str,
    /// What the user declares; or, of an operator, what they review.
    pub declaration: Option<Declaration>,
}

/// A user whom a token of the identity provider names (703/2023 10 §: the log has the user's name and identifier).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identified {
    /// The user's name.
    pub name: Option<String>,
    /// The unit where the user works.
    pub unit: Option<String>,
}

/// An answer, and what is logged about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<T> {
    /// The answer.
    pub answer: T,
    /// The decision.
    pub decision: &'static str,
    /// The answer's own kind, such as `involved`, `none` or `not-known`.
    pub outcome: &'static str,
    /// Every provision relied on.
    pub rule: String,
    /// What the answer showed, a register each; none: it showed nothing.
    pub shown: Vec<Shown>,
    /// Which rule and facts decided, a line each.
    pub grounds: Vec<String>,
}

/// What an answer showed of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The register.
    pub register: Register,
    /// `use` within the asker's own register, or `disclosure` of another.
    pub kind: &'static str,
    /// The kinds of data, by their names.
    pub data: Vec<&'static str>,
    /// The provisions relied on.
    pub provision: String,
}

impl Shown {
    /// As it stands in a row: four words, of which the last has blanks.
    fn written(&self) -> String {
        format!("{} {} {} {}", register(self.register), self.kind, self.data.join(","), self.provision)
    }
}

/// What was asked about.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub at: Instant,
    pub identifier: Option<Token>,
    pub as_of: Option<Instant>,
    pub clients: Vec<i64>,
}

/// One row.
pub(crate) struct Logged<'a> {
    pub access: &'a Access,
    pub about: About,
    pub decided: Decided<()>,
}

/// Which operator looks, why and when.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// The operator, by name.
    pub user: &'a str,
    /// Why.
    pub reason: &'a Code,
    /// When.
    pub at: Instant,
}

impl Access {
    /// An operator's look, for a reason, at what `reference` names.
    pub(crate) fn of_operator(user: &str, reason: &Code, reference: Option<String>, query: &'static str) -> Self {
        Self {
            system: "rinnakkain".to_owned(),
            side: "operator".to_owned(),
            user: user.to_owned(),
            identified: None,
            task: "operation".to_owned(),
            purpose: reason.as_str().to_owned(),
            case_reference: reference,
            query,
            declaration: None,
        }
    }
}

impl Decided<()> {
    /// Nothing was looked up, because the caller may not ask this. The caller gets the same reason.
    pub(crate) fn refused(reason: &str, calls: u64) -> Self {
        let grounds = if calls > 1 { vec![format!("{calls} calls since the last row about it")] } else { Vec::new() };
        Self {
            answer: (),
            decision: "refused",
            outcome: "refused",
            rule: reason.to_owned(),
            shown: Vec::new(),
            grounds,
        }
    }

    /// What an operator is shown, by their task.
    pub(crate) fn to_operator() -> Self {
        let (shown, grounds) = (Vec::new(), Vec::new());
        Self { answer: (), decision: "granted", outcome: "shown", rule: "operator".to_owned(), shown, grounds }
    }

    /// `disclosure` if any of it is one; `none` if nothing was shown. What an operator sees is `use`.
    fn kind(&self) -> &'static str {
        match self.shown.iter().map(|it| it.kind).max_by_key(|kind| *kind == "disclosure") {
            Some(kind) => kind,
            None if self.outcome == "shown" => "use",
            None => "none",
        }
    }
}

impl<T> Decided<T> {
    /// The answer, and what is logged about it.
    pub(crate) fn split(self) -> (T, Decided<()>) {
        let Self { answer, decision, outcome, rule, shown, grounds } = self;
        (answer, Decided { answer: (), decision, outcome, rule, shown, grounds })
    }
}

/// Adds rows.
pub(crate) async fn insert(tx: &mut PgConnection, rows: &[Logged<'_>]) -> Result<(), Fault> {
    let about = || rows.iter().map(|row| &row.about);
    let access = || rows.iter().map(|row| row.access);
    let decided = || rows.iter().map(|row| &row.decided);
    let at: Vec<i64> = about().map(|it| it.at.as_micros()).collect();
    let kind: Vec<&str> = decided().map(Decided::kind).collect();
    let system: Vec<&str> = access().map(|it| it.system.as_str()).collect();
    let side: Vec<&str> = access().map(|it| it.side.as_str()).collect();
    let user: Vec<&str> = access().map(|it| it.user.as_str()).collect();
    // An operator's name comes from the command line; no system asserts it.
    let known = |access: &Access| match (&access.identified, access.side.as_str()) {
        (Some(_), _) => Some("token"),
        (None, "operator") => None,
        // Refused before it was known who the user is.
        (None, _) if access.user.is_empty() => None,
        (None, _) => Some("asserted"),
    };
    let known: Vec<Option<&str>> = access().map(known).collect();
    let name: Vec<Option<&str>> = access().map(|it| it.identified.as_ref()?.name.as_deref()).collect();
    let unit: Vec<Option<&str>> = access().map(|it| it.identified.as_ref()?.unit.as_deref()).collect();
    let task: Vec<&str> = access().map(|it| it.task.as_str()).collect();
    let purpose: Vec<&str> = access().map(|it| it.purpose.as_str()).collect();
    let case: Vec<Option<&str>> = access().map(|it| it.case_reference.as_deref()).collect();
    let query: Vec<&str> = access().map(|it| it.query).collect();
    let identifier: Vec<Option<&[u8]>> =
        about().map(|it| it.identifier.as_ref().map(|token| token.as_bytes().as_slice())).collect();
    let declaration = || access().map(|it| it.declaration.as_ref());
    let declared_by: Vec<Option<&[u8]>> = declaration().map(|it| Some(it?.key().as_bytes().as_slice())).collect();
    let declared: Vec<Option<&str>> = declaration().map(|it| it?.basis()).collect();
    let reason: Vec<Option<Vec<u8>>> = declaration().map(|it| it?.written()).collect();
    let as_of: Vec<Option<i64>> = about().map(|it| it.as_of.map(Instant::as_micros)).collect();
    let decision: Vec<&str> = decided().map(|it| it.decision).collect();
    let rule: Vec<&str> = decided().map(|it| it.rule.as_str()).collect();
    let clients: Vec<String> = about().map(|it| array(&it.clients)).collect();
    let registers: Vec<String> = decided().map(|it| array(it.shown.iter().map(|it| register(it.register)))).collect();
    let outcome: Vec<&str> = decided().map(|it| it.outcome).collect();
    // One line each: PostgreSQL has no arrays of arrays of different lengths.
    let lines = |all: Vec<String>| all.join("\n");
    let shown: Vec<String> = decided().map(|it| lines(it.shown.iter().map(Shown::written).collect())).collect();
    let grounds: Vec<String> = decided().map(|it| lines(it.grounds.clone())).collect();
    sqlx::query!(
        "INSERT INTO access_log (at, kind, system, side, user_id, task, purpose, case_reference, query, identifier, as_of,
                                 clients, decision, rule, registers, user_known, user_name, user_unit, outcome, shown, grounds,
                                 declaration, declared, reason)
         SELECT instant(at), kind, system, side, user_id, task, purpose, case_reference, query, identifier, instant(as_of),
                clients::bigint[], decision, rule, registers::text[], user_known, user_name, user_unit, outcome, shown, grounds,
                declaration, declared, reason
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::bytea[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[],
                     $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[],
                     $22::bytea[], $23::text[], $24::bytea[])
              AS n(at, kind, system, side, user_id, task, purpose, case_reference, query, identifier, as_of, clients,
                   decision, rule, registers, user_known, user_name, user_unit, outcome, shown, grounds, declaration,
                   declared, reason)",
        &at,
        &kind as &[&str],
        &system as &[&str],
        &side as &[&str],
        &user as &[&str],
        &task as &[&str],
        &purpose as &[&str],
        &case as &[Option<&str>],
        &query as &[&str],
        &identifier as &[Option<&[u8]>],
        &as_of as &[Option<i64>],
        &clients,
        &decision as &[&str],
        &rule as &[&str],
        &registers,
        &known as &[Option<&str>],
        &name as &[Option<&str>],
        &unit as &[Option<&str>],
        &outcome as &[&str],
        &shown,
        &grounds,
        &declared_by as &[Option<&[u8]>],
        &declared as &[Option<&str>],
        &reason as &[Option<Vec<u8>>]
    )
    .execute(tx).named("access_log.insert").await?;
    Ok(())
}

fn register(register: Register) -> &'static str {
    match register {
        Register::Patient => "patient",
        Register::Social => "social",
    }
}
