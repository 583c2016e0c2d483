//! A question about what the asker has written. It names no client, and nothing that somebody else wrote is looked up.

use super::{PATIENCE, QueryService};
use crate::authenticate::Asking;
use crate::proto;
use crate::status::Error;
use care::access::{AnswerKind, Data, Query, Request, duty_worker_key};
use event::{Instant, Token};
use store::{Access, AskOpened, Decided, OpenedContacts, Shown};
use tonic::Extensions;

/// One that may be asked; nothing has been looked up yet.
pub(crate) struct AdmittedOwn {
    access: Access,
    request: Request,
    controller: Option<String>,
    /// Now.
    pub(crate) at: Instant,
}

impl AdmittedOwn {
    /// The calling system.
    pub(crate) fn caller(&self) -> &str {
        &self.access.system
    }

    /// The professional.
    pub(crate) fn user_id(&self) -> &str {
        &self.access.user
    }

    /// The controller of the calling system's register; `None`: the county.
    pub(crate) fn controller(&self) -> Option<&str> {
        self.controller.as_deref()
    }
}

impl QueryService {
    /// Everything that can be refused before the look-up.
    pub(crate) async fn admit_own(
        &self,
        extensions: &Extensions,
        access: Option<&proto::Access>,
        query: Query,
    ) -> Result<AdmittedOwn, Error> {
        let asking = extensions.get::<Asking>().ok_or(Error::Unauthenticated)?;
        let (access, request) = self.may_ask(asking, access, query, None).await?;
        Ok(AdmittedOwn { access, request, controller: asking.caller.controller.clone(), at: self.now() })
    }

    /// The contacts of the duty service that the asker has opened; `only`: this one alone.
    pub(crate) async fn opened(&self, own: &AdmittedOwn, only: Option<Token>) -> Result<OpenedContacts, Error> {
        let AdmittedOwn { access, request, controller: _, at } = own;
        let provision = request.rule().provision.to_owned();
        let nothing = Decided {
            answer: (),
            decision: "granted",
            outcome: AnswerKind::Nothing.name(),
            rule: provision.clone(),
            shown: Vec::new(),
            grounds: vec!["of what this professional has opened".to_owned()],
        };
        let data = vec![Data::DutyContacts.name()];
        let shown = Shown { register: request.own(), kind: "use", data, provision };
        let shown = Decided { outcome: AnswerKind::OpenedContacts.name(), shown: vec![shown], ..nothing.clone() };
        let by = duty_worker_key(&self.0.keyring, &access.system, &access.user);
        let asked = self.0.door.opened(AskOpened { by, only, at: *at }, access, (shown, nothing));
        let granted = tokio::time::timeout(PATIENCE, asked).await.map_err(|_| Error::NotNow)??;
        (self.0.observer.decided)(Some(&access.system), true);
        Ok(granted.into_inner())
    }
}
