//! The dual version: `Dual` for the type `f64`, float literals wrapped, `as` casts through a trait,
//! float patterns as guards.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Pat, parse_quote};

/// Rewrites a whole module's items.
pub fn replace(mut file: syn::File) -> TokenStream {
    Dualize { patterns: 0 }.visit_file_mut(&mut file);
    file.into_token_stream()
}

struct Dualize {
    /// How many float patterns have been given a name.
    patterns: usize,
}

fn is_float(lit: &syn::Lit) -> bool {
    match lit {
        syn::Lit::Float(float) => float.suffix() != "f32",
        syn::Lit::Int(int) => int.suffix() == "f64",
        _ => false,
    }
}

fn assigns(op: &syn::BinOp) -> bool {
    use syn::BinOp::*;
    matches!(op, AddAssign(_) | SubAssign(_) | MulAssign(_) | DivAssign(_) | RemAssign(_))
}

impl VisitMut for Dualize {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Lit(lit) if is_float(&lit.lit) => {
                *expr = parse_quote!(::chainrule_oracle::Dual::new(#lit));
            }
            Expr::Cast(cast) if !matches!(*cast.ty, syn::Type::Ptr(_)) => {
                self.visit_expr_mut(&mut cast.expr);
                self.visit_type_mut(&mut cast.ty);
                let (value, ty) = (&cast.expr, &cast.ty);
                *expr = parse_quote!(::chainrule_oracle::cast::<#ty>(#value));
            }
            Expr::Binary(binary) if assigns(&binary.op) => {
                visit_mut::visit_expr_binary_mut(self, binary);
                // For floats Rust evaluates the right-hand side first, for overloaded operators last.
                let (place, op, value) = (&binary.left, &binary.op, &binary.right);
                *expr = parse_quote!({ let assigned = #value; #place #op assigned; });
            }
            Expr::Macro(mac) => self.visit_macro_mut(&mut mac.mac),
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    fn visit_attributes_mut(&mut self, attrs: &mut Vec<syn::Attribute>) {
        attrs.retain(|attr| !attr.path().is_ident("checkpoint"));
    }

    fn visit_arm_mut(&mut self, arm: &mut syn::Arm) {
        let mut tests = Vec::new();
        self.name_floats(&mut arm.pat, &mut tests);
        visit_mut::visit_arm_mut(self, arm);
        if tests.is_empty() {
            return;
        }
        let guard: Expr = match &arm.guard {
            Some((_, guard)) => parse_quote!(#(#tests)&&* && (#guard)),
            None => parse_quote!(#(#tests)&&*),
        };
        arm.guard = Some((Default::default(), Box::new(guard)));
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        rename(path);
    }

    fn visit_use_tree_mut(&mut self, tree: &mut syn::UseTree) {
        // `use std::f64::consts::PI;`, `use chainrule::{Real, differentiable};`
        without_attributes(tree);
        let text = tree.to_token_stream().to_string().replace(' ', "");
        for (from, to) in USES {
            if let Some(rest) = text.strip_prefix(from) {
                *tree = syn::parse_str(&format!("chainrule_oracle::{to}{rest}")).expect("a use");
                return;
            }
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        let list = Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        let repeat = |input: syn::parse::ParseStream| {
            let value: Expr = input.parse()?;
            input.parse::<syn::Token![;]>()?;
            let len: Expr = input.parse()?;
            Ok((value, len))
        };
        if let Ok(mut args) = mac.parse_body_with(list) {
            for arg in &mut args {
                self.visit_expr_mut(arg);
            }
            mac.tokens = args.into_token_stream();
        } else if let Ok((mut value, mut len)) = mac.parse_body_with(repeat) {
            self.visit_expr_mut(&mut value);
            self.visit_expr_mut(&mut len);
            mac.tokens = quote!(#value; #len);
        } else {
            mac.tokens = literals(mac.tokens.clone());
        }
    }
}

const USES: &[(&str, &str)] = &[
    ("std::f64::consts", "consts"),
    ("core::f64::consts", "consts"),
    ("num_traits::", ""),
    ("chainrule::", ""),
];

/// Takes the attribute and the derive out of a group of names.
fn without_attributes(tree: &mut syn::UseTree) {
    match tree {
        syn::UseTree::Path(path) => without_attributes(&mut path.tree),
        syn::UseTree::Name(name) if is_attribute(&name.ident) => {
            *tree = parse_quote!({});
        }
        syn::UseTree::Group(group) => {
            group.items.iter_mut().for_each(without_attributes);
        }
        _ => {}
    }
}

fn is_attribute(name: &syn::Ident) -> bool {
    ["differentiable", "Differentiable", "differentiate"].iter().any(|known| name == known)
}

/// `f64` to `Dual`; `std::f64::consts::PI` and the traits to the oracle's own.
fn rename(path: &mut syn::Path) {
    let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names[..] {
        ["std" | "core", "f64", "consts", name] | ["f64", "consts", name] => {
            let name = syn::Ident::new(name, Span::call_site());
            *path = parse_quote!(::chainrule_oracle::consts::#name);
        }
        ["f64", ..] => {
            let rest = path.segments.iter().skip(1);
            *path = parse_quote!(::chainrule_oracle::Dual #(::#rest)*);
        }
        ["chainrule", "Real" | "detach"] | ["num_traits", "Float"] => {
            let name = &path.segments[1];
            *path = parse_quote!(::chainrule_oracle::#name);
        }
        _ => {}
    }
}

/// Wraps the literals of tokens that are not Rust expressions.
fn literals(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Literal(literal) if is_float(&syn::Lit::new(literal.clone())) => {
                quote_spanned!(literal.span()=> ::chainrule_oracle::Dual::new(#literal))
            }
            TokenTree::Ident(ident) if ident == "f64" => quote!(::chainrule_oracle::Dual),
            TokenTree::Group(group) => {
                let inner = Group::new(group.delimiter(), literals(group.stream()));
                TokenTree::Group(inner).into_token_stream()
            }
            other => other.into_token_stream(),
        })
        .collect()
}

impl Dualize {
    /// Replaces float literals and ranges in a pattern by names, with the tests that they stood for.
    fn name_floats(&mut self, pat: &mut Pat, tests: &mut Vec<Expr>) {
        if float_pattern(pat) {
            self.patterns += 1;
            let name = quote::format_ident!("float_{}", self.patterns);
            let stood = std::mem::replace(pat, parse_quote!(#name));
            tests.push(parse_quote!(matches!(#name.re, #stood)));
            return;
        }
        match pat {
            Pat::Ident(ident) => {
                if let Some((_, sub)) = &mut ident.subpat
                    && float_pattern(sub)
                {
                    let (name, stood) = (&ident.ident, &**sub);
                    tests.push(parse_quote!(matches!(#name.re, #stood)));
                    ident.subpat = None;
                }
            }
            Pat::Tuple(tuple) => {
                tuple.elems.iter_mut().for_each(|pat| self.name_floats(pat, tests));
            }
            Pat::TupleStruct(tuple) => {
                tuple.elems.iter_mut().for_each(|pat| self.name_floats(pat, tests));
            }
            Pat::Slice(slice) => {
                slice.elems.iter_mut().for_each(|pat| self.name_floats(pat, tests));
            }
            Pat::Struct(fields) => {
                fields.fields.iter_mut().for_each(|field| {
                    self.name_floats(&mut field.pat, tests);
                    if !matches!(&*field.pat, Pat::Ident(_)) {
                        field.colon_token = Some(Default::default());
                    }
                });
            }
            Pat::Paren(paren) => self.name_floats(&mut paren.pat, tests),
            Pat::Reference(reference) => self.name_floats(&mut reference.pat, tests),
            _ => {}
        }
    }
}

/// A float literal, a range of them, or several of these.
fn float_pattern(pat: &Pat) -> bool {
    match pat {
        Pat::Lit(lit) => is_float(&lit.lit),
        Pat::Range(range) => {
            let end = |expr: &Expr| match expr {
                Expr::Lit(lit) => is_float(&lit.lit),
                Expr::Unary(unary) => matches!(&*unary.expr, Expr::Lit(lit) if is_float(&lit.lit)),
                Expr::Path(path) => path.path.segments.first().is_some_and(|s| s.ident == "f64"),
                _ => false,
            };
            range.start.iter().chain(&range.end).any(|expr| end(expr))
        }
        Pat::Or(or) => or.cases.iter().all(float_pattern),
        _ => false,
    }
}
