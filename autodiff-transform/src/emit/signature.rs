//! What the user's signature says, as derived functions need it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ReturnType, Type};

use super::types::{family, lanes};
use super::{Printer, runtime_at, runtime_span};
use crate::ir::{FloatTy, Function, Passing, Role, Ty, VarId};
use crate::parse::Source;

/// The signature of an annotated function or method.
pub struct Signature<'a> {
    pub source: &'a Source<'a>,
    pub rt: Ident,
    pub params: Vec<Param<'a>>,
    pub result: ResultType,
    /// The public derivative that this is the signature of, if not the user's function's.
    pub derivative: Option<&'static str>,
}

/// A parameter, in the order of the user's signature.
pub struct Param<'a> {
    pub var: VarId,
    pub ident: Ident,
    pub passing: Passing,
    pub active: bool,
    pub ty: Ty,
    /// The user's declaration; its type without the reference, if it is no receiver.
    pub input: &'a FnArg,
    pub user_ty: Option<&'a Type>,
    /// The tangent's type as Rust, behind a reference if `passing` says so.
    pub tangent_ty: TokenStream,
    /// The same in the function's family of lanes.
    pub lanes_ty: TokenStream,
}

/// What the function returns.
pub struct ResultType {
    pub ty: TokenStream,
    pub tangent_ty: TokenStream,
    /// The tangent in the function's family of lanes.
    pub lanes_ty: TokenStream,
    /// One for each of the IR function's results.
    pub parts: Vec<Ty>,
}

impl ResultType {
    /// Whether it has a derivative at all.
    pub fn is_active(&self) -> bool {
        self.parts.iter().any(Ty::can_be_active)
    }

    /// The float type, if the result is one float.
    pub fn scalar(&self) -> Option<&FloatTy> {
        match self.parts.as_slice() {
            [Ty::Float(float)] => Some(float),
            _ => None,
        }
    }
}

impl<'a> Signature<'a> {
    pub fn new(source: &'a Source<'a>, primal: &Function, rt: &Ident) -> Signature<'a> {
        let printer = Printer::new(primal, rt);
        let params = primal
            .params
            .iter()
            .zip(&source.sig.inputs)
            .map(|(param, input)| Param::new(&printer, param, input))
            .collect();
        let parts: Vec<Ty> = primal.results.iter().map(|result| result.ty.clone()).collect();
        let ty = match &source.sig.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, ty) => ty.to_token_stream(),
        };
        let tangent_ty = result_tangent(&printer, &parts, &source.sig.output, tangent_of);
        let lanes_ty = result_tangent(&printer, &parts, &source.sig.output, lanes_of);
        let result = ResultType { ty, tangent_ty, lanes_ty, parts };
        Signature { source, rt: rt.clone(), params, result, derivative: None }
    }

    /// A parameter's type, of which `Self` names no lifetimes.
    pub fn with_self(&self, ty: &TokenStream) -> TokenStream {
        match self.source.self_ty {
            Some(self_ty) if ty.to_string() == "Self" => self_ty.to_token_stream(),
            _ => ty.clone(),
        }
    }

    pub fn active(&self) -> impl Iterator<Item = &Param<'a>> {
        self.params.iter().filter(|param| param.active)
    }

    /// Whether there are arguments behind `&mut`.
    pub fn changes_arguments(&self) -> bool {
        self.params.iter().any(|param| param.passing == Passing::RefMut)
    }

    /// `name`, or `energy_name` for the method `energy`.
    pub fn public_name(&self, name: &str) -> Ident {
        if self.source.self_ty.is_some() {
            let method = unraw(&self.source.sig.ident);
            return format_ident!("{method}_{name}", span = Span::call_site());
        }
        Ident::new(name, Span::call_site())
    }

    /// `__name`, `__jvp_name` for a public derivative, `__energy_name` for the method `energy`.
    pub fn internal_name(&self, name: &str) -> Ident {
        let method = self.source.self_ty.map(|_| unraw(&self.source.sig.ident));
        let derivative = self.derivative.map(str::to_owned);
        let mut words: Vec<String> = method.into_iter().chain(derivative).collect();
        words.push(name.to_owned());
        format_ident!("__{}", words.join("_"), span = Span::call_site())
    }

    /// The name as it stands in documentation, a link for functions.
    pub fn doc_name(&self) -> String {
        let name = &self.source.sig.ident;
        match self.source.self_ty {
            Some(_) => format!("`{name}`"),
            None => format!("[`{name}`](fn@{name})"),
        }
    }
}

impl<'a> Param<'a> {
    /// Whether the caller's variable is gone once it is passed on.
    pub fn is_moved(&self) -> bool {
        self.passing == Passing::Value && !self.ty.is_copy()
    }

    /// The argument, of which the caller's own variable stays.
    pub fn copy(&self) -> TokenStream {
        let ident = &self.ident;
        if self.is_moved() { quote!(#ident.clone()) } else { quote!(#ident) }
    }

    fn new(printer: &Printer<'_>, param: &crate::ir::Param, input: &'a FnArg) -> Param<'a> {
        let ty = printer.function.var(param.var).ty.clone();
        let user_ty = match input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(match &*typed.ty {
                Type::Reference(reference) => &*reference.elem,
                ty => ty,
            }),
        };
        let tangent_ty = tangent_of(printer, &ty, user_ty);
        let lanes_ty = lanes_of(printer, &ty, user_ty);
        Param {
            var: param.var,
            ident: printer.ident(param.var),
            passing: param.passing,
            active: param.role == Role::Active,
            ty,
            input,
            user_ty,
            tangent_ty,
            lanes_ty,
        }
    }

    /// The declaration in a derived function: the user's type, a plain name.
    pub fn declaration(&self, mutable: bool) -> TokenStream {
        let mutable = (mutable && self.passing == Passing::Value).then(|| quote!(mut));
        match self.input {
            FnArg::Receiver(receiver) => {
                let mut receiver = receiver.clone();
                receiver.attrs.clear();
                if receiver.reference.is_none() {
                    receiver.mutability = None;
                }
                quote!(#mutable #receiver)
            }
            FnArg::Typed(typed) => {
                let (ident, ty) = (&self.ident, &typed.ty);
                quote!(#mutable #ident: #ty)
            }
        }
    }

    /// The type as declared, a reference included; none for `self`.
    pub fn declared_ty(&self) -> Option<TokenStream> {
        match self.input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(typed.ty.to_token_stream()),
        }
    }

    /// `x_dot: &[f64]`: a public tangent argument.
    pub fn tangent_declaration(&self, ident: &Ident) -> TokenStream {
        self.tangent_declaration_as(&quote!(#ident))
    }

    /// The same with any binding for a name.
    pub fn tangent_declaration_as(&self, ident: &TokenStream) -> TokenStream {
        let ty = &self.tangent_ty;
        match self.passing {
            Passing::Value => quote!(#ident: #ty),
            Passing::Ref => quote!(#ident: &#ty),
            Passing::RefMut => quote!(#ident: &mut #ty),
        }
    }

    /// The owned tangent's type: a `Vec` for a slice.
    pub fn owned_tangent_ty(&self, rt: &Ident) -> TokenStream {
        self.owned(&self.tangent_ty, rt)
    }

    /// The same with lanes.
    pub fn owned_lanes_ty(&self, rt: &Ident) -> TokenStream {
        self.owned(&self.lanes_ty, rt)
    }

    fn owned(&self, ty: &TokenStream, rt: &Ident) -> TokenStream {
        match &self.ty {
            Ty::Slice(_) => {
                let elem = match syn::parse2::<Type>(ty.clone()) {
                    Ok(Type::Slice(slice)) => slice.elem.to_token_stream(),
                    _ => ty.clone(),
                };
                quote!(#rt::Vec<#elem>)
            }
            _ => ty.clone(),
        }
    }

    /// What a caller passes as this argument's tangent.
    pub fn tangent_slot(&self, rt: &Ident) -> TokenStream {
        let ty = &self.lanes_ty;
        if self.is_constant() {
            return quote!(impl #rt::ConstantSlot);
        }
        match self.passing {
            Passing::Value => quote!(impl #rt::ValueSlot<#ty>),
            Passing::Ref => quote!(impl #rt::RefSlot<#ty>),
            Passing::RefMut => quote!(impl #rt::MutSlot<#ty>),
        }
    }

    /// What a caller passes as this argument's bar. That a constant's is passed nothing active is
    /// checked once, where tangents are passed.
    pub fn bar_slot(&self, rt: &Ident) -> TokenStream {
        let ty = &self.lanes_ty;
        match self.is_constant() {
            true => quote!(impl ::core::marker::Sized),
            false => quote!(impl #rt::MutSlot<#ty>),
        }
    }

    /// Whether an active value must not be passed: it would lose its derivative.
    pub fn is_constant(&self) -> bool {
        !self.active && (self.ty.can_be_active() || matches!(self.ty, Ty::Inert(_)))
    }

    /// An owned zero of the tangent, for the value as the parameter holds it.
    pub fn zero(&self, printer: &Printer<'_>) -> TokenStream {
        self.zero_like(&self.ident, printer)
    }

    /// Whether the function can leave the argument with another length or variant than it was given.
    pub fn can_be_resized(&self) -> bool {
        let shape = match self.ty.tangent() {
            Ty::Slice(elem) => *elem,
            ty => ty,
        };
        self.passing == Passing::RefMut && !shape.has_one_shape()
    }

    /// An owned zero of the tangent, for the value in a copy.
    pub fn zero_of_kept(&self, kept: &Ident, rt: &Ident) -> TokenStream {
        match self.ty {
            Ty::Slice(_) => quote!(#rt::zeros(&#kept)),
            _ => quote!(#rt::zero_tangent(&#kept)),
        }
    }

    /// The value behind a reference as an owned copy.
    pub fn owned_copy(&self) -> TokenStream {
        let ident = &self.ident;
        match self.ty {
            Ty::Slice(_) => quote!(#ident.to_vec()),
            _ => quote!((*#ident).clone()),
        }
    }

    /// A function or closure that makes the same with lanes.
    pub fn zero_of_lanes(&self, printer: &Printer<'_>) -> TokenStream {
        if let Ty::Float(float) = &self.ty {
            return printer.zero_of_lane(float);
        }
        let zero = self.zero_lanes(printer);
        quote!(|| #zero)
    }

    /// The same with lanes.
    pub fn zero_lanes(&self, printer: &Printer<'_>) -> TokenStream {
        let (rt, lanes) = (&printer.rt, lanes());
        if let Some(zero) = printer.zero(&self.ty.tangent().lanes(), true) {
            return zero;
        }
        let borrow = self.borrowed(&self.ident);
        match &self.ty {
            Ty::Slice(_) => quote!(#rt::zeros_in(#lanes, #borrow)),
            _ => quote!(#rt::zero_tangent_in(#lanes, #borrow)),
        }
    }

    /// Sees to it that the derivative behind `ident` is as long as the argument, if that is a slice:
    /// rustc then knows that it can be indexed where the argument can.
    pub fn as_long(&self, ident: &Ident, passing: Passing, rt: &Ident) -> Option<TokenStream> {
        let Ty::Slice(_) = self.ty else { return None };
        let primal = &self.ident;
        match passing {
            Passing::Value => None,
            Passing::Ref => Some(quote!(let #ident = #rt::as_long(#ident, #primal.len());)),
            Passing::RefMut => Some(quote!(let #ident = #rt::as_long_mut(#ident, #primal.len());)),
        }
    }

    fn borrowed(&self, ident: &Ident) -> TokenStream {
        match self.passing {
            Passing::Value => quote!(&#ident),
            Passing::Ref => quote!(#ident),
            Passing::RefMut => quote!(&*#ident),
        }
    }

    /// The same as [`Self::zero`], where the value is in `ident`.
    pub fn zero_like(&self, ident: &Ident, printer: &Printer<'_>) -> TokenStream {
        let rt = &printer.rt;
        if let Some(zero) = printer.zero(&self.ty.tangent(), true) {
            return zero;
        }
        let borrow = self.borrowed(ident);
        match (&self.ty, self.user_ty) {
            (Ty::Slice(_), _) => quote!(#rt::zeros(#borrow)),
            (Ty::Adt(_), Some(user)) => {
                let span = runtime_span(user.span());
                let rt = runtime_at(rt, span);
                quote_spanned!(span=> <#user as #rt::Differentiable>::zero_tangent(#borrow))
            }
            _ => quote!(#rt::zero_tangent(#borrow)),
        }
    }
}

/// Whether the tangent's type is the type itself.
fn is_its_own_tangent(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Unit => true,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
            is_its_own_tangent(elem)
        }
        Ty::Tuple(elems) => elems.iter().all(is_its_own_tangent),
        Ty::Int(_)
        | Ty::Bool
        | Ty::Inert(_)
        | Ty::Adt(_)
        | Ty::Unknown
        | Ty::Infer(_)
        | Ty::Lane(_)
        | Ty::Dot(_)
        | Ty::Tangent(_)
        | Ty::Record
        | Ty::Tape => false,
    }
}

/// The tangent's type: as the user wrote the type where that is its own tangent.
fn tangent_of(printer: &Printer<'_>, ty: &Ty, user: Option<&Type>) -> TokenStream {
    let projection = || match user {
        Some(user) => projection(printer, user),
        None => {
            let rt = &printer.rt;
            quote!(<Self as #rt::Differentiable>::Tangent)
        }
    };
    match user {
        Some(user) if is_its_own_tangent(ty) => user.to_token_stream(),
        _ => match ty {
            Ty::Adt(_) | Ty::Unknown => projection(),
            _ => printer.ty(&ty.tangent()).unwrap_or_else(projection),
        },
    }
}

/// The tangent's type in the function's family of lanes.
fn lanes_of(printer: &Printer<'_>, ty: &Ty, user: Option<&Type>) -> TokenStream {
    let projection = || {
        let (rt, family) = (&printer.rt, family());
        let user = user.map_or(quote!(Self), ToTokens::to_token_stream);
        quote!(<#user as #rt::Laned>::Dot<#family>)
    };
    match ty {
        Ty::Adt(_) | Ty::Unknown => projection(),
        _ => printer.ty(&ty.tangent().lanes()).unwrap_or_else(projection),
    }
}

/// The tangent's type of the result, `of_part` telling that of a part of it.
fn result_tangent(
    printer: &Printer<'_>,
    parts: &[Ty],
    output: &ReturnType,
    of_part: fn(&Printer<'_>, &Ty, Option<&Type>) -> TokenStream,
) -> TokenStream {
    let ReturnType::Type(_, user) = output else { return quote!(()) };
    match (parts, &**user) {
        ([part], user) => of_part(printer, part, Some(user)),
        (parts, Type::Tuple(tuple)) if tuple.elems.len() == parts.len() => {
            let parts: Vec<TokenStream> = parts
                .iter()
                .zip(&tuple.elems)
                .map(|(part, user)| of_part(printer, part, Some(user)))
                .collect();
            super::tuple(&parts)
        }
        (_, user) => of_part(printer, &Ty::Unknown, Some(user)),
    }
}

/// `<T as Differentiable>::Tangent` at the user's `T`, where rustc reports that it is not.
fn projection(printer: &Printer<'_>, user: &Type) -> TokenStream {
    let span = runtime_span(user.span());
    let rt = runtime_at(&printer.rt, span);
    quote_spanned!(span=> <#user as #rt::Differentiable>::Tangent)
}

/// The name without `r#`.
pub fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}
