//! The names in a file: what it imports, and the paths that stand in it.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::vec::IntoIter;

use proc_macro2::TokenTree;

/// One name of a `use`.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// As it is called here; `*`: all that is there.
    pub(super) name: String,
    /// Others may import it from here.
    pub(super) is_public: bool,
}

pub(super) fn is(token: &TokenTree, punct: char) -> bool {
    matches!(token, TokenTree::Punct(it) if it.as_char() == punct)
}

/// `[cfg(test)]`, alone or with something else.
pub(super) fn is_for_tests(attribute: &TokenTree) -> bool {
    let text = attribute.to_string().replace(' ', "");
    text.starts_with("[cfg(") && text.contains("test") && !text.contains("not(") && !text.contains("any(")
}

/// The names of a `use`, from its keyword to its semicolon.
pub(super) fn imports(tokens: &[TokenTree], is_public: bool) -> Vec<Import> {
    let after = tokens.iter().skip_while(|it| it.to_string() != "use").skip(1).cloned();
    let mut imports = Vec::new();
    tree(&mut after.collect::<Vec<_>>().into_iter().peekable(), &[], is_public, &mut imports);
    imports
}

fn tree(tokens: &mut Peekable<IntoIter<TokenTree>>, before: &[String], is_public: bool, imports: &mut Vec<Import>) {
    let (mut path, mut name) = (before.to_vec(), None);
    let mut add = |path: &[String], name: String| imports.push(Import { path: path.to_vec(), name, is_public });
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "as" => name = tokens.next().map(|it| it.to_string()),
            TokenTree::Ident(word) => path.push(word.to_string()),
            TokenTree::Group(group) => {
                let mut inner = group.stream().into_iter().collect::<Vec<_>>().into_iter().peekable();
                while inner.peek().is_some() {
                    tree(&mut inner, &path, is_public, imports);
                }
                tokens.next_if(|it| is(it, ','));
                return;
            }
            TokenTree::Punct(punct) if punct.as_char() == '*' => {
                add(&path, "*".to_owned());
                tokens.next_if(|it| is(it, ','));
                return;
            }
            TokenTree::Punct(punct) if [',', ';'].contains(&punct.as_char()) => break,
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    if path.last().is_some_and(|it| it == "self") && path.len() > 1 {
        path.pop();
    }
    if let Some(last) = path.last() {
        add(&path, name.unwrap_or_else(|| last.clone()));
    }
}

/// What the call of a macro defines, as far as it is written as an item.
pub(super) fn defined(tokens: &[TokenTree]) -> Vec<String> {
    let mut names = Vec::new();
    for group in tokens.iter().filter_map(|it| if let TokenTree::Group(it) = it { Some(it.stream()) } else { None }) {
        let inner: Vec<TokenTree> = group.into_iter().collect();
        let pairs =
            inner.windows(2).filter(|two| ["struct", "enum", "fn", "const", "type"].contains(&&*two[0].to_string()));
        names.extend(pairs.map(|two| two[1].to_string()));
        names.extend(defined(&inner));
    }
    names
}

/// Adds the paths in an item, and what is imported inside it.
pub(super) fn uses(tokens: Vec<TokenTree>, paths: &mut BTreeSet<Vec<String>>, imported: &mut Vec<Import>) {
    let mut tokens = tokens.into_iter().peekable();
    // After one dot stands the name of a field or a method, after a quotation mark that of a lifetime.
    let (mut dots, mut quoted) = (0, false);
    while let Some(token) = tokens.next() {
        let follows = dots != 1 && !quoted;
        dots = if is(&token, '.') { dots + 1 } else { 0 };
        quoted = is(&token, '\'');
        match token {
            TokenTree::Group(group) => uses(group.stream().into_iter().collect(), paths, imported),
            TokenTree::Ident(word) if word == "use" => {
                let mut rest = vec![TokenTree::Ident(word)];
                rest.extend(std::iter::from_fn(|| tokens.next_if(|it| !is(it, ';'))));
                imported.extend(imports(&rest, false));
            }
            TokenTree::Ident(word) if follows => {
                let mut path = vec![word.to_string()];
                while is_colons(&mut tokens) {
                    match tokens.next_if(|it| matches!(it, TokenTree::Ident(_))) {
                        Some(next) => path.push(next.to_string()),
                        None => break,
                    }
                }
                paths.insert(path);
            }
            token if is(&token, '#') && tokens.peek().is_some_and(is_for_tests) => {
                while tokens.next_if(|it| !(is(it, ';') || it.to_string().starts_with('{'))).is_some() {}
                tokens.next();
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

fn is_colons(tokens: &mut Peekable<IntoIter<TokenTree>>) -> bool {
    let joint = |it: &TokenTree| matches!(it, TokenTree::Punct(it) if it.as_char() == ':' && it.spacing() == proc_macro2::Spacing::Joint);
    tokens.next_if(joint).is_some() && tokens.next_if(|it| is(it, ':')).is_some()
}
