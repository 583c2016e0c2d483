//! Who speaks TLS with the product: a directory of `pki dev`, and a connection.

use crate::support::BINARY;
use rcgen::{CertificateParams, DnType, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;
use testkit::county;
use testkit::edit::Edit;
use testkit::wait;

/// The client that the hospital's source is known by, and one that the authority knows too.
pub const HOSPITAL: &str = "potilas.keskussairaala.example";
pub const OTHER: &str = "muu.example";

/// A directory of `pki dev`.
pub struct Pki(pub tempfile::TempDir);

impl Pki {
    pub fn new() -> Self {
        let pki = Self(tempfile::tempdir().unwrap());
        pki.make();
        pki
    }

    /// The authority once, the others anew each time.
    pub fn make(&self) -> String {
        let clients = ["--client", HOSPITAL, "--client", OTHER];
        let made = made_by(Command::new(BINARY).args(["pki", "dev"]).arg(self.0.path()).args(clients));
        assert!(made.status.success(), "{made:?}");
        String::from_utf8(made.stdout).unwrap()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// On all three listeners; the hospital's source has its certificate.
    pub fn config(&self, more: &str) -> String {
        let source = format!("application = \"POTILAS\"\ncertificate = \"{HOSPITAL}\"");
        let mut config = county::config().edit("application = \"POTILAS\"", &source);
        for listener in ["mllp", "http", "grpc"] {
            let files = [("certificate", "server.pem"), ("key", "server-key.pem"), ("client_authority", "ca.pem")];
            let files = files.map(|(key, file)| format!("{key} = \"{}\"\n", self.file(file).display()));
            config = format!("{config}[{listener}.tls]\n{}{more}", files.concat());
        }
        config
    }

    pub fn trust(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.file("ca.pem")).unwrap()).unwrap();
        roots
    }

    /// Trusts the authority, and has the certificate of this client.
    pub fn client(&self, name: &str) -> ClientConfig {
        self.client_of(&[&rustls::version::TLS13], name)
    }

    /// The same, of a client that speaks these versions.
    pub fn client_of(&self, versions: &[&'static SupportedProtocolVersion], name: &str) -> ClientConfig {
        let (certificate, key) = (self.file(&format!("{name}.pem")), self.file(&format!("{name}-key.pem")));
        let chain = vec![CertificateDer::from_pem_file(certificate).unwrap()];
        builder_of(versions, self.trust())
            .with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(key).unwrap())
            .unwrap()
    }

    /// The authority, for what `pki dev` does not make.
    pub fn authority(&self) -> Issuer<'static, KeyPair> {
        let key = KeyPair::from_pem(&fs::read_to_string(self.file("ca-key.pem")).unwrap()).unwrap();
        let digest = Sha256::digest(key.public_key_raw());
        let digest = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, format!("Rinnakkain development authority {digest:08x}"));
        params.key_usages = vec![KeyUsagePurpose::CrlSign];
        Issuer::new(params, key)
    }

    pub fn flags(&self, client: &str) -> Vec<String> {
        let file = |name: &str| self.file(name).display().to_string();
        let (cert, key) = (file(&format!("{client}.pem")), file(&format!("{client}-key.pem")));
        ["--ca", &file("ca.pem"), "--cert", &cert, "--key", &key].map(str::to_owned).into()
    }
}

pub fn made_by(command: &mut Command) -> Output {
    wait::output(command).unwrap()
}

pub fn builder(roots: RootCertStore) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    builder_of(&[&rustls::version::TLS13], roots)
}

fn builder_of(
    versions: &[&'static SupportedProtocolVersion],
    roots: RootCertStore,
) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions);
    builder.unwrap().with_root_certificates(roots)
}

pub fn tcp(port: u16) -> TcpStream {
    let stream = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream
}

/// A connection over TLS.
pub struct Tls(pub StreamOwned<ClientConnection, TcpStream>);

impl Tls {
    /// The client's half of the handshake; whether the server took its certificate shows with the first answer.
    pub fn connect(port: u16, config: ClientConfig) -> io::Result<Self> {
        let name = ServerName::try_from("localhost").unwrap();
        let mut tls = Self(StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), tcp(port)));
        while tls.0.conn.is_handshaking() {
            tls.0.conn.complete_io(&mut tls.0.sock)?;
        }
        Ok(tls)
    }

    pub fn certificate(&self) -> Vec<u8> {
        self.0.conn.peer_certificates().unwrap()[0].to_vec()
    }

    /// An MLLP message; its answer.
    pub fn hl7(&mut self, message: &str) -> io::Result<String> {
        self.0.write_all(format!("\x0b{message}\x1c\r").as_bytes())?;
        let (mut answer, mut byte) = (Vec::new(), [0]);
        while !answer.ends_with(b"\x1c\r") {
            self.0.read_exact(&mut byte)?;
            answer.push(byte[0]);
        }
        String::from_utf8(answer).map_err(io::Error::other)
    }

    pub fn http(&mut self) -> io::Result<String> {
        self.0.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        self.0.read_to_string(&mut answer)?;
        Ok(answer)
    }
}
