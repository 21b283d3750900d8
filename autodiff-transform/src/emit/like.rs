//! The types of values whose declarations are not seen, told to rustc by expressions that have them.
//!
//! What a call returns has a type that only rustc knows, and so has a struct whose parameters are not
//! written down. Where the reverse sweep takes such a value from the tape, nothing there says its type,
//! so what the annotated function made it of is shown again, in a closure that never runs.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::call::{derived_path, has_lanes, method_stage_name, primal_path, results_of};
use super::place::{is_standard, member_of_variant};
use super::sources::{defined, leaves_open, lent};
use super::types::lanes;
use super::{Printer, contains_float, nested};
use crate::ir::{
    Arg, Call, Expr, ExprKind, FloatTy, Origin, PAYLOAD, Passing, Place, Proj, Role, Rvalue, Shape,
    StmtKind, Target, Ty, Var, VarId,
};

impl Printer<'_> {
    /// An expression of the type that this variable has; it is type-checked and never run. The type
    /// is that of what the variable was made of, or of its derivatives, which have one type.
    pub(super) fn variable_like(&self, place: &Place) -> Option<TokenStream> {
        let mut var = place.is_var()?;
        let (mut is_derivative, mut is_popped) = (false, false);
        loop {
            let Var { origin, part, .. } = self.function.var(var);
            (var, is_derivative) = match *origin {
                Origin::Tangent(of) | Origin::Cotangent(of) => (of, true),
                Origin::Again(of) => (of, is_derivative),
                Origin::Popped(of) => {
                    is_popped = true;
                    if part.is_some() {
                        break;
                    }
                    (of, is_derivative)
                }
                Origin::Share(_) => {
                    is_derivative = true;
                    break;
                }
                Origin::User | Origin::Temp | Origin::Scratch => break,
            };
        }
        let (rt, lanes) = (&self.rt, lanes());
        let mut writer = Like::new(self);
        let mut like = match &self.function.var(var).part {
            Some(part) => writer.place(part)?,
            None => writer.variable(var)?,
        };
        let shared = writer.shared();
        if is_popped {
            like = quote!(::core::option::Option::Some(#rt::another(&#like[0])));
        }
        let Var { ty, part, .. } = self.function.var(var);
        let of = part.as_ref().map_or(ty, |part| &part.ty);
        let is_slice = matches!(of, Ty::Slice(_)) && !is_popped;
        let like = match (is_derivative, place.ty.has_lanes()) {
            (true, true) if is_slice => quote!(#rt::zeros_in(#lanes, &#like)),
            (true, false) if is_slice => quote!(#rt::zeros(&#like)),
            (true, true) => quote!(#rt::zero_tangent_in(#lanes, &#like)),
            (true, false) => quote!(#rt::zero_tangent(&#like)),
            (false, _) if is_popped => like,
            (false, _) => self.not_moved(var, like),
        };
        Some(match shared {
            Some(shared) => quote!({ #shared #like }),
            None => like,
        })
    }
}

impl Printer<'_> {
    /// How an argument whose type is not known here is passed.
    fn given_by(&self, var: VarId) -> Option<Passing> {
        let open = leaves_open(&self.function.var(var).ty);
        let param = self.function.param(var).filter(|_| open)?;
        matches!(param.role, Role::Active | Role::Inactive).then_some(param.passing)
    }

    /// A value like the variable's whole. What is behind a reference stays there.
    fn not_moved(&self, var: VarId, like: TokenStream) -> TokenStream {
        let rt = &self.rt;
        let is_slice = matches!(self.function.var(var).ty, Ty::Slice(_));
        match self.given_by(var) {
            Some(Passing::Ref | Passing::RefMut) if !is_slice => quote!(#rt::another(&#like)),
            Some(_) | None => like,
        }
    }
}

/// Writes expressions for their types.
pub(super) struct Like<'a> {
    pub(super) printer: &'a Printer<'a>,
    /// The variables whose definitions are being written: a loop's may lead back to themselves.
    within: Vec<VarId>,
    /// The one that is in scope, under its name.
    declared: Option<VarId>,
    /// Where a variable is declared: what code that gives its value needs declared before it, so that the
    /// value may borrow from that.
    pub(super) before: Option<TokenStream>,
    /// Variables whose expressions are long: declared in front of what is made of them, in this order.
    shared: Vec<(VarId, TokenStream)>,
}

/// In characters, the longest expression that stands wherever its value is used. With all that it is made of
/// in place of each use, `a4 = a3 + a3 * h` would be sixteen times `a0`.
const LONGEST: usize = 200;

impl<'a> Like<'a> {
    fn new(printer: &'a Printer<'a>) -> Like<'a> {
        Like { printer, within: Vec::new(), declared: None, before: None, shared: Vec::new() }
    }

    /// The declarations of the variables with long expressions.
    fn shared(self) -> Option<TokenStream> {
        let lets = self.shared.iter().map(|(var, value)| {
            let ident = self.printer.ident(*var);
            quote!(let #ident = #value;)
        });
        (!self.shared.is_empty()).then(|| lets.collect())
    }

    /// The variable's name, in place of a long expression that it is declared with.
    fn share(&mut self, var: VarId, value: TokenStream) -> TokenStream {
        let is_sized = match &self.printer.function.var(var).ty {
            Ty::Slice(_) => false,
            Ty::Inert(Some(ty)) => !is_unsized(ty),
            _ => true,
        };
        let nested = self.declared.is_some() || self.before.is_some();
        if nested || !is_sized || value.to_string().len() <= LONGEST {
            return value;
        }
        self.shared.push((var, value));
        let (rt, ident) = (&self.printer.rt, self.printer.ident(var));
        quote!(#rt::another(&#ident))
    }
}

impl Like<'_> {
    fn variable(&mut self, var: VarId) -> Option<TokenStream> {
        let rt = &self.printer.rt;
        if self.shared.iter().any(|(shared, _)| *shared == var) {
            let ident = self.printer.ident(var);
            return Some(quote!(#rt::another(&#ident)));
        }
        if self.declared == Some(var) {
            let ident = self.printer.ident(var);
            return Some(quote!(#ident));
        }
        let written = self.printer.function.var(var).written.as_deref();
        if let Some(written) = written.filter(|written| !has_gaps(written)) {
            return Some(quote!(#rt::absent::<#written>()));
        }
        if let Some(named) = self.named(&self.printer.function.var(var).ty) {
            return Some(named);
        }
        if let Some(given) = self.given_argument(var) {
            return Some(given);
        }
        if self.within.contains(&var) {
            return None;
        }
        self.within.push(var);
        let integer = match &self.printer.function.var(var).ty {
            Ty::Int(None) => self.integer(var),
            _ => None,
        };
        if integer.is_some() {
            self.within.pop();
            return integer;
        }
        let sources = self.printer.sources.iter().map(|source| &source.kind);
        let mut sources = sources.filter(|source| defined(source).contains(&var));
        let mut variants = Vec::new();
        let found = sources.by_ref().find_map(|source| {
            variants.extend(variant_of(source));
            self.source(source, var)
        });
        let found = found.map(|first| match variants.is_empty() {
            true => first,
            false => self.with_other_variants(first, variants, sources, var),
        });
        let found = self.with_changes(found, var);
        self.within.pop();
        found.map(|found| self.share(var, found))
    }

    /// An argument of a type that is not known here: it is in scope itself.
    fn given_argument(&self, var: VarId) -> Option<TokenStream> {
        let (printer, rt) = (self.printer, &self.printer.rt);
        let ident = printer.ident(var);
        match printer.given_by(var)? {
            Passing::Value => Some(quote!(#rt::another(&#ident))),
            Passing::Ref | Passing::RefMut => Some(quote!((*#ident))),
        }
    }

    /// What is known of a value's type from what changes it: `HashMap::new()` says nothing of the
    /// entries, `Vec::new()` nothing of the elements that a function pushes.
    fn with_changes(&mut self, first: Option<TokenStream>, var: VarId) -> Option<TokenStream> {
        let rt = &self.printer.rt;
        let is_told = first.is_some();
        let is_vec = matches!(self.printer.function.var(var).ty, Ty::Vec(_));
        let first = first.or_else(|| is_vec.then(|| quote!(#rt::Vec::new())))?;
        let mut changes = Vec::new();
        for source in self.printer.sources {
            match &source.kind {
                StmtKind::Opaque { code, writes }
                    if writes.contains(&var) && code.reads.contains(&var) =>
                {
                    let tokens = self.printer.opaque(&code.tokens);
                    let lets = self.lets(code, writes, var);
                    changes.extend(lets.map(|lets| quote!({ #lets #tokens; })));
                }
                StmtKind::Call(call)
                    if !is_told
                        && call.callee.stages.is_empty()
                        && lent(&source.kind).contains(&var) =>
                {
                    let outer = self.declared.replace(var);
                    changes.extend(self.call(call).map(|call| quote!(#call;)));
                    self.declared = outer;
                }
                _ => {}
            }
        }
        let ident = self.printer.ident(var);
        match changes.is_empty() {
            true => is_told.then_some(first),
            false => Some(quote!({ let mut #ident = #first; #(#changes)* #ident })),
        }
    }

    /// `let x = value;`, of the type that the variable has in the function, where parameters that are
    /// references remain such.
    pub(super) fn declared(&mut self, var: VarId, mutable: TokenStream) -> Option<TokenStream> {
        let printer = self.printer;
        let ident = printer.ident(var);
        if ident == "self" {
            // No variable can be called so. It is in scope.
            return Some(TokenStream::new());
        }
        let outer = self.before.replace(TokenStream::new());
        let value = self.variable(var);
        let before = std::mem::replace(&mut self.before, outer);
        let value = value?;
        let unsized_ = match &printer.function.var(var).ty {
            Ty::Slice(_) => true,
            Ty::Inert(Some(ty)) => is_unsized(ty),
            _ => false,
        };
        let borrow = match printer.passing(var) {
            Passing::RefMut => Some(quote!(&mut)),
            Passing::Ref => Some(quote!(&)),
            Passing::Value => unsized_.then(|| quote!(&)),
        };
        Some(quote!(#before let #mutable #ident = #borrow #value;))
    }

    /// What is known of an enum's parameters from whatever else it is made of: `Ok(x)` says nothing of
    /// the error.
    fn with_other_variants<'s>(
        &mut self,
        first: TokenStream,
        mut variants: Vec<&'s syn::Path>,
        sources: impl Iterator<Item = &'s StmtKind>,
        var: VarId,
    ) -> TokenStream {
        let rt = &self.printer.rt;
        let mut others = Vec::new();
        for source in sources {
            let variant = variant_of(source);
            if variant.is_none_or(|variant| !variants.contains(&variant)) {
                variants.extend(variant);
                others.extend(self.source(source, var));
            }
        }
        match others.is_empty() {
            true => first,
            false => quote!(#rt::another(&[#first, #(#others),*][0])),
        }
    }

    fn source(&mut self, source: &StmtKind, var: VarId) -> Option<TokenStream> {
        let rt = &self.printer.rt;
        match source {
            StmtKind::Let { value: Some(value), .. } | StmtKind::Assign { value, .. } => {
                let value = self.rvalue(value)?;
                Some(match &self.printer.function.var(var).written {
                    Some(written) => quote!({ let written: #written = #value; written }),
                    None => value,
                })
            }
            StmtKind::Call(call) if call.callee.stages.is_empty() => self.call(call),
            StmtKind::Call(call) => self.derived_call(call, var),
            StmtKind::VecPush { value, .. } => {
                let value = self.expr(value)?;
                Some(quote!(#rt::Vec::from([#value])))
            }
            StmtKind::VecPop { vec, .. } => {
                let vec = self.place(vec)?;
                Some(quote!(::core::option::Option::Some(#rt::another(&#vec[0]))))
            }
            StmtKind::Opaque { code, writes } if !code.reads.contains(&var) => {
                let (lets, ident) = (self.lets(code, writes, var)?, self.printer.ident(var));
                let tokens = self.printer.opaque(&code.tokens);
                let given = quote!(#lets let #ident; #tokens;);
                Some(self.after(given, ident.into_token_stream()))
            }
            _ => None,
        }
    }

    /// A value of a type that can be named.
    pub(super) fn named(&self, ty: &Ty) -> Option<TokenStream> {
        let (printer, rt) = (self.printer, &self.printer.rt);
        if contains_float(ty) && !printer.names_float {
            return None;
        }
        let named = printer.ty(ty)?;
        Some(match ty {
            Ty::Slice(_) => quote!((*#rt::absent::<&mut #named>())),
            Ty::Inert(Some(ty)) if is_unsized(ty) => quote!((*#rt::absent::<&#named>())),
            _ => quote!(#rt::absent::<#named>()),
        })
    }

    fn rvalue(&mut self, value: &Rvalue) -> Option<TokenStream> {
        let rt = &self.printer.rt;
        match value {
            Rvalue::Expr(value) => self.expr(value),
            Rvalue::Aggregate { shape, fields, .. } => self.aggregate(shape, fields),
            Rvalue::Repeat { value, len, ty } => {
                let value = self.expr(value)?;
                match ty {
                    Ty::Vec(_) => Some(quote!(#rt::Vec::from([#value]))),
                    _ => {
                        let len = self.printer.expr(len);
                        Some(quote!([#value; #len]))
                    }
                }
            }
            Rvalue::ZeroLike(_) => None,
        }
    }

    fn aggregate(&mut self, shape: &Shape, fields: &[Expr]) -> Option<TokenStream> {
        let rt = &self.printer.rt;
        let mut parts = fields.iter().map(|field| self.expr(field));
        match shape {
            Shape::Tuple => parts.collect::<Option<Vec<_>>>().map(|parts| nested::tuple(&parts)),
            Shape::Array => {
                let parts = parts.collect::<Option<Vec<_>>>()?;
                Some(quote!([#(#parts),*]))
            }
            Shape::Vec => {
                let part = parts.next()??;
                Some(quote!(#rt::Vec::from([#part])))
            }
            Shape::Option => {
                let part = parts.next()??;
                Some(quote!(::core::option::Option::Some(#part)))
            }
            Shape::Struct { path, members, .. } | Shape::Variant { path, members } => {
                let mut parts = parts.map(|part| part.unwrap_or_else(unreachable));
                let fields: Vec<TokenStream> = members
                    .iter()
                    .zip(&mut parts)
                    .map(|(member, part)| quote!(#member: #part))
                    .collect();
                let base = parts.next().map(|base| quote!(..#base));
                Some(quote!(#path { #(#fields,)* #base }))
            }
            Shape::VecWithCapacity(_) => None,
        }
    }

    pub(super) fn expr(&mut self, value: &Expr) -> Option<TokenStream> {
        match (&value.kind, &value.ty) {
            (_, Ty::Int(name)) => self.integer_expr(value, name.is_some()),
            // A literal has any float's type but that of a parameter.
            (_, Ty::Float(float))
                if !matches!(float, FloatTy::Param(_)) && self.printer.is_untyped_float(value) =>
            {
                Some(quote!(0.0))
            }
            (ExprKind::Read(place), Ty::Slice(_)) => {
                let place = self.place(place)?;
                Some(quote!(#place.to_vec()))
            }
            (ExprKind::Read(place), _) => self.place(place),
            (ExprKind::Detach(inner), _) => self.expr(inner),
            (ExprKind::Opaque(code), _) => self.opaque(code),
            (ExprKind::Cast(_), ty) => {
                let (rt, ty) = (&self.printer.rt, self.printer.ty(ty)?);
                Some(quote!(#rt::absent::<#ty>()))
            }
            (ExprKind::Prim(_, args), Ty::Float(_)) if !self.printer.names_float => {
                let mut typed = args.iter().filter(|arg| !self.printer.is_untyped_float(arg));
                typed.find_map(|arg| self.expr(arg))
            }
            _ => self.named(&value.ty),
        }
    }

    /// The call once more.
    fn call(&mut self, call: &Call) -> Option<TokenStream> {
        match &call.callee.target {
            Target::Path(path) => {
                let args: Vec<TokenStream> =
                    call.args.iter().map(|arg| self.arg(arg).unwrap_or_else(unreachable)).collect();
                // `let angles = angles(x)` hides the function, but not the type of its name.
                let name = path.get_ident().map(ToString::to_string);
                let mut vars = self.printer.function.vars.iter();
                if name.is_some_and(|name| vars.any(|var| var.name == name)) {
                    let rt = &self.printer.rt;
                    let tape = quote!(#rt::absent::<&mut #rt::Tape>());
                    return Some(quote!(#path::__forward(#(#args,)* #tape).0));
                }
                let path = primal_path(path, &self.printer.rt);
                Some(quote!(#path(#(#args),*)))
            }
            Target::Operator(operator) => {
                let operands: Vec<TokenStream> =
                    call.args.iter().map(|arg| self.arg(arg)).collect::<Option<_>>()?;
                let symbol = operator.symbol();
                match &operands[..] {
                    [operand] => Some(quote!((#symbol #operand))),
                    [left, right] => Some(quote!((#left #symbol #right))),
                    _ => None,
                }
            }
            Target::Method(name) => {
                let (receiver, args) = call.args.split_first()?;
                let receiver = match receiver {
                    Arg::Ref(place) | Arg::RefMut(place) => self.place(place)?,
                    Arg::Value(value) => self.expr(value)?,
                    Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => {
                        return None;
                    }
                };
                let args = args.iter().map(|arg| self.arg(arg).unwrap_or_else(unreachable));
                Some(quote!(#receiver.#name(#(#args),*)))
            }
        }
    }

    /// The call of a derived function once more; what it gives the variable.
    fn derived_call(&mut self, call: &Call, var: VarId) -> Option<TokenStream> {
        let (rt, stages) = (&self.printer.rt, &call.callee.stages);
        if results_of(&call.callee).len() != call.results.len() {
            return None;
        }
        let index = call.results.iter().position(|result| *result == var)?;
        let index = syn::Index::from(index);
        let mut args: Vec<TokenStream> = call.args.iter().map(|arg| self.slot(arg)).collect();
        args.extend(has_lanes(stages).then(|| quote!(#rt::One)));
        match &call.callee.target {
            Target::Path(path) => {
                let path = derived_path(path, stages, rt);
                Some(quote!(#path(#(#args),*).#index))
            }
            Target::Method(name) => {
                let (name, receiver) = (method_stage_name(name, stages), args.remove(0));
                Some(quote!((#receiver).#name(#(#args),*).#index))
            }
            Target::Operator(_) => None,
        }
    }

    /// An argument of a derived function.
    fn slot(&mut self, arg: &Arg) -> TokenStream {
        let rt = &self.printer.rt;
        match arg {
            Arg::Active(inner) => {
                let inner = self.slot(inner);
                quote!(#rt::Active(#inner))
            }
            Arg::Inactive | Arg::Constant(_) => quote!(#rt::Inactive),
            arg => self.arg(arg).unwrap_or_else(unreachable),
        }
    }

    /// An argument, by which rustc may tell what a generic function returns.
    fn arg(&mut self, arg: &Arg) -> Option<TokenStream> {
        match arg {
            Arg::Value(value) => self.expr(value),
            Arg::Ref(place) => self.place(place).map(|place| quote!(&#place)),
            Arg::RefMut(place) => self.place(place).map(|place| quote!(&mut #place)),
            Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => None,
        }
    }

    /// An expression of the type that the place has: the whole, and the way to the part.
    pub(super) fn place(&mut self, place: &Place) -> Option<TokenStream> {
        let rt = &self.printer.rt;
        if let Some(named) = self.named(&place.ty) {
            return Some(named);
        }
        let mut tokens = self.variable(place.root)?;
        for proj in &place.path {
            tokens = match proj {
                Proj::Field(member) => quote!(#tokens.#member),
                Proj::Index(_) => quote!(#tokens[0]),
                Proj::Range(..) => quote!(#tokens[..]),
                Proj::Variant(path, _) if path.is_ident(PAYLOAD) => {
                    quote!((*#rt::unwrapped(&#tokens)))
                }
                Proj::Variant(path, member)
                    if self.printer.is_derivative(place.root) && !is_standard(path) =>
                {
                    let name = member_of_variant(path, member);
                    quote!((*#rt::member::<{ #rt::name(#name) }, _>(&#tokens)))
                }
                Proj::Variant(path, member) => quote!(match #rt::another(&#tokens) {
                    #path { #member: part, .. } => part,
                    _ => ::core::unreachable!(),
                }),
            };
        }
        let is_slice = matches!(place.ty, Ty::Slice(_));
        Some(match place.path.is_empty() || is_slice {
            true => self.printer.not_moved(place.root, tokens),
            // Nothing is moved out of what it is a part of.
            false => quote!(#rt::another(&#tokens)),
        })
    }
}

/// The variant that a statement makes.
fn variant_of(source: &StmtKind) -> Option<&syn::Path> {
    match source {
        StmtKind::Let { value: Some(value), .. } | StmtKind::Assign { value, .. } => match value {
            Rvalue::Aggregate { shape: Shape::Variant { path, .. }, .. } => Some(path),
            _ => None,
        },
        _ => None,
    }
}

fn unreachable() -> TokenStream {
    quote!(::core::unreachable!())
}

/// Whether a type is one of those that are only ever borrowed.
fn is_unsized(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::TraitObject(_) | syn::Type::Slice(_) => true,
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            ["str", "Path", "OsStr", "CStr"].iter().any(|name| last.ident == name)
        }),
        _ => false,
    }
}

/// Whether a type that is written leaves parts to rustc.
fn has_gaps(ty: &syn::Type) -> bool {
    struct Gaps(bool);
    impl<'t> syn::visit::Visit<'t> for Gaps {
        fn visit_type_infer(&mut self, _: &'t syn::TypeInfer) {
            self.0 = true;
        }
    }
    let mut gaps = Gaps(false);
    syn::visit::Visit::visit_type(&mut gaps, ty);
    gaps.0
}
