//! MLLP framing: `0x0B` payload `0x1C 0x0D`. It does not read the payload.
//!
//! Decisions, each with a test:
//! - Bytes outside a frame are noise and are skipped.
//! - Only `0x1C 0x0D` ends a frame: a lone `0x1C` is content, so a message that is cut short is never taken.
//! - `0x0B` begins a frame and cannot be content. Inside a frame it begins the next one if a message or a batch begins
//!   after it, and the unfinished one is [`FrameError::Cut`]: its sender gave it up and expects no answer, and would
//!   read one as the answer to the next message. Any other `0x0B` is a vertical tab that somebody typed: the frame goes
//!   on to its end block, is given whole with the tab in it, and is rejected once, as one message.
//! - A frame over the limit is reported once, as soon as it passes the limit, with its first bytes so that the answer
//!   can name the message; the rest is noise, skipped up to the next start block.
//!
//! Memory is bounded by the limit and one read.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

/// The usual limit of a payload: 1 MiB.
pub const LIMIT: usize = 1 << 20;

pub(super) const START: u8 = 0x0B;
const END: u8 = 0x1C;
const CARRIAGE_RETURN: u8 = 0x0D;
const HEAD: usize = 16 << 10;

/// What is read from the connection.
#[derive(Clone, PartialEq, Eq)]
pub enum Frame {
    /// A payload, complete.
    Message(Bytes),
    /// Bytes that begin as a frame and are none. The next frame is not affected.
    Broken(FrameError),
}

/// Why a frame is none.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// No end block before the next start block or the end of the stream. It gets no answer; `head` is the part that
    /// was received, for [`crate::hl7v2::refuse_cut`].
    #[error("a frame without an end block")]
    Cut {
        /// The part that was received.
        head: Bytes,
    },
    /// Longer than the limit; `head` is its beginning, for [`crate::hl7v2::refuse_too_long`].
    #[error("a frame over the limit")]
    TooLong {
        /// The first bytes.
        head: Bytes,
    },
}

impl std::fmt::Debug for FrameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message(payload) => write!(f, "Message({} bytes)", payload.len()),
            Self::Broken(error) => write!(f, "Broken({error})"),
        }
    }
}

/// The codec of one connection.
#[derive(Debug)]
pub struct Mllp {
    limit: usize,
    state: State,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Before a start block: in noise, or in the rest of a frame over the limit.
    Between,
    /// After a start block. This many bytes have been searched and hold no end block and no start block.
    Inside { scanned: usize },
}

impl Mllp {
    /// A codec that takes payloads of up to `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, state: State::Between }
    }

    /// `None`: more bytes are needed.
    fn inside(&mut self, source: &mut BytesMut, scanned: usize) -> Option<Frame> {
        for at in scanned..source.len().min(self.limit.saturating_add(1)) {
            match (source[at], source.get(at + 1)) {
                (START, _) => match begins_message(&source[at + 1..]) {
                    Some(true) => {
                        let head = source.split_to(at).freeze();
                        self.state = State::Between;
                        return Some(Frame::Broken(FrameError::Cut { head }));
                    }
                    Some(false) => {}
                    None => {
                        self.state = State::Inside { scanned: at };
                        return None;
                    }
                },
                (END, Some(&CARRIAGE_RETURN)) => {
                    let payload = source.split_to(at).freeze();
                    source.advance(2);
                    self.state = State::Between;
                    return Some(Frame::Message(payload));
                }
                (END, None) => {
                    self.state = State::Inside { scanned: at };
                    return None;
                }
                _ => {}
            }
        }
        if source.len() > self.limit {
            let head = Bytes::copy_from_slice(&source[..self.limit.min(HEAD)]);
            // The rest is noise, up to the next start block.
            source.advance(self.limit);
            self.state = State::Between;
            return Some(Frame::Broken(FrameError::TooLong { head }));
        }
        self.state = State::Inside { scanned: source.len() };
        None
    }
}

/// Whether a message or a batch follows a start block. `None`: too few bytes have come to decide.
fn begins_message(after: &[u8]) -> Option<bool> {
    /// Blanks, line ends and a byte order mark that may be before it.
    const BEFORE: usize = 8;
    let blanks = |byte: &u8| byte.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(byte);
    let before = after.iter().take(BEFORE).take_while(|byte| blanks(byte)).count();
    let rest = &after[before..];
    let names: [&[u8]; 3] = [b"MSH", b"FHS", b"BHS"];
    match rest.get(..3) {
        Some(name) => Some(names.contains(&name)),
        None if before < BEFORE && names.iter().any(|name| name.starts_with(rest)) => None,
        None => Some(false),
    }
}

impl Default for Mllp {
    fn default() -> Self {
        Self::new(LIMIT)
    }
}

impl Decoder for Mllp {
    type Item = Frame;
    type Error = std::io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> std::io::Result<Option<Frame>> {
        loop {
            match self.state {
                State::Between => {
                    let Some(at) = source.iter().position(|byte| *byte == START) else {
                        source.clear();
                        return Ok(None);
                    };
                    source.advance(at + 1);
                    self.state = State::Inside { scanned: 0 };
                }
                State::Inside { scanned } => return Ok(self.inside(source, scanned)),
            }
        }
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> std::io::Result<Option<Frame>> {
        if let Some(frame) = self.decode(source)? {
            return Ok(Some(frame));
        }
        let head = source.split().freeze();
        let unfinished = matches!(self.state, State::Inside { .. });
        self.state = State::Between;
        Ok(unfinished.then_some(Frame::Broken(FrameError::Cut { head })))
    }
}

impl Encoder<Bytes> for Mllp {
    type Error = std::io::Error;

    fn encode(&mut self, payload: Bytes, target: &mut BytesMut) -> std::io::Result<()> {
        target.reserve(payload.len() + 3);
        target.put_u8(START);
        target.put(payload);
        target.put_slice(&[END, CARRIAGE_RETURN]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frames(limit: usize, chunks: &[&[u8]]) -> Vec<Frame> {
        let (mut codec, mut buffer, mut frames) = (Mllp::new(limit), BytesMut::new(), Vec::new());
        for chunk in chunks {
            buffer.put_slice(chunk);
            while let Some(frame) = codec.decode(&mut buffer).unwrap() {
                frames.push(frame);
            }
            // The two bytes of an end block, or the bytes that are examined behind a start block.
            assert!(buffer.len() <= limit + 12, "unbounded: {}", buffer.len());
        }
        while let Some(frame) = codec.decode_eof(&mut buffer).unwrap() {
            frames.push(frame);
        }
        frames
    }

    fn message(text: &str) -> Frame {
        Frame::Message(Bytes::copy_from_slice(text.as_bytes()))
    }

    fn too_long(head: &str) -> Frame {
        Frame::Broken(FrameError::TooLong { head: Bytes::copy_from_slice(head.as_bytes()) })
    }

    #[test]
    fn each_kind_of_bad_frame_leaves_the_next_whole() {
        let cut = |head: &str| Frame::Broken(FrameError::Cut { head: Bytes::copy_from_slice(head.as_bytes()) });
        let table: &[(&str, Vec<Frame>)] = &[
            ("", vec![]),
            ("noise", vec![]),
            ("\x0Ba\x1C\r", vec![message("a")]),
            ("\x0B\x1C\r", vec![message("")]),
            ("noise\x0Ba\x1C\rnoise\x0Bb\x1C\r", vec![message("a"), message("b")]),
            ("\x0Ba\x0BMSH\x1C\r", vec![cut("a"), message("MSH")]),
            ("\x0Ba\x0B\r\nFHS\x1C\r", vec![cut("a"), message("\r\nFHS")]),
            ("\x0Ba\x0BBHS\x1C\r", vec![cut("a"), message("BHS")]),
            ("\x0Ba\x0BMSH\x0BMSH\x1C\r", vec![cut("a"), cut("MSH"), message("MSH")]),
            // A vertical tab in a text: one frame, and the next is whole.
            ("\x0Ba\x0Bb\x1C\r\x0Bc\x1C\r", vec![message("a\x0Bb"), message("c")]),
            ("\x0Ba\x0B\x1C\r\x0Bc\x1C\r", vec![message("a\x0B"), message("c")]),
            ("\x0Ba\x0B\x0Bb\x1C\r", vec![message("a\x0B\x0Bb")]),
            ("\x0Ba\x0BMS", vec![cut("a\x0BMS")]),
            ("\x0Ba\x1Cb\x1C\r", vec![message("a\x1Cb")]),
            ("\x0Ba\x1C\x1C\r", vec![message("a\x1C")]),
            ("\x0Ba\x1C\x0BMSH\x1C\r", vec![cut("a\x1C"), message("MSH")]),
            ("\x0Ba", vec![cut("a")]),
            ("\x0B", vec![cut("")]),
            ("\x0Ba\x1C", vec![cut("a\x1C")]),
            ("\x0B12345678\x1C\r", vec![message("12345678")]),
            ("\x0B123456789\x1C\r\x0Bb\x1C\r", vec![too_long("12345678"), message("b")]),
            ("\x0B12345678\x1C9\x1C\r\x0Bb\x1C\r", vec![too_long("12345678"), message("b")]),
            ("\x0B123456789012345\x0Bb\x1C\r", vec![too_long("12345678"), message("b")]),
            ("\x0B12345678901234567", vec![too_long("12345678")]),
        ];
        for (wire, expected) in table {
            assert_eq!(&frames(8, &[wire.as_bytes()]), expected, "{wire:?}");
        }
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_same_frames(
            wire in prop::collection::vec(prop::sample::select(vec![START, END, CARRIAGE_RETURN, b'M', b'S', b'H']), 0..200),
            cuts in prop::collection::vec(1_usize..9, 1..50),
            limit in 0_usize..12,
        ) {
            let whole = {
                let single: Vec<&[u8]> = wire.chunks(1).collect();
                frames(limit, &single)
            };
            let mut chunks = Vec::new();
            let mut rest = wire.as_slice();
            for size in cuts.iter().cycle() {
                if rest.is_empty() { break }
                let (chunk, after) = rest.split_at((*size).min(rest.len()));
                chunks.push(chunk);
                rest = after;
            }
            prop_assert_eq!(frames(limit, &chunks), whole);
        }

        #[test]
        fn what_is_written_is_read(payload in "[a-z\u{1C}\r]{0,50}") {
            let payload = payload.replace("\u{1C}\r", "\u{1C}a");
            let mut wire = BytesMut::new();
            Mllp::default().encode(Bytes::from(payload.clone().into_bytes()), &mut wire).unwrap();
            prop_assert_eq!(frames(LIMIT, &[&wire]), vec![message(&payload)]);
        }
    }
}
