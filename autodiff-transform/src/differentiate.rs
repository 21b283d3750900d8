//! `differentiate!(|args| -> R { … })`.
//!
//! A closure is differentiated as a function of its arguments and of what it captures, the latter
//! constant and of types that rustc infers; then the captures are left to rustc to capture again.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::Token;
use syn::parse::{ParseStream, Parser};
use syn::visit::{self, Visit};

use crate::binders;
use crate::checkpoint;
use crate::constants;
use crate::depth;
use crate::diagnostics::Diagnostics;
use crate::dump;
use crate::emit::closure::{Closure, Second};
use crate::emit::companion;
use crate::emit::generics::float_params;
use crate::emit::part::Part;
use crate::emit::probe;
use crate::emit::signature::Signature;
use crate::emit::sources;
use crate::expand::{Derived, nested_items};
use crate::fragments;
use crate::ir::{Function, Passing, Role, Ty, VarId};
use crate::options::Options;
use crate::parse::Source;
use crate::transform::Callees;
use crate::{lower, transform};

/// Expands the macro to a block expression.
pub fn expand_closure(input: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let receiver = Ident::new("receiver", Span::mixed_site());
    let (asked, input) = asked(fragments::in_parentheses(input));
    let (input, in_method) = without_self(input, &receiver);
    if depth::refuse_brackets(input.clone(), &mut diagnostics) {
        return errors_as_expression(&diagnostics);
    }
    let closure = match syn::parse2::<syn::ExprClosure>(input) {
        Ok(closure) if depth::refuse_closure(&closure, &mut diagnostics) => {
            return errors_as_expression(&diagnostics);
        }
        Ok(closure) => closure,
        Err(error) => {
            diagnostics
                .push(error)
                .help("write a closure: `differentiate!(|x: &[f64]| -> f64 { … })`");
            return errors_as_expression(&diagnostics);
        }
    };
    match differentiate(&closure, &asked, &mut diagnostics) {
        Some(block) if diagnostics.is_empty() && in_method => {
            quote!({ let #receiver = &self; #block })
        }
        Some(block) if diagnostics.is_empty() => block,
        _ => errors_as_expression(&diagnostics),
    }
}

/// The closure, without what is asked for it.
pub(crate) fn closure_of(input: TokenStream) -> syn::Result<syn::ExprClosure> {
    syn::parse2(asked(input).1)
}

/// Whether the parameters of the function around the closure stand in front of it.
pub(crate) fn has_generics(input: TokenStream) -> bool {
    asked(input).0.generics.is_some()
}

/// What stands in front of the closure.
#[derive(Default)]
struct Asked {
    order: Option<u32>,
    /// Where the facade is found.
    krate: Option<syn::Path>,
    /// The parameters of the function around the closure.
    generics: Option<syn::Generics>,
}

/// `order = 2,`, `crate = path,` and `for<T: Real>` in front of the closure, and the closure.
fn asked(mut input: TokenStream) -> (Asked, TokenStream) {
    let mut asked = Asked::default();
    while let Ok((option, rest)) = option.parse2(input.clone()) {
        match option {
            Asked { order: Some(order), .. } => asked.order = Some(order),
            Asked { krate: Some(krate), .. } => asked.krate = Some(krate),
            other => asked.generics = other.generics,
        }
        input = rest;
    }
    (asked, input)
}

fn option(input: ParseStream) -> syn::Result<(Asked, TokenStream)> {
    let mut asked = Asked::default();
    if input.peek(Token![for]) {
        asked.generics = Some(binders::parse(input)?);
        return Ok((asked, input.parse()?));
    }
    if input.peek(Token![crate]) {
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        asked.krate = Some(input.call(syn::Path::parse_mod_style)?);
    } else {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let order: syn::LitInt = input.parse()?;
        let order = order.base10_parse().ok().filter(|order| (1..=2).contains(order));
        asked.order = order.filter(|_| name == "order");
        if asked.order.is_none() {
            return Err(input.error("not an order"));
        }
    }
    input.parse::<Token![,]>()?;
    Ok((asked, input.parse()?))
}

/// The tokens with another name for `self`, which no function but a method can have for a parameter;
/// and whether it occurs.
fn without_self(tokens: TokenStream, name: &Ident) -> (TokenStream, bool) {
    let mut occurs = false;
    let renamed = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == "self" => {
            occurs = true;
            TokenTree::Ident(Ident::new(&name.to_string(), name.span().located_at(ident.span())))
        }
        TokenTree::Group(group) => {
            let (inner, found) = without_self(group.stream(), name);
            occurs |= found;
            let mut renamed = Group::new(group.delimiter(), inner);
            renamed.set_span(group.span());
            TokenTree::Group(renamed)
        }
        token @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => token,
    });
    (renamed.collect(), occurs)
}

fn errors_as_expression(diagnostics: &Diagnostics) -> TokenStream {
    let errors = diagnostics.to_compile_errors();
    quote!({ #errors })
}

fn differentiate(
    closure: &syn::ExprClosure,
    asked: &Asked,
    diagnostics: &mut Diagnostics,
) -> Option<TokenStream> {
    let inputs = typed_inputs(closure, diagnostics)?;
    if asked.order == Some(2) {
        refuse_in_place(&inputs, diagnostics)?;
    }
    let (output, body) = (&closure.output, &closure.body);
    let mut options = Options::default();
    if let Some(krate) = &asked.krate {
        options.krate = krate.clone();
    }
    let rt = companion::runtime();
    let captures = Captures::of(closure);
    let whole: syn::ItemFn =
        syn::parse_quote!(fn closure(#(#inputs,)* #(#[constant] #captures: _),*) #output { #body });
    let generics = asked.generics.as_ref();
    let lower::Output { function: lowered, items } =
        lower::lower(&source_of(&whole, generics), &options, diagnostics)?;
    binders::refuse_others(generics, &float_params(&lowered), diagnostics)?;
    refuse_changed_captures(&lowered, inputs.len(), diagnostics)?;
    // It may be derived again.
    let derived = Derived::of(&lowered, &options, Callees::UNKNOWN);
    dump::ir(&source_of(&whole, generics), &options, &derived);
    if !derived.check(&whole.sig.ident, diagnostics) {
        return None;
    }
    let item: syn::ItemFn = syn::parse_quote!(fn closure(#(#inputs),*) #output { #body });
    let source = source_of(&item, generics);
    let signature = Signature::new(&source, &derived.primal, &rt);
    let captured: Vec<VarId> =
        derived.primal.params[inputs.len()..].iter().map(|param| param.var).collect();
    let sources = sources(&derived.primal);
    let tangent = Part::of_closure(&derived.tangent, &rt, &sources, &captured);
    let joint = Part::of_closure(&derived.joint, &rt, &sources, &captured);
    let mut value = closure.clone();
    checkpoint::strip_closure(&mut value, diagnostics);
    constants::strip_closure(&mut value);
    if let Some(generics) = generics {
        binders::tell_closure(&mut value, generics);
    }
    let second = second(&derived, &options, asked.order, |function, probes| {
        Part::of_second_closure(function, &rt, &sources, &captured, probes)
    });
    let (primal, closure) = (&derived.primal, &value);
    options.order = asked.order.unwrap_or(options.order);
    let items = nested_items(items, &options, &derived, diagnostics);
    let closure = Closure { signature: &signature, primal, items, closure, second };
    let block = closure.block(&companion::import(&options), &tangent, &joint);
    dump::expansion(&source, &options, &block);
    Some(block)
}

/// A closure as a function, in an `impl` with these parameters.
fn source_of<'a>(item: &'a syn::ItemFn, generics: Option<&'a syn::Generics>) -> Source<'a> {
    Source { impl_generics: generics, ..Source::function(item) }
}

/// Refuses changes of the parameters behind so many, which the closure captures.
fn refuse_changed_captures(
    lowered: &Function,
    inputs: usize,
    diagnostics: &mut Diagnostics,
) -> Option<()> {
    let mut changed = transform::nested::changed_outside(&lowered.body);
    let captured = &lowered.params[inputs..];
    changed.retain(|(var, _)| captured.iter().any(|param| param.var == *var));
    lower::refuse_changed_captures(lowered, &changed, diagnostics);
    diagnostics.is_empty().then_some(())
}

/// The closures of second order: those that are asked for, or that do no harm.
fn second(
    derived: &Derived,
    options: &Options,
    order: Option<u32>,
    print: impl Fn(&Function, bool) -> Part,
) -> Option<Second> {
    let Derived { primal, tangent, joint, .. } = derived;
    let result = primal.results.iter().any(|result| result.ty.can_be_active());
    let in_place = primal.params.iter().any(|param| param.passing == Passing::RefMut);
    if order == Some(1) || !result || in_place {
        return None;
    }
    let again = |function: Function| {
        let mut derived = transform::tangent(&transform::normalize(&function));
        transform::optimize(&mut derived, options.passes());
        derived
    };
    let pair = again(transform::public::directional(primal, tangent));
    let products = again(transform::public::pullback(joint));
    let probes = order.is_none();
    if probes && !(probe::is_harmless(&pair) && probe::is_harmless(&products)) {
        return None;
    }
    let with_role = |function: &Function, wanted: fn(Role) -> bool| {
        let params = function.params.iter().filter(|param| wanted(param.role));
        params.map(|param| param.var).collect::<Vec<VarId>>()
    };
    let is_direction = |role| matches!(role, Role::Tangent(_));
    let mut directions = with_role(tangent, is_direction);
    directions.retain(|var| !matches!(tangent.var(*var).ty, Ty::Unit));
    Some(Second {
        is_certain: !probes || !probe::is_probed(&pair),
        pair: print(&pair, probes),
        directions,
        products: print(&products, probes),
        seeds: with_role(joint, |role| matches!(role, Role::Seed(_))),
    })
}

/// The arguments as those of a function: each with its type.
fn typed_inputs(
    closure: &syn::ExprClosure,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<syn::FnArg>> {
    let mut inputs = Vec::new();
    for input in &closure.inputs {
        match input {
            syn::Pat::Type(typed) => inputs.push(syn::FnArg::Typed(typed.clone())),
            other => {
                diagnostics
                    .error(other, "the type of this argument decides its derivative")
                    .help("write it: `|x: f64| …`");
            }
        }
    }
    if matches!(closure.output, syn::ReturnType::Default) {
        diagnostics
            .error(closure.or2_token, "the closure's result needs a type")
            .help("write it: `|x: f64| -> f64 { … }`");
    }
    diagnostics.is_empty().then_some(inputs)
}

/// Second derivatives are of what a closure returns.
fn refuse_in_place(inputs: &[syn::FnArg], diagnostics: &mut Diagnostics) -> Option<()> {
    for input in inputs {
        if let syn::FnArg::Typed(syn::PatType { ty, .. }) = input
            && let syn::Type::Reference(syn::TypeReference { mutability: Some(mutability), .. }) =
                &**ty
        {
            diagnostics
                .error(mutability, "a closure of second order takes nothing by `&mut`")
                .help("copy it in the closure, `let mut x = x.to_vec();`, or write a function");
        }
    }
    diagnostics.is_empty().then_some(())
}

/// The names in a closure that may be variables outside it. One that is bound inside does no harm:
/// there the inner binding is found first.
#[derive(Default)]
struct Captures {
    args: Vec<Ident>,
    found: Vec<Ident>,
}

impl Captures {
    fn of(closure: &syn::ExprClosure) -> Vec<Ident> {
        let mut captures = Captures::default();
        closure.inputs.iter().for_each(|input| captures.visit_pat(input));
        captures.visit_expr(&closure.body);
        captures.found
    }
}

impl<'ast> Visit<'ast> for Captures {
    fn visit_pat_ident(&mut self, pat: &'ast syn::PatIdent) {
        self.args.push(pat.ident.clone());
        visit::visit_pat_ident(self, pat);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        // A function that is called is found by its name.
        if !matches!(&*call.func, syn::Expr::Path(_)) {
            self.visit_expr(&call.func);
        }
        call.args.iter().for_each(|arg| self.visit_expr(arg));
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        let inner = mac.path.segments.last().is_some_and(|last| last.ident == "differentiate");
        if let (true, Ok(closure)) = (inner, closure_of(mac.tokens.clone())) {
            for found in Captures::of(&closure) {
                if !self.args.contains(&found) && !self.found.contains(&found) {
                    self.found.push(found);
                }
            }
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        let Some(ident) = path.path.get_ident() else { return };
        let is_variable = ident.to_string().starts_with(|c: char| c.is_lowercase() || c == '_');
        if is_variable && !self.args.contains(ident) && !self.found.contains(ident) {
            self.found.push(ident.clone());
        }
    }
}
