//! The duty page: a client of the gRPC API that browsers reach. In `run` and `serve` it asks the same process, over the same
//! door as everybody; `rinnakkain page` is a process of its own.

use super::signals::Signals;
use super::sockets::{Ports, Sockets};
use crate::config::{Config, IdentityProvider, Page, SignIn};
use crate::fetch::exchange;
use crate::listener::{Listener, http_server};
use crate::{channel, clock, telemetry, tls};
use anyhow::{Context, bail};
use api::proto;
use axum::http::Request;
use care::access::Task;
use jiff::tz::TimeZone;
use std::process::ExitCode;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

/// `rinnakkain page`, until it is asked to stop.
pub async fn run(config: Config) -> anyhow::Result<ExitCode> {
    let telemetry = telemetry::init(&config, "page")?;
    let ended = run_until_stopped(config).await;
    telemetry.flush().await;
    ended.map(|()| ExitCode::SUCCESS)
}

async fn run_until_stopped(config: Config) -> anyhow::Result<()> {
    let Some(page) = config.page else {
        bail!(
            "the configuration has no [page]: write where it listens, its token_file and, if it is elsewhere, its api"
        );
    };
    let api = page.api.clone().unwrap_or_else(|| url(config.grpc.at.tls.is_some(), config.grpc.at.address.port()));
    let mut signals = Signals::new()?;
    let mut sockets = Sockets::of_page(&page).await?;
    std::fs::create_dir_all(&config.data).with_context(|| format!("cannot make {}", config.data.display()))?;
    let ports = Ports::write(&config.data, &sockets, None)?;
    let listener = sockets.page.take().context("a page that is configured listens")?;
    let stop = CancellationToken::new();
    let serving = start(&page, config.identity_provider.as_ref(), &api, config.county.zone, listener, stop.clone())?;
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        () = serving.as_mut() => bail!("the page's listener ended"),
        () = signals.any() => stop.cancel(),
    }
    serving.await;
    ports.remove();
    tracing::info!("stopped");
    Ok(())
}

/// The API of this machine.
pub fn url(secure: bool, port: u16) -> String {
    format!("{}://localhost:{port}", if secure { "https" } else { "http" })
}

/// Serves the page until `stop`. `api`: where the API is.
pub fn start(
    page: &Page,
    identity_provider: Option<&IdentityProvider>,
    api: &str,
    zone: TimeZone,
    listener: Listener,
    stop: CancellationToken,
) -> anyhow::Result<impl Future<Output = ()> + Send + use<>> {
    let api = page.api.as_deref().unwrap_or(api);
    let server = channel::Server::at(api, tls::Client::trusting(page.api_authority.clone()));
    let server = server.with_context(|| format!("the configuration's page.api: {api} is no http(s)://HOST:PORT"))?;
    let file = page.token_file.display().to_string();
    let token = std::fs::read_to_string(&page.token_file);
    let token = Zeroizing::new(token.with_context(|| format!("the configuration's page.token_file, {file}"))?);
    let bearer = Zeroizing::new(format!("Bearer {}", token.trim()));
    let authorization = bearer.parse().ok().with_context(|| format!("{file} holds no token"))?;
    let pages = page::Page {
        api: server.lazy(),
        authorization,
        sign_in: sign_in(page, identity_provider)?,
        zone,
        telephone: page.telephone.clone(),
        service_tasks: page.service_tasks.iter().map(|it| it.as_str().to_owned()).collect(),
        clock: || clock::now().to_timestamp(),
    };
    let router = page::router(pages)?;
    tracing::info!(address = %listener.local_addr()?, "serving the duty page");
    Ok(http_server::serve(listener, router, stop))
}

fn sign_in(page: &Page, provider: Option<&IdentityProvider>) -> anyhow::Result<page::SignIn> {
    if let Some((at, provider)) = page.sign_in.as_ref().zip(provider) {
        return Ok(page::SignIn::Provider(Arc::new(of_provider(at, provider)?)));
    }
    let staff = page.made_up_staff.iter().map(|it| {
        let tasks = it.tasks.iter().map(|task| in_the_api(*task)).collect();
        page::Professional { id: it.id.0.clone(), name: it.name.0.clone(), tasks }
    });
    Ok(page::SignIn::MadeUp(staff.collect()))
}

fn of_provider(at: &SignIn, provider: &IdentityProvider) -> anyhow::Result<page::Provider> {
    let SignIn { client_id, client_secret_file, url, tasks } = at;
    let secret = std::fs::read_to_string(client_secret_file);
    let file = client_secret_file.display();
    let secret = secret.with_context(|| format!("the configuration's page.sign_in.client_secret_file, {file}"))?;
    let client = tls::Client::trusting(provider.authority.clone());
    let ask = move |request: Request<Vec<u8>>| -> page::Exchanged {
        let client = client.clone();
        Box::pin(async move {
            let place = request.uri().path().to_owned();
            exchange(request, &client).await.map_err(|error| {
                let error = format!("{error:#}");
                tracing::error!(place, error, "the identity provider does not answer: nobody can sign in");
                page::NoExchange(error)
            })
        })
    };
    Ok(page::Provider {
        issuer: provider.issuer().to_owned(),
        client_id: client_id.clone(),
        client_secret: Zeroizing::new(secret.trim().to_owned()),
        url: url.trim_end_matches('/').to_owned(),
        claims: provider.claims.clone(),
        tasks: tasks.iter().map(|task| in_the_api(*task)).collect(),
        exchange: page::Exchange(Box::new(ask)),
        known: page::Known::default(),
    })
}

fn in_the_api(task: Task) -> proto::Task {
    match task {
        Task::HealthSocialWork => proto::Task::HealthSocialWork,
        Task::ClientWork => proto::Task::ClientWork,
        Task::NeedsAssessment => proto::Task::NeedsAssessment,
        Task::DutySocialService => proto::Task::DutySocialService,
        Task::ServiceArranging => proto::Task::ServiceArranging,
        Task::ServiceDelivery => proto::Task::ServiceDelivery,
    }
}
