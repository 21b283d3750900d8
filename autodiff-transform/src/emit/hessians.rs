//! `hessian` and `hessian_diagonal`, on top of `hvp` and `jvp2`; `gauss_newton`, of first order.
//!
//! ```text
//! pub fn hessian(x: &[f64], n: usize) -> Array2<f64>
//! where
//!     for<'always> ((Array2<f64>,),): OwnedSquare<(Vec<f64>,)>,
//! {
//!     let blocks = hessian::<Wide<8>, _, ((Array2<f64>,),)>((zeros(x),), |dots: &(Vec<Pack<f64, 8>>,)| (
//!         <Self as Order2>::of()
//!             .__value_and_grad_tangent(x, n, Active(&dots.0), Inactive, Wide::<8>)
//!             .1.1,
//!     ));
//!     blocks.0.0
//! }
//! ```

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::Index;

use super::api::{Api, local};
use super::matrices::Matrices;
use super::signature::Param;
use super::sweeps::Sweeps;
use super::{Printer, nested};
use crate::ir::{Passing, Ty};

/// The most active arguments whose blocks the runtime can tell apart.
const MOST: usize = 12;

/// Writes the functions.
pub struct Hessians<'a> {
    pub api: &'a Api<'a>,
}

impl<'a> Hessians<'a> {
    /// Those of a function of second order.
    pub fn functions(&self) -> TokenStream {
        if !self.exist() {
            return TokenStream::new();
        }
        if self.api.signature.result.scalar().is_none() {
            return self.of_several();
        }
        let Some(types) = self.types() else { return TokenStream::new() };
        let of_function = match self.api.of_closure {
            true => TokenStream::new(),
            false => self.with_mode(&types),
        };
        let into = self.hessian_into();
        [self.hessian(&types), into, of_function, self.diagonal(), self.pattern()]
            .into_iter()
            .collect()
    }

    /// Whether there are rows and columns whose blocks can be told apart.
    pub(super) fn exist(&self) -> bool {
        let (count, sweeps) = (self.active().len(), Sweeps { api: self.api });
        sweeps.exist() && count <= MOST
    }

    /// `body`, after copies of what it changes: of the arguments behind `&mut`, and of their tangents in
    /// these tuples.
    ///
    /// ```text
    /// { let mut x_copy = x.to_vec(); let mut x_dots = dots.0.clone(); body }
    /// ```
    pub(super) fn on_copies(&self, tuples: &[&Ident], body: TokenStream) -> TokenStream {
        let mut copies = Sweeps { api: self.api }.initial_arguments().copies;
        for tuple in tuples {
            for (param, index) in self.active().into_iter().zip((0..).map(Index::from)) {
                if param.passing == Passing::RefMut {
                    let copy = copied_tangent(param, tuple);
                    copies.extend(quote!(let mut #copy = #tuple.#index.clone();));
                }
            }
        }
        if copies.is_empty() { body } else { quote!({ #copies #body }) }
    }

    /// The arguments for one of several runs, in what [`Self::on_copies`] is given.
    pub(super) fn primals(&self) -> Vec<TokenStream> {
        Sweeps { api: self.api }.initial_arguments().primals
    }

    pub(super) fn active(&self) -> Vec<&Param<'a>> {
        self.api.signature.active().collect()
    }

    /// The blocks' types: for each argument those by each argument.
    fn types(&self) -> Option<Vec<Vec<TokenStream>>> {
        let matrices = Matrices { api: self.api };
        let rows = self.active().into_iter().map(|param| matrices.blocks_of(&param.ty));
        rows.collect()
    }

    fn hessian(&self, types: &[Vec<TokenStream>]) -> TokenStream {
        let rows: Vec<TokenStream> = types.iter().map(|row| nested::tuple(row)).collect();
        let found = self.products(&self.lanes(), &nested::tuple(&rows));
        let doc = format!(
            "The Hessian of {}, exactly symmetric: for each argument its blocks by each argument. Rows \
             and columns are the arguments' components in the order of declaration.",
            self.api.signature.doc_name()
        );
        self.matrix("hessian", &doc, None, types, &found)
    }

    /// ```text
    /// pub fn hessian_into(x: &[f64], n: usize, x_blocks: impl BlockMut) {
    ///     hessian_into::<Wide<8>, _, _>((zeros(x),), ((x_blocks,),), |dots| …);
    /// }
    /// ```
    fn hessian_into(&self) -> TokenStream {
        let (rt, lanes) = (&self.api.signature.rt, self.lanes());
        let (zeros, product) = (self.zeros(), self.product(&lanes));
        self.into(|all| quote!(#rt::hessian_into::<#lanes, _, _>(#zeros, #all, #product)))
    }

    /// `hessian_into`: for each argument what its blocks are written to, which `body` is given.
    pub(super) fn into(&self, body: impl FnOnce(TokenStream) -> TokenStream) -> TokenStream {
        let rt = &self.api.signature.rt;
        let active = self.active();
        let row: Vec<TokenStream> = active.iter().map(|_| quote!(impl #rt::BlockMut)).collect();
        let row = super::tuple(&row);
        let names: Vec<Ident> = active.iter().map(|param| Api::derived(param, "blocks")).collect();
        let inputs: Vec<TokenStream> = names.iter().map(|name| quote!(#name: #row)).collect();
        let rows: Vec<TokenStream> = match names.as_slice() {
            [name] => vec![quote!((#name,))],
            names => names.iter().map(ToTokens::to_token_stream).collect(),
        };
        let doc = format!(
            "Writes what `hessian` of {} gives to the caller's buffers.\n\nFor each argument a tuple of \
             its blocks by each argument, or the one block: a `&mut` to an array, an `ndarray` matrix, \
             or a slice in the order of rows.\n\n# Panics\nIf a buffer has another shape.",
            self.api.signature.doc_name()
        );
        let body = body(nested::tuple(&rows));
        Matrices { api: self.api }.function("hessian_into", &doc, &inputs, None, &[], body)
    }

    /// A function that gives the blocks of a Hessian.
    pub(super) fn matrix(
        &self,
        name: &str,
        doc: &str,
        first: Option<TokenStream>,
        types: &[Vec<TokenStream>],
        found: &TokenStream,
    ) -> TokenStream {
        let rt = &self.api.signature.rt;
        let inputs_ty = Sweeps { api: self.api }.inputs_ty();
        let rows: Vec<TokenStream> = types.iter().map(|row| nested::tuple(row)).collect();
        let all = nested::tuple(&rows);
        let blocks = local("blocks");
        let result = (types.len() == 1).then(|| quote!(.0.0));
        let shown: Vec<TokenStream> = types.iter().map(|row| super::tuple(row)).collect();
        let mut bounds = vec![quote!(for<'always> #all: #rt::OwnedSquare<#inputs_ty>)];
        let matrices = Matrices { api: self.api };
        bounds.extend(matrices.float_bounds());
        let body = quote!(let #blocks: #all = #found; #blocks #result);
        matrices.function_after(first, name, doc, &[], Some(super::tuple(&shown)), &bounds, body)
    }

    /// The lanes of a sweep: one where there is one column to compute.
    pub(super) fn lanes(&self) -> TokenStream {
        let (signature, sweeps) = (self.api.signature, Sweeps { api: self.api });
        let rt = &signature.rt;
        let one_column = matches!(self.active().as_slice(), [param] if param.ty.is_float());
        let inputs = sweeps.inputs_ty();
        match sweeps.has_lanes() && !one_column {
            true if signature.is_concrete(&inputs) => {
                let columns = quote!(<#inputs as #rt::Differentiable>::COMPONENTS);
                quote!(#rt::Wide::<{ #rt::lanes_for(#columns) }>)
            }
            true => quote!(#rt::Wide::<8>),
            false => quote!(#rt::One),
        }
    }

    /// `hessian::<Wide<8>, _, B>((zeros(x),), |dots| (…__value_and_grad_tangent(x, n, …).1.1,))`
    pub(super) fn products(&self, lanes: &TokenStream, blocks: &TokenStream) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (zeros, product) = (self.zeros(), self.product(lanes));
        quote!(#rt::hessian::<#lanes, _, #blocks>(#zeros, #product))
    }

    /// `|dots| (…__value_and_grad_tangent(x, n, …).1.1,)`
    fn product(&self, lanes: &TokenStream) -> TokenStream {
        self.product_of(lanes, |dots| {
            if self.api.of_closure {
                return self.closure_products(dots);
            }
            let mut args = self.primals();
            args.extend(self.slots(dots));
            args.push(lanes.clone());
            let call = self.api.composed_in_lanes("value_and_grad_tangent", &args);
            self.on_copies(&[dots], self.tupled(quote!(#call.1.1)))
        })
    }

    /// The Hessian from its products with so many directions at once.
    pub(super) fn hessian_of(
        &self,
        lanes: &TokenStream,
        blocks: &TokenStream,
        products: impl FnOnce(&Ident) -> TokenStream,
    ) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (zeros, products) = (self.zeros(), self.product_of(lanes, products));
        quote!(#rt::hessian::<#lanes, _, #blocks>(#zeros, #products))
    }

    /// `|dots: &<(Vec<f64>,) as Laned>::Dot<Wide<8>>| products`
    fn product_of(
        &self,
        lanes: &TokenStream,
        products: impl FnOnce(&Ident) -> TokenStream,
    ) -> TokenStream {
        let rt = &self.api.signature.rt;
        let (inputs_ty, dots) = (Sweeps { api: self.api }.inputs_ty(), local("dots"));
        let products = products(&dots);
        quote!(|#dots: &<#inputs_ty as #rt::Laned>::Dot<#lanes>| #products)
    }

    /// A bare product as a tuple of one.
    pub(super) fn tupled(&self, products: TokenStream) -> TokenStream {
        match self.active().len() {
            1 => quote!((#products,)),
            _ => products,
        }
    }

    /// ```text
    /// pub fn hessian_pattern(x: &[f64], n: usize) -> Pattern {
    ///     hessian::<Bits<16>, _, Entries>((zeros(x),), |dots| (…,)).pattern()
    /// }
    /// ```
    fn pattern(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        if !(Sweeps { api: self.api }).has_lanes() {
            return TokenStream::new();
        }
        let found = self.products(&quote!(#rt::Bits::<16>), &quote!(#rt::Entries));
        let doc = format!(
            "Which entries of the Hessian of {} may differ from zero, for `chainrule::sparse`: what the              evaluated path may depend on, in as many sweeps as there are thousands of components.",
            self.api.signature.doc_name()
        );
        Matrices { api: self.api }.function(
            "hessian_pattern",
            &doc,
            &[],
            Some(quote!(#rt::SparsityPattern)),
            &[],
            quote!(#found.pattern()),
        )
    }

    fn diagonal(&self) -> TokenStream {
        let rt = &self.api.signature.rt;
        let inputs_ty = Sweeps { api: self.api }.inputs_ty();
        let (zeros, dots) = (self.zeros(), local("dots"));
        let result = (self.active().len() == 1).then(|| quote!(.0));
        let (found, way) = match (Sweeps { api: self.api }).has_lanes() {
            true => {
                let (lanes, bits) = (self.lanes(), quote!(#rt::Bits::<16>));
                let (products, pattern) = (self.product(&lanes), self.product(&bits));
                (
                    quote!(#rt::hessian_diagonal_by_lanes::<#lanes, #inputs_ty>(
                        #zeros, #products, #pattern,
                    )),
                    "by eight products with it at a time, with as many of its columns together as do not \
                     meet",
                )
            }
            false => {
                let call = self.along("jvp2", &dots);
                (
                    quote!(#rt::along_basis(#zeros, |#dots: &#inputs_ty| #call.2)),
                    "by a second-order forward sweep for each component",
                )
            }
        };
        let doc = format!(
            "The diagonal of the Hessian of {}, {}, {way}.",
            self.api.signature.doc_name(),
            self.api.shapes()
        );
        Matrices { api: self.api }.function(
            "hessian_diagonal",
            &doc,
            &[],
            Some(self.api.gradient_ty()),
            &[],
            quote!(#found #result),
        )
    }

    pub(super) fn zeros(&self) -> TokenStream {
        let printer = Printer::new(self.api.primal, &self.api.signature.rt);
        let zeros: Vec<_> = self.active().iter().map(|param| param.zero(&printer)).collect();
        nested::tuple(&zeros)
    }

    /// `Self::hvp(x, n, &dots.0)`
    pub(super) fn along(&self, name: &str, dots: &Ident) -> TokenStream {
        let mut args = self.primals();
        args.extend(self.directions(dots));
        self.on_copies(&[dots], self.api.call(&self.api.signature.public_name(name), &args))
    }

    /// The tangents of the active arguments as they are passed.
    pub(super) fn directions(&self, dots: &Ident) -> Vec<TokenStream> {
        let indices = (0..).map(Index::from);
        let passed =
            self.active().into_iter().zip(indices).map(|(param, index)| match param.passing {
                Passing::Value => quote!(#dots.#index.clone()),
                Passing::Ref => quote!(&#dots.#index),
                Passing::RefMut => {
                    let copy = copied_tangent(param, dots);
                    quote!(&mut #copy)
                }
            });
        passed.collect()
    }

    /// ```text
    /// pub fn gauss_newton(x: &[f64], n: usize, x_dot: &[f64]) -> Vec<f64> {
    ///     Self::__sweeps(x, n, GaussNewton((x_dot.to_vec(),))).0
    /// }
    /// ```
    pub fn gauss_newton(&self, sweeps: &Sweeps<'_>) -> TokenStream {
        let rt = &self.api.signature.rt;
        let is_float = self.api.signature.result.scalar().is_some();
        if is_float && sweeps.buffers().is_empty() {
            return TokenStream::new();
        }
        let active = self.active();
        let dots: Vec<_> = active.iter().map(|param| Api::derived(param, "dot")).collect();
        let inputs: Vec<TokenStream> =
            active.iter().zip(&dots).map(|(param, dot)| param.tangent_declaration(dot)).collect();
        let owned: Vec<TokenStream> = active
            .iter()
            .zip(&dots)
            .map(|(param, dot)| match param.passing {
                Passing::Value => dot.to_token_stream(),
                _ if matches!(param.ty, Ty::Slice(_)) => quote!(#dot.to_vec()),
                Passing::Ref | Passing::RefMut => quote!(#dot.clone()),
            })
            .collect();
        let all = nested::tuple(&owned);
        let call = sweeps.call(&quote!(#rt::GaussNewton(#all)), &quote!(#rt::One));
        let products = local("products");
        let parts: Vec<TokenStream> = (0..active.len())
            .map(|index| {
                let fields = nested::fields(index, active.len()).into_iter().map(Index::from);
                quote!(#products #(.#fields)*)
            })
            .collect();
        let parts = super::tuple(&parts);
        let doc = format!(
            "Gauss–Newton product: `JᵀJ·v` for the Jacobian `J` of {} and the direction `v`, {}; a \
             forward and a reverse sweep.",
            self.api.signature.doc_name(),
            self.api.shapes()
        );
        Matrices { api: self.api }.function(
            "gauss_newton",
            &doc,
            &inputs,
            Some(self.api.gradient_ty()),
            &[],
            quote!(let #products = #call; #parts),
        )
    }
}

/// `x_dots`: the copy of an argument's part of a tuple of tangents.
pub(super) fn copied_tangent(param: &Param<'_>, tuple: &Ident) -> Ident {
    Api::derived(param, &tuple.to_string())
}
