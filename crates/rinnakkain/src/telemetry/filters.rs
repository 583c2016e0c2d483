//! What the log takes, and what the traces take.
//!
//! Each filter is evaluated anew for every span and event. `tracing` keeps a filter's last result per thread until the layer
//! gets the item. A callsite that every filter always wants is not evaluated again: it would inherit the result of the
//! previous question and be lost if that was negative. PostgreSQL's driver asks after each statement whether it may log it
//! (<https://github.com/tokio-rs/tracing/issues/2519>).

use super::spans;
use anyhow::Context as _;
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{DynFilterFn, FilterExt, LevelFilter, Targets, dynamic_filter_fn, filter_fn};
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

/// `directives`: `log.filter`.
pub fn logged<S: Subscriber + for<'s> LookupSpan<'s>>(directives: &str) -> anyhow::Result<impl Filter<S> + use<S>> {
    // PostgreSQL's and its driver's own messages may quote values, so no filter lets them in; our errors carry the codes.
    let mut filter = EnvFilter::try_new(directives).context("log.filter")?;
    for silent in ["sqlx=off".to_owned(), format!("{}=off", spans::TARGET)] {
        filter = filter.add_directive(silent.parse()?);
    }
    Ok(filter.and(asked_anew()))
}

/// Our own spans. Events belong to the log.
pub fn traced<S: Subscriber + for<'s> LookupSpan<'s>>() -> impl Filter<S> + use<S> {
    let ours = [spans::TARGET, "api", "store"].map(|target| (target, LevelFilter::INFO));
    let spans = filter_fn(|metadata| !metadata.is_event()).with_max_level_hint(LevelFilter::INFO);
    Targets::new().with_targets(ours).and(spans).and(asked_anew())
}

/// Wants everything, and never permanently for a callsite: so it is evaluated every time.
fn asked_anew<S>() -> DynFilterFn<S, impl Fn(&tracing::Metadata<'_>, &Context<'_, S>) -> bool> {
    dynamic_filter_fn(|_: &tracing::Metadata<'_>, _: &Context<'_, S>| true).with_max_level_hint(LevelFilter::TRACE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use testkit::log::Written;
    use tracing::callsite::Callsite;
    use tracing_subscriber::Layer;
    use tracing_subscriber::layer::SubscriberExt;

    /// What a layer was given, by name.
    #[derive(Clone, Default)]
    struct Given(Arc<Mutex<Vec<&'static str>>>);

    impl<S: Subscriber> Layer<S> for Given {
        fn on_new_span(&self, of: &tracing::span::Attributes<'_>, _: &tracing::span::Id, _: Context<'_, S>) {
            self.0.lock().unwrap().push(of.metadata().name());
        }
    }

    /// As the driver does: may this be logged? It may not.
    fn asks() {
        let place = tracing::callsite!(
            name: "asked",
            kind: tracing::metadata::Kind::EVENT,
            target: "sqlx::query",
            level: tracing::Level::DEBUG,
            fields:
        );
        tracing::dispatcher::get_default(|dispatch| dispatch.enabled(place.metadata()));
    }

    #[test]
    fn nothing_is_lost_after_the_driver_has_asked_whether_it_may_log() {
        for traces in [true, false] {
            let (given, written) = (Given::default(), Written::default());
            let writer = written.clone();
            let log = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
            let subscriber = tracing_subscriber::registry()
                .with(log.with_filter(logged("info").unwrap()))
                .with(traces.then(|| given.clone().with_filter(traced())));
            tracing::subscriber::with_default(subscriber, || {
                for _ in 0..3 {
                    asks();
                    drop(tracing::info_span!(target: "store", "store.ask"));
                    asks();
                    tracing::warn!("a line");
                }
            });
            assert_eq!(given.0.lock().unwrap().len(), if traces { 3 } else { 0 });
            let written = written.text();
            assert_eq!(written.matches("a line").count(), 3, "traces: {traces}");
        }
    }
}
