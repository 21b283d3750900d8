//! `#[corpus]` in the test crate `corpus_second`: the same functions with `order = 2`, their second
//! derivatives against those of the dual version.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Item, Meta, parse_quote};

use crate::cases::{self, Case};
use crate::select::Version;
use crate::signature::{Output, Passing};
use crate::{adt, dualize, select};

/// Whether the module is compiled for second order.
pub fn is_asked_for() -> bool {
    std::env::var("CARGO_CRATE_NAME").is_ok_and(|name| name == "corpus_second")
}

/// The versions of the module and a test for each function with a gradient.
pub fn expand(module: &syn::ItemMod, items: &[Item]) -> syn::Result<TokenStream> {
    let (vis, name) = (&module.vis, &module.ident);
    let found = cases::find(items)?;
    let cases: Vec<&Case> = found.iter().filter(|case| case.has_gradient()).collect();
    let mut plain = select::items(items, Version::Double, false)?;
    plain.iter_mut().for_each(|item| Order.visit_item_mut(item));
    let leaves = adt::leaves(items, Version::Double, false)?;
    let subjects = cases.iter().map(|case| case.second());
    let double = quote!(#(#plain)* #(#subjects)* #leaves);

    let dual = select::items(items, Version::Dual, false)?;
    let leaves = adt::leaves(items, Version::Dual, false)?;
    let references = cases.iter().map(|case| case.curvature());
    let dual = dualize::replace(syn::parse2(quote!(#(#dual)* #(#references)* #leaves))?);

    let tests = cases.iter().map(|case| case.second_test());
    Ok(quote! {
        #vis mod #name {
            #[allow(dead_code, unused, clippy::all)]
            pub mod double { #double }
            #[allow(dead_code, unused, clippy::all)]
            pub mod dual { #dual }
            #(#tests)*
        }
    })
}

/// Adds `order = 2` to each attribute.
struct Order;

impl VisitMut for Order {
    fn visit_attribute_mut(&mut self, attr: &mut Attribute) {
        let ours = attr.path().segments.last().is_some_and(|last| last.ident == "differentiable");
        if ours {
            let path = attr.path().clone();
            attr.meta = match &attr.meta {
                Meta::List(list) => {
                    let tokens = &list.tokens;
                    parse_quote!(#path(#tokens, order = 2))
                }
                Meta::Path(_) | Meta::NameValue(_) => parse_quote!(#path(order = 2)),
            };
        }
        visit_mut::visit_attribute_mut(self, attr);
    }
}

impl Case {
    fn has_gradient(&self) -> bool {
        self.output == Output::Float
            && self.args.iter().all(|arg| arg.passing != Passing::RefMut)
            && self.active().next().is_some()
    }

    fn second_test(&self) -> TokenStream {
        let name = &self.name;
        let (second, curvature) = (self.function_name("second"), self.function_name("curvature"));
        let (inputs, text) = (self.function_name("inputs"), name.to_string());
        let smooth = self.points.iter().map(|point| point.smooth);
        quote! {
            #[test]
            fn #name() {
                ::chainrule_oracle::check_second(
                    concat!(module_path!(), "::", #text),
                    &[#(#smooth),*],
                    dual::#inputs,
                    &double::#second(),
                    dual::#curvature,
                );
            }
        }
    }

    /// The second derivatives along a direction at a point.
    fn second(&self) -> TokenStream {
        let name = self.function_name("second");
        let args = self.point_values();
        let [hvp, hvp_reverse, jvp2] =
            ["hvp", "hvp_reverse", "jvp2"].map(|derivative| self.along(derivative));
        quote! {
            pub fn #name() -> ::chainrule_oracle::Second {
                use ::chainrule_oracle as oracle;
                #args
                oracle::Second {
                    hvp: ::std::boxed::Box::new(move |point: usize, along: &[oracle::Plain]| {
                        oracle::values(&mut #hvp)
                    }),
                    hvp_reverse: ::std::boxed::Box::new(move |point: usize, along: &[oracle::Plain]| {
                        oracle::values(&mut #hvp_reverse)
                    }),
                    jvp2: ::std::boxed::Box::new(move |point: usize, along: &[oracle::Plain]| #jvp2.2),
                }
            }
        }
    }

    fn along(&self, derivative: &str) -> TokenStream {
        let bind = self.bind();
        let active: Vec<_> = self.active().collect();
        let names = active.iter().map(|arg| arg.name());
        let dots: Vec<_> = active.iter().map(|arg| format_ident!("d{}", arg.index)).collect();
        let passed: Vec<_> = active.iter().zip(&dots).map(|(arg, dot)| arg.pass(dot)).collect();
        let call = self.derived(derivative, &passed);
        quote! {{
            #bind
            let mut along = along.iter();
            #(let mut #dots = oracle::filled(
                ::chainrule::Differentiable::zero_tangent(&#names), &mut along);)*
            #call
        }}
    }

    /// `vᵀ H w` by hyper-dual numbers, and the number of inputs.
    fn curvature(&self) -> TokenStream {
        let (name, inputs) = (self.function_name("curvature"), self.count_inputs());
        let (args, bind, call) = (self.point_values(), self.bind(), self.call());
        let active: Vec<_> = self.active().map(|arg| arg.name().to_token_stream()).collect();
        quote! {
            pub fn #name(
                point: usize, v: &[::chainrule_oracle::Plain], w: &[::chainrule_oracle::Plain],
            ) -> ::chainrule_oracle::Plain {
                use ::chainrule_oracle as oracle;
                #args
                #bind
                let (mut v, mut w) = (v.iter(), w.iter());
                #(oracle::perturb_twice(&mut #active, &mut v, &mut w);)*
                oracle::curvature(#call)
            }

            #inputs
        }
    }
}
