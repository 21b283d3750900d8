//! What `macro_rules!` has put in place of `$a:expr`.
//!
//! `$a * 2.0` with `x + 1.0` for `$a` reaches an attribute as a group without delimiters, `⟦x + 1.0⟧ * 2.0`. rustc
//! does not see such a group any more once a macro has written its tokens again, and would read `x + 1.0 * 2.0`.
//! So the groups are written with parentheses, where those make a difference.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// The tokens, with parentheses around what was one expression.
pub fn in_parentheses(tokens: TokenStream) -> TokenStream {
    if !has_fragments(&tokens) {
        return tokens;
    }
    tokens.into_iter().flat_map(token_in_parentheses).collect()
}

fn has_fragments(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::None || has_fragments(&group.stream())
        }
        _ => false,
    })
}

fn token_in_parentheses(token: TokenTree) -> TokenStream {
    let TokenTree::Group(group) = token else { return token.into() };
    let stream: TokenStream = group.stream().into_iter().flat_map(token_in_parentheses).collect();
    let (delimiter, span) = match group.delimiter() {
        // Parentheses of the macro's own, which nobody is told are unused.
        Delimiter::None if is_divided(&stream) => {
            (Delimiter::Parenthesis, Span::mixed_site().located_at(group.span()))
        }
        delimiter => (delimiter, group.span()),
    };
    let mut written = Group::new(delimiter, stream);
    written.set_span(span);
    TokenTree::Group(written).into()
}

/// Whether what stands beside it could take a part of the expression. A pattern and a type may look like
/// one, and may stand in parentheses too.
fn is_divided(stream: &TokenStream) -> bool {
    match syn::parse2::<syn::Expr>(stream.clone()) {
        Ok(expr) => matches!(
            expr,
            syn::Expr::Binary(_)
                | syn::Expr::Cast(_)
                | syn::Expr::Closure(_)
                | syn::Expr::If(_)
                | syn::Expr::Match(_)
                | syn::Expr::Range(_)
                | syn::Expr::Reference(_)
                | syn::Expr::Unary(_)
        ),
        Err(_) => false,
    }
}
