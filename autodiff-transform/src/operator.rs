//! `#[differentiable] impl Mul<f64> for Vector`: the derivatives of an operator.
//!
//! Two operators of one name, `Vector * f64` and `Vector * Vector`, or one of a foreign type,
//! `f64 * Vector`, cannot have methods of the same type. So the method becomes a function with a
//! companion of its own, which the runtime's trait `Operator` leads to by the types of the operands.
//!
//! ```text
//! const _: () = {
//!     use ::chainrule::__private as __rt;
//!     pub struct __MulRule;
//!     impl __rt::Operator<__rt::ops::Mul, f64> for Vector {
//!         type Rule = __MulRule;
//!         fn rule() -> __MulRule { __MulRule }
//!     }
//!     /* impl __MulRule { fn __tangent(self, this: Vector, factor: f64, ..) .. } */
//! };
//! ```

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};

use crate::diagnostics::Diagnostics;
use crate::emit::companion;
use crate::emit::second::order_name;
use crate::expand::derive_or_stub;
use crate::ir::Operator;
use crate::options::Options;
use crate::parse::Source;

/// The operator that an `impl` is of.
pub fn of(item: &syn::ItemImpl) -> Option<Operator> {
    let (_, path, _) = item.trait_.as_ref()?;
    Operator::of_trait(&path.segments.last()?.ident.to_string())
}

/// The derivatives of an operator's method.
pub fn derive(
    operator: Operator,
    item: &syn::ItemImpl,
    method: &syn::ImplItemFn,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let rule = format_ident!("__{}Rule", operator.trait_name(), span = Span::call_site());
    let options = Options { companion: Some(rule.clone()), ..options.clone() };
    let function = as_function(item, method);
    let source = Source { only_internal: true, ..Source::function(&function) };
    let derived = derive_or_stub(&source, &options, diagnostics);
    let (quiet, import, rt) =
        (companion::quiet(), companion::import(&options), companion::runtime());
    let (params, _, clause) = item.generics.split_for_impl();
    let (self_ty, name) = (&item.self_ty, Ident::new(operator.trait_name(), Span::call_site()));
    let rhs = match operator {
        operator if operator.is_unary() => quote!(()),
        _ => right_of(item),
    };
    let orders = (2..=3).map(|order| asked_for(order, options.order, &rule, &rt));
    let cfgs = item.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    quote! {
        #(#cfgs)*
        #quiet
        const _: () = {
            #import
            pub struct #rule;
            impl #params #rt::Operator<#rt::ops::#name, #rhs> for #self_ty #clause {
                type Rule = #rule;
                fn rule() -> #rule { #rule }
            }
            impl #rule { #(#orders)* }
            #derived
        };
    }
}

/// What derived code of this order asks the rule for its derivatives with: it gives the rule, if that has
/// them.
fn asked_for(order: u32, most: u32, rule: &Ident, rt: &Ident) -> TokenStream {
    let name = format_ident!("__{}", order_name(order));
    if order <= most {
        return quote! {
            #[inline(always)]
            pub fn #name(self, _: #rt::Asking) -> #rule { self }
        };
    }
    let missing = format_ident!("OperatorOrder{order}");
    quote! {
        pub fn #name<__A: #rt::#missing>(self, _: __A) -> __A::Of { ::core::unreachable!() }
    }
}

/// The type of the right operand, the left one's by default.
fn right_of(item: &syn::ItemImpl) -> TokenStream {
    let segment = item.trait_.as_ref().and_then(|(_, path, _)| path.segments.last());
    match segment.map(|segment| &segment.arguments) {
        Some(syn::PathArguments::AngleBracketed(args)) => args.args.to_token_stream(),
        _ => item.self_ty.to_token_stream(),
    }
}

/// `fn mul(self, factor: f64) -> Self::Output` as `fn mul(this: Vector, factor: f64) -> Vector`.
fn as_function(item: &syn::ItemImpl, method: &syn::ImplItemFn) -> syn::ItemFn {
    let names = Names {
        this: Ident::new(free_name(method), Span::call_site()),
        self_ty: in_expressions(&item.self_ty),
        output: item.items.iter().find_map(|item| match item {
            syn::ImplItem::Type(ty) if ty.ident == "Output" => Some(ty.ty.to_token_stream()),
            _ => None,
        }),
    };
    let mut sig = method.sig.clone();
    sig.generics = item.generics.clone();
    if let Some(first @ syn::FnArg::Receiver(_)) = sig.inputs.first_mut() {
        let this = &names.this;
        let ty = &item.self_ty;
        *first = match &*first {
            syn::FnArg::Receiver(receiver) if receiver.reference.is_some() => {
                let (reference, lifetime) = receiver.reference.as_ref().expect("just checked");
                let mutability = &receiver.mutability;
                syn::parse_quote!(#this: #reference #lifetime #mutability #ty)
            }
            syn::FnArg::Receiver(receiver) => {
                let mutability = &receiver.mutability;
                syn::parse_quote!(#mutability #this: #ty)
            }
            typed => typed.clone(),
        };
    }
    let (sig, block) = (names.replaced(sig.to_token_stream()), &method.block);
    let block = names.replaced(block.to_token_stream());
    let attrs = &method.attrs;
    syn::parse_quote!(#(#attrs)* pub #sig #block)
}

/// A name for `self` that the method does not use.
fn free_name(method: &syn::ImplItemFn) -> &'static str {
    let used = |name: &str| mentions(method.to_token_stream(), name);
    ["this", "this_value", "receiver"].into_iter().find(|name| !used(name)).unwrap_or("__this")
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// `Vector<T>` as `Vector::<T>`, which is right in expressions, too.
fn in_expressions(ty: &syn::Type) -> TokenStream {
    let mut ty = ty.clone();
    if let syn::Type::Path(path) = &mut ty {
        for segment in &mut path.path.segments {
            if let syn::PathArguments::AngleBracketed(args) = &mut segment.arguments {
                args.colon2_token = Some(Default::default());
            }
        }
    }
    ty.to_token_stream()
}

/// What stands for the words of a method outside of one.
struct Names {
    this: Ident,
    self_ty: TokenStream,
    output: Option<TokenStream>,
}

impl Names {
    fn replaced(&self, tokens: TokenStream) -> TokenStream {
        let mut tokens = tokens.into_iter().peekable();
        let mut replaced = TokenStream::new();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(ident) if ident == "self" => {
                    let mut this = self.this.clone();
                    this.set_span(ident.span());
                    replaced.extend([TokenTree::from(this)]);
                }
                TokenTree::Ident(ident) if ident == "Self" => {
                    let rest: Vec<String> =
                        tokens.clone().take(3).map(|token| token.to_string()).collect();
                    let is_output = rest.concat() == "::Output";
                    match self.output.as_ref().filter(|_| is_output) {
                        Some(output) => {
                            tokens.nth(2);
                            replaced.extend(self.replaced(output.clone()));
                        }
                        None => replaced.extend(self.self_ty.clone()),
                    }
                }
                TokenTree::Group(group) => {
                    let inner = self.replaced(group.stream());
                    let mut whole = Group::new(group.delimiter(), inner);
                    whole.set_span(group.span());
                    replaced.extend([TokenTree::from(whole)]);
                }
                token @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => {
                    replaced.extend([token]);
                }
            }
        }
        replaced
    }
}
