//! What every answer states to the browser, and to whom made-up professionals are shown.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// Nothing is loaded but the page's own style; no form goes elsewhere; nobody frames the page.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// The headers of every answer (OWASP ASVS 5.0, 3.4 and 14.3.2).
pub(crate) async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    response
}

/// Where the made-up professionals can sign in, without proof, only a browser of this machine is answered. A proxy on it would
/// bring in anybody: it shows itself by what it adds, by the host that it was asked for, or by HTTP/1.0, which no browser speaks.
pub(crate) async fn of_this_machine(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let relayed = |name: &HeaderName| {
        matches!(name.as_str(), "forwarded" | "via" | "x-real-ip") || name.as_str().starts_with("x-forwarded-")
    };
    let hosts = headers.get_all(header::HOST).iter().map(|it| it.to_str().ok());
    let hosts: Vec<_> = hosts.chain(request.uri().authority().map(|it| Some(it.as_str()))).collect();
    let elsewhere = hosts.is_empty() || hosts.iter().any(|host| !host.is_some_and(is_here));
    if elsewhere || headers.keys().any(relayed) || request.version() < Version::HTTP_11 {
        let why =
            "made-up professionals (page.made_up_staff) sign in on the machine itself only: not through a proxy\n";
        return (StatusCode::MISDIRECTED_REQUEST, why).into_response();
    }
    next.run(request).await
}

/// `localhost`, `127.0.0.1:8443`, `[::1]`.
pub(crate) fn is_here(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host().trim_matches(['[', ']']);
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The style of every page.
pub(crate) async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../templates/style.css"))
}
