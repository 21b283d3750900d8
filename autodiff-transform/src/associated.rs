//! Associated types in the methods of an `impl Trait for Type`.
//!
//! Derivatives of methods are methods of the type itself, where `Self::Item` says nothing: the type that
//! the `impl` gives it stands there.

use syn::visit_mut::{self, VisitMut};

/// Writes out the associated types of the `impl` in its methods.
pub fn write_out(item: &mut syn::ItemImpl) {
    if item.trait_.is_none() {
        return;
    }
    let types = item.items.iter().filter_map(|item| match item {
        syn::ImplItem::Type(ty) if ty.generics.params.is_empty() => Some(ty.clone()),
        _ => None,
    });
    let mut associated = Associated { types: types.collect(), within: 0 };
    if associated.types.is_empty() {
        return;
    }
    for item in &mut item.items {
        if let syn::ImplItem::Fn(method) = item {
            associated.visit_impl_item_fn_mut(method);
        }
    }
}

struct Associated {
    types: Vec<syn::ImplItemType>,
    /// How many of them are being written out: one may be made of another.
    within: usize,
}

impl Associated {
    /// `f64` of `Self::Item`.
    fn named(&self, ty: &syn::Type) -> Option<syn::Type> {
        let syn::Type::Path(syn::TypePath { qself: None, path }) = ty else { return None };
        let mut segments = path.segments.iter();
        let (Some(of), Some(name), None) = (segments.next(), segments.next(), segments.next())
        else {
            return None;
        };
        let found = self.types.iter().find(|ty| ty.ident == name.ident);
        found.filter(|_| of.ident == "Self" && name.arguments.is_none()).map(|ty| ty.ty.clone())
    }
}

impl VisitMut for Associated {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        match self.named(ty) {
            Some(named) if self.within <= self.types.len() => {
                *ty = named;
                self.within += 1;
                self.visit_type_mut(ty);
                self.within -= 1;
            }
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }

    /// `Self` is another type in an item.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
