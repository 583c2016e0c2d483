//! Pages of a list (AIP-158).
//!
//! A token says how far the last page went and when the first one was asked: what is received after that is left to
//! the next look, so a page neither repeats nor skips. It decides nothing: every page is asked for, decided and logged
//! anew.

use crate::status::Error;
use event::Instant;

/// The page that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    offset: usize,
    size: usize,
    /// When the first page was asked for.
    pub(crate) first_asked: Instant,
}

impl Page {
    const USUAL: usize = 100;
    const MOST: usize = 500;

    /// From a request.
    pub(crate) fn try_new(size: i32, token: &str, now: Instant) -> Result<Self, Error> {
        let size = match usize::try_from(size).map_err(|_| Error::invalid("page_size", "is negative"))? {
            0 => Self::USUAL,
            size => size.min(Self::MOST),
        };
        if token.is_empty() {
            return Ok(Self { offset: 0, size, first_asked: now });
        }
        let wrong = Error::invalid("page_token", "is none that an answer gave");
        let (offset, first) = token.split_once('.').ok_or(wrong)?;
        let offset = usize::from_str_radix(offset, 16).map_err(|_| wrong)?;
        let first = i64::from_str_radix(first, 16).ok().and_then(Instant::from_micros).ok_or(wrong)?;
        Ok(Self { offset, size, first_asked: first.min(now) })
    }

    /// The page of `items`, and the next one's token (empty: none).
    pub(crate) fn cut<T>(self, items: Vec<T>) -> (Vec<T>, String) {
        let end = self.offset.saturating_add(self.size);
        let more = items.len() > end;
        let page = items.into_iter().skip(self.offset).take(self.size).collect();
        (page, if more { format!("{end:x}.{:x}", self.first_asked.as_micros()) } else { String::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_a_list_once() {
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        let (mut token, mut seen) = (String::new(), Vec::new());
        loop {
            let page = Page::try_new(3, &token, now.plus_seconds(60)).unwrap();
            let (items, next) = page.cut((0..8).collect());
            seen.extend(items);
            if next.is_empty() {
                break;
            }
            token = next;
        }
        assert_eq!(seen, (0..8).collect::<Vec<_>>());
    }

    #[test]
    fn a_token_that_no_answer_gave_is_refused() {
        let now = Instant::from_micros(1_700_000_000_000_000).unwrap();
        for token in ["x", "1", "1.", ".1", "1.zz", "-1.1", "1.7fffffffffffffff"] {
            assert!(Page::try_new(0, token, now).is_err(), "{token}");
        }
        assert!(Page::try_new(-1, "", now).is_err());
        let late = format!("0.{:x}", now.plus_seconds(9).as_micros());
        assert_eq!(Page::try_new(0, &late, now).unwrap().first_asked, now, "no page sees the future");
    }
}
