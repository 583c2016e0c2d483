//! Errors that say what to do next. The client library's own words may quote a setting's value: only its codes get out.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// What went wrong between us and Kafka.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// No broker answers, or none can do it now: try again.
    #[error("Kafka cannot be reached now ({code})")]
    Unavailable {
        /// The client library's code.
        code: String,
    },
    /// A setting of the client library is not one, or has a value that it does not take.
    #[error("kafka.client: {key} is not a setting of the client library, or not with this value")]
    Setting {
        /// Its name.
        key: String,
    },
    /// The topic loses what was acknowledged, in some cases: nobody said why that is acceptable.
    #[error("the topic {topic} is not safe: {}; mend it, or say in kafka.unsafe_because why it is acceptable", .problems.join("; "))]
    Unsafe {
        /// Which.
        topic: String,
        /// What of it.
        problems: Vec<String>,
    },
    /// Something that no retry mends.
    #[error("Kafka does not do what it is asked ({code})")]
    Fatal {
        /// The client library's code.
        code: String,
    },
}

impl JournalError {
    /// True if the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    pub(crate) fn of_code(code: RDKafkaErrorCode) -> Self {
        use RDKafkaErrorCode as C;
        let fatal = matches!(
            code,
            C::TopicAuthorizationFailed
                | C::GroupAuthorizationFailed
                | C::ClusterAuthorizationFailed
                | C::InvalidReplicationFactor
                | C::InvalidPartitions
                | C::InvalidTopic
                | C::InvalidConfig
                | C::PolicyViolation
                | C::MessageSizeTooLarge
        );
        let code = format!("{code:?}");
        if fatal { Self::Fatal { code } } else { Self::Unavailable { code } }
    }
}

impl From<KafkaError> for JournalError {
    fn from(error: KafkaError) -> Self {
        match error {
            KafkaError::ClientConfig(_, _, key, _) => Self::Setting { key },
            // Its text names the setting that does not fit another, never a value.
            KafkaError::ClientCreation(_) => Self::Fatal { code: "ClientCreation".to_owned() },
            error => error.rdkafka_error_code().map_or(Self::Unavailable { code: "client".to_owned() }, Self::of_code),
        }
    }
}
