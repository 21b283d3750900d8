//! Parameters, generics and the result.

use std::collections::HashSet;
use std::rc::Rc;

use quote::ToTokens;
use syn::spanned::Spanned;

use super::iter::plain_type;
use super::{Access, Binding, Lowered, Lowerer};
use crate::constants;
use crate::ir::{Expr, ExprKind, Opaque, Origin, Param, Passing, Role, Ty, VarId};
use crate::parse::Source;

/// Traits whose type parameters are floats.
pub const FLOAT_TRAITS: &[&str] = &["Float", "Real", "FloatCore", "NdFloat", "RealField"];

impl Lowerer<'_> {
    /// Declares the parameters, and returns the type of the result.
    pub fn lower_signature(&mut self, source: &Source<'_>) -> Ty {
        self.scopes.enter();
        if let Some(syn::Type::Path(own)) = source.self_ty {
            self.infer.own_names.extend(own.path.get_ident().map(ToString::to_string));
        }
        if let Some(generics) = source.impl_generics {
            self.find_floats(generics);
        }
        self.find_floats(&source.sig.generics);
        self.refuse_qualifiers(source.sig);
        let mut bindings = Vec::new();
        for (index, arg) in source.sig.inputs.iter().enumerate() {
            self.check_constant(match arg {
                syn::FnArg::Receiver(receiver) => &receiver.attrs,
                syn::FnArg::Typed(typed) => &typed.attrs,
            });
            match arg {
                syn::FnArg::Receiver(receiver) => self.lower_receiver(receiver),
                syn::FnArg::Typed(typed) => bindings.extend(self.lower_param(index, typed)),
            }
        }
        self.check_wrt();
        for (pat, value) in bindings {
            self.bind(&pat, value);
        }
        match &source.sig.output {
            syn::ReturnType::Default => Ty::Unit,
            syn::ReturnType::Type(_, ty) => self.result_ty(ty),
        }
    }

    fn result_ty(&mut self, ty: &syn::Type) -> Ty {
        match ty {
            syn::Type::Reference(reference) => {
                self.reject(
                    reference.and_token,
                    "a reference cannot be a differentiable result",
                    "return the value",
                );
            }
            syn::Type::ImplTrait(syn::TypeImplTrait { impl_token, .. }) => {
                self.reject(
                    impl_token,
                    "a result whose type has no name cannot be differentiated",
                    "return a float, an array, a `Vec`, a tuple or a struct",
                );
                return Ty::Unit;
            }
            _ => self.refuse_collection(ty),
        }
        self.ty(ty)
    }

    fn refuse_qualifiers(&mut self, sig: &syn::Signature) {
        if let Some(async_) = &sig.asyncness {
            self.reject(
                async_,
                "an `async` function cannot be differentiated",
                "differentiate a plain function and call it from the `async` one",
            );
        }
        if let Some(unsafe_) = &sig.unsafety {
            self.reject(
                unsafe_,
                "an `unsafe` function cannot be differentiated",
                "give it a rule: `#[differentiable(partials(..))]` on a safe wrapper",
            );
        }
        if let Some(variadic) = &sig.variadic {
            self.reject(variadic, "a variadic function cannot be differentiated", "take a slice");
        }
    }

    /// Collects the type parameters bound by a float trait, or by that of a function.
    fn find_floats(&mut self, generics: &syn::Generics) {
        for param in generics.type_params() {
            self.type_params.push(param.ident.to_string());
            self.infer.own_names.insert(param.ident.to_string());
            self.note_float(&param.ident, &param.bounds);
        }
        for param in generics.const_params() {
            let ty = Rc::new(param.ty.clone());
            self.scopes.bind(param.ident.to_string(), Binding::Const(ty));
        }
        let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        for predicate in predicates {
            if let syn::WherePredicate::Type(predicate) = predicate
                && let syn::Type::Path(path) = &predicate.bounded_ty
                && let Some(ident) = path.path.get_ident()
            {
                self.note_float(ident, &predicate.bounds);
            }
        }
    }

    fn note_float<'b>(
        &mut self,
        param: &syn::Ident,
        bounds: impl IntoIterator<Item = &'b syn::TypeParamBound>,
    ) {
        let mut inert = crate::universals::is_named(param);
        for bound in bounds {
            let syn::TypeParamBound::Trait(bound) = bound else { continue };
            let Some(last) = bound.path.segments.last() else { continue };
            if FLOAT_TRAITS.iter().any(|name| last.ident == name) {
                self.floats.push(param.to_string());
                inert = false;
            }
            if last.ident == "Real" {
                self.reals.push(param.to_string());
            }
            inert |= ["Fn", "FnMut", "FnOnce"].iter().any(|name| last.ident == name);
        }
        if inert {
            self.inert_params.push(param.to_string());
        }
    }

    fn lower_receiver(&mut self, receiver: &syn::Receiver) {
        if receiver.colon_token.is_some() {
            self.reject(
                receiver,
                "this kind of `self` cannot be differentiated",
                "take `self`, `&self` or `&mut self`",
            );
        }
        let passing = match (&receiver.reference, &receiver.mutability) {
            (Some(_), Some(_)) => Passing::RefMut,
            (Some(_), None) => Passing::Ref,
            (None, _) => Passing::Value,
        };
        let ty = match self.self_ty.clone() {
            Some(ty) => self.ty(&ty),
            None => Ty::Unknown,
        };
        let constant = constants::is_marked(&receiver.attrs);
        let mutable = receiver.mutability.is_some();
        let var = self.param("self", ty, passing, mutable, constant, receiver.self_token.span());
        self.bind_var("self", var, access(passing));
    }

    fn lower_param(&mut self, index: usize, typed: &syn::PatType) -> Option<(syn::Pat, Lowered)> {
        let passing = match &*typed.ty {
            syn::Type::Reference(reference) if reference.mutability.is_some() => Passing::RefMut,
            syn::Type::Reference(_) => Passing::Ref,
            _ => Passing::Value,
        };
        let errors = self.diagnostics.len();
        let ty = self.ty(&typed.ty);
        let constant = constants::is_marked(&typed.attrs);
        if constant {
            // A constant is of any type.
            self.diagnostics.truncate(errors);
        } else {
            self.refuse_collection(&typed.ty);
        }
        let refused = self.diagnostics.len() > errors;
        if let syn::Pat::Ident(ident) = &*typed.pat
            && ident.subpat.is_none()
            && ident.by_ref.is_none()
            // `mut x: &[f64]` is bound like a local name.
            && !(ident.mutability.is_some() && passing == Passing::Ref && self.is_for_window(&ty))
        {
            let name = ident.ident.to_string();
            let mutable = ident.mutability.is_some() || passing == Passing::RefMut;
            let span = ident.ident.span();
            let var = self.param(&name, ty.clone(), passing, mutable, constant, span);
            self.refuse_nested_reference(&typed.ty, var);
            match constant && refers_to_number(&typed.ty, &ty) {
                true => self.bind_owned(&name, var),
                false => self.bind_var(&name, var, access(passing)),
            }
            self.captured.extend(matches!(*typed.ty, syn::Type::Infer(_)).then_some(var));
            self.poisoned.extend(refused.then_some(var));
            return None;
        }
        let name = match &*typed.pat {
            syn::Pat::Ident(ident) => ident.ident.to_string(),
            _ => format!("arg{index}"),
        };
        let mutable = passing == Passing::RefMut;
        let var = self.param(&name, ty, passing, mutable, constant, typed.pat.span());
        self.refuse_nested_reference(&typed.ty, var);
        self.poisoned.extend(refused.then_some(var));
        let value = Lowered::Place(self.function.place(var), access(passing));
        Some(((*typed.pat).clone(), value))
    }

    /// Binds a name to the numbers that a constant refers to.
    fn bind_owned(&mut self, name: &str, param: VarId) {
        let declared = self.function.var(param);
        let (ty, span) = (declared.ty.clone(), declared.span);
        let tokens = Opaque::placeholder(param, span).into_token_stream();
        let code = Opaque { tokens, reads: vec![param], pure_: true, through: false };
        let value = self.kept_value(Expr::new(ExprKind::Opaque(code), ty, span));
        let var = value.as_var().expect("a temporary is read");
        self.bind_var(name, var, Access::Owned);
    }

    fn param(
        &mut self,
        name: &str,
        ty: Ty,
        passing: Passing,
        mutable: bool,
        constant: bool,
        span: proc_macro2::Span,
    ) -> VarId {
        let selected = match &self.options.wrt {
            Some(wrt) => wrt.iter().any(|selected| selected == name),
            None => true,
        };
        let active = !constant && selected && ty.can_be_active();
        let role = if active { Role::Active } else { Role::Inactive };
        let var = self.variable(name, ty, mutable, Origin::User, span);
        if !active {
            self.constant.insert(var);
        }
        self.function.params.push(Param { var, passing, role });
        var
    }

    /// `&[&[f64]]`: a reference inside another type is no place that the caller could pass a
    /// derivative for.
    fn refuse_nested_reference(&mut self, ty: &syn::Type, var: VarId) {
        let active = self.function.param(var).is_some_and(|param| param.role == Role::Active);
        let outer = match ty {
            syn::Type::Reference(reference) => &*reference.elem,
            other => other,
        };
        if let (true, Some(reference)) = (active, find_reference(outer)) {
            self.reject(
                reference.and_token,
                "a reference inside a parameter's type cannot carry a derivative",
                "pass the values themselves (`&[Vec<f64>]`), or mark the parameter `#[constant]`",
            );
        }
    }

    /// `#[constant]` says all there is to say.
    pub(super) fn check_constant(&mut self, attrs: &[syn::Attribute]) {
        for attr in attrs.iter().filter(|attr| constants::is_ours(attr)) {
            if !matches!(attr.meta, syn::Meta::Path(_)) {
                self.reject(&attr.meta, "`#[constant]` takes no arguments", "write `#[constant]`");
            }
        }
    }

    /// Types of the standard library that have no derivative, whatever they hold.
    fn refuse_collection(&mut self, ty: &syn::Type) {
        let ty = match ty {
            syn::Type::Reference(reference) => &*reference.elem,
            other => other,
        };
        let syn::Type::Path(path) = ty else { return };
        let Some(last) = path.path.segments.last() else { return };
        let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return };
        self.refuse_borrowing_array(path);
        let slice = args
            .args
            .iter()
            .any(|arg| matches!(arg, syn::GenericArgument::Type(syn::Type::Slice(_))));
        if slice && ["Cow", "Box", "Rc", "Arc"].iter().any(|name| last.ident == name) {
            self.reject(
                &last.ident,
                format!("a slice in a `{}` has no derivative", last.ident),
                "take `&[f64]` or `Vec<f64>`, or mark the parameter `#[constant]`",
            );
            return;
        }
        let known = [
            ("HashMap", 2),
            ("BTreeMap", 2),
            ("HashSet", 1),
            ("BTreeSet", 1),
            ("VecDeque", 1),
            ("LinkedList", 1),
            ("BinaryHeap", 1),
        ];
        if known.iter().any(|(name, count)| last.ident == name && args.args.len() == *count) {
            self.reject(
                &last.ident,
                format!("a `{}` has no derivative", last.ident),
                "pass a `Vec`, an `Option` or a struct, or mark the parameter `#[constant]`",
            );
        }
    }

    fn check_wrt(&mut self) {
        let Some(wrt) = self.options.wrt.clone() else { return };
        for param in self.function.params.clone() {
            let name = self.function.var(param.var).name.clone();
            let named = wrt.iter().find(|selected| **selected == name);
            if let (Some(named), Role::Inactive) = (named, param.role) {
                self.reject(
                    named,
                    format!("`{name}` has no derivative: it is constant, by its type or its mark"),
                    "name arguments of floats, or remove `#[constant]`",
                );
            }
        }
        let names: HashSet<String> = self
            .function
            .params
            .iter()
            .map(|param| self.function.var(param.var).name.clone())
            .collect();
        for name in wrt.iter().filter(|name| !names.contains(&name.to_string())) {
            let mut known: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            known.sort();
            self.reject(
                name,
                format!("`{name}` is no parameter of this function"),
                format!("the parameters are {}", known.join(", ")),
            );
        }
    }
}

fn access(passing: Passing) -> Access {
    match passing {
        Passing::Value => Access::Owned,
        Passing::Ref => Access::Ref,
        Passing::RefMut => Access::RefMut,
    }
}

/// The first reference in a type's arguments or elements.
fn find_reference(ty: &syn::Type) -> Option<&syn::TypeReference> {
    match ty {
        syn::Type::Reference(reference) => Some(reference),
        syn::Type::Array(array) => find_reference(&array.elem),
        syn::Type::Slice(slice) => find_reference(&slice.elem),
        syn::Type::Paren(paren) => find_reference(&paren.elem),
        syn::Type::Group(group) => find_reference(&group.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().find_map(find_reference),
        syn::Type::Path(path) => path.path.segments.iter().find_map(|segment| {
            let syn::PathArguments::AngleBracketed(args) = &segment.arguments else { return None };
            args.args.iter().find_map(|arg| match arg {
                syn::GenericArgument::Type(ty) => find_reference(ty),
                _ => None,
            })
        }),
        _ => None,
    }
}

/// Whether a type, as it is written and as it is known, is an `Option` of a reference to a number.
fn refers_to_number(written: &syn::Type, ty: &Ty) -> bool {
    let (syn::Type::Path(path), Ty::Option(elem)) = (written, ty) else { return false };
    let Some(syn::PathArguments::AngleBracketed(args)) =
        path.path.segments.last().map(|last| &last.arguments)
    else {
        return false;
    };
    let first = args.args.first();
    let is_reference = matches!(first, Some(syn::GenericArgument::Type(syn::Type::Reference(_))));
    is_reference && plain_type(elem).is_some()
}
