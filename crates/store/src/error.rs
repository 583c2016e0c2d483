//! Errors by what to do next.
//!
//! PostgreSQL's own messages quote values, so none of them gets out (law 3). What gets out are names, which hold no values:
//! SQLSTATE, the statement, the table and the constraint.

use crate::codec::Damaged;
use std::fmt;

/// `query_canceled`.
const CANCELLED: &str = "57014";

/// What went wrong between us and the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database cannot be reached, is stopping, is overloaded, or the connection broke: try again.
    #[error("PostgreSQL is unavailable ({})", code_name(.code))]
    Unavailable {
        /// SQLSTATE, or the driver's kind of error.
        code: String,
    },
    /// The transaction conflicts with another one: the attempt is repeated.
    #[error("the transaction conflicts with another one ({})", code_name(.code))]
    Conflict {
        /// SQLSTATE, or the kind of conflict.
        code: String,
    },
    /// PostgreSQL cancelled a statement: it exceeded `statement_timeout`, or an administrator cancelled it.
    #[error(
        "PostgreSQL cancelled {at} (SQLSTATE {CANCELLED}): too slow for the time limit, or an administrator did it"
    )]
    Cancelled {
        /// Where.
        at: Statement,
    },
    /// PostgreSQL refuses a value (class 22 or 23, or over one of its limits).
    #[error("PostgreSQL refused a value of {at} ({})", code_name(.code))]
    Refused {
        /// SQLSTATE.
        code: String,
        /// Where.
        at: Statement,
    },
    /// No retry helps: the schema, a privilege, a bug.
    #[error("PostgreSQL rejected {at} ({}): missing privilege or a bug", code_name(.code))]
    Fatal {
        /// SQLSTATE, or the driver's kind of error.
        code: String,
        /// Where.
        at: Statement,
    },
    /// The migrations in the database are not those of this program.
    #[error("the database's schema does not match this program: {0}")]
    Schema(&'static str),
    /// Stored bytes cannot be read: damaged, or written by a newer program.
    #[error("stored {0} cannot be read: damaged, or written by a newer version")]
    Stored(&'static str),
    /// The database URL cannot be parsed.
    #[error("the database URL is not valid")]
    Url,
}

/// The statement that failed, with what PostgreSQL names beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Our name of the statement, such as `history.insert`.
    pub name: &'static str,
    /// The table, if PostgreSQL names one.
    pub table: Option<String>,
    /// The constraint, if PostgreSQL names one.
    pub constraint: Option<String>,
}

impl Statement {
    /// Without a table or constraint.
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, table: None, constraint: None }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.name)?;
        if let Some(table) = &self.table {
            write!(f, ", table {table}")?;
        }
        if let Some(constraint) = &self.constraint {
            write!(f, ", constraint {constraint}")?;
        }
        Ok(())
    }
}

/// `SQLSTATE 42P01`, in words where an operator must act; any other code as it is.
fn code_name(code: &str) -> String {
    let words = match code {
        "53100" => Some("its disk is full"),
        "53200" => Some("it is out of memory"),
        "53300" => Some("it has no connection left"),
        "57P03" => Some("it is starting or stopping"),
        "58030" => Some("it cannot read or write its files"),
        "28P01" | "28000" => Some("it refuses this account or its password"),
        "3D000" => Some("there is no such database"),
        "25006" => Some("it is read-only: a standby"),
        "pool-timeout" => Some("no connection was free in time"),
        _ => None,
    };
    if let Some(words) = words {
        let is_sqlstate = code.len() == 5;
        return if is_sqlstate { format!("{words}, SQLSTATE {code}") } else { format!("{words}, {code}") };
    }
    let is_sqlstate = code.len() == 5 && code.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit());
    if is_sqlstate { format!("SQLSTATE {code}") } else { code.to_owned() }
}

/// Why a batch was not applied. Nothing of it is stored, unless the outcome of the commit is unknown: applying it again
/// is harmless.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The batch does not start at the stored progress: drop what is queued and start again from the database.
    #[error("the batch does not start at the partition's stored progress")]
    Moved,
    /// Not now, or the outcome of the commit is unknown: apply the same batch again.
    #[error("PostgreSQL cannot apply the batch now ({})", code_name(.code))]
    Transient {
        /// SQLSTATE, or the driver's kind of error.
        code: String,
    },
    /// No retry helps.
    #[error("the batch cannot be applied: {fault}")]
    Fatal {
        /// Why.
        fault: Fault,
    },
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    /// The database gives none.
    #[error("no answer: {0}")]
    Fault(#[from] Fault),
    /// Too many questions that read history wait already.
    #[error("no answer: too many questions that read history wait already")]
    Full,
}

impl Fault {
    /// True if the same call may succeed later. False for a cancelled statement: a migration or an operator's scan
    /// would be cancelled again. Batches and questions are tried again even then: see [`ApplyError`] and [`DoorError`].
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Conflict { .. })
    }

    pub(crate) fn conflict(what: &'static str) -> Self {
        Self::Conflict { code: what.to_owned() }
    }

    /// For an error before the first statement. No statement can have caused it, whatever PostgreSQL reports: an
    /// internal error (XX000, with a full disk or after a crash), or an account that it no longer knows.
    pub(crate) fn before_work(error: sqlx::Error) -> Self {
        match Self::of("begin")(error) {
            Self::Fatal { code, .. } | Self::Refused { code, .. } => Self::Unavailable { code },
            Self::Cancelled { .. } => Self::Unavailable { code: CANCELLED.to_owned() },
            fault => fault,
        }
    }

    pub(crate) fn of_migration(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as E;
        match error {
            E::Execute(error) | E::ExecuteMigration(error, _) => Self::of("migration")(error),
            E::VersionMismatch(_) => Self::Schema("a migration that was applied has been changed"),
            E::Dirty(_) => Self::Schema("a migration was applied in part"),
            _ => Self::Schema("the migrations cannot be applied"),
        }
    }

    /// For an error of the statement with this name.
    pub(crate) fn of(statement: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |error| Self::new(statement, error)
    }

    fn new(statement: &'static str, error: sqlx::Error) -> Self {
        let unavailable = |kind: &str| Self::Unavailable { code: kind.to_owned() };
        let fatal = |kind: &str| Self::Fatal { code: kind.to_owned(), at: Statement::new(statement) };
        match error {
            sqlx::Error::Database(error) => {
                let (table, constraint) = (error.table().map(str::to_owned), error.constraint().map(str::to_owned));
                let at = Statement { name: statement, table, constraint };
                error.code().map_or_else(|| fatal("no-sqlstate"), |code| Self::of_sqlstate(&code, at))
            }
            sqlx::Error::Io(_) => unavailable("connection"),
            sqlx::Error::Tls(_) => unavailable("tls"),
            sqlx::Error::Protocol(_) => unavailable("protocol"),
            sqlx::Error::PoolTimedOut => unavailable("pool-timeout"),
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => unavailable("pool-closed"),
            sqlx::Error::RowNotFound => fatal("row-not-found"),
            sqlx::Error::Encode(_) => fatal("encode"),
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => fatal("decode"),
            _ => fatal("driver"),
        }
    }

    fn of_sqlstate(code: &str, at: Statement) -> Self {
        let class = code.get(..2).unwrap_or_default();
        let code = code.to_owned();
        match (class, code.as_str()) {
            // 23505: two copies of one event in two records at once; the second attempt sees the first copy. 55P03: another
            // transaction holds the lock.
            (_, CANCELLED) => Self::Cancelled { at },
            ("40", _) | (_, "23505" | "55P03") => Self::Conflict { code },
            // 25006: read only, as after a fail-over. 25P03, 25P04: this program was too slow.
            ("08" | "53" | "57" | "58", _) | (_, "25006" | "25P03" | "25P04") => Self::Unavailable { code },
            ("22" | "23", _) | (_, "54000") => Self::Refused { code, at },
            _ => Self::Fatal { code, at },
        }
    }
}

impl ApplyError {
    /// True if these events cannot be applied and others can. Otherwise the database has a problem, and every batch would
    /// fail.
    #[must_use]
    pub fn is_of_the_events(&self) -> bool {
        matches!(self, Self::Fatal { fault: Fault::Stored(_) | Fault::Refused { .. } })
    }
}

impl From<Damaged> for Fault {
    fn from(damaged: Damaged) -> Self {
        Self::Stored(damaged.0)
    }
}

impl ApplyError {
    /// True if the same batch may be applied again with success.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient { .. })
    }
}

impl From<Fault> for ApplyError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unavailable { code } | Fault::Conflict { code } => Self::Transient { code },
            // A batch is never given up.
            Fault::Cancelled { .. } => Self::Transient { code: CANCELLED.to_owned() },
            fault => Self::Fatal { fault },
        }
    }
}

impl DoorError {
    /// True if the same question may be answered later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Full | Self::Fault(Fault::Cancelled { .. }) => true,
            Self::Fault(fault) => fault.is_transient(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_statement_and_what_postgresql_names() {
        let at = Statement::new("history.insert");
        let fatal = Fault::Fatal { code: "42P01".to_owned(), at: at.clone() };
        let expected = "PostgreSQL rejected `history.insert` (SQLSTATE 42P01): missing privilege or a bug";
        assert_eq!(fatal.to_string(), expected);
        let (table, constraint) = (Some("receipt".to_owned()), Some("receipt_check".to_owned()));
        let refused = Fault::Refused { code: "23514".to_owned(), at: Statement { table, constraint, ..at } };
        let expected =
            "PostgreSQL refused a value of `history.insert`, table receipt, constraint receipt_check (SQLSTATE 23514)";
        assert_eq!(refused.to_string(), expected);
        let unavailable = Fault::Unavailable { code: "pool-timeout".to_owned() };
        assert_eq!(unavailable.to_string(), "PostgreSQL is unavailable (no connection was free in time, pool-timeout)");
        let full = Fault::Unavailable { code: "53100".to_owned() };
        assert_eq!(full.to_string(), "PostgreSQL is unavailable (its disk is full, SQLSTATE 53100)");
    }
}
