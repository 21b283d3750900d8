//! Derivatives of derivatives: `#[differentiable(order = 2)]` and above.
//!
//! The transforms take the IR to the IR, so that all there is to do is to apply them again: to the
//! internal functions, which callers of the same order call, and to the public derivatives
//! ([`transform::public`]), which are functions like any other.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;
use crate::emit;
use crate::emit::api::Api;
use crate::emit::composed::Composed;
use crate::emit::hessians::Hessians;
use crate::emit::internal::Internal;
use crate::emit::part::Part;
use crate::emit::second;
use crate::emit::signature::Signature;
use crate::expand::Derived;
use crate::ir::{Function, Stage, Stmt, verify};
use crate::options::Options;
use crate::parse::Source;
use crate::transform;

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
    let api = Api { signature, primal: &derived.primal, of_closure: false };
    if options.order < 2 {
        return Functions { functions: api.without_second(), items: TokenStream::new() };
    }
    let sources = emit::sources(&derived.primal.body);
    let orders = vec![TokenStream::new(); options.order as usize - 1];
    let mut higher = Higher { signature, sources, options, diagnostics, orders };
    higher.compositions(derived);
    higher.public(derived);
    let mut functions: TokenStream =
        [api.hvp(), api.hvp_reverse(), api.jvp2(), Hessians { api: &api }.functions()]
            .into_iter()
            .collect();
    if signature.source.self_ty.is_some() {
        functions.extend(higher.orders);
        return Functions { functions, items: TokenStream::new() };
    }
    let items = higher.orders.into_iter().zip(2..).map(|(functions, order)| {
        second::order(order, functions, signature.source, options, &signature.rt)
    });
    Functions { functions, items: items.collect() }
}

struct Higher<'a> {
    signature: &'a Signature<'a>,
    /// See [`emit::sources`].
    sources: Vec<Stmt>,
    options: &'a Options,
    diagnostics: &'a mut Diagnostics,
    /// From second order on.
    orders: Vec<TokenStream>,
}

impl Higher<'_> {
    /// `__tangent_tangent`, `__reverse_tangent`, …
    fn compositions(&mut self, derived: &Derived) {
        let first = [
            (Stage::Tangent, &derived.tangent),
            (Stage::Forward, &derived.forward),
            (Stage::Reverse, &derived.reverse),
        ];
        let known =
            first.into_iter().map(|(stage, function)| (vec![stage], function.clone())).collect();
        self.compose(self.signature, &derived.primal, known, 0);
    }

    /// The compositions of more stages than those that are known, from this order on.
    fn compose(
        &mut self,
        signature: &Signature<'_>,
        primal: &Function,
        mut known: Vec<(Vec<Stage>, Function)>,
        from: usize,
    ) {
        for order in from..self.orders.len() {
            known = known
                .iter()
                .flat_map(|(stages, function)| {
                    again(function, self.options)
                        .into_iter()
                        .map(|(stage, function)| ([&stages[..], &[stage]].concat(), function))
                        .collect::<Vec<_>>()
                })
                .collect();
            for (stages, function) in &known {
                self.check(function);
                let composed = Composed { signature, primal, sources: &self.sources };
                self.orders[order].extend(composed.function(stages, function));
            }
        }
    }

    /// The derivatives of `jvp` and `value_and_grad`.
    fn public(&mut self, derived: &Derived) {
        if self.signature.result.is_active() {
            let jvp = transform::public::jvp(&derived.primal, &derived.tangent);
            self.derivatives("jvp", &second::jvp_signature(self.signature), &jvp);
        }
        if self.signature.result.scalar().is_some() {
            let gradient = transform::public::value_and_grad(&derived.joint);
            let signature = second::value_and_grad_signature(self.signature);
            self.derivatives("value_and_grad", &signature, &gradient);
        }
    }

    /// What callers of a public derivative need to be differentiated themselves.
    fn derivatives(&mut self, name: &'static str, sig: &syn::Signature, function: &Function) {
        self.check(function);
        let rt = self.signature.rt.clone();
        let primal = transform::normalize(function);
        let source = Source { sig, ..*self.signature.source };
        let mut signature = Signature::new(&source, &primal, &rt);
        signature.derivative = Some(name);
        let internal = Internal { signature: &signature, primal: &primal };
        let first = again(&primal, self.options);
        for (stage, function) in &first {
            self.check(function);
            let tokens = match stage {
                Stage::Tangent => internal.tangent(&Part::of_derived(function, &rt, &self.sources)),
                Stage::Forward => internal.forward(&Part::of_derived(function, &rt, &self.sources)),
                Stage::Reverse => internal.reverse(&Part::reverse(function, &rt, &self.sources)),
            };
            self.orders[0].extend(tokens);
        }
        let known = first.into_iter().map(|(stage, function)| (vec![stage], function)).collect();
        self.compose(&signature, &primal, known, 1);
    }

    /// Reports a function that is not well-formed, which is this crate's fault.
    fn check(&mut self, function: &Function) {
        if let Err(error) = verify::verify(function) {
            self.diagnostics
                .error(
                    &self.signature.source.sig.ident,
                    format!("internal error of chainrule: {error}"),
                )
                .help("please report it, with the function");
        }
    }
}

/// The transforms of a function.
fn again(function: &Function, options: &Options) -> [(Stage, Function); 3] {
    let adjoint = transform::adjoint(function);
    let mut derived = [
        (Stage::Tangent, transform::tangent(function)),
        (Stage::Forward, adjoint.forward),
        (Stage::Reverse, adjoint.reverse),
    ];
    if !options.no_opt {
        derived.iter_mut().for_each(|(_, function)| transform::simplify(function));
    }
    derived
}
