//! The texts of the product itself.

use fluent_bundle::FluentArgs;

macro_rules! phrases {
    (<$life:lifetime> $($name:ident $({ $($argument:ident: $type:ty),+ })? = $key:literal,)*) => {
        /// A text of the product itself, with its arguments.
        #[derive(Clone, Copy)]
        #[expect(missing_docs, reason = "each is its English text, in text")]
        pub enum Phrase<$life> {
            $($name $({ $($argument: $type),+ })?,)*
        }

        impl<$life> Phrase<$life> {
            /// Each name with its key and its arguments.
            #[cfg(test)]
            pub(crate) const ALL: &'static [(&'static str, &'static str, &'static [&'static str])] =
                &[$((stringify!($name), $key, &[$($(stringify!($argument)),+)?])),*];

            pub(crate) fn key(self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $key,)*
                }
            }

            pub(crate) fn arguments(self) -> FluentArgs<$life> {
                let mut arguments = FluentArgs::new();
                match self {
                    $(Self::$name $({ $($argument),+ })? => { $($(arguments.set(stringify!($argument), $argument);)+)? })*
                }
                arguments
            }
        }
    };
}

phrases! {
    <'a>

    // Headings and columns.

    IdentifierPrompt = "identifier-prompt",
    ReasonPrompt = "reason-prompt",

    HeadingWorkers = "heading-workers",
    HeadingOwnWorker = "heading-own-worker",
    HeadingInvolvement = "heading-involvement",
    HeadingView = "heading-view",
    HeadingTimeline = "heading-timeline",
    HeadingRestsOn = "heading-rests-on",

    LaneHealth = "lane-health",
    LaneSocial = "lane-social",
    SectionStays = "section-stays",
    SectionReferrals = "section-referrals",
    SectionCases = "section-cases",
    SectionAssessments = "section-assessments",
    SectionClientships = "section-clientships",
    SectionWorkers = "section-workers",
    SectionEndedAssignments = "section-ended-assignments",
    SectionHealthSocialWork = "section-health-social-work",
    SectionDutyContacts = "section-duty-contacts",
    SectionDecisions = "section-decisions",
    SectionServices = "section-services",
    SectionPlans = "section-plans",
    MayBeDone = "may-be-done",
    SectionLooseEnds = "section-loose-ends",
    SectionCooperationRequests = "section-cooperation-requests",

    ColumnAgreedAt = "column-agreed-at",
    ColumnAnswer = "column-answer",
    ColumnAskedOf = "column-asked-of",
    ColumnClientshipFollows = "column-clientship-follows",
    ColumnClosingGround = "column-closing-ground",
    ColumnConfirmedAt = "column-confirmed-at",
    ColumnCovers = "column-covers",
    ColumnDeceased = "column-deceased",
    ColumnDecidedAt = "column-decided-at",
    ColumnEmail = "column-email",
    ColumnEndedAt = "column-ended-at",
    ColumnExpiresAt = "column-expires-at",
    ColumnFinishedAt = "column-finished-at",
    ColumnGround = "column-ground",
    ColumnHandedOverTo = "column-handed-over-to",
    ColumnHappenedAt = "column-happened-at",
    ColumnHours = "column-hours",
    ColumnKind = "column-kind",
    ColumnLanguage = "column-language",
    ColumnLastMessage = "column-last-message",
    ColumnName = "column-name",
    ColumnNotes = "column-notes",
    ColumnOutcome = "column-outcome",
    ColumnOwnWorkerNeeded = "column-own-worker-needed",
    ColumnPhone = "column-phone",
    ColumnPlannedDischarge = "column-planned-discharge",
    ColumnPlannedFor = "column-planned-for",
    ColumnProfession = "column-profession",
    ColumnPublicServicePost = "column-public-service-post",
    ColumnQuarantined = "column-quarantined",
    ColumnReason = "column-reason",
    ColumnReceivedAt = "column-received-at",
    ColumnRecordedAt = "column-recorded-at",
    ColumnRegister = "column-register",
    ColumnRequiredBy = "column-required-by",
    ColumnReviewBy = "column-review-by",
    ColumnRevisedAt = "column-revised-at",
    ColumnRole = "column-role",
    ColumnServiceTask = "column-service-task",
    ColumnSince = "column-since",
    ColumnSource = "column-source",
    ColumnStartedAt = "column-started-at",
    ColumnStatus = "column-status",
    ColumnTask = "column-task",
    ColumnUnit = "column-unit",
    ColumnUntil = "column-until",
    ColumnUrgentNeed = "column-urgent-need",
    ColumnWard = "column-ward",
    ColumnWho = "column-who",

    // Beside the tables of an answer.

    // By jiff's strftime.
    TimePattern = "time-pattern",
    // The day is counted from Monday, 1.
    OnWeekday { day: u64, time: &'a str } = "on-weekday",
    SecondsAgo { count: u64 } = "seconds-ago",
    MinutesAgo { count: u64 } = "minutes-ago",
    HoursAgo { count: u64 } = "hours-ago",
    DaysAgo { count: u64 } = "days-ago",
    Yes = "yes",
    No = "no",

    // The answer.
    Nobody = "nobody",
    None = "none",
    AllReported = "all-reported",
    NotKnown = "not-known",
    MoreNotKnown = "more-not-known",
    NoReason = "no-reason",
    KnownUntil { time: &'a str } = "known-until",
    Involved = "involved",
    NotInvolved = "not-involved",
    NotNamed = "not-named",
    OwnWorkerMissing = "own-worker-missing",
    ClientshipInForce = "clientship-in-force",
    NoClientship = "no-clientship",
    ReasonIs { reason: &'a str } = "reason-is",
    Withheld = "withheld",
    ConsentRecorded = "consent-recorded",
    ConsentWithdrawn = "consent-withdrawn",
    ConsentNotRecorded = "consent-not-recorded",
    OtherSideWithheld = "other-side-withheld",
    NothingReported = "nothing-reported",
    NonDisclosure = "non-disclosure",

    // How somebody is reached.
    Away = "away",
    AwayUntil { time: &'a str } = "away-until",
    StandsIn = "stands-in",
    AsAbove = "as-above",
    PageOnPaper = "page-on-paper",
    PrintedAt { time: &'a str } = "printed-at",
    DayAndNight = "day-and-night",
    WeekdaysShort = "weekdays-short",
    RingNow = "ring-now",
    OpensAt { time: &'a str } = "opens-at",
    NotConfirmed = "not-confirmed",
    ConfirmedLongAgo { time: &'a str } = "confirmed-long-ago",
    NotToday { name: &'a str } = "not-today",
    WhoNotReported = "who-not-reported",
    WhoNotShown = "who-not-shown",
    NoneForWard = "none-for-ward",
    NoneForAge = "none-for-age",
    WardNotListed = "ward-not-listed",
    PlaceWithheld = "place-withheld",

    // What stands in a table.
    Open = "open",
    Closed = "closed",
    DischargePlannedNoTime = "discharge-planned-no-time",
    Inferred = "inferred",
    Back { time: &'a str } = "back",
    MissingFromList { time: &'a str } = "missing-from-list",
    NotRequested = "not-requested",
    Expired = "expired",
    ExpectedBy { status: &'a str, time: &'a str } = "expected-by",
    Contradicted { status: &'a str, later: &'a str } = "contradicted",
    Earlier { status: &'a str, before: &'a str } = "earlier",
    Relayed { source: &'a str, relay: &'a str } = "relayed",
    RelayedBy { source: &'a str, relay: &'a str, by: &'a str } = "relayed-by",
    Contacts { count: u64, last: &'a str } = "contacts",
    Unplaced { count: u64 } = "unplaced",

    // The sources.
    Silent { ago: &'a str } = "silent",
    Never = "never",
    NotConnected { name: &'a str, covers: &'a str } = "not-connected",
    Unidentified { name: &'a str, covers: &'a str } = "unidentified",

    // What went wrong, and what to do next.
    NoAnswerInTime = "no-answer-in-time",
    Busy = "busy",
    Unreachable { why: &'a str } = "unreachable",
    NoAnswer { code: &'a str } = "no-answer",
    NotAllowed { why: &'a str } = "not-allowed",
    WrongQuestion { why: &'a str } = "wrong-question",
    UnknownToken = "unknown-token",
    TokenUnreadable { file: &'a str } = "token-unreadable",
    TokenMalformed { file: &'a str } = "token-malformed",
    NotAServer { server: &'a str } = "not-a-server",
    WithoutTls { server: &'a str } = "without-tls",
    IdentifierUnreadable = "identifier-unreadable",
    NoIdentifier = "no-identifier",
    ReasonMissing = "reason-missing",

    // The duty page.

    PageLanguageName = "page-language-name",
    PageSkip = "page-skip",
    PageLanguage = "page-language",
    PageSignIn = "page-sign-in",
    PageSignOut = "page-sign-out",
    PageSignInAtProvider = "page-sign-in-at-provider",
    PageSignedIn = "page-signed-in",
    PageSigningOut = "page-signing-out",
    PageOnward = "page-onward",
    PageSignInAway = "page-sign-in-away",
    PageSignInRefused = "page-sign-in-refused",
    PageSignInEnded = "page-sign-in-ended",
    PageSignedOutHereOnly = "page-signed-out-here-only",
    PageNobodyCanSignIn = "page-nobody-can-sign-in",
    PageMadeUpPeople = "page-made-up-people",
    PageProfessional = "page-professional",
    PageDutyCheck = "page-duty-check",
    PageIdentityCode = "page-identity-code",
    PageIdentityCodeWrong = "page-identity-code-wrong",
    PageCaseReference = "page-case-reference",
    PageCaseNew = "page-case-new",
    PageCaseHelp = "page-case-help",
    PageTask = "page-task",
    PageBasis = "page-basis",
    PageCheck = "page-check",
    PageInvolved = "page-involved",
    PageNotInvolved = "page-not-involved",
    PageCannotSay = "page-cannot-say",
    PageHospital = "page-hospital",
    PageOwnWorker = "page-own-worker",
    PageSources = "page-sources",
    PageNotConnected = "page-not-connected",
    PageDischarged { time: &'a str, to: &'a str } = "page-discharged",
    PageDeceased = "page-deceased",
    PagePromised = "page-promised",
    PagePromise { what: &'a str, time: &'a str } = "page-promise",
    PagePromisePassed { what: &'a str, time: &'a str } = "page-promise-passed",
    PageLeaveWord = "page-leave-word",
    PageCallBackTo = "page-call-back-to",
    PageCallBackBy = "page-call-back-by",
    PageServiceTask = "page-service-task",
    PageServiceTaskNone = "page-service-task-none",
    PageServiceTaskHelp = "page-service-task-help",
    PageWordHelp = "page-word-help",
    PageWordLeft { time: &'a str } = "page-word-left",
    PageWordLeftHelp = "page-word-left-help",
    PageWordNotLeft = "page-word-not-left",
    PageWordNotLeftHelp = "page-word-not-left-help",
    PageCloseContact = "page-close-contact",
    PageContactClosed { time: &'a str } = "page-contact-closed",
    PageSheet = "page-sheet",
    PageSheetTitle = "page-sheet-title",
    PageSheetHelp = "page-sheet-help",
    PageSheetNumbers = "page-sheet-numbers",
    PageSheetNoNumber = "page-sheet-no-number",
    PageMenu = "page-menu",
    PageMyContacts = "page-my-contacts",
    PageMyContactsHelp = "page-my-contacts-help",
    PageNoContacts = "page-no-contacts",
    PageOlderLeftOut = "page-older-left-out",
    PageMark { mark: &'a str } = "page-mark",
    PageMarkName = "page-mark-name",
    PageContactWaits { time: &'a str } = "page-contact-waits",
    PageContactLate = "page-contact-late",
    PageHandOverTo = "page-hand-over-to",
    PageHandedOverToNobody = "page-handed-over-to-nobody",
    PageHandedOver { to: &'a str } = "page-handed-over",
    PageClose { mark: &'a str } = "page-close",
    PageNext = "page-next",
    PageWorkers = "page-workers",
    PageHours = "page-hours",
    PageWardsNumber = "page-wards-number",
    PageTimeline = "page-timeline",
    PageWhat = "page-what",
    PageNow = "page-now",
    PageHealthSocialWork = "page-health-social-work",
    PageCase = "page-case",
    PageAssessment = "page-assessment",
    PageClientship = "page-clientship",
    PageDutyContact = "page-duty-contact",
    PageGoesOn = "page-goes-on",
    PageAnother = "page-another",
    PageNoAnswer = "page-no-answer",
    PageFormUsed = "page-form-used",
    PageFormMalformed = "page-form-malformed",
    PageFormOfAnotherSite = "page-form-of-another-site",
    PageRefused = "page-refused",
    PageMisunderstood = "page-misunderstood",
    PageBusy = "page-busy",
    PageAway = "page-away",
    PageOutcomeUnknown = "page-outcome-unknown",
    PageSendAgain = "page-send-again",
    PageRing = "page-ring",
}
