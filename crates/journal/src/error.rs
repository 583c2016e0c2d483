//! Errors by what to do next. The client library's texts may quote a setting's value, so only its codes get out.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// What went wrong between us and Kafka.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// No broker answers, or none can do it now: try again.
    #[error("Kafka is unavailable ({code})")]
    Unavailable {
        /// The client library's code.
        code: String,
    },
    /// The client library does not know a setting, or does not accept its value.
    #[error("kafka.client: {key} is not a setting of the client library, or its value is not accepted")]
    Setting {
        /// Its name.
        key: String,
    },
    /// The topic may lose acknowledged records, and the configuration gives no reason why that is acceptable.
    #[error("the topic {topic} is not safe: {}; change it, or state in kafka.unsafe_because why it is acceptable", .problems.join("; "))]
    Unsafe {
        /// The topic.
        topic: String,
        /// Why it is not safe.
        problems: Vec<String>,
    },
    /// No retry helps.
    #[error("Kafka rejected the request ({code})")]
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
            // Two settings contradict each other.
            KafkaError::ClientCreation(_) => Self::Fatal { code: "ClientCreation".to_owned() },
            error => error.rdkafka_error_code().map_or(Self::Unavailable { code: "client".to_owned() }, Self::of_code),
        }
    }
}
