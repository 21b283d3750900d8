//! Arithmetic, comparisons, literals and casts.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::matching::conjunction;
use super::place::peel;
use super::{Binding, Kind, Lowered, Lowerer, OpenBlock};
use crate::ir::{Expr, ExprKind, FloatTy, Operator, Proj, Ty};
use crate::ops::Prim;

/// Whether an operator assigns: `+=`.
pub fn is_compound(op: &syn::BinOp) -> bool {
    compound(op).is_some()
}

impl Lowerer<'_> {
    pub fn lower_lit(&mut self, lit: &syn::Lit) -> Lowered {
        let span = lit.span();
        let value = match lit {
            syn::Lit::Int(int) => return self.lower_int(int),
            syn::Lit::Float(float) => {
                let digits = float.base10_digits();
                match float.suffix() {
                    "f32" => suffixed(digits, FloatTy::F32, span),
                    "f64" => suffixed(digits, FloatTy::F64, span),
                    _ => {
                        let value = digits.parse().unwrap_or(f64::NAN);
                        let ty = self.infer.fresh(Kind::Float);
                        Expr::new(ExprKind::Float(value, digits.to_owned()), ty, span)
                    }
                }
            }
            syn::Lit::Bool(bool) => Expr::bool(bool.value, span),
            syn::Lit::Str(_)
            | syn::Lit::ByteStr(_)
            | syn::Lit::CStr(_)
            | syn::Lit::Byte(_)
            | syn::Lit::Char(_)
            | syn::Lit::Verbatim(_)
            | _ => {
                let ty = match lit {
                    syn::Lit::Byte(_) => Ty::Int(Some("u8".into())),
                    syn::Lit::Char(_) => Ty::Inert(Some(Box::new(syn::parse_quote!(char)))),
                    _ => Ty::Inert(None),
                };
                self.opaque_tokens(quote::quote!(#lit), ty, span)
            }
        };
        Lowered::Value(value)
    }

    fn lower_int(&mut self, int: &syn::LitInt) -> Lowered {
        let span = int.span();
        let digits = int.base10_digits();
        // A literal of a pattern carries its sign.
        let negative = digits.starts_with('-');
        let value: u128 = digits.trim_start_matches('-').parse().unwrap_or_default();
        let sign = |value: Expr| match negative {
            true => {
                let ty = value.ty.clone();
                Lowered::Value(Expr::prim(Prim::Neg, vec![value], ty, span))
            }
            false => Lowered::Value(value),
        };
        let float = |name: FloatTy| sign(suffixed(&format!("{value}.0"), name, span));
        // A suffix stays: it may be all that tells the type, of `1u64 << 53` as well.
        let typed = |name: &str| {
            let kind = ExprKind::Int(value, format!("{value}{name}"));
            Expr::new(kind, Ty::Int(Some(name.to_owned())), span)
        };
        match int.suffix() {
            "f32" => float(FloatTy::F32),
            "f64" => float(FloatTy::F64),
            "" => {
                let ty = self.infer.fresh(Kind::Int);
                sign(Expr::int(value, ty, span))
            }
            name => sign(typed(name)),
        }
    }

    pub fn lower_binary(&mut self, binary: &syn::ExprBinary, want: &Ty) -> Lowered {
        let span = binary.op.span();
        if let Some(prim) = compound(&binary.op) {
            return self.lower_compound(&binary.left, prim, &binary.right, span);
        }
        let Some(prim) = infix(&binary.op) else {
            return self.reject(binary.op, "this operator is unknown", "use the usual operators");
        };
        match prim {
            Prim::And | Prim::Or => self.lower_lazy(prim, binary),
            Prim::Lt | Prim::Le | Prim::Gt | Prim::Ge | Prim::Eq | Prim::Ne => {
                self.lower_comparison(prim, binary)
            }
            _ => {
                let shift = matches!(prim, Prim::Shl | Prim::Shr);
                let (operands, block) = self.in_block(|l| l.operands(&binary.left, &binary.right));
                if let Some(operator) = Operator::of_prim(prim)
                    && self.is_of_structs(&operands.each_ref(), want)
                {
                    if operands.iter().all(|operand| self.is_inactive_lowered(operand)) {
                        let result = self.opaque(&syn::Expr::Binary(binary.clone()), want);
                        let ty = self.lowered_ty(&result);
                        self.infer.mark_struct(&ty);
                        return result;
                    }
                    self.splice(block);
                    self.learn_summands(operator, &operands);
                    let exprs = [&*binary.left, &*binary.right];
                    return self.call_operator(operator, operands.into(), &exprs, want, span);
                }
                self.splice(block);
                let [a, b] = operands;
                let a = self.to_expr(a, binary.left.span());
                let b = self.to_expr(b, binary.right.span());
                let value = self.arithmetic(prim, a, b, span);
                if !shift {
                    self.unify(&value.ty, want);
                }
                Lowered::Value(value)
            }
        }
    }

    /// An arithmetic operation on two values.
    pub fn arithmetic(&mut self, prim: Prim, a: Expr, b: Expr, span: Span) -> Expr {
        let ty = a.ty.clone();
        let shift = matches!(prim, Prim::Shl | Prim::Shr);
        // A field that is shifted by an integer is one, which rustc is made to check.
        let by_integer = self.infer.kind(&b.ty) == Kind::Int;
        if shift && (self.is_inactive(&a) || by_integer && self.learn_integer(&a.ty, span)) {
            self.infer.constrain(&a.ty, Kind::Int);
        } else if shift {
            self.note_bits(&a);
        } else {
            if matches!(prim, Prim::Mul | Prim::Div) {
                self.infer.note_factor(&a.ty, &b.ty);
            }
            self.unify(&a.ty, &b.ty);
            let bits = matches!(prim, Prim::BitAnd | Prim::BitOr | Prim::BitXor);
            if bits {
                self.note_bits(&a);
            } else {
                for operand in [&a, &b] {
                    self.operand(operand);
                }
                self.learn_from_literal(prim, &a, &b);
            }
        }
        // An inferred type tells where it comes from.
        let ty = match (self.infer.shallow(&ty), &ty, &b.ty) {
            (Ty::Unknown, _, other) | (Ty::Float(_), Ty::Float(_), other @ Ty::Infer(_)) => {
                other.clone()
            }
            _ => ty,
        };
        Expr::prim(prim, vec![a, b], ty, span)
    }

    /// What is added to a literal, compared with one or divides one is no struct.
    fn learn_from_literal(&mut self, prim: Prim, a: &Expr, b: &Expr) {
        let is_literal = |expr: &Expr| matches!(expr.kind, ExprKind::Float(..));
        if is_literal(a) && prim != Prim::Mul {
            self.infer.learn_number(&b.ty);
        }
        if is_literal(b) && !matches!(prim, Prim::Mul | Prim::Div) {
            self.infer.learn_number(&a.ty);
        }
    }

    /// Says that a value is an operand of arithmetic: a number.
    pub fn operand(&mut self, value: &Expr) {
        if self.is_poisoned_expr(value) {
            return;
        }
        if let Some(name) = self.infer.struct_name(&value.ty).cloned() {
            return self.refuse_operators(&name, value.span);
        }
        match self.infer.shallow(&value.ty) {
            Ty::Float(_) | Ty::Int(_) | Ty::Unknown => {}
            Ty::Infer(_) => {
                self.infer.constrain(&value.ty, Kind::Number);
                self.operands.push((value.ty.clone(), value.span, self.operand_name(value)));
            }
            Ty::Adt(ty) => {
                let ty = ty.to_token_stream().to_string();
                self.refuse_operators(&ty, value.span);
            }
            _ => {
                self.diagnostics
                    .error_at(value.span, "this value has no differentiable arithmetic")
                    .help("work on its elements");
            }
        }
    }

    /// Operators on a struct or a type parameter.
    fn refuse_operators(&mut self, ty: &str, span: Span) {
        let ty = ty.replace(' ', "");
        let help = match self.type_params.contains(&ty) {
            true => format!("bind it by a trait of floats: `{ty}: chainrule::Real`"),
            false => format!(
                "call an annotated function or method; if `{ty}` is another name of `f64` or `f32`, \
                 write that"
            ),
        };
        if self.refused_operands.insert(ty.clone()) {
            self.diagnostics
                .error_at(span, format!("operators on `{ty}` cannot be differentiated"))
                .help(help);
        }
    }

    /// The variable, or field of one, that an operand is read from.
    fn operand_name(&self, value: &Expr) -> Option<String> {
        let place = value.as_place()?;
        let mut name = self.function.var(place.root).name.clone();
        for part in &place.path {
            let Proj::Field(member) = part else { return None };
            name = format!("{name}.{}", member.to_token_stream());
        }
        Some(name)
    }

    /// `a && b`, `a || b`: `b` is evaluated only where it decides.
    fn lower_lazy(&mut self, prim: Prim, binary: &syn::ExprBinary) -> Lowered {
        let a = self.value(&binary.left, &Ty::Bool);
        let span = binary.op.span();
        Lowered::Value(self.lazy(prim, a, span, |l| l.value(&binary.right, &Ty::Bool)))
    }

    /// `(start..end).contains(&x)`: comparisons.
    pub fn lower_range_contains(&mut self, call: &syn::ExprMethodCall) -> Option<Lowered> {
        let (syn::Expr::Range(range), Some(item), 1) =
            (peel(&call.receiver), call.args.first(), call.args.len())
        else {
            return None;
        };
        if call.method != "contains" {
            return None;
        }
        let span = call.method.span();
        let ty = self.fresh();
        let mut bounds = Vec::new();
        let ends = range.start.iter().chain(&range.end).map(|end| &**end);
        for bound in ends.chain([item]) {
            let value = self.after(&mut bounds, |l| l.value(bound, &ty));
            self.unify(&value.ty, &ty);
            bounds.push(value);
        }
        let item = bounds.pop()?;
        let mut bounds = bounds.into_iter();
        let closed = matches!(range.limits, syn::RangeLimits::Closed(_));
        let above = |bound| Expr::prim(Prim::Ge, vec![item.clone(), bound], Ty::Bool, span);
        let start = range.start.as_ref().and_then(|_| bounds.next()).map(above);
        let upper = if closed { Prim::Le } else { Prim::Lt };
        let below = |bound| Expr::prim(upper, vec![item.clone(), bound], Ty::Bool, span);
        let end = bounds.next().map(below);
        let both = conjunction(start, end).unwrap_or(Expr::bool(true, span));
        Some(Lowered::Value(both))
    }

    /// `a && b`, `a || b`, with statements for `b` where it needs them.
    pub fn lazy(
        &mut self,
        prim: Prim,
        a: Expr,
        span: Span,
        b: impl FnOnce(&mut Self) -> Expr,
    ) -> Expr {
        let (b, block) = self.in_block(b);
        if block.is_empty() {
            return Expr::prim(prim, vec![a, b], Ty::Bool, span);
        }
        let result = self.join_var("both", &Ty::Bool, span);
        let (_, short) = self.in_block(|l| {
            let decided = Lowered::Value(Expr::bool(prim == Prim::Or, span));
            l.give(Some(result), &Ty::Bool, decided, span);
        });
        let block = self.continue_block(block, |l| {
            l.give(Some(result), &Ty::Bool, Lowered::Value(b), span);
        });
        let (then, els): (OpenBlock, OpenBlock) = match prim {
            Prim::And => (block, short),
            _ => (short, block),
        };
        self.push_if(a, then, els, span);
        self.function.read(result)
    }

    fn lower_comparison(&mut self, prim: Prim, binary: &syn::ExprBinary) -> Lowered {
        let ((a, b), block) = self.in_block(|l| l.pair(&binary.left, &Ty::Unknown, &binary.right));
        self.unify(&a.ty, &b.ty);
        let comparable = |l: &mut Self, ty: &Ty| {
            matches!(l.infer.shallow(ty), Ty::Float(_) | Ty::Int(_) | Ty::Bool | Ty::Infer(_))
        };
        if !comparable(self, &a.ty) || !comparable(self, &b.ty) {
            let expr = syn::Expr::Binary(binary.clone());
            return self.opaque(&expr, &Ty::Bool);
        }
        self.splice(block);
        self.learn_from_literal(prim, &a, &b);
        Lowered::Value(Expr::prim(prim, vec![a, b], Ty::Bool, binary.op.span()))
    }

    pub fn lower_unary(&mut self, unary: &syn::ExprUnary, want: &Ty) -> Lowered {
        let span = unary.op.span();
        match unary.op {
            syn::UnOp::Deref(_) if self.is_captured(&unary.expr) => {
                self.opaque(&syn::Expr::Unary(unary.clone()), want)
            }
            syn::UnOp::Deref(_) => {
                // What is wanted is behind the reference.
                let value = self.lower(&unary.expr, &Ty::Unknown);
                let value = self.behind(value, span);
                let ty = self.lowered_ty(&value);
                self.unify(&ty, want);
                value
            }
            syn::UnOp::Neg(_) => {
                let operand = self.lower(&unary.expr, want);
                if self.is_of_structs(&[&operand], want) {
                    return self.unary_operator(Operator::Neg, operand, unary, want);
                }
                let value = self.to_expr(operand, unary.expr.span());
                self.unify(&value.ty, want);
                self.operand(&value);
                let ty = value.ty.clone();
                Lowered::Value(Expr::prim(Prim::Neg, vec![value], ty, span))
            }
            syn::UnOp::Not(_) => {
                let (operand, block) = self.in_block(|l| l.operand_of(&unary.expr, want));
                if self.is_of_structs(&[&operand], want) {
                    if self.is_inactive_lowered(&operand) {
                        return self.opaque(&syn::Expr::Unary(unary.clone()), want);
                    }
                    self.splice(block);
                    return self.unary_operator(Operator::Not, operand, unary, want);
                }
                self.splice(block);
                let value = self.to_expr(operand, unary.expr.span());
                self.unify(&value.ty, want);
                self.note_bits(&value);
                let ty = value.ty.clone();
                Lowered::Value(match value.kind {
                    ExprKind::Bool(value) => Expr::bool(!value, span),
                    _ => Expr::prim(Prim::Not, vec![value], ty, span),
                })
            }
            _ => self.reject(unary, "this operator is unknown", "use the usual operators"),
        }
    }

    fn unary_operator(
        &mut self,
        operator: Operator,
        operand: Lowered,
        unary: &syn::ExprUnary,
        want: &Ty,
    ) -> Lowered {
        self.call_operator(operator, vec![operand], &[&*unary.expr], want, unary.op.span())
    }

    /// Whether an expression is the name of something captured, which may be a reference or not.
    pub fn is_captured(&self, expr: &syn::Expr) -> bool {
        let syn::Expr::Path(path) = peel(expr) else { return false };
        let binding = path.path.get_ident().and_then(|ident| self.scopes.find(&ident.to_string()));
        matches!(binding, Some(Binding::Local { value: Lowered::Place(place, _), .. })
            if place.is_var().is_some_and(|var| self.captured.contains(&var)))
    }

    /// `(*captured).method()` or `(*captured)[i]` without the `*`, which rustc does by itself.
    pub fn base<'e>(&self, expr: &'e syn::Expr) -> &'e syn::Expr {
        match peel(expr) {
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr: inner, .. })
                if self.is_captured(inner) =>
            {
                inner
            }
            _ => expr,
        }
    }

    /// `e as T`.
    pub fn lower_cast(&mut self, cast: &syn::ExprCast) -> Lowered {
        let errors = self.diagnostics.len();
        let value = self.value(&cast.expr, &Ty::Unknown);
        let ty = self.ty(&cast.ty);
        if self.diagnostics.len() > errors {
            return self.poison();
        }
        let span = cast.span();
        if let Ty::Float(float) = &ty {
            self.refuse_cut(&value, cast.as_token.span);
            self.casts.push((value.clone(), self.operand_name(&value), float.clone()));
        }
        match (&value.kind, &ty) {
            // Rust folds it too; a literal makes simpler code.
            (ExprKind::Int(int, _), Ty::Float(FloatTy::F64)) => {
                Lowered::Value(Expr::float(*int as f64, ty, span))
            }
            (ExprKind::Int(int, _), Ty::Float(FloatTy::F32)) => {
                let digits = format!("{:?}", *int as f32);
                Lowered::Value(suffixed(&digits, FloatTy::F32, span))
            }
            (_, Ty::Float(_) | Ty::Int(_)) => {
                Lowered::Value(Expr::new(ExprKind::Cast(Box::new(value)), ty, span))
            }
            _ => self.opaque(&syn::Expr::Cast(cast.clone()), &ty),
        }
    }
}

/// A literal with a suffix, which stays: it may be all that tells the width, of `0.1f32 as f64` as well.
fn suffixed(digits: &str, float: FloatTy, span: Span) -> Expr {
    let (value, suffix) = match float {
        FloatTy::F32 => (digits.parse::<f32>().map(f64::from), "f32"),
        _ => (digits.parse::<f64>(), "f64"),
    };
    let kind = ExprKind::Float(value.unwrap_or(f64::NAN), format!("{digits}{suffix}"));
    Expr::new(kind, Ty::Float(float), span)
}

/// The primitive of an infix operator that is no assignment.
fn infix(op: &syn::BinOp) -> Option<Prim> {
    Some(match op {
        syn::BinOp::Add(_) => Prim::Add,
        syn::BinOp::Sub(_) => Prim::Sub,
        syn::BinOp::Mul(_) => Prim::Mul,
        syn::BinOp::Div(_) => Prim::Div,
        syn::BinOp::Rem(_) => Prim::Rem,
        syn::BinOp::And(_) => Prim::And,
        syn::BinOp::Or(_) => Prim::Or,
        syn::BinOp::BitXor(_) => Prim::BitXor,
        syn::BinOp::BitAnd(_) => Prim::BitAnd,
        syn::BinOp::BitOr(_) => Prim::BitOr,
        syn::BinOp::Shl(_) => Prim::Shl,
        syn::BinOp::Shr(_) => Prim::Shr,
        syn::BinOp::Eq(_) => Prim::Eq,
        syn::BinOp::Lt(_) => Prim::Lt,
        syn::BinOp::Le(_) => Prim::Le,
        syn::BinOp::Ne(_) => Prim::Ne,
        syn::BinOp::Ge(_) => Prim::Ge,
        syn::BinOp::Gt(_) => Prim::Gt,
        _ => return None,
    })
}

/// The primitive of a compound assignment.
fn compound(op: &syn::BinOp) -> Option<Prim> {
    Some(match op {
        syn::BinOp::AddAssign(_) => Prim::Add,
        syn::BinOp::SubAssign(_) => Prim::Sub,
        syn::BinOp::MulAssign(_) => Prim::Mul,
        syn::BinOp::DivAssign(_) => Prim::Div,
        syn::BinOp::RemAssign(_) => Prim::Rem,
        syn::BinOp::BitXorAssign(_) => Prim::BitXor,
        syn::BinOp::BitAndAssign(_) => Prim::BitAnd,
        syn::BinOp::BitOrAssign(_) => Prim::BitOr,
        syn::BinOp::ShlAssign(_) => Prim::Shl,
        syn::BinOp::ShrAssign(_) => Prim::Shr,
        _ => return None,
    })
}
