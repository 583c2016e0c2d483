//! The signs that a message is cut at: MSH-1 and MSH-2.

use crate::rejection::{MessagePlace, RejectionCode, RejectionReason};

/// MSH-1 and MSH-2. A separator that MSH-2 leaves out is not used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Separators {
    pub(crate) field: u8,
    pub(crate) component: u8,
    pub(crate) repetition: Option<u8>,
    pub(crate) escape: Option<u8>,
    pub(crate) subcomponent: Option<u8>,
    /// HL7 2.7 and later; nothing is cut at it here.
    pub(crate) truncation: Option<u8>,
}

impl Default for Separators {
    fn default() -> Self {
        let (repetition, escape, subcomponent) = (Some(b'~'), Some(b'\\'), Some(b'&'));
        Self { field: b'|', component: b'^', repetition, escape, subcomponent, truncation: None }
    }
}

impl Separators {
    /// From a message that begins with `MSH`. Accepts any distinct printable ASCII signs.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, RejectionReason> {
        Self::read_after(b"MSH", bytes)
    }

    /// From bytes that begin with the segment `name`, which has its separators where MSH has them: FHS, BHS.
    pub(crate) fn read_after(name: &[u8], bytes: &[u8]) -> Result<Self, RejectionReason> {
        let not_hl7 = RejectionReason::new(
            RejectionCode::SegmentSequenceError,
            MessagePlace::Segment("MSH"),
            "the message does not begin with MSH",
        );
        let after = bytes.strip_prefix(name).ok_or(not_hl7)?;
        let fault = RejectionReason::data_type(
            MessagePlace::Field("MSH", 2),
            "MSH-1 and MSH-2 are not two to six distinct signs",
        );
        let (&field, rest) = after.split_first().ok_or(fault)?;
        let end = rest.iter().position(|byte| *byte == field || matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let signs = rest.get(..end).filter(|signs| (1..=5).contains(&signs.len())).ok_or(fault)?;
        let all = &after[..=end];
        // Signs that times, versions and `""` are written with cannot separate.
        let usable = |sign: &u8| sign.is_ascii_punctuation() && !b"+-.\"".contains(sign);
        let distinct = all.iter().enumerate().all(|(at, sign)| usable(sign) && !all[..at].contains(sign));
        if !distinct {
            return Err(fault);
        }
        let at = |n: usize| signs.get(n).copied();
        let (repetition, escape, subcomponent, truncation) = (at(1), at(2), at(3), at(4));
        Ok(Self { field, component: signs[0], repetition, escape, subcomponent, truncation })
    }
}

#[cfg(test)]
mod tests {
    use super::Separators;

    #[test]
    fn separators_are_those_of_msh() {
        let odd = Separators::read(b"MSH^|~\\&^X").ok().unwrap();
        assert_eq!((odd.field, odd.component), (b'^', b'|'));
        let five = Separators::read(b"MSH|^~\\&#|X").ok().unwrap();
        assert_eq!(five.subcomponent, Some(b'&'));
        let short = Separators::read(b"MSH|^|X").ok().unwrap();
        assert_eq!(short.escape, None);
        for bad in
            ["MSH", "MSH|", "MSH||A", "MSH|^^\\&|", "MSH|^~\\&#%|", "MSHA^~\\&A", "MSH|^~\\ |", "MSH+^|", "MS", "PID|1"]
        {
            assert!(Separators::read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
