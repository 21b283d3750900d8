//! Types of the IR: as much of Rust's types as derivatives depend on.

use super::Proj;

/// The type of a variable, place or expression.
#[derive(Clone, Debug)]
pub enum Ty {
    Float(FloatTy),
    /// An integer; the name where it is known (`usize`).
    Int(Option<String>),
    Bool,
    Unit,
    /// Any other type without a derivative; the Rust type where it is known.
    Inert(Option<Box<syn::Type>>),
    Array(Box<Ty>, Len),
    /// Behind a reference only.
    Slice(Box<Ty>),
    Vec(Box<Ty>),
    Tuple(Vec<Ty>),
    Option(Box<Ty>),
    /// A struct or enum that implements `Differentiable`.
    Adt(Box<syn::Type>),
    /// Known to rustc only; handled through `Differentiable`.
    Unknown,
    /// Not inferred yet. Exists during lowering only; a finished function has none.
    Infer(u32),
    /// `<T as Differentiable>::Tangent` of an `Adt` or `Unknown` value. Its tangent is itself.
    Tangent(Box<Ty>),
    /// The derivatives of such a float along all directions of a sweep; see [`Ty::lanes`].
    Lane(FloatTy),
    /// The derivatives of an `Adt`, `Unknown` or `Record` value along all directions of a sweep.
    Dot(Box<Ty>),
    /// What a forward sweep hands to its reverse sweep; `Copy`.
    Record,
    Tape,
}

/// The floating-point types.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FloatTy {
    F32,
    F64,
    /// A type parameter bound by `Real` or `Float`.
    Param(String),
    /// The float that a struct or enum is made of, `<T as FloatOf>::Float`.
    Of(Box<syn::Type>),
}

/// The length of an array: a constant expression.
#[derive(Clone, Debug)]
pub struct Len {
    pub expr: Box<syn::Expr>,
    /// Where it is a literal.
    pub value: Option<usize>,
}

impl Ty {
    pub const F64: Ty = Ty::Float(FloatTy::F64);

    pub fn usize() -> Ty {
        Ty::Int(Some("usize".into()))
    }

    /// The type of a part of a list, of lists, by ranges and indices.
    pub fn part(&self, path: &[Proj]) -> Option<&Ty> {
        path.iter().try_fold(self, |ty, proj| match (ty, proj) {
            (Ty::Slice(_) | Ty::Vec(_) | Ty::Array(..), Proj::Range(..)) => Some(ty),
            (Ty::Slice(elem) | Ty::Vec(elem) | Ty::Array(elem, _), Proj::Index(_)) => Some(&**elem),
            _ => None,
        })
    }

    /// The type of a part of a value, as far as it is known.
    pub fn projected(&self, path: &[Proj]) -> Option<Ty> {
        path.iter().try_fold(self.clone(), |ty, proj| match (proj, ty) {
            (Proj::Field(syn::Member::Unnamed(index)), Ty::Tuple(parts)) => {
                parts.get(index.index as usize).cloned()
            }
            (Proj::Variant(..), Ty::Option(part)) => Some(*part),
            (Proj::Range(..), ty) => Some(Ty::Slice(Box::new(ty.element()?))),
            (Proj::Index(_), ty) => ty.element(),
            (Proj::Field(_) | Proj::Variant(..), _) => None,
        })
    }

    /// Whether a value of this type can carry a derivative at all.
    pub fn can_be_active(&self) -> bool {
        match self {
            Ty::Float(_)
            | Ty::Lane(_)
            | Ty::Dot(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Infer(_)
            | Ty::Tangent(_)
            | Ty::Record => true,
            Ty::Int(_) | Ty::Bool | Ty::Unit | Ty::Inert(_) | Ty::Tape => false,
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                elem.can_be_active()
            }
            Ty::Tuple(elems) => elems.iter().any(Ty::can_be_active),
        }
    }

    /// The type of this type's tangents and cotangents. A slice's is a slice (behind a reference),
    /// an inactive type's is `()`.
    pub fn tangent(&self) -> Ty {
        match self {
            Ty::Float(_) | Ty::Lane(_) | Ty::Dot(_) | Ty::Tangent(_) | Ty::Record => self.clone(),
            Ty::Int(_) | Ty::Bool | Ty::Unit | Ty::Inert(_) | Ty::Tape => Ty::Unit,
            Ty::Array(elem, len) => Ty::Array(Box::new(elem.tangent()), len.clone()),
            Ty::Slice(elem) => Ty::Slice(Box::new(elem.tangent())),
            Ty::Vec(elem) => Ty::Vec(Box::new(elem.tangent())),
            Ty::Option(elem) => Ty::Option(Box::new(elem.tangent())),
            Ty::Tuple(elems) => Ty::Tuple(elems.iter().map(Ty::tangent).collect()),
            Ty::Adt(_) | Ty::Unknown | Ty::Infer(_) => Ty::Tangent(Box::new(self.clone())),
        }
    }

    /// This tangent type with lanes for floats: one derivative of each for every direction that a
    /// sweep carries. How many those are is the caller's choice, so that a function's type parameter
    /// stands for them when it is printed.
    pub fn lanes(&self) -> Ty {
        match self {
            Ty::Float(float) => Ty::Lane(float.clone()),
            Ty::Tangent(of) => Ty::Dot(of.clone()),
            Ty::Record => Ty::Dot(Box::new(Ty::Record)),
            Ty::Array(elem, len) => Ty::Array(Box::new(elem.lanes()), len.clone()),
            Ty::Slice(elem) => Ty::Slice(Box::new(elem.lanes())),
            Ty::Vec(elem) => Ty::Vec(Box::new(elem.lanes())),
            Ty::Option(elem) => Ty::Option(Box::new(elem.lanes())),
            Ty::Tuple(elems) => Ty::Tuple(elems.iter().map(Ty::lanes).collect()),
            Ty::Int(_)
            | Ty::Bool
            | Ty::Unit
            | Ty::Inert(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Infer(_)
            | Ty::Lane(_)
            | Ty::Dot(_)
            | Ty::Tape => self.clone(),
        }
    }

    /// Whether there are lanes in this type.
    pub fn has_lanes(&self) -> bool {
        match self {
            Ty::Lane(_) | Ty::Dot(_) => true,
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                elem.has_lanes()
            }
            Ty::Tuple(elems) => elems.iter().any(Ty::has_lanes),
            Ty::Float(_)
            | Ty::Tangent(_)
            | Ty::Int(_)
            | Ty::Bool
            | Ty::Unit
            | Ty::Inert(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Infer(_)
            | Ty::Record
            | Ty::Tape => false,
        }
    }

    pub fn is_float(&self) -> bool {
        matches!(self, Ty::Float(_))
    }

    /// Known to be `Copy` and of constant size: what fits into a register or a tape record.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Ty::Float(_) | Ty::Lane(_) | Ty::Int(_) | Ty::Bool | Ty::Unit)
            || self.is_record()
    }

    /// A record, or its derivatives.
    pub fn is_record(&self) -> bool {
        match self {
            Ty::Dot(of) => matches!(**of, Ty::Record),
            ty => matches!(ty, Ty::Record),
        }
    }

    /// Known to be `Copy`.
    pub fn is_copy(&self) -> bool {
        match self {
            Ty::Array(elem, _) | Ty::Option(elem) => elem.is_copy(),
            Ty::Tuple(elems) => elems.iter().all(Ty::is_copy),
            _ => self.is_scalar(),
        }
    }

    /// Whether there are values in it without derivatives of a type that is not known.
    pub fn is_of_unknown(&self) -> bool {
        match self {
            Ty::Inert(ty) => ty.is_none(),
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => {
                elem.is_of_unknown()
            }
            Ty::Tuple(elems) => elems.iter().any(Ty::is_of_unknown),
            _ => false,
        }
    }

    /// Whether all values of the type have one shape, so that its zero is a constant.
    pub fn has_one_shape(&self) -> bool {
        match self {
            Ty::Float(_) | Ty::Lane(_) | Ty::Unit => true,
            Ty::Array(elem, _) => elem.has_one_shape(),
            Ty::Tuple(elems) => elems.iter().all(Ty::has_one_shape),
            Ty::Int(_)
            | Ty::Bool
            | Ty::Inert(_)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Option(_)
            | Ty::Adt(_)
            | Ty::Unknown
            | Ty::Infer(_)
            | Ty::Tangent(_)
            | Ty::Dot(_)
            | Ty::Record
            | Ty::Tape => false,
        }
    }

    /// The element type of an array-like type.
    pub fn element(&self) -> Option<Ty> {
        match self {
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => Some((**elem).clone()),
            Ty::Unknown | Ty::Adt(_) => Some(Ty::Unknown),
            Ty::Tangent(_) | Ty::Dot(_) => Some(self.clone()),
            _ => None,
        }
    }
}

/// Owned arrays of `ndarray`, by name.
const ARRAYS: &[&str] =
    &["Array", "Array0", "Array1", "Array2", "Array3", "Array4", "Array5", "Array6", "ArrayD"];

/// Whether a type of this name is an owned array of `ndarray`.
pub fn is_ndarray_name(name: &str) -> bool {
    ARRAYS.contains(&name)
}

/// `f64` of `Array2<f64>`.
pub fn ndarray_element(ty: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else { return None };
    let elem = args.args.iter().find_map(|arg| match arg {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    elem.filter(|_| is_ndarray_name(&last.ident.to_string()))
}

impl Len {
    pub fn literal(value: usize) -> Len {
        let literal = proc_macro2::Literal::usize_unsuffixed(value);
        Len { expr: Box::new(syn::parse_quote!(#literal)), value: Some(value) }
    }
}
