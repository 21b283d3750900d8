//! Method calls: on floats, integers, options, and of annotated types.
//!
//! The receiver is lowered first; what its type is decides what the name means, as in rustc.
//! Methods of arrays, slices and `Vec`s are in [`slice`](super::slice).

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

use super::closure::Derivative;
use super::inert::tells;
use super::opaque::Use;
use super::place::{is_key, is_lent_with};
use super::same::IDENTITY;
use super::structs::Origin;
use super::vjp::method_of_vjp;
use super::{Access, Kind, Lowered, Lowerer, OpenBlock, standard};
use crate::diagnostics::nearest;
use crate::ir::{Arg, Expr, ExprKind, Place, StmtKind, Target, Ty};
use crate::ops::{Form, Prim, TABLE};

/// Methods of floats that no other number has: they tell a receiver's type.
const FLOAT_ONLY: &[&str] = &[
    "powi",
    "powf",
    "sqrt",
    "cbrt",
    "exp",
    "exp2",
    "exp_m1",
    "ln",
    "log",
    "log2",
    "log10",
    "ln_1p",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "atan2",
    "sin_cos",
    "sinh",
    "cosh",
    "tanh",
    "asinh",
    "acosh",
    "atanh",
    "hypot",
    "copysign",
    "floor",
    "ceil",
    "round",
    "trunc",
    "fract",
    "mul_add",
    "recip",
    "to_degrees",
    "to_radians",
    "is_nan",
    "is_finite",
    "is_infinite",
    "is_sign_positive",
    "is_sign_negative",
];

/// Methods of floats whose value has no derivative and no IR form.
const FLOAT_INSPECTING: &[&str] = &[
    "to_bits",
    "total_cmp",
    "partial_cmp",
    "classify",
    "is_normal",
    "is_subnormal",
    "to_string",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "to_ne_bytes",
    "to_le_bytes",
    "to_be_bytes",
    "to_int_unchecked",
    "to_usize",
    "to_i32",
    "to_i64",
    "to_u32",
    "to_u64",
];

impl Lowerer<'_> {
    pub fn lower_method(&mut self, call: &syn::ExprMethodCall, want: &Ty) -> Lowered {
        if let Some(lowered) = self.lower_range_contains(call) {
            return lowered;
        }
        if let Some(lowered) = self.lower_method_chain(call, want) {
            return lowered;
        }
        if let Some(changed) = self.lower_changed_part(call) {
            return changed;
        }
        if let Some(converted) = self.lower_into(call, want) {
            return converted;
        }
        if let Some(array) = self.lower_array_of_slice(call, want) {
            return array;
        }
        let of = self.base(&call.receiver);
        let (receiver, block) = self.in_block(|l| l.lower(of, &Ty::Unknown));
        let diverges = block.diverges;
        match receiver {
            poison if self.is_poisoned(&poison) => {
                self.splice(block);
                self.poison()
            }
            Lowered::Option { .. } => {
                self.splice(block);
                self.option_method(receiver, call, want)
            }
            Lowered::Closure(closure) if matches!(closure.derivative, Derivative::Asked) => {
                self.splice(block);
                self.derivative_of_closure(&closure, call, want)
            }
            Lowered::Closure(_) | Lowered::Iter(_) | Lowered::Function(_) => {
                self.splice(block);
                self.unknown_method(&call.method, "this value", &[])
            }
            Lowered::Tuple(_) | Lowered::Unit if IDENTITY.contains(&name_of(call).as_str()) => {
                self.splice(block);
                receiver
            }
            Lowered::Never => {
                self.splice(block);
                Lowered::Never
            }
            receiver if diverges => receiver,
            receiver => self.dispatch(receiver, block, call, want),
        }
    }

    /// Chooses by the type of the receiver, whose statements are in `block`.
    fn dispatch(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let name = name_of(call);
        let ty = self.lowered_ty(&receiver);
        let same = IDENTITY.contains(&name.as_str()) && !matches!(&*name, "to_vec" | "to_owned");
        if self.infer.is_ndarray(&ty) && !same {
            return self.array_method(receiver, block, call, want);
        }
        let own = match same {
            true => self.is_own_method(&name, &ty),
            false => self.infer.is_marked_struct(&ty),
        };
        if own && !self.is_result(&ty) {
            return self.user_method(receiver, block, call, want);
        }
        if FLOAT_ONLY.contains(&name.as_str()) {
            self.infer.constrain(&ty, Kind::Float);
        }
        let known = self.infer.shallow(&ty);
        let kind = self.infer.kind(&ty);
        let float = kind == Kind::Float
            || kind == Kind::Number
            || matches!(known, Ty::Infer(_)) && kind == Kind::Any && Prim::method(&name).is_some();
        if float {
            self.splice(block);
            return self.float_call(receiver, call, want);
        }
        if IDENTITY.contains(&name.as_str()) {
            return self.dispatch_identity(receiver, block, call, (known, want));
        }
        if name == "parse" && call.args.is_empty() {
            return self.opaque(&syn::Expr::MethodCall(call.clone()), want);
        }
        self.dispatch_by_type(receiver, block, call, (known, want))
    }

    /// Chooses by what is known of the receiver's type.
    pub(super) fn dispatch_by_type(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        (known, want): (Ty, &Ty),
    ) -> Lowered {
        let name = name_of(call);
        match known {
            Ty::Bool if matches!(name.as_str(), "then" | "then_some") && call.args.len() == 1 => {
                self.splice(block);
                self.then(receiver, call, want)
            }
            Ty::Int(_) | Ty::Bool => self.integer_method(receiver, block, call, want),
            Ty::Infer(_) if self.infer.kind(&known) == Kind::Int => {
                self.integer_method(receiver, block, call, want)
            }
            Ty::Array(ref elem, _) | Ty::Slice(ref elem) | Ty::Vec(ref elem)
                if self.only_orders(&name, elem) =>
            {
                self.ordered(call)
            }
            Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) => {
                self.splice(block);
                match self.lower_array_map(&receiver, call, want) {
                    Some(mapped) => mapped,
                    None => self.slice_method(receiver, call),
                }
            }
            Ty::Infer(_) => self.dispatch_unknown(receiver, block, call, want),
            Ty::Option(_) => {
                self.splice(block);
                self.option_method(receiver, call, want)
            }
            Ty::Inert(_) | Ty::Unit => self.opaque(&syn::Expr::MethodCall(call.clone()), want),
            ty if self.is_result(&ty) => {
                self.splice(block);
                self.result_method(receiver, call, want)
            }
            _ => self.user_method(receiver, block, call, want),
        }
    }

    /// Whether a method of slices has no derivative: it compares, or orders what has none.
    fn only_orders(&mut self, name: &str, elem: &Ty) -> bool {
        super::slice::INSPECTING.contains(&name)
            || super::slice::ORDERING.contains(&name) && !self.infer.resolve(elem).can_be_active()
    }

    /// A method of slices that has no derivative.
    fn ordered(&mut self, call: &syn::ExprMethodCall) -> Lowered {
        let ty = match name_of(call).as_str() {
            "partition_point" => Ty::usize(),
            // A `Result` of positions.
            search if search.starts_with("binary_search") => self.fresh(),
            inspecting if super::slice::INSPECTING.contains(&inspecting) => Ty::Bool,
            _ => Ty::Unit,
        };
        self.opaque_for(&syn::Expr::MethodCall(call.clone()), &ty, Use::Inspect)
    }

    /// Of a receiver whose type is not known the method may tell it.
    fn dispatch_unknown(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let name = name_of(call);
        let inactive = matches!(receiver, Lowered::Value(_)) && self.is_inactive_lowered(&receiver);
        // `get` without an index is a cell's, and by a key a map's.
        let of_slice =
            super::slice::is_known(&name) && !(name == "get" && call.args.iter().all(is_key));
        if !inactive && self.learn_inert(&receiver, call) {
            self.splice(block);
            return self.poison();
        }
        // `LOG.lock().unwrap().push(name)`: a place that is not known here.
        if inactive && matches!(want, Ty::Unit) {
            return self.opaque(&syn::Expr::MethodCall(call.clone()), want);
        }
        // `cache.borrow().get(&n)`: a method of whatever the code before it gives.
        let of_call = matches!(super::place::peel(&call.receiver), syn::Expr::MethodCall(_))
            && self.kept_place(&receiver).is_some();
        if of_slice && !of_call {
            self.splice(block);
            return match self.lower_as_listed(&receiver, call, want) {
                Some(kept) => kept,
                None => self.slice_method(receiver, call),
            };
        }
        if inactive && let Some(kept) = self.kept_method(&receiver, call, want) {
            return kept;
        }
        if !matches!(receiver, Lowered::Option { .. }) {
            let (unwrapped, inner) = self.in_block(|l| l.method_of_either(&receiver, call, want));
            if let Some(unwrapped) = unwrapped {
                self.splice(block);
                self.splice(inner);
                return unwrapped;
            }
        }
        let ty = self.lowered_ty(&receiver);
        if super::result::TELLING.contains(&name.as_str()) || self.is_result(&ty) {
            self.splice(block);
            let result = self.infer.fresh_struct("Result".into());
            self.unify(&ty, &result);
            return self.result_method(receiver, call, want);
        }
        let of_option = standard::takes_payload(call) && self.kept_place(&receiver).is_some();
        if super::option::TELLING.contains(&name.as_str()) || of_option {
            self.splice(block);
            let elem = self.fresh();
            self.unify(&ty, &Ty::Option(Box::new(elem)));
            return self.option_method(receiver, call, want);
        }
        if let Some(told) = self.told(call) {
            return told;
        }
        if name == "map" && (self.is_lent_option(&ty, call) || self.is_shaped(&ty, want)) {
            return self.dispatch(receiver, block, call, want);
        }
        self.user_method(receiver, block, call, want)
    }

    /// A method of what has no derivative, as it stands: `text.parse().unwrap()` is of a `Result` perhaps.
    /// `B::new().with(x)` is none, nor is what does something active with what an `Option` holds.
    pub(super) fn kept_method(
        &mut self,
        receiver: &Lowered,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Option<Lowered> {
        let errors = self.diagnostics.len();
        let code = syn::Expr::MethodCall(call.clone());
        let (kept, kept_block) = self.in_block(|l| l.opaque(&code, want));
        let of_option = self.kept_place(receiver).is_some()
            && (standard::is_of_payload(&name_of(call)) || standard::takes_payload(call));
        let is_built = standard::is_built(call);
        if self.diagnostics.len() == errors || !(is_built || of_option || tells(call)) {
            self.splice(kept_block);
            return Some(kept);
        }
        self.diagnostics.truncate(errors);
        // What an active value is compared with may be constant.
        self.told(call)
    }

    pub fn lowered_ty(&mut self, value: &Lowered) -> Ty {
        match value {
            Lowered::Value(value) => value.ty.clone(),
            Lowered::Built(built) => self.rvalue_ty(built),
            Lowered::Place(place, _) => place.ty.clone(),
            Lowered::Unit => Ty::Unit,
            Lowered::Tuple(parts) => {
                let parts = parts.clone();
                Ty::Tuple(parts.iter().map(|part| self.lowered_ty(part)).collect())
            }
            Lowered::Option { payload, .. } => Ty::Option(Box::new(self.lowered_ty(payload))),
            Lowered::Closure(_) | Lowered::Iter(_) | Lowered::Function(_) | Lowered::Never => {
                Ty::Unknown
            }
        }
    }

    /// A method of an annotated type.
    pub fn user_method(
        &mut self,
        receiver: Lowered,
        block: OpenBlock,
        call: &syn::ExprMethodCall,
        want: &Ty,
    ) -> Lowered {
        let block = self.continue_block(block, |_| {});
        let span = call.method.span();
        let declared = self.result_of_sibling(&receiver, &call.method);
        let want = declared.as_ref().unwrap_or(want);
        let ty = self.lowered_ty(&receiver);
        if let Some(refused) = self.refuse_unknown_map(&ty, call) {
            return refused;
        }
        let errors = self.diagnostics.len();
        let root = match &receiver {
            Lowered::Place(place, _) => Some(place.root),
            _ => None,
        };
        let outer = self.lent.len();
        self.lent.extend(root);
        let (args, arg_block) = self.in_block(|l| l.lower_args(&call.args));
        self.lent.truncate(outer);
        if self.diagnostics.len() > errors {
            return self.poison();
        }
        if root.is_some_and(|root| arg_block.writes(root)) {
            return self.reject(
                &call.receiver,
                "an argument changes the receiver of this call",
                "bind the argument by `let` before",
            );
        }
        let inactive = self.is_inactive_lowered(&receiver)
            && args.iter().all(|arg| self.is_inactive_lowered(arg));
        let of_vjp = method_of_vjp(&call.method);
        if inactive && of_vjp.is_none() {
            return self.opaque(&syn::Expr::MethodCall(call.clone()), want);
        }
        if let Some(refused) = self.refuse_receiver(&ty, call) {
            return refused;
        }
        self.splice(block);
        let (mut place, access) = self.to_place(receiver, call.receiver.span());
        self.after(place.operands_mut(), |l| l.splice(arg_block));
        let receiver = self.receiver(place, access, call, &args);
        if let Some(of) = of_vjp {
            return self.vjp_of_method(call, of, receiver, args);
        }
        let mut all = vec![receiver];
        all.extend(self.to_args(args, &call.args));
        let result = self.push_call(Target::Method(call.method.clone()), all, want, span);
        let of = ty;
        let ty = self.lowered_ty(&result);
        self.note_power(&of, call, &ty);
        self.ask_for_shape(&of, call, &ty);
        self.infer.note_result(Origin::Method(name_of(call)), &ty);
        result
    }

    /// Refuses a method with active values of what can have no derivative.
    fn refuse_receiver(&mut self, of: &Ty, call: &syn::ExprMethodCall) -> Option<Lowered> {
        let refused = self.refuse_bounded(of, &call.method).or_else(|| self.refuse_into(of, call));
        if refused.is_some() {
            return refused;
        }
        let name = self.collection_name(of)?;
        let message = format!("a `{name}` has no derivative");
        Some(self.reject(&call.method, message, "hold active values in a `Vec`"))
    }

    /// The receiver of such a call, as far as can be told whether the method changes it.
    fn receiver(
        &self,
        place: Place,
        access: Access,
        call: &syn::ExprMethodCall,
        args: &[Lowered],
    ) -> Arg {
        // Rust borrows the receiver as the method asks; without its signature, a method called on
        // something that can change is taken to change it. In the arguments of another method of the
        // same receiver it only may if that is copied; it is called with a shared reference there.
        let mutable = self.function.var(place.root).mutable
            && access != Access::Ref
            && !self.is_behind_shared(&call.receiver)
            && !args.iter().any(|arg| is_lent_with(arg, &place))
            && !self.lent.contains(&place.root);
        match mutable {
            true => Arg::RefMut(place),
            false => Arg::Ref(place),
        }
    }

    /// Reports a method that is not known, with the nearest that is.
    pub fn unknown_method(&mut self, method: &Ident, on: &str, known: &[&str]) -> Lowered {
        let name = method.to_string();
        let help = match nearest(&name, known) {
            Some(nearest) => format!("the nearest known method is `{nearest}`"),
            None => "write it out with known operations, or call an annotated function".to_owned(),
        };
        self.reject(method, format!("the method `{name}` of {on} cannot be differentiated"), help)
    }
}

/// Floats.
impl Lowerer<'_> {
    fn float_call(&mut self, receiver: Lowered, call: &syn::ExprMethodCall, want: &Ty) -> Lowered {
        let name = name_of(call);
        if let Some(same) = self.same_float(&receiver, call) {
            return same;
        }
        if FLOAT_INSPECTING.contains(&name.as_str()) {
            let expr = syn::Expr::MethodCall(call.clone());
            let ty = match name.as_str() {
                "to_bits" | "to_int_unchecked" => Ty::Int(None),
                "to_usize" | "to_i32" | "to_i64" | "to_u32" | "to_u64" => {
                    Ty::Option(Box::new(Ty::Int(None)))
                }
                "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "is_normal" | "is_subnormal" => Ty::Bool,
                _ => Ty::Inert(None),
            };
            return self.opaque_for(&expr, &ty, Use::Inspect);
        }
        if name == "into" || name == "to_f64" || name == "to_f32" {
            let receiver = self.to_expr(receiver, call.receiver.span());
            return self.float_conversion(receiver, &name, want, call.span());
        }
        let receiver = self.to_expr(receiver, call.receiver.span());
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        self.float_method(receiver, &call.method, &args)
    }

    fn float_conversion(&mut self, value: Expr, name: &str, want: &Ty, span: Span) -> Lowered {
        let to: syn::Type = match name {
            "to_f64" => syn::parse_quote!(f64),
            "to_f32" => syn::parse_quote!(f32),
            _ => {
                let ty = match want {
                    Ty::Unknown => self.infer.fresh(Kind::Float),
                    known => known.clone(),
                };
                return Lowered::Value(Expr::new(ExprKind::Cast(Box::new(value)), ty, span));
            }
        };
        let ty = self.ty(&to);
        let is_own = self.is_own_real(&value.ty);
        let cast = Expr::new(ExprKind::Cast(Box::new(value)), ty, span);
        if is_own {
            return Lowered::Value(cast);
        }
        Lowered::Option { is_some: Expr::bool(true, span), payload: Box::new(Lowered::Value(cast)) }
    }

    /// A method of a float on lowered operands.
    pub fn float_method(&mut self, receiver: Expr, method: &Ident, args: &[&syn::Expr]) -> Lowered {
        let name = method.to_string();
        let span = method.span();
        let ty = receiver.ty.clone();
        self.operand(&receiver);
        if name == "sin_cos" && args.is_empty() {
            let receiver = match receiver.as_var() {
                Some(_) => receiver,
                None => self.temp("angle", receiver),
            };
            let part = |prim: Prim| {
                Lowered::Value(Expr::prim(prim, vec![receiver.clone()], ty.clone(), span))
            };
            return Lowered::Tuple(vec![part(Prim::Sin), part(Prim::Cos)]);
        }
        let zero_or_one = match (name.as_str(), args) {
            ("is_zero", []) => Some(0.0),
            ("is_one", []) => Some(1.0),
            _ => None,
        };
        if let Some(value) = zero_or_one {
            let literal = Expr::float(value, ty, span);
            return Lowered::Value(Expr::prim(Prim::Eq, vec![receiver, literal], Ty::Bool, span));
        }
        let operator = self.operator_method(method, &ty, args.len());
        let prim = operator.or_else(|| Prim::method(&name));
        let Some(prim) = prim.filter(|prim| prim.row().arity() == args.len() + 1) else {
            let known: Vec<&str> = TABLE
                .iter()
                .filter_map(|row| match row.form {
                    Form::Method(method) => Some(method),
                    _ => None,
                })
                .chain(["sin_cos"])
                .collect();
            if self.infer.learn_struct(&ty) {
                return self.poison();
            }
            return self.unknown_method(method, "a float", &known);
        };
        self.infer.learn_number(&ty);
        let want = match prim {
            Prim::Powi => Ty::Int(Some("i32".to_owned())),
            _ => ty.clone(),
        };
        let mut operands = vec![receiver];
        for arg in args {
            let value = self.after(&mut operands, |l| l.value(arg, &want));
            operands.push(value);
        }
        let ty = match prim.row().yields {
            crate::ops::Yields::Bool => Ty::Bool,
            crate::ops::Yields::Operand => ty,
        };
        Lowered::Value(Expr::prim(prim, operands, ty, span))
    }
}

/// Panics.
impl Lowerer<'_> {
    /// `if !cond { panic!(message) }`.
    pub fn push_panic_unless(&mut self, cond: Expr, message: &str, span: Span) {
        let (_, panic) = self.in_block(|l| {
            let code = crate::ir::Opaque {
                tokens: quote::quote!(panic!(#message);),
                reads: Vec::new(),
                pure_: false,
                through: false,
            };
            l.push(StmtKind::Opaque { code, writes: Vec::new() }, span);
            l.diverge();
        });
        self.push_if(cond, OpenBlock::new(), panic, span);
    }
}

pub fn name_of(call: &syn::ExprMethodCall) -> String {
    call.method.to_string()
}
