//! Types as they are written.

use quote::ToTokens;

use super::expr::len_literal;
use super::{Kind, Lowerer};
use crate::ir::{FloatTy, Len, Ty};

pub(super) const INTS: &[&str] =
    &["usize", "isize", "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128"];

/// Types without a derivative, whatever their parameters are.
const INERT: &[&str] = &[
    "char",
    "str",
    "String",
    "PhantomData",
    "Range",
    "RangeInclusive",
    "Duration",
    "Instant",
    "Ordering",
];

/// Types whose contents can change behind a shared reference.
const SHARED: &[&str] =
    &["Cell", "RefCell", "Mutex", "RwLock", "OnceCell", "UnsafeCell", "Rc", "Arc"];

/// Collections that hold no active values, with the number of types that they are of.
const COLLECTIONS: &[(&str, usize)] = &[
    ("HashMap", 2),
    ("BTreeMap", 2),
    ("HashSet", 1),
    ("BTreeSet", 1),
    ("BinaryHeap", 1),
    ("VecDeque", 1),
    ("LinkedList", 1),
];

impl Lowerer<'_> {
    /// The IR type of a Rust type. References are transparent.
    pub fn ty(&mut self, ty: &syn::Type) -> Ty {
        match ty {
            syn::Type::Array(array) => {
                let elem = self.ty(&array.elem);
                let len = Len { value: len_literal(&array.len), expr: Box::new(array.len.clone()) };
                Ty::Array(Box::new(elem), len)
            }
            syn::Type::Slice(slice) => Ty::Slice(Box::new(self.ty(&slice.elem))),
            syn::Type::Reference(reference) => match self.ty(&reference.elem) {
                Ty::Inert(Some(inert)) if self.names_references => match is_sized(&inert) {
                    true => Ty::Inert(None),
                    false => Ty::Inert(Some(syn::parse_quote!(&#inert))),
                },
                other => other,
            },
            syn::Type::Paren(paren) => self.ty(&paren.elem),
            syn::Type::Group(group) => self.ty(&group.elem),
            syn::Type::Tuple(tuple) if tuple.elems.is_empty() => Ty::Unit,
            syn::Type::Tuple(tuple) => {
                Ty::Tuple(tuple.elems.iter().map(|elem| self.ty(elem)).collect())
            }
            syn::Type::Path(path) => self.path_ty(path),
            syn::Type::Infer(_) => self.infer.fresh(Kind::Any),
            syn::Type::Never(_) => Ty::Unit,
            syn::Type::BareFn(_) | syn::Type::ImplTrait(_) | syn::Type::TraitObject(_) => {
                Ty::Inert(Some(Box::new(ty.clone())))
            }
            syn::Type::Ptr(ptr) => {
                self.reject(
                    ptr.star_token,
                    "raw pointers cannot be differentiated",
                    "use a reference or a slice",
                );
                Ty::Unknown
            }
            syn::Type::Macro(_) | syn::Type::Verbatim(_) | _ => {
                self.reject(ty, "this type cannot be differentiated", "write the type out");
                Ty::Unknown
            }
        }
    }

    /// The type at a `let`. References in it are no types of the IR's, and what holds them must not be taken for
    /// what holds values.
    pub(super) fn ty_of_let(&mut self, ty: &syn::Type) -> Ty {
        let ty = match ty {
            syn::Type::Reference(reference) => &*reference.elem,
            ty => ty,
        };
        self.names_references = true;
        let ty = self.ty(ty);
        self.names_references = false;
        ty
    }

    /// What a name stands for if it is a type; this is no place where the function names one.
    pub fn type_called(&mut self, name: &str) -> Option<Ty> {
        let ty: syn::Type = match name {
            // `Vec::new`.
            "Vec" | "Option" if !self.is_own_name(name) => syn::parse_str(&format!("{name}<_>")),
            _ => syn::parse_str(name),
        }
        .ok()?;
        let noted = self.named_types.contains(name);
        let ty = self.ty(&ty);
        if !noted {
            self.named_types.remove(name);
        }
        Some(ty)
    }

    /// Whether a struct of the user's has the name.
    pub(super) fn is_own_name(&self, name: &str) -> bool {
        self.named_types.contains(name) || self.infer.own_names.contains(name)
    }

    fn path_ty(&mut self, ty: &syn::TypePath) -> Ty {
        let whole = || Box::new(syn::Type::Path(ty.clone()));
        let (None, Some(last)) = (&ty.qself, ty.path.segments.last()) else {
            return Ty::Adt(whole());
        };
        let name = last.ident.to_string();
        let single = ty.path.segments.len() == 1;
        match name.as_str() {
            "f64" => return Ty::F64,
            "f32" => return Ty::Float(FloatTy::F32),
            "bool" => return Ty::Bool,
            int if INTS.contains(&int) => return Ty::Int(Some(name)),
            float if single && self.floats.iter().any(|known| known == float) => {
                return Ty::Float(FloatTy::Param(name));
            }
            inert if single && self.inert_params.iter().any(|known| known == inert) => {
                return Ty::Inert(Some(whole()));
            }
            // The standard library's ranges have an argument.
            "Range" | "RangeInclusive" if last.arguments.is_none() => {}
            inert if INERT.contains(&inert) => return Ty::Inert(Some(whole())),
            "Self" if single => {
                return match self.self_ty.clone() {
                    Some(self_ty) => self.ty(&self_ty),
                    None => Ty::Adt(whole()),
                };
            }
            _ => {}
        }
        if single && let Some(alias) = self.aliases.get(&name).cloned() {
            return self.ty(&alias);
        }
        if let Some(ident) = ty.path.get_ident()
            && let Some(ty) = self.infer.type_named(&ident.to_string())
        {
            return ty;
        }
        let arg = type_argument(last);
        match (name.as_str(), arg) {
            ("Vec", Some(elem)) => Ty::Vec(Box::new(self.ty(elem))),
            ("Option", Some(elem)) => Ty::Option(Box::new(self.ty(elem))),
            (shared, Some(elem)) if SHARED.contains(&shared) => self.shared_ty(ty, elem),
            _ if is_boxed_object(last) => Ty::Inert(Some(whole())),
            (collection, Some(_)) if self.is_inert_collection(collection, last) => {
                Ty::Inert(Some(whole()))
            }
            _ => self.struct_ty(ty, last),
        }
    }

    /// A type of which no more than the name is known.
    fn struct_ty(&mut self, ty: &syn::TypePath, last: &syn::PathSegment) -> Ty {
        let (whole, arg) = (Box::new(syn::Type::Path(ty.clone())), type_argument(last));
        let name = last.ident.to_string();
        if last.arguments.is_none() {
            self.named_types.insert(ty.path.to_token_stream().to_string());
        } else {
            let mut bare = ty.path.clone();
            if let Some(last) = bare.segments.last_mut() {
                last.arguments = syn::PathArguments::None;
            }
            self.generic_types.insert(bare.to_token_stream().to_string());
        }
        let adt = Ty::Adt(whole.clone());
        if let ("Result", syn::PathArguments::AngleBracketed(args)) =
            (name.as_str(), &last.arguments)
        {
            self.note_result(&adt, args);
        }
        if let Some(elem) = arg {
            self.note_ndarray(&adt, elem);
        }
        adt
    }

    /// The name of the type, if it is one of the standard library's collections but for `Vec`.
    pub fn collection_name(&mut self, ty: &Ty) -> Option<String> {
        let name = match self.infer.shallow(ty) {
            Ty::Adt(ty) => match &*ty {
                syn::Type::Path(path) => path.path.segments.last()?.ident.to_string(),
                _ => return None,
            },
            _ => self.infer.struct_name(ty)?.clone(),
        };
        is_collection(&name).then_some(name)
    }

    /// A map of names to numbers and the like.
    fn is_inert_collection(&mut self, name: &str, segment: &syn::PathSegment) -> bool {
        let Some((_, count)) = COLLECTIONS.iter().find(|(known, _)| *known == name) else {
            return false;
        };
        let syn::PathArguments::AngleBracketed(args) = &segment.arguments else { return false };
        let args = self.type_args(args);
        args.iter().take(*count).all(|arg| match self.infer.resolve(arg) {
            Ty::Infer(_) => true,
            known => !self.may_be_active(&known),
        })
    }

    /// `RefCell<f64>` and the like.
    fn shared_ty(&mut self, ty: &syn::TypePath, elem: &syn::Type) -> Ty {
        if self.ty(elem).can_be_active() {
            let counted = ty
                .path
                .segments
                .last()
                .is_some_and(|last| last.ident == "Rc" || last.ident == "Arc");
            let (what, help) = match counted {
                true => (
                    "shares its values, which cannot be differentiated",
                    "use a plain value or `&`; where nothing in it has a derivative, mark the parameter, or the `let`, \
                     `#[constant]`",
                ),
                false => (
                    "holds values that can change behind a shared reference, which cannot be differentiated",
                    "use a plain value, `&` or `&mut`",
                ),
            };
            let name = ty.to_token_stream().to_string().replace(' ', "");
            self.reject(ty, format!("`{name}` {what}"), help);
        }
        Ty::Inert(Some(Box::new(syn::Type::Path(ty.clone()))))
    }

    /// `Box<dyn Fn(f64) -> f64>`, of which there are no copies: a list of them is kept as it stands.
    pub fn is_function(&mut self, ty: &Ty) -> bool {
        match self.infer.shallow(ty) {
            Ty::Inert(Some(ty)) => match &*ty {
                syn::Type::Path(path) => path.path.segments.last().is_some_and(is_boxed_object),
                _ => false,
            },
            _ => false,
        }
    }

    /// The element type written in `Vec<T>`, `collect::<Vec<T>>` and the like.
    pub fn type_args(&mut self, args: &syn::AngleBracketedGenericArguments) -> Vec<Ty> {
        args.args
            .iter()
            .filter_map(|arg| match arg {
                syn::GenericArgument::Type(ty) => Some(self.ty(ty)),
                _ => None,
            })
            .collect()
    }
}

/// Whether values of the type may be held without a reference.
fn is_sized(ty: &syn::Type) -> bool {
    !matches!(ty, syn::Type::Path(path) if path.path.is_ident("str"))
}

/// `Box<dyn Trait>`.
fn is_boxed_object(segment: &syn::PathSegment) -> bool {
    segment.ident == "Box" && matches!(type_argument(segment), Some(syn::Type::TraitObject(_)))
}

/// Whether this is the name of a collection of the standard library's.
pub(super) fn is_collection(name: &str) -> bool {
    COLLECTIONS.iter().any(|(known, _)| *known == name)
}

/// The first type argument of a path segment.
fn type_argument(segment: &syn::PathSegment) -> Option<&syn::Type> {
    let syn::PathArguments::AngleBracketed(args) = &segment.arguments else { return None };
    args.args.iter().find_map(|arg| match arg {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
