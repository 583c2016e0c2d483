//! Connected components of records.

use event::Token;
use std::collections::{BTreeMap, BTreeSet};

/// A pair of records, whichever is named first.
#[must_use]
pub fn pair(a: Token, b: Token) -> (Token, Token) {
    if a < b { (a, b) } else { (b, a) }
}

/// Connected components of a graph.
pub fn components<N: Copy + Ord>(
    nodes: impl Iterator<Item = N>,
    edges: impl Iterator<Item = (N, N)>,
) -> Vec<BTreeSet<N>> {
    let mut parent: BTreeMap<N, N> = nodes.map(|node| (node, node)).collect();
    for (a, b) in edges {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent.insert(a.max(b), a.min(b));
    }
    let mut groups: BTreeMap<N, BTreeSet<N>> = BTreeMap::new();
    for node in parent.keys().copied().collect::<Vec<_>>() {
        let root = root(&mut parent, node);
        groups.entry(root).or_default().insert(node);
    }
    groups.into_values().collect()
}

fn root<N: Copy + Ord>(parent: &mut BTreeMap<N, N>, node: N) -> N {
    let mut at = node;
    while let Some(up) = parent.get(&at).copied().filter(|up| *up != at) {
        at = up;
    }
    parent.insert(node, at);
    at
}
