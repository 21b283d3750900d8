//! Which items a version of the module keeps, and which attributes stay on them.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Item};

/// The programs made of one source.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Version {
    Double,
    Single,
    Dual,
}

/// The items of a version, cleared of the corpus's own attributes, and in the dual version of
/// chainrule's.
pub fn items(items: &[Item], version: Version, primal_only: bool) -> syn::Result<Vec<Item>> {
    let mut kept = Vec::new();
    for item in items {
        let mut item = item.clone();
        let Some(attrs) = attributes(&mut item) else {
            kept.push(item);
            continue;
        };
        if !keeps(attrs, version)? {
            continue;
        }
        if let Item::Mod(module) = &mut item
            && let Some((_, inner)) = &mut module.content
        {
            *inner = self::items(inner, version, primal_only)?;
        }
        Strip { chainrule: primal_only || version == Version::Dual }.visit_item_mut(&mut item);
        kept.push(item);
    }
    Ok(kept)
}

/// Whether `#[only(..)]`, if any, names the version.
pub fn keeps(attrs: &[Attribute], version: Version) -> syn::Result<bool> {
    if let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident("only")) {
        let which: syn::Ident = attr.parse_args()?;
        return match which.to_string().as_str() {
            "dual" => Ok(version == Version::Dual),
            "plain" => Ok(version != Version::Dual),
            "double" => Ok(version != Version::Single),
            "plain_double" => Ok(version == Version::Double),
            _ => Err(syn::Error::new(which.span(), "dual, plain, double or plain_double")),
        };
    }
    Ok(!attrs.iter().any(|attr| attr.path().is_ident("pending")))
}

/// The attributes of an item that can carry `#[only(..)]`.
pub fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Mod(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Trait(item) => Some(&mut item.attrs),
        Item::Use(item) => Some(&mut item.attrs),
        Item::Const(item) => Some(&mut item.attrs),
        _ => None,
    }
}

struct Strip {
    chainrule: bool,
}

impl VisitMut for Strip {
    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        item.items.retain(|item| {
            !matches!(item, syn::ImplItem::Fn(f) if f.attrs.iter().any(|a| a.path().is_ident("pending")))
        });
        syn::visit_mut::visit_item_impl_mut(self, item);
    }

    fn visit_attributes_mut(&mut self, attrs: &mut Vec<Attribute>) {
        attrs.retain(|attr| {
            let own = ["at", "kink", "only"].iter().any(|name| attr.path().is_ident(name));
            let chainrule = ["differentiable", "constant"]
                .iter()
                .any(|name| attr.path().segments.last().is_some_and(|last| last.ident == name));
            !(own || self.chainrule && chainrule)
        });
        for attr in attrs {
            if self.chainrule && attr.path().is_ident("derive") {
                without_derive(attr);
            }
        }
    }
}

/// Takes `Differentiable` out of `#[derive(..)]`.
fn without_derive(attr: &mut Attribute) {
    let syn::Meta::List(list) = &mut attr.meta else { return };
    let parser = syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
    let Ok(paths) = list.parse_args_with(parser) else { return };
    let kept = paths
        .iter()
        .filter(|path| path.segments.last().is_some_and(|last| last.ident != "Differentiable"));
    list.tokens = kept
        .flat_map(|path| -> TokenStream {
            let path = path.to_token_stream();
            quote::quote!(#path,)
        })
        .collect();
}
