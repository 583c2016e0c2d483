//! Errors that say what to do next. The driver's own messages quote values, so none of them gets out: a code and a text
//! of ours only (law 3).

use crate::order::Damaged;

/// What went wrong between us and the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database cannot be reached, is stopping, is overloaded, or the connection broke: try again.
    #[error("the database cannot be reached now ({code})")]
    Unavailable {
        /// SQLSTATE, or the driver's kind of error.
        code: String,
    },
    /// Two transactions met: the attempt is repeated.
    #[error("the transaction met another one ({code})")]
    Conflict {
        /// SQLSTATE, or what was met.
        code: String,
    },
    /// The database refuses a value (class 22, 23, or over a limit of its own).
    #[error("the database refuses a value ({code})")]
    Refused {
        /// SQLSTATE.
        code: String,
    },
    /// Something that no retry mends: the schema, the rights, a bug.
    #[error("the database does not do what it is asked ({code})")]
    Fatal {
        /// SQLSTATE, or the driver's kind of error.
        code: String,
    },
    /// The migrations in the database are not those of this program.
    #[error("the database's schema does not fit this program: {0}")]
    Schema(&'static str),
    /// Stored bytes cannot be read: damaged, or written by a newer program.
    #[error("stored {0} cannot be read: damaged, or of a newer program")]
    Stored(&'static str),
    /// The database URL is none.
    #[error("the database URL is not valid")]
    Url,
}

/// Why a batch was not applied. Nothing of it is stored, unless the outcome of the commit is unknown: applying it again
/// is harmless.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The partition's progress is not where the batch starts: drop what is queued and start again from the database.
    #[error("the partition's progress is not where the batch starts")]
    Moved,
    /// Not now, or nobody knows whether it was: apply the same batch again.
    #[error("the database cannot take the batch now ({code})")]
    Transient {
        /// SQLSTATE, or the driver's kind of error.
        code: String,
    },
    /// No retry mends it.
    #[error("the batch cannot be applied: {fault}")]
    Fatal {
        /// What.
        fault: Fault,
    },
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct DoorError(#[from] pub Fault);

impl Fault {
    /// True if the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::Conflict { .. })
    }

    pub(crate) fn conflict(what: &'static str) -> Self {
        Self::Conflict { code: what.to_owned() }
    }

    /// Before the first statement nothing of what is asked was told to the database: whatever it says, even that it has an
    /// error of its own (XX000: with a full disk, after a crash) or does not know us any more, is of it and not of that.
    pub(crate) fn before_work(error: sqlx::Error) -> Self {
        match Self::from(error) {
            Self::Fatal { code } | Self::Refused { code } => Self::Unavailable { code },
            fault => fault,
        }
    }

    pub(crate) fn of_migration(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError as E;
        match error {
            E::Execute(error) | E::ExecuteMigration(error, _) => error.into(),
            E::VersionMismatch(_) => Self::Schema("a migration that was applied has been changed"),
            E::Dirty(_) => Self::Schema("a migration was applied in part"),
            _ => Self::Schema("the migrations cannot be applied"),
        }
    }

    fn of_sqlstate(code: &str) -> Self {
        let class = code.get(..2).unwrap_or_default();
        let code = code.to_owned();
        match (class, code.as_str()) {
            // 23505: two copies of one event in two records at once; the second attempt sees the first copy. 55P03: another
            // holds what is to be locked.
            ("40", _) | (_, "23505" | "55P03") => Self::Conflict { code },
            // 25006: read only, as after a fail-over; 25P03, 25P04: we were too slow; 57014: it was.
            ("08" | "53" | "57" | "58", _) | (_, "25006" | "25P03" | "25P04") => Self::Unavailable { code },
            ("22" | "23", _) | (_, "54000") => Self::Refused { code },
            _ => Self::Fatal { code },
        }
    }
}

impl ApplyError {
    /// True if it is the events that cannot be applied, and others can; else something is wrong with the database, and
    /// every batch would fail.
    #[must_use]
    pub fn is_of_the_events(&self) -> bool {
        matches!(self, Self::Fatal { fault: Fault::Stored(_) | Fault::Refused { .. } })
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let driver = |kind: &str| kind.to_owned();
        match error {
            sqlx::Error::Database(error) => match error.code() {
                Some(code) => Self::of_sqlstate(&code),
                None => Self::Fatal { code: driver("no-sqlstate") },
            },
            sqlx::Error::Io(_) => Self::Unavailable { code: driver("connection") },
            sqlx::Error::Tls(_) => Self::Unavailable { code: driver("tls") },
            sqlx::Error::Protocol(_) => Self::Unavailable { code: driver("protocol") },
            sqlx::Error::PoolTimedOut => Self::Unavailable { code: driver("pool-timeout") },
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Unavailable { code: driver("pool-closed") },
            sqlx::Error::RowNotFound => Self::Fatal { code: driver("row-not-found") },
            sqlx::Error::Encode(_) => Self::Fatal { code: driver("encode") },
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => Self::Fatal { code: driver("decode") },
            _ => Self::Fatal { code: driver("driver") },
        }
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
            fault => Self::Fatal { fault },
        }
    }
}

impl DoorError {
    /// True if the same question may be answered later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.0.is_transient()
    }
}
