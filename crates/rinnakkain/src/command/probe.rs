//! `rinnakkain probe URL`: for a container that has no other program to ask with.

use anyhow::{Context, bail, ensure};
use clap::Args;
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A probe that waits for longer is answered already.
const PATIENCE: Duration = Duration::from_secs(4);
/// More is not read.
const MOST: u64 = 4096;

/// Asks by HTTP whether a role is alive or ready: done if the answer is 200, failed if not.
#[derive(Args)]
pub struct Probe {
    /// Where, such as <http://127.0.0.1:8081/readyz>
    url: String,
}

impl Probe {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let rest = self.url.strip_prefix("http://").context("write the URL as http://HOST:PORT/PATH")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        match timeout(PATIENCE, ask(host, path)).await {
            Ok(asked) => asked.with_context(|| format!("{host} cannot be asked")).map(|()| ExitCode::SUCCESS),
            Err(_) => bail!("{host} does not answer within {} s", PATIENCE.as_secs()),
        }
    }
}

async fn ask(host: &str, path: &str) -> anyhow::Result<()> {
    let mut connection = TcpStream::connect(host).await?;
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    connection.take(MOST).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or_default();
    // The body has the reason.
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body.trim());
    ensure!(status == "200", "{status} {body}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn only_200_is_done() {
        for (answer, done) in [("200 OK", true), ("503 Service Unavailable", false), ("", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}/readyz", listener.local_addr().unwrap());
            let answering = tokio::spawn(async move {
                let (mut connection, _) = listener.accept().await.unwrap();
                let mut asked = [0; 256];
                let length = connection.read(&mut asked).await.unwrap();
                connection.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await.unwrap();
                String::from_utf8_lossy(&asked[..length]).into_owned()
            });
            assert_eq!(Probe { url }.run().await.is_ok(), done, "{answer}");
            assert!(answering.await.unwrap().starts_with("GET /readyz HTTP/1.1\r\n"));
        }
        // No program listens there.
        assert!(Probe { url: "http://127.0.0.1:9/".into() }.run().await.is_err());
        assert!(Probe { url: "127.0.0.1:9".into() }.run().await.is_err());
    }
}
