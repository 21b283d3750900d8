//! Options: tests, payloads, and the methods that choose by them.

use proc_macro2::Span;
use quote::quote;

use super::method::{IDENTITY, name_of};
use super::{Access, Lowered, Lowerer};
use crate::ir::{Expr, ExprKind, Opaque, Rvalue, Shape, Ty};

/// Methods that tell that a receiver of unknown type is an `Option`.
pub const TELLING: &[&str] =
    &["unwrap", "expect", "is_some", "is_none", "unwrap_or", "unwrap_or_default", "unwrap_or_else"];

impl Lowerer<'_> {
    pub fn option_method(
        &mut self,
        mut receiver: Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let span = call.method.span();
        let name = name_of(call);
        match (name.as_str(), call.args.first()) {
            ("is_some", None) => Lowered::Value(self.is_some(receiver, span)),
            ("is_none", None) => {
                let is_some = self.is_some(receiver, span);
                Lowered::Value(super::control::not(is_some))
            }
            ("unwrap", None) | ("expect", Some(_)) => {
                if let Lowered::Option { is_some, .. } = &receiver
                    && super::block::constant_bool(is_some) != Some(true)
                {
                    let some = is_some.clone();
                    self.push_panic_unless(
                        some,
                        "called `Option::unwrap()` on a `None` value",
                        span,
                    );
                }
                self.some_payload(receiver, span)
            }
            ("unwrap_or", Some(default)) => {
                let default = self.default_of(&mut receiver, default, want);
                self.choose(receiver, want, span, None, |_| Lowered::Value(default))
            }
            ("unwrap_or_default", None) => {
                let ty = want.clone();
                self.choose(receiver, want, span, None, |l| {
                    let ty = l.infer.resolve(&ty);
                    match super::control::initial_value(&ty, span) {
                        Some(value) => Lowered::Built(value),
                        None => Lowered::Value(Expr::float(0.0, ty, span)),
                    }
                })
            }
            ("map", Some(function)) => self.option_map(receiver, function, want, span),
            ("map_or", Some(default)) if call.args.len() == 2 => {
                let default = self.default_of(&mut receiver, default, want);
                let function = self.lower(&call.args[1], &Ty::Unknown);
                self.choose(receiver, want, span, Some(function), |_| Lowered::Value(default))
            }
            ("is_some_and" | "is_none_or", Some(function)) => {
                let function = self.lower(function, &Ty::Unknown);
                let otherwise = Expr::bool(name == "is_none_or", span);
                let otherwise = |_: &mut Self| Lowered::Value(otherwise);
                self.choose(receiver, &Ty::Bool, span, Some(function), otherwise)
            }
            ("and_then", Some(function)) => {
                let function = self.lower(function, &Ty::Unknown);
                let elem = self.fresh();
                let ty = Ty::Option(Box::new(elem));
                self.unify(&ty, want);
                let none =
                    Rvalue::Aggregate { shape: Shape::Option, fields: Vec::new(), ty: ty.clone() };
                self.choose(receiver, &ty, span, Some(function), |_| Lowered::Built(none))
            }
            ("unwrap_or_else", Some(default)) => {
                let default = self.lower(default, &Ty::Unknown);
                let want_default = want.clone();
                self.choose(receiver, want, span, None, |l| {
                    l.apply(&default, Vec::new(), &want_default, span)
                })
            }
            ("take", None) => {
                let (place, _) = self.to_place(receiver, span);
                let place = self.freeze(place);
                let ty = place.ty.clone();
                let none = Rvalue::Aggregate { shape: Shape::Option, fields: Vec::new(), ty };
                self.take_out(place, none, span)
            }
            (identity, None) if IDENTITY.contains(&identity) => match receiver {
                Lowered::Option { is_some, payload } => {
                    let payload = match *payload {
                        Lowered::Place(place, _) if matches!(identity, "copied" | "cloned") => {
                            Lowered::Place(place, Access::Owned)
                        }
                        other => other,
                    };
                    Lowered::Option { is_some, payload: Box::new(payload) }
                }
                other => self.same_value(other, identity, span),
            },
            _ => self.unknown_method(
                &call.method,
                "an `Option`",
                &[
                    "unwrap",
                    "expect",
                    "is_some",
                    "is_none",
                    "unwrap_or",
                    "unwrap_or_default",
                    "take",
                    "map",
                    "map_or",
                    "and_then",
                    "is_some_and",
                    "is_none_or",
                    "unwrap_or_else",
                    "copied",
                    "cloned",
                    "as_ref",
                    "as_mut",
                ],
            ),
        }
    }

    /// The value of a default, which is evaluated after the option and whether it is used or not.
    fn default_of(&mut self, option: &mut Lowered, default: &syn::Expr, want: &Ty) -> Expr {
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
    fn choose(
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

    fn steady_option(&mut self, receiver: Lowered, span: Span) -> Lowered {
        match receiver {
            option @ Lowered::Option { .. } => option,
            other => {
                let (place, access) = self.to_place(other, span);
                Lowered::Place(self.freeze(place), access)
            }
        }
    }

    /// The tag of an `Option`'s value, as a condition.
    pub fn is_some(&mut self, value: Lowered, span: Span) -> Expr {
        match value {
            Lowered::Option { is_some, .. } => is_some,
            other => {
                let (place, access) = self.to_place(other, span);
                let mut reads = Vec::new();
                let place = self.freeze(place);
                let tokens = self.name_tokens(Lowered::Place(place, access), span, &mut reads);
                let tokens = quote!(#tokens.is_some());
                let opaque = Opaque { tokens, reads, pure_: true };
                Expr::new(ExprKind::Opaque(opaque), Ty::Bool, span)
            }
        }
    }

    /// What is in an `Option` that is known to be `Some`.
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
                let path: syn::Path = syn::parse_quote!(Some);
                let part = self.payload(place, &path, &syn::Member::from(0), span);
                Lowered::Place(part, access)
            }
        }
    }
}
