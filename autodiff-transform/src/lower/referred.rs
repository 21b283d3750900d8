//! Names for what an `Option` refers to: `if let Some(n) = counts.get_mut(key) { *n += 1; }`.
//!
//! Of what code gives that is kept as it stands, nothing tells whether it is a reference. Where a pattern has a name
//! for what is in an `Option` of it, the name stands for a copy, which the reverse sweep can have as well. A name by
//! which something is changed is taken out of the `Option`, or of another variant, as it is instead, and followed
//! where it stands.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::arith::is_compound;
use super::idle::is_idle;
use super::keeper::{named, root_name};
use super::method::name_of;
use super::place::peel;
use super::{Binding, Lowered, Lowerer};
use crate::ir::{Expr, ExprKind, Opaque, Ty, VarId};

/// The names by which a body may change something: `*n = 1`, `n.0 += 1`, `n[i] = 1`, `n.push(1)`, `change(n)`.
pub(super) fn changing_names(body: &syn::Block) -> HashSet<String> {
    let mut names = ChangingNames::default();
    names.visit_block(body);
    names.0
}

#[derive(Default)]
struct ChangingNames(HashSet<String>);

impl ChangingNames {
    /// What is changed is behind the name: the name itself may be given another value.
    fn changed(&mut self, place: &syn::Expr) {
        if !matches!(peel(place), syn::Expr::Path(_))
            && let Some(name) = root_name(place)
        {
            self.0.insert(name.to_string());
        }
    }
}

impl<'ast> Visit<'ast> for ChangingNames {
    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.changed(&assign.left);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if is_compound(&binary.op) {
            self.changed(&binary.left);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let names = call.args.iter().filter_map(name_alone);
        self.0.extend(names.map(ToString::to_string));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // Of a chain it is the first method that is of the name.
        if !is_idle(&name_of(call))
            && !matches!(peel(&call.receiver), syn::Expr::MethodCall(_))
            && let Some(name) = root_name(&call.receiver)
        {
            self.0.insert(name.to_string());
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// An argument that is a name.
fn name_alone(arg: &syn::Expr) -> Option<&syn::Ident> {
    match peel(arg) {
        syn::Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}

/// The variables that a pattern makes.
fn variables(pat: &syn::Pat) -> Vec<&syn::PatIdent> {
    let is_constant = |pat: &syn::PatIdent| pat.ident.to_string().starts_with(char::is_uppercase);
    named(pat).into_iter().filter(|pat| !is_constant(pat)).collect()
}

impl Lowerer<'_> {
    /// Whether the pattern has a name by which something is changed that `given` may refer to.
    pub(super) fn changes_referred(&mut self, given: VarId, pat: &syn::Pat) -> bool {
        let changing = &self.changing;
        // What a `mut` name stands for is the name's own.
        let changes = |pat: &syn::PatIdent| {
            pat.mutability.is_none() && changing.contains(&pat.ident.to_string())
        };
        variables(pat).into_iter().any(changes) && self.may_refer(given)
    }

    /// Binds the names of what is in a variant that may refer to something; whether it is one.
    pub(super) fn bind_referred(&mut self, pat: &syn::Pat, value: &Lowered) -> bool {
        let is_some = match pat {
            syn::Pat::TupleStruct(variant) => variant.path.is_ident("Some"),
            syn::Pat::Struct(_) => false,
            _ => return false,
        };
        let Some(given) = self.kept_place(value).and_then(|place| place.is_var()) else {
            return false;
        };
        // An `Option` of which no name changes anything is a copy.
        let refers =
            if is_some { self.may_refer(given) } else { self.changes_referred(given, pat) };
        if !refers {
            return false;
        }
        let variables = variables(pat);
        let names = variables.iter().map(|pat| &pat.ident);
        let option = Opaque::placeholder(given, self.function.var(given).span);
        let payload = quote! {
            match #option { #pat => (#(#names),*), _ => ::core::unreachable!() }
        };
        match &variables[..] {
            [] => {}
            [name] => self.bind_part(name, payload, given),
            names => {
                let all = self.referred(payload, given).as_var().expect("a temporary is read");
                let place = Opaque::placeholder(all, pat.span());
                for (index, name) in names.iter().enumerate() {
                    let index = syn::Index::from(index);
                    self.bind_part(name, quote!(#place.#index), all);
                }
            }
        }
        true
    }

    /// `mem::replace(n, 2)` and its kin of what may be a reference that kept code gives, as it stands.
    pub(super) fn mem_of_referred(&mut self, call: &syn::ExprCall, want: &Ty) -> Option<Lowered> {
        let named = call.args.iter().filter_map(name_alone);
        let named: Vec<VarId> = named.filter_map(|name| self.variable_called(name)).collect();
        let refers = named.into_iter().any(|var| self.may_refer(var));
        refers.then(|| self.opaque(&syn::Expr::Call(call.clone()), want))
    }

    fn variable_called(&self, name: &syn::Ident) -> Option<VarId> {
        match self.scopes.find(&name.to_string())? {
            Binding::Local { value: Lowered::Place(place, _), .. } => place.is_var(),
            _ => None,
        }
    }

    fn bind_part(&mut self, name: &syn::PatIdent, tokens: TokenStream, out_of: VarId) {
        let part = self.referred(tokens, out_of);
        self.bind_ident(&name.ident, Lowered::Value(part), name.mutability.is_some());
    }

    /// What code gives that takes it out of what may refer to something.
    fn referred(&mut self, tokens: TokenStream, out_of: VarId) -> Expr {
        let code = Opaque { tokens, reads: vec![out_of], pure_: false, through: false };
        let (ty, span) = (self.fresh(), self.function.var(out_of).span);
        self.kept_value(Expr::new(ExprKind::Opaque(code), ty, span))
    }
}
