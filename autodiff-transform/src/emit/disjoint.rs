//! References to disjoint parts of one place, in one call.
//!
//! `let (left, right) = x.split_at_mut(k); f(left, right)` has become `f(&mut x[..k], &mut x[k..])`,
//! since references disappear in lowering. Rustc takes the one for a second loan of `x`, so that what
//! was split in the user's code is split again, in front of the call. Fields need no help.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::code::Code;
use super::{Access, Printer};
use crate::ir::{Arg, Place, Proj, Ty, VarId};

/// The references that a call's arguments borrow from splits made in front of the call.
#[derive(Default)]
pub(super) struct Splits {
    pub prelude: TokenStream,
    /// By the argument's position: the expression of the reference.
    pub references: BTreeMap<usize, TokenStream>,
    count: usize,
}

/// A reference among a call's arguments, and how far its path has been printed.
#[derive(Clone, Copy)]
struct Borrow<'a> {
    arg: usize,
    place: &'a Place,
    access: Access,
}

/// Where the printing of several paths has got to.
struct Base {
    code: Code,
    ty: Ty,
    depth: usize,
}

impl Printer<'_> {
    /// The splits that a call with these arguments needs.
    pub(super) fn splits(&self, args: &[Arg]) -> Splits {
        let mut splits = Splits::default();
        for (root, borrows) in contended(args) {
            let ident = self.ident(root);
            let ty = self.function.var(root).ty.clone();
            self.split(Base { code: ident.into(), ty, depth: 0 }, &borrows, &mut splits);
        }
        splits
    }

    fn split(&self, base: Base, borrows: &[Borrow], splits: &mut Splits) {
        let (Base { mut code, mut ty, mut depth }, first) = (base, borrows[0]);
        while let Some(proj) = first.place.path.get(depth)
            && borrows.iter().all(|borrow| self.same(borrow.place.path.get(depth), proj))
        {
            code = self.project(code, proj, &ty, first.place, Access::Mut);
            ty = super::place::projected(&ty, proj);
            depth += 1;
        }
        let Some(middle) = self.middle(borrows, depth) else { return };
        let index = splits.count;
        splits.count += 1;
        let side = |name: &str| format_ident!("{name}_{index}", span = Span::mixed_site());
        let (left, right): (Ident, Ident) = (side("left"), side("right"));
        splits.prelude.extend(quote!(let (#left, #right) = #code.split_at_mut(#middle);));
        for (side, is_left) in [(left, true), (right, false)] {
            let own: Vec<Borrow> = borrows
                .iter()
                .copied()
                .filter(|borrow| {
                    matches!(borrow.place.path[depth], Proj::Range(None, _)) == is_left
                })
                .collect();
            if let [Borrow { arg, place, access }] = own[..] {
                let rest = &place.path[depth + 1..];
                let reference = match (rest.is_empty(), access) {
                    (true, Access::Shared) => quote!(&*#side),
                    (true, Access::Mut) => quote!(#side),
                    (false, _) => {
                        let part =
                            self.projections(whole(&side, &ty), ty.clone(), rest, place, access);
                        super::place::reference(part, access, place.span).into_token_stream()
                    }
                };
                splits.references.insert(arg, reference);
            } else {
                self.split(
                    Base { code: whole(&side, &ty), ty: ty.clone(), depth: depth + 1 },
                    &own,
                    splits,
                );
            }
        }
    }

    /// Where to split, if each of the paths goes on with the one side or the other of a `split_at`.
    fn middle(&self, borrows: &[Borrow], depth: usize) -> Option<TokenStream> {
        let mut middles = borrows.iter().map(|borrow| match borrow.place.path.get(depth) {
            Some(Proj::Range(None, Some(middle)) | Proj::Range(Some(middle), None)) => {
                Some(self.expr(middle).into_token_stream())
            }
            _ => None,
        });
        let first = middles.next()??;
        middles
            .all(|middle| middle.is_some_and(|middle| middle.to_string() == first.to_string()))
            .then_some(first)
    }

    fn same(&self, left: Option<&Proj>, right: &Proj) -> bool {
        let printed = |proj: &Proj| match proj {
            Proj::Field(member) => quote!(.#member).to_string(),
            Proj::Index(index) => self.expr(index).into_token_stream().to_string(),
            Proj::Range(start, end) => {
                let bound = |bound: &Option<_>| bound.as_ref().map(|bound| self.operand(bound));
                let (start, end) = (bound(start), bound(end));
                quote!(#start..#end).to_string()
            }
            Proj::Variant(path, member) => quote!(#path #member).to_string(),
        };
        left.is_some_and(|left| printed(left) == printed(right))
    }
}

/// What a side of a split refers to: the runtime's functions on what has a type that is not known take no
/// reference to a reference.
fn whole(side: &Ident, ty: &Ty) -> Code {
    match ty {
        Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) => side.clone().into(),
        _ => quote!((*#side)).into(),
    }
}

/// Whether a call with these arguments borrows more than one part of `root`. A bar of which it does
/// has to be there as a whole.
pub(super) fn contends(args: &[Arg], root: VarId) -> bool {
    contended(args).iter().any(|(contended, _)| *contended == root)
}

/// The roots that are borrowed more than once, exclusively at least once.
fn contended(args: &[Arg]) -> Vec<(VarId, Vec<Borrow<'_>>)> {
    let mut roots: BTreeMap<VarId, Vec<Borrow>> = BTreeMap::new();
    for (index, arg) in args.iter().enumerate() {
        let inner = if let Arg::Active(inner) = arg { inner } else { arg };
        let (place, access) = match inner {
            Arg::Ref(place) => (place, Access::Shared),
            Arg::RefMut(place) => (place, Access::Mut),
            Arg::Value(_) | Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => {
                continue;
            }
        };
        roots.entry(place.root).or_default().push(Borrow { arg: index, place, access });
    }
    roots
        .into_iter()
        .filter(|(_, borrows)| {
            borrows.len() > 1 && borrows.iter().any(|borrow| borrow.access == Access::Mut)
        })
        .collect()
}
