//! Whom tokens and certificates name.

use super::*;
use crate::caller::{CallerKnownBy, CallersError};
use crate::token::ClaimNames;
use crate::token::vectors::{ISSUER, Provider, claims};
use care::access::{CallerSide, Task};
use quota::{KnownBy, Peer};
use std::collections::BTreeSet;

fn caller(name: &str, token: &str) -> Caller {
    let token_sha256: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    Caller {
        name: name.into(),
        side: CallerSide::Duty,
        tasks: vec![Task::DutySocialService],
        controller: None,
        sources: BTreeSet::new(),
        service_tasks: BTreeSet::new(),
        units: BTreeSet::new(),
        declares: BTreeSet::new(),
        users: Users::Asserted,
        known_by: CallerKnownBy { token_sha256: Some(token_sha256), client_id: None },
        certificate: None,
    }
}

fn asks(headers: &[&str]) -> Option<String> {
    let callers = Callers::try_new(vec![caller("a", "token-of-a"), caller("b", "token-of-b")], None).unwrap();
    let connection = crate::sample::connection(None);
    let mut metadata = MetadataMap::new();
    for header in headers {
        metadata.append("authorization", header.parse().unwrap());
    }
    let asking = crate::sample::wait(callers.authenticate(&metadata, &connection, crate::sample::at(0)));
    asking.ok().map(|asking| asking.caller.name.clone())
}

#[test]
fn only_a_registered_token_identifies_the_caller() {
    assert_eq!(asks(&["Bearer token-of-a"]).as_deref(), Some("a"));
    for same in ["bearer  token-of-b ", "BEARER token-of-b", " bEaReR \t token-of-b"] {
        assert_eq!(asks(&[same]).as_deref(), Some("b"), "{same}");
    }
    for refused in [
        &[][..],
        &["Bearer"],
        &["Bearer "],
        &["token-of-a"],
        &["Basic token-of-a"],
        &["Bearertoken-of-a"],
        &["Bearer token-of-"],
        &["Bearer Token-of-a"],
        &["Bearer token-of-a x"],
    ] {
        assert_eq!(asks(refused), None, "{refused:?}");
    }
    assert_eq!(asks(&["Bearer token-of-a", "Bearer token-of-b"]), None, "two tokens are nobody's");
    assert_eq!(asks(&[&format!("Bearer {}", "x".repeat(600))]), None);
}

#[test]
fn callers_that_cannot_be_distinguished_are_refused() {
    let of = |one, other| Callers::try_new(vec![one, other], None).err();
    assert_eq!(of(caller("a", "1"), caller("a", "2")), Some(CallersError::SameName("a".into())));
    assert_eq!(of(caller("a", "1"), caller("b", "1")), Some(CallersError::SameToken("a".into(), "b".into())));
}

const OWN: [u8; 32] = [7; 32];

/// `duty-system` is known by the provider's tokens and its certificate; `a` by a token, and names its users itself.
fn with_provider(provider: &Provider, users: Users) -> Callers {
    let names = ClaimNames {
        user: "professional_id".into(),
        name: "name".into(),
        unit: "unit".into(),
        tasks: Some("tasks".into()),
        service_tasks: None,
    };
    let (identity, feed) = IdentityProvider::new(ISSUER.into(), "rinnakkain".into(), names);
    feed.publish(Arc::new(provider.keys()));
    let duty = Caller {
        users,
        units: ["Duty".to_owned()].into(),
        known_by: CallerKnownBy { token_sha256: None, client_id: Some("duty-system".into()) },
        certificate: KnownBy::parse("own.example"),
        ..caller("duty", "")
    };
    Callers::try_new(vec![duty, caller("a", "token-of-a")], Some(identity)).unwrap()
}

fn asking(callers: &Callers, system: &str, users: &[&str], certificate: Option<[u8; 32]>) -> Result<Asking, Error> {
    let mut metadata = MetadataMap::new();
    metadata.append("authorization", format!("Bearer {system}").parse().unwrap());
    for user in users {
        metadata.append(USER, user.parse().unwrap());
    }
    let connection = crate::sample::connection(certificate);
    crate::sample::wait(callers.authenticate(&metadata, &connection, crate::sample::at(0)))
        .map_err(|refused| refused.error)
}

/// A token of a professional, issued to `azp`.
fn of_user(azp: &str, unit: &str) -> serde_json::Value {
    let mut claims = claims();
    claims["azp"] = azp.into();
    claims["client_id"] = azp.into();
    claims["professional_id"] = "p-1".into();
    claims["name"] = "Maija Mallikas".into();
    claims["unit"] = unit.into();
    claims["tasks"] = serde_json::json!(["duty-social-service", "offline_access"]);
    claims
}

#[test]
fn the_provider_identifies_the_system_and_the_professional() {
    let provider = Provider::new();
    let callers = with_provider(&provider, Users::Token);
    let (system, user) = (provider.token(&claims()), provider.token(&of_user("duty-system", "Duty")));
    let two = asking(&callers, &system, &[&user], Some(OWN)).unwrap();
    let both = asking(&callers, &user, &[], Some(OWN)).unwrap();
    for Asking { caller, person } in [two, both] {
        let person = person.unwrap();
        assert_eq!((caller.name.as_str(), person.id.as_str()), ("duty", "p-1"));
        assert_eq!((person.name.as_deref(), person.unit.as_deref()), (Some("Maija Mallikas"), Some("Duty")));
        assert_eq!(person.tasks, Some([Task::DutySocialService].into()));
    }
    let asserted = with_provider(&provider, Users::Asserted);
    assert!(asking(&asserted, &system, &[], Some(OWN)).unwrap().person.is_none());
    assert!(asking(&asserted, &system, &[&user], Some(OWN)).unwrap().person.is_some(), "a token outranks a name");
    assert_eq!(asking(&callers, "token-of-a", &[], None).unwrap().caller.name, "a");
}

#[test]
fn a_stolen_or_a_strange_token_identifies_nobody() {
    let provider = Provider::new();
    let callers = with_provider(&provider, Users::Token);
    let (system, user) = (provider.token(&claims()), provider.token(&of_user("duty-system", "Duty")));
    let theirs = provider.token(&of_user("other-system", "Duty"));
    let elsewhere = provider.token(&of_user("duty-system", "Ward 4"));
    let refused = |system: &str, users: &[&str], certificate| asking(&callers, system, users, certificate).err();
    assert_eq!(refused(&system, &[&user], None), Some(Error::Unauthenticated), "without the certificate");
    assert_eq!(refused(&theirs, &[], Some(OWN)), Some(Error::Unauthenticated), "nobody has this client id");
    assert_eq!(refused(&system, &[], Some(OWN)), Some(Error::UserMissing));
    assert_eq!(refused(&system, &[&theirs], Some(OWN)), Some(Error::UserRefused), "another system's user");
    assert_eq!(refused(&system, &[&system], Some(OWN)), Some(Error::UserRefused), "it speaks of no user");
    assert_eq!(refused(&system, &["p-1"], Some(OWN)), Some(Error::UserRefused));
    assert_eq!(refused(&user, &[&user], Some(OWN)), Some(Error::UserRefused), "two users");
    assert_eq!(refused(&system, &[&user, &user], Some(OWN)), Some(Error::Unauthenticated));
    assert_eq!(refused(&system, &[&elsewhere], Some(OWN)), Some(Error::Unit));
    assert_eq!(refused("token-of-a", &[&user], None), Some(Error::UserRefused), "it is issued to another system");
    let mut long = of_user("duty-system", "Duty");
    long["professional_id"] = "p".repeat(101).into();
    assert_eq!(refused(&system, &[&provider.token(&long)], Some(OWN)), Some(Error::UserRefused));
}

/// Whose token it is, is known: then the access log has the refusal, with its reason.
#[test]
fn a_refusal_has_the_owner_of_the_token_and_the_reason() {
    let provider = Provider::new();
    let callers = with_provider(&provider, Users::Token);
    let (system, elsewhere) = (provider.token(&claims()), provider.token(&of_user("duty-system", "Elsewhere")));
    let of_other = provider.token(&of_user("other-system", "Duty"));
    let refused = |system: &str, user: Option<&str>, certificate| {
        let mut metadata = MetadataMap::new();
        metadata.append("authorization", format!("Bearer {system}").parse().unwrap());
        user.map(|user| metadata.append(USER, user.parse().unwrap()));
        let connection = crate::sample::connection(certificate);
        let asked = callers.authenticate(&metadata, &connection, crate::sample::at(0));
        let refused = crate::sample::wait(asked).err().unwrap();
        let person = refused.person.as_ref().map(|it| it.id.clone());
        (refused.reason(), refused.caller.map(|caller| caller.name.clone()), person)
    };
    let duty = || Some("duty".to_owned());
    assert_eq!(refused(&system, None, None), ("TOKEN_OF_ANOTHER_CERTIFICATE", duty(), None));
    assert_eq!(refused(&system, None, Some(OWN)), ("USER_TOKEN_MISSING", duty(), None));
    assert_eq!(refused(&system, Some(&of_other), Some(OWN)), ("TOKEN_OF_ANOTHER_SYSTEM", duty(), None));
    assert_eq!(refused(&system, Some(&elsewhere), Some(OWN)), ("UNIT_NOT_REGISTERED", duty(), Some("p-1".to_owned())));
    assert_eq!(refused("made-up", None, None), ("TOKEN_UNKNOWN", None, None));
    assert_eq!(refused(&of_other, None, None), ("TOKEN_OF_NO_CALLER", None, None));
}

const PEER: Peer = Peer::Address(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

#[test]
fn a_token_of_a_new_key_waits_until_the_keys_are_fetched_anew() {
    let provider = Provider::new();
    let names = ClaimNames { user: "u".into(), name: "n".into(), unit: "o".into(), tasks: None, service_tasks: None };
    let (identity, mut feed) = IdentityProvider::new(ISSUER.into(), "rinnakkain".into(), names);
    let token = provider.token(&claims());
    let now = crate::sample::at(0);
    let verified = crate::sample::wait(async {
        let fetching = async {
            feed.wanted().await.unwrap();
            feed.publish(Arc::new(provider.keys()));
        };
        tokio::join!(identity.verify(token.as_bytes(), now, PEER), fetching).0
    });
    assert_eq!(verified.unwrap().azp, "duty-system");
}

/// While the provider is slow, tokens with made-up keys hold no more than their peer's share.
#[test]
fn only_so_many_wait_for_a_key_that_may_be_made_up() {
    let names = ClaimNames { user: "u".into(), name: "n".into(), unit: "o".into(), tasks: None, service_tasks: None };
    let (identity, _feed) = IdentityProvider::new(ISSUER.into(), "rinnakkain".into(), names);
    let (token, now) = (Provider::new().token(&claims()), crate::sample::at(0));
    let waits = |peer: Peer| {
        let (identity, token) = (identity.clone(), token.clone());
        let mut verified = Box::pin(async move { identity.verify(token.as_bytes(), now, peer).await.err() });
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match verified.as_mut().poll(&mut context) {
            std::task::Poll::Pending => Some(verified),
            std::task::Poll::Ready(refused) => {
                assert_eq!(refused, Some(TokenRefused::UnknownKey));
                None
            }
        }
    };
    crate::sample::wait(async {
        let held: Vec<_> = (0..100).filter_map(|_| waits(PEER)).collect();
        assert!((8..64).contains(&held.len()), "{}", held.len());
        assert!(waits(Peer::at([127, 0, 0, 2].into())).is_some(), "one peer keeps no other from waiting");
        drop(held);
        assert!(waits(PEER).is_some());
    });
}
