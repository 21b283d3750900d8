//! Expressions, with as few parentheses as Rust's precedence allows.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::code::Code;
use super::integers::told;
use super::place::projected;
use super::{Access, Printer, runtime_span};
use crate::ir::{Expr, ExprKind, FloatTy, Opaque, Place, Ty};
use crate::ops::{Form, Prim};

/// How tightly an expression binds; greater is tighter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Prec {
    /// `if c { a } else { b }`, closures, ranges: an operand of nothing.
    Lowest,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Prefix,
    Postfix,
}

impl Prec {
    fn of_infix(op: &str) -> Prec {
        match op {
            "||" => Prec::Or,
            "&&" => Prec::And,
            "|" => Prec::BitOr,
            "^" => Prec::BitXor,
            "&" => Prec::BitAnd,
            "<<" | ">>" => Prec::Shift,
            "+" | "-" => Prec::Sum,
            "*" | "/" | "%" => Prec::Product,
            _ => Prec::Compare,
        }
    }

    /// The least precedence of a right operand; operators associate to the left.
    fn tighter(self) -> Prec {
        match self {
            Prec::Lowest => Prec::Or,
            Prec::Or => Prec::And,
            Prec::And => Prec::Compare,
            Prec::Compare => Prec::BitOr,
            Prec::BitOr => Prec::BitXor,
            Prec::BitXor => Prec::BitAnd,
            Prec::BitAnd => Prec::Shift,
            Prec::Shift => Prec::Sum,
            Prec::Sum => Prec::Product,
            // A cast on the right would swallow a following `<`.
            Prec::Product | Prec::Cast => Prec::Prefix,
            Prec::Prefix | Prec::Postfix => Prec::Postfix,
        }
    }
}

/// Printed tokens and how they bind.
struct Printed {
    code: Code,
    prec: Prec,
}

impl Printed {
    fn at_least(self, prec: Prec) -> Code {
        if self.prec >= prec {
            return self.code;
        }
        self.code.grouped(Delimiter::Parenthesis, Span::call_site())
    }
}

fn postfix(code: impl Into<Code>) -> Printed {
    Printed { code: code.into(), prec: Prec::Postfix }
}

/// An operator. Parsing its text would take as long as printing the rest of a small expression.
fn punct(op: &str, span: Span) -> impl Iterator<Item = TokenTree> {
    let last = op.len() - 1;
    op.chars().enumerate().map(move |(index, char)| {
        let spacing = if index == last { Spacing::Alone } else { Spacing::Joint };
        let mut punct = Punct::new(char, spacing);
        punct.set_span(span);
        TokenTree::Punct(punct)
    })
}

/// `(a, b)`, the arguments of a call.
fn arguments(args: impl Iterator<Item = Code>, span: Span) -> Code {
    let mut all = Code::default();
    for (index, arg) in args.enumerate() {
        if index > 0 {
            all = all.then(punct(",", span));
        }
        all = all.then(arg);
    }
    all.grouped(Delimiter::Parenthesis, span)
}

/// Whether rustc cannot tell the float type of this expression by itself.
fn is_untyped(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Float(_, text) => !text.contains('f'),
        ExprKind::Zero => true,
        ExprKind::Prim(prim, args) => match prim.row().form {
            Form::Infix(_) | Form::Prefix(_) | Form::Runtime(_) => args.iter().all(is_untyped),
            Form::Select => args[1..].iter().all(is_untyped),
            Form::Method(_) => false,
        },
        ExprKind::Detach(inner) => is_untyped(inner),
        ExprKind::Int(..)
        | ExprKind::Bool(_)
        | ExprKind::Read(_)
        | ExprKind::Len(_)
        | ExprKind::Cast(_)
        | ExprKind::Opaque(_) => false,
    }
}

impl Printer<'_> {
    /// An expression where any may stand.
    pub(crate) fn expr(&self, expr: &Expr) -> Code {
        self.printed(expr, false).code
    }

    /// An expression whose type rustc need not infer from elsewhere, if it is a float.
    pub(crate) fn typed_expr(&self, expr: &Expr) -> Code {
        self.printed(expr, is_untyped(expr) && self.names_float).code
    }

    /// An operand of a range.
    pub(super) fn operand(&self, expr: &Expr) -> Code {
        self.printed(expr, false).at_least(Prec::Or)
    }

    /// An operand of `.`.
    pub(super) fn postfix_operand(&self, expr: &Expr) -> Code {
        self.printed(expr, is_untyped(expr)).at_least(Prec::Postfix)
    }

    /// Whether the expression consists of float literals that leave their type open.
    pub(super) fn is_untyped_float(&self, expr: &Expr) -> bool {
        expr.ty.is_float() && is_untyped(expr)
    }

    fn printed(&self, expr: &Expr, typed: bool) -> Printed {
        if let Some(tokens) = self.term(expr) {
            return Printed { code: tokens.into(), prec: Prec::Lowest };
        }
        match &expr.kind {
            ExprKind::Float(value, text) => self.float(*value, text, &expr.ty, expr.span, typed),
            ExprKind::Int(_, text) => postfix(literal(text, expr.span)),
            ExprKind::Bool(value) => {
                let ident = Ident::new(if *value { "true" } else { "false" }, expr.span);
                postfix(ident)
            }
            // The derivative of an integer, whose slot has no name.
            ExprKind::Read(place) if matches!(place.ty, Ty::Unit) => postfix(quote!(())),
            ExprKind::Read(place) => {
                let code = self.read(place);
                // Of places only those that follow a reference stand in parentheses.
                match code.inside_parens() {
                    Some(inside) => Printed { code: inside.into(), prec: Prec::Prefix },
                    None => postfix(code),
                }
            }
            ExprKind::Prim(prim, args) => self.prim(*prim, args, expr, typed),
            ExprKind::Len(place) => {
                let place = self.found(place, Access::Shared);
                postfix(quote_spanned!(expr.span=> #place.len()))
            }
            ExprKind::Cast(inner) => self.cast(inner, &expr.ty, expr.span),
            ExprKind::Detach(inner) => self.printed(inner, typed),
            ExprKind::Opaque(opaque) => self.opaque_operand(opaque),
            ExprKind::Zero => postfix(self.zero(&expr.ty, typed).unwrap_or_else(|| {
                quote_spanned!(expr.span=> ::core::compile_error!(
                    "the derivative of this value has a shape that cannot be told: give the value \
                     a name and a type"
                ))
            })),
        }
    }

    fn float(&self, value: f64, text: &str, ty: &Ty, span: Span, typed: bool) -> Printed {
        let float = match ty {
            Ty::Float(float) => float.clone(),
            _ => FloatTy::F64,
        };
        let tokens = self.float_literal(text, value, &float, span, typed);
        let negative = text.starts_with('-') && !matches!(float, FloatTy::Param(_));
        Printed { code: tokens.into(), prec: if negative { Prec::Prefix } else { Prec::Postfix } }
    }

    pub(crate) fn float_literal(
        &self,
        text: &str,
        value: f64,
        float: &FloatTy,
        span: Span,
        typed: bool,
    ) -> TokenStream {
        let rt = &self.rt;
        let ty = self.float_ty(float);
        let span = runtime_span(span);
        let generic = match float {
            FloatTy::Param(_) => true,
            // No suffix names the type.
            FloatTy::Of(_) => typed,
            FloatTy::F32 | FloatTy::F64 => false,
        };
        if generic {
            let digits = text.trim_end_matches("f32").trim_end_matches("f64");
            let literal = self.float_literal(digits, value, &FloatTy::F64, span, false);
            return quote_spanned!(span=> <#ty as #rt::Scalar>::__from_f64(#literal));
        }
        if !value.is_finite() {
            let constant = match (value.is_nan(), value > 0.0) {
                (true, _) => "NAN",
                (false, true) => "INFINITY",
                (false, false) => "NEG_INFINITY",
            };
            let constant = Ident::new(constant, span);
            return match float {
                FloatTy::Of(_) => quote_spanned!(span=> <#ty>::#constant),
                _ => quote_spanned!(span=> #ty::#constant),
            };
        }
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (Some(quote_spanned!(span=> -)), digits),
            None => (None, text),
        };
        let suffix = if typed && !digits.contains('f') { format!("_{ty}") } else { String::new() };
        // `1.` takes no suffix.
        let dot = if digits.ends_with('.') { "0" } else { "" };
        let literal = literal(&format!("{digits}{dot}{suffix}"), span);
        quote!(#sign #literal)
    }

    fn prim(&self, prim: Prim, args: &[Expr], expr: &Expr, typed: bool) -> Printed {
        match prim.row().form {
            Form::Infix(op) => self.infix(op, args, expr, typed),
            Form::Prefix(op) => {
                // `--x` looks like something else, and rustc says so.
                let least = match begins_with_minus(&args[0]) {
                    true => Prec::Postfix,
                    false => Prec::Prefix,
                };
                let operand = self.printed(&args[0], typed).at_least(least);
                let code = Code::default().then(punct(op, expr.span)).then(operand);
                Printed { code, prec: Prec::Prefix }
            }
            Form::Method(name) if args[0].ty.has_lanes() => {
                postfix(self.of_runtime(name, args, expr.span, typed))
            }
            Form::Method(name) => postfix(self.method(prim, name, args, expr.span)),
            // On a pattern of bits both sides count.
            Form::Select if expr.ty.has_lanes() => {
                postfix(self.of_runtime("select_lane", args, expr.span, typed))
            }
            Form::Select => {
                let cond = self.expr(&args[0]);
                let then = self.printed(&args[1], typed).code;
                let otherwise = self.printed(&args[2], typed).code;
                let tokens = quote_spanned!(expr.span=> if #cond { #then } else { #otherwise });
                Printed { code: tokens.into(), prec: Prec::Lowest }
            }
            Form::Runtime(name) => postfix(self.of_runtime(name, args, expr.span, typed)),
        }
    }

    /// `rt::scale(d, p)`.
    fn of_runtime(&self, name: &str, args: &[Expr], span: Span, typed: bool) -> Code {
        let span = runtime_span(span);
        let name = TokenTree::Ident(Ident::new(name, span));
        let args = arguments(args.iter().map(|arg| self.printed(arg, typed).code), span);
        Code::from(self.rt.clone()).then(punct("::", span)).then([name]).then(args)
    }

    fn infix(&self, op: &'static str, args: &[Expr], expr: &Expr, typed: bool) -> Printed {
        let prec = Prec::of_infix(op);
        let comparison = prec == Prec::Compare;
        // A comparison of literals only must not fall back to another type than the code around it
        // has; any type gives the same answer there.
        let typed = typed && !comparison;
        let left = self.printed(&args[0], typed);
        let is_cast = left.prec == Prec::Cast;
        let least = match prec {
            Prec::Compare | Prec::Shift if is_cast => Prec::Prefix,
            Prec::Compare => prec.tighter(),
            _ => prec,
        };
        let left = left.at_least(least);
        let right = self.printed(&args[1], typed);
        let right_is_cast = right.prec == Prec::Cast;
        let right = right.at_least(if right_is_cast { Prec::Prefix } else { prec.tighter() });
        Printed { code: left.then(punct(op, expr.span)).then(right), prec }
    }

    /// `x.sin()`, or `rt::Scalar::__sin(x)` where the type is a parameter. Where nothing else makes rustc check that
    /// it is a float, `rt::float(x).floor()`: a struct may have a `floor` of its own, whose derivative is not zero.
    fn method(&self, prim: Prim, name: &str, args: &[Expr], span: Span) -> Code {
        if let Ty::Float(FloatTy::Param(_)) = args[0].ty {
            let (rt, span) = (&self.rt, runtime_span(span));
            let method = format_ident!("__{name}", span = span);
            let args = args.iter().map(|arg| self.expr(arg));
            return quote_spanned!(span=> #rt::Scalar::#method(#(#args),*)).into();
        }
        let method = TokenTree::Ident(Ident::new(name, span));
        let receiver = match prim.is_locally_constant() && !self.is_seen_float(&args[0]) {
            true => self.of_runtime("float", &args[..1], args[0].span, is_untyped(&args[0])),
            false => self.printed(&args[0], is_untyped(&args[0])).at_least(Prec::Postfix),
        };
        let rest = arguments(args[1..].iter().map(|arg| self.expr(arg)), span);
        receiver.then(punct(".", span)).then([method]).then(rest)
    }

    /// Whether an expression is a float by the declared types of the function's parameters.
    fn is_seen_float(&self, expr: &Expr) -> bool {
        let Some(place) = expr.as_place() else { return matches!(expr.kind, ExprKind::Float(..)) };
        let declared = self.function.var(place.root).ty.clone();
        let ty = place.path.iter().fold(declared, |ty, proj| projected(&ty, proj));
        self.function.param(place.root).is_some() && matches!(ty, Ty::Float(_))
    }

    fn cast_lane(&self, inner: &Expr, float: &FloatTy, span: Span) -> Printed {
        let (rt, lane, span) = (&self.rt, self.lane_ty(float), runtime_span(span));
        match (inner.as_place(), &inner.ty) {
            (_, Ty::Lane(from)) if from == float => self.printed(inner, false),
            (Some(place), ty) if !matches!(ty, Ty::Lane(_)) => self.cast_component(place, lane),
            _ => {
                let inner = self.expr(inner);
                postfix(quote_spanned!(span=> #rt::cast_lane::<#lane, _, _, _>(#inner)))
            }
        }
    }

    /// The derivative of a float that something was cast to whose type only rustc knows.
    fn cast_component(&self, place: &Place, to: TokenStream) -> Printed {
        let (rt, span) = (&self.rt, runtime_span(place.span));
        let component = self.borrow(place, Access::Shared);
        postfix(quote_spanned!(span=> #rt::cast_component::<#to, _>(#component)))
    }

    fn cast(&self, inner: &Expr, ty: &Ty, span: Span) -> Printed {
        let rt = &self.rt;
        let runtime = runtime_span(span);
        if let Ty::Lane(float) = ty {
            return self.cast_lane(inner, float, span);
        }
        if matches!(ty, Ty::Tangent(_) | Ty::Dot(_)) {
            let inner = self.expr(inner);
            return postfix(quote_spanned!(runtime=> #rt::cast_back(#inner)));
        }
        if let (Some(place), Ty::Float(float)) = (inner.as_place(), ty)
            && self.is_derivative(place.root)
            && !inner.ty.is_float()
        {
            return self.cast_component(place, self.float_ty(float));
        }
        let from_param = matches!(inner.ty, Ty::Float(FloatTy::Param(_)));
        if let Ty::Float(FloatTy::Param(name)) = ty {
            let target = Ident::new(name, runtime);
            let value = if from_param {
                let inner = self.expr(inner);
                quote_spanned!(runtime=> #rt::Scalar::__to_f64(#inner))
            } else {
                let inner = self.printed(inner, false).at_least(Prec::Cast);
                quote_spanned!(span=> #inner as f64)
            };
            return postfix(quote_spanned!(runtime=> <#target as #rt::Scalar>::__from_f64(#value)));
        }
        let target = self.ty(ty).unwrap_or_else(|| quote_spanned!(span=> _));
        let inner = if from_param {
            let inner = self.expr(inner);
            quote_spanned!(runtime=> #rt::Scalar::__to_f64(#inner)).into()
        } else {
            self.printed(&told(inner), false).at_least(Prec::Cast)
        };
        if let Ty::Int(None) = ty {
            return postfix(self.as_integer(inner.into_token_stream(), span));
        }
        let code = quote_spanned!(span=> #inner as #target).into();
        Printed { code, prec: Prec::Cast }
    }

    /// Opaque code as an operand of anything.
    pub(super) fn opaque_atom(&self, opaque: &Opaque) -> Code {
        self.opaque_operand(opaque).at_least(Prec::Postfix)
    }

    fn opaque_operand(&self, opaque: &Opaque) -> Printed {
        let prec = match syn::parse2::<syn::Expr>(opaque.tokens.clone()) {
            Ok(expr) => prec_of_syntax(&expr),
            Err(_) => Prec::Lowest,
        };
        Printed { code: self.opaque(&opaque.tokens).into(), prec }
    }

    /// Opaque tokens with variables in the place of placeholders.
    pub fn opaque(&self, tokens: &TokenStream) -> TokenStream {
        tokens.clone().into_iter().map(|token| self.opaque_token(token)).collect()
    }

    fn opaque_token(&self, token: TokenTree) -> TokenStream {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), self.opaque(&group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner).into_token_stream()
            }
            TokenTree::Ident(ident) => match Opaque::var_of(&ident) {
                Some(var) => self.opaque_var(var, ident.span()),
                None => ident.into_token_stream(),
            },
            TokenTree::Punct(_) | TokenTree::Literal(_) => token.into_token_stream(),
        }
    }
}

fn begins_with_minus(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Prim(Prim::Neg, _) => true,
        ExprKind::Float(_, text) => text.starts_with('-'),
        ExprKind::Detach(inner) => begins_with_minus(inner),
        _ => false,
    }
}

/// A numeric literal as the user wrote it.
fn literal(text: &str, span: Span) -> TokenStream {
    let mut literal: Literal = text.parse().expect("the text of a literal is a literal");
    literal.set_span(span);
    literal.into_token_stream()
}

fn prec_of_syntax(expr: &syn::Expr) -> Prec {
    match expr {
        syn::Expr::Array(_)
        | syn::Expr::Call(_)
        | syn::Expr::Field(_)
        | syn::Expr::Index(_)
        | syn::Expr::Lit(_)
        | syn::Expr::Macro(_)
        | syn::Expr::MethodCall(_)
        | syn::Expr::Paren(_)
        | syn::Expr::Path(_)
        | syn::Expr::Tuple(_) => Prec::Postfix,
        syn::Expr::Unary(_) | syn::Expr::Reference(_) => Prec::Prefix,
        syn::Expr::Cast(_) => Prec::Cast,
        syn::Expr::Binary(binary) => Prec::of_infix(binary.op.to_token_stream().to_string().trim()),
        _ => Prec::Lowest,
    }
}
