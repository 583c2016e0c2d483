//! How much of everything.

/// The sizes of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) events: u32,
    pub(crate) clients: u32,
}

/// What the figures are stated for.
pub(crate) const FULL: Scale = Scale { events: 200_000, clients: 20_000 };

/// A tenth.
pub(crate) const QUICK: Scale = Scale { events: 20_000, clients: 2_000 };
