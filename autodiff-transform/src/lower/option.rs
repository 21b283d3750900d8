//! Options: tests, payloads, and the methods that choose by them.

use proc_macro2::Span;
use quote::{quote, quote_spanned};

use super::method::name_of;
use super::same::IDENTITY;
use super::{Access, Kind, Lowered, Lowerer};
use crate::ir::{Expr, ExprKind, Opaque, PAYLOAD, Place, Rvalue, Shape, Ty};
use crate::ops::Prim;

/// Methods that tell that a receiver of unknown type is an `Option`.
pub const TELLING: &[&str] = &[
    "unwrap",
    "expect",
    "is_some",
    "is_none",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "map_or",
    "map_or_else",
    "is_some_and",
    "is_none_or",
    "and_then",
    "or_else",
    "ok_or",
    "ok_or_else",
    "get_or_insert",
    "get_or_insert_with",
];

/// All that are known.
const KNOWN: &[&str] = &[
    "unwrap",
    "expect",
    "is_some",
    "is_none",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "take",
    "replace",
    "insert",
    "get_or_insert",
    "get_or_insert_with",
    "map",
    "map_or",
    "map_or_else",
    "and_then",
    "or",
    "or_else",
    "filter",
    "ok_or",
    "ok_or_else",
    "is_some_and",
    "is_none_or",
    "copied",
    "cloned",
    "as_ref",
    "as_mut",
];

impl Lowerer<'_> {
    pub fn option_method(
        &mut self,
        receiver: Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let span = call.method.span();
        let name = name_of(call);
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        match (name.as_str(), &args[..]) {
            ("is_some", []) => Lowered::Value(self.is_some(receiver, span)),
            ("is_none", []) => {
                let is_some = self.is_some(receiver, span);
                Lowered::Value(super::control::not(is_some))
            }
            ("unwrap", []) | ("expect", [_]) => self.unwrap(receiver, span),
            ("take", []) => {
                let (place, _) = self.to_place(receiver, span);
                let place = self.freeze(place);
                let ty = place.ty.clone();
                self.take_out(place, none_of(&ty), span)
            }
            ("replace" | "insert" | "get_or_insert" | "get_or_insert_with", [value]) => {
                self.put_in(receiver, &name, value, span)
            }
            ("unwrap_or" | "unwrap_or_default" | "unwrap_or_else", _) => {
                self.unwrap_or(receiver, call, &args, want)
            }
            ("map_or" | "map_or_else" | "is_some_and" | "is_none_or", _) => {
                self.mapped_or(receiver, call, &args, want)
            }
            ("map", [function]) => self.option_map(receiver, function, want, span),
            ("ok_or" | "ok_or_else", [error]) => {
                let lazy = name == "ok_or_else";
                self.result_or_error(receiver, error, lazy, want, span)
            }
            ("and_then" | "or" | "or_else" | "filter", [argument]) => {
                self.option_of_option(receiver, &name, argument, want, span)
            }
            (identity, []) if IDENTITY.contains(&identity) => {
                self.same_option(receiver, identity, span)
            }
            _ => self.unknown_method(&call.method, "an `Option`", KNOWN),
        }
    }

    /// What puts a value into an `Option`, and gives what was in it or what is now.
    fn put_in(&mut self, option: Lowered, method: &str, value: &syn::Expr, span: Span) -> Lowered {
        let (place, _) = self.to_place(option, span);
        let mut place = self.freeze(place);
        let elem = self.fresh();
        self.unify(&place.ty, &Ty::Option(Box::new(elem.clone())));
        let lazy = method == "get_or_insert_with";
        let value = match lazy {
            true => self.lower(value, &Ty::Unknown),
            false => Lowered::Value(self.after(place.operands_mut(), |l| l.value(value, &elem))),
        };
        let put = |l: &mut Self| {
            let value = match lazy {
                true => l.apply(&value, Vec::new(), &elem, span),
                false => value,
            };
            let value = l.to_expr(value, span);
            l.unify(&value.ty, &elem);
            Rvalue::Aggregate { shape: Shape::Option, fields: vec![value], ty: place.ty.clone() }
        };
        let whole = Lowered::Place(place.clone(), Access::RefMut);
        match method {
            "replace" => {
                let value = put(self);
                return self.take_out(place, value, span);
            }
            "insert" => {
                let value = put(self);
                self.assign(place, value, span);
            }
            _ => {
                let is_some = self.is_some(whole.clone(), span);
                self.when(super::control::not(is_some), span, |l| {
                    let value = put(l);
                    l.assign(place.clone(), value, span);
                });
            }
        }
        self.some_payload(whole, span)
    }

    /// Whether a place is what a call gave, of which nothing tells whether it is an `Option` or a
    /// `Result`.
    fn is_option_or_result(&mut self, place: &Place) -> bool {
        place.path.is_empty()
            && matches!(self.infer.shallow(&place.ty), Ty::Infer(_))
            && self.infer.struct_name(&place.ty).is_none()
    }

    /// A method that an `Option` and a `Result` have in common, of what a call gave.
    pub fn method_of_either(
        &mut self,
        receiver: &Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        let name = name_of(call);
        let common = ["unwrap", "expect", "unwrap_or"];
        if !common.contains(&name.as_str()) {
            return None;
        }
        let place = match receiver {
            Lowered::Place(place, _) => place.clone(),
            Lowered::Value(value) => self.function.place(value.as_var()?),
            _ => return None,
        };
        if !self.is_option_or_result(&place) {
            return None;
        }
        self.infer.structs.either.push(place.ty);
        Some(self.option_method(receiver.clone(), call, want))
    }

    fn unwrap(&mut self, receiver: Lowered, span: Span) -> Lowered {
        if let Lowered::Option { is_some, .. } = &receiver
            && super::block::constant_bool(is_some) != Some(true)
        {
            let some = is_some.clone();
            self.push_panic_unless(some, "called `Option::unwrap()` on a `None` value", span);
        }
        self.some_payload(receiver, span)
    }

    /// The payload, or a default.
    pub fn unwrap_or(
        &mut self,
        mut receiver: Lowered,
        call: &syn::ExprMethodCall,
        args: &[&syn::Expr],
        want: &Ty,
    ) -> Lowered {
        let span = call.method.span();
        let elem = match self.lowered_ty(&receiver) {
            ty if matches!(want, Ty::Unknown) => match self.infer.shallow(&ty) {
                Ty::Option(elem) => *elem,
                _ => Ty::Unknown,
            },
            _ => want.clone(),
        };
        let access = access_of(&receiver);
        let chosen = match (name_of(call).as_str(), args) {
            ("unwrap_or", [default]) => {
                let default = self.default_of(&mut receiver, default, want);
                let default = self.listed_like(&receiver, default);
                self.choose(receiver, want, span, None, |_| Lowered::Value(default))
            }
            ("unwrap_or_default", []) => self.choose(receiver, &elem, span, None, |l| {
                let ty = l.infer.resolve(&elem);
                match (super::control::initial_value(&ty, span), &ty) {
                    (Some(value), _) => Lowered::Built(value),
                    (None, Ty::Infer(_)) if l.infer.kind(&ty) != Kind::Any => {
                        Lowered::Value(Expr::float(0.0, ty, span))
                    }
                    (None, Ty::Infer(_)) => {
                        let default = quote_spanned!(span=> ::core::default::Default::default());
                        Lowered::Value(l.opaque_tokens(default, ty, span))
                    }
                    (None, _) => {
                        l.report_unknown(span, None);
                        l.poison()
                    }
                }
            }),
            ("unwrap_or_else", [default]) => {
                let default = self.lower(default, &Ty::Unknown);
                self.choose(receiver, want, span, None, |l| {
                    l.apply(&default, Vec::new(), want, span)
                })
            }
            _ => self.unknown_method(&call.method, "an `Option`", KNOWN),
        };
        match chosen {
            // One of two references.
            Lowered::Value(_) if access == Access::Ref => {
                let (place, _) = self.to_place(chosen, span);
                Lowered::Place(place, access)
            }
            chosen => chosen,
        }
    }

    /// A default that is an array or a slice as a `Vec`, where the payload is one: behind references both are slices.
    fn listed_like(&mut self, option: &Lowered, default: Expr) -> Expr {
        let option = self.lowered_ty(option);
        let Ty::Option(payload) = self.infer.shallow(&option) else { return default };
        let is_vec = matches!(self.infer.shallow(&payload), Ty::Vec(_));
        if !is_vec || !matches!(self.infer.shallow(&default.ty), Ty::Array(..) | Ty::Slice(_)) {
            return default;
        }
        let span = default.span;
        let (place, _) = self.to_place(Lowered::Value(default), span);
        let copy = self.copied(place, span);
        self.function.read(copy)
    }

    /// A function of the payload, or a default.
    pub fn mapped_or(
        &mut self,
        mut receiver: Lowered,
        call: &syn::ExprMethodCall,
        args: &[&syn::Expr],
        want: &Ty,
    ) -> Lowered {
        let span = call.method.span();
        match (name_of(call).as_str(), args) {
            ("map_or", [default, function]) => {
                let default = self.default_of(&mut receiver, default, want);
                let function = self.lower(function, &Ty::Unknown);
                self.choose(receiver, want, span, Some(function), |_| Lowered::Value(default))
            }
            ("map_or_else", [default, function]) => {
                let default = self.lower(default, &Ty::Unknown);
                let function = self.lower(function, &Ty::Unknown);
                self.choose(receiver, want, span, Some(function), |l| {
                    l.apply(&default, Vec::new(), want, span)
                })
            }
            (name @ ("is_some_and" | "is_none_or"), [function]) => {
                let function = self.lower(function, &Ty::Unknown);
                let otherwise = Lowered::Value(Expr::bool(name == "is_none_or", span));
                self.choose(receiver, &Ty::Bool, span, Some(function), |_| otherwise)
            }
            _ => self.unknown_method(&call.method, "an `Option`", KNOWN),
        }
    }

    /// What makes another `Option` of the payload, or of there being none.
    fn option_of_option(
        &mut self,
        mut receiver: Lowered,
        name: &str,
        argument: &syn::Expr,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let elem = self.fresh();
        let ty = Ty::Option(Box::new(elem.clone()));
        self.unify(&ty, want);
        if name == "or" {
            let other = self.default_of(&mut receiver, argument, &ty);
            return self.choose_option(receiver, &ty, span, |_| Lowered::Value(other));
        }
        let function = self.lower(argument, &Ty::Unknown);
        match name {
            "or_else" => {
                let of = ty.clone();
                self.choose_option(receiver, &ty, span, move |l| {
                    l.apply(&function, Vec::new(), &of, span)
                })
            }
            "filter" => self.option_filter(receiver, &function, &ty, span),
            _ => {
                let none = none_of(&ty);
                self.choose(receiver, &ty, span, Some(function), |_| Lowered::Built(none))
            }
        }
    }

    /// `if is_some { Some(payload) } else { other }`.
    fn choose_option(
        &mut self,
        receiver: Lowered,
        ty: &Ty,
        span: Span,
        other: impl FnOnce(&mut Self) -> Lowered,
    ) -> Lowered {
        let receiver = self.steady_option(receiver, span);
        let is_some = self.is_some(receiver.clone(), span);
        self.branching(ty, span, true, |l, result, ty| {
            let then = l.branch(result, ty, span, |l| l.some_of(receiver, ty, span));
            let els = l.branch(result, ty, span, other);
            l.push_if(is_some, then, els, span);
        })
    }

    /// `if is_some && keep(&payload) { Some(payload) } else { None }`.
    fn option_filter(&mut self, receiver: Lowered, keep: &Lowered, ty: &Ty, span: Span) -> Lowered {
        let receiver = self.steady_option(receiver, span);
        let is_some = self.is_some(receiver.clone(), span);
        let seen = receiver.clone();
        let kept = self.lazy(Prim::And, is_some, span, |l| {
            let payload = l.some_payload(seen, span);
            let kept = l.apply(keep, vec![payload], &Ty::Bool, span);
            l.to_expr(kept, span)
        });
        self.branching(ty, span, true, |l, result, ty| {
            let then = l.branch(result, ty, span, |l| l.some_of(receiver, ty, span));
            let els = l.branch(result, ty, span, |_| Lowered::Built(none_of(ty)));
            l.push_if(kept, then, els, span);
        })
    }

    /// The payload again as an `Option` of this type.
    fn some_of(&mut self, receiver: Lowered, ty: &Ty, span: Span) -> Lowered {
        let payload = self.some_payload(receiver, span);
        let value = self.to_expr(payload, span);
        if let Ty::Option(elem) = self.infer.shallow(ty) {
            self.unify(&value.ty, &elem);
        }
        let (shape, ty) = (Shape::Option, ty.clone());
        Lowered::Built(Rvalue::Aggregate { shape, fields: vec![value], ty })
    }

    /// `copied()` and its kin.
    fn same_option(&mut self, receiver: Lowered, identity: &str, span: Span) -> Lowered {
        let Lowered::Option { is_some, payload } = receiver else {
            return self.same_value(receiver, identity, span);
        };
        let payload = match *payload {
            Lowered::Place(place, _) if matches!(identity, "copied" | "cloned") => {
                Lowered::Place(place, Access::Owned)
            }
            other => other,
        };
        Lowered::Option { is_some, payload: Box::new(payload) }
    }

    /// The value of a default, which is evaluated after the option and whether it is used or not.
    pub fn default_of(&mut self, option: &mut Lowered, default: &syn::Expr, want: &Ty) -> Expr {
        let mut before = self.position();
        let default = self.value(default, want);
        if self.changed_since(before) {
            self.save_lowered(&mut before, option);
        }
        match self.is_stable(&default) {
            true => default,
            false => self.temp("default", default),
        }
    }

    /// `if is_some { f(payload) } else { default }`.
    pub fn choose(
        &mut self,
        receiver: Lowered,
        want: &Ty,
        span: Span,
        function: Option<Lowered>,
        default: impl FnOnce(&mut Self) -> Lowered,
    ) -> Lowered {
        let receiver = self.steady_option(receiver, span);
        let is_some = self.is_some(receiver.clone(), span);
        self.branching(want, span, true, |l, result, ty| {
            let then = l.branch(result, ty, span, |l| {
                let payload = l.some_payload(receiver, span);
                let value = match &function {
                    Some(function) => l.apply(function, vec![payload], ty, span),
                    None => payload,
                };
                Lowered::Value(l.to_expr(value, span))
            });
            let els = l.branch(result, ty, span, default);
            l.push_if(is_some, then, els, span);
        })
    }

    /// `option.map(f)`.
    fn option_map(
        &mut self,
        receiver: Lowered,
        function: &syn::Expr,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let function = self.lower(function, &Ty::Unknown);
        let elem = self.fresh();
        let ty = Ty::Option(Box::new(elem.clone()));
        self.unify(&ty, want);
        let option = |fields| {
            Lowered::Built(Rvalue::Aggregate { shape: Shape::Option, fields, ty: ty.clone() })
        };
        let receiver = self.steady_option(receiver, span);
        let is_some = self.is_some(receiver.clone(), span);
        self.branching(&ty, span, true, |l, result, ty| {
            let then = l.branch(result, ty, span, |l| {
                let payload = l.some_payload(receiver, span);
                let value = l.apply(&function, vec![payload], &elem, span);
                let value = l.to_expr(value, span);
                l.unify(&value.ty, &elem);
                option(vec![value])
            });
            let els = l.branch(result, ty, span, |_| option(Vec::new()));
            l.push_if(is_some, then, els, span);
        })
    }

    pub fn steady_option(&mut self, receiver: Lowered, span: Span) -> Lowered {
        match receiver {
            option @ Lowered::Option { .. } => option,
            other => {
                let (place, access) = self.to_place(other, span);
                Lowered::Place(self.freeze(place), access)
            }
        }
    }

    /// Whether an `Option` has a payload, or a `Result` is `Ok`.
    pub fn is_some(&mut self, value: Lowered, span: Span) -> Expr {
        match value {
            Lowered::Option { is_some, .. } => is_some,
            other => {
                let (place, access) = self.to_place(other, span);
                let mut reads = Vec::new();
                let place = self.freeze(place);
                let method = match self.is_result(&place.ty) {
                    true => syn::Ident::new("is_ok", span),
                    false => syn::Ident::new("is_some", span),
                };
                let either = self.is_option_or_result(&place);
                let access = if either { Access::Owned } else { access };
                let tokens = self.name_tokens(Lowered::Place(place, access), span, &mut reads);
                let tokens = match either {
                    true => quote!(__rt::holds(&#tokens)),
                    false => quote!(#tokens.#method()),
                };
                let opaque = Opaque { tokens, reads, pure_: true, through: false };
                Expr::new(ExprKind::Opaque(opaque), Ty::Bool, span)
            }
        }
    }

    /// What is in an `Option` that is known to be `Some`, or in a `Result` that is `Ok`.
    pub fn some_payload(&mut self, value: Lowered, span: Span) -> Lowered {
        match value {
            Lowered::Option { payload, .. } => *payload,
            Lowered::Built(Rvalue::Aggregate {
                shape: crate::ir::Shape::Option,
                mut fields,
                ..
            }) if fields.len() == 1 => Lowered::Value(fields.remove(0)),
            other => {
                let (place, access) = self.to_place(other, span);
                let name = match self.is_result(&place.ty) {
                    true => "Ok",
                    false if self.is_option_or_result(&place) => PAYLOAD,
                    false => "Some",
                };
                let path: syn::Path = syn::Ident::new(name, Span::call_site()).into();
                let part = self.payload(place, &path, &syn::Member::from(0), span);
                Lowered::Place(part, access)
            }
        }
    }
}

fn none_of(ty: &Ty) -> Rvalue {
    Rvalue::Aggregate { shape: Shape::Option, fields: Vec::new(), ty: ty.clone() }
}

fn access_of(lowered: &Lowered) -> Access {
    match lowered {
        Lowered::Place(_, access) => *access,
        Lowered::Option { payload, .. } => access_of(payload),
        _ => Access::Owned,
    }
}
