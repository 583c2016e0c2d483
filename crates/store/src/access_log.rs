//! The access log: who asked for what, by which right, and what was answered (703/2023).
//!
//! A row is written in the transaction that read the data, and never changed. It names clients by their ids and the
//! question by the identifier's token. It never holds a client's name, a number or the answer itself.

mod list;

pub use list::{LogFilter, LogRow, list};

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
    /// The legal basis.
    pub rule: String,
    /// Use within a register, or disclosure from one to another.
    pub kind: &'static str,
    /// The registers that the answer shows.
    pub registers: Vec<Register>,
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
        }
    }
}

impl Decided<()> {
    /// Nothing was looked up: the caller may not ask this. The reason is what the caller gets.
    pub(crate) fn refused(reason: &'static str) -> Self {
        Self { answer: (), decision: "refused", rule: reason.to_owned(), kind: "none", registers: Vec::new() }
    }

    /// What an operator is shown, by their task.
    pub(crate) fn to_operator() -> Self {
        Self { answer: (), decision: "granted", rule: "operator".to_owned(), kind: "use", registers: Vec::new() }
    }
}

impl<T> Decided<T> {
    /// The answer, and what is logged about it.
    pub(crate) fn split(self) -> (T, Decided<()>) {
        let Self { answer, decision, rule, kind, registers } = self;
        (answer, Decided { answer: (), decision, rule, kind, registers })
    }
}

/// Adds rows.
pub(crate) async fn insert(tx: &mut PgConnection, rows: &[Logged<'_>]) -> Result<(), Fault> {
    let about = || rows.iter().map(|row| &row.about);
    let access = || rows.iter().map(|row| row.access);
    let decided = || rows.iter().map(|row| &row.decided);
    let at: Vec<i64> = about().map(|it| it.at.as_micros()).collect();
    let kind: Vec<&str> = decided().map(|it| it.kind).collect();
    let system: Vec<&str> = access().map(|it| it.system.as_str()).collect();
    let side: Vec<&str> = access().map(|it| it.side.as_str()).collect();
    let user: Vec<&str> = access().map(|it| it.user.as_str()).collect();
    // An operator's name comes from the command line, and is no system's assertion.
    let known = |access: &Access| match (&access.identified, access.side.as_str()) {
        (Some(_), _) => Some("token"),
        (None, "operator") => None,
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
    let as_of: Vec<Option<i64>> = about().map(|it| it.as_of.map(Instant::as_micros)).collect();
    let decision: Vec<&str> = decided().map(|it| it.decision).collect();
    let rule: Vec<&str> = decided().map(|it| it.rule.as_str()).collect();
    let clients: Vec<String> = about().map(|it| array(&it.clients)).collect();
    let registers: Vec<String> = decided().map(|it| array(it.registers.iter().map(|it| register(*it)))).collect();
    sqlx::query!(
        "INSERT INTO access_log (at, kind, system, side, user_id, task, purpose, case_reference, query, identifier, as_of,
                                 clients, decision, rule, registers, user_known, user_name, user_unit)
         SELECT instant(at), kind, system, side, user_id, task, purpose, case_reference, query, identifier, instant(as_of),
                clients::bigint[], decision, rule, registers::text[], user_known, user_name, user_unit
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::text[], $10::bytea[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[],
                     $16::text[], $17::text[], $18::text[])
              AS n(at, kind, system, side, user_id, task, purpose, case_reference, query, identifier, as_of, clients,
                   decision, rule, registers, user_known, user_name, user_unit)",
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
        &unit as &[Option<&str>]
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
