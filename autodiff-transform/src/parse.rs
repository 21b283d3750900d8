//! What the attribute is put on.

/// A function, or a method of an `impl` block.
pub struct Source<'a> {
    pub attrs: &'a [syn::Attribute],
    pub vis: &'a syn::Visibility,
    pub sig: &'a syn::Signature,
    pub block: &'a syn::Block,
    /// The type of an `impl`, for its methods.
    pub self_ty: Option<&'a syn::Type>,
    /// The generics of the `impl`.
    pub impl_generics: Option<&'a syn::Generics>,
    /// What stands beside a method in the `impl`.
    pub siblings: &'a [syn::ImplItem],
    /// Whether only other derivatives call its derivatives: those of an operator, or of a method
    /// that gives what has none.
    pub only_internal: bool,
}

impl<'a> Source<'a> {
    pub fn function(item: &'a syn::ItemFn) -> Source<'a> {
        Source {
            attrs: &item.attrs,
            vis: &item.vis,
            sig: &item.sig,
            block: &item.block,
            self_ty: None,
            impl_generics: None,
            siblings: &[],
            only_internal: false,
        }
    }

    pub fn method(item: &'a syn::ItemImpl, method: &'a syn::ImplItemFn) -> Source<'a> {
        Source {
            attrs: &method.attrs,
            vis: &method.vis,
            sig: &method.sig,
            block: &method.block,
            self_ty: Some(&item.self_ty),
            impl_generics: Some(&item.generics),
            siblings: &item.items,
            only_internal: false,
        }
    }
}
