//! Links that can be cut, silenced and slowed: a process connects to a port of this machine, and its bytes are forwarded to
//! another port or to a unix socket, as long as the link allows it.

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// Where links live: a thread that carries what all of them carry. Dropped, every link of it is gone.
#[derive(Debug)]
pub struct Proxies(Runtime);

/// What a link does with the bytes sent over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Carries it.
    Open,
    /// Connections end, and new ones end at once.
    Cut,
    /// Connections stay open, and nothing comes through, as while lost packets have not been sent again.
    Silent,
    /// What is sent arrives, and no answer comes back.
    Unanswered,
    /// Each piece of at most 16 KiB takes so long.
    Slow(Duration),
}

/// To where a link leads.
#[derive(Clone, Debug)]
pub enum To {
    /// A port of this machine.
    Port(u16),
    /// A unix socket.
    Unix(PathBuf),
}

/// One link. Dropped, nobody listens there any more.
#[derive(Debug)]
pub struct Link {
    port: u16,
    state: Sender<State>,
    listening: JoinHandle<()>,
}

const PIECE: usize = 16 << 10;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

impl Proxies {
    /// Without links yet.
    pub fn start() -> io::Result<Self> {
        Builder::new_multi_thread().worker_threads(1).thread_name("proxies").enable_all().build().map(Self)
    }

    /// A link from a free port, open.
    pub fn link(&self, to: To) -> io::Result<Link> {
        let listener = self.0.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let port = listener.local_addr()?.port();
        let (state, seen) = channel(State::Open);
        let listening = self.0.spawn(listen(listener, to, seen));
        Ok(Link { port, state, listening })
    }
}

impl Link {
    /// Where to connect instead.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on.
    pub fn set(&self, state: State) {
        self.state.send_replace(state);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, to: To, state: Receiver<State>) {
    loop {
        match listener.accept().await {
            Ok((near, _)) => drop(tokio::spawn(carry(near, to.clone(), state.clone()))),
            // Out of file handles: others must end first.
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Until one end closes, or the link is cut or gone.
async fn carry(near: TcpStream, to: To, state: Receiver<State>) {
    let mut cut = state.clone();
    tokio::select! {
        biased;
        _ = cut.wait_for(|state| *state == State::Cut) => {}
        _ = both_ways(near, to, state) => {}
    }
}

async fn both_ways(near: TcpStream, to: To, mut state: Receiver<State>) -> io::Result<()> {
    passes(&mut state, false).await?;
    near.set_nodelay(true)?;
    let far: Box<dyn Stream> = match to {
        To::Port(port) => {
            let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
            stream.set_nodelay(true)?;
            Box::new(stream)
        }
        To::Unix(path) => Box::new(UnixStream::connect(path).await?),
    };
    let (near_out, near_in) = tokio::io::split(near);
    let (far_out, far_in) = tokio::io::split(far);
    tokio::try_join!(pump(near_out, far_in, state.clone(), false), pump(far_out, near_in, state, true)).map(drop)
}

async fn pump<A: Stream, B: Stream>(
    mut from: ReadHalf<A>,
    mut to: WriteHalf<B>,
    mut state: Receiver<State>,
    answers: bool,
) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let read = from.read(&mut piece).await?;
        let slow = passes(&mut state, answers).await?;
        if read == 0 {
            return to.shutdown().await;
        }
        if let Some(slow) = slow {
            sleep(slow).await;
        }
        to.write_all(&piece[..read]).await?;
    }
}

/// Waits until something comes through; how long it takes then.
async fn passes(state: &mut Receiver<State>, answers: bool) -> io::Result<Option<Duration>> {
    let gone = |_| io::Error::from(io::ErrorKind::ConnectionReset);
    let held = |it: &State| *it == State::Silent || (answers && *it == State::Unanswered);
    let state = *state.wait_for(|state| !held(state)).await.map_err(gone)?;
    Ok(if let State::Slow(slow) = state { Some(slow) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net;

    /// Echoes what it receives.
    fn echo() -> u16 {
        let listener = net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::spawn(move || {
                    let mut out = stream.try_clone().unwrap();
                    let _ = io::copy(&mut &stream, &mut out);
                });
            }
        });
        port
    }

    fn connect(link: &Link) -> net::TcpStream {
        let stream = net::TcpStream::connect(("127.0.0.1", link.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        stream
    }

    fn received(stream: &mut net::TcpStream) -> io::Result<u8> {
        let mut byte = [0];
        stream.read_exact(&mut byte).map(|()| byte[0])
    }

    #[test]
    fn a_link_carries_is_silent_is_slow_and_is_cut() {
        let proxies = Proxies::start().unwrap();
        let link = proxies.link(To::Port(echo())).unwrap();
        let mut stream = connect(&link);
        stream.write_all(b"a").unwrap();
        assert_eq!(received(&mut stream).unwrap(), b'a');

        link.set(State::Silent);
        stream.write_all(b"b").unwrap();
        assert_eq!(received(&mut stream).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        // Nothing is lost.
        link.set(State::Slow(Duration::from_millis(20)));
        stream.set_read_timeout(None).unwrap();
        assert_eq!(received(&mut stream).unwrap(), b'b');

        link.set(State::Cut);
        assert!(received(&mut stream).is_err(), "it ended");
        assert!(received(&mut connect(&link)).is_err(), "and nobody gets through");
        link.set(State::Open);
        let mut stream = connect(&link);
        stream.write_all(b"c").unwrap();
        assert_eq!(received(&mut stream).unwrap(), b'c');
    }
}
