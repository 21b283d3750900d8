//! Whether two expressions are written alike.
//!
//! Alike and evaluated in one state they have the same value. `false` is always a safe answer: it is
//! that for all opaque code.

use super::{Expr, ExprKind, Place, Proj};

impl Expr {
    pub fn is_same(&self, other: &Expr) -> bool {
        match (&self.kind, &other.kind) {
            (ExprKind::Float(a, _), ExprKind::Float(b, _)) => a.to_bits() == b.to_bits(),
            (ExprKind::Int(a, _), ExprKind::Int(b, _)) => a == b,
            (ExprKind::Bool(a), ExprKind::Bool(b)) => a == b,
            (ExprKind::Read(a), ExprKind::Read(b)) | (ExprKind::Len(a), ExprKind::Len(b)) => {
                a.is_same(b)
            }
            (ExprKind::Prim(prim, args), ExprKind::Prim(other, others)) => {
                prim == other && args.iter().zip(others).all(|(a, b)| a.is_same(b))
            }
            (ExprKind::Cast(a), ExprKind::Cast(b)) => {
                self.ty.to_string() == other.ty.to_string() && a.is_same(b)
            }
            (ExprKind::Detach(a), ExprKind::Detach(b)) => a.is_same(b),
            (ExprKind::Zero, ExprKind::Zero) => self.ty.is_scalar() && other.ty.is_scalar(),
            _ => false,
        }
    }
}

impl Place {
    pub fn is_same(&self, other: &Place) -> bool {
        self.is_same_by(other, |_, _| false)
    }

    /// As [`Place::is_same`], of parts of slices too.
    pub fn is_same_part(&self, other: &Place) -> bool {
        let same = |a: &Option<Expr>, b: &Option<Expr>| match (a, b) {
            (Some(a), Some(b)) => a.is_same(b),
            (None, None) => true,
            _ => false,
        };
        self.is_same_by(other, |a, b| match (a, b) {
            (Proj::Range(a, to), Proj::Range(b, other)) => same(a, b) && same(to, other),
            _ => false,
        })
    }

    fn is_same_by(&self, other: &Place, ranges: impl Fn(&Proj, &Proj) -> bool) -> bool {
        self.root == other.root
            && self.path.len() == other.path.len()
            && self.path.iter().zip(&other.path).all(|(a, b)| match (a, b) {
                (Proj::Field(a), Proj::Field(b)) => a == b,
                (Proj::Index(a), Proj::Index(b)) => a.is_same(b),
                (Proj::Variant(path, a), Proj::Variant(other, b)) => {
                    a == b && is_same_path(path, other)
                }
                _ => ranges(a, b),
            })
    }
}

/// Paths without generic arguments only.
fn is_same_path(a: &syn::Path, b: &syn::Path) -> bool {
    a.segments.len() == b.segments.len()
        && a.segments
            .iter()
            .zip(&b.segments)
            .all(|(a, b)| a.ident == b.ident && a.arguments.is_none() && b.arguments.is_none())
}
