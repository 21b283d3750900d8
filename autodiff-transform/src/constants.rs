//! `#[constant]`: on an argument, or at a `let`, of what has no derivative. It is taken off what is
//! emitted, since no macro of that name exists.

use syn::visit_mut::{self, VisitMut};

/// Whether `#[constant]` is among the attributes.
pub fn is_marked(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(is_ours)
}

/// Removes the attribute from a function's arguments.
pub fn strip_arguments(sig: &mut syn::Signature) {
    Strip.visit_signature_mut(sig);
}

/// Removes the attribute from the `let`s of a function's body.
pub fn strip_body(body: &mut syn::Block) {
    Strip.visit_block_mut(body);
}

/// Removes the attribute from a closure's arguments and from the `let`s of its body.
pub fn strip_closure(closure: &mut syn::ExprClosure) {
    Strip.visit_expr_closure_mut(closure);
}

/// Whether the attribute is `#[constant]`.
pub fn is_ours(attr: &syn::Attribute) -> bool {
    attr.path().is_ident("constant")
}

struct Strip;

impl VisitMut for Strip {
    fn visit_pat_type_mut(&mut self, typed: &mut syn::PatType) {
        typed.attrs.retain(|attr| !is_ours(attr));
        visit_mut::visit_pat_type_mut(self, typed);
    }

    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        receiver.attrs.retain(|attr| !is_ours(attr));
        visit_mut::visit_receiver_mut(self, receiver);
    }

    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        local.attrs.retain(|attr| !is_ours(attr));
        visit_mut::visit_local_mut(self, local);
    }
}
