//! One question: who calls, may it ask, the door, the answer.

mod own;
mod step;

pub(crate) use own::AdmittedOwn;

use crate::answered::Answered;
use crate::authenticate::Asking;
use crate::caller::{Caller, purpose_name, side_name, task_name};
use crate::decided::decide;
use crate::outcome::HasOutcome;
use crate::page::{List, Page};
use crate::proto;
use crate::request;
use crate::settings::{Answering, Services, Settings};
use crate::status::Error;
use crate::unknown::Unknown;
use care::access::{ConsentRecord, Decision, Query, Request, Requester, admit};
use care::answer::{County, Facts};
use event::{Code, Hetu, Identifier, Instant, Keyring, ReceivedEvent, Token};
use quota::{Peer, Refusals};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use step::leaving_at_step;
use store::{Access, ApplyError, Ask, ClientFacts, Granted, Identified};
use tonic::Extensions;

/// The services' shared part.
#[derive(Clone)]
pub(crate) struct QueryService(Arc<Services>, Unknown, Arc<Refusals<Refusal>>);

/// Which refusals are counted together: of a calling system, of a user where that is known, from where, why.
pub(crate) type Refusal = (String, String, Option<Peer>, &'static str);

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
    /// When it came, on the clock that nobody sets.
    begun: tokio::time::Instant,
}

impl Admitted {
    /// The calling system.
    pub(crate) fn caller(&self) -> &str {
        &self.access.system
    }

    /// The professional, by the identity provider's id or the calling system's own.
    pub(crate) fn user_id(&self) -> &str {
        &self.access.user
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

/// Longer than any look-up takes on a healthy database.
const PATIENCE: Duration = Duration::from_secs(8);

impl QueryService {
    pub(crate) fn new(services: Services) -> Self {
        Self(Arc::new(services), Unknown::default(), Arc::default())
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

    /// Writes a refusal into the access log: the first at once, then one row a minute for all refusals of the same
    /// kind, with their number. So nobody can fill the log with refused calls.
    pub(crate) async fn log_refusal(
        &self,
        access: &Access,
        identifier: Option<Token>,
        peer: Option<Peer>,
        reason: &'static str,
    ) -> Result<(), Error> {
        let kind = (access.system.clone(), access.user.clone(), peer, reason);
        let Some(calls) = self.2.note(kind) else { return Ok(()) };
        let logged = self.0.door.refuse(access, identifier, (reason, calls), self.now());
        Ok(tokio::time::timeout(PATIENCE, logged).await.map_err(|_| Error::NotNow)??)
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

    /// The record to write into: the one in which it already stands, else one of the identifier that was asked with.
    /// `None`: the record does not exist any more.
    pub(crate) async fn record_of(
        &self,
        admitted: &Admitted,
        standing: Option<Token>,
    ) -> Result<Option<ConsentRecord>, Error> {
        let Some(standing) = standing else { return Ok(Some(ConsentRecord::of(self.keyring(), &admitted.client))) };
        self.known_record(standing).await
    }

    /// The record with this key; `None`: it is not there any more.
    pub(crate) async fn known_record(&self, key: Token) -> Result<Option<ConsentRecord>, Error> {
        let found = tokio::time::timeout(PATIENCE, store::consent::stream(&self.0.ready, key)).await;
        Ok(found.map_err(|_| Error::NotNow)??.map(ConsentRecord::known))
    }

    /// A write that follows an answer about nobody also ends at the fixed step: to write into a known person's record
    /// takes longer than to begin one.
    pub(crate) async fn at_step<T>(&self, admitted: &Admitted, work: impl Future<Output = T>) -> T {
        leaving_at_step(admitted.begun, self.settings().answering.step, work).await
    }

    /// Records it, and returns once it is in the journal, if there is one, and then committed. The order matters: an
    /// event that was answered as recorded must come back after the restore of an older database. The projection
    /// applies what only the journal has.
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
        let asking @ Asking { caller, person } = extensions.get::<Asking>().ok_or(Error::Unauthenticated)?;
        let county = &extensions.get::<Arc<Settings>>().ok_or(Error::Unauthenticated)?.county;
        let client = request::client(client, &county.identifier_systems);
        let token = |it: &event::Identifier| self.0.keyring.identifier(&it.system, it.value.expose());
        let (access, request) = self.may_ask(asking, access, query, client.as_ref().ok().map(token)).await?;
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
        let (begun, county) = (tokio::time::Instant::now(), Arc::clone(county));
        Ok(Admitted { token, access, request, client, county, hetu, at: self.now(), begun })
    }

    /// Who asks, and the row of the table that lets them. What this caller may not ask is logged before it is refused.
    async fn may_ask(
        &self,
        Asking { caller, person }: &Asking,
        access: Option<&proto::Access>,
        query: Query,
        client: Option<Token>,
    ) -> Result<(Access, Request), Error> {
        let asker = request::asker(access, person.as_ref(), self.now())?;
        let tasks = asker.of(&caller.tasks);
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
            declaration: None,
        };
        let admitted = admit(caller.side, &tasks, asker.task, asker.purpose, query);
        let admitted = admitted.and_then(|request| match &asker.declares {
            Some(it) => request.declaring(it.declared, &caller.declares),
            None => Ok(request),
        });
        match admitted {
            Ok(request) => {
                if let Some(it) = request.declared() {
                    let (system, basis) = (&caller.name, it.basis.name());
                    tracing::warn!(system, basis, "a basis is declared: `rinnakkain log list --declared`");
                }
                let made = asker.declares.as_ref().zip(client);
                let declaration = made.map(|(it, client)| it.logged(self.keyring(), &access, client));
                Ok((Access { declaration, ..access }, request))
            }
            Err(why) => {
                tracing::warn!(system = caller.name, query = query.name(), %why, "question refused");
                self.refused(Some(&caller.name));
                let refused = Error::from(why);
                self.log_refusal(&access, client, None, refused.reason()).await?;
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

    /// Asks through the door.
    ///
    /// Unknown, unrelated and forbidden get the same answer, and its time must not distinguish them either. The same
    /// statements run for each, but the rows that they read differ. So an answer about nobody leaves at a fixed step
    /// after the question.
    ///
    /// A right ends when its ground ends, so a ground in the past gives no right today. An earlier time is therefore
    /// answered only if the client is the caller's now.
    pub(crate) async fn ask<T>(
        &self,
        admitted: &Admitted,
        scope: QueryScope,
        render: impl Fn(&Facts<'_>, &ClientFacts) -> T + Send + Sync + 'static,
    ) -> Result<Answered<T>, Error>
    where
        T: HasOutcome + Send + 'static,
    {
        if scope.as_of.is_some() && admitted.request.declared().is_some() {
            return Err(Error::invalid("access.declared", "is for a question about now: leave `as_of` out"));
        }
        let Answering { step, unknown } = self.settings().answering;
        let (access, now) = (&admitted.access, std::time::Instant::now());
        let Some(open) = self.1.ask(&access.system, &access.user, admitted.token, unknown, now) else {
            (self.0.observer.limited)(&access.system);
            tracing::warn!(system = access.system, query = access.query, "too many unknown are asked about");
            let refused = Error::TooManyUnknown;
            self.log_refusal(access, Some(admitted.token), None, refused.reason()).await?;
            return Err(refused);
        };
        let answered = self.ask_now_and_then(admitted, scope, render).await?;
        if answered.nobody {
            open.found_nobody(now);
        }
        if !answered.of_somebody {
            leaving_at_step(admitted.begun, step, async {}).await;
        }
        Ok(answered)
    }

    /// About the past only what may be shown now.
    async fn ask_now_and_then<T>(
        &self,
        admitted: &Admitted,
        scope: QueryScope,
        render: impl Fn(&Facts<'_>, &ClientFacts) -> T + Send + Sync + 'static,
    ) -> Result<Answered<T>, Error>
    where
        T: HasOutcome + Send + 'static,
    {
        let render = Arc::new(render);
        let mut may = None;
        if scope.as_of.is_some() {
            let (request, county, of_now) = (admitted.request.clone(), admitted.county(), Arc::clone(&render));
            let both =
                move |facts: &Facts<'_>, found: &ClientFacts| (facts.decide(&request, &county), of_now(facts, found));
            let now = QueryScope { as_of: None, ..scope };
            let now = self.ask_once(admitted, now, None, both).await?.into_inner();
            let (decision, what) = now.what;
            if decision.is_none() {
                let Answered { states, not_connected, at, of_somebody, nobody, .. } = now;
                return Ok(Answered { what, states, not_connected, at, of_somebody, nobody });
            }
            may = decision;
        }
        let render = move |facts: &Facts<'_>, found: &ClientFacts| render(facts, found);
        Ok(self.ask_once(admitted, scope, may, render).await?.into_inner())
    }

    /// Reads, decides and logs in one transaction.
    async fn ask_once<T: HasOutcome + Send + 'static>(
        &self,
        admitted: &Admitted,
        scope: QueryScope,
        may: Option<Decision>,
        render: impl Fn(&Facts<'_>, &ClientFacts) -> T + Send + Sync + 'static,
    ) -> Result<Granted<Answered<T>>, Error> {
        let (request, at, county) = (admitted.request.clone(), admitted.at, admitted.county());
        let (limits, keyring, hetu) = (county.limits, Arc::clone(&self.0.keyring), admitted.hetu);
        let ask = Ask { token: admitted.token, as_of: scope.as_of, timeline: scope.timeline, at, limits };
        let decide = move |found: &ClientFacts| {
            decide((&county, &keyring), &request, (at, scope.as_of, hetu.as_ref()), may.as_ref(), found, &render)
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
