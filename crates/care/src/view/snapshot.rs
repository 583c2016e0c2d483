//! A view's bytes: a cache of the fold, never the record.
//!
//! The same view always gives the same bytes (sorted maps, fixed layout), so views from two paths can be compared byte
//! for byte. Bytes of another version are not read: the client is refolded.
//!
//! A view is written again with nearly every event of its client, so what it costs is how many bytes differ from the ones
//! before: of a row that stays on its page, PostgreSQL logs what lies between the common beginning and the common end, and the
//! row's length stands at its beginning. So what seldom changes is the common end. The plain bytes have it first, and last the
//! stay that was touched last; LZ4 gives the same bytes for the same beginning; and these are turned round. One stay repeats its
//! record, its times and its event a dozen times, which LZ4 leaves out.

use crate::entity::declared::Declared;
use crate::entity::duty_contact::OpenedContact;
use crate::entity::list::{DirectoryRow, StatedRow};
use crate::entity::stay::Stay;
use crate::{ParallelView, Standing, StatedSubject, WorkerState};
use event::{OrderKey, Register, Token};
use lz4_flex::block::{compress, decompress};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The bytes are of another version, or damaged: fold the client anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored view is of another version or damaged: the client must be folded anew")]
pub struct Outdated;

/// What stands after the rest of the view, in this order: the stays, and the end.
#[derive(Serialize, Deserialize)]
enum Part<K, S> {
    Stay(Register, K, S),
    Last(Option<OrderKey>),
}

/// How many plain bytes one of LZ4 stands for at most, and some for the last ones.
const MOST: usize = 255;

impl ParallelView {
    /// Its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // Writing to memory can fail only for values this type cannot hold; empty bytes are read as outdated.
        let Ok(plain) = self.plain() else { return Vec::new() };
        let mut bytes = compress(&plain);
        bytes.extend(u32::try_from(plain.len()).unwrap_or_default().to_le_bytes());
        bytes.reverse();
        bytes
    }

    /// From bytes that were written by `version`.
    pub fn decode(version: i32, bytes: &[u8]) -> Result<Self, Outdated> {
        if version != Self::VERSION {
            return Err(Outdated);
        }
        let (len, compressed) = bytes.split_first_chunk().ok_or(Outdated)?;
        let len = usize::try_from(u32::from_be_bytes(*len)).unwrap_or(usize::MAX);
        if len > compressed.len().saturating_mul(MOST) {
            return Err(Outdated);
        }
        let compressed: Vec<u8> = compressed.iter().rev().copied().collect();
        let plain = decompress(&compressed, len).map_err(|_| Outdated)?;
        if plain.len() != len {
            return Err(Outdated);
        }
        Self::read(&plain)
    }

    fn plain(&self) -> postcard::Result<Vec<u8>> {
        let mut plain = postcard::to_stdvec(self)?;
        let of = |register| self.lane(register).stays.iter().map(move |(key, stay)| (register, key, stay));
        let mut stays: Vec<_> = Register::ALL.iter().copied().flat_map(of).collect();
        stays.sort_by_key(|(register, key, stay)| (stay.origin.recorded_at, stay.origin.event, *register, *key));
        for (register, key, stay) in stays {
            plain = postcard::to_extend(&Part::Stay(register, key, stay), plain)?;
        }
        postcard::to_extend(&Part::<Token, Stay>::Last(self.last), plain)
    }

    fn read(plain: &[u8]) -> Result<Self, Outdated> {
        let (mut view, mut rest): (Self, _) = postcard::take_from_bytes(plain).map_err(|_| Outdated)?;
        loop {
            match postcard::take_from_bytes(rest) {
                Ok((Part::Stay(register, key, stay), more)) => {
                    let lane = match register {
                        Register::Patient => &mut view.health,
                        Register::Social => &mut view.social,
                    };
                    lane.stays.insert(key, stay);
                    rest = more;
                }
                Ok((Part::Last(last), [])) => {
                    view.last = last;
                    return Ok(view);
                }
                _ => return Err(Outdated),
            }
        }
    }
}

/// The bytes of a row, or of a part of it, that no query reads into. Bytes of another version are not read.
pub trait RowBytes: Serialize + DeserializeOwned {
    /// Its bytes.
    #[must_use]
    fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// From bytes that this version wrote.
    fn from_bytes(bytes: &[u8]) -> Result<Self, Outdated> {
        match postcard::take_from_bytes(bytes) {
            Ok((row, [])) => Ok(row),
            _ => Err(Outdated),
        }
    }
}

impl RowBytes for WorkerState {}
impl RowBytes for StatedRow {}
impl RowBytes for DirectoryRow {}
impl RowBytes for Declared {}
impl RowBytes for StatedSubject {}
impl RowBytes for Standing {}
impl RowBytes for OpenedContact {}

#[cfg(test)]
mod tests {
    use super::*;
    use event::{Body, Instant, ReceivedEvent, StayClass, StayEnded, StayStarted, Ward};
    use uuid::Uuid;

    /// The views of one client after each event: `stays` stays, one after the other, each begun and ended.
    fn course(stays: i64) -> Vec<ParallelView> {
        let keys = testkit::history::keyring();
        let (mut view, mut views) = (ParallelView::default(), Vec::new());
        for n in 0..2 * stays {
            let at = Instant::from_micros(testkit::history::START + n * 3_600_000_000).unwrap();
            let stay = Some(keys.token("stay", "test", &(n / 2).to_string()));
            let body = if n % 2 == 0 {
                let (class, ward) = (Some(StayClass::Inpatient), Ward::try_new("OS3"));
                let started = StayStarted {
                    stay,
                    class,
                    ward,
                    started_at: at,
                    protected_speciality: None,
                    unit: None,
                    facility: None,
                };
                Body::from(started)
            } else {
                Body::from(StayEnded { stay, ended_at: at, disposition: None })
            };
            let event = testkit::case::reported(&n.to_string(), at, keys.record("test", "own", "1"), body);
            view.evolve(&ReceivedEvent { received_at: at, event });
            views.push(view.clone());
        }
        views
    }

    /// What an event costs does not grow with what its client's view holds already.
    #[test]
    fn an_event_changes_the_beginning_of_the_bytes_alone() {
        let bytes: Vec<Vec<u8>> = course(20).iter().map(ParallelView::encode).collect();
        let changed = bytes.windows(2).map(|pair| {
            let same = pair[0].iter().rev().zip(pair[1].iter().rev()).take_while(|(before, now)| before == now);
            pair[1].len() - same.count()
        });
        let changed: Vec<usize> = changed.collect();
        assert!(bytes.last().unwrap().len() > 2_000, "a long view");
        assert!(changed.iter().all(|it| *it < 400), "{changed:?}");
    }

    #[test]
    fn bytes_that_were_damaged_are_not_read() {
        let views = course(3);
        let view = views.last().unwrap();
        let bytes = view.encode();
        let read = |bytes: &[u8]| ParallelView::decode(ParallelView::VERSION, bytes);
        assert_eq!(read(&bytes).unwrap(), *view);
        assert_eq!(ParallelView::decode(ParallelView::VERSION - 1, &bytes), Err(Outdated));
        for at in 1..bytes.len() {
            assert_eq!(read(&bytes[..at]), Err(Outdated), "{at}");
            assert_eq!(read(&bytes[at..]), Err(Outdated), "{at}");
        }
        assert_eq!(read(&[bytes.as_slice(), &[0]].concat()), Err(Outdated));
        // A length that nobody would make room for.
        let mut longer = bytes.clone();
        longer[0] = 0x7f;
        assert_eq!(read(&longer), Err(Outdated));
    }

    /// If this fails, a view holds other things, or events fold otherwise, than in the version before: raise
    /// [`ParallelView::VERSION`] and write the new digest here. If only the random histories changed, write the digest alone.
    #[test]
    fn what_a_view_holds_is_that_of_its_version() {
        let mut bytes = Vec::new();
        for seed in 0..20 {
            let events = testkit::history::history(seed, 60);
            for view in crate::oracle::clients(&events).values() {
                bytes.extend(view.encode());
                bytes.extend(format!("{:?}", crate::Rows::of(view)).bytes());
            }
        }
        let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, &bytes).to_string();
        assert_eq!((ParallelView::VERSION, digest.as_str()), (19, "09429bea-89a8-5251-9a99-dd5943f2c1d6"));
    }
}
