//! A function's signature as the tests see it: how to own each argument, pass it, and which carry a
//! derivative.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::visit::Visit;
use syn::{FnArg, Ident, Type};

/// How an argument is passed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    Value,
    Ref,
    RefMut,
}

/// An argument.
pub struct Arg {
    pub index: usize,
    pub passing: Passing,
    /// A slice, owned as a `Vec`.
    pub slice: bool,
    /// The type of the owned value, where the signature alone tells.
    pub owned: Option<Type>,
    pub active: bool,
}

impl Arg {
    /// The owned value's name.
    pub fn name(&self) -> Ident {
        format_ident!("a{}", self.index)
    }

    /// `name`, passed as the function wants it.
    pub fn pass(&self, name: &Ident) -> TokenStream {
        match self.passing {
            Passing::Value => quote!(#name),
            Passing::Ref => quote!(&#name),
            Passing::RefMut => quote!(&mut #name),
        }
    }
}

/// What a function returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Unit,
    Float,
    Inactive,
    Other,
}

/// The arguments of a function, `self` among them.
pub fn args(
    sig: &syn::Signature,
    self_ty: Option<&Type>,
    wrt: Option<&HashSet<String>>,
    adts: &HashSet<String>,
) -> Vec<Arg> {
    let mut active = adts.clone();
    active.extend(sig.generics.type_params().map(|param| param.ident.to_string()));
    let generic = sig.generics.params.iter().any(|p| !matches!(p, syn::GenericParam::Lifetime(_)))
        || self_ty.is_some_and(|ty| ty.to_token_stream().to_string().contains('<'));
    sig.inputs
        .iter()
        .enumerate()
        .map(|(index, input)| {
            let (name, attrs, ty) = match input {
                FnArg::Receiver(receiver) => {
                    ("self".to_string(), &receiver.attrs, (*receiver.ty).clone())
                }
                FnArg::Typed(typed) => {
                    let name = typed.pat.to_token_stream().to_string();
                    (name.trim_start_matches("mut ").to_string(), &typed.attrs, (*typed.ty).clone())
                }
            };
            let constant = attrs.iter().any(|attr| attr.path().is_ident("constant"));
            let (passing, inner) = match ty {
                Type::Reference(r) if r.mutability.is_some() => (Passing::RefMut, *r.elem),
                Type::Reference(r) if !text(&r.elem) => (Passing::Ref, *r.elem),
                other => (Passing::Value, other),
            };
            let chosen = wrt.is_none_or(|wrt| wrt.contains(&name));
            let slice = matches!(inner, Type::Slice(_));
            let active = !constant && chosen && mentions(&inner, &active, self_ty.is_some());
            let owned = (!generic).then(|| owned(inner, self_ty));
            Arg { index, passing, slice, owned, active }
        })
        .collect()
}

/// What the function returns.
pub fn output(sig: &syn::Signature, self_ty: Option<&Type>, adts: &HashSet<String>) -> Output {
    let mut active = adts.clone();
    active.extend(sig.generics.type_params().map(|param| param.ident.to_string()));
    match &sig.output {
        syn::ReturnType::Default => Output::Unit,
        syn::ReturnType::Type(_, ty) => match &**ty {
            Type::Tuple(tuple) if tuple.elems.is_empty() => Output::Unit,
            Type::Path(path)
                if path.path.get_ident().is_some_and(|ident| {
                    ident == "f64" || sig.generics.type_params().any(|param| param.ident == *ident)
                }) =>
            {
                Output::Float
            }
            ty if mentions(ty, &active, self_ty.is_some()) => Output::Other,
            _ => Output::Inactive,
        },
    }
}

fn text(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("str"))
}

fn owned(ty: Type, self_ty: Option<&Type>) -> Type {
    match (ty, self_ty) {
        (Type::Slice(slice), _) => {
            let elem = &slice.elem;
            syn::parse_quote!(Vec<#elem>)
        }
        (Type::Path(path), Some(self_ty)) if path.path.is_ident("Self") => self_ty.clone(),
        (Type::Reference(r), _) if text(&r.elem) => syn::parse_quote!(&'static str),
        (Type::ImplTrait(_), _) => syn::parse_quote!(_),
        (other, _) => other,
    }
}

/// Whether a type holds floats, as far as its words tell.
fn mentions(ty: &Type, active: &HashSet<String>, self_is_active: bool) -> bool {
    struct Words<'a> {
        active: &'a HashSet<String>,
        self_is_active: bool,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Words<'_> {
        fn visit_ident(&mut self, ident: &'ast Ident) {
            self.found |= ident == "f64"
                || ident == "f32"
                || ident == "Self" && self.self_is_active
                || self.active.contains(&ident.to_string());
        }
        fn visit_type_impl_trait(&mut self, _: &'ast syn::TypeImplTrait) {}
        fn visit_type_bare_fn(&mut self, _: &'ast syn::TypeBareFn) {}
        fn visit_expr(&mut self, _: &'ast syn::Expr) {}
    }
    let mut words = Words { active, self_is_active, found: false };
    words.visit_type(ty);
    words.found
}
