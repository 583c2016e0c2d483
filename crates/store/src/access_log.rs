//! The access log: who asked for what, by which right, and what was answered (703/2023).
//!
//! A row is written in the transaction that read what it tells of, and never changed. It says whom the answer was about
//! by the ids of clients, and what was asked for by the identifier's token: never a name, a number or the answer itself.

use crate::error::Fault;
use event::{Instant, Register, Token};
use sqlx::PgConnection;

/// Who asks, and what for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The registered system.
    pub system: String,
    /// Health, social or duty.
    pub side: String,
    /// The user, by the system's word.
    pub user: String,
    /// The user's task.
    pub task: String,
    /// Why they ask.
    pub purpose: String,
    /// The case they work on; `None`: no case yet.
    pub case_reference: Option<String>,
    /// What is asked.
    pub query: &'static str,
}

/// An answer, and what the log says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<T> {
    /// The answer.
    pub answer: T,
    /// What was decided.
    pub decision: &'static str,
    /// The basis in law.
    pub rule: &'static str,
    /// Use within a register, or disclosure from one to another.
    pub kind: &'static str,
    /// The registers that the answer shows.
    pub registers: Vec<Register>,
}

/// What was asked about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub at: Instant,
    pub identifier: Option<&'a Token>,
    pub as_of: Option<Instant>,
    pub clients: &'a [i64],
}

/// Adds a row.
pub(crate) async fn insert<T>(
    tx: &mut PgConnection,
    access: &Access,
    about: About<'_>,
    decided: &Decided<T>,
) -> Result<(), Fault> {
    let register = |register: &Register| match register {
        Register::Patient => "patient".to_owned(),
        Register::Social => "social".to_owned(),
    };
    let registers: Vec<String> = decided.registers.iter().map(register).collect();
    sqlx::query!(
        "INSERT INTO access_log (at, kind, system, side, user_id, task, purpose, case_reference, query, identifier, as_of,
                                 clients, decision, rule, registers)
         VALUES (instant($1), $2, $3, $4, $5, $6, $7, $8, $9, $10, instant($11), $12, $13, $14, $15)",
        about.at.as_micros(),
        decided.kind,
        access.system,
        access.side,
        access.user,
        access.task,
        access.purpose,
        access.case_reference,
        access.query,
        about.identifier.map(|token| token.as_bytes().as_slice()),
        about.as_of.map(Instant::as_micros),
        about.clients,
        decided.decision,
        decided.rule,
        &registers
    )
    .execute(tx)
    .await?;
    Ok(())
}
