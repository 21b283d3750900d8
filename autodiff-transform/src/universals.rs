//! `impl Trait` in parameters: the derived functions write out the type parameters that it stands for,
//! since their bounds have to name them.

use proc_macro2::Span;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::visit_mut::{self, VisitMut};

/// What the names begin with, by which they are told from the user's: those may well be differentiated.
const PREFIX: &str = "__Impl";

/// The signature with a name for each anonymous type parameter.
pub fn named(mut sig: syn::Signature) -> syn::Signature {
    let mut params = Vec::new();
    for input in &mut sig.inputs {
        if let syn::FnArg::Typed(typed) = input {
            let mut names = Names { stem: stem(&typed.pat), params: Vec::new() };
            names.visit_type_mut(&mut typed.ty);
            params.extend(names.params);
        }
    }
    sig.generics.params.extend(params.into_iter().map(syn::GenericParam::Type));
    sig
}

/// Whether a type parameter stands for an `impl Trait`: of what no derivative is to be had, unless its
/// bound says that it is a float.
pub fn is_named(param: &syn::Ident) -> bool {
    param.to_string().starts_with(PREFIX)
}

/// `Table` of a parameter `table`.
fn stem(pat: &syn::Pat) -> String {
    let name = match pat {
        syn::Pat::Ident(name) => name.ident.unraw().to_string(),
        _ => "argument".to_owned(),
    };
    let capitalized = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    name.split('_').map(capitalized).collect()
}

struct Names {
    stem: String,
    params: Vec<syn::TypeParam>,
}

impl VisitMut for Names {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        let syn::Type::ImplTrait(anonymous) = ty else {
            return visit_mut::visit_type_mut(self, ty);
        };
        let bounds = anonymous.bounds.clone();
        let number = match self.params.len() {
            0 => String::new(),
            others => (others + 1).to_string(),
        };
        let ident = format_ident!("{PREFIX}{}{number}", self.stem, span = Span::call_site());
        self.params.push(syn::parse_quote!(#ident: #bounds));
        *ty = syn::parse_quote!(#ident);
    }
}
