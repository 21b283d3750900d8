//! How generated code gets at the parts of a tangent.
//!
//! A payload of an enum by functions of the tangent, `__Variant_member()`; and any part, where code
//! does not see that it has one, by the runtime's trait `Member`, whose parameter is the part's name:
//!
//! ```text
//! impl<K: Lanes> Member<{ name("mass") }> for BodyTangentIn<K> { type Of = …; … }
//! impl<K: Lanes> Member<{ name("Disc.0") }> for ShapeTangentIn<K> { type Of = …; … }
//! ```

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::emit::{Emitter, constructor, member_text};
use super::{Body, Field, Input, Variant};

impl Emitter<'_> {
    /// `__Variant_member()` and `__Variant_member_mut()` of an enum's tangent.
    pub(super) fn payloads(&self) -> TokenStream {
        let Body::Enum(variants) = &self.input.body else { return TokenStream::new() };
        let (rt, tangent) = (&self.rt, &self.holder);
        let Input { ident, vis, .. } = self.input;
        let (params, arguments, clause) = self.generics.tangent.split_for_impl();
        let what = ident.unraw().to_string();
        let otherwise = (variants.len() > 1).then(|| quote!(_ => #rt::shape_mismatch(#what),));
        let accessors = variants.iter().flat_map(|variant| {
            variant.fields.iter().map(|field| {
                let name = variant.ident.as_ref().map(IdentExt::unraw);
                let name = format!("__{}_{}", name.to_token_stream(), member_text(&field.member));
                let (get, get_mut) = (format_ident!("{name}"), format_ident!("{name}_mut"));
                let pattern = constructor(quote!(Self), variant);
                let (member, ty) = (&field.member, self.field_type(field));
                quote! {
                    #[inline]
                    #vis fn #get(&self) -> &#ty {
                        match self { #pattern { #member: payload, .. } => payload, #otherwise }
                    }
                    #[inline]
                    #vis fn #get_mut(&mut self) -> &mut #ty {
                        match self { #pattern { #member: payload, .. } => payload, #otherwise }
                    }
                }
            })
        });
        quote! {
            #[doc(hidden)]
            #[allow(non_snake_case, dead_code)]
            impl #params #tangent #arguments #clause { #(#accessors)* }
        }
    }

    /// `impl Member<{ name("field") }> for BodyTangentIn`, for each part.
    pub(super) fn members(&self) -> TokenStream {
        let (rt, tangent) = (&self.rt, &self.holder);
        let (params, arguments, clause) = self.generics.tangent.split_for_impl();
        let of_part = |variant: &Variant, field: &Field| {
            let (ty, member) = (self.field_type(field), &field.member);
            let text = member_text(member);
            let (name, of, of_mut) = match &variant.ident {
                None => (text, quote!(&self.#member), quote!(&mut self.#member)),
                Some(variant) => {
                    let variant = variant.unraw();
                    let get = format_ident!("__{variant}_{text}");
                    let get_mut = format_ident!("__{variant}_{text}_mut");
                    (format!("{variant}.{text}"), quote!(self.#get()), quote!(self.#get_mut()))
                }
            };
            quote! {
                #[automatically_derived]
                impl #params #rt::Member<{ #rt::name(#name) }> for #tangent #arguments #clause {
                    type Of = #ty;
                    #[inline(always)]
                    fn of(&self) -> &#ty { #of }
                    #[inline(always)]
                    fn of_mut(&mut self) -> &mut #ty { #of_mut }
                }
            }
        };
        let variants = self.input.variants().iter();
        let parts =
            variants.flat_map(|variant| variant.fields.iter().map(move |field| (variant, field)));
        parts.map(|(variant, field)| of_part(variant, field)).collect()
    }
}
