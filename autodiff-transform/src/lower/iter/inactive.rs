//! Loops over iterators of inactive code: the characters of a string, the entries of a map.
//!
//! The iterator is kept as it stands and collected, into one `Vec` for each name that the pattern
//! binds, which the loop walks by index: so a reverse sweep that needs one of the names, say an
//! index, keeps a `Vec` of a type that can be written down. The user's pattern stays with the
//! iterator, as the parameter of a closure. References have no IR form: a number is collected by
//! value, and so is what the body dereferences.

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use super::exclusive::gives_exclusive;
use super::{Chain, Lowered, Lowerer, arith};
use crate::ir::{Arg, Expr, ExprKind, Opaque, Origin, Rvalue, StmtKind, Ty, VarId};
use crate::lower::control::{head_of, peel_pat};
use crate::lower::finish::{for_each_code, for_each_expr};
use crate::lower::keeper::bound_names;
use crate::lower::opaque::{Use, number_name};
use crate::lower::pattern_syntax::mutable_names;
use crate::lower::place::peel;
use crate::lower::{Binding, Kind, Position};

impl Lowerer<'_> {
    /// Whether an expression is a call of inactive code that gives something of unknown type: no
    /// array, as far as can be told.
    pub fn is_inactive_call(&mut self, expr: &syn::Expr, lowered: &Lowered) -> bool {
        let is_call = matches!(peel(expr), syn::Expr::Call(_) | syn::Expr::MethodCall(_));
        let Lowered::Value(value) = lowered else { return false };
        let inactive = match &value.kind {
            ExprKind::Opaque(_) => true,
            _ => value.as_var().is_some_and(|var| self.constant.contains(&var)),
        };
        let unknown = matches!(self.infer.shallow(&value.ty), Ty::Infer(_))
            && self.infer.kind(&value.ty) == Kind::Any;
        is_call && inactive && unknown
    }

    /// What a variable of the type `Range<usize>` runs over.
    fn items_of_range(&mut self, expr: &syn::Expr) -> Option<Ty> {
        let syn::Expr::Path(path) = peel(expr) else { return None };
        let name = path.path.get_ident()?.to_string();
        let Some(Binding::Local { value, .. }) = self.scopes.find(&name).cloned() else {
            return None;
        };
        let ty = self.lowered_ty(&value);
        let Ty::Inert(Some(ty)) = self.infer.shallow(&ty) else { return None };
        let syn::Type::Path(ty) = *ty else { return None };
        let last = ty.path.segments.last()?;
        let is_range = last.ident == "Range" || last.ident == "RangeInclusive";
        let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
        self.type_args(args).into_iter().next().filter(|_| is_range)
    }

    /// Lowers a loop over inactive code; false if the code mentions active values.
    pub fn for_inactive(&mut self, for_: &syn::ExprForLoop) -> bool {
        let span = for_.expr.span();
        let errors = self.diagnostics.len();
        self.in_block(|l| l.code(&for_.expr, Use::Compute));
        if self.diagnostics.len() > errors {
            self.diagnostics.truncate(errors);
            return false;
        }
        if gives_exclusive(&for_.expr) {
            self.for_exclusive(for_);
            return true;
        }
        let idents: Vec<syn::Ident> =
            bound_names(&for_.pat).iter().map(|name| syn::Ident::new(name, span)).collect();
        let in_range = self.items_of_range(&for_.expr);
        let columns: Vec<VarId> = idents
            .iter()
            .map(|ident| {
                let ty = match (counts(for_, ident), &in_range) {
                    (true, _) => Ty::usize(),
                    (false, Some(number)) => number.clone(),
                    (false, None) => self.fresh(),
                };
                let ty = Ty::Vec(Box::new(ty));
                self.inactive_var(&format!("{ident}_items"), ty, span)
            })
            .collect();
        let count = self.inactive_var("count", Ty::usize(), span);
        let dereferenced = Dereferenced::in_body(&for_.body);
        let mutable = mutable_names(&for_.pat);
        let before = self.position();
        let start = arith::literal(0, span);
        let chain = Chain::Range { start, end: Some(self.function.read(count)) };
        let (head, at) = (head_of(&for_.label, &for_.attrs), for_.for_token.span);
        self.drive_for(&chain, head, None, at, &mut |l, index| {
            l.scopes.enter();
            let index = l.to_expr(index, span);
            for (ident, column) in idents.iter().zip(&columns) {
                let item = l.element_of(l.function.place(*column), index.clone());
                let mutable = mutable.contains(&ident.to_string());
                l.bind_ident(ident, Lowered::Value(Expr::read(item)), mutable);
                if dereferenced.contains(&ident.to_string()) {
                    l.note_followed(ident);
                }
            }
            l.note_text(peel_pat(&for_.pat), &for_.expr);
            l.lower_scope(&for_.body, &Ty::Unit);
            l.scopes.leave();
        });
        self.collect_columns(for_, &idents, &columns, &dereferenced, (count, before));
        true
    }

    /// Notes that a name stands for what the item refers to.
    fn note_followed(&mut self, name: &syn::Ident) {
        if let Some(Binding::Local { value: Lowered::Place(place, _), .. }) =
            self.scopes.find(&name.to_string())
        {
            let root = place.root;
            self.followed.insert(root);
        }
    }

    fn inactive_var(&mut self, name: &str, ty: Ty, span: Span) -> VarId {
        let var = self.variable(name, ty, false, Origin::Temp, span);
        self.constant.insert(var);
        self.shared.insert(var);
        var
    }

    /// Declares, at an earlier position, the number of items and a `Vec` for each name. The body
    /// has told the types of the names by now.
    fn collect_columns(
        &mut self,
        for_: &syn::ExprForLoop,
        names: &[syn::Ident],
        columns: &[VarId],
        dereferenced: &HashSet<String>,
        (count, mut at): (VarId, Position),
    ) {
        let span = for_.expr.span();
        let (expr, pat) = (&for_.expr, &for_.pat);
        let iter = quote_spanned!(span=> ::core::iter::IntoIterator::into_iter(#expr));
        let value = |l: &mut Self, index: usize, item: TokenStream| {
            let ty = l.function.var(columns[index]).ty.clone();
            let ty = l.infer.element(&ty);
            if !l.is_used_by_code(columns[index])
                && let Some(list) = l.plain_list(&item, &ty)
            {
                return list;
            }
            let item = quote_spanned!(span=> &#item);
            l.plain_value(&item, &ty, dereferenced.contains(&names[index].to_string()))
        };
        let length = match names {
            [] => self.code_of(&quote_spanned!(span=> #iter.count()), Ty::usize(), span),
            [name] => {
                let value = value(self, 0, quote_spanned!(span=> #name));
                let collect = quote_spanned!(span=> #iter.map(|#pat| #value).collect::<Vec<_>>());
                self.declare_code(columns[0], &collect, span, &mut at);
                self.len_of(self.function.place(columns[0]))
            }
            [..] => {
                let items = self.inactive_var("items", Ty::Inert(None), span);
                let collect =
                    quote_spanned!(span=> #iter.map(|#pat| (#(#names),*)).collect::<Vec<_>>());
                self.declare_code(items, &collect, span, &mut at);
                let all = Opaque::placeholder(items, span);
                for (index, column) in columns.iter().enumerate() {
                    let member = syn::Index::from(index);
                    let value = value(self, index, quote_spanned!(span=> item.#member));
                    let collect = quote_spanned! {span=>
                        #all.iter().map(|item| #value).collect::<Vec<_>>()
                    };
                    self.declare_code(*column, &collect, span, &mut at);
                }
                self.len_of(self.function.place(columns[0]))
            }
        };
        let value = Some(Rvalue::Expr(length));
        self.insert(at, StmtKind::Let { var: count, value }, span);
    }

    /// A name's value in the collecting closure, which has a reference to the item: a number itself where the
    /// item may be a reference to it.
    fn plain_value(&mut self, item: &TokenStream, ty: &Ty, dereferenced: bool) -> TokenStream {
        let is_integer = self.infer.kind(ty) == Kind::Int;
        match plain_type(&self.infer.resolve(ty)) {
            Some(plain) => quote!(*::core::borrow::Borrow::<#plain>::borrow(#item)),
            // Of which type it is comes out further down.
            None if is_integer => quote!(__rt::number(#item)),
            None if dereferenced => quote!(**#item),
            None => quote!(::core::clone::Clone::clone(#item)),
        }
    }

    /// A list that the body reads the elements of, as one of its own: a reference to it could not be kept for
    /// a reverse sweep.
    fn plain_list(&mut self, item: &TokenStream, ty: &Ty) -> Option<TokenStream> {
        let elem = self.infer.listed(ty)?;
        let inner = quote!(item);
        let value = match self.plain_list(&inner, &elem) {
            Some(list) => list,
            None => self.plain_value(&inner, &elem, false),
        };
        self.unify(ty, &Ty::Vec(Box::new(elem)));
        Some(quote!(#item.iter().map(|item| #value).collect::<Vec<_>>()))
    }

    /// Whether code that is kept as it stands reads an item, of which it knows whether that is a reference.
    fn is_used_by_code(&self, column: VarId) -> bool {
        let mut items = vec![column];
        let mut used = false;
        self.open.for_each_stmt(&mut |stmt| {
            for_each_expr(stmt, &mut |expr| {
                for_each_code(expr, &mut |code, _| {
                    used |= code.reads.iter().any(|read| items.contains(read));
                });
            });
            match stmt {
                StmtKind::Let { var, value: Some(Rvalue::Expr(value)) } => {
                    let place = value.as_place();
                    items.extend(place.filter(|place| place.root == column).map(|_| *var));
                }
                StmtKind::Opaque { code, .. } => {
                    used |= code.reads.iter().any(|read| items.contains(read));
                }
                StmtKind::Call(call) => {
                    let codes = call.args.iter().filter_map(|arg| match arg {
                        Arg::Opaque(code) => Some(code),
                        _ => None,
                    });
                    let mut reads = codes.flat_map(|code| &code.reads);
                    used |= reads.any(|read| items.contains(read));
                }
                _ => {}
            }
        });
        used
    }

    fn declare_code(&mut self, var: VarId, code: &TokenStream, span: Span, at: &mut Position) {
        let ty = self.function.var(var).ty.clone();
        let value = self.code_of(code, ty, span);
        self.insert(*at, StmtKind::Let { var, value: Some(Rvalue::Expr(value)) }, span);
        at.index += 1;
    }

    /// Code as an expression, its local names replaced.
    fn code_of(&mut self, code: &TokenStream, ty: Ty, span: Span) -> Expr {
        let expr: syn::Expr = syn::parse_quote!(#code);
        let mut code = self.code(&expr, Use::Compute).opaque;
        for var in code.names() {
            if !code.reads.contains(&var) {
                code.reads.push(var);
            }
        }
        Expr::new(ExprKind::Opaque(code), ty, span)
    }
}

/// The type of numbers, and tuples of them, where it is known.
pub fn plain_type(ty: &Ty) -> Option<TokenStream> {
    match ty {
        Ty::Bool => Some(quote!(bool)),
        Ty::Tuple(elems) => {
            let elems = elems.iter().map(plain_type).collect::<Option<Vec<_>>>()?;
            Some(quote!((#(#elems,)*)))
        }
        number => number_name(number).map(ToTokens::into_token_stream),
    }
}

/// Whether a name is the `i` of `for (i, …) in ….enumerate()`.
fn counts(for_: &syn::ExprForLoop, name: &syn::Ident) -> bool {
    let (syn::Expr::MethodCall(call), syn::Pat::Tuple(tuple)) =
        (peel(&for_.expr), peel_pat(&for_.pat))
    else {
        return false;
    };
    let first = tuple.elems.first();
    call.method == "enumerate"
        && matches!(first, Some(syn::Pat::Ident(first)) if first.ident == *name)
}

/// The names that a body dereferences.
#[derive(Default)]
struct Dereferenced {
    names: HashSet<String>,
}

impl Dereferenced {
    fn in_body(body: &syn::Block) -> HashSet<String> {
        let mut found = Dereferenced::default();
        found.visit_block(body);
        found.names
    }
}

impl<'ast> Visit<'ast> for Dereferenced {
    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if let (syn::UnOp::Deref(_), syn::Expr::Path(path)) = (&unary.op, peel(&unary.expr)) {
            self.names.extend(path.path.get_ident().map(ToString::to_string));
        }
        visit::visit_expr_unary(self, unary);
    }
}
