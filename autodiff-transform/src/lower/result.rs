//! `Result`: what `Ok` holds carries a derivative, the error of an `Err` is constant.
//!
//! To the passes a `Result` is an enum like any other, whose tangent is a `Result` too. What is
//! written here is what the standard library knows of it: constructors, `?`, and methods.

use proc_macro2::Span;
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;

use super::method::name_of;
use super::opaque::{Use, number_name};
use super::place::peel;
use super::same::IDENTITY;
use super::{Lowered, Lowerer, OpenBlock};
use crate::ir::{Expr, ExprKind, Opaque, Rvalue, Shape, Ty};

/// Methods that tell that a receiver of unknown type is a `Result`.
pub const TELLING: &[&str] = &["ok", "err", "is_ok", "is_err", "is_ok_and", "map_err"];

/// All that are known.
const KNOWN: &[&str] = &[
    "unwrap",
    "expect",
    "is_ok",
    "is_err",
    "is_ok_and",
    "ok",
    "err",
    "unwrap_err",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "and_then",
    "or_else",
    "as_ref",
    "as_mut",
];

impl Lowerer<'_> {
    /// Whether a type is known to be a `Result`.
    pub fn is_result(&mut self, ty: &Ty) -> bool {
        match self.infer.shallow(ty) {
            Ty::Adt(ty) => matches!(&*ty, syn::Type::Path(path)
                if path.path.segments.last().is_some_and(|last| last.ident == "Result")),
            free => self.infer.struct_name(&free).is_some_and(|name| name == "Result"),
        }
    }

    /// Notes what `Result<T, E>` holds, which its fields' types are found by.
    pub fn note_result(&mut self, ty: &Ty, args: &syn::AngleBracketedGenericArguments) {
        let args = self.type_args(args);
        let [payload, rest @ ..] = &args[..] else { return };
        let ok = self.result_field(ty, "Ok");
        self.unify(&ok, payload);
        if let [error] = rest
            && error.can_be_active()
            && !matches!(error, Ty::Adt(_) | Ty::Infer(_))
        {
            self.reject(
                ty_tokens(ty),
                "the error of a `Result` has no derivative, and this one holds floats",
                "return them by a tuple or an enum with `#[derive(Differentiable)]`",
            );
        }
    }

    fn result_field(&mut self, ty: &Ty, variant: &str) -> Ty {
        let owner = self.infer.owner(ty).unwrap_or_default();
        self.infer.field(&format!("{owner}::{variant}"), "0")
    }

    /// Whether what a `Result` holds may have a default: arrays of any length have none.
    pub(super) fn has_default(&mut self, ty: &Ty) -> bool {
        fn of(ty: &Ty) -> bool {
            match ty {
                Ty::Array(elem, len) => len.value.is_some_and(|len| len <= 32) && of(elem),
                Ty::Tuple(elems) => elems.iter().all(of),
                Ty::Adt(_) => false,
                _ => true,
            }
        }
        let payload = self.result_field(ty, "Ok");
        of(&self.infer.resolve(&payload))
    }

    /// A `Result` that nothing more is known of, unless from where it is wanted.
    fn some_result(&mut self, want: &Ty) -> Ty {
        if self.is_result(want) {
            return self.infer.shallow(want);
        }
        let ty = self.infer.fresh_struct("Result".into());
        self.unify(&ty, want);
        ty
    }

    /// `Ok(value)`, `Err(error)`.
    pub fn lower_result(&mut self, path: &syn::Path, value: &syn::Expr, want: &Ty) -> Lowered {
        let ty = self.some_result(want);
        let lowered = match path.segments.last().is_some_and(|last| last.ident == "Ok") {
            true => {
                let payload = self.result_field(&ty, "Ok");
                let lowered = self.value(value, &payload);
                self.unify(&lowered.ty, &payload);
                lowered
            }
            false => {
                let error = self.error_value(value);
                self.checked_error(error, value.span())
            }
        };
        result_of(path.clone(), lowered, ty)
    }

    /// An error as it is written; of a literal the suffix too, which may be all that tells its type.
    fn error_value(&mut self, error: &syn::Expr) -> Expr {
        match error {
            syn::Expr::Lit(lit) => {
                self.opaque_tokens(lit.to_token_stream(), Ty::Inert(None), lit.span())
            }
            other => self.value(other, &Ty::Unknown),
        }
    }

    /// An error, which must not hold what carries a derivative.
    fn checked_error(&mut self, error: Expr, span: Span) -> Expr {
        if !self.is_inactive(&error) {
            let message = "the error of a `Result` has no derivative, and this one may hold an \
                           active value";
            self.diagnostics.error_at(span, message).help("cut it: `chainrule::detach(..)`");
        }
        error
    }

    /// `value?`, by what the function returns.
    pub fn lower_try(&mut self, try_: &syn::ExprTry, want: &Ty) -> Lowered {
        let span = try_.question_token.span;
        let returned = self.return_ty();
        if let Some(error) = certain_error(&try_.expr).filter(|_| self.is_result(&returned)) {
            // No payload tells the type of this `Result`.
            return self.returned(syn::parse_quote_spanned!(span=>
                return Err(::core::convert::From::from(#error))
            ));
        }
        let (ty, elem) = match self.infer.shallow(&returned) {
            Ty::Option(_) => {
                let elem = self.fresh();
                (Ty::Option(Box::new(elem.clone())), elem)
            }
            returned if self.is_result(&returned) => {
                let ty = self.infer.fresh_struct("Result".into());
                let elem = self.result_field(&ty, "Ok");
                (ty, elem)
            }
            _ => {
                self.diagnostics
                    .error_at(span, "what this `?` returns early cannot be told")
                    .help("write the type that a closure returns: `|x| -> Option<f64> { .. }`");
                return self.poison();
            }
        };
        self.unify(&elem, want);
        // `let n: i32 = text.parse()?;` says what is parsed, which the code does not by itself.
        let parsed = match peel(&try_.expr) {
            syn::Expr::MethodCall(call)
                if call.method == "parse" && call.args.is_empty() && call.turbofish.is_none() =>
            {
                number_name(&self.infer.shallow(&elem)).map(|number| {
                    let turbofish = Some(syn::parse_quote!(::<#number>));
                    syn::Expr::MethodCall(syn::ExprMethodCall { turbofish, ..call.clone() })
                })
            }
            _ => None,
        };
        let value = self.lower(parsed.as_ref().unwrap_or(&try_.expr), &ty);
        if self.diverged() {
            return Lowered::Never;
        }
        let given = self.lowered_ty(&value);
        self.unify(&given, &ty);
        let value = self.steady(value, span);
        let goes_on = self.is_some(value.clone(), span);
        let is_option = matches!(ty, Ty::Option(_));
        let (_, returns) = self.in_block(|l| match is_option {
            true => l.returned(syn::parse_quote_spanned!(span=> return None)),
            false => {
                let error = l.error_of(value.clone(), span);
                l.with_names(vec![error], span, |l, names| {
                    l.returned(syn::parse_quote_spanned!(span=>
                        return Err(::core::convert::From::from(#(#names),*))
                    ))
                })
            }
        });
        self.push_if(goes_on, OpenBlock::new(), returns, span);
        self.some_payload(value, span)
    }

    fn returned(&mut self, return_: syn::Expr) -> Lowered {
        self.lower(&return_, &Ty::Unknown)
    }

    pub fn result_method(
        &mut self,
        receiver: Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let span = call.method.span();
        let name = name_of(call);
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        match (name.as_str(), &args[..]) {
            ("is_ok", []) => Lowered::Value(self.is_some(receiver, span)),
            ("is_err", []) => {
                let is_ok = self.is_some(receiver, span);
                Lowered::Value(super::control::not(is_ok))
            }
            ("ok", []) => {
                let receiver = self.steady_option(receiver, span);
                let is_some = self.is_some(receiver.clone(), span);
                let payload = Box::new(self.some_payload(receiver, span));
                Lowered::Option { is_some, payload }
            }
            ("unwrap", []) | ("expect", [_]) => {
                let receiver = self.steady_option(receiver, span);
                let is_ok = self.is_some(receiver.clone(), span);
                let message = "called `Result::unwrap()` on an `Err` value";
                self.push_panic_unless(is_ok, message, span);
                self.some_payload(receiver, span)
            }
            ("err", []) | ("unwrap_err", []) => {
                let ty = Ty::Inert(None);
                self.opaque_for(&syn::Expr::MethodCall(call.clone()), &ty, Use::Inspect)
            }
            ("unwrap_or" | "unwrap_or_default", _) => self.unwrap_or(receiver, call, &args, want),
            ("map_or" | "is_ok_and", _) => self.mapped_or(receiver, call, &args, want),
            ("unwrap_or_else", [default]) => {
                let default = self.lower(default, &Ty::Unknown);
                self.choose_by_error(receiver, want, span, None, &default)
            }
            ("map_or_else", [default, function]) => {
                let default = self.lower(default, &Ty::Unknown);
                let function = self.lower(function, &Ty::Unknown);
                self.choose_by_error(receiver, want, span, Some(function), &default)
            }
            ("map" | "map_err" | "and_then" | "or_else", [function]) => {
                self.result_of_result(receiver, &name, function, want, span)
            }
            (identity, []) if IDENTITY.contains(&identity) => {
                self.same_value(receiver, identity, span)
            }
            _ => self.unknown_method(&call.method, "a `Result`", KNOWN),
        }
    }

    /// The payload, or a function of it; otherwise what a function makes of the error.
    fn choose_by_error(
        &mut self,
        receiver: Lowered,
        want: &Ty,
        span: Span,
        function: Option<Lowered>,
        default: &Lowered,
    ) -> Lowered {
        let receiver = self.steady_option(receiver, span);
        let other = receiver.clone();
        let want = want.clone();
        self.choose(receiver, &want, span, function, |l| {
            let error = l.error_of(other, span);
            l.apply(default, vec![error], &want, span)
        })
    }

    /// What makes another `Result` of the payload, or of the error.
    fn result_of_result(
        &mut self,
        receiver: Lowered,
        name: &str,
        function: &syn::Expr,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let function = self.lower(function, &Ty::Unknown);
        let ty = self.some_result(want);
        let receiver = self.steady_option(receiver, span);
        let is_ok = self.is_some(receiver.clone(), span);
        let other = receiver.clone();
        self.branching(&ty, span, true, |l, result, ty| {
            let then = l.branch(result, ty, span, |l| {
                let payload = l.some_payload(receiver, span);
                match name {
                    "and_then" => l.apply(&function, vec![payload], ty, span),
                    "map" => l.ok_of(&function, payload, ty, span),
                    _ => {
                        let value = l.to_expr(payload, span);
                        result_of(variant("Ok", span), value, ty.clone())
                    }
                }
            });
            let els = l.branch(result, ty, span, |l| {
                let error = l.error_of(other, span);
                let error = match name {
                    "or_else" => return l.apply(&function, vec![error], ty, span),
                    "map_err" => l.apply(&function, vec![error], &Ty::Inert(None), span),
                    _ => error,
                };
                let error = l.to_expr(error, span);
                let error = l.checked_error(error, span);
                result_of(variant("Err", span), error, ty.clone())
            });
            l.push_if(is_ok, then, els, span);
        })
    }

    /// `option.ok_or(error)`, `option.ok_or_else(error)`.
    pub fn result_or_error(
        &mut self,
        mut receiver: Lowered,
        error: &syn::Expr,
        lazy: bool,
        want: &Ty,
        span: Span,
    ) -> Lowered {
        let ty = self.some_result(want);
        let error = match lazy {
            true => self.lower(error, &Ty::Unknown),
            false if matches!(error, syn::Expr::Lit(_)) => Lowered::Value(self.error_value(error)),
            false => Lowered::Value(self.default_of(&mut receiver, error, &Ty::Unknown)),
        };
        let receiver = self.steady_option(receiver, span);
        let is_some = self.is_some(receiver.clone(), span);
        self.branching(&ty, span, true, |l, result, ty| {
            let then = l.branch(result, ty, span, |l| {
                let payload = l.some_payload(receiver, span);
                let value = l.to_expr(payload, span);
                let elem = l.result_field(ty, "Ok");
                l.unify(&value.ty, &elem);
                result_of(variant("Ok", span), value, ty.clone())
            });
            let els = l.branch(result, ty, span, |l| {
                let error = match lazy {
                    true => l.apply(&error, Vec::new(), &Ty::Unknown, span),
                    false => error,
                };
                let error = l.to_expr(error, span);
                let error = l.checked_error(error, span);
                result_of(variant("Err", span), error, ty.clone())
            });
            l.push_if(is_some, then, els, span);
        })
    }

    /// `Ok(f(payload))`.
    fn ok_of(&mut self, function: &Lowered, payload: Lowered, ty: &Ty, span: Span) -> Lowered {
        let elem = self.result_field(ty, "Ok");
        let value = self.apply(function, vec![payload], &elem, span);
        let value = self.to_expr(value, span);
        self.unify(&value.ty, &elem);
        result_of(variant("Ok", span), value, ty.clone())
    }

    /// What is in a `Result` that is known to be `Err`.
    fn error_of(&mut self, value: Lowered, span: Span) -> Lowered {
        let (place, access) = self.to_place(value, span);
        let error = self.payload(place, &variant("Err", span), &syn::Member::from(0), span);
        Lowered::Place(error, access)
    }
}

/// `Ok(value)` or `Err(value)`, by the path.
fn result_of(path: syn::Path, value: Expr, ty: Ty) -> Lowered {
    let shape = Shape::Variant { path, members: vec![syn::Member::from(0)] };
    Lowered::Built(Rvalue::Aggregate { shape, fields: vec![value], ty })
}

/// A `Result` to start from, where one is assigned before it is used; that there is a default rustc
/// checks.
pub fn default_result(ty: Ty, span: Span) -> Expr {
    let tokens = quote_spanned!(span=> Ok(::core::default::Default::default()));
    let code = Opaque { tokens, reads: Vec::new(), pure_: true, through: false };
    Expr::new(ExprKind::Opaque(code), ty, span)
}

fn variant(name: &str, span: Span) -> syn::Path {
    syn::Ident::new(name, span).into()
}

fn ty_tokens(ty: &Ty) -> proc_macro2::TokenStream {
    match ty {
        Ty::Adt(ty) => ty.to_token_stream(),
        _ => proc_macro2::TokenStream::new(),
    }
}

/// The error of `Err(error)`.
fn certain_error(expr: &syn::Expr) -> Option<&syn::Expr> {
    let syn::Expr::Call(call) = peel(expr) else { return None };
    let syn::Expr::Path(path) = peel(&call.func) else { return None };
    call.args.first().filter(|_| path.path.is_ident("Err"))
}
