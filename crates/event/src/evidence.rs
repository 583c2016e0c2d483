//! Evidence of who somebody is that identifies nobody.

crate::listed! {
    /// What a record presents beside its identifiers. It is for comparison and for review only: it links and finds nobody.
    ///
    /// It stands in the record as a set of tokens under a system of its own ([`Evidence::system`]), as identifiers do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Evidence {
        /// An identity code that links nobody: one that fails its check, or an artificial one where the configuration does not
        /// accept it.
        RefusedCode,
        /// An identity code that has ended: by a source that may not decide it, or without a report of the new code. A steward may
        /// confirm it. A query by such a code is not answered "none".
        EndedCode,
        /// A number that has the form and the check of an identity code and is not labelled as one. A query by such a number is
        /// not answered "none".
        UnlabelledCode,
        /// The source reports that the client has no identity code. It asks everybody for a code before it records them
        /// by its own number alone. So the client is nobody who has a code.
        NoIdentityCode,
        /// A day of birth: the reported one, and that in the identity code where it differs.
        BirthDate,
    }
}

impl Evidence {
    /// The system under which it stands in the record.
    #[must_use]
    pub const fn system(self) -> &'static str {
        match self {
            Self::RefusedCode => "urn:rinnakkain:refused-identity-code",
            Self::EndedCode => "urn:rinnakkain:ended-identity-code",
            Self::UnlabelledCode => "urn:rinnakkain:unlabelled-identity-code",
            Self::NoIdentityCode => "urn:rinnakkain:no-identity-code",
            Self::BirthDate => "urn:rinnakkain:birth-date",
        }
    }

    /// The evidence that stands under `system`; `None`: what stands there identifies.
    #[must_use]
    pub fn of(system: &str) -> Option<Self> {
        Self::ALL.iter().find(|it| it.system() == system).copied()
    }
}
