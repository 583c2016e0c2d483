//! The modules of a crate: their parts, what each defines, and the names that it uses. What is only for tests is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::names::{self, Import};

/// A module, by its number.
pub(super) type Id = usize;

/// A module: a file, or a part of one.
#[derive(Default)]
pub(super) struct Module {
    pub(super) name: String,
    pub(super) parent: Option<Id>,
    pub(super) parts: BTreeMap<String, Id>,
    pub(super) defines: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Paths that stand in it.
    pub(super) uses: BTreeSet<Vec<String>>,
}

/// All modules of a crate; the first is its root.
pub(super) struct Modules(pub(super) Vec<Module>);

impl Modules {
    pub(super) fn of_crate(root: &Path) -> anyhow::Result<Self> {
        let mut modules = Self(vec![Module::default()]);
        modules.file(0, root, root.parent().unwrap_or(root))?;
        Ok(modules)
    }

    /// `parts`: where the files of its parts are.
    fn file(&mut self, of: Id, file: &Path, parts: &Path) -> anyhow::Result<()> {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let tokens = text.parse().map_err(|error| anyhow!("{}: {error}", file.display()))?;
        self.items(of, tokens, parts)
    }

    pub(super) fn items(&mut self, of: Id, tokens: TokenStream, parts: &Path) -> anyhow::Result<()> {
        for item in items(tokens) {
            let keyword = item.keyword();
            match (keyword.as_deref(), item.name()) {
                (Some("mod"), Some(name)) => {
                    let part = self.add(of, &name);
                    let inner = parts.join(&name);
                    match item.body() {
                        Some(body) => self.items(part, body, &inner)?,
                        None => self.file(part, &file_of(parts, &name), &inner)?,
                    }
                    continue;
                }
                (Some("use"), _) => self.0[of].imports.extend(names::imports(&item.tokens, item.is_public)),
                (
                    Some("macro_rules" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static" | "fn"),
                    Some(name),
                ) => {
                    self.0[of].defines.insert(name);
                }
                // What a macro's call defines is written in it.
                (None, _) => self.0[of].defines.extend(names::defined(&item.tokens)),
                _ => {}
            }
            if keyword.as_deref() != Some("use") {
                let Module { uses, imports, .. } = &mut self.0[of];
                names::uses(item.tokens, uses, imports);
            }
        }
        Ok(())
    }

    fn add(&mut self, of: Id, name: &str) -> Id {
        let id = self.0.len();
        self.0.push(Module { name: name.to_owned(), parent: Some(of), ..Module::default() });
        self.0[of].parts.insert(name.to_owned(), id);
        id
    }
}

fn file_of(directory: &Path, name: &str) -> PathBuf {
    let file = directory.join(format!("{name}.rs"));
    if file.is_file() { file } else { directory.join(name).join("mod.rs") }
}

/// An item of a module, without its attributes.
struct Item {
    tokens: Vec<TokenTree>,
    is_public: bool,
}

impl Item {
    /// `None`: the call of a macro.
    fn keyword(&self) -> Option<String> {
        const KEYWORDS: [&str; 13] = [
            "mod",
            "use",
            "macro_rules",
            "struct",
            "enum",
            "union",
            "trait",
            "type",
            "fn",
            "impl",
            "const",
            "static",
            "extern",
        ];
        let mut words =
            self.tokens.iter().take(8).map(ToString::to_string).filter(|it| KEYWORDS.contains(&it.as_str()));
        let first = words.next()?;
        // `const fn`, `extern "C" fn`.
        Some(
            words
                .next()
                .filter(|_| ["const", "extern"].contains(&first.as_str()))
                .filter(|it| it == "fn")
                .unwrap_or(first),
        )
    }

    fn name(&self) -> Option<String> {
        let keyword = self.keyword()?;
        let mut after = self.tokens.iter().skip_while(|it| it.to_string() != keyword).skip(1);
        after.find_map(|it| if let TokenTree::Ident(name) = it { Some(name.to_string()) } else { None })
    }

    fn body(&self) -> Option<TokenStream> {
        match self.tokens.last()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
            _ => None,
        }
    }
}

/// The items of a module that are not only for tests.
fn items(tokens: TokenStream) -> Vec<Item> {
    let (mut items, mut tokens) = (Vec::new(), tokens.into_iter().peekable());
    let (mut item, mut of_tests) = (Vec::new(), false);
    while let Some(token) = tokens.next() {
        if names::is(&token, '#') {
            tokens.next_if(|it| names::is(it, '!'));
            of_tests |= tokens.next().is_some_and(|it| names::is_for_tests(&it));
            continue;
        }
        let brace = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let ends = names::is(&token, ';');
        item.push(token);
        let goes_on = |item: &[TokenTree]| {
            item.iter().any(|it| ["const", "static", "type", "use", "let"].contains(&&*it.to_string()))
        };
        let is_fn = item.iter().any(|it| it.to_string() == "fn");
        if ends || (brace && (is_fn || !goes_on(&item))) {
            let is_public = item.first().is_some_and(|it| it.to_string() == "pub");
            let tokens = std::mem::take(&mut item);
            if !std::mem::take(&mut of_tests) {
                items.push(Item { tokens, is_public });
            }
        }
    }
    items
}
