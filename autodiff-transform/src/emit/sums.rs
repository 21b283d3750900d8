//! Loops that add up derivatives in an order that is left open, see
//! [`transform::sums`](crate::transform).
//!
//! ```text
//! if 0 < n {
//!     sum += rt::sum_each_with(-0.0, (&t_bar[..n], &column[..n]), &mut column_bar[..n], |(t, c), own| {
//!         *own += t * x;
//!         t * c
//!     });
//! }
//! ```
//!
//! A slice that no iteration looks at may be out of range.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::place::reference;
use super::signature::unraw;
use super::{Access, Printer};
use crate::analysis::effects;
use crate::ir::{Block, Expr, ExprKind, Loop, Place, Role, StmtKind, Ty, VarId, VarSet};
use crate::ops::Prim;
use crate::transform::sums::Terms;

impl Printer<'_> {
    /// The loop as a sum, if it is marked as one. Where nobody wants the sum, what is left of the loop is a
    /// better one without accumulators.
    pub(super) fn sum_of_elements(&self, loop_: &Loop) -> Option<TokenStream> {
        let sums = self.in_accumulators(loop_)?;
        let mut into = VarSet::new();
        if !only_added(&self.function.body, loop_.sums?, &mut into) {
            return Some(sums);
        }
        let slots = self.function.params.iter().any(|param| param.role == Role::Record);
        // A slice's bar that does not say whether it is wanted is of use to the function itself.
        let may_be_empty = |bar: VarId| {
            let is_slice = matches!(self.function.var(bar).ty, Ty::Slice(_) | Ty::Vec(_));
            let role = self.function.param(bar).map(|param| param.role);
            slots && !is_slice && matches!(role, Some(Role::Cotangent(_)))
        };
        let mut wanted = into.iter().map(|bar| self.wanted(bar));
        match (wanted.next(), wanted.next()) {
            (Some(Some(wanted)), None) => {
                let plain = self.loop_(loop_);
                Some(quote!(if #wanted.is() { #sums } else { #plain }))
            }
            _ => (!into.iter().any(may_be_empty)).then_some(sums),
        }
    }

    fn in_accumulators(&self, loop_: &Loop) -> Option<TokenStream> {
        // A tangent that is not given has no elements.
        let sum = loop_.sums.filter(|_| self.given.is_empty())?;
        let terms = Terms::of(self.function, loop_)?;
        let (rt, ident) = (&self.rt, self.ident(sum));
        let own = Ident::new("own", Span::mixed_site());
        let up_to = Ident::new("up_to", Span::mixed_site());
        let end = match terms.end.as_var() {
            Some(_) => self.operand(terms.end).into_token_stream(),
            None => up_to.to_token_stream(),
        };
        let zero = self.empty_sum(&self.function.var(sum).ty)?;
        let slices = terms.elements.iter().map(|(_, place)| self.all(place, &end, Access::Shared));
        let slices: Vec<TokenStream> = slices.collect();
        let mut names: Vec<Ident> = Vec::new();
        for (name, place) in &terms.elements {
            let unnamed = || self.name_of_element(place, &names);
            names.push(name.map_or_else(unnamed, |name| self.ident(name)));
        }
        let named = terms.elements.iter().zip(&names);
        let named = named.map(|((_, place), name)| ((*place).clone(), name.clone())).collect();
        let outer = self.elements.replace(named);
        let values: TokenStream = terms.values.iter().map(|stmt| self.stmt(stmt)).collect();
        let term = self.expr(terms.term);
        let alone = quote!(#ident += #rt::sum_each(#zero, (#(#slices,)*), |(#(#names,)*)| { #values #term }););
        let addition = terms.own.map(|(_, value)| self.added_to(&own, value));
        self.elements.replace(outer);
        let added = match terms.own {
            None => alone,
            Some((place, _)) => {
                let all = self.all(place, &end, Access::Mut);
                let with = quote! {
                    #ident += #rt::sum_each_with(#zero, (#(#slices,)*), #all, |(#(#names,)*), #own| {
                        #values
                        #addition
                        #term
                    });
                };
                match self.wanted(place.root) {
                    Some(wanted) => quote!(if #wanted.is() { #with } else { #alone }),
                    None => with,
                }
            }
        };
        let sum = quote!(if 0 < #end { #added });
        Some(match terms.end.as_var() {
            Some(_) => sum,
            None => {
                let end = self.expr(terms.end);
                quote!({ let #up_to = #end; #sum })
            }
        })
    }

    /// The name of an element inside of the sum, where all are named.
    pub(super) fn element(&self, place: &Place) -> Option<Ident> {
        let elements = self.elements.borrow();
        elements.iter().find(|(of, _)| of.is_same_part(place)).map(|(_, name)| name.clone())
    }

    /// A name that no variable has, nor one of these elements.
    fn name_of_element(&self, place: &Place, others: &[Ident]) -> Ident {
        let mut name = format!("{}_element", unraw(&self.ident(place.root)));
        let is_taken = |name: &str| {
            self.function.vars.iter().any(|var| var.name == name)
                || others.iter().any(|other| other == name)
        };
        while is_taken(&name) {
            name.push('_');
        }
        Ident::new(&name, Span::mixed_site().located_at(place.span))
    }

    /// The elements up to `end` of the array that the element is of.
    fn all(&self, element: &Place, end: &TokenStream, access: Access) -> TokenStream {
        let mut outer = element.clone();
        outer.path.pop();
        let outer = self.place(&outer, access);
        reference(quote!(#outer[..#end]).into(), access, element.span).into_token_stream()
    }

    fn added_to(&self, own: &Ident, value: &Expr) -> TokenStream {
        match &value.kind {
            ExprKind::Prim(Prim::Neg, args) => {
                let value = self.expr(&args[0]);
                quote!(*#own -= #value;)
            }
            _ => {
                let value = self.expr(value);
                quote!(*#own += #value;)
            }
        }
    }
}

/// Whether all that is done with the sum, but to add to it, is to add it to places of variables, which are
/// put `into` the set.
fn only_added(block: &Block, sum: VarId, into: &mut VarSet) -> bool {
    block.stmts.iter().all(|stmt| {
        let is_added = match &stmt.kind {
            StmtKind::Accumulate { place, .. } if place.is_var() == Some(sum) => true,
            StmtKind::Accumulate { place, value } if value.as_var() == Some(sum) => {
                into.insert(place.root);
                true
            }
            kind => {
                let mut reads = false;
                effects::own_reads(kind, &mut |root| reads |= root == sum);
                !reads
            }
        };
        is_added && stmt.kind.blocks().all(|inner| only_added(inner, sum, into))
    })
}
