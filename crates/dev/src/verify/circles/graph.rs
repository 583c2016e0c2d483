//! Which module uses which, and the circles among the parts of one module.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Id, Modules};

/// More steps than any name takes from one re-export to the next.
const DEEPEST: usize = 16;

/// By the one that uses and the one that is used: a name that it uses.
type Uses = BTreeMap<(Id, Id), String>;

/// Each circle: its members, and one use of each by another.
pub(super) fn circles(modules: &Modules) -> Vec<String> {
    let uses = uses(modules);
    let mut circles = Vec::new();
    for of in 0..modules.0.len() {
        // What a part of `of` uses of another part.
        let mut between: BTreeMap<Id, BTreeMap<Id, String>> = BTreeMap::new();
        for ((user, used), name) in &uses {
            let parts = modules.part_of(*user, of).zip(modules.part_of(*used, of));
            if let Some((user_part, used_part)) = parts.filter(|(one, other)| one != other) {
                let text = format!("{} uses {name} of {}", modules.path(*user), modules.path(*used));
                between.entry(user_part).or_default().entry(used_part).or_insert(text);
            }
        }
        let mut seen = BTreeSet::new();
        for part in between.keys() {
            let circle: BTreeSet<Id> =
                reached(*part, &between).into_iter().filter(|it| reached(*it, &between).contains(part)).collect();
            if circle.contains(part) && seen.is_disjoint(&circle) {
                let members: Vec<&str> = circle.iter().map(|it| modules.0[*it].name.as_str()).collect();
                let all = circle.iter().filter_map(|it| between.get(it)).flatten();
                let lines = all.filter(|(used, _)| circle.contains(used)).map(|(_, text)| format!("\n   {text}"));
                let parent = Some(modules.path(of)).filter(|it| !it.is_empty()).map(|it| format!(" in {it}"));
                let (members, parent) = (members.join(", "), parent.unwrap_or_default());
                circles.push(format!("{members}{parent}{}", lines.collect::<String>()));
                seen.extend(circle);
            }
        }
    }
    circles
}

fn reached(from: Id, between: &BTreeMap<Id, BTreeMap<Id, String>>) -> BTreeSet<Id> {
    let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(at) = next.pop() {
        for used in between.get(&at).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(*used) {
                next.push(*used);
            }
        }
    }
    reached
}

fn uses(modules: &Modules) -> Uses {
    let mut all = Uses::new();
    for (id, module) in modules.0.iter().enumerate() {
        let imported = module.imports.iter().map(|it| (&it.path, it.is_public));
        for (path, is_public) in imported.chain(module.uses.iter().map(|path| (path, false))) {
            let Some(used) = modules.defining(id, path, DEEPEST).filter(|used| *used != id) else { continue };
            // What is re-exported of an own part is not used here.
            if !(is_public && modules.part_of(used, id).is_some()) {
                all.entry((id, used)).or_insert_with(|| path.join("::"));
            }
        }
    }
    all
}

impl Modules {
    /// The part of `of` in which a module is; `None`: it is no part of it.
    fn part_of(&self, module: Id, of: Id) -> Option<Id> {
        let mut part = module;
        while let Some(parent) = self.0[part].parent {
            if parent == of {
                return Some(part);
            }
            part = parent;
        }
        None
    }

    /// From the crate's root.
    fn path(&self, module: Id) -> String {
        let names = std::iter::successors(Some(module), |it| self.0[*it].parent).map(|it| self.0[it].name.as_str());
        let mut names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        names.reverse();
        names.join("::")
    }

    /// The module that defines what `path` names in module `from`; `None`: none of this crate's.
    fn defining(&self, from: Id, path: &[String], deepest: usize) -> Option<Id> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.inside(0, rest, deepest),
            "self" => self.inside(from, rest, deepest),
            "super" => {
                let ups = path.iter().take_while(|it| *it == "super").count();
                let at = (0..ups).try_fold(from, |at, _| self.0[at].parent)?;
                self.inside(at, &path[ups..], deepest)
            }
            _ => self.inside(from, path, deepest),
        }
    }

    fn inside(&self, module: Id, path: &[String], deepest: usize) -> Option<Id> {
        let deepest = deepest.checked_sub(1)?;
        let Some((first, rest)) = path.split_first() else { return Some(module) };
        let at = &self.0[module];
        if let Some(part) = at.parts.get(first) {
            return self.inside(*part, rest, deepest);
        }
        if at.defines.contains(first) {
            return Some(module);
        }
        let named = at.imports.iter().filter(|it| it.name == *first && it.path != [first.clone()]);
        let by_name = named.map(|it| [&it.path, rest].concat()).find_map(|path| self.defining(module, &path, deepest));
        let all = at.imports.iter().filter(|it| it.name == "*");
        by_name.or_else(|| {
            let mut all = all.filter_map(|it| self.defining(module, &it.path, deepest)).filter(|it| *it != module);
            all.find_map(|it| self.inside(it, path, deepest))
        })
    }
}
