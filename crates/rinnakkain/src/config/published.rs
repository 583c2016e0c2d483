//! Tokens that everybody can read: the example's.

use super::{Config, Invalid};

/// Of `deploy/rinnakkain.toml`, which is published.
const PUBLISHED: [&str; 5] = [
    "f7baf09085d2dff318c1968e97e98817d4b5c35564fc56bc61a3b9faa51dc14d",
    "d8c5290270c60da969e397156eff49a15c542e37822d3e027541cefde5f5fca1",
    "82ef9dfb7037f0f62ea30de341f232ac3705b5c5d855383a0fd48bf21c7e7ca3",
    "2cc485c9da05d989bd33c910e9d94cc934906af47c8324c48e45b9f7f840990f",
    "6142a4b3814367d5ad15d19f28eda7e884b2caa6ba47708000377ac4b2c6420a",
];

impl Config {
    /// Who can be spoken for, or asked as, by anybody who has read the example.
    pub fn with_published_tokens(&self) -> Vec<&str> {
        let senders = self.senders.iter().flat_map(|it| it.tokens().map(|token| (it.source.name.as_str(), token)));
        let callers = self.callers.iter().filter_map(|it| Some((it.name.as_str(), it.known_by.token_sha256?)));
        let published = |(_, token): &(&str, [u8; 32])| PUBLISHED.contains(&hex::encode(token).as_str());
        senders.chain(callers).filter(published).map(|(name, _)| name).collect()
    }

    /// The same, if other machines can reach the listeners that take tokens: then nothing may be started.
    pub fn published_beyond_loopback(&self) -> Option<Invalid> {
        let names = self.with_published_tokens();
        let is_reached = [&self.http, &self.grpc].iter().any(|it| !it.at.address.ip().is_loopback());
        (is_reached && !names.is_empty()).then(|| {
            Invalid::one(format!(
                "these have the token of the published example, and other machines can reach this service: {}. Give each \
                 a token of its own: `openssl rand -hex 32` makes one, `rinnakkain hash-token` what to write in token_sha256",
                names.join(", ")
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_of_the_example_is_known_as_published_and_no_other() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/rinnakkain.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let example = Config::of_text(&text).unwrap();
        let names = ["sosiaali-saga", "terveyssosiaalityo", "sosiaalipaivystys", "saga", "kys-sosiaalityo"];
        assert_eq!(example.with_published_tokens(), names);
        assert_eq!(text.matches("\ntoken_sha256 = ").count(), names.len());
        assert!(example.published_beyond_loopback().is_none(), "a trial on the machine itself");
        let beyond =
            "[grpc]\naddress = \"0.0.0.0:50051\"\ntls_ends_elsewhere = \"I accept that TLS ends before this listener\"";
        let beyond = |text: &str| Config::of_text(&text.replace("\n[grpc]\n", &format!("\n{beyond}\n"))).unwrap();
        let problem = beyond(&text).published_beyond_loopback().unwrap().to_string();
        assert!(names.iter().all(|name| problem.contains(name)) && !problem.contains(PUBLISHED[0]), "{problem}");
        let own = PUBLISHED.iter().fold(text, |text, published| {
            // Another token each: the first digit is another.
            text.replace(
                published,
                &format!("{}{}", if published.starts_with('0') { "1" } else { "0" }, &published[1..]),
            )
        });
        assert!(beyond(&own).published_beyond_loopback().is_none());
        assert_eq!(Config::of_text(&own).unwrap().with_published_tokens(), Vec::<&str>::new());
    }
}
