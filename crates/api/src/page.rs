//! Pages of a list (AIP-158).
//!
//! A token holds how far the last page went and when the first one was asked for. What is received after that waits for the
//! next list, so that pages neither repeat nor skip. The token gives no right: every page is decided and logged again. A
//! keyed tag binds it to its list. With another list's token, or a made-up one, the page would be empty, and an empty page
//! reads as "none".

use crate::status::Error;
use event::{Instant, Keyring, Token};
use subtle::ConstantTimeEq;

/// The list that is asked for: one question of one caller about one client, at one time.
#[derive(Clone, Copy)]
pub(crate) struct List<'a> {
    /// Makes the tags.
    pub(crate) keyring: &'a Keyring,
    /// The calling system.
    pub(crate) caller: &'a str,
    /// The question's name.
    pub(crate) query: &'static str,
    /// The client.
    pub(crate) client: Token,
    /// As it was known then; `None`: now.
    pub(crate) as_of: Option<Instant>,
}

impl List<'_> {
    /// The token of the page that begins at `offset`.
    fn token(&self, offset: usize, first_asked: Instant) -> String {
        let (caller, query, first) = (self.caller, self.query, first_asked.as_micros());
        let (client, then) =
            (hex::encode(self.client.as_bytes()), self.as_of.map(Instant::as_micros).unwrap_or_default());
        let tag =
            self.keyring.token("page", &format!("{caller}/{query}"), &format!("{client}/{then}/{offset}/{first}"));
        format!("{offset:x}.{first:x}.{}", hex::encode(tag.as_bytes()))
    }
}

/// The page that is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    list: List<'a>,
    offset: usize,
    size: usize,
    /// When the first page was asked for.
    pub(crate) first_asked: Instant,
}

impl<'a> Page<'a> {
    const USUAL: usize = 100;
    const MOST: usize = 500;

    /// From a request.
    pub(crate) fn try_new(list: List<'a>, size: i32, token: &str, now: Instant) -> Result<Self, Error> {
        let size = match usize::try_from(size).map_err(|_| Error::invalid("page_size", "is negative"))? {
            0 => Self::USUAL,
            size => size.min(Self::MOST),
        };
        if token.is_empty() {
            return Ok(Self { list, offset: 0, size, first_asked: now });
        }
        let wrong = Error::invalid("page_token", "is none that an answer to this question gave");
        let mut parts = token.split('.');
        let offset = parts.next().and_then(|it| usize::from_str_radix(it, 16).ok()).ok_or(wrong)?;
        let first = parts.next().and_then(|it| i64::from_str_radix(it, 16).ok()).ok_or(wrong)?;
        let first = Instant::from_micros(first).ok_or(wrong)?;
        // In constant time, as every check of a keyed tag: the time taken must not reveal the right tag.
        if !bool::from(list.token(offset, first).as_bytes().ct_eq(token.as_bytes())) {
            return Err(wrong);
        }
        Ok(Self { list, offset, size, first_asked: first.min(now) })
    }

    /// The page of `items`, and the token of the next page (empty: there is none).
    pub(crate) fn cut<T>(self, items: Vec<T>) -> Result<(Vec<T>, String), Error> {
        if self.offset > 0 && self.offset >= items.len() {
            // A token is given only if more follows, so the list is shorter now.
            return Err(Error::invalid("page_token", "is past the end: the list has changed, ask from its first page"));
        }
        let end = self.offset.saturating_add(self.size);
        let next = if items.len() > end { self.list.token(end, self.first_asked) } else { String::new() };
        Ok((items.into_iter().skip(self.offset).take(self.size).collect(), next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::keyring;

    fn now() -> Instant {
        Instant::from_micros(1_700_000_000_000_000).unwrap()
    }

    fn list(keyring: &Keyring) -> List<'_> {
        List { keyring, caller: "duty", query: "list-timeline", client: keyring.identifier("kys", "1"), as_of: None }
    }

    fn refused<T>(result: &Result<T, Error>) -> bool {
        matches!(result, Err(Error::Invalid { field: "page_token", .. }))
    }

    #[test]
    fn pages_cover_a_list_once() {
        let keyring = keyring();
        let (mut token, mut seen) = (String::new(), Vec::new());
        loop {
            let page = Page::try_new(list(&keyring), 3, &token, now().plus_seconds(60)).unwrap();
            let (items, next) = page.cut((0..8).collect()).unwrap();
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
        let keyring = keyring();
        let list = list(&keyring);
        let tag = "0".repeat(2 * Token::LEN);
        for token in ["x", "1", "1.", ".1", "1.zz", "-1.1", "1.7fffffffffffffff", "1.1", "1.1.", "ffff.1"] {
            assert!(refused(&Page::try_new(list, 0, token, now())), "{token}");
            assert!(refused(&Page::try_new(list, 0, &format!("{token}.{tag}"), now())), "{token} with a tag");
        }
        let given = list.token(3, now());
        assert!(Page::try_new(list, 0, &given, now()).is_ok());
        let further = given.replacen('3', "4", 1);
        for changed in [further, format!("0{given}"), format!("{given}0"), format!("{given}."), given.to_uppercase()] {
            assert!(refused(&Page::try_new(list, 0, &changed, now())), "{changed}");
        }
        assert!(Page::try_new(list, -1, "", now()).is_err());
        let late = list.token(3, now().plus_seconds(9));
        assert_eq!(Page::try_new(list, 0, &late, now()).unwrap().first_asked, now(), "no page sees the future");
    }

    #[test]
    fn a_token_is_good_for_its_own_list_only() {
        let keyring = keyring();
        let list = list(&keyring);
        let (_, token) = Page::try_new(list, 3, "", now()).unwrap().cut((0..8).collect()).unwrap();
        let others = [
            ("another client", List { client: keyring.identifier("kys", "2"), ..list }),
            ("another caller", List { caller: "ward", ..list }),
            ("another time", List { as_of: Some(now()), ..list }),
            ("another question", List { query: "list-current-workers", ..list }),
        ];
        for (whose, other) in others {
            assert!(refused(&Page::try_new(other, 3, &token, now())), "{whose}");
        }
        assert!(Page::try_new(list, 3, &token, now()).is_ok());
    }

    #[test]
    fn an_empty_page_is_never_cut_from_a_list_that_has_become_shorter() {
        let keyring = keyring();
        let list = list(&keyring);
        let page = Page::try_new(list, 3, &list.token(3, now()), now()).unwrap();
        for left in [0, 2, 3] {
            assert!(refused(&page.cut((0..left).collect())), "{left}");
        }
        assert_eq!(page.cut((0..4).collect()).unwrap().0, [3]);
        let first = Page::try_new(list, 3, "", now()).unwrap();
        assert_eq!(first.cut(Vec::<u8>::new()).unwrap(), (Vec::new(), String::new()), "an empty list has one page");
    }
}
