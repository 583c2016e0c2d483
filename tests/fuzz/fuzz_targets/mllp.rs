//! MLLP frames: any chunking of the bytes gives the same frames, and memory stays within the limit.
#![no_main]

use adapter::hl7v2::mllp::{Frame, Mllp};
use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use tokio_util::codec::Decoder;

const LIMIT: usize = 4096;

fn frames(bytes: &[u8], chunk: usize) -> Vec<Frame> {
    let (mut codec, mut buffer, mut frames) = (Mllp::new(LIMIT), BytesMut::new(), Vec::new());
    for part in bytes.chunks(chunk.max(1)) {
        buffer.extend_from_slice(part);
        while let Some(frame) = codec.decode(&mut buffer).expect("framing never fails") {
            frames.push(frame);
        }
        assert!(buffer.len() <= LIMIT + part.len() + 4, "memory is bounded by the limit and one read");
    }
    while let Some(frame) = codec.decode_eof(&mut buffer).expect("framing never fails") {
        frames.push(frame);
    }
    frames
}

fuzz_target!(|input: (u8, &[u8])| {
    let (chunk, bytes) = input;
    assert!(frames(bytes, chunk.into()) == frames(bytes, bytes.len()));
});
