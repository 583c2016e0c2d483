//! Watermarks: up to when an ingest has written what it received, and when each source last reported (law 5).

use crate::Instant;
use crate::wire::{Field, NotKnown, proto};

/// When a source last reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceWatermark {
    /// The configured name of the source.
    pub source: String,
    /// When.
    pub at: Instant,
}

/// What an ingest writes to every partition. Everything that it received until `at` stands before this, or was not
/// acknowledged: then its sender still has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watermark {
    /// The configured name of the ingest.
    pub ingest: String,
    /// Until when.
    pub at: Instant,
    /// How many partitions there are; each gets the same.
    pub partitions: u32,
    /// Sources that reported without a message. A message's own report is known from its receipt.
    pub sources: Vec<SourceWatermark>,
    /// The ingest stops in order: nobody waits for it from now on.
    pub leaving: bool,
}

impl Watermark {
    pub(crate) fn to_wire(&self) -> proto::Watermark {
        let source = |it: &SourceWatermark| proto::SourceWatermark { source: it.source.clone(), at: it.at.as_micros() };
        proto::Watermark {
            ingest: self.ingest.clone(),
            partitions: self.partitions,
            sources: self.sources.iter().map(source).collect(),
            leaving: self.leaving,
        }
    }

    pub(crate) fn from_wire(wire: proto::Watermark, at: Instant) -> Result<Self, NotKnown> {
        let source =
            |it: proto::SourceWatermark| Ok(SourceWatermark { source: it.source, at: Field::from_field(it.at)? });
        Ok(Self {
            ingest: wire.ingest,
            at,
            partitions: wire.partitions,
            sources: wire.sources.into_iter().map(source).collect::<Result<_, _>>()?,
            leaving: wire.leaving,
        })
    }
}
