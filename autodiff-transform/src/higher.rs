//! Derivatives of derivatives: `#[differentiable(order = 2)]` and above.
//!
//! The transforms take the IR to the IR, so that all there is to do is to apply them again: to the
//! internal functions, which callers of the same order call, and to the public derivatives
//! ([`transform::public`]), which are functions like any other.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::emit::api::Api;
use crate::emit::companion::companion_name;
use crate::emit::composed::Composed;
use crate::emit::hessians::Hessians;
use crate::emit::internal::Internal;
use crate::emit::part::Part;
use crate::emit::second;
use crate::emit::signature::Signature;
use crate::emit::{self, Printer};
use crate::expand::{Derived, internal_error};
use crate::ir::callee::PULLBACK;
use crate::ir::{Function, Passing, Stage, Stmt, Target, verify};
use crate::options::Options;
use crate::parse::Source;
use crate::transform::{self, Callees};

/// The functions of second and higher order.
pub(crate) struct Functions {
    /// Beside the others, in the companion or among the methods.
    pub functions: TokenStream,
    /// Items of their own.
    pub items: TokenStream,
}

/// Derives what `options.order` asks for; for a function of first order, what says that there is no
/// second.
pub(crate) fn functions(
    signature: &Signature<'_>,
    derived: &Derived,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Functions {
    let order = options.order;
    let api = Api { signature, primal: &derived.primal, of_closure: false, order };
    if options.order < 2 && signature.source.only_internal {
        return Functions { functions: api.method_orders(), items: TokenStream::new() };
    }
    if options.order < 2 {
        return Functions { functions: api.without_second(), items: TokenStream::new() };
    }
    let orders = vec![TokenStream::new(); options.order as usize - 1];
    let mut higher = Higher { signature, annotated: &derived.primal, options, diagnostics, orders };
    let sources = emit::sources(&derived.primal);
    higher.compositions(derived, &sources);
    if signature.source.only_internal {
        let functions = higher.orders.into_iter().chain([api.method_orders()]).collect();
        return Functions { functions, items: TokenStream::new() };
    }
    higher.public(derived, &sources);
    higher.sweeps(derived);
    let mut functions: TokenStream =
        [api.hvp(), api.hvp_reverse(), api.jvp2(), Hessians { api: &api }.functions()]
            .into_iter()
            .collect();
    if signature.source.self_ty.is_some() {
        functions.extend(higher.orders);
        functions.extend(api.method_orders());
        return Functions { functions, items: TokenStream::new() };
    }
    let items = higher.orders.into_iter().zip(2..).map(|(functions, order)| {
        second::order(order, functions, signature.source, options, &signature.rt)
    });
    Functions { functions, items: items.collect() }
}

struct Higher<'a> {
    signature: &'a Signature<'a>,
    /// The annotated function, whose signature tells whether floats are named.
    annotated: &'a Function,
    options: &'a Options,
    diagnostics: &'a mut Diagnostics,
    /// From second order on.
    orders: Vec<TokenStream>,
}

impl Higher<'_> {
    /// `__tangent_tangent`, `__reverse_tangent`, …
    fn compositions(&mut self, derived: &Derived, sources: &[Stmt]) {
        let first = [
            (Stage::Tangent, &derived.tangent),
            (Stage::Forward, &derived.forward),
            (Stage::Reverse, &derived.reverse),
        ];
        let known = first
            .into_iter()
            .map(|(stage, function)| Known {
                stages: vec![stage],
                function: function.clone(),
                inner: derived.primal.vars.len(),
            })
            .collect();
        let composed = Composed {
            signature: self.signature,
            primal: &derived.primal,
            annotated: self.annotated,
            sources,
        };
        self.compose(&composed, known, 0);
    }

    /// The compositions of more stages than those that are known, from this order on.
    fn compose(&mut self, composed: &Composed<'_>, mut known: Vec<Known>, from: usize) {
        for order in from..self.orders.len() {
            known = known
                .iter()
                .flat_map(|Known { stages, function, .. }| {
                    again(function, self.options).map(|known| Known {
                        stages: [&stages[..], &known.stages].concat(),
                        ..known
                    })
                })
                .collect();
            for known in &known {
                self.check(&known.function);
                let function = self.in_lanes(known);
                self.orders[order].extend(composed.function(&known.stages, &function));
            }
        }
    }

    /// The derivatives of `jvp` and `value_and_grad`.
    fn public(&mut self, derived: &Derived, sources: &[Stmt]) {
        let mut active = self.signature.active();
        let in_place = active.any(|param| param.passing == Passing::RefMut);
        if self.signature.result.is_active() || in_place {
            let jvp = transform::public::jvp(&derived.primal, &derived.tangent);
            self.derivatives("jvp", &second::jvp_signature(self.signature), &jvp, Some(sources));
        }
        if self.signature.result.scalar().is_some() {
            let (gradient, sources) =
                match self.signature.active().any(|param| param.can_be_resized()) {
                    true => {
                        (transform::sweeps::value_and_grad(&derived.primal, self.target()), None)
                    }
                    false => (transform::public::value_and_grad(&derived.joint), Some(sources)),
                };
            let signature = second::value_and_grad_signature(self.signature);
            self.derivatives("value_and_grad", &signature, &gradient, sources);
            if self.signature.source.self_ty.is_some() {
                // Of a method nobody knows whether `energy_grad` is a derivative or the user's own,
                // so that it has what any method has.
                let signature = second::grad_signature(self.signature);
                self.derivatives("grad", &signature, &transform::public::grad(gradient), sources);
            }
        }
    }

    /// The derivatives of `adjoint` and of the pullback that `vjp` gives.
    fn sweeps(&mut self, derived: &Derived) {
        if self.signature.active().next().is_none() {
            return;
        }
        let target = self.target();
        let adjoint = transform::sweeps::adjoint(&derived.primal, target.clone());
        self.derivatives("adjoint", &second::adjoint_signature(self.signature), &adjoint, None);
        let pullback = transform::sweeps::pullback(&derived.primal, target);
        let sig = second::pullback_signature(self.signature);
        self.derivatives(PULLBACK, &sig, &pullback, None);
        let companion = companion_name(self.signature.source, self.options);
        self.orders[0].extend(second::pullback(self.signature, &companion, &sig, &pullback));
    }

    /// The function itself, as its derivatives call it.
    fn target(&self) -> Target {
        let source = self.signature.source;
        let name = &source.sig.ident;
        let turbofish = self.signature.turbofish();
        match source.self_ty {
            Some(_) if source.sig.receiver().is_some() => Target::Method(name.clone()),
            Some(_) => Target::Path(syn::parse_quote!(Self::#name #turbofish)),
            None => {
                let companion = companion_name(source, self.options);
                Target::Path(syn::parse_quote!(#companion #turbofish))
            }
        }
    }

    /// What callers of a public derivative need to be differentiated themselves. The sources are those of the
    /// annotated function, or else the derivative's own.
    fn derivatives(
        &mut self,
        name: &'static str,
        sig: &syn::Signature,
        function: &Function,
        sources: Option<&[Stmt]>,
    ) {
        self.check(function);
        let rt = self.signature.rt.clone();
        let primal = transform::normalize(function);
        let sources = match sources {
            Some(sources) => sources,
            None => &emit::sources(&primal),
        };
        let source = Source { sig, ..*self.signature.source };
        let mut signature = Signature::new(&source, &primal, &rt);
        signature.derivative = Some(name);
        let internal = Internal { signature: &signature, primal: &primal };
        // Functions that call it as a method ask for it, and for its derivatives of each order.
        if self.signature.source.self_ty.is_some() {
            let order = self.options.order - 1;
            let api = Api { signature: &signature, primal: &primal, of_closure: false, order };
            self.orders[0].extend([internal.changes(), api.method_orders()]);
        }
        let first = again(&primal, self.options);
        let annotated = self.annotated;
        for known in &first {
            self.check(&known.function);
            let function = &self.in_lanes(known);
            let printer = Printer::derived(function, annotated, &rt, sources);
            let tokens = match known.stages[0] {
                Stage::Tangent => internal.tangent(&Part::of_derived(printer)),
                Stage::Forward => internal.forward(&Part::of_derived(printer)),
                Stage::Reverse => internal.reverse(&Part::reverse(printer)),
                // Nothing is derived from the answer.
                Stage::IsLight => TokenStream::new(),
            };
            self.orders[0].extend(tokens);
        }
        let composed = Composed { signature: &signature, primal: &primal, annotated, sources };
        self.compose(&composed, first.into(), 1);
    }

    /// Reports a function that is not well-formed.
    fn check(&mut self, function: &Function) {
        if let Err(error) = verify::verify(function) {
            internal_error(&self.signature.source.sig.ident, &error, self.diagnostics);
        }
    }

    /// The function as it is printed: its last stage carries any number of directions.
    fn in_lanes(&mut self, known: &Known) -> Function {
        let mut function = known.function.clone();
        if let Some(stage) = known.stages.last()
            && let Err(error) = transform::lanes(&mut function, *stage, known.inner)
        {
            internal_error(&self.signature.source.sig.ident, &error, self.diagnostics);
        }
        function
    }
}

/// A function that was derived.
struct Known {
    stages: Vec<Stage>,
    function: Function,
    /// How many variables the function had before the last stage.
    inner: usize,
}

/// The transforms of a function, each a first stage.
fn again(function: &Function, options: &Options) -> [Known; 3] {
    // What the adjoint declares anew, the tangents of an earlier stage among it, is not its own.
    let apart = transform::separate(function);
    let adjoint = transform::adjoint_with(&apart, options.passes().loops, Callees::UNKNOWN);
    let mut derived = [
        (Stage::Tangent, transform::tangent(function), function),
        (Stage::Forward, adjoint.forward, &apart),
        (Stage::Reverse, adjoint.reverse, &apart),
    ];
    let passes = options.passes();
    derived.iter_mut().for_each(|(_, function, _)| transform::optimize(function, passes));
    derived.map(|(stage, function, of)| Known {
        stages: vec![stage],
        function,
        inner: of.vars.len(),
    })
}
