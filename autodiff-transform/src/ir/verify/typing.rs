//! Types of places and expressions, checked bottom-up.
//!
//! Two types *agree* if they may be one Rust type: what the macro does not know (`Ty::Unknown`, an
//! inert type, an integer without a name, an array length that is no literal) agrees with all it
//! could stand for. A value *coerces* into a place if the types agree or both are array-like with
//! agreeing elements: slices are copied into arrays and vectors, and the other way round.

use super::*;

impl Verifier<'_> {
    /// A place that is read, or written in part.
    pub(super) fn place(&self, place: &Place) -> Check {
        let mut ty = self.assigned(place.root)?.ty.clone();
        for proj in &place.path {
            ty = self.projected(&ty, proj)?;
        }
        if agree(&ty, &place.ty) {
            return Ok(());
        }
        Err(format!(
            "the place `{}` says `{}` but is `{ty}`",
            display::place(self.function, place),
            place.ty
        ))
    }

    fn projected(&self, ty: &Ty, proj: &Proj) -> Check<Ty> {
        let part = match proj {
            Proj::Field(member) => field(ty, member),
            Proj::Index(index) => {
                match is_open(ty) {
                    // Of several dimensions perhaps.
                    true => self.expr(index)?,
                    false => self.integer(index)?,
                }
                ty.element()
            }
            Proj::Range(start, end) => {
                start.iter().chain(end).try_for_each(|bound| self.integer(bound))?;
                ty.element().map(|elem| Ty::Slice(Box::new(elem)))
            }
            Proj::Variant(..) => match ty {
                Ty::Option(elem) => Some((**elem).clone()),
                ty => is_open(ty).then_some(Ty::Unknown),
            },
        };
        part.ok_or_else(|| format!("a type `{ty}` has no such part"))
    }

    /// The type of the elements of a place.
    pub(super) fn element(&self, place: &Place) -> Check<Ty> {
        self.place(place)?;
        place.ty.element().ok_or_else(|| format!("a type `{}` has no elements", place.ty))
    }

    pub(super) fn expr(&self, expr: &Expr) -> Check {
        let ty = &expr.ty;
        match &expr.kind {
            ExprKind::Float(..) => self.claims(expr, matches!(ty, Ty::Float(_))),
            ExprKind::Int(..) => self.claims(expr, matches!(ty, Ty::Int(_) | Ty::Inert(_))),
            ExprKind::Bool(_) => self.claims(expr, matches!(ty, Ty::Bool)),
            ExprKind::Read(place) => {
                self.place(place)?;
                self.claims(expr, agree(&place.ty, ty))
            }
            ExprKind::Prim(prim, args) => {
                args.iter().try_for_each(|arg| self.expr(arg))?;
                self.prim(*prim, args, expr)
            }
            ExprKind::Len(place) => {
                self.element(place)?;
                self.claims(expr, agree(ty, &Ty::usize()))
            }
            ExprKind::Cast(inner) => {
                self.expr(inner)?;
                let numeric =
                    |ty: &Ty| agree(ty, &Ty::Int(None)) || ty.is_float() || matches!(ty, Ty::Bool);
                self.claims(expr, numeric(&inner.ty) && (numeric(ty) || is_open(ty)))
            }
            ExprKind::Detach(inner) => {
                self.expr(inner)?;
                self.claims(expr, agree(&inner.ty, ty))
            }
            ExprKind::Opaque(code) => self.opaque(code),
            ExprKind::Zero => self.claims(expr, has_zero(ty)),
        }
    }

    fn claims(&self, expr: &Expr, holds: bool) -> Check {
        if holds {
            return Ok(());
        }
        let text = display::expr(self.function, expr);
        Err(format!("the expression `{text}` cannot have the type `{}`", expr.ty))
    }

    fn prim(&self, prim: Prim, args: &[Expr], expr: &Expr) -> Check {
        let arity = prim.row().arity();
        if args.len() != arity {
            return Err(format!("`{prim:?}` takes {arity} operands, not {}", args.len()));
        }
        let types: Vec<&Ty> = args.iter().map(|arg| &arg.ty).collect();
        let yields = match signature(prim) {
            Signature::Number => same(&types, |ty| is_float(ty) || is_int(ty)),
            Signature::Float => same(&types, is_float),
            Signature::FloatAndInt => {
                (is_float(types[0]) && is_int(types[1])).then(|| types[0].clone())
            }
            Signature::IsFloat => same(&types, is_float).map(|_| Ty::Bool),
            Signature::Compare => same(&types, |_| true).map(|_| Ty::Bool),
            Signature::Bits => same(&types, |ty| is_int(ty) || is_bool(ty)),
            Signature::Shift => types.iter().all(|ty| is_int(ty)).then(|| types[0].clone()),
            Signature::Count => same(&types, |ty| agree(ty, &Ty::usize())),
            Signature::Logic => same(&types, is_bool),
            Signature::Select if is_bool(types[0]) => same(&types[1..], |_| true),
            Signature::Select => None,
        };
        match yields {
            Some(ty) => self.claims(expr, agree(&ty, &expr.ty)),
            None => {
                let types: Vec<String> = types.iter().map(ToString::to_string).collect();
                let text = display::expr(self.function, expr);
                Err(format!("`{text}` has operands of types `{}`", types.join("`, `")))
            }
        }
    }

    /// The type of the value.
    pub(super) fn rvalue(&self, value: &Rvalue) -> Check<Ty> {
        match value {
            Rvalue::Expr(expr) => {
                self.expr(expr)?;
                Ok(expr.ty.clone())
            }
            Rvalue::Aggregate { shape, fields, ty } => {
                fields.iter().try_for_each(|field| self.expr(field))?;
                self.aggregate(shape, fields, ty)?;
                Ok(ty.clone())
            }
            Rvalue::Repeat { value, len, ty } => {
                self.expr(value)?;
                self.integer(len)?;
                match ty {
                    Ty::Array(elem, _) | Ty::Vec(elem) if coerces(&value.ty, elem) => {
                        Ok(ty.clone())
                    }
                    _ => Err(format!("no `{ty}` repeats a `{}`", value.ty)),
                }
            }
            Rvalue::ZeroLike(place) => {
                self.place(place)?;
                Ok(place.ty.tangent())
            }
        }
    }

    fn aggregate(&self, shape: &Shape, fields: &[Expr], ty: &Ty) -> Check {
        let all_are = |elem: &Ty| fields.iter().all(|field| coerces(&field.ty, elem));
        let fits = match (shape, ty) {
            (Shape::Tuple, Ty::Tuple(elems)) => {
                elems.len() == fields.len()
                    && elems.iter().zip(fields).all(|(elem, field)| coerces(&field.ty, elem))
            }
            (Shape::Tuple, Ty::Record) => true,
            (Shape::Tuple, Ty::Unit) => fields.is_empty(),
            (Shape::Array, Ty::Array(elem, len)) => {
                len.value.is_none_or(|len| len == fields.len()) && all_are(elem)
            }
            (Shape::Vec, Ty::Vec(elem)) => all_are(elem),
            (Shape::VecWithCapacity(capacity), Ty::Vec(_)) => {
                self.integer(capacity)?;
                fields.is_empty()
            }
            (Shape::Option, Ty::Option(elem)) => fields.len() <= 1 && all_are(elem),
            (Shape::Struct { members, base, .. }, ty) => {
                is_open(ty) && members.len() + usize::from(*base) == fields.len()
            }
            (Shape::Variant { members, .. }, ty) => is_open(ty) && members.len() == fields.len(),
            (_, ty) => matches!(ty, Ty::Unknown),
        };
        if fits { Ok(()) } else { Err(format!("the fields do not make a `{ty}`")) }
    }
}

/// What a primitive's operands are.
enum Signature {
    /// Floats, or integers, all of one type.
    Number,
    Float,
    FloatAndInt,
    IsFloat,
    Compare,
    Bits,
    Shift,
    /// Of `usize`.
    Count,
    Logic,
    Select,
}

fn signature(prim: Prim) -> Signature {
    use Prim::*;
    match prim {
        Add | Sub | Mul | Div | Rem | Neg | Abs | Signum | Min | Max | Clamp | RemEuclid
        | DivEuclid => Signature::Number,
        Powi => Signature::FloatAndInt,
        Powf | Sqrt | Cbrt | Exp | Exp2 | ExpM1 | Ln | Log | Log2 | Log10 | Ln1p | Sin | Cos
        | Tan | Asin | Acos | Atan | Atan2 | Sinh | Cosh | Tanh | Asinh | Acosh | Atanh | Hypot
        | Copysign | Floor | Ceil | Round | Trunc | Fract | MulAdd | Recip | ToDegrees
        | ToRadians | Scale | Given => Signature::Float,
        IsNan | IsFinite | IsInfinite | IsSignPositive | IsSignNegative => Signature::IsFloat,
        Lt | Le | Gt | Ge | Eq | Ne => Signature::Compare,
        BitAnd | BitOr | BitXor | Not => Signature::Bits,
        Shl | Shr => Signature::Shift,
        Advance | Snapshots => Signature::Count,
        And | Or => Signature::Logic,
        Select => Signature::Select,
    }
}

fn is_float(ty: &Ty) -> bool {
    ty.is_float() || is_open(ty)
}

fn is_int(ty: &Ty) -> bool {
    matches!(ty, Ty::Int(_)) || is_open(ty)
}

fn is_bool(ty: &Ty) -> bool {
    matches!(ty, Ty::Bool) || is_open(ty)
}

/// Known to rustc only.
fn is_open(ty: &Ty) -> bool {
    matches!(ty, Ty::Unknown | Ty::Inert(_) | Ty::Adt(_) | Ty::Tangent(_) | Ty::Dot(_))
}

/// The one type of all, if each `is_one`.
fn same(types: &[&Ty], is_one: impl Fn(&Ty) -> bool) -> Option<Ty> {
    let first = *types.first()?;
    let holds = types.iter().all(|ty| is_one(ty) && agree(first, ty));
    // A type that is known says more than one that is open.
    holds.then(|| (*types.iter().find(|ty| !is_open(ty)).unwrap_or(&first)).clone())
}

fn field(ty: &Ty, member: &syn::Member) -> Option<Ty> {
    match (ty, member) {
        (Ty::Tuple(elems), syn::Member::Unnamed(index)) => elems.get(index.index as usize).cloned(),
        (Ty::Record, _) => Some(Ty::Unknown),
        (ty, _) => is_open(ty).then_some(Ty::Unknown),
    }
}

fn has_zero(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Lane(_) | Ty::Int(_) | Ty::Bool | Ty::Unit => true,
        Ty::Unknown | Ty::Tangent(_) | Ty::Dot(_) => true,
        // The empty tape.
        Ty::Tape => true,
        Ty::Array(elem, _) => has_zero(elem),
        Ty::Tuple(elems) => elems.iter().all(has_zero),
        Ty::Vec(_) | Ty::Option(_) | Ty::Slice(_) => false,
        Ty::Inert(_) | Ty::Adt(_) | Ty::Infer(_) | Ty::Record => false,
    }
}

/// Whether two types may be one.
pub(super) fn agree(a: &Ty, b: &Ty) -> bool {
    match (a, b) {
        (Ty::Unknown, _) | (_, Ty::Unknown) => true,
        (Ty::Inert(_), b) | (b, Ty::Inert(_)) => !matches!(b, Ty::Float(_) | Ty::Tape),
        (Ty::Float(a), Ty::Float(b)) => a == b,
        (Ty::Int(a), Ty::Int(b)) => a.is_none() || b.is_none() || a == b,
        (Ty::Bool, Ty::Bool) | (Ty::Unit, Ty::Unit) => true,
        (Ty::Record, Ty::Record) | (Ty::Tape, Ty::Tape) => true,
        (Ty::Array(a, m), Ty::Array(b, n)) => {
            agree(a, b) && (m.value.is_none() || n.value.is_none() || m.value == n.value)
        }
        (Ty::Slice(a), Ty::Slice(b)) | (Ty::Vec(a), Ty::Vec(b)) => agree(a, b),
        (Ty::Option(a), Ty::Option(b)) => agree(a, b),
        (Ty::Tuple(a), Ty::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b))
        }
        // A path may be an alias of another, and a tangent any type.
        (Ty::Adt(_), Ty::Adt(_)) | (Ty::Tangent(_), _) | (_, Ty::Tangent(_)) => true,
        _ => false,
    }
}

/// Whether a value of one type can be put into a place of another.
pub(super) fn coerces(value: &Ty, into: &Ty) -> bool {
    let elements = |ty: &Ty| match ty {
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => Some((**elem).clone()),
        _ => None,
    };
    if agree(value, into) {
        return true;
    }
    match (value, into, elements(value), elements(into)) {
        (Ty::Array(..), Ty::Array(..), ..) => false,
        (_, _, Some(value), Some(into)) => coerces(&value, &into),
        _ => false,
    }
}
