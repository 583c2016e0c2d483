//! Conversions between stored values and typed ones, and an order key as bytes that sort as the key does.
//!
//! The key is one `bytea` column instead of four: a register compares and keeps it whole.

use event::{Instant, OrderKey, Token};
use uuid::Uuid;

/// Stored bytes that cannot be read, by the name of what they should be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Damaged(pub &'static str);

const LEN: usize = 8 + 1 + 8 + 8 + 4 + 16;

/// Big-endian with the sign bit flipped: negative before positive.
fn sortable(n: i64) -> [u8; 8] {
    (n.cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

fn unsortable(bytes: [u8; 8]) -> i64 {
    (u64::from_be_bytes(bytes) ^ (1 << 63)).cast_signed()
}

pub(crate) fn to_bytes(key: &OrderKey) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LEN);
    bytes.extend(sortable(key.time.as_micros()));
    bytes.push(u8::from(key.sequence.is_some()));
    bytes.extend(key.sequence.map_or([0; 8], sortable));
    bytes.extend(sortable(key.received.as_micros()));
    bytes.extend(key.ordinal.to_be_bytes());
    bytes.extend(key.id.as_bytes());
    bytes
}

pub(crate) fn from_bytes(bytes: &[u8]) -> Result<OrderKey, Damaged> {
    let damaged = Damaged("order key");
    let bytes: &[u8; LEN] = bytes.try_into().map_err(|_| damaged)?;
    let number = |at: usize| {
        let mut number = [0; 8];
        number.copy_from_slice(&bytes[at..at + 8]);
        unsortable(number)
    };
    Ok(OrderKey {
        time: instant(number(0))?,
        sequence: (bytes[8] == 1).then(|| number(9)),
        received: instant(number(17))?,
        ordinal: u32::from_be_bytes([bytes[25], bytes[26], bytes[27], bytes[28]]),
        id: Uuid::from_slice(&bytes[29..]).map_err(|_| damaged)?,
    })
}

pub(crate) fn instant(micros: i64) -> Result<Instant, Damaged> {
    Instant::from_micros(micros).ok_or(Damaged("time"))
}

pub(crate) fn token(bytes: &[u8]) -> Result<Token, Damaged> {
    Token::from_slice(bytes).ok_or(Damaged("token"))
}

/// PostgreSQL has no array of arrays of different lengths, so an inner one is passed as the text form of its array type.
/// Elements are ids, numbers or constants of ours: nothing needs quoting.
pub(crate) fn array<T: ToString>(elements: impl IntoIterator<Item = T>) -> String {
    let elements: Vec<String> = elements.into_iter().map(|it| it.to_string()).collect();
    format!("{{{}}}", elements.join(","))
}

/// Tokens as a statement's array argument.
pub(crate) fn slices<'a>(tokens: impl IntoIterator<Item = &'a Token>) -> Vec<&'a [u8]> {
    tokens.into_iter().map(|token| token.as_bytes().as_slice()).collect()
}

#[cfg(test)]
mod tests {
    use super::{from_bytes, to_bytes};
    use event::{Instant, OrderKey};
    use uuid::Uuid;

    #[test]
    fn bytes_sort_as_keys_do_and_come_back() {
        let mut keys = Vec::new();
        for time in [-62_135_596_800_000_000, -1, 0, 1, 253_402_128_000_000_000] {
            for sequence in [None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)] {
                for received in [-5, 7] {
                    for id in [0, 1, u128::MAX] {
                        let at = |micros| Instant::from_micros(micros).unwrap();
                        let (time, received) = (at(time), at(received));
                        keys.extend([0, 1, u32::MAX].map(|ordinal| OrderKey {
                            time,
                            sequence,
                            received,
                            ordinal,
                            id: Uuid::from_u128(id),
                        }));
                    }
                }
            }
        }
        keys.sort();
        let bytes: Vec<_> = keys.iter().map(to_bytes).collect();
        assert!(bytes.is_sorted());
        for (key, bytes) in keys.iter().zip(&bytes) {
            assert_eq!(&from_bytes(bytes).unwrap(), key);
        }
    }
}
