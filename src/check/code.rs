//! The names of the kinds of Problems, for tests and programs. None is ever renamed.

macro_rules! codes {
    ($($name:ident = $code:literal,)*) => {
        $(pub(super) const $name: &str = $code;)*

        /// The codes of all Problems that [`check`](super::check) reports.
        pub const CODES: &[&str] = &[
            $($code,)*
            // What `edit::resolve` finds.
            "unknown-scenario",
            "scenario-circle",
            "change-does-not-apply",
        ];
    };
}

codes! {
    HORIZON = "horizon-zero",
    WARM_UP = "warm-up-too-long",
    PRECISION = "precision-zero",
    TEAM_EMPTY = "team-without-people",
    CREW = "crew-too-large",
    NEVER_OPEN = "calendar-never-open",
    ONLY_SPECIAL_DAYS = "calendar-without-weekly-hours",
    DISTRIBUTION = "distribution-fault",
    RHYTHM = "rhythm-without-slots",
    NO_WORK_TIME = "no-work-time",
    NO_TEAM = "no-team",
    ENOUGH = "enough-above-copies",
    BATCH_AND_COPIES = "batch-and-copies",
    BATCH_ABOVE_LIMIT = "batch-above-limit",
    LIMIT_AT_JOIN = "limit-at-join",
    LIMIT_ZERO = "limit-zero",
    COUNT_ZERO = "count-zero",
    NEVER_AVAILABLE = "never-available",
    SETUP_WITHOUT_TEAM = "setup-without-team",
    SATISFACTION = "satisfaction-out-of-range",
    UNKNOWN_CLASS = "unknown-class",
    FORWARD_CIRCLE = "forward-circle",
    TOO_MANY_DERIVED = "too-many-derived",
    NOT_RELAXED = "relaxed-but-required",
    NO_SHARE = "shares-sum-to-zero",
    REWORK_ABOVE_ONE = "rework-shares-above-one",
    SHARE_MISSING = "share-missing",
    REWORK_NOWHERE = "rework-leads-nowhere",
    JOIN_INCOMPLETE = "join-never-complete",
    MERGES_TWICE = "merges-twice",
    NO_WAY_ON = "no-way-on",
    NEVER_LEAVES = "loop-never-leaves",
    FEEDBACK_STARVES = "feedback-into-branch",
    OFFSPRING = "feedback-without-end",
    NOTHING_ARRIVES = "nothing-arrives",
    NO_DEMAND = "stream-without-demand",
    NO_PLACE = "demand-without-place",
    NO_GAP = "gap-zero",
    NO_DATES = "demand-without-dates",
    BACKLOG = "backlog-without-limit",
    BEFORE_START = "date-before-start",
    CLASS_TWICE = "class-differs",
    UNREACHABLE = "stage-unreachable",
    CA_WITHOUT_REWORK = "ca-without-rework",
}
