//! Bad tokens, each refused for its own reason. The attacks are those of RFC 8725, RFC 9068 4 and RFC 8705, and faults
//! that libraries have had.

use super::TokenRefused::{
    self, Algorithm, Audience, Certificate, Critical, Expired, Issuer, Malformed, NotYet, Party, Signature, Times,
    Type, UnknownKey,
};
use super::access_token::{AccessToken, Expected};
use super::{Keys, signature};
use crate::sample::at;
use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://id.example/realms/county";
const OWN: [u8; 32] = [7; 32];

/// An identity provider with an elliptic key (`e1`), an RSA key for any of its algorithms (`r1`), one for RS256 alone (`r2`)
/// and one that encrypts (`x1`); and somebody else with keys of their own.
pub(crate) struct Provider {
    ec: Vec<u8>,
    other: Vec<u8>,
    rsa: RsaKeyPair,
}

impl Provider {
    pub(crate) fn new() -> Self {
        signature::install();
        let key = || EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let rsa = RsaKeyPair::from_pkcs8(include_bytes!("made_up_rsa.der")).unwrap();
        Self { ec: key().as_ref().to_vec(), other: key().as_ref().to_vec(), rsa }
    }

    pub(crate) fn key_set(&self) -> Vec<u8> {
        let with = |mut key: Value, id: &str, more: Value| {
            key["kid"] = json!(id);
            key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            key
        };
        let ec = ec_key(&self.ec);
        let RsaPublicKeyComponents::<Vec<u8>> { n, e } = self.rsa.public().into();
        let rsa = json!({"kty": "RSA", "n": b64(n), "e": b64(e)});
        let keys = json!({"keys": [
            with(ec.clone(), "e1", json!({"use": "sig", "alg": "ES256"})),
            with(ec.clone(), "x1", json!({"use": "enc"})),
            with(rsa.clone(), "r1", json!({})),
            with(rsa, "r2", json!({"alg": "RS256", "key_ops": ["verify"]})),
            {"kty": "oct", "kid": "s1", "k": b64(b"secret")},
        ]});
        serde_json::to_vec(&keys).unwrap()
    }

    pub(crate) fn keys(&self) -> Keys {
        Keys::of_key_set(&self.key_set()).unwrap()
    }

    /// Signed with ES256 by `e1`.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.signed(&header().to_string(), &claims.to_string())
    }

    fn signed(&self, header: &str, claims: &str) -> String {
        sign(header, claims, |message| ec(&self.ec, &ECDSA_P256_SHA256_FIXED_SIGNING, message))
    }

    fn others(&self, header: &Value) -> String {
        sign(&header.to_string(), &claims().to_string(), |message| {
            ec(&self.other, &ECDSA_P256_SHA256_FIXED_SIGNING, message)
        })
    }

    fn rsa(&self, algorithm: &str, kid: &str, encoding: &'static dyn RsaEncoding) -> String {
        let header = json!({"typ": "at+jwt", "alg": algorithm, "kid": kid});
        sign(&header.to_string(), &claims().to_string(), |message| {
            let mut signature = vec![0; self.rsa.public().modulus_len()];
            self.rsa.sign(encoding, &SystemRandom::new(), message, &mut signature).unwrap();
            signature
        })
    }

    fn hmac(secret: &[u8], kid: &str) -> String {
        let header = json!({"typ": "at+jwt", "alg": "HS256", "kid": kid}).to_string();
        sign(&header, &claims().to_string(), |message| {
            let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
            ring::hmac::sign(&key, message).as_ref().to_vec()
        })
    }
}

fn ec(pkcs8: &[u8], algorithm: &'static EcdsaSigningAlgorithm, message: &[u8]) -> Vec<u8> {
    let key = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, &SystemRandom::new()).unwrap();
    key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
}

fn ec_key(pkcs8: &[u8]) -> Value {
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new()).unwrap();
    let point = key.public_key().as_ref();
    json!({"kty": "EC", "crv": "P-256", "x": b64(&point[1..33]), "y": b64(&point[33..])})
}

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn sign(header: &str, claims: &str, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", b64(header), b64(claims));
    let signature = b64(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn seconds() -> i64 {
    at(0).as_micros() / 1_000_000
}

fn header() -> Value {
    json!({"typ": "at+jwt", "alg": "ES256", "kid": "e1"})
}

/// Of a system, issued a minute ago, for five minutes.
pub(crate) fn claims() -> Value {
    let now = seconds();
    json!({"iss": ISSUER, "aud": "rinnakkain", "sub": "service-1", "azp": "duty-system", "client_id": "duty-system",
        "iat": now - 60, "exp": now + 240, "jti": "1"})
}

fn verify(token: &str, keys: &Keys, certificate: Option<[u8; 32]>) -> Result<AccessToken, TokenRefused> {
    let expected = Expected { issuer: ISSUER.into(), audience: "rinnakkain".into() };
    AccessToken::verify(token.as_bytes(), keys, &expected, at(0), certificate)
}

/// With one member changed; `null`: without it.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
        value => object[name] = value,
    }
    object
}

#[test]
fn what_the_provider_signs_for_this_service_is_believed() {
    let provider = Provider::new();
    let keys = provider.keys();
    let claim = |name: &str, value: Value| provider.token(&with(claims(), name, value));
    for (token, certificate) in [
        (provider.token(&claims()), None),
        (provider.rsa("RS256", "r1", &RSA_PKCS1_SHA256), None),
        (provider.rsa("PS256", "r1", &RSA_PSS_SHA256), None),
        (provider.rsa("RS256", "r2", &RSA_PKCS1_SHA256), None),
        (provider.signed(&with(header(), "typ", json!("application/AT+JWT")).to_string(), &claims().to_string()), None),
        (
            provider.signed(&with(header(), "jku", json!("https://evil.example")).to_string(), &claims().to_string()),
            None,
        ),
        (claim("aud", json!(["rinnakkain"])), None),
        (claim("nbf", json!(seconds() + 59)), None),
        (claim("iat", json!(seconds() + 59)), None),
        (claim("exp", json!(seconds() + 1)), None),
        (claim("client_id", Value::Null), None),
        (claim("cnf", json!({"x5t#S256": b64(OWN)})), Some(OWN)),
    ] {
        assert_eq!(verify(&token, &keys, certificate).map(|it| it.azp).as_deref(), Ok("duty-system"));
    }
}

#[test]
fn every_bad_token_is_refused_for_its_own_reason() {
    let provider = Provider::new();
    let keys = provider.keys();
    let good = provider.token(&claims());
    let [head, body, mark] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let heads =
        |name: &str, value: Value| provider.signed(&with(header(), name, value).to_string(), &claims().to_string());
    let claim = |name: &str, value: Value| provider.token(&with(claims(), name, value));
    let texts = |header: &str, claims: &str| provider.signed(header, claims);
    let unsigned = |header: Value| sign(&header.to_string(), &claims().to_string(), |_| Vec::new());
    let twice = |text: &str, more: &str| text.replacen('{', &format!("{{{more},"), 1);
    let (own_header, own_claims) = (header().to_string(), claims().to_string());
    let (now, key_set) = (seconds(), provider.key_set());
    let point = serde_json::from_slice::<Value>(&key_set).unwrap()["keys"][0].clone();
    let other_certificate = json!({"x5t#S256": b64([8; 32])});
    let table = [
        ("no JWT", "made-up-token".to_owned(), Malformed),
        ("two parts", format!("{head}.{body}"), Malformed),
        ("four parts", format!("{good}.{mark}"), Malformed),
        ("five parts, as of an encrypted one", format!("{good}.{mark}.{mark}"), Malformed),
        ("padded base64", format!("{}=.{body}.{mark}", URL_SAFE.encode(own_header.as_bytes())), Malformed),
        ("header is no JSON", texts("typ", &own_claims), Malformed),
        ("header is a list", texts("[]", &own_claims), Malformed),
        ("claims are no JSON", texts(&own_header, "iss"), Malformed),
        ("something behind the claims", texts(&own_header, &format!("{own_claims} {{}}")), Malformed),
        ("alg none, unsigned", unsigned(with(header(), "alg", json!("none"))), Algorithm),
        ("alg NoNe, unsigned", unsigned(with(header(), "alg", json!("NoNe"))), Algorithm),
        ("alg none, signed", heads("alg", json!("none")), Algorithm),
        ("no alg", heads("alg", Value::Null), Algorithm),
        ("alg is a list", heads("alg", json!(["ES256"])), Algorithm),
        ("HS256 with the key set as the secret", Provider::hmac(&key_set, "e1"), Algorithm),
        ("HS256 with the public key as the secret", Provider::hmac(point.to_string().as_bytes(), "e1"), Algorithm),
        ("HS256 with the modulus as the secret", Provider::hmac(&[1; 256], "r1"), Algorithm),
        ("HS256 with a published secret", Provider::hmac(b"secret", "s1"), UnknownKey),
        ("ES384", heads("alg", json!("ES384")), Algorithm),
        ("EdDSA", heads("alg", json!("EdDSA")), Algorithm),
        ("ES256K", heads("alg", json!("ES256K")), Algorithm),
        ("RS512", provider.rsa("RS512", "r1", &RSA_PKCS1_SHA512), Algorithm),
        ("PS256 by a key for RS256 alone", provider.rsa("PS256", "r2", &RSA_PSS_SHA256), Algorithm),
        ("RS256 by an elliptic key", provider.rsa("RS256", "e1", &RSA_PKCS1_SHA256), Algorithm),
        ("ES256 by an RSA key", heads("kid", json!("r1")), Algorithm),
        ("PS256 that is RS256", provider.rsa("PS256", "r1", &RSA_PKCS1_SHA256), Signature),
        ("unknown kid", heads("kid", json!("e9")), UnknownKey),
        ("no kid", heads("kid", Value::Null), UnknownKey),
        ("kid is a path", heads("kid", json!("../e1")), UnknownKey),
        ("kid of a key that encrypts", heads("kid", json!("x1")), UnknownKey),
        ("an ID token's type", heads("typ", json!("JWT")), Type),
        ("a logout token's type", heads("typ", json!("logout+jwt")), Type),
        ("no type", heads("typ", Value::Null), Type),
        ("crit", heads("crit", json!(["exp"])), Critical),
        (
            "crit with b64",
            texts(&with(with(header(), "crit", json!(["b64"])), "b64", json!(false)).to_string(), &own_claims),
            Critical,
        ),
        ("another key, embedded", provider.others(&with(header(), "jwk", ec_key(&provider.other))), Signature),
        ("another key, by jku", provider.others(&with(header(), "jku", json!("https://evil.example/jwks"))), Signature),
        ("another key, by x5u", provider.others(&with(header(), "x5u", json!("https://evil.example/pem"))), Signature),
        ("another key, by x5c", provider.others(&with(header(), "x5c", json!(["AAAA"]))), Signature),
        (
            "another key, of a new kid",
            provider.others(&with(with(header(), "kid", json!("e9")), "jwk", ec_key(&provider.other))),
            UnknownKey,
        ),
        ("no signature", format!("{head}.{body}."), Signature),
        ("signature cut", format!("{head}.{body}.{}", &mark[..80]), Signature),
        ("signature of zeros (CVE-2022-21449)", format!("{head}.{body}.{}", b64([0; 64])), Signature),
        (
            "signature in DER",
            sign(&own_header, &own_claims, |it| ec(&provider.ec, &ECDSA_P256_SHA256_ASN1_SIGNING, it)),
            Signature,
        ),
        (
            "claims of another token",
            format!("{head}.{}.{mark}", b64(with(claims(), "azp", json!("other")).to_string())),
            Signature,
        ),
        ("another issuer", claim("iss", json!("https://id.example/realms/other")), Issuer),
        ("the issuer with a slash", claim("iss", json!(format!("{ISSUER}/"))), Issuer),
        ("a list of issuers", claim("iss", json!([ISSUER, "https://evil.example"])), Issuer),
        ("no issuer", claim("iss", Value::Null), Issuer),
        ("another audience", claim("aud", json!("account")), Audience),
        ("another audience too", claim("aud", json!(["rinnakkain", "account"])), Audience),
        ("an empty list of audiences", claim("aud", json!([])), Audience),
        ("no audience", claim("aud", Value::Null), Audience),
        ("expired a minute ago", claim("exp", json!(now - 60)), Expired),
        ("expires now", claim("exp", json!(now)), Expired),
        ("exp is a text (CVE-2026-25537)", claim("exp", json!((now + 240).to_string())), Times),
        ("exp is no whole number", claim("exp", json!(1.0e300)), Times),
        ("no exp", claim("exp", Value::Null), Times),
        ("no iat", claim("iat", Value::Null), Times),
        ("lives for a day", claim("exp", json!(now + 86_400)), Times),
        ("nbf is a text", claim("nbf", json!("0")), Times),
        ("nbf in two minutes", claim("nbf", json!(now + 120)), NotYet),
        ("iat in two minutes", claim("iat", json!(now + 120)), NotYet),
        ("no azp", claim("azp", Value::Null), Party),
        ("azp is empty", claim("azp", json!("")), Party),
        ("azp is a list", claim("azp", json!(["duty-system"])), Party),
        ("another client_id", claim("client_id", json!("other")), Party),
        ("no sub", claim("sub", Value::Null), Party),
        ("iss stands twice", texts(&own_header, &twice(&own_claims, r#""iss":"https://evil.example""#)), Malformed),
        ("azp stands twice", texts(&own_header, &twice(&own_claims, r#""azp":"other""#)), Malformed),
        ("alg stands twice", texts(&twice(&own_header, r#""alg":"none""#), &own_claims), Malformed),
        ("kid stands twice, once escaped", texts(&twice(&own_header, r#""\u006bid":"e9""#), &own_claims), Malformed),
        ("bound to another certificate", claim("cnf", other_certificate), Certificate),
        ("bound in a way not understood", claim("cnf", json!({"jkt": b64(OWN)})), Certificate),
        ("bound in two ways", claim("cnf", json!({"x5t#S256": b64(OWN), "jkt": b64(OWN)})), Certificate),
        ("bound to nothing", claim("cnf", json!({})), Certificate),
    ];
    assert!(table.len() >= 40);
    for (name, token, why) in table {
        assert_eq!(verify(&token, &keys, Some(OWN)).err(), Some(why), "{name}");
    }
    let bound = claim("cnf", json!({"x5t#S256": b64(OWN)}));
    assert_eq!(verify(&bound, &keys, None).err(), Some(Certificate), "a bound token without a certificate");
    assert_eq!(verify(&good, &Keys::default(), None).err(), Some(UnknownKey), "before the keys are known");
}

#[test]
fn a_key_set_whose_keys_cannot_be_distinguished_is_refused() {
    use super::KeysError;
    let of = |text: &str| Keys::of_key_set(text.as_bytes()).err();
    let key = ec_key(&Provider::new().ec).to_string().replacen('{', r#"{"kid":"1","#, 1);
    assert_eq!(of(&format!(r#"{{"keys":[{key}]}}"#)), None);
    assert_eq!(of(&format!(r#"{{"keys":[{key},{key}]}}"#)), Some(KeysError::SameId));
    assert_eq!(of(r#"{"keys":[]}"#), Some(KeysError::None));
    assert_eq!(of(r#"{"keys":[{"kty":"oct","kid":"1","k":"AAAA"}]}"#), Some(KeysError::None));
    for text in ["", "[]", r#"{"keys":1}"#, r#"{"keys":[],"keys":[]}"#] {
        assert_eq!(of(text), Some(KeysError::NoKeySet), "{text}");
    }
}
