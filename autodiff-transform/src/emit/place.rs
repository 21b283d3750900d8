//! Places: variables, their parts, and how the parts of a tangent are reached.
//!
//! A struct field of a tangent has a type that only rustc knows: `f64`, or `()` where the field is
//! inactive. So a float that is reached through a field of a struct, or through an enum's payload,
//! is read by `rt::get` and written by `rt::add` and `rt::clear`, which do nothing for `()`; and an
//! element of such a field by `rt::at`, which gives `()` for `()`.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Member;
use syn::ext::IdentExt;

use super::code::Code;
use super::types::lanes;
use super::{Access, Printer, nested, runtime_at, runtime_span};
use crate::ir::{Origin, PAYLOAD, Passing, Place, Proj, Role, Ty, VarId};

impl Printer<'_> {
    /// The variable's identifier. What the user did not name cannot meet the user's names.
    pub fn ident(&self, var: VarId) -> Ident {
        let var = self.function.var(var);
        let span = match var.origin {
            Origin::User => var.span,
            Origin::Temp
            | Origin::Again(_)
            | Origin::Popped(_)
            | Origin::Scratch
            | Origin::Tangent(_)
            | Origin::Cotangent(_)
            | Origin::Share(_) => Span::mixed_site().located_at(var.span),
        };
        match var.name.strip_prefix("r#") {
            Some(raw) => Ident::new_raw(raw, span),
            None => Ident::new(&var.name, span),
        }
    }

    /// The identifier where the place is used, for errors that point there.
    pub(super) fn root(&self, place: &Place) -> Ident {
        let mut ident = self.ident(place.root);
        ident.set_span(ident.span().located_at(place.span));
        ident
    }

    /// How the variable is passed, if it is a parameter.
    pub(super) fn passing(&self, var: VarId) -> Passing {
        self.function.param(var).map_or(Passing::Value, |param| param.passing)
    }

    /// A variable in opaque code, where parameters passed by reference remain references.
    pub(super) fn opaque_var(&self, var: VarId, span: Span) -> TokenStream {
        let mut ident = self.ident(var);
        ident.set_span(ident.span().located_at(span));
        quote!(#ident)
    }

    /// Whether the variable holds a tangent or cotangent.
    pub(super) fn is_derivative(&self, var: VarId) -> bool {
        let role = self.function.param(var).map(|param| param.role);
        let var = self.function.var(var);
        matches!(var.origin, Origin::Tangent(_) | Origin::Cotangent(_) | Origin::Share(_))
            || matches!(role, Some(Role::Tangent(_) | Role::Cotangent(_) | Role::Seed(_)))
            || matches!(var.ty, Ty::Tangent(_) | Ty::Dot(_))
    }

    /// Whether the variable is the tangent of one of the annotated function's own.
    pub(super) fn is_tangent_of_value(&self, var: VarId) -> bool {
        matches!(self.function.var(var).origin, Origin::Tangent(of) if !self.is_derivative(of))
    }

    /// Whether the place is a float of a tangent whose type is rustc's to tell.
    pub(super) fn is_leaf(&self, place: &Place) -> bool {
        if !is_component(&place.ty) || !self.is_derivative(place.root) {
            return false;
        }
        let mut base = self.function.var(place.root).ty.clone();
        for proj in &place.path {
            let known = match (proj, &base) {
                (Proj::Field(Member::Unnamed(_)), Ty::Tuple(_))
                | (Proj::Variant(..), Ty::Option(_)) => true,
                (Proj::Field(_) | Proj::Variant(..), _) => false,
                (Proj::Index(_) | Proj::Range(..), _) => true,
            };
            if !known {
                return true;
            }
            base = projected(&base, proj);
        }
        false
    }

    /// The field that the place of a tangent is the derivative of, or the derivative of a derivative.
    fn field_beside(&self, place: &Place) -> Option<Place> {
        let mut of = place.root;
        while self.is_derivative(of) {
            of = match self.function.var(of).origin {
                Origin::Tangent(of) | Origin::Cotangent(of) => of,
                _ => return None,
            };
        }
        let is_plain = |proj: &Proj| matches!(proj, Proj::Field(_) | Proj::Index(_));
        let is_param = self.function.param(of).is_some();
        (is_param && place.path.iter().all(is_plain)).then(|| Place { root: of, ..place.clone() })
    }

    /// The value of a place: copied, cloned, or got by the runtime.
    pub(super) fn read(&self, place: &Place) -> Code {
        let tokens = self.place(place, Access::Shared);
        if self.is_leaf(place) {
            let span = runtime_span(place.span);
            let rt = runtime_at(&self.rt, span);
            let ty = self.leaf_ty(&place.ty);
            let tokens = reference(tokens, Access::Shared, span);
            if let (None, Some(field)) = (&ty, self.field_beside(place)) {
                let lanes = match place.ty.has_lanes() {
                    true => lanes().to_token_stream(),
                    false => quote_spanned!(span=> #rt::One),
                };
                let field = reference(self.place(&field, Access::Shared), Access::Shared, span);
                return quote_spanned!(span=> #rt::get_beside(#tokens, || #field, #lanes)).into();
            }
            let ty = ty.or_else(|| self.leaf_ty_of_struct(&place.ty));
            return quote_spanned!(span=> #rt::get #ty(#tokens)).into();
        }
        match &place.ty {
            ty if ty.is_copy() || self.captures.contains(&place.root) => tokens,
            Ty::Slice(_) => quote_spanned!(place.span=> #tokens.to_vec()).into(),
            _ if place.is_var().is_some_and(|var| self.moved.contains(&var)) => tokens,
            // What type it has rustc may learn further down only, too late for a method call.
            ty if self.ty(ty).is_none() => {
                let tokens = self.borrow(place, Access::Shared);
                quote_spanned!(place.span=> ::core::clone::Clone::clone(#tokens)).into()
            }
            _ => quote_spanned!(place.span=> #tokens.clone()).into(),
        }
    }

    /// The place as the receiver of a method, which is found through references.
    pub(super) fn found(&self, place: &Place, access: Access) -> Code {
        match place.is_var() {
            Some(var) => self.ident(var).into(),
            None => self.place(place, access),
        }
    }

    /// The place as an operand of `.`, `[..]`, `&`, `&mut` or `=`. For a whole parameter passed by
    /// reference that is `*x`, in parentheses where a postfix follows.
    pub(super) fn place(&self, place: &Place, access: Access) -> Code {
        if let Some(name) = self.element(place) {
            return name.into();
        }
        let ident = self.root(place);
        let followed = matches!(place.path[..], [] | [Proj::Variant(..), ..])
            && self.passing(place.root) != Passing::Value;
        let code = match followed {
            true => quote_spanned!(place.span=> (*#ident)).into(),
            false => ident.into(),
        };
        if place.path.is_empty() {
            return code;
        }
        let ty = self.function.var(place.root).ty.clone();
        self.projections(code, ty, &place.path, place, access)
    }

    /// `code`, of type `ty`, projected along `path`, which is a part of the place's.
    pub(super) fn projections(
        &self,
        mut code: Code,
        mut ty: Ty,
        path: &[Proj],
        place: &Place,
        access: Access,
    ) -> Code {
        for proj in path {
            code = self.project(code, proj, &ty, place, access);
            ty = projected(&ty, proj);
        }
        code
    }

    pub(super) fn project(
        &self,
        base: Code,
        proj: &Proj,
        ty: &Ty,
        place: &Place,
        access: Access,
    ) -> Code {
        let span = place.span;
        let tokens = match proj {
            Proj::Field(member) if self.is_unseen(ty, place) => {
                self.member(base, &member_name(member), span, access)
            }
            Proj::Field(Member::Unnamed(index)) => {
                let fields = match ty {
                    Ty::Tuple(elems) => nested::fields(index.index as usize, elems.len()),
                    _ => vec![index.index as usize],
                };
                let fields =
                    fields.into_iter().map(|index| syn::Index { index: index as u32, span });
                quote_spanned!(span=> #base #(.#fields)*)
            }
            Proj::Field(member) => quote_spanned!(span=> #base.#member),
            Proj::Index(index) if matches!(ty, Ty::Unknown) && self.is_derivative(place.root) => {
                let index = self.expr(index);
                let span = runtime_span(span);
                let rt = runtime_at(&self.rt, span);
                let base = reference(base, access, span);
                let at = match access {
                    Access::Shared => quote_spanned!(span=> at),
                    Access::Mut => quote_spanned!(span=> at_mut),
                };
                quote_spanned!(span=> (*#rt::#at(#base, #index)))
            }
            Proj::Index(index) => {
                return base.then(self.expr(index).grouped(Delimiter::Bracket, span));
            }
            Proj::Range(start, end) => {
                let start = start.as_ref().map(|start| self.operand(start));
                let end = end.as_ref().map(|end| self.operand(end));
                quote_spanned!(span=> #base[#start..#end])
            }
            Proj::Variant(path, member) => {
                let payload = (path, member);
                match self.is_derivative(place.root) && !matches!(ty, Ty::Option(_)) {
                    true => self.accessed(base, payload, self.is_unseen(ty, place), span, access),
                    false if path.is_ident(PAYLOAD) => {
                        self.payload(base, ["unwrapped", "unwrapped_mut"], span, access)
                    }
                    false => self.matched(base, proj, payload, place, access),
                }
            }
        };
        tokens.into()
    }

    /// A payload of a tangent, by the function that the derive generates for it.
    fn accessed(
        &self,
        base: Code,
        (path, member): (&syn::Path, &Member),
        unseen: bool,
        span: Span,
        access: Access,
    ) -> TokenStream {
        let accessor = variant_accessor(path, member, access);
        if is_standard(path) {
            return self.payload(base, ["payload", "payload_mut"], span, access);
        }
        if unseen {
            return self.member(base, &member_of_variant(path, member), span, access);
        }
        let base = inside_star(&base).map_or(base, Code::from);
        quote_spanned!(span=> (*#base.#accessor()))
    }

    /// Whether a part of a tangent has a type that only rustc knows: that of a struct, or `()` where the
    /// field is inactive. Where a statement borrows several of its fields, they are taken as they are.
    fn is_unseen(&self, ty: &Ty, place: &Place) -> bool {
        let ty = match ty {
            Ty::Tangent(of) | Ty::Dot(of) => of,
            other => other,
        };
        matches!(ty, Ty::Unknown) && self.is_derivative(place.root) && !self.several.get()
    }

    /// A field or payload by the runtime's function, which gives `()` for what is inactive.
    fn member(&self, base: Code, name: &str, span: Span, access: Access) -> TokenStream {
        let span = runtime_span(span);
        let member = match access {
            Access::Shared => quote_spanned!(span=> member),
            Access::Mut => quote_spanned!(span=> member_mut),
        };
        let (rt, base) = (runtime_at(&self.rt, span), reference(base, access, span));
        quote_spanned!(span=> (*#rt::#member::<{ #rt::name(#name) }, _>(#base)))
    }

    /// What `Some` or `Ok` holds, by the runtime's function for shared or for exclusive access.
    fn payload(&self, base: Code, names: [&str; 2], span: Span, access: Access) -> TokenStream {
        let [shared, exclusive] = names.map(|name| Ident::new(name, runtime_span(span)));
        let name = match access {
            Access::Shared => shared,
            Access::Mut => exclusive,
        };
        let base = reference(base, access, span);
        let rt = runtime_at(&self.rt, runtime_span(span));
        quote_spanned!(span=> (*#rt::#name(#base)))
    }

    /// A payload, by a `match` that finds its variant.
    fn matched(
        &self,
        base: Code,
        proj: &Proj,
        (path, member): (&syn::Path, &Member),
        place: &Place,
        access: Access,
    ) -> TokenStream {
        let span = place.span;
        let borrow = match access {
            Access::Shared => quote!(&),
            Access::Mut => quote!(&mut),
        };
        let payload = Ident::new("payload", Span::mixed_site());
        // What is behind a shared reference is matched as it is.
        let of_ref = self.passing(place.root) == Passing::Ref;
        let first = matches!(place.path[..], [Proj::Variant(..), ..]);
        let scrutinee = match of_ref && first && std::ptr::eq(proj, &place.path[0]) {
            true => {
                let ident = self.ident(place.root);
                quote!(#ident)
            }
            false => quote_spanned!(span=> #borrow #base),
        };
        quote_spanned!(span=> (*match #scrutinee {
            #path { #member: #payload, .. } => #payload,
            _ => ::core::unreachable!(),
        }))
    }

    /// `&place`, `&mut place`, without detours for parameters that are references already.
    pub(super) fn borrow(&self, place: &Place, access: Access) -> Code {
        if let Some(var) = place.is_var() {
            let (ident, span) = (self.root(place), place.span);
            match (self.passing(var), access) {
                (Passing::Value, _) => {}
                (Passing::Ref, _) => return ident.into(),
                (Passing::RefMut, Access::Shared) => return quote_spanned!(span=> &*#ident).into(),
                (Passing::RefMut, Access::Mut) => {
                    return quote_spanned!(span=> &mut *#ident).into();
                }
            }
        }
        reference(self.place(place, access), access, place.span)
    }
}

/// `&place` or `&mut place`; a reference that the place follows is taken as it is, unless it is a
/// variable, which is only lent.
pub(super) fn reference(code: Code, access: Access, span: Span) -> Code {
    match inside_star(&code) {
        Some(followed) if followed.clone().into_iter().nth(1).is_some() => followed.into(),
        _ => match access {
            Access::Shared => quote_spanned!(span=> &#code).into(),
            Access::Mut => quote_spanned!(span=> &mut #code).into(),
        },
    }
}

/// `x` of `(*x)`.
fn inside_star(code: &Code) -> Option<TokenStream> {
    let mut inner = code.inside_parens()?.into_iter();
    match inner.next() {
        Some(TokenTree::Punct(star)) if star.as_char() == '*' => Some(inner.collect()),
        _ => None,
    }
}

/// The type of a part of what has type `ty`, as far as it is known.
pub(super) fn projected(ty: &Ty, proj: &Proj) -> Ty {
    match (proj, ty) {
        (Proj::Field(Member::Unnamed(index)), Ty::Tuple(elems)) => {
            elems.get(index.index as usize).cloned().unwrap_or(Ty::Unknown)
        }
        (Proj::Variant(..), Ty::Option(elem)) => (**elem).clone(),
        (Proj::Range(..), ty) => ty.clone(),
        (Proj::Index(_), ty) => ty.element().unwrap_or(Ty::Unknown),
        (Proj::Field(_) | Proj::Variant(..), _) => Ty::Unknown,
    }
}

/// Whether a variant is one of the standard library's that hold something.
pub(super) fn is_standard(path: &syn::Path) -> bool {
    ["Some", "Ok", PAYLOAD].iter().any(|name| path.is_ident(name))
}

/// Whether a tangent of this type is one number for each direction.
pub(super) fn is_component(ty: &Ty) -> bool {
    matches!(ty, Ty::Float(_) | Ty::Lane(_))
}

/// The function that `#[derive(Differentiable)]` generates on a tangent enum for a payload.
fn variant_accessor(path: &syn::Path, member: &Member, access: Access) -> Ident {
    let (variant, member) = variant_member(path, member);
    match access {
        Access::Shared => format_ident!("__{variant}_{member}"),
        Access::Mut => format_ident!("__{variant}_{member}_mut"),
    }
}

/// The names of a variant and of one of its members.
fn variant_member(path: &syn::Path, member: &Member) -> (String, String) {
    let variant = &path.segments.last().expect("a path has segments").ident;
    (variant.unraw().to_string(), member_name(member))
}

/// The name by which the runtime finds a payload.
pub(super) fn member_of_variant(path: &syn::Path, member: &Member) -> String {
    let (variant, member) = variant_member(path, member);
    format!("{variant}.{member}")
}

/// The name by which the runtime finds a field.
fn member_name(member: &Member) -> String {
    match member {
        Member::Named(name) => name.unraw().to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
