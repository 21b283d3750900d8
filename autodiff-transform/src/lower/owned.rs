//! Numbers and lists that code without derivatives gives by reference, or in an `Option` of one.
//!
//! `map.get(key)` gives an `Option<&f64>`, and `values.iter().max().unwrap()` a `&i32`: of what is kept as it
//! stands the macro does not see the type, and the IR has no references. Where what is done with the value shows
//! that it is a number, or a list of numbers, the code is made to give one by value, whether or not it was a
//! reference: so that it can be computed with, and kept for a reverse sweep.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};

use super::iter::plain_type;
use super::{Infer, Lowered, Lowerer};
use crate::ir::{
    Block, Expr, ExprKind, Opaque, Place, Proj, Rvalue, StmtKind, Ty, VarId, decides_by_result,
};

/// Methods that may give a reference, last in code that gives a number.
const MAY_REFER: &[&str] =
    &["unwrap", "expect", "unwrap_or", "unwrap_or_else", "get", "max", "min", "first", "last"];

impl Lowerer<'_> {
    /// Of all that code gave to variables, once it has shown what it is.
    pub(super) fn own_kept(&mut self, block: &mut Block) {
        for stmt in &mut block.stmts {
            match &mut stmt.kind {
                StmtKind::Let { var, value: Some(Rvalue::Expr(value)) }
                    if self.kept.contains(var) =>
                {
                    let dereferenced = self.dereferenced.contains(var);
                    self.own_value(value, dereferenced);
                }
                StmtKind::Opaque { code, writes } => self.own_given(code, writes),
                _ => {}
            }
            stmt.kind.blocks_mut().for_each(|nested| self.own_kept(nested));
        }
    }

    /// What the names of patterns are bound to where code gave what is matched on, once the patterns were
    /// tested: they may be those of an `Option` of a reference.
    pub(super) fn owned_scrutinee<'p>(
        &mut self,
        pats: impl IntoIterator<Item = &'p syn::Pat>,
        scrutinee: Lowered,
    ) -> Lowered {
        let is_some = |pat: &syn::Pat| matches!(pat, syn::Pat::TupleStruct(some) if some.path.is_ident("Some"));
        let given = self.kept_place(&scrutinee).and_then(|place| place.is_var());
        let pats: Vec<&syn::Pat> = pats.into_iter().filter(|pat| is_some(pat)).collect();
        let Some(given) = given.filter(|_| !pats.is_empty()) else {
            return scrutinee;
        };
        if pats.into_iter().any(|pat| self.changes_referred(given, pat)) {
            return scrutinee;
        }
        let span = self.function.var(given).span;
        let tokens = Opaque::placeholder(given, span).into_token_stream();
        let code = Opaque { tokens, reads: vec![given], pure_: true, through: false };
        let ty = Ty::Option(Box::new(self.fresh()));
        Lowered::Value(self.kept_value(Expr::new(ExprKind::Opaque(code), ty, span)))
    }

    /// Whether a place is what an `Option` holds that kept code gave.
    pub(super) fn is_kept_payload(&mut self, place: &Place) -> bool {
        let root = self.function.var(place.root).ty.clone();
        matches!(&place.path[..], [Proj::Variant(..)])
            && matches!(self.infer.shallow(&root), Ty::Option(_))
    }

    fn own_value(&mut self, value: &mut Expr, dereferenced: bool) {
        let ExprKind::Opaque(code) = &mut value.kind else { return };
        if let Some(owned) = self.owned_code(&code.tokens, &value.ty, dereferenced) {
            code.tokens = owned;
        }
    }

    /// Of code that may change a variable too, `given = map.get(key);`.
    fn own_given(&mut self, code: &mut Opaque, writes: &[VarId]) {
        let Some(var) = writes.last().copied().filter(|var| self.kept.contains(var)) else {
            return;
        };
        let Ok(syn::Stmt::Expr(syn::Expr::Assign(assign), Some(_))) =
            syn::parse2::<syn::Stmt>(code.tokens.clone())
        else {
            return;
        };
        let name = assign.left.to_token_stream();
        let given = Opaque::placeholder(var, Span::call_site());
        if given != name.to_string() {
            return;
        }
        let ty = self.function.var(var).ty.clone();
        let dereferenced = self.dereferenced.contains(&var);
        let given = assign.right.to_token_stream();
        if let Some(owned) = self.owned_code(&given, &ty, dereferenced) {
            code.tokens = quote!(#name = #owned;);
        }
    }

    fn owned_code(
        &mut self,
        tokens: &TokenStream,
        ty: &Ty,
        dereferenced: bool,
    ) -> Option<TokenStream> {
        // What it gives is by value, and of the type that is asked for.
        if decides_by_result(tokens) {
            return None;
        }
        match self.infer.shallow(ty) {
            Ty::Option(elem) => {
                let item = quote!(item);
                let owned = self.infer.owned(&item, &elem);
                let copied = || quote!(::core::clone::Clone::clone(*#item));
                let owned = owned.or_else(|| dereferenced.then(copied));
                owned.map(|owned| quote!(#tokens.as_ref().map(|#item| #owned)))
            }
            ty if may_refer(tokens) => self.infer.owned(&quote!((&#tokens)), &ty),
            _ => None,
        }
    }
}

impl Infer {
    /// What a reference to a number, or to a list of them, refers to.
    fn owned(&mut self, value: &TokenStream, ty: &Ty) -> Option<TokenStream> {
        if let Some(plain) = plain_type(&self.resolve(ty)) {
            return Some(quote!(*::core::borrow::Borrow::<#plain>::borrow(#value)));
        }
        let elem = self.listed(ty)?;
        let plain = plain_type(&self.resolve(&elem))?;
        self.unify(ty, &Ty::Vec(Box::new(elem)));
        Some(quote! {
            #value.iter().map(|item| *::core::borrow::Borrow::<#plain>::borrow(item)).collect::<Vec<_>>()
        })
    }
}

/// Whether code ends with a method that may give a reference.
fn may_refer(tokens: &TokenStream) -> bool {
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(syn::Expr::MethodCall(call)) => MAY_REFER.iter().any(|name| call.method == name),
        _ => false,
    }
}
