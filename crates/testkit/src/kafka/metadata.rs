//! Asks a broker, in Kafka's own protocol, which brokers it knows to be alive.
//!
//! A port that accepts connections is not yet a broker that answers; one that has answered this has joined the cluster.
//! A few dozen bytes by hand, so that no Kafka client is needed here.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

pub(super) const METADATA: i16 = 3;
/// The first in which one can ask about no topic.
pub(super) const VERSION: i16 = 1;
const NO_TOPIC: i32 = 0;
const PATIENCE: Duration = Duration::from_secs(2);
/// More than any answer to what is asked here.
const LONGEST: usize = 1 << 20;

/// The node ids of the brokers that are alive, as the broker at `port` sees it.
pub(super) fn brokers(port: u16) -> io::Result<Vec<i32>> {
    nodes(&mut request(port, METADATA, VERSION, &NO_TOPIC.to_be_bytes())?.as_slice())
}

/// The first part of the answer.
pub(super) fn nodes(rest: &mut &[u8]) -> io::Result<Vec<i32>> {
    Ok(addresses(rest)?.into_iter().map(|(node, _)| node).collect())
}

/// The addresses that the broker at `port` gives to clients.
#[cfg(test)]
pub(super) fn ports(port: u16) -> io::Result<std::collections::BTreeSet<u16>> {
    let known = addresses(&mut request(port, METADATA, VERSION, &NO_TOPIC.to_be_bytes())?.as_slice())?;
    known.into_iter().map(|(_, port)| port.try_into().map_err(io::Error::other)).collect()
}

/// Each node with its port.
fn addresses(rest: &mut &[u8]) -> io::Result<Vec<(i32, i32)>> {
    let count = int(rest)?;
    let node = |_| {
        let (node, _host, port, _rack) = (int(rest)?, text(rest)?, int(rest)?, text(rest)?);
        Ok((node, port))
    };
    (0..count).map(node).collect()
}

/// Sends one request of a version before the compact ones; gives the body of the answer.
pub(super) fn request(port: u16, api_key: i16, version: i16, body: &[u8]) -> io::Result<Vec<u8>> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let no_client_id = (-1_i16).to_be_bytes();
    let correlation_id = 0_i32.to_be_bytes();
    let message = [&api_key.to_be_bytes(), &version.to_be_bytes(), &correlation_id[..], &no_client_id, body].concat();
    let length = i32::try_from(message.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), message.as_slice()].concat())?;

    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = usize::try_from(i32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if !(correlation_id.len()..=LONGEST).contains(&length) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut answer = vec![0; length];
    stream.read_exact(&mut answer)?;
    Ok(answer.split_off(correlation_id.len()))
}

pub(super) fn int(rest: &mut &[u8]) -> io::Result<i32> {
    let mut bytes = [0; 4];
    rest.read_exact(&mut bytes)?;
    Ok(i32::from_be_bytes(bytes))
}

/// A string; one that is null is empty.
pub(super) fn text(rest: &mut &[u8]) -> io::Result<String> {
    let mut length = [0; 2];
    rest.read_exact(&mut length)?;
    let length = usize::try_from(i16::from_be_bytes(length)).unwrap_or_default();
    let (text, after) = rest.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
    *rest = after;
    String::from_utf8(text.to_vec()).map_err(io::Error::other)
}
