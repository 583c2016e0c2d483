//! How much of a place a caller may see.

/// How much of the place may be shown: wards, units, hospitals, and contacts that reveal them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of it: the caller's own register.
    Whole,
    /// Across the line: of a worker, the name and the number; of a place, the contact points that the configuration
    /// shows to outsiders.
    Outside,
    /// Who and which number, not where.
    NoPlace,
    /// Nothing that leads to a place.
    Withheld,
}
