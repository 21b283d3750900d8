//! Macro calls.

use quote::ToTokens;
use syn::Token;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;

use super::opaque::{FORMATTING, PANICKING, Use};
use super::{Kind, Lowered, Lowerer};
use crate::ir::{Rvalue, Shape, Ty};

/// Macros that give a constant and look at no variables.
const CONSTANT: &[&str] = &[
    "line",
    "column",
    "file",
    "module_path",
    "stringify",
    "concat",
    "env",
    "option_env",
    "include_str",
    "include_bytes",
    "cfg",
];

/// Formatting macros that give a value.
const VALUES: &[&str] = &["format", "format_args", "write", "writeln"];

/// Macros that stand for something in the language.
const OWN: &[&str] = &["vec", "matches", "differentiate", "array"];

/// Whether a macro of this name is taken for what it is in the standard library, or in one of ours.
pub(super) fn is_known(name: &str) -> bool {
    [OWN, CONSTANT, VALUES, FORMATTING, PANICKING].iter().any(|known| known.contains(&name))
}

/// The arguments of `vec!`.
pub(super) enum VecArgs {
    List(Punctuated<syn::Expr, Token![,]>),
    Repeat(Box<syn::Expr>, Box<syn::Expr>),
}

impl Parse for VecArgs {
    fn parse(input: ParseStream<'_>) -> syn::Result<VecArgs> {
        if input.is_empty() {
            return Ok(VecArgs::List(Punctuated::new()));
        }
        let first: syn::Expr = input.parse()?;
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            return Ok(VecArgs::Repeat(Box::new(first), Box::new(input.parse()?)));
        }
        let mut list = Punctuated::new();
        list.push_value(first);
        while input.peek(Token![,]) {
            list.push_punct(input.parse()?);
            if input.is_empty() {
                break;
            }
            list.push_value(input.parse()?);
        }
        match input.is_empty() {
            true => Ok(VecArgs::List(list)),
            false => Err(input.error("expected `,`")),
        }
    }
}

impl Lowerer<'_> {
    pub fn lower_macro(&mut self, mac: &syn::Macro, want: &Ty) -> Lowered {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            "vec" => self.lower_vec(mac, want),
            "matches" => self.lower_matches(mac),
            "differentiate" => self.lower_differentiate(mac),
            panicking if PANICKING.contains(&panicking) => {
                self.opaque_macro(mac, Use::Inspect);
                self.diverge();
                Lowered::Never
            }
            value if VALUES.contains(&value) => {
                let expr = syn::Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
                let ty = Ty::Inert(None);
                self.opaque_for(&expr, &ty, Use::Inspect)
            }
            effect if FORMATTING.contains(&effect) => {
                self.opaque_macro(mac, Use::Inspect);
                Lowered::Unit
            }
            constant if CONSTANT.contains(&constant) => {
                let ty = match constant {
                    "cfg" => Ty::Bool,
                    "line" | "column" => Ty::Int(Some("u32".to_owned())),
                    _ => Ty::Inert(None),
                };
                Lowered::Value(self.opaque_tokens(mac.to_token_stream(), ty, mac.span()))
            }
            "array" => match self.lower_array_macro(mac, want) {
                Some(array) => array,
                None => self.lower_unknown_macro(mac, &name, want),
            },
            _ => self.lower_unknown_macro(mac, &name, want),
        }
    }

    fn lower_vec(&mut self, mac: &syn::Macro, want: &Ty) -> Lowered {
        let args = match mac.parse_body::<VecArgs>() {
            Ok(args) => args,
            Err(error) => {
                self.diagnostics.push(error);
                return self.poison();
            }
        };
        let elem = self.infer.fresh(Kind::Any);
        let ty = Ty::Vec(Box::new(elem.clone()));
        self.unify(&ty, want);
        if self.is_function(&elem) {
            return self.lower_unknown_macro(mac, "vec", want);
        }
        Lowered::Built(match args {
            VecArgs::List(list) => {
                let fields = self.values(&list, &elem).into_iter();
                let fields = fields.map(|field| self.stored(field, &elem)).collect();
                Rvalue::Aggregate { shape: Shape::Vec, fields, ty }
            }
            VecArgs::Repeat(value, len) => {
                let (value, len) = self.pair(&value, &elem, &len);
                self.unify(&len.ty, &Ty::usize());
                Rvalue::Repeat { value, len, ty }
            }
        })
    }

    /// A macro of the user's: kept as it stands if it touches nothing active.
    fn lower_unknown_macro(&mut self, mac: &syn::Macro, name: &str, want: &Ty) -> Lowered {
        let errors = self.diagnostics.len();
        let expr = syn::Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
        let value = self.opaque(&expr, want);
        if self.diagnostics.len() > errors {
            self.diagnostics.truncate(errors);
            return self.reject(
                &mac.path,
                format!("the macro `{name}!` may use active values, and cannot be differentiated"),
                "write what it expands to, or call an annotated function",
            );
        }
        value
    }
}
