//! Lifetimes in the types of a signature.
//!
//! Derivatives name a parameter's type in places where rustc fills in no lifetimes: in bounds, in
//! `impl Trait`, in results. So those that the user left out get names first.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, GenericParam, Lifetime, LifetimeParam, ReturnType, Signature, Token, Type};

/// The signature with a name for each lifetime inside the types; that of a parameter which is itself a
/// reference stays as it is, unless the result needs it.
pub fn named(sig: &Signature, of_impl: Option<&syn::Generics>) -> Signature {
    let mut sig = sig.clone();
    let mut names = Names::besides(of_impl.into_iter().chain([&sig.generics]));
    for input in &mut sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        match &mut *typed.ty {
            Type::Reference(reference) => names.visit_type_mut(&mut reference.elem),
            ty => names.visit_type_mut(ty),
        }
    }
    if let ReturnType::Type(_, ty) = &sig.output
        && are_left_out(ty)
        && let Some(lifetime) = names.of_result(&mut sig.inputs)
        && let ReturnType::Type(_, ty) = &mut sig.output
    {
        Fill(lifetime).visit_type_mut(ty);
    }
    names.declare(&mut sig.generics);
    sig
}

/// The same for the type of an `impl` block.
pub fn named_impl(item: &mut syn::ItemImpl) {
    let mut names = Names::besides([&item.generics]);
    names.visit_type_mut(&mut item.self_ty);
    names.declare(&mut item.generics);
}

struct Names {
    taken: HashSet<String>,
    new: Vec<Lifetime>,
}

impl Names {
    fn besides<'g>(generics: impl IntoIterator<Item = &'g syn::Generics>) -> Names {
        let lifetimes = generics.into_iter().flat_map(syn::Generics::lifetimes);
        let taken = lifetimes.map(|param| param.lifetime.ident.to_string()).collect();
        Names { taken, new: Vec::new() }
    }

    fn declare(self, generics: &mut syn::Generics) {
        let new = self.new.into_iter().map(LifetimeParam::new).map(GenericParam::Lifetime);
        for (index, param) in new.enumerate() {
            generics.params.insert(index, param);
        }
    }

    /// The lifetime that rustc fills in where a result leaves it out: the receiver's, or the only one.
    fn of_result(&mut self, inputs: &mut Punctuated<FnArg, Token![,]>) -> Option<Lifetime> {
        if let Some(FnArg::Receiver(receiver)) = inputs.first_mut()
            && let Some((and, lifetime)) = &mut receiver.reference
        {
            return Some(lifetime.get_or_insert_with(|| self.fresh(and.span)).clone());
        }
        let mut outer: Vec<&mut syn::TypeReference> = Vec::new();
        let mut inner = Mentioned::default();
        for input in inputs {
            let FnArg::Typed(typed) = input else { continue };
            inner.visit_type(&typed.ty);
            if let Type::Reference(reference) = &mut *typed.ty
                && reference.lifetime.is_none()
            {
                outer.push(reference);
            }
        }
        match (&mut outer[..], inner.0.iter().next()) {
            ([], Some(only)) if inner.0.len() == 1 => Some(only.clone()),
            ([reference], None) => {
                let lifetime = self.fresh(reference.and_token.span);
                reference.lifetime = Some(lifetime.clone());
                Some(lifetime)
            }
            _ => None,
        }
    }

    fn fresh(&mut self, span: Span) -> Lifetime {
        let name = (1..)
            .map(|number| format!("of_{number}"))
            .find(|name| self.taken.insert(name.clone()))
            .expect("there is always another number");
        let lifetime = Lifetime::new(&format!("'{name}"), span);
        self.new.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for Names {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.fresh(lifetime.apostrophe);
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.fresh(reference.and_token.span));
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    // Lifetimes of functions and of trait objects have rules of their own.
    fn visit_type_bare_fn_mut(&mut self, _: &mut syn::TypeBareFn) {}
    fn visit_type_trait_object_mut(&mut self, _: &mut syn::TypeTraitObject) {}
    fn visit_type_impl_trait_mut(&mut self, _: &mut syn::TypeImplTrait) {}
    fn visit_expr_mut(&mut self, _: &mut syn::Expr) {}
}

/// The lifetimes that a type names.
#[derive(Default)]
struct Mentioned(HashSet<Lifetime>);

impl<'ast> Visit<'ast> for Mentioned {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        self.0.insert(lifetime.clone());
    }
}

/// Whether a type leaves out lifetimes.
pub fn are_left_out(ty: &Type) -> bool {
    struct LeftOut(bool);
    impl<'ast> Visit<'ast> for LeftOut {
        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            self.0 |= lifetime.ident == "_";
        }
        fn visit_type_reference(&mut self, reference: &'ast syn::TypeReference) {
            self.0 |= reference.lifetime.is_none();
            visit::visit_type_reference(self, reference);
        }
    }
    let mut left_out = LeftOut(false);
    left_out.visit_type(ty);
    left_out.0
}

/// Fills in a lifetime where one is left out.
struct Fill(Lifetime);

impl VisitMut for Fill {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.0.clone();
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime.get_or_insert_with(|| self.0.clone());
        visit_mut::visit_type_reference_mut(self, reference);
    }
}

/// Whether a type names a lifetime other than `'static`.
pub fn are_in(ty: &TokenStream) -> bool {
    replaced(ty, &mut |_| {}).1
}

/// `for<'always, 'always_2> Named<'always, 'always_2>: Bound`: the bound that rustc checks where a
/// derivative is called, not where it stands. It is for whatever lifetimes the type has, as rustc cannot
/// choose between bounds that differ in nothing else.
pub fn always(ty: &TokenStream, bound: &TokenStream) -> TokenStream {
    let mut names = Vec::new();
    let (ty, _) = replaced(ty, &mut |name| {
        let number = names.len() + 1;
        let text = if number == 1 { "always".into() } else { format!("always_{number}") };
        *name = Ident::new(&text, name.span());
        names.push(Lifetime::new(&format!("'{text}"), name.span()));
    });
    if names.is_empty() {
        names.push(Lifetime::new("'always", Span::call_site()));
    }
    quote!(for<#(#names),*> #ty: #bound)
}

fn replaced(ty: &TokenStream, rename: &mut dyn FnMut(&mut Ident)) -> (TokenStream, bool) {
    let mut found = false;
    let mut after_apostrophe = false;
    let tokens = ty.clone().into_iter().map(|token| match token {
        TokenTree::Ident(mut name) if after_apostrophe && name != "static" => {
            (found, after_apostrophe) = (true, false);
            rename(&mut name);
            TokenTree::Ident(name)
        }
        TokenTree::Group(group) => {
            let (inner, any) = replaced(&group.stream(), rename);
            (found, after_apostrophe) = (found | any, false);
            let mut new = Group::new(group.delimiter(), inner);
            new.set_span(group.span());
            TokenTree::Group(new)
        }
        token => {
            after_apostrophe = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
            token
        }
    });
    let tokens = tokens.collect();
    (tokens, found)
}
