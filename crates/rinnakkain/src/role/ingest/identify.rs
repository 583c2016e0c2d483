//! Which configured source sent an HL7 v2 message: by MSH-3.1 and MSH-4.1, in the bytes as they came.
//! The connection's certificate decides whether it may.

use crate::config::{IdentifiedBy, Sender};
use crate::tls::PeerCertificate;

/// The source of `message`.
pub fn sender<'s>(senders: &'s [Sender], message: &[u8]) -> Option<&'s Sender> {
    let (application, facility) = application_and_facility(message)?;
    senders.iter().find(|sender| match &sender.identified_by {
        IdentifiedBy::Header { application: expected, facility: at, .. } => {
            expected.as_bytes() == application && at.as_ref().is_none_or(|at| at.as_bytes() == facility)
        }
        IdentifiedBy::Token => false,
    })
}

/// The source that `message` claims to be of, although it may not: of another facility of its application, or (see
/// [`genuine`]) over another's connection. It may be that source's all the same, wrongly configured, so what is refused of it
/// counts against that source. Of several facilities' sources the first: no answer is "none" while one of them is in doubt.
pub fn claimed<'s>(senders: &'s [Sender], message: &[u8]) -> Option<&'s Sender> {
    sender(senders, message).or_else(|| {
        let (application, _) = application_and_facility(message)?;
        senders.iter().find(|sender| match &sender.identified_by {
            IdentifiedBy::Header { application: expected, .. } => expected.as_bytes() == application,
            IdentifiedBy::Token => false,
        })
    })
}

/// True if `message` begins as an HL7 v2 message does.
pub fn has_header(message: &[u8]) -> bool {
    application_and_facility(message).is_some()
}

/// MSH-3.1 and MSH-4.1; the field separator is the byte after `MSH`, the component separator the one after that. A batch's
/// own header has the same.
fn application_and_facility(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let message = message.trim_ascii_start();
    let message = message.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(message);
    let rest = ["MSH", "BHS", "FHS"].iter().find_map(|name| message.strip_prefix(name.as_bytes()))?;
    let (separators, rest) = rest.split_at_checked(2)?;
    let (field, component) = (separators[0], separators[1]);
    let line = rest.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    // The first is the rest of MSH-2.
    let mut fields = line.split(|byte| *byte == field).skip(1);
    let mut first_component = || {
        let value = fields.next().unwrap_or_default();
        value.split(|byte| *byte == component).next().unwrap_or_default().trim_ascii()
    };
    Some((first_component(), first_component()))
}

/// Whether the connection may speak as this source. MSH-3 and MSH-4 are the message's own claim.
pub fn genuine(sender: &Sender, peer: Option<&PeerCertificate>) -> bool {
    sender.identified_by.certificate().is_none_or(|known| peer.is_some_and(|peer| peer.is(known)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::WhenUnavailable;
    use adapter::{Format, SourceProfile};

    #[test]
    fn a_source_is_known_by_its_application_and_facility() {
        let sender = |name: &str, application: &str, facility: Option<&str>| Sender {
            source: SourceProfile::new(name, Format::Hl7v2),
            identified_by: IdentifiedBy::Header {
                application: application.to_owned(),
                facility: facility.map(str::to_owned),
                certificate: None,
            },
            token_sha256: None,
            other_token_sha256: None,
            when_unavailable: WhenUnavailable::Close,
        };
        let senders =
            [sender("a", "LIFECARE", Some("KYS")), sender("b", "LIFECARE", Some("TK")), sender("c", "MINI", None)];
        let table: [(&[u8], Option<&str>); 12] = [
            (b"MSH|^~\\&|LIFECARE|KYS|X", Some("a")),
            (b"MSH|^~\\&|LIFECARE^1.2.3^ISO|TK^4^ISO|X", Some("b")),
            (b"MSH$*~\\&$LIFECARE*1$ TK $X", Some("b")),
            (b"\xEF\xBB\xBFMSH|^~\\&|MINI|whatever", Some("c")),
            (b"MSH|^~\\&|MINI", Some("c")),
            (b"FHS|^~\\&|LIFECARE|KYS\rBHS|^~\\&|LIFECARE|TK", Some("a")),
            (b"BHS|^~\\&|LIFECARE|TK", Some("b")),
            (b"MSH|^~\\&|lifecare|KYS", None),
            (b"MSH|^~\\&|LIFECARE\rPID|KYS", None),
            (b"MSH|^~\\&|", None),
            (b"MSH", None),
            (b"", None),
        ];
        for (message, expected) in table {
            let found = super::sender(&senders, message).map(|sender| sender.source.name.as_str());
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(message));
        }
        for (message, expected) in [
            (b"MSH|^~\\&|LIFECARE|TK".as_slice(), Some("b")),
            (b"MSH|^~\\&|LIFECARE|NEW", Some("a")),
            (b"MSH|^~\\&|lifecare|KYS", None),
        ] {
            let found = claimed(&senders, message).map(|sender| sender.source.name.as_str());
            assert_eq!(found, expected, "{}", String::from_utf8_lossy(message));
        }
    }
}
