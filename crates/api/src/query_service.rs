//! One question: who calls, may it ask, the door, the answer.

use crate::authenticate::Asking;
use crate::caller::{Caller, Callers, Senders, purpose_name, side_name, task_name};
use crate::page::{List, Page};
use crate::proto;
use crate::reach;
use crate::request;
use crate::status::Error;
use crate::timing::Observer;
use care::access::{Decision, Place, Query, Request, Requester, admit};
use care::answer::{County, Facts};
use care::source::{NotConnected, Reports, SourceState};
use event::{Code, Hetu, Identifier, Instant, Keyring, ReceivedEvent, Register, Token};
use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use store::{Access, ApplyError, Ask, ClientFacts, Decided, Door, Granted, Identified, Store};
use tokio::sync::watch;
use tonic::Extensions;

/// What the services need.
pub struct Services {
    /// The one door for reading.
    pub door: Door,
    /// The database behind it, for health and for receipts.
    pub ready: Store,
    /// Turns identifiers into tokens, and opens what is sealed.
    pub keyring: Arc<Keyring>,
    /// What is configured, now: each question is answered by one of them from its beginning to its end.
    pub settings: watch::Receiver<Arc<Settings>>,
    /// Where what is recorded here is kept before the database takes it; `None`: the database alone.
    pub journal: Option<Journal>,
    /// The clock.
    pub clock: fn() -> Instant,
    /// Receives figures for metrics.
    pub observer: Observer,
}

/// Writes an event into the journal. True: it is there, and comes back from there after the restore of an older database.
pub type Journal = Arc<dyn Fn(ReceivedEvent) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// What is configured and may change while the services run.
pub struct Settings {
    /// The county's configuration.
    pub county: Arc<County>,
    /// The registered systems.
    pub callers: Callers,
    /// The sources that may ask for the status of their messages.
    pub senders: Senders,
}

/// The services' shared part.
#[derive(Clone)]
pub(crate) struct QueryService(Arc<Services>);

/// A question that may be asked; nothing has been looked up yet.
pub(crate) struct Admitted {
    token: Token,
    access: Access,
    /// Who asks, for what.
    pub(crate) request: Request,
    /// What was asked with.
    pub(crate) client: Identifier,
    /// What was configured when the call came: all of the answer is by that.
    county: Arc<County>,
    /// The identity code that was asked with.
    hetu: Option<Hetu>,
    /// Now.
    pub(crate) at: Instant,
}

impl Admitted {
    /// The calling system.
    pub(crate) fn caller(&self) -> &str {
        &self.access.system
    }

    /// The name and the unit of the professional, as the identity provider gives them.
    pub(crate) fn user(&self) -> (Option<&str>, Option<&str>) {
        let identified = self.access.identified.as_ref();
        (identified.and_then(|it| it.name.as_deref()), identified.and_then(|it| it.unit.as_deref()))
    }

    /// The county's configuration.
    pub(crate) fn county(&self) -> Arc<County> {
        Arc::clone(&self.county)
    }
}

/// Which part of the client's record a question needs.
#[derive(Clone, Copy, Default)]
pub(crate) struct QueryScope {
    /// As it was known then; `None`: now.
    pub(crate) as_of: Option<Instant>,
    /// The events too.
    pub(crate) timeline: bool,
}

impl QueryScope {
    /// As it was known then, if a time is asked for.
    pub(crate) fn at(as_of: Option<Instant>) -> Self {
        Self { as_of, timeline: false }
    }
}

/// An answer, and what it rests on.
pub(crate) struct Answered<T> {
    /// The answer itself.
    pub(crate) what: T,
    /// The status of every source.
    pub(crate) states: Vec<SourceState>,
    /// What is not connected.
    pub(crate) not_connected: Vec<NotConnected>,
    /// The instant that the answer holds for.
    pub(crate) at: Instant,
}

/// Longer than any look-up takes on a healthy database.
const PATIENCE: Duration = Duration::from_secs(8);

impl QueryService {
    pub(crate) fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }

    pub(crate) fn now(&self) -> Instant {
        (self.0.clock)()
    }

    /// What is configured now.
    pub(crate) fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.0.settings.borrow())
    }

    /// A calling system (`None`: not registered) was refused before any look-up.
    pub(crate) fn refused(&self, caller: Option<&str>) {
        (self.0.observer.decided)(caller, false);
    }

    /// The status of the messages of `source` with this id.
    pub(crate) async fn receipts(
        &self,
        source: &str,
        message: &Token,
    ) -> Result<Vec<store::receipt::MessageStatus>, Error> {
        let found = tokio::time::timeout(PATIENCE, store::receipt::find(&self.0.ready, source, message)).await;
        Ok(found.map_err(|_| Error::NotNow)??)
    }

    /// The record with this key as the place of a consent; `None`: it is not there any more.
    pub(crate) async fn place(&self, record: Token) -> Result<Option<Place>, Error> {
        let found = tokio::time::timeout(PATIENCE, store::consent::stream(&self.0.ready, record)).await;
        Ok(found.map_err(|_| Error::NotNow)??.map(Place::known))
    }

    /// Records it; returns once it is in the journal, if there is one, and committed. In this order: what is answered as
    /// recorded must come back after the restore of an older database. What only the journal has, projection applies.
    pub(crate) async fn record(&self, recorded: ReceivedEvent) -> Result<(), Error> {
        if let Some(journal) = &self.0.journal
            && !tokio::time::timeout(PATIENCE, journal(recorded.clone())).await.unwrap_or(false)
        {
            tracing::error!("consent not recorded: the journal does not take it");
            return Err(Error::NotNow);
        }
        let stored = tokio::time::timeout(PATIENCE, store::consent::record(&self.0.ready, recorded)).await;
        match stored.map_err(|_| Error::NotNow)? {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Fault),
            Err(error @ (ApplyError::Transient { .. } | ApplyError::Moved)) => {
                tracing::error!(%error, "consent not recorded");
                Err(Error::NotNow)
            }
            Err(error @ ApplyError::Fatal { .. }) => {
                tracing::error!(%error, "consent not recorded");
                Err(Error::Fault)
            }
        }
    }

    /// Everything that can be refused before a look-up. What this caller may not ask is logged before it is refused.
    pub(crate) async fn admit(
        &self,
        extensions: &Extensions,
        client: Option<&proto::Identifier>,
        access: Option<&proto::Access>,
        query: Query,
    ) -> Result<Admitted, Error> {
        // The gate has put it there.
        let Asking { caller, person } = extensions.get::<Asking>().ok_or(Error::Unauthenticated)?;
        let county = &extensions.get::<Arc<Settings>>().ok_or(Error::Unauthenticated)?.county;
        let asker = request::asker(access, person.as_ref())?;
        let tasks = asker.of(&caller.tasks);
        let client = request::client(client, &county.identifier_systems);
        let token = |it: &event::Identifier| self.0.keyring.identifier(&it.system, it.value.expose());
        let identified = person.as_ref().map(|it| Identified { name: it.name.clone(), unit: it.unit.clone() });
        let access = Access {
            system: caller.name.clone(),
            side: side_name(caller.side).to_owned(),
            user: asker.user,
            identified,
            task: task_name(asker.task).to_owned(),
            purpose: purpose_name(asker.purpose).to_owned(),
            case_reference: asker.case_reference,
            query: query.name(),
        };
        match admit(caller.side, &tasks, asker.task, asker.purpose, query) {
            Ok(request) => {
                // A user has no service task that the system has not.
                let granted = person.as_ref().and_then(|it| it.service_tasks.as_ref());
                let granted = |task: &&Code| granted.is_none_or(|granted| granted.contains(*task));
                let requester = Requester {
                    controller: caller.controller.clone(),
                    sources: caller.sources.clone(),
                    service_tasks: caller.service_tasks.iter().filter(granted).cloned().collect(),
                    workers: person.as_ref().map(|it| self.workers(&it.id, caller, county)).unwrap_or_default(),
                };
                let client = client?;
                let (token, request, hetu) = (token(&client), request.of(requester), client.hetu());
                Ok(Admitted { token, access, request, client, county: Arc::clone(county), hetu, at: self.now() })
            }
            Err(why) => {
                tracing::warn!(system = caller.name, query = query.name(), %why, "question refused");
                self.refused(Some(&caller.name));
                let refused = Error::from(why);
                let logged = self.0.door.refuse(&access, client.ok().as_ref().map(token), refused.reason(), self.now());
                tokio::time::timeout(PATIENCE, logged).await.map_err(|_| Error::NotNow)??;
                Err(refused)
            }
        }
    }

    /// The professional whom a token names, as a worker of each of the caller's own sources: by the id that the source gives.
    fn workers(&self, id: &str, caller: &Caller, county: &County) -> BTreeSet<Token> {
        let own = |name: &&String| caller.sources.is_empty() || caller.sources.contains(*name);
        let sources = county.sources.iter().map(|source| &source.name).filter(own);
        sources.map(|source| self.0.keyring.token("worker", source, id)).collect()
    }

    /// The page of a list that an admitted question asks for.
    pub(crate) fn page<'a>(
        &'a self,
        admitted: &'a Admitted,
        as_of: Option<Instant>,
        size: i32,
        token: &str,
    ) -> Result<Page<'a>, Error> {
        let (caller, query) = (admitted.caller(), admitted.access.query);
        let list = List { keyring: self.keyring(), caller, query, client: admitted.token, as_of };
        Page::try_new(list, size, token, admitted.at)
    }

    /// Asks through the door. `registers` are those that the answer would disclose; a "none" discloses them too.
    ///
    /// A right ends when its ground ends, so a ground in the past gives no right today. An earlier time is therefore
    /// answered only if the client is the caller's now.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        admitted: &Admitted,
        scope: QueryScope,
        registers: &'static [Register],
        render: impl Fn(&Facts<'_>, &ClientFacts) -> T + Send + Sync + 'static,
    ) -> Result<Answered<T>, Error> {
        let render = Arc::new(render);
        let mut may = None;
        if scope.as_of.is_some() {
            let (request, county, of_now) = (admitted.request.clone(), admitted.county(), Arc::clone(&render));
            let both =
                move |facts: &Facts<'_>, found: &ClientFacts| (facts.decide(&request, &county), of_now(facts, found));
            let now = QueryScope { as_of: None, ..scope };
            let now = self.ask_once(admitted, now, registers, None, both).await?.into_inner();
            let (decision, what) = now.what;
            if decision.is_none() {
                return Ok(Answered { what, states: now.states, not_connected: now.not_connected, at: now.at });
            }
            may = decision;
        }
        let render = move |facts: &Facts<'_>, found: &ClientFacts| render(facts, found);
        Ok(self.ask_once(admitted, scope, registers, may, render).await?.into_inner())
    }

    /// Reads, decides and logs in one transaction.
    async fn ask_once<T: Send + 'static>(
        &self,
        admitted: &Admitted,
        scope: QueryScope,
        registers: &'static [Register],
        may: Option<Decision>,
        render: impl Fn(&Facts<'_>, &ClientFacts) -> T + Send + Sync + 'static,
    ) -> Result<Granted<Answered<T>>, Error> {
        let (request, at, county) = (admitted.request.clone(), admitted.at, admitted.county());
        let (limits, keyring, hetu) = (county.limits, Arc::clone(&self.0.keyring), admitted.hetu);
        let ask = Ask { token: admitted.token, as_of: scope.as_of, timeline: scope.timeline, at, limits };
        let decide = move |found: &ClientFacts| {
            decide(
                (&county, &keyring),
                &request,
                (at, scope.as_of, hetu.as_ref()),
                may.as_ref(),
                found,
                registers,
                &render,
            )
        };
        let answered = tokio::time::timeout(PATIENCE, self.0.door.ask(ask, admitted.access.clone(), decide)).await;
        let late = |_| {
            tracing::error!("no answer in time");
            Error::NotNow
        };
        let granted = answered.map_err(late)??;
        (self.0.observer.decided)(Some(&admitted.access.system), true);
        Ok(granted)
    }
}

/// The decision and the answer, from what is known of the client.
pub(crate) fn decide<T>(
    (county, keyring): (&County, &Keyring),
    request: &Request,
    (now, as_of, hetu): (Instant, Option<Instant>, Option<&Hetu>),
    may: Option<&Decision>,
    found: &ClientFacts,
    registers: &[Register],
    render: impl Fn(&Facts<'_>, &ClientFacts) -> T,
) -> Decided<Answered<T>> {
    let at = as_of.unwrap_or(now);
    let sources: Vec<_> = county.sources.iter().map(|source| source.narrowed(&found.declared, at)).collect();
    let reports = Reports {
        reported_until: found.reported_until.clone(),
        rejected_unnamed: found.rejected_unnamed.clone(),
        unidentified: found.unidentified.clone(),
    };
    let states = SourceState::all(&sources, &reports, at);
    let view = found.view.as_ref().map(|view| view.permitting_since(found.permissions_doubted));
    let facts = Facts {
        view: view.as_deref(),
        ambiguous: found.ambiguous,
        rejected_since: &found.rejected_since,
        gap: found.gap,
        states: &states,
        age: hetu.and_then(|hetu| care::reach::age(hetu, at, &county.zone)),
        opened: &|record, worker| reach::ring(record, worker, keyring),
        at,
        past: as_of.is_some(),
        now: may,
    };
    let asked = registers;
    let decision = facts.decide(request, county);
    let sees = |register: &Register| decision.as_ref().is_some_and(|it| it.sees_lane(*register));
    let registers: Vec<_> = registers.iter().copied().filter(sees).collect();
    let what = render(&facts, found);
    Decided {
        answer: Answered { what, not_connected: county.not_connected.clone(), at, states },
        decision: if registers.is_empty() { "not-for-client" } else { "granted" },
        rule: provisions(request, decision.as_ref(), asked),
        kind: request.kind(decision.as_ref(), asked),
        registers,
    }
}

/// Every provision relied on, each once.
fn provisions(request: &Request, decision: Option<&Decision>, asked: &[Register]) -> String {
    let mut all = vec![request.rule().provision];
    for register in asked {
        all.extend(decision.iter().flat_map(|it| it.provisions(*register)));
    }
    let mut seen = BTreeSet::new();
    all.retain(|provision| seen.insert(*provision));
    all.join("; ")
}
