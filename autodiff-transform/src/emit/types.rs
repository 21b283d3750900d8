//! IR types as Rust types.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{Printer, nested};
use crate::ir::{FloatTy, Ty};

/// The type parameter that stands for the family of lanes.
pub(crate) fn family() -> Ident {
    Ident::new("__K", Span::call_site())
}

/// The type parameter that stands for the lanes of an `f64` in that family. For a function with it rustc
/// takes a quarter less than for the same with the projection `K::F64`.
pub(crate) fn lane() -> Ident {
    Ident::new("__L", Span::call_site())
}

/// `K: Lanes<F64 = L>, L: Lane<f64>`: what a function that is generic over its lanes has for parameters.
pub(crate) fn lane_params(rt: &Ident) -> TokenStream {
    let (family, lane) = (family(), lane());
    quote!(#family: #rt::Lanes<F64 = #lane>, #lane: #rt::Lane<f64>)
}

/// What stands for these parameters in a call, which leaves them to rustc.
pub(crate) fn any_lanes() -> [TokenStream; 2] {
    [quote!(_), quote!(_)]
}

/// The parameter that tells the family: a value without size.
pub(crate) fn lanes() -> Ident {
    Ident::new("lanes", Span::mixed_site())
}

impl Printer<'_> {
    pub fn float_ty(&self, float: &FloatTy) -> TokenStream {
        let rt = &self.rt;
        let name = match float {
            FloatTy::F32 => "f32",
            FloatTy::F64 => "f64",
            FloatTy::Param(name) => name,
            FloatTy::Of(ty) => return quote!(<#ty as #rt::FloatOf>::Float),
        };
        let name = Ident::new(name, Span::call_site());
        quote!(#name)
    }

    /// The type of a float's lanes.
    pub(super) fn lane_ty(&self, float: &FloatTy) -> TokenStream {
        let (rt, family) = (&self.rt, family());
        match float {
            FloatTy::F32 => quote!(#family::F32),
            FloatTy::F64 => lane().into_token_stream(),
            FloatTy::Param(_) | FloatTy::Of(_) => {
                let float = self.float_ty(float);
                quote!(<#float as #rt::Laned>::Dot<#family>)
            }
        }
    }

    /// The Rust type, where the IR knows it. Types behind a reference are named without it.
    pub fn ty(&self, ty: &Ty) -> Option<TokenStream> {
        let rt = &self.rt;
        Some(match ty {
            Ty::Float(float) => self.float_ty(float),
            Ty::Int(name) => {
                let ident = Ident::new(name.as_ref()?, Span::call_site());
                quote!(#ident)
            }
            Ty::Bool => quote!(bool),
            Ty::Unit => quote!(()),
            Ty::Inert(ty) => {
                let ty = ty.as_ref()?;
                quote!(#ty)
            }
            Ty::Array(elem, len) => {
                let (elem, len) = (self.ty(elem)?, &len.expr);
                quote!([#elem; #len])
            }
            Ty::Slice(elem) => {
                let elem = self.ty(elem)?;
                quote!([#elem])
            }
            Ty::Vec(elem) => {
                let elem = self.ty(elem)?;
                quote!(#rt::Vec<#elem>)
            }
            Ty::Tuple(elems) => {
                let elems = elems.iter().map(|elem| self.ty(elem)).collect::<Option<Vec<_>>>()?;
                nested::tuple(&elems)
            }
            Ty::Option(elem) => {
                let elem = self.ty(elem)?;
                quote!(::core::option::Option<#elem>)
            }
            Ty::Adt(ty) => quote!(#ty),
            Ty::Tangent(of) => {
                let of = self.ty(of)?;
                quote!(<#of as #rt::Differentiable>::Tangent)
            }
            Ty::Lane(float) => self.lane_ty(float),
            Ty::Dot(of) => {
                let (of, family) = (self.ty(of)?, family());
                quote!(<#of as #rt::Laned>::Dot<#family>)
            }
            Ty::Tape => quote!(#rt::Tape),
            Ty::Record | Ty::Unknown | Ty::Infer(_) => return None,
        })
    }

    /// `::<f64, _>`, for the runtime's functions on a tangent's float.
    pub(super) fn leaf_ty(&self, ty: &Ty) -> Option<TokenStream> {
        let ty = self.ty(ty).filter(|_| self.names_float)?;
        Some(quote!(::<#ty, _>))
    }

    /// The same where the struct tells its float, and the function names none.
    pub(super) fn leaf_ty_of_struct(&self, ty: &Ty) -> Option<TokenStream> {
        let (Ty::Float(FloatTy::Of(_)) | Ty::Lane(FloatTy::Of(_))) = ty else { return None };
        self.ty(ty).map(|ty| quote!(::<#ty, _>))
    }

    /// The owned zero of a type whose shape the type alone tells; floats get their type's suffix if
    /// `typed`.
    pub fn zero(&self, ty: &Ty, typed: bool) -> Option<TokenStream> {
        self.filled(ty, ("0.0", 0.0), typed)
    }

    /// The function that makes the zero of a float's lanes.
    pub(super) fn zero_of_lane(&self, float: &FloatTy) -> TokenStream {
        let (rt, lane) = (&self.rt, self.lane_ty(float));
        quote!(#rt::zero_lane::<#lane>)
    }

    /// As [`Self::zero`], of negative zeros: a sum may start from them and nobody can tell, since
    /// `-0.0 + v` is `v` to the last bit. So the optimiser leaves the addition out, which it may not
    /// do for `0.0 + v`.
    pub fn empty_sum(&self, ty: &Ty) -> Option<TokenStream> {
        self.filled(ty, ("-0.0", -0.0), false)
    }

    fn filled(&self, ty: &Ty, fill: (&str, f64), typed: bool) -> Option<TokenStream> {
        Some(match ty {
            Ty::Float(float) => self.float_literal(fill.0, fill.1, float, Span::call_site(), typed),
            Ty::Lane(float) => {
                if fill.0 == "0.0" {
                    let zero = self.zero_of_lane(float);
                    return Some(quote!(#zero()));
                }
                let (rt, lane) = (&self.rt, self.lane_ty(float));
                quote!(#rt::empty_sum::<#lane>())
            }
            Ty::Array(elem, len) if elem.is_copy() => {
                let (elem, len) = (self.filled(elem, fill, typed)?, &len.expr);
                quote!([#elem; #len])
            }
            Ty::Tuple(elems) => {
                let elems = elems
                    .iter()
                    .map(|elem| self.filled(elem, fill, typed))
                    .collect::<Option<Vec<_>>>()?;
                nested::tuple(&elems)
            }
            Ty::Int(name) => {
                let suffix = name.as_deref().filter(|_| typed).unwrap_or_default();
                format!("0{suffix}").parse().expect("an integer literal")
            }
            Ty::Bool => quote!(false),
            Ty::Unit => quote!(()),
            Ty::Array(..)
            | Ty::Inert(_)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Option(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Infer(_)
            | Ty::Tangent(_)
            | Ty::Dot(_)
            | Ty::Record
            | Ty::Tape => return None,
        })
    }
}
