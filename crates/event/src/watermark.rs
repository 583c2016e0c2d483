//! Watermarks: up to when an ingest has written what it received, and when it last heard each source (law 5).

use crate::Instant;
use crate::wire::{Field, NotKnown, proto};

/// When a source was last heard.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heard {
    /// The configured name of the source.
    pub source: String,
    /// When.
    pub at: Instant,
}

/// What an ingest tells every partition. Everything it had received until `at` stands before this, or was not
/// acknowledged: its sender still has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watermark {
    /// The configured name of the ingest.
    pub ingest: String,
    /// Until when.
    pub at: Instant,
    /// How many partitions there are; each is told the same.
    pub partitions: u32,
    /// Every source that it has heard, otherwise than by messages: what their receipts tell is known where they are applied.
    pub heard: Vec<Heard>,
    /// It stops in order: from now on it is not waited for.
    pub leaving: bool,
}

impl Watermark {
    pub(crate) fn to_wire(&self) -> proto::Watermark {
        let heard = |it: &Heard| proto::Heard { source: it.source.clone(), at: it.at.as_micros() };
        proto::Watermark {
            ingest: self.ingest.clone(),
            partitions: self.partitions,
            heard: self.heard.iter().map(heard).collect(),
            leaving: self.leaving,
        }
    }

    pub(crate) fn from_wire(wire: proto::Watermark, at: Instant) -> Result<Self, NotKnown> {
        let heard = |it: proto::Heard| Ok(Heard { source: it.source, at: Field::from_field(it.at)? });
        Ok(Self {
            ingest: wire.ingest,
            at,
            partitions: wire.partitions,
            heard: wire.heard.into_iter().map(heard).collect::<Result<_, _>>()?,
            leaving: wire.leaving,
        })
    }
}
