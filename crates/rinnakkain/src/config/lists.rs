//! How much of what stood before a whole list may end on its own.

use super::file;
use super::problems::Problems;
use event::MayEnd;

/// As it is carried by each list.
pub fn may_end(lists: &file::Lists, problems: &mut Problems) -> MayEnd {
    let percent = (0..=100_u32).find(|percent| f64::from(*percent) >= lists.ends_share * 100.0);
    match percent.filter(|_| lists.ends_share >= 0.0) {
        Some(percent) => MayEnd::UpTo { percent, at_least: lists.ends_at_least },
        None => {
            problems.add("lists.ends_share: write a part of what stood, from 0 to 1");
            MayEnd::Nothing
        }
    }
}
