//! The timeline as a picture: what lasts as bars, what happened at a time as marks, now as a line. Values in, values out;
//! the table below the picture is made of the same things, for those who do not see it.

use api::Timestamp;

/// Something of one lane.
pub(crate) struct Thing {
    /// What it is, in words.
    pub(crate) words: String,
    /// From when. `None`: it is not in the picture, only in the table.
    pub(crate) from: Option<Timestamp>,
    /// Until when.
    pub(crate) until: Until,
    /// It is drawn as a mark, whenever it ended.
    pub(crate) is_moment: bool,
}

/// How far something reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// It happened at one time.
    Mark,
    /// It goes on.
    Now,
    /// It ended then.
    Then(Timestamp),
}

/// A bar or a mark, in the picture's own units.
pub(crate) struct Drawn {
    /// Empty: it is of the same kind as what stands before it in its row.
    pub(crate) words: String,
    pub(crate) x: i64,
    /// `None`: a mark.
    pub(crate) width: Option<i64>,
    pub(crate) y: i64,
    pub(crate) text_y: i64,
}

/// The picture of one lane.
pub(crate) struct Picture {
    pub(crate) drawn: Vec<Drawn>,
    pub(crate) height: i64,
    pub(crate) now: i64,
}

/// The width of every picture.
pub(crate) const WIDTH: i64 = 1000;
/// Where now is: what is planned lies to the right of it.
const NOW: i64 = 880;
/// So much of a mark may reach to its side.
const EDGE: i64 = 10;
const ROW: i64 = 44;
/// How far back the picture reaches at most.
const LONGEST: i64 = 180 * 86_400;
/// And at least.
const SHORTEST: i64 = 2 * 86_400;

/// What has the same words, and does not overlap, shares a row.
struct Row<'a> {
    words: &'a str,
    /// What was drawn last in it ends there.
    free_from: i64,
    /// The first of it, over which the words stand.
    first: usize,
    things: usize,
}

/// How many seconds the picture of several lanes shows.
pub(crate) fn span<'a>(things: impl Iterator<Item = &'a Thing>, at: Timestamp) -> i64 {
    let ages = things.filter_map(|it| it.from).map(|from| at.seconds.saturating_sub(from.seconds));
    ages.max().unwrap_or(SHORTEST).clamp(SHORTEST, LONGEST)
}

/// Draws a lane. `span`: so many seconds before now are shown.
pub(crate) fn draw(things: &[Thing], at: Timestamp, span: i64) -> Picture {
    let x = |time: Timestamp| {
        let age = at.seconds.saturating_sub(time.seconds).clamp(-span, span);
        (NOW - age.saturating_mul(NOW) / span).clamp(EDGE, WIDTH - EDGE)
    };
    let mut drawn = Vec::new();
    let mut rows: Vec<Row<'_>> = Vec::new();
    for thing in things {
        let Some(from) = thing.from else { continue };
        let start = x(from);
        let width = match thing.until {
            Until::Mark => None,
            Until::Now | Until::Then(_) if thing.is_moment => None,
            Until::Now => Some((NOW - start).max(4)),
            Until::Then(end) => Some((x(end) - start).max(4)),
        };
        let place = rows.iter().position(|it| it.words == thing.words && it.free_from <= start);
        let place = place.unwrap_or_else(|| {
            rows.push(Row { words: &thing.words, free_from: start, first: drawn.len(), things: 0 });
            rows.len() - 1
        });
        let row = &mut rows[place];
        (row.free_from, row.things) = (start + width.unwrap_or_default(), row.things + 1);
        let y = i64::try_from(place).unwrap_or_default() * ROW;
        drawn.push(Drawn { words: String::new(), x: start, width, y: y + 22, text_y: y + 16 });
    }
    for Row { words, first, things, free_from: _ } in &rows {
        drawn[*first].words = if *things == 1 { (*words).to_owned() } else { format!("{words} ({things})") };
    }
    let height = i64::try_from(rows.len()).unwrap_or_default() * ROW + 28;
    Picture { drawn, height, now: NOW }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    fn thing(from: i64, until: Until) -> Thing {
        Thing { words: String::new(), from: Some(at(from)), until, is_moment: false }
    }

    #[test]
    fn a_stay_that_goes_on_reaches_now_and_nothing_leaves_the_picture() {
        let now = at(100 * 86_400);
        let things = [
            thing(90 * 86_400, Until::Now),
            thing(90 * 86_400, Until::Then(at(95 * 86_400))),
            thing(99 * 86_400, Until::Mark),
            thing(-900 * 86_400, Until::Then(at(300 * 86_400))),
        ];
        let span = span(things.iter(), now);
        assert_eq!(span, LONGEST, "not longer than it can be read");
        let picture = draw(&things, now, span);
        let ends: Vec<_> = picture.drawn.iter().map(|it| it.x + it.width.unwrap_or_default()).collect();
        assert_eq!(ends[0], NOW);
        assert!(ends[1] < NOW && picture.drawn[2].width.is_none());
        assert!(picture.drawn.iter().all(|it| (0..=WIDTH).contains(&it.x)));
        assert!(ends.iter().all(|it| (0..=WIDTH).contains(it)));
    }

    #[test]
    fn many_of_one_kind_share_a_row_and_its_words_until_they_overlap() {
        let now = at(100 * 86_400);
        let thing = |words: &str, from: i64, until, is_moment| Thing {
            words: words.to_owned(),
            from: Some(at(from * 86_400)),
            until,
            is_moment,
        };
        let contacts = (60..90).map(|day| thing("contact", day, Until::Now, true));
        let stays =
            [(60, 65), (65, 70), (68, 72)].map(|(from, end)| thing("ward", from, Until::Then(at(end * 86_400)), false));
        let things: Vec<_> = contacts.chain(stays).collect();
        let picture = draw(&things, now, span(things.iter(), now));
        let labels: Vec<_> = picture.drawn.iter().filter(|it| !it.words.is_empty()).collect();
        let labels: Vec<_> = labels.iter().map(|it| (it.words.as_str(), it.y / ROW)).collect();
        assert_eq!(labels, [("contact (30)", 0), ("ward (2)", 1), ("ward", 2)]);
        assert!(picture.drawn.iter().take(30).all(|it| it.width.is_none()), "a contact is a mark, closed or not");
        assert_eq!(picture.height, 3 * ROW + 28);
    }
}
