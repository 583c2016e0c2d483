//! A joint service of health and social care: those who take part get what is necessary (703/2023 53 § 1 mom.).
//!
//! What is made together is recorded in both registers (46 §, 47 §), so the record shows who takes part: the asker's own systems
//! report an open joint assessment in the own register (57 §), and the other register has one too. One side's report alone opens
//! nothing. What is necessary is the joint assessment and who works with the client; of the social register
//! in its service task alone, of the patient register also whether the client is treated. [Our reading]: it opens only where the county
//! has switched it on, and what the client forbids stays closed (59 §).

use super::Task;
use super::classes::Classes;
use super::decision::{Basis, Grant};
use super::policy::Policy;
use super::relationship::Whose;
use super::request::Request;
use super::tasks::Tasks;
use crate::ParallelView;
use crate::thing::{Data, Item, Thing};
use event::{Instant, Register};

/// Of the social register.
const OF_SOCIAL: &[Data] = &[Data::Assessments, Data::Workers];

/// Of the patient register.
const OF_PATIENT: &[Data] = &[Data::Assessments, Data::Workers, Data::Stays, Data::HealthSocialWork];

impl ParallelView {
    /// What a joint service opens to the one who asks; `None`: there is none, or they take no part in it. Who arranges or delivers a
    /// service takes no part in an assessment.
    pub(super) fn joint_service(
        &self,
        request: &Request,
        policy: &Policy,
        at: Instant,
        (whose, crosses): (&Whose<'_>, &dyn Fn(&Item) -> bool),
    ) -> Option<Grant> {
        let takes_part = [Task::HealthSocialWork, Task::ClientWork, Task::NeedsAssessment].contains(&request.task);
        // Another controller's is another provider: there the law asks for more than the record has.
        if !policy.joint_service || !takes_part || policy.other(request.requester.controller.as_deref()).is_some() {
            return None;
        }
        let own = request.rule().own;
        let other = if own == Register::Patient { Register::Social } else { Register::Patient };
        let mut ours = whose.of(&self.lane(own).assessments).map(|(_, it)| it);
        if !ours.any(|it| it.is_joint_at(at)) {
            return None;
        }
        // What is forbidden or a shelter's is not shown to be there either.
        let all = self.lane(other).assessments.iter().filter(|(_, it)| it.is_joint_at(at));
        let items = all.map(|(key, it)| it.item(Some(*key), whose.belongs));
        let may_be_known =
            |it: &Item| !policy.is_foreign(it, None) && crosses(it) && !policy.classes(it).meets(Classes::APART);
        let mut theirs = items.filter(may_be_known).map(|it| it.tasks).peekable();
        theirs.peek()?;
        let (data, tasks) = match other {
            Register::Patient => (OF_PATIENT, Tasks::Without(Classes::APART)),
            Register::Social => (OF_SOCIAL, Tasks::Of(theirs.flatten().collect(), Classes::APART)),
        };
        Some(Grant {
            register: other,
            data: data.iter().copied().collect(),
            tasks,
            keys: None,
            recorded: (None, None),
            basis: Basis::JointService(other),
        })
    }
}
