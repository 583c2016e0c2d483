//! W3C Trace Context: one trace from a message's receipt to the commit.

use std::fmt;

/// The `traceparent` of version 00 (W3C Trace Context, section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    trace: [u8; 16],
    parent: [u8; 8],
    flags: u8,
}

impl TraceParent {
    /// A trace that begins or continues here; the caller supplies random bytes. `sampled`: the trace is recorded.
    #[must_use]
    pub fn new(trace: [u8; 16], parent: [u8; 8], sampled: bool) -> Self {
        // All zeroes are not valid.
        let trace = if trace == [0; 16] { [1; 16] } else { trace };
        let parent = if parent == [0; 8] { [1; 8] } else { parent };
        Self { trace, parent, flags: u8::from(sampled) }
    }

    /// The id of the trace.
    #[must_use]
    pub fn trace_id(&self) -> [u8; 16] {
        self.trace
    }

    /// The id of the parent span.
    #[must_use]
    pub fn parent_id(&self) -> [u8; 8] {
        self.parent
    }

    /// Whether its writer records it.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        self.flags & 1 == 1
    }

    /// Reads a header's value. `None`: it is not valid, and a new trace begins.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('-');
        let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let mut version_byte = [0; 1];
        unhex(version, &mut version_byte)?;
        // A later version may have more parts. Version 00 may not, and ff is not a version.
        if version_byte == [0xff] || (version_byte == [0] && parts.next().is_some()) {
            return None;
        }
        let mut read = Self { trace: [0; 16], parent: [0; 8], flags: 0 };
        unhex(trace, &mut read.trace)?;
        unhex(parent, &mut read.parent)?;
        let mut flags_byte = [0; 1];
        unhex(flags, &mut flags_byte)?;
        read.flags = flags_byte[0];
        (read.trace != [0; 16] && read.parent != [0; 8]).then_some(read)
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", hex::encode(self.trace), hex::encode(self.parent), self.flags)
    }
}

/// Lower case only, as the recommendation requires.
fn unhex(text: &str, into: &mut [u8]) -> Option<()> {
    let lower = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if !text.as_bytes().iter().all(lower) {
        return None;
    }
    hex::decode_to_slice(text, into).ok()
}

#[cfg(test)]
mod tests {
    use super::TraceParent;

    #[test]
    fn exactly_what_the_recommendation_allows_is_read() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(TraceParent::parse(good).unwrap().to_string(), good);
        let later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what";
        assert_eq!(TraceParent::parse(later).unwrap().to_string(), good);
        for bad in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-ååf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            assert_eq!(TraceParent::parse(bad), None, "{bad}");
        }
        for sampled in [true, false] {
            let new = TraceParent::new([0; 16], [2; 8], sampled);
            assert_eq!(TraceParent::parse(&new.to_string()), Some(new));
            assert_eq!((new.parent_id(), new.is_sampled()), ([2; 8], sampled));
            assert_ne!(new.trace_id(), [0; 16]);
        }
    }
}
