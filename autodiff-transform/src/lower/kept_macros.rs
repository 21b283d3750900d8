//! Macros in code that is kept as it stands: variables are replaced in their arguments.

use std::collections::HashSet;

use quote::{ToTokens, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;

use super::keeper::Keeper;
use super::macros::VecArgs;

impl Keeper<'_, '_> {
    /// The arguments of a formatting macro, inline captures included.
    pub(super) fn visit_format(&mut self, mac: &mut syn::Macro) {
        let parser = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let Ok(args) = parser.parse2(mac.tokens.clone()) else {
            self.lowerer.reject(
                &mac.path,
                "the arguments of this macro cannot be read",
                "pass plain expressions",
            );
            return;
        };
        let mut named: HashSet<String> = HashSet::new();
        let mut captured: Vec<syn::Ident> = Vec::new();
        let mut args: Vec<syn::Expr> = args.into_iter().collect();
        if let (true, Some(target)) =
            (mac.path.is_ident("write") || mac.path.is_ident("writeln"), args.first())
        {
            self.note_write(target);
        }
        for arg in &mut args {
            match arg {
                // `name = value`.
                syn::Expr::Assign(assign) => {
                    named.insert(assign.left.to_token_stream().to_string());
                    self.visit_expr_mut(&mut assign.right);
                }
                syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(format), .. }) => {
                    captured.extend(captures(format));
                }
                other => self.visit_expr_mut(other),
            }
        }
        let mut tokens = quote!(#(#args),*);
        let mut seen: HashSet<String> = HashSet::new();
        for ident in captured {
            let name = ident.to_string();
            if named.contains(&name) || !seen.insert(name) {
                continue;
            }
            if let Some(value) = self.replace(&ident) {
                tokens.extend(quote!(, #ident = #value));
            }
        }
        mac.tokens = tokens;
    }

    /// The arguments of another macro, as far as they are expressions.
    pub(super) fn visit_arguments(&mut self, mac: &mut syn::Macro, name: &str) {
        let parser = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        match parser.parse2(mac.tokens.clone()) {
            Ok(mut args) => {
                args.iter_mut().for_each(|arg| self.visit_expr_mut(arg));
                mac.tokens = args.into_token_stream();
            }
            Err(_) if mac.tokens.is_empty() => {}
            Err(_) if self.visit_repeated(mac) => {}
            Err(_) => {
                self.lowerer.reject(
                    &mac.path,
                    format!("what the macro `{name}!` does with local variables cannot be told"),
                    "call it outside of the differentiated function",
                );
            }
        }
    }

    /// `vec![value; len]`.
    fn visit_repeated(&mut self, mac: &mut syn::Macro) -> bool {
        let Ok(VecArgs::Repeat(mut value, mut len)) = mac.parse_body::<VecArgs>() else {
            return false;
        };
        self.visit_expr_mut(&mut value);
        self.visit_expr_mut(&mut len);
        mac.tokens = quote!(#value; #len);
        true
    }
}

/// The identifiers captured by a format string, `{x}` and `{y:>width$}`.
fn captures(format: &syn::LitStr) -> Vec<syn::Ident> {
    let text = format.value().replace("{{", "").replace("}}", "");
    let ident = |name: &str| {
        let valid = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        (valid && syn::parse_str::<syn::Ident>(name).is_ok())
            .then(|| syn::Ident::new(name, format.span()))
    };
    let mut found = Vec::new();
    for piece in text.split('{').skip(1) {
        let Some((inside, _)) = piece.split_once('}') else { continue };
        let (name, spec) = inside.split_once(':').unwrap_or((inside, ""));
        found.extend(ident(name.trim()));
        for part in spec.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')) {
            found.extend(
                part.strip_suffix('$').and_then(|width| {
                    ident(width.trim_start_matches(|c: char| c.is_ascii_digit()))
                }),
            );
        }
    }
    found
}
