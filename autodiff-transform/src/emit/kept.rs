//! Code that is kept as it stands: as statements, and as what tells the types of the values that it gives.

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::Printer;
use super::like::Like;
use crate::ir::{Opaque, Stmt, StmtKind, VarId};

impl Printer<'_> {
    pub(super) fn kept_statement(&self, code: &Opaque) -> TokenStream {
        let code = without_end(self.opaque(&code.tokens));
        quote!(#code;)
    }

    /// A variable that is declared for the code behind its declaration, `let x; x = code;`: `let x = code;`.
    pub(super) fn given_at_once(&self, first: &Stmt, next: Option<&Stmt>) -> Option<TokenStream> {
        let StmtKind::Let { var, value: None } = &first.kind else { return None };
        let StmtKind::Opaque { code, .. } = &next?.kind else { return None };
        let value = self.opaque(&given_value(&code.tokens, *var)?);
        let declaration = without_end(self.let_(*var, None).into_token_stream());
        let value = without_end(value);
        Some(quote!(#declaration = #value;))
    }
}

impl Like<'_> {
    /// Declares what code reads and writes but for one variable.
    pub(super) fn lets(
        &mut self,
        code: &Opaque,
        writes: &[VarId],
        but: VarId,
    ) -> Option<TokenStream> {
        let reads = code.reads.iter().filter(|var| **var != but);
        let reads = reads.map(|var| self.declared(*var, quote!(mut)));
        let reads = reads.collect::<Option<TokenStream>>()?;
        // What is changed through a reference the code does not name.
        let named = code.names();
        let is_given = |var: &VarId| named.contains(var) && !code.reads.contains(var);
        let given = writes.iter().filter(|var| **var != but && is_given(var));
        let given = given.map(|var| self.printer.ident(*var));
        Some(quote!(#reads #(let #given;)*))
    }

    pub(super) fn opaque(&mut self, code: &Opaque) -> Option<TokenStream> {
        let printer = self.printer;
        let reads = code.reads.iter();
        let lets =
            reads.map(|var| self.declared(*var, TokenStream::new())).collect::<Option<Vec<_>>>()?;
        if lets.is_empty() {
            return Some(printer.opaque_atom(code).into_token_stream());
        }
        let tokens = printer.opaque(&code.tokens);
        Some(self.after(lets.into_iter().collect(), tokens))
    }

    /// A value after what it needs declared: it may borrow from that.
    pub(super) fn after(&mut self, lets: TokenStream, value: TokenStream) -> TokenStream {
        match &mut self.before {
            Some(before) if before.is_empty() => {
                *before = lets;
                quote!((#value))
            }
            _ => quote!({ #lets #value }),
        }
    }
}

/// The `code` of `var = code`.
fn given_value(tokens: &TokenStream, var: VarId) -> Option<TokenStream> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next()?, tokens.next()?) {
        (TokenTree::Ident(name), TokenTree::Punct(equals))
            if Opaque::var_of(&name) == Some(var)
                && equals.as_char() == '='
                && equals.spacing() == Spacing::Alone =>
        {
            Some(tokens.collect())
        }
        _ => None,
    }
}

/// Without the semicolon at the end, if there is one.
fn without_end(tokens: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if let Some(TokenTree::Punct(last)) = tokens.last()
        && last.as_char() == ';'
    {
        tokens.pop();
    }
    tokens.into_iter().collect()
}
