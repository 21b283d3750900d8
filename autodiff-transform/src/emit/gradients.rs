//! `grad`, `value_and_grad` and `grad_into`, of functions that return a float.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::api::{Api, local};
use super::part::Part;
use super::signature::Param;
use super::{Printer, tuple};
use crate::ir::{Passing, Ty, VarSet};

/// The sweeps for cotangents in which nothing is yet, and the arguments of which they overwrite them.
type Fresh = (Part, VarSet);

impl Api<'_> {
    /// ```text
    /// pub fn value_and_grad(x: f64, y: f64) -> (f64, (f64, f64)) {
    ///     let mut x_bar = 0.0_f64;
    ///     let mut y_bar = 0.0_f64;
    ///     let value = Self::adjoint(x, y, 1.0_f64, &mut x_bar, &mut y_bar);
    ///     (value, (x_bar, y_bar))
    /// }
    /// ```
    pub fn gradients(&self, fresh: Option<&Fresh>) -> TokenStream {
        let signature = self.signature;
        let Some(float) = signature.result.scalar() else { return TokenStream::new() };
        let printer = Printer::new(self.primal, &signature.rt);
        let one = printer.float_literal("1.0", 1.0, float, Span::call_site(), true);
        let into = self.gradient_into(&one, fresh, &printer);
        let body = match signature.active().any(|param| param.can_be_resized()) {
            true => self.gradient_by_sweeps(&one),
            false => self.gradient_by_adjoint(&one, into.is_some() && fresh.is_some(), &printer),
        };
        let ty = &signature.result.ty;
        let gradient_ty = self.gradient_ty();
        let name = signature.doc_name();
        let shapes = self.shapes();
        let both = self.function(
            "value_and_grad",
            &format!("The value of {name} and its gradient {shapes}."),
            &self.primals(),
            &quote!((#ty, #gradient_ty)),
            body,
        );
        let call = self.call(&signature.public_name("value_and_grad"), &self.forwarded());
        let gradient = self.function(
            "grad",
            &format!("The gradient of {name} {shapes}."),
            &self.primals(),
            &gradient_ty,
            quote!(#call.1),
        );
        quote!(#both #gradient #into)
    }

    /// By `adjoint`, or by `grad_into` where that is more than to fill with zeros.
    fn gradient_by_adjoint(
        &self,
        one: &TokenStream,
        into: bool,
        printer: &Printer<'_>,
    ) -> TokenStream {
        let signature = self.signature;
        let mut args = self.forwarded();
        args.extend((!into).then(|| one.clone()));
        let mut zeros = TokenStream::new();
        let mut bars = Vec::new();
        for param in signature.active() {
            let (bar, zero) = (Self::derived(param, "bar"), param.zero(printer));
            zeros.extend(quote!(let mut #bar = #zero;));
            args.push(quote!(&mut #bar));
            bars.push(quote!(#bar));
        }
        let name = signature.public_name(if into { "grad_into" } else { "adjoint" });
        let call = self.call(&name, &args);
        let (value, gradient) = (local("value"), tuple(&bars));
        quote!(#zeros let #value = #call; (#value, #gradient))
    }

    /// Where the arguments are slices of floats, and besides these floats, arrays and tuples:
    ///
    /// ```text
    /// pub fn grad_into(x: &[f64], x_bar: &mut [f64]) -> f64 {
    ///     x_bar.fill(0.0_f64);
    ///     Self::adjoint(x, 1.0_f64, x_bar)
    /// }
    /// ```
    fn gradient_into(
        &self,
        one: &TokenStream,
        fresh: Option<&Fresh>,
        printer: &Printer<'_>,
    ) -> Option<TokenStream> {
        let signature = self.signature;
        let fills: Option<Vec<TokenStream>> =
            signature.active().map(|param| self.filled(param, fresh, printer)).collect();
        let fills = fills.filter(|_| signature.active().any(is_buffer))?;
        let bars = || signature.active().map(|param| (param, self.bar_of(param, fresh)));
        let mut inputs: Vec<TokenStream> = match fresh {
            None => self.primals(),
            Some((part, _)) => {
                let params = signature.params.iter();
                params.map(|param| param.declaration(part.is_mutable(param.var))).collect()
            }
        };
        inputs.extend(bars().map(|(param, bar)| {
            let ty = &param.tangent_ty;
            quote!(#bar: &mut #ty)
        }));
        let body = match fresh {
            None => {
                let mut args = self.forwarded();
                args.push(one.clone());
                args.extend(bars().map(|(_, bar)| quote!(#bar)));
                self.call(&signature.public_name("adjoint"), &args)
            }
            Some((part, _)) => {
                let (seed, opened) = self.seed(part);
                let checked: TokenStream = bars()
                    .filter_map(|(param, bar)| param.as_long(&bar, Passing::RefMut, &signature.rt))
                    .collect();
                let sweeps = self.both_sweeps(part);
                quote!(let #seed = #one; #opened #checked #sweeps)
            }
        };
        let names: Vec<String> = bars().map(|(_, bar)| format!("`{bar}`")).collect();
        let doc = format!(
            "Writes the gradient {} to {}, whatever was there, and returns the value of {}. Panics if a \
             slice is not as long as its argument.",
            self.shapes(),
            names.join(", "),
            signature.doc_name()
        );
        let ty = &signature.result.ty;
        Some(self.function("grad_into", &doc, &inputs, ty, quote!(#(#fills)* #body)))
    }

    fn bar_of(&self, param: &Param<'_>, fresh: Option<&Fresh>) -> Ident {
        fresh.map_or_else(|| Self::derived(param, "bar"), |(part, _)| self.bar_ident(part, param))
    }

    /// What makes a cotangent zero in place, if it can be made, and need be.
    fn filled(
        &self,
        param: &Param<'_>,
        fresh: Option<&Fresh>,
        printer: &Printer<'_>,
    ) -> Option<TokenStream> {
        let bar = self.bar_of(param, fresh);
        if fresh.is_some_and(|(_, overwritten)| overwritten.contains(&param.var)) {
            return Some(TokenStream::new());
        }
        match &param.ty {
            Ty::Slice(elem) => match &**elem {
                Ty::Float(float) => {
                    let zero = printer.float_literal("0.0", 0.0, float, Span::call_site(), true);
                    Some(quote!(#bar.fill(#zero);))
                }
                _ => None,
            },
            ty if ty.has_one_shape() => {
                let zero = param.zero(printer);
                Some(quote!(*#bar = #zero;))
            }
            _ => None,
        }
    }
}

fn is_buffer(param: &Param<'_>) -> bool {
    matches!(param.ty, Ty::Slice(_))
}
