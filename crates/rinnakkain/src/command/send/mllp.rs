//! HL7 v2 over one MLLP connection: a message, its answer, the next.

use super::{Answer, Answers, Encoding};
use crate::command::input::{hl7_messages, read};
use crate::tls;
use adapter::hl7v2::mllp::{Frame, Mllp};
use anyhow::{Context, anyhow, bail};
use bytes::{Bytes, BytesMut};
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_util::codec::{Decoder, Encoder};

/// Longer than the service holds a message that it cannot store.
const PATIENCE: Duration = Duration::from_mins(1);

pub async fn send(
    files: &[PathBuf],
    to: &str,
    tls: &tls::Client,
    encoding: Option<Encoding>,
    answers: &mut Answers,
) -> anyhow::Result<()> {
    let (secure, host, port) = place(to).with_context(|| format!("{to}: write HOST:PORT, or mllps://HOST:PORT"))?;
    let stream = tls.connect(to, secure, host, port, b"").await?;
    let mut connection = Connection { stream, codec: Mllp::default(), buffer: BytesMut::new(), before: String::new() };
    for file in files {
        let name = file.display().to_string();
        let messages = hl7_messages(&read(file)?);
        if messages.is_empty() {
            bail!("{name}: no line begins with MSH");
        }
        for (n, message) in messages.into_iter().enumerate() {
            let number = n + 1;
            let message = encoding.map_or_else(|| Ok(message.clone()), |encoding| encoded(&message, encoding));
            let message = message.with_context(|| format!("{name}, message {number}"))?;
            let answered = timeout(PATIENCE, connection.exchange(message.into())).await;
            let answered = answered
                .map_err(|_| anyhow!("no answer within {} s", PATIENCE.as_secs()))
                .and_then(|answered| answered);
            let answered = answered.map_err(|error| tls::refusal(&*error).map_or(error, anyhow::Error::msg));
            let answered =
                answered.with_context(|| format!("{name}, message {number}: it is not known to be stored"))?;
            answers.add(Answer { file: name.clone(), number, ..answer(&answered) })?;
        }
    }
    Ok(())
}

/// Whether over TLS, the host, the port.
fn place(to: &str) -> Option<(bool, &str, u16)> {
    let (secure, authority) = match to.split_once("://") {
        None | Some(("mllp", _)) => (false, to.trim_start_matches("mllp://")),
        Some(("mllps", authority)) => (true, authority),
        Some(_) => return None,
    };
    let (host, port) = authority.rsplit_once(':')?;
    Some((secure, host, port.parse().ok()?)).filter(|_| !host.is_empty())
}

struct Connection {
    stream: tls::Connection,
    codec: Mllp,
    buffer: BytesMut,
    /// MSH-10 of the previous message: in enhanced mode its second answer may still come.
    before: String,
}

impl Connection {
    async fn exchange(&mut self, message: Bytes) -> anyhow::Result<Bytes> {
        let mut wire = BytesMut::new();
        let id = message_id(&message);
        let before = std::mem::replace(&mut self.before, id.clone());
        self.codec.encode(message, &mut wire)?;
        self.stream.write_all(&wire).await?;
        self.stream.flush().await?;
        loop {
            match self.codec.decode(&mut self.buffer)? {
                Some(Frame::Message(answered)) if before != id && answer(&answered).id == before => {}
                Some(Frame::Message(answered)) => return Ok(answered),
                Some(Frame::Broken(_)) => bail!("the answer is not an MLLP frame"),
                None if self.stream.read_buf(&mut self.buffer).await? == 0 => {
                    bail!("the connection was closed without an answer")
                }
                None => {}
            }
        }
    }
}

/// MSH-10.
fn message_id(message: &[u8]) -> String {
    let header = message.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let separator = header.get(3).copied().unwrap_or(b'|');
    String::from_utf8_lossy(header.split(|byte| *byte == separator).nth(9).unwrap_or_default()).into_owned()
}

/// A file's text, whether UTF-8 or ISO 8859-1, in `encoding`.
fn encoded(message: &[u8], encoding: Encoding) -> anyhow::Result<Vec<u8>> {
    let text = match std::str::from_utf8(message) {
        Ok(text) => text.to_owned(),
        Err(_) => message.iter().copied().map(char::from).collect(),
    };
    match encoding {
        Encoding::Utf8 => Ok(text.into_bytes()),
        Encoding::Latin1 => {
            let byte = |c: char| u8::try_from(u32::from(c)).context("a character that ISO 8859-1 does not have");
            text.chars().map(byte).collect()
        }
    }
}

/// MSA and the first ERR of an answer. Before HL7 2.5 ERR has only ERR-1: segment, sequence, field, and the code with its
/// text as subcomponents; the text for a person is MSA-3.
fn answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let field = text.as_bytes().get(3).copied().map_or('|', char::from);
    let component = text.as_bytes().get(4).copied().map_or('^', char::from);
    let subcomponent = text.as_bytes().get(7).copied().map_or('&', char::from);
    let segment = |name: &str| {
        let line = text.split('\r').find(|line| line.starts_with(name)).unwrap_or_default();
        line.split(field).map(str::to_owned).collect::<Vec<_>>()
    };
    let (msa, err) = (segment("MSA"), segment("ERR"));
    let of = |segment: &[String], n: usize| segment.get(n).cloned().unwrap_or_default();
    let part = |field: &str, n: usize| field.split(component).nth(n).unwrap_or_default().to_owned();
    let (location, old) = (of(&err, 2), of(&err, 1));
    let place = if old.is_empty() {
        [part(&location, 0), part(&location, 2), part(&location, 4)]
    } else {
        [part(&old, 0), part(&old, 2), String::new()]
    };
    let first = |field: &str| field.split(subcomponent).next().unwrap_or_default().to_owned();
    let or = |text: String, other: String| if text.is_empty() { other } else { text };
    let place = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    let outcome = of(&msa, 1);
    Answer {
        file: String::new(),
        number: 0,
        accepted: matches!(outcome.as_str(), "AA" | "CA"),
        outcome,
        id: of(&msa, 2),
        code: or(part(&of(&err, 3), 0), first(&part(&old, 3))),
        place,
        text: or(of(&err, 8), of(&msa, 3)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_shows_whether_it_is_reached_over_tls() {
        assert_eq!(place("kys.example:2575"), Some((false, "kys.example", 2575)));
        assert_eq!(place("mllp://[::1]:1"), Some((false, "[::1]", 1)));
        assert_eq!(place("mllps://kys.example:2575"), Some((true, "kys.example", 2575)));
        for wrong in ["kys.example", "https://kys.example:1", ":1", "mllps://kys.example", "kys.example:x"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn letters_are_sent_as_asked() {
        assert_eq!(encoded("å€".as_bytes(), Encoding::Utf8).unwrap(), "å€".as_bytes());
        assert_eq!(encoded(b"\xE5", Encoding::Utf8).unwrap(), "å".as_bytes());
        assert_eq!(encoded("å".as_bytes(), Encoding::Latin1).unwrap(), b"\xE5");
        assert!(encoded("€".as_bytes(), Encoding::Latin1).is_err());
    }

    #[test]
    fn an_answer_has_code_and_place() {
        let read = answer(b"MSH|^~\\&|A\rMSA|AE|17|why\rERR||PID^1^3|101^Required field missing^HL70357|E||||why\r");
        assert_eq!((read.accepted, read.outcome.as_str(), read.id.as_str()), (false, "AE", "17"));
        assert_eq!((read.code.as_str(), read.place.as_str(), read.text.as_str()), ("101", "PID-3", "why"));
        let before_2_5 = answer(b"MSH|^~\\&|A\rMSA|AE|17|why\rERR|PID^1^3^101&Required field missing&HL70357\r");
        assert_eq!((before_2_5.code.as_str(), before_2_5.place.as_str()), ("101", "PID-3"));
        assert_eq!(before_2_5.text, "why");
        assert!(answer(b"MSH|^~\\&|A\rMSA|AA|17\r").accepted);
    }
}
