//! Printed code as single tokens.
//!
//! Inside of rustc a `TokenStream` lives on the other side of a bridge, and to put one into another
//! crosses it four times. Expressions are made of many small pieces; as lists of tokens these are put
//! together on this side, and cross once, as part of the statement that they stand in.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// Tokens in order.
#[derive(Clone, Default)]
pub(crate) struct Code(Vec<TokenTree>);

impl Code {
    /// A keyword, or a name where the macro is called.
    pub fn word(word: &str) -> Code {
        Ident::new(word, Span::call_site()).into()
    }

    /// The same with more after it.
    pub fn then(mut self, more: impl IntoIterator<Item = TokenTree>) -> Code {
        self.0.extend(more);
        self
    }

    /// The same in a group.
    pub fn grouped(self, delimiter: Delimiter, span: Span) -> Code {
        let mut group = Group::new(delimiter, self.0.into_iter().collect());
        group.set_span(span);
        Code(vec![TokenTree::Group(group)])
    }

    /// What stands in the parentheses that the code is.
    pub fn inside_parens(&self) -> Option<TokenStream> {
        match self.0.as_slice() {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
                Some(group.stream())
            }
            _ => None,
        }
    }
}

impl From<TokenStream> for Code {
    fn from(tokens: TokenStream) -> Code {
        Code(tokens.into_iter().collect())
    }
}

impl From<Ident> for Code {
    fn from(ident: Ident) -> Code {
        Code(vec![TokenTree::Ident(ident)])
    }
}

impl IntoIterator for Code {
    type Item = TokenTree;
    type IntoIter = std::vec::IntoIter<TokenTree>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl ToTokens for Code {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }

    fn into_token_stream(self) -> TokenStream {
        self.0.into_iter().collect()
    }
}
