//! Lifetimes in the types of fields.
//!
//! What a struct borrows has no derivative, so that the tangent of a field is the same type whatever
//! lifetimes the field's type has. The tangent names them `'static`, and has none of its own: what is
//! saved on a tape must outlive everything.

use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Generics, Path, TraitBound, Type, TypeBareFn, TypeReference};

/// The field's type as the tangent names it. With type parameters it stays as it is: `Inner<'static, T>`
/// would ask for `T: 'static`.
pub(super) fn left_out(ty: &mut Type, generics: &Generics) {
    let mut mentions = MentionsParameter { generics, found: false };
    mentions.visit_type(ty);
    if !mentions.found {
        LeftOut.visit_type_mut(ty);
    }
}

struct MentionsParameter<'a> {
    generics: &'a Generics,
    found: bool,
}

impl<'ast> Visit<'ast> for MentionsParameter<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        self.found |= path.segments.first().is_some_and(|first| {
            self.generics.type_params().any(|param| param.ident == first.ident)
        });
        visit::visit_path(self, path);
    }
}

struct LeftOut;

impl VisitMut for LeftOut {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        reference.lifetime = Some(syn::parse_quote!('static));
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        if let GenericArgument::Lifetime(lifetime) = argument {
            *lifetime = syn::parse_quote!('static);
        }
        visit_mut::visit_generic_argument_mut(self, argument);
    }

    /// Lifetimes that are bound here.
    fn visit_trait_bound_mut(&mut self, _: &mut TraitBound) {}

    fn visit_type_bare_fn_mut(&mut self, _: &mut TypeBareFn) {}
}
