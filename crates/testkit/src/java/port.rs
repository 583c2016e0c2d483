//! Ports for programs that need the number before they listen.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpSocket;

/// A free port of 127.0.0.1, held for the program as long as this lives.
///
/// The port is bound and never listens. So Java may bind the same port again and again, and the kernel gives it to
/// nobody who asks for any free port, nor to the near end of a connection, not even while the program is dead.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _held: TcpSocket,
}

impl Port {
    /// One that nobody has.
    pub fn free() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        Ok(Self { number: socket.local_addr()?.port(), _held: socket })
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_held_port_is_for_those_who_ask_to_share_it() {
        let port = Port::free().unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port.number()));
        let other = TcpSocket::new_v4().unwrap();
        assert_eq!(other.bind(address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        // As Java does, the standard library shares an address on which nobody listens.
        for _ in 0..2 {
            drop(TcpListener::bind(address).unwrap());
        }
    }
}
