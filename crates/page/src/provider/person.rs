//! Who has signed in, by the ID token.
//!
//! It came from the provider's token endpoint over a connection whose certificate was checked, and through no browser: that
//! connection is the proof of its issuer (OpenID Connect Core 3.1.3.7, 6). Whether the person may ask is decided by the API,
//! which verifies the signature of the access token; what stands here decides only what the page offers.

use super::Provider;
use crate::professional::Professional;
use api::claim_words;
use api::proto::Task;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};

impl Provider {
    /// `None`: the token is not of this provider, this page, this sign-in or this time, or it speaks of no professional.
    pub(super) fn professional(&self, id_token: &str, nonce: &str, now: Timestamp) -> Option<Professional> {
        let payload = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
        let own = |audience: &Value| audience.as_str() == Some(&self.client_id);
        let for_us = match claims.get("aud")? {
            // Of several audiences one was this issued to (OpenID Connect Core 2, azp).
            Value::Array(all) if all.len() > 1 => all.iter().any(own) && text("azp") == Some(&self.client_id),
            Value::Array(all) => all.iter().any(own),
            one => own(one),
        };
        let current = claims.get("exp").and_then(Value::as_i64).is_some_and(|exp| exp > now.as_second());
        let answers = text("iss") == Some(&self.issuer) && text("nonce") == Some(nonce);
        if !(for_us && current && answers) {
            return None;
        }
        let id = text(&self.claims.user)?.to_owned();
        let tasks = match &self.claims.tasks {
            Some(name) => claim_words(claims.get(name)).into_iter().filter_map(task).collect(),
            None => self.tasks.clone(),
        };
        Some(Professional { name: text(&self.claims.name).unwrap_or(&id).to_owned(), id, tasks })
    }
}

/// `duty-social-service`. The provider's other roles are other services'.
fn task(word: &str) -> Option<Task> {
    Task::from_str_name(&format!("TASK_{}", word.to_ascii_uppercase().replace('-', "_")))
        .filter(|it| *it != Task::Unspecified)
}

#[cfg(test)]
mod tests {
    use super::super::{Exchange, Known, NoExchange};
    use super::*;
    use api::ClaimNames;
    use serde_json::json;

    fn provider(tasks: Option<&str>) -> Provider {
        Provider {
            issuer: "https://id.example".into(),
            client_id: "duty-page".into(),
            client_secret: String::new().into(),
            url: "https://page.example".into(),
            claims: ClaimNames {
                user: "professional_id".into(),
                name: "name".into(),
                unit: "unit".into(),
                tasks: tasks.map(Into::into),
                service_tasks: None,
            },
            tasks: vec![Task::ClientWork],
            exchange: Exchange(Box::new(|_| Box::pin(async { Err(NoExchange(String::new())) }))),
            known: Known::default(),
        }
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "aud": "duty-page", "exp": 1000, "nonce": "n", "professional_id": "p-1",
            "name": "Maija Mallikas", "tasks": ["duty-social-service", "offline_access", "unspecified"],
        })
    }

    fn read(provider: &Provider, claims: &Value) -> Option<Professional> {
        let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(claims.to_string()));
        provider.professional(&token, "n", Timestamp::from_second(999).unwrap())
    }

    #[test]
    fn a_professional_signs_in_with_the_tasks_that_the_provider_grants() {
        let found = read(&provider(Some("tasks")), &claims()).unwrap();
        assert_eq!((found.id.as_str(), found.name.as_str()), ("p-1", "Maija Mallikas"));
        assert!(found.tasks == [Task::DutySocialService]);
        let none = read(&provider(Some("other")), &claims()).unwrap();
        assert!(none.tasks.is_empty(), "a claim that is missing grants none");
        assert!(read(&provider(None), &claims()).unwrap().tasks == [Task::ClientWork]);
        let mut several = claims();
        several["aud"] = json!(["duty-page", "other"]);
        several["azp"] = "duty-page".into();
        assert!(read(&provider(None), &several).is_some());
    }

    #[test]
    fn another_ones_token_signs_nobody_in() {
        let several = json!(["duty-page", "other"]);
        for (name, wrong) in [
            ("iss", json!("https://id.example/")),
            ("aud", json!("other")),
            ("aud", json!([])),
            ("aud", several),
            ("exp", json!(999)),
            ("exp", json!("1000")),
            ("nonce", json!("m")),
            ("nonce", json!("")),
            ("professional_id", json!("")),
            ("professional_id", json!(1)),
        ] {
            let mut changed = claims();
            changed[name] = wrong.clone();
            assert!(read(&provider(None), &changed).is_none(), "{name} {wrong}");
            changed.as_object_mut().unwrap().remove(name);
            assert!(read(&provider(None), &changed).is_none(), "without {name}");
        }
        assert!(provider(None).professional("", "n", Timestamp::UNIX_EPOCH).is_none());
    }
}
