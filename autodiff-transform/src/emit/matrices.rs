//! The matrices that users ask for: `jacobian`, `jacfwd`, `jacrev`, and the same `_into` buffers.
//!
//! ```text
//! pub fn jacfwd(x: &[f64], n: usize) -> Array2<f64>
//! where
//!     for<'always> (Array2<f64>,): OwnedBlocks<(Vec<f64>,)>,
//! {
//!     Self::__sweeps(x, n, Jacobian::<Forward, (Array2<f64>,)>::new()).0
//! }
//! ```
//!
//! The bound may not hold, for want of a feature of the runtime's; with `for<'always>` that is an
//! error where the function is called and not where it stands.

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use super::api::{Api, local};
use super::bounds;
use super::hessians::Hessians;
use super::internal::visibility;
use super::signature::Param;
use super::sweeps::{Sweeps, component};
use super::{Printer, checks, nested};
use crate::ir::{FloatTy, Passing, Ty, ndarray_element};
use crate::lifetimes;

/// Writes the functions that give matrices.
pub struct Matrices<'a> {
    pub api: &'a Api<'a>,
}

impl<'a> Matrices<'a> {
    /// All of them; none for a function that has no matrix.
    pub fn functions(&self) -> TokenStream {
        let sweeps = Sweeps { api: self.api };
        let Some(blocks) = self.blocks().filter(|_| sweeps.exist()) else {
            return TokenStream::new();
        };
        let mut functions = sweeps.function();
        functions.extend(checks::function(&sweeps));
        functions.extend(Hessians { api: self.api }.gauss_newton(&sweeps));
        functions.extend(self.jacobians(&sweeps, &blocks));
        functions
    }

    /// ```text
    /// jacobians! {
    ///     {
    ///         "[`f`](fn@f)," "Its columns are …"
    ///         [pub] [] [x: &[f64], n: usize,]
    ///         [] [where for<'always> (Array2<f64>,): OwnedBlocks<(Vec<f64>,)>]
    ///         [Self::__sweeps] [x, n,]
    ///         [x_block: impl BlockMut,] (x_block,)
    ///         (Array2<f64>,) -> [Array2<f64>] [] [.0]
    ///     }
    ///     [jacobian jacobian_into One] [jacfwd jacfwd_into Wide::<8>] [jacrev jacrev_into One]
    ///     lanes [jacobian_pattern jacfwd_compressed jacfwd_compressed_into [x, n,] Wide::<8>]
    /// }
    /// ```
    fn jacobians(&self, sweeps: &Sweeps<'_>, blocks: &[TokenStream]) -> TokenStream {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let frame = self.frame(sweeps, blocks);
        let of_mode = |name: &str| {
            let lanes = sweeps.has_lanes().then(|| self.lanes(sweeps, name));
            let (name, into) = (signature.public_name(name), self.name_into(name));
            quote!([#name #into #lanes])
        };
        let modes = ["jacobian", "jacfwd", "jacrev"].map(of_mode);
        let with_lanes = sweeps.has_lanes().then(|| {
            let pattern = signature.public_name("jacobian_pattern");
            let name = signature.public_name("jacfwd_compressed");
            let into = self.name_into("jacfwd_compressed");
            let copies = signature.params.iter().map(Param::copy);
            let lanes = self.lanes(sweeps, "jacfwd");
            quote!(lanes [#pattern #name #into [#(#copies,)*] #lanes])
        });
        quote!(#rt::jacobians! { #frame #(#modes)* #with_lanes })
    }

    fn name_into(&self, name: &str) -> Ident {
        self.api.signature.public_name(&format!("{name}_into"))
    }

    /// What all Jacobians have in common, as the runtime's macro takes it.
    fn frame(&self, sweeps: &Sweeps<'_>, blocks: &[TokenStream]) -> TokenStream {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let (of, shape) = (format!("{},", self.name()), self.shape());
        let vis = visibility(signature);
        let (generics, clause) = signature.generics(self.api.primal);
        let clause = bounds::and(clause, &bounds::used_up(signature));
        let receiver = self.api.of_closure.then(|| quote!(&self,));
        let inputs = self.api.primals();
        let (all, output) = (nested::tuple(blocks), super::tuple(blocks));
        let mut made = Vec::new();
        if !self.are_arrays() {
            let inputs = sweeps.inputs_ty();
            made.push(quote!(for<'always> #all: #rt::OwnedBlocks<#inputs>));
        }
        made.extend(self.float_bounds());
        let owned = bounds::and(clause.clone(), &made);
        let (callee, args) = (sweeps.callee(), self.api.forwarded());
        let buffers: Vec<TokenStream> = signature
            .active()
            .map(|param| Api::derived(param, "block").into_token_stream())
            .collect();
        let into = nested::tuple(&buffers);
        let (before, after) = around(blocks.len());
        quote!({
            #of #shape
            [#vis] [#generics] [#receiver #(#inputs,)*] [#clause] [#owned]
            [#callee] [#(#args,)*]
            [#(#buffers: impl #rt::BlockMut,)*] #into
            #all -> [#output] [#before] [#after]
        })
    }

    /// `Wide::<8>`, or fewer lanes where the types tell that there are fewer directions.
    fn lanes(&self, sweeps: &Sweeps<'_>, name: &str) -> TokenStream {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let mut active = signature.active();
        let column = matches!((active.next(), active.next()), (Some(x), None) if x.ty.is_float());
        let row = sweeps.has_one_row();
        let one = match name {
            "jacfwd" => column,
            "jacrev" => row,
            _ => column || row,
        };
        if one {
            return quote!(#rt::One);
        }
        let (columns, rows) = (self.columns(), self.rows());
        let told = match (name, columns, rows) {
            ("jacfwd", Some(columns), _) => Some(lanes_for(columns)),
            ("jacrev", _, Some(rows)) => Some(lanes_for(rows)),
            ("jacobian", Some(columns), Some(rows)) => Some(lanes_for_cheaper(columns, rows)),
            _ => None,
        };
        if let Some(told) = told {
            let told = Literal::usize_unsuffixed(told);
            return quote!(#rt::Wide::<#told>);
        }
        let (inputs, outputs) = (sweeps.inputs_ty(), sweeps.outputs_ty());
        if !signature.is_concrete(&inputs) || !signature.is_concrete(&outputs) {
            return quote!(#rt::Wide::<8>);
        }
        let count = |ty: TokenStream| quote!(<#ty as #rt::Differentiable>::COMPONENTS);
        let lanes = match name {
            "jacfwd" => {
                let columns = count(inputs);
                quote!(#rt::lanes_for(#columns))
            }
            "jacrev" => {
                let rows = count(outputs);
                quote!(#rt::lanes_for(#rows))
            }
            _ => {
                let (columns, rows) = (count(inputs), count(outputs));
                quote!(#rt::lanes_for_cheaper(#columns, #rows))
            }
        };
        quote!(#rt::Wide::<{ #lanes }>)
    }

    /// How many columns there are, where all types are seen.
    fn columns(&self) -> Option<Option<usize>> {
        components_of(self.api.signature.active().map(|param| &param.ty))
    }

    /// How many rows.
    fn rows(&self) -> Option<Option<usize>> {
        let parts = self.api.signature.result.parts.iter();
        components_of(parts.chain(self.buffers().into_iter().map(|buffer| &buffer.ty)))
    }

    /// Whether all blocks are floats and arrays of them, which the runtime can make without any of its
    /// features.
    fn are_arrays(&self) -> bool {
        let fixed = |count: Option<Option<usize>>| matches!(count, Some(Some(_)));
        let mut active = self.api.signature.active();
        self.row_shape().is_some()
            && active.all(|param| Shape::of(&param.ty).is_some())
            && fixed(self.columns())
            && fixed(self.rows())
    }

    pub(super) fn function(
        &self,
        name: &str,
        doc: &str,
        more: &[TokenStream],
        output: Option<TokenStream>,
        bounds: &[TokenStream],
        body: TokenStream,
    ) -> TokenStream {
        self.function_after(None, name, doc, more, output, bounds, body)
    }

    /// The same with a parameter before the others, but for the receiver.
    #[expect(clippy::too_many_arguments, reason = "the parts of a function")]
    pub(super) fn function_after(
        &self,
        first: Option<TokenStream>,
        name: &str,
        doc: &str,
        more: &[TokenStream],
        output: Option<TokenStream>,
        bounds: &[TokenStream],
        body: TokenStream,
    ) -> TokenStream {
        let signature = self.api.signature;
        let name = signature.public_name(name);
        let (generics, clause) = signature.generics(self.api.primal);
        let clause = bounds::and(bounds::and(clause, bounds), &bounds::used_up(signature));
        let vis = visibility(signature);
        let receiver = self.api.of_closure.then(|| quote!(&self,));
        let mut inputs = self.api.primals();
        let is_method = signature.params.first().is_some_and(|param| param.declared_ty().is_none());
        inputs.splice(usize::from(is_method)..usize::from(is_method), first);
        let output = output.map(|ty| quote!(-> #ty));
        quote! {
            #[doc = #doc]
            #[inline]
            #vis fn #name #generics(#receiver #(#inputs,)* #(#more),*) #output #clause { #body }
        }
    }

    fn name(&self) -> String {
        self.api.signature.doc_name()
    }

    /// What the rows and columns are.
    fn shape(&self) -> String {
        let names: Vec<String> =
            self.api.signature.active().map(|param| format!("`{}`", param.ident)).collect();
        let blocks = match names.as_slice() {
            [name] => format!("Its columns are the components of {name}"),
            names => format!(
                "One block for each of {}; its columns are the components of that argument",
                names.join(", ")
            ),
        };
        let buffers = self.of_buffers();
        format!("{blocks}, its rows those of the results{buffers}, in the order of declaration.")
    }

    /// What the results are where some are left behind `&mut`.
    pub(super) fn of_buffers(&self) -> &'static str {
        match self.buffers().is_empty() {
            true => "",
            false => {
                " (the value's, then those of what is left behind `&mut`; the arguments themselves stay \
                 as they are)"
            }
        }
    }

    fn buffers(&self) -> Vec<&Param<'a>> {
        let active = self.api.signature.active();
        active.filter(|param| param.passing == Passing::RefMut).collect()
    }

    /// The types of the Hessians of several results: for each argument its blocks by each argument.
    pub(super) fn blocks_of_several(&self) -> Option<Vec<Vec<TokenStream>>> {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let results = self.row_shape();
        let rows = signature.active().map(|row| {
            let rows = Shape::of(&row.ty).and_then(|row| Some(results.clone()?.of_each(row)));
            let cube = quote!(#rt::Array3);
            signature.active().map(|param| self.block(rows.as_ref(), param, &cube)).collect()
        });
        rows.collect()
    }

    /// The type of each argument's block, where the macro can name it.
    fn blocks(&self) -> Option<Vec<TokenStream>> {
        let signature = self.api.signature;
        let matrix = self.array2();
        let rows = self.row_shape();
        signature.active().map(|param| self.block(rows.as_ref(), param, &matrix)).collect()
    }

    /// The dimensions of the rows, where they are those of one array.
    fn row_shape(&self) -> Option<Shape> {
        let signature = self.api.signature;
        match (signature.result.is_active(), self.buffers().as_slice()) {
            (true, []) => match signature.result.parts.as_slice() {
                [part] => Shape::of(part),
                _ => None,
            },
            (false, [buffer]) => Shape::of(&buffer.ty),
            _ => None,
        }
    }

    fn array2(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        quote!(#rt::Array2)
    }

    /// The blocks by each argument of a matrix with rows for a value of this type.
    pub(super) fn blocks_of(&self, rows: &Ty) -> Option<Vec<TokenStream>> {
        let (rows, matrix) = (Shape::of(rows), self.array2());
        let active = self.api.signature.active();
        active.map(|param| self.block(rows.as_ref(), param, &matrix)).collect()
    }

    /// A block with these rows: arrays, where all sizes are known, or else `dynamic`.
    fn block(
        &self,
        rows: Option<&Shape>,
        param: &Param<'_>,
        dynamic: &TokenStream,
    ) -> Option<TokenStream> {
        let rt = &self.api.signature.rt;
        let printer = Printer::new(self.api.primal, rt);
        let float = float_of(&printer, &param.ty, param)?;
        let (Some(rows), Some(columns)) = (rows, Shape::of(&param.ty)) else {
            return Some(quote!(#dynamic<#float>));
        };
        let lens = rows.0.iter().chain(&columns.0).rev();
        Some(lens.fold(float, |elem, len| quote!([#elem; #len])))
    }

    /// That a derived type is made of floats, where it is one that the macro does not see. Of a type
    /// with lifetimes alone rustc could not tell whether the float is that of the bound or of the
    /// `impl`.
    pub(super) fn float_bounds(&self) -> Vec<TokenStream> {
        let signature = self.api.signature;
        let rt = &signature.rt;
        let opaque = signature.active().filter_map(|param| match opaque(&param.ty)? {
            Ty::Adt(ty) if ndarray_element(ty).is_some() => None,
            Ty::Adt(ty) => {
                let ty = signature.with_self(&ty.to_token_stream());
                let known = lifetimes::are_in(&ty) && signature.has_no_type_parameter(&ty);
                (!known).then(|| lifetimes::always(&ty, &quote!(#rt::FloatOf)))
            }
            _ => None,
        });
        opaque.collect()
    }
}

/// The functions that [`Matrices::jacobians`] has the runtime's macro write, without what they do.
pub fn declared(invocation: TokenStream) -> Vec<syn::ImplItem> {
    let groups = |tokens: TokenStream| {
        tokens.into_iter().filter_map(|token| match token {
            TokenTree::Group(group) => Some(group.stream()),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        })
    };
    let mut parts = groups(invocation);
    let frame: Vec<TokenStream> =
        parts.next().map(|frame| groups(frame).collect()).unwrap_or_default();
    let [vis, _, inputs, _, _, _, _, buffers, ..] = frame.as_slice() else { return Vec::new() };
    let names = parts.flat_map(|part| {
        part.into_iter().map_while(|token| match token {
            TokenTree::Ident(name) if name != "__rt" => Some(name),
            _ => None,
        })
    });
    let function = |name: Ident| {
        let buffers = name.to_string().ends_with("_into").then_some(buffers);
        syn::parse_quote!(#vis fn #name(#inputs #buffers) {})
    };
    names.map(function).collect()
}

/// What stands around an expression for a [nested tuple](nested) of so many blocks to give them as users
/// want them: one by itself, several side by side.
fn around(count: usize) -> (TokenStream, TokenStream) {
    if count == 1 {
        return (TokenStream::new(), quote!(.0));
    }
    if nested::fields(0, count).len() == 1 {
        return (TokenStream::new(), TokenStream::new());
    }
    let blocks = local("blocks");
    let parts: Vec<TokenStream> =
        (0..count).map(|index| component(&blocks, index, count)).collect();
    let parts = super::tuple(&parts);
    (quote!(match), quote!({ #blocks => #parts }))
}

/// The dimensions of a float or of arrays of floats.
#[derive(Clone)]
struct Shape(Vec<TokenStream>);

impl Shape {
    fn of(ty: &Ty) -> Option<Shape> {
        match ty {
            Ty::Float(_) => Some(Shape(Vec::new())),
            Ty::Array(elem, len) => {
                let mut shape = Shape::of(elem)?;
                shape.0.insert(0, len.expr.to_token_stream());
                Some(shape)
            }
            _ => None,
        }
    }

    /// The dimensions of this, of such.
    fn of_each(mut self, inner: Shape) -> Shape {
        self.0.extend(inner.0);
        self
    }
}

/// How many floats values of these types have together: none if their number varies. Nothing where the
/// macro does not see it.
fn components_of<'t>(types: impl Iterator<Item = &'t Ty>) -> Option<Option<usize>> {
    let mut sum = Some(0);
    for ty in types {
        sum = sum.zip(components(ty)?).map(|(sum, count)| sum + count);
    }
    Some(sum)
}

fn components(ty: &Ty) -> Option<Option<usize>> {
    match ty {
        Ty::Float(FloatTy::F32 | FloatTy::F64) => Some(Some(1)),
        Ty::Int(Some(_)) | Ty::Bool | Ty::Unit => Some(Some(0)),
        Ty::Array(elem, len) => {
            let (count, len) = (components(elem)?, len.value?);
            Some(count.map(|count| count * len))
        }
        Ty::Slice(elem) | Ty::Vec(elem) => components(elem).map(|_| None),
        Ty::Tuple(elems) => components_of(elems.iter()),
        _ => None,
    }
}

/// As the runtime's function of this name, which is asked where the macro does not see the types.
pub fn lanes_for(directions: Option<usize>) -> usize {
    match directions {
        Some(0) | Some(1) => 1,
        Some(count) if count < 8 => count.next_multiple_of(2),
        _ => 8,
    }
}

/// Likewise.
pub fn lanes_for_cheaper(columns: Option<usize>, rows: Option<usize>) -> usize {
    match (columns, rows) {
        (Some(columns), Some(rows)) => lanes_for(Some(columns.min(rows))),
        _ => 8,
    }
}

/// The first part of a type that decides which float it is made of.
fn opaque(ty: &Ty) -> Option<&Ty> {
    match ty {
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) => opaque(elem),
        Ty::Tuple(elems) => elems.iter().filter(|elem| elem.can_be_active()).find_map(opaque),
        Ty::Float(_) | Ty::Lane(_) => Some(ty),
        Ty::Adt(_) | Ty::Unknown | Ty::Tangent(_) | Ty::Dot(_) | Ty::Infer(_) => Some(ty),
        Ty::Int(_) | Ty::Bool | Ty::Unit | Ty::Inert(_) | Ty::Record | Ty::Tape => None,
    }
}

/// The float that a parameter is made of.
fn float_of(printer: &Printer<'_>, ty: &Ty, param: &Param<'_>) -> Option<TokenStream> {
    let rt = &printer.rt;
    match opaque(ty)? {
        Ty::Float(float) => Some(printer.float_ty(float)),
        Ty::Adt(ty) => Some(match ndarray_element(ty) {
            Some(elem) => elem.to_token_stream(),
            None => quote!(<#ty as #rt::FloatOf>::Float),
        }),
        _ => {
            let ty = param.user_ty?;
            Some(quote!(<#ty as #rt::FloatOf>::Float))
        }
    }
}
