//! Calls of second derivatives that may not be there.
//!
//! `differentiate!` does not see whether anybody asks its closure for a Hessian, nor whether the
//! functions that it calls have `order = 2`. So a closure has second derivatives wherever that costs
//! nobody anything, and a callee is asked for its own in a way that compiles without:
//!
//! ```text
//! {
//!     struct Lacking;
//!     impl Lacking {
//!         fn __forward_tangent<Value, Dot, A0, A1, …>(self, _: A0, _: A1, …) -> (Value, (), Dot, ()) {
//!             const { panic!("`loss` has no second derivatives: …") }
//!         }
//!     }
//!     trait Fallback: Sized { fn of(self) -> Lacking { Lacking } }
//!     impl<T> Fallback for Asked<T> {}
//!     Asked::<m::loss>::new().of().__forward_tangent(x, &mut tape, …)
//! }
//! ```
//!
//! rustc takes the inherent `of` of `Asked` where the companion has the order. Where it has not, it
//! evaluates the constant, and with that refuses the program, once `hessian` is called.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::Printer;
use super::api::local;
use super::call::{Returned, results_of, stage_name};
use crate::ir::callee::{is_associated, is_public_derivative};
use crate::ir::{Block, Call, Callee, Function, Stage, StmtKind, Target, Ty, VarId};

/// Whether second derivatives of a closure can be emitted on the chance that they are called: if it
/// compiles with any types, and with any functions.
pub fn is_harmless(function: &Function) -> bool {
    let known = |ty: &Ty| !mentions_unknown(ty);
    function.vars.iter().all(|var| known(&var.ty)) && calls_are_probed(&function.body)
}

/// Whether there is a call in it of a function that may lack the order.
pub fn is_probed(function: &Function) -> bool {
    fn probes(block: &Block) -> bool {
        block.stmts.iter().any(|stmt| match &stmt.kind {
            StmtKind::Call(Call { callee, .. }) => !callee.stages.is_empty(),
            kind => kind.blocks().into_iter().any(probes),
        })
    }
    probes(&function.body)
}

fn mentions_unknown(ty: &Ty) -> bool {
    match ty {
        Ty::Tangent(_) | Ty::Dot(_) => true,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
            mentions_unknown(elem)
        }
        Ty::Tuple(elems) => elems.iter().any(mentions_unknown),
        Ty::Float(_)
        | Ty::Lane(_)
        | Ty::Int(_)
        | Ty::Bool
        | Ty::Unit
        | Ty::Inert(_)
        | Ty::Adt(_)
        | Ty::Unknown
        | Ty::Infer(_)
        | Ty::Record
        | Ty::Tape => false,
    }
}

fn calls_are_probed(block: &Block) -> bool {
    block.stmts.iter().all(|stmt| match &stmt.kind {
        StmtKind::Call(Call { callee, .. }) => callee.stages.is_empty() || can_be_probed(callee),
        kind => kind.blocks().into_iter().all(calls_are_probed),
    })
}

fn can_be_probed(callee: &Callee) -> bool {
    let Target::Path(path) = &callee.target else { return false };
    let generic = path.segments.iter().any(|segment| !segment.arguments.is_none());
    callee.stages.len() <= 2 && !generic && !is_associated(path) && !is_public_derivative(path)
}

/// The type of a parameter that takes a record, which nothing else may tell: the record of what stands
/// for the forward sweep, or its tangent.
fn record_ty(index: usize, count: usize, stages: &[Stage], rt: &Ident) -> Option<TokenStream> {
    let [Stage::Reverse, Stage::Tangent] = stages else { return None };
    // Of the reverse sweep, and again as many tangents; then the lanes. The reverse sweep takes the
    // arguments and a bar for each, the record, the seed and the tape.
    let of_reverse = (count - 1) / 2;
    let record = (of_reverse - 3) / 2;
    match index {
        index if index == record => Some(quote!(())),
        index if index == of_reverse + record => Some(quote!(#rt::Active<()>)),
        _ => None,
    }
}

impl Printer<'_> {
    /// Whether a call of this is one of a second derivative that may not be there.
    pub(super) fn probes(&self, callee: &Callee) -> bool {
        self.probes && callee.stages.len() == 2
    }

    /// The type of what such a call returns, to be inferred for a record.
    pub(super) fn probed_ty(&self, result: VarId) -> TokenStream {
        self.ty(&self.function.var(result).ty).unwrap_or_else(|| quote!(_))
    }

    pub(super) fn probed(
        &self,
        path: &syn::Path,
        stages: &[Stage],
        args: &[TokenStream],
        span: Span,
    ) -> TokenStream {
        let rt = &self.rt;
        let name = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let text = format!(
            "`{name}` has no second derivatives: write `#[differentiable(order = 2)]` on it, since a \
             closure that calls it is asked for its own"
        );
        let (lacking, fallback) = (local("Lacking"), local("Fallback"));
        let stage = Ident::new(&stage_name(stages), Span::call_site());
        let mut params = Vec::new();
        let types = (0..args.len()).map(|index| {
            record_ty(index, args.len(), stages, rt).unwrap_or_else(|| {
                let param = format_ident!("A{index}");
                params.push(param.clone());
                quote!(#param)
            })
        });
        let types: Vec<TokenStream> = types.collect();
        let (output, values) = self.stand_in(path, stages);
        quote_spanned! {span=> {
            struct #lacking;
            impl #lacking {
                fn #stage<#(#values,)* #(#params),*>(self, #(_: #types),*) -> #output {
                    const { ::core::panic!(#text) }
                }
            }
            trait #fallback: ::core::marker::Sized {
                fn of(self) -> #lacking { #lacking }
            }
            impl<T> #fallback for #rt::Asked<T> {}
            #rt::Asked::<#path>::new().of().#stage(#(#args),*)
        }}
    }

    /// What stands for the result, and the parameters for the types of values in it.
    fn stand_in(&self, path: &syn::Path, stages: &[Stage]) -> (TokenStream, Vec<Ident>) {
        let callee = Callee { target: Target::Path(path.clone()), stages: stages.to_vec() };
        let mut values = Vec::new();
        let returned = results_of(&callee).into_iter().map(|returned| match returned {
            Returned::Record => quote!(()),
            Returned::Value => {
                let value = format_ident!("V{}", values.len());
                values.push(value.clone());
                quote!(#value)
            }
        });
        let returned: Vec<TokenStream> = returned.collect();
        (super::tuple(&returned), values)
    }
}
