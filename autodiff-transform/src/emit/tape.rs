//! What goes on the tape, and comes back.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::stmt::without_parens;
use super::{Access, Printer, nested};
use crate::ir::{Place, Ty, VarId};

impl Printer<'_> {
    /// Scalars go as one tuple, typed so that the matching pop cannot take them for something else.
    pub(super) fn push(&self, tape: VarId, values: &[Place]) -> TokenStream {
        let tape = self.tape(tape);
        let Storage { registers, integers, records, others } = self.by_storage(values);
        let mut tokens = TokenStream::new();
        if !registers.is_empty() {
            let ty = self.tuple_ty(&registers);
            let values: Vec<_> =
                registers.iter().map(|place| self.read(place).into_token_stream()).collect();
            let values = entry(&values);
            tokens.extend(quote!(#tape.push::<#ty>(#values);));
        }
        for place in integers {
            let value = self.read(place);
            tokens.extend(quote!(#tape.push_integer(#value);));
        }
        for place in records {
            let value = self.read(place);
            tokens.extend(quote!(#tape.push(#value);));
        }
        for place in others {
            let value = self.borrow(place, Access::Shared);
            tokens.extend(match &place.ty {
                _ if self.of_references(place).is_some() => quote!(#tape.save(#value);),
                Ty::Slice(elem) | Ty::Vec(elem) if self.is_plain(elem) => {
                    let elem = self.ty(elem);
                    quote!(#tape.push_slice::<#elem>(#value);)
                }
                Ty::Slice(_) => {
                    let value = self.found(place, Access::Shared);
                    quote!(#tape.save(&#value.to_vec());)
                }
                _ => quote!(#tape.save(#value);),
            });
        }
        tokens
    }

    pub(super) fn pop(&self, tape: VarId, into: &[Place], declare: bool) -> TokenStream {
        let tape = self.tape(tape);
        let Storage { registers, integers, records, others } = self.by_storage(into);
        let mut tokens = TokenStream::new();
        for place in others.into_iter().rev() {
            tokens.extend(self.pop_large(&tape, place, declare));
        }
        let keyword = declare.then(|| quote!(let));
        let target = |place: &Place| match declare {
            true => self.binding(place.root).into_token_stream(),
            false => without_parens(self.place(place, Access::Mut)).into_token_stream(),
        };
        for place in records.into_iter().rev() {
            let target = target(place);
            tokens.extend(quote!(#keyword #target = #tape.pop();));
        }
        for place in integers.into_iter().rev() {
            let target = target(place);
            let like = self.integer_like(place);
            let value = quote!(if false { #like } else { #tape.pop_integer() });
            tokens.extend(quote!(#keyword #target = #value;));
        }
        if registers.is_empty() {
            return tokens;
        }
        let ty = self.tuple_ty(&registers);
        if registers.iter().any(|place| self.is_leaf(place)) {
            tokens.extend(self.pop_leaves(&tape, &registers));
            return tokens;
        }
        let targets: Vec<TokenStream> = registers.iter().map(|place| target(place)).collect();
        let targets = entry(&targets);
        tokens.extend(quote!(#keyword #targets = #tape.pop::<#ty>();));
        tokens
    }

    /// Where a place may be the field of a tangent that is `()`, which drops what was saved of it.
    fn pop_leaves(&self, tape: &TokenStream, registers: &[&Place]) -> TokenStream {
        let (rt, ty) = (&self.rt, self.tuple_ty(registers));
        let popped = |index| format_ident!("popped_{index}", span = Span::mixed_site());
        let names: Vec<Ident> = (0..registers.len()).map(popped).collect();
        let names_as_entry: Vec<_> = names.iter().map(ToTokens::to_token_stream).collect();
        let bound = entry(&names_as_entry);
        let assigned = registers.iter().zip(&names).map(|(place, name)| {
            let target = self.place(place, Access::Mut);
            if !self.is_leaf(place) {
                let target = without_parens(target);
                return quote!(#target = #name;);
            }
            let ty = self.leaf_ty(&place.ty);
            quote!(#rt::clear #ty(&mut #target); #rt::add #ty(&mut #target, #name);)
        });
        quote!({ let #bound = #tape.pop::<#ty>(); #(#assigned)* })
    }

    /// All registers have a named type, lest push and pop infer different ones.
    fn by_storage<'p>(&self, places: &'p [Place]) -> Storage<'p> {
        let mut storage = Storage::default();
        for place in places {
            let kind = match &place.ty {
                _ if self.of_references(place).is_some() => &mut storage.others,
                Ty::Int(None) => &mut storage.integers,
                ty if ty.is_record() => &mut storage.records,
                ty if self.is_plain(ty) => &mut storage.registers,
                _ => &mut storage.others,
            };
            kind.push(place);
        }
        storage
    }

    fn is_plain(&self, ty: &Ty) -> bool {
        ty.is_copy() && self.ty(ty).is_some()
    }

    /// The type as it is written of a variable that holds references, of which the IR's types say nothing.
    fn of_references(&self, place: &Place) -> Option<&syn::Type> {
        self.function.var(place.is_var()?).of_references()
    }

    /// Whether a place has no value yet: the variable is declared before, and has its value in one of two ways.
    fn has_none_yet(&self, place: &Place) -> bool {
        place.is_var().is_some_and(|var| {
            !self.function.var(var).mutable && self.function.param(var).is_none()
        })
    }

    fn pop_large(&self, tape: &TokenStream, place: &Place, declare: bool) -> TokenStream {
        let has_value = !declare && !self.has_none_yet(place);
        let value = match &place.ty {
            _ if self.of_references(place).is_some() => {
                let written = self.of_references(place);
                quote!(#tape.restore::<#written>())
            }
            Ty::Slice(elem) if self.is_plain(elem) && has_value => {
                let target = self.borrow(place, Access::Mut);
                return quote!(#tape.pop_slice_into(#target););
            }
            Ty::Vec(elem) if self.is_plain(elem) && has_value => {
                let target = self.borrow(place, Access::Mut);
                return quote!(#tape.pop_vec_into(#target););
            }
            Ty::Slice(elem) | Ty::Vec(elem) if self.is_plain(elem) => {
                let elem = self.ty(elem);
                quote!(#tape.pop_vec::<#elem>())
            }
            Ty::Slice(elem) => {
                let (rt, elem) = (&self.rt, self.ty(elem).unwrap_or_else(|| quote!(_)));
                let saved = quote!(#tape.restore::<#rt::Vec<#elem>>());
                if has_value {
                    let target = self.found(place, Access::Mut);
                    return quote!(#target.clone_from_slice(&#saved););
                }
                saved
            }
            // The place tells it: behind a field there may be a `Box`. What has its value in one of two ways
            // has its type by the other.
            _ if !declare && place.is_var().is_none_or(|var| !self.function.var(var).mutable) => {
                quote!(#tape.restore())
            }
            ty => match (self.ty(ty), self.variable_like(place)) {
                (Some(ty), _) => quote!(#tape.restore::<#ty>()),
                (None, Some(like)) => quote!(#tape.restore_like(|| #like)),
                (None, None) => quote!(#tape.restore()),
            },
        };
        if declare {
            let binding = self.binding(place.root);
            return quote!(let #binding = #value;);
        }
        let target = without_parens(self.place(place, Access::Mut));
        quote!(#target = #value;)
    }

    fn tuple_ty(&self, places: &[&Place]) -> TokenStream {
        let types: Vec<TokenStream> =
            places.iter().filter_map(|place| self.ty(&place.ty)).collect();
        entry(&types)
    }

    fn tape(&self, tape: VarId) -> TokenStream {
        let ident = self.ident(tape);
        quote!(#ident)
    }
}

/// How the values of one entry are stored on the tape, in this order.
#[derive(Default)]
struct Storage<'p> {
    /// As one plain tuple.
    registers: Vec<&'p Place>,
    /// Integers of unknown type.
    integers: Vec<&'p Place>,
    /// Plain as well; the reverse sweep that takes a record tells its type.
    records: Vec<&'p Place>,
    others: Vec<&'p Place>,
}

/// A tape entry: a value, or a tuple of them.
fn entry(items: &[TokenStream]) -> TokenStream {
    match items {
        [item] => item.clone(),
        items => nested::tuple(items),
    }
}
