//! Collects errors, so that all of a function's mistakes are reported at once.
//!
//! A diagnostic names what is wrong at the smallest piece of the user's source, in the user's words,
//! and says in its help what to do instead. Phases add diagnostics and go on; a phase whose input
//! has errors does not run.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// The errors found so far.
#[derive(Debug, Default)]
pub struct Diagnostics {
    entries: Vec<Diagnostic>,
}

/// One error.
#[derive(Debug)]
pub struct Diagnostic {
    error: syn::Error,
    help: Vec<String>,
    /// Rustc reports it by itself.
    silent: bool,
}

impl Diagnostics {
    pub fn new() -> Diagnostics {
        Diagnostics::default()
    }

    /// Reports an error at all of `tokens`.
    pub fn error(
        &mut self,
        tokens: impl ToTokens,
        message: impl std::fmt::Display,
    ) -> &mut Diagnostic {
        self.push(syn::Error::new_spanned(tokens, message))
    }

    /// Reports an error at a single token.
    pub fn error_at(&mut self, span: Span, message: impl std::fmt::Display) -> &mut Diagnostic {
        self.push(syn::Error::new(span, message))
    }

    /// Takes over an error of the parser.
    pub fn push(&mut self, error: syn::Error) -> &mut Diagnostic {
        let index = self.entries.len();
        self.entries.push(Diagnostic { error, help: Vec::new(), silent: false });
        &mut self.entries[index]
    }

    /// Gives up without a word: rustc refuses the user's own function, and says why better. Should it
    /// not, the stubs that stand in for the derivatives do not compile, with this text.
    pub fn leave_to_rustc(&mut self, span: Span, text: impl std::fmt::Display) {
        self.push(syn::Error::new(span, text)).silent = true;
    }

    /// What was left to rustc, if there is nothing else.
    pub fn left_to_rustc(&self) -> Option<String> {
        let first = self.entries.first()?;
        self.entries.iter().all(|entry| entry.silent).then(|| first.text())
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Forgets what was reported after the first `len`, by an attempt that is given up.
    pub fn truncate(&mut self, len: usize) {
        self.entries.truncate(len);
    }

    /// Takes over the errors found elsewhere.
    pub fn append(&mut self, mut other: Diagnostics) {
        self.entries.append(&mut other.entries);
    }

    /// The texts, help included, in the order of their reports.
    pub fn messages(&self) -> impl Iterator<Item = String> + '_ {
        self.reported().map(Diagnostic::text)
    }

    /// `compile_error!` invocations, one for each error, with its span.
    pub fn to_compile_errors(&self) -> TokenStream {
        self.reported().map(Diagnostic::to_compile_error).collect()
    }

    fn reported(&self) -> impl Iterator<Item = &Diagnostic> {
        self.entries.iter().filter(|entry| !entry.silent)
    }
}

impl Diagnostic {
    /// Adds a line that says what to do instead.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Diagnostic {
        self.help.push(text.into());
        self
    }

    fn text(&self) -> String {
        let mut text = self.error.to_string();
        for help in &self.help {
            text.push_str("\n  help: ");
            text.push_str(help);
        }
        text
    }

    fn to_compile_error(&self) -> TokenStream {
        let text = self.text();
        let span = self.error.span();
        // A span joined over several tokens exists on nightly only; `syn` keeps both of its ends,
        // which show in the spans of the macro's name and of its argument.
        let mut error = self.error.to_compile_error();
        if !self.help.is_empty() {
            let literal = syn::LitStr::new(&text, span);
            error = replace_message(error, &literal);
        }
        error
    }
}

/// Replaces the string literal in a `compile_error!` invocation; its span stays.
fn replace_message(tokens: TokenStream, message: &syn::LitStr) -> TokenStream {
    use proc_macro2::{Group, TokenTree};
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => {
                let mut replaced =
                    Group::new(group.delimiter(), replace_message(group.stream(), message));
                replaced.set_span(group.span());
                TokenTree::Group(replaced)
            }
            TokenTree::Literal(literal) => {
                let mut replaced = message.token();
                replaced.set_span(literal.span());
                TokenTree::Literal(replaced)
            }
            other => other,
        })
        .collect()
}

/// The candidate that a name is likely to be meant for.
pub fn nearest<'c>(name: &str, candidates: &[&'c str]) -> Option<&'c str> {
    candidates
        .iter()
        .filter(|candidate| **candidate != name)
        .map(|candidate| (distance(name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(name.len()) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's edit distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}
