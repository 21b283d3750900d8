//! `From` and `Into`: `Vec::from([a, b])`, and `p.into()` where the type of what it gives is told.

use syn::spanned::Spanned;

use super::place::peel;
use super::{Kind, Lowered, Lowerer};
use crate::ir::{Rvalue, Shape, Ty};

impl Lowerer<'_> {
    /// `Vec::from(list)`, which copies the elements; `None` of what is no list, as a text is.
    pub(super) fn lower_vec_from(&mut self, list: &syn::Expr, want: &Ty) -> Option<Lowered> {
        let errors = self.diagnostics.len();
        let (lowered, block) = self.in_block(|l| l.lower(list, want));
        let ty = self.lowered_ty(&lowered);
        let is_list = matches!(self.infer.shallow(&ty), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
        if !is_list {
            self.diagnostics.truncate(errors);
            return None;
        }
        self.splice(block);
        if let Lowered::Built(Rvalue::Aggregate { shape: Shape::Array, fields, .. }) = lowered {
            let ty = Ty::Vec(Box::new(self.infer.element(&ty)));
            return Some(Lowered::Built(Rvalue::Aggregate { shape: Shape::Vec, fields, ty }));
        }
        let (place, _) = self.to_place(lowered, list.span());
        let place = self.freeze(place);
        let copy = self.copied(place, list.span());
        Some(Lowered::Value(self.function.read(copy)))
    }

    /// `p.into()` of what is wanted as a struct, an enum or a `Vec`, as the call of `from` that it stands for.
    pub(super) fn lower_into(&mut self, call: &syn::ExprMethodCall, want: &Ty) -> Option<Lowered> {
        if call.method != "into" || !call.args.is_empty() {
            return None;
        }
        let receiver = &call.receiver;
        match self.infer.shallow(want) {
            Ty::Adt(ty) => {
                let syn::Type::Path(path) = *ty else { return None };
                let mut path = path.path;
                if self.collection_name(want).is_some() || self.is_result(want) {
                    return None;
                }
                for segment in &mut path.segments {
                    if let syn::PathArguments::AngleBracketed(args) = &mut segment.arguments {
                        args.colon2_token = Some(Default::default());
                    }
                }
                let span = call.method.span();
                if !self.check_into(call, &path) {
                    return Some(self.reject(
                        receiver,
                        "the type that `into` is called of cannot be told here",
                        "bind the value by `let` with its type, or write `Type::from(..)`",
                    ));
                }
                let from: syn::Expr = syn::parse_quote_spanned!(span=> #path::from(#receiver));
                Some(self.lower(&from, want))
            }
            Ty::Vec(_) => self.lower_vec_from(peel(receiver), want),
            Ty::Option(payload) => self.lower_into_option(call, &payload, want),
            _ => None,
        }
    }

    /// `x.into()` of a number that an `Option` is wanted of.
    fn lower_into_option(
        &mut self,
        call: &syn::ExprMethodCall,
        payload: &Ty,
        want: &Ty,
    ) -> Option<Lowered> {
        let errors = self.diagnostics.len();
        let (receiver, _) = self.in_block(|l| l.lower(&call.receiver, payload));
        self.diagnostics.truncate(errors);
        let ty = self.lowered_ty(&receiver);
        if self.infer.kind(&ty) == Kind::Any {
            return None;
        }
        let receiver = &call.receiver;
        let some = syn::parse_quote_spanned!(call.method.span()=> Some(#receiver));
        Some(self.lower(&some, want))
    }

    /// Has rustc check that `into` is that of the standard library, and no method of the type's own, if the type is
    /// known.
    fn check_into(&mut self, call: &syn::ExprMethodCall, to: &syn::Path) -> bool {
        let errors = self.diagnostics.len();
        let (receiver, _) = self.in_block(|l| l.lower(&call.receiver, &Ty::Unknown));
        self.diagnostics.truncate(errors);
        let ty = self.lowered_ty(&receiver);
        let of = match self.infer.shallow(&ty) {
            Ty::Adt(of) => Some(*of),
            _ if self.infer.kind(&ty) != Kind::Any => return true,
            Ty::Infer(_) => self.infer.struct_name(&ty).and_then(|name| syn::parse_str(name).ok()),
            // Only structs have methods of the user's.
            _ => return true,
        };
        let Some(of) = of else { return false };
        let span = call.method.span();
        self.keep_item(&syn::parse_quote_spanned! {span=>
            const _: fn() = || {
                __rt::is_method(<#of>::into, <#of as ::core::convert::Into<#to>>::into);
            };
        });
        true
    }

    /// Refuses `into` of a struct where nothing tells what it gives.
    pub(super) fn refuse_into(&mut self, of: &Ty, call: &syn::ExprMethodCall) -> Option<Lowered> {
        let is_number = self.infer.kind(of) != Kind::Any;
        if call.method != "into" || !call.args.is_empty() || is_number {
            return None;
        }
        Some(self.reject(
            &call.method,
            "what `into` gives cannot be told here",
            "bind it by `let` with its type, or write `Type::from(..)`",
        ))
    }
}
