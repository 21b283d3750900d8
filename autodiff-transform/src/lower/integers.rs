//! Methods of integers, which have no derivative.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

use super::keeper::PURE_METHODS;
use super::method::name_of;
use super::opaque::Use;
use super::{Lowered, Lowerer, OpenBlock};
use crate::ir::{Expr, ExprKind, Opaque, Rvalue, Ty, VarId};
use crate::ops::Prim;

/// Methods whose value has the receiver's type.
const RETURNS_SELF: &[&str] = &[
    "pow",
    "abs",
    "clamp",
    "rem_euclid",
    "div_euclid",
    "saturating_sub",
    "saturating_add",
    "saturating_mul",
    "wrapping_add",
    "wrapping_sub",
    "wrapping_mul",
    "isqrt",
    "div_ceil",
    "signum",
    "clone",
    "next_multiple_of",
    "next_power_of_two",
];

impl Lowerer<'_> {
    /// A method of an integer, whose value `receiver` is computed by the block.
    pub(super) fn integer_method(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let name = name_of(call);
        let prim = match (name.as_str(), call.args.len()) {
            ("min", 1) => Prim::Min,
            ("max", 1) => Prim::Max,
            _ => return self.other_integer_method(receiver, block, call, want),
        };
        self.splice(block);
        let mut receiver = self.to_expr(receiver, call.receiver.span());
        let ty = receiver.ty.clone();
        let other = self.after([&mut receiver], |l| l.value(&call.args[0], &ty));
        Lowered::Value(Expr::prim(prim, vec![receiver, other], ty, call.span()))
    }

    /// One that is kept as it stands: as a whole, or, where a search in active values is in it, with the
    /// integers in variables.
    fn other_integer_method(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let name = name_of(call);
        let ty = self.lowered_ty(&receiver);
        let returns_self = RETURNS_SELF.contains(&name.as_str());
        let want = match returns_self {
            true => ty.clone(),
            false if name.starts_with("is_") => Ty::Bool,
            false if name.starts_with("checked_") && !name.starts_with("checked_ilog") => {
                Ty::Option(Box::new(ty.clone()))
            }
            false => want.clone(),
        };
        let errors = self.diagnostics.len();
        self.code(&syn::Expr::MethodCall(call.clone()), Use::Compute);
        let whole = self.diagnostics.len() == errors && !self.is_named_integer(&receiver, &ty);
        // Of a method that is not known it is not known either whether it may be called again.
        if whole || !PURE_METHODS.contains(&name.as_str()) {
            self.diagnostics.truncate(errors);
            return self.opaque(&syn::Expr::MethodCall(call.clone()), &want);
        }
        self.diagnostics.truncate(errors);
        self.splice(block);
        let mut operands = vec![self.to_expr(receiver, call.receiver.span())];
        let arg_ty = match name.as_str() {
            "pow" | "checked_pow" | "rotate_left" | "rotate_right" => {
                self.ty(&syn::parse_quote!(u32))
            }
            _ => ty.clone(),
        };
        for arg in &call.args {
            let value = self.after(&mut operands, |l| l.value(arg, &arg_ty));
            operands.push(value);
        }
        if self.diagnostics.len() > errors {
            return self.poison();
        }
        let mut code =
            Opaque { tokens: TokenStream::new(), reads: Vec::new(), pure_: true, through: false };
        let mut args: Vec<TokenStream> = Vec::new();
        for operand in operands {
            args.push(self.integer_tokens(operand, &mut code.reads));
        }
        let (receiver, args) = (args.remove(0), args);
        let method = &call.method;
        code.tokens = match &self.infer.shallow(&ty) {
            Ty::Int(Some(int)) => {
                let int = syn::Ident::new(int, call.span());
                quote!(#int::#method(#receiver, #(#args),*))
            }
            _ => quote!(#receiver.#method(#(#args),*)),
        };
        let ty = match want {
            Ty::Unknown => self.fresh(),
            known => known,
        };
        Lowered::Value(Expr::new(ExprKind::Opaque(code), ty, call.span()))
    }

    /// A variable of a type that is known here, and maybe not yet to rustc where the method is called.
    fn is_named_integer(&mut self, receiver: &Lowered, ty: &Ty) -> bool {
        let Lowered::Place(place, _) = receiver else { return false };
        let is_known = matches!(self.infer.shallow(ty), Ty::Int(Some(_)));
        is_known && place.path.is_empty() && self.function.param(place.root).is_none()
    }

    /// An integer as it stands in code: a literal, or a variable with its value.
    fn integer_tokens(&mut self, value: Expr, reads: &mut Vec<VarId>) -> TokenStream {
        if let ExprKind::Int(number, _) = &value.kind {
            return proc_macro2::Literal::u128_unsuffixed(*number).into_token_stream();
        }
        let span = value.span;
        let var = match value.as_var() {
            Some(var) => var,
            None => self.temp_var("whole", Rvalue::Expr(value), span),
        };
        reads.push(var);
        Opaque::placeholder(var, span).into_token_stream()
    }
}
