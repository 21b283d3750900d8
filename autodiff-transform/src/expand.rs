//! From an annotated item to the tokens that replace it.

use std::borrow::Cow;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};

use crate::associated;
use crate::attributes::{attributes, mentions_attribute, take_options};
use crate::binders;
use crate::constants;
use crate::diagnostics::Diagnostics;
use crate::emit::Printer;
use crate::emit::companion::{self, Parts};
use crate::emit::internal::{Effects, Internal};
use crate::emit::part::Part;
use crate::emit::signature::Signature;
use crate::ir::{Callee, Function, Stage, StmtKind, Target, verify};
use crate::lifetimes;
use crate::options::Options;
use crate::parse::Source;
use crate::transform::{Assumption, Callees, Conditional, Fresh};
use crate::{
    checkpoint, custom, depth, dump, emit, fallback, fragments, higher, lower, operator,
    trait_methods, transform, universals,
};

/// Expands `#[differentiable(attr)] item`.
pub fn expand(attr: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::new();
    let item = fragments::in_parentheses(item);
    let options = Options::parse(fragments::in_parentheses(attr), &mut diagnostics);
    if depth::refuse_brackets(item.clone(), &mut diagnostics) {
        let errors = diagnostics.to_compile_errors();
        return quote!(#item #errors);
    }
    match syn::parse2::<syn::Item>(item.clone()) {
        Ok(parsed) if depth::refuse_item(&parsed, &mut diagnostics) => {
            let stubs = function_stubs(&parsed, &options);
            let errors = diagnostics.to_compile_errors();
            quote!(#item #stubs #errors)
        }
        Ok(item) => expand_item(item, &options, diagnostics),
        Err(error) => {
            diagnostics.push(error);
            let errors = diagnostics.to_compile_errors();
            quote!(#item #errors)
        }
    }
}

/// Of a function whose body nothing may look at.
fn function_stubs(item: &syn::Item, options: &Options) -> Option<TokenStream> {
    let syn::Item::Fn(item) = item else { return None };
    let source = Source::function(item);
    let companion = companion::companion_type(&source, options);
    let sig = explicit(&source);
    let stubs = fallback::stubs(&Source { sig: &sig, ..source }, options, None);
    Some(quote!(#companion #stubs))
}

fn expand_item(item: syn::Item, options: &Options, mut diagnostics: Diagnostics) -> TokenStream {
    match item {
        syn::Item::Fn(item) => function(item, options, diagnostics),
        syn::Item::Impl(item) => implementation(item, options, diagnostics),
        syn::Item::Mod(item) if item.content.is_some() => module(item, options, diagnostics),
        other => {
            let help = match other {
                syn::Item::Trait(_) => {
                    "put it on the `impl` blocks of the trait, whose types have the derivatives"
                }
                _ => "put it on a function, an `impl` block or an inline module",
            };
            diagnostics
                .error(first_token(&other), "`#[differentiable]` cannot be put on this item")
                .help(help);
            let errors = diagnostics.to_compile_errors();
            quote!(#other #errors)
        }
    }
}

/// The keyword that says what an item is.
fn first_token(item: &syn::Item) -> TokenStream {
    item.to_token_stream().into_iter().take(1).collect()
}

fn function(mut item: syn::ItemFn, options: &Options, mut diagnostics: Diagnostics) -> TokenStream {
    if let Some(token) = method_token(&item.sig) {
        diagnostics
            .error(token, "`#[differentiable]` cannot be put on a method")
            .help("put it on the `impl` block, and options of this method's here");
        let errors = diagnostics.to_compile_errors();
        return quote!(#item #errors);
    }
    let original = item.clone();
    let source = Source::function(&original);
    let companion = companion::companion_type(&source, options);
    let derived = derive_or_stub(&source, options, &mut diagnostics);
    checkpoint::strip(&mut item.block, custom::has_rule(options), &mut diagnostics);
    constants::strip_body(&mut item.block);
    binders::tell(&mut item.block, [&item.sig.generics]);
    let errors = diagnostics.to_compile_errors();
    constants::strip_arguments(&mut item.sig);
    // A function may be there for its derivatives alone.
    quote!(#[allow(dead_code)] #item #companion #derived #errors)
}

/// What shows that a function is a method: a receiver, or `Self` in its signature. `self::Body` is a path.
fn method_token(sig: &syn::Signature) -> Option<TokenStream> {
    fn self_type_in(tokens: TokenStream) -> Option<TokenTree> {
        tokens.into_iter().find_map(|token| match token {
            TokenTree::Ident(ref ident) if ident == "Self" => Some(token),
            TokenTree::Group(group) => self_type_in(group.stream()),
            _ => None,
        })
    }
    match sig.receiver() {
        Some(receiver) => Some(receiver.self_token.to_token_stream()),
        None => self_type_in(sig.to_token_stream()).map(TokenTree::into_token_stream),
    }
}

const COMPANION: &[&str] = &["companion"];

const NO_COMPANION: &str = "the derivatives of a method are methods of the same type";

/// An `impl` block: each method that has something to differentiate.
fn implementation(
    mut item: syn::ItemImpl,
    options: &Options,
    mut diagnostics: Diagnostics,
) -> TokenStream {
    let help = "give it to the method";
    options.refuse(&["partials", "jvp", "vjp"], "an `impl` block", help, &mut diagnostics);
    options.refuse(COMPANION, "an `impl` block", NO_COMPANION, &mut diagnostics);
    let mut derived = TokenStream::new();
    let mut options_of = Vec::new();
    for method in &mut item.items {
        let syn::ImplItem::Fn(method) = method else { continue };
        let own = take_options(&mut method.attrs, options, &mut diagnostics);
        if let Some(own) = &own {
            own.refuse(COMPANION, "a method", NO_COMPANION, &mut diagnostics);
        }
        options_of.push(own);
    }
    let mut original = item.clone();
    lifetimes::named_impl(&mut original);
    let operator = operator::of(&original);
    if operator.is_none() {
        associated::write_out(&mut original);
    }
    let is_foreign = operator.is_none() && refuse_foreign(&original.self_ty, &mut diagnostics);
    let methods = original.items.iter().filter_map(|item| match item {
        syn::ImplItem::Fn(method) => Some(method),
        _ => None,
    });
    for (method, own) in methods.zip(&options_of).filter(|_| !is_foreign) {
        derived.extend(match (own, operator) {
            (None, _) if !has_outputs(&method.sig) => {
                without_derivative(&original, method, options).into_token_stream()
            }
            (own, Some(operator)) => {
                let options = own.as_ref().unwrap_or(options);
                operator::derive(operator, &original, method, options, &mut diagnostics)
            }
            (own, None) => {
                let options = own.as_ref().unwrap_or(options);
                derived_method(&original, method, options, &mut diagnostics)
            }
        });
    }
    strip_methods(&mut item, &options_of, &mut diagnostics);
    let errors = diagnostics.to_compile_errors();
    quote!(#[allow(dead_code)] #item #derived #errors)
}

/// The derivatives of a method, which are methods of the same type.
fn derived_method(
    item: &syn::ItemImpl,
    method: &syn::ImplItemFn,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let public: syn::Visibility = syn::parse_quote!(pub);
    let mut source = Source::method(item, method);
    if item.trait_.is_some() {
        source.vis = &public;
    }
    let derived = derive_or_stub(&source, options, diagnostics);
    let check = trait_methods::check(item, method, options);
    quote!(#derived #check)
}

/// Takes from the methods what only the derivatives are told by; `options_of` each of them, if it has its
/// own.
fn strip_methods(
    item: &mut syn::ItemImpl,
    options_of: &[Option<Options>],
    diagnostics: &mut Diagnostics,
) {
    let mut options_of = options_of.iter();
    for method in &mut item.items {
        let syn::ImplItem::Fn(method) = method else { continue };
        constants::strip_arguments(&mut method.sig);
        let own = options_of.next().and_then(Option::as_ref);
        let has_rule = own.is_some_and(custom::has_rule);
        checkpoint::strip(&mut method.block, has_rule, diagnostics);
        constants::strip_body(&mut method.block);
        binders::tell(&mut method.block, [&item.generics, &method.sig.generics]);
    }
}

/// Refuses methods of types that can have none of the user's own.
fn refuse_foreign(ty: &syn::Type, diagnostics: &mut Diagnostics) -> bool {
    let Some(name) = foreign(ty) else { return false };
    diagnostics
        .error(ty, format!("derivatives of methods belong to the type, and {name} can have none"))
        .help("write functions, `fn f(x: f64) -> f64`, or methods of a struct");
    true
}

/// What a type is called that another crate owns, so that no methods can be added to it.
fn foreign(ty: &syn::Type) -> Option<String> {
    const OWNED: &[&str] = &[
        "f32", "f64", "bool", "char", "str", "usize", "isize", "u8", "u16", "u32", "u64", "u128",
        "i8", "i16", "i32", "i64", "i128",
    ];
    match ty {
        syn::Type::Path(path) => {
            let name = path.path.get_ident()?.to_string();
            OWNED.contains(&name.as_str()).then(|| format!("`{name}`"))
        }
        syn::Type::Array(_) => Some("an array".to_owned()),
        syn::Type::Slice(_) => Some("a slice".to_owned()),
        syn::Type::Tuple(_) => Some("a tuple".to_owned()),
        _ => None,
    }
}

/// Of a method without a derivative, what other functions call nevertheless: `let n = grid.rows();`
/// does not show there that it is an integer. What it computes is left as it is.
fn without_derivative(
    item: &syn::ItemImpl,
    method: &syn::ImplItemFn,
    options: &Options,
) -> Option<TokenStream> {
    let (name, krate) = (&method.sig.ident, &options.krate);
    method.sig.receiver()?;
    let returns = !matches!(method.sig.output, syn::ReturnType::Default);
    let args = method.sig.inputs.iter().filter_map(|input| match input {
        syn::FnArg::Receiver(_) => None,
        syn::FnArg::Typed(typed) => Some(match &*typed.pat {
            syn::Pat::Ident(name) => Ok(&name.ident),
            other => Err(other),
        }),
    });
    let args = args.collect::<Result<Vec<_>, _>>().ok().filter(|_| returns)?;
    let mut method = method.clone();
    method.block = syn::parse_quote!({ #krate::detach(self.#name(#(#args),*)) });
    let mut source = Source { only_internal: true, ..Source::method(item, &method) };
    let public: syn::Visibility = syn::parse_quote!(pub);
    if item.trait_.is_some() {
        source.vis = &public;
    }
    // Where a caller needs it, rustc says that it is not there.
    let mut own = Diagnostics::new();
    let sig = explicit(&source);
    let derived = derive(&Source { sig: &sig, ..source }, options, &mut own);
    derived.filter(|_| own.is_empty())
}

/// Whether a method can have a derivative: it returns a value, or changes its arguments.
fn has_outputs(sig: &syn::Signature) -> bool {
    let inert = ["bool", "String", "usize", "u32", "u64", "i32", "i64"];
    let returns = match &sig.output {
        syn::ReturnType::Default => false,
        syn::ReturnType::Type(_, ty) => match &**ty {
            syn::Type::Reference(_) | syn::Type::Never(_) | syn::Type::ImplTrait(_) => false,
            syn::Type::Path(path) => !inert.iter().any(|name| path.path.is_ident(name)),
            _ => true,
        },
    };
    let changes = sig.inputs.iter().any(|input| match input {
        syn::FnArg::Receiver(receiver) => {
            receiver.reference.is_some() && receiver.mutability.is_some()
        }
        syn::FnArg::Typed(typed) => {
            matches!(&*typed.ty, syn::Type::Reference(reference) if reference.mutability.is_some())
        }
    });
    returns || changes
}

/// An inline module: what is annotated inside takes the module's options as defaults.
fn module(mut item: syn::ItemMod, defaults: &Options, mut diagnostics: Diagnostics) -> TokenStream {
    let single = ["wrt", "companion", "partials", "jvp", "vjp", "order"];
    defaults.refuse(&single, "a module", "give it to the function", &mut diagnostics);
    if let Some((_, items)) = &mut item.content {
        for inner in items.iter_mut() {
            if let syn::Item::Use(import) = inner
                && mentions_attribute(import.to_token_stream())
            {
                // What it imports is taken off the items.
                import.attrs.push(syn::parse_quote!(#[allow(unused_imports)]));
            }
            let options = match attributes(inner) {
                Some(attrs) => take_options(attrs, defaults, &mut diagnostics),
                None => None,
            };
            let expanded = match (&*inner, options) {
                (_, Some(options)) => expand_item(inner.clone(), &options, Diagnostics::new()),
                (syn::Item::Mod(nested), None) if nested.content.is_some() => {
                    module(nested.clone(), defaults, Diagnostics::new())
                }
                _ => continue,
            };
            *inner = syn::Item::Verbatim(expanded);
        }
    }
    let errors = diagnostics.to_compile_errors();
    quote!(#item #errors)
}

/// The signature with names for what it leaves out, which derived functions have to name.
fn explicit(source: &Source<'_>) -> syn::Signature {
    universals::named(lifetimes::named(source.sig, source.impl_generics))
}

pub(crate) fn derive_or_stub(
    source: &Source<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let sig = explicit(source);
    let source = &Source { sig: &sig, ..*source };
    let mut own = Diagnostics::new();
    match derive(source, options, &mut own) {
        Some(derived) if own.is_empty() => derived,
        _ => {
            let left_to_rustc = own.left_to_rustc();
            let stubs = fallback::stubs(source, options, left_to_rustc.clone());
            diagnostics.append(own);
            if let (Some(text), true) = (left_to_rustc, stubs.is_empty()) {
                diagnostics.error(&source.sig.ident, text);
            }
            stubs
        }
    }
}

/// The derivatives of one function: all passes, in order.
pub(crate) fn derive(
    source: &Source<'_>,
    options: &Options,
    diagnostics: &mut Diagnostics,
) -> Option<TokenStream> {
    if custom::has_rule(options) {
        return custom::derive(source, options, diagnostics);
    }
    let rt = companion::runtime();
    let lowered = lower::lower(source, options, diagnostics)?;
    let callees = Callees {
        asked: !options.no_opt,
        // No item of the body can have taken the name.
        itself: !options.no_opt
            && source.self_ty.is_none()
            && options.companion.is_none()
            && lowered.items.is_empty(),
    };
    let derived = Derived::of(&lowered.function, options, callees);
    dump::ir(source, options, &derived);
    if !derived.check(&source.sig.ident, diagnostics) {
        return None;
    }
    let signature = Signature::new(source, &derived.primal, &rt);
    let items = nested_items(lowered.items, options, &derived, diagnostics);
    let parts = match derived.parts(&rt, options) {
        Ok(parts) => parts,
        Err(error) => {
            internal_error(&source.sig.ident, &error, diagnostics);
            return None;
        }
    };
    let mut functions = companion::functions(&signature, &derived.primal, &parts, options.order);
    functions.extend(
        Internal { signature: &signature, primal: &derived.primal }.effects(&derived.effects),
    );
    let again =
        (options.order > 1).then(|| Derived::of(&lowered.function, options, Callees::UNKNOWN));
    let again = again.as_ref().unwrap_or(&derived);
    let higher = higher::functions(&signature, again, options, diagnostics);
    functions.extend(higher.functions);
    let higher = higher.items;
    let items = quote!(#items #higher);
    let tokens = companion::implementation(&signature, options, &items, functions);
    dump::expansion(source, options, &tokens);
    Some(tokens)
}

/// A function and what the transforms make of it.
pub(crate) struct Derived {
    pub primal: Function,
    pub tangent: Function,
    pub joint: Function,
    pub forward: Function,
    pub reverse: Function,
    /// In place of `joint` on some conditions.
    pub conditional: Option<Conditional>,
    /// What is known of the arguments, if anything.
    pub effects: Option<Effects>,
}

impl Derived {
    pub fn of(lowered: &Function, options: &Options, callees: Callees) -> Derived {
        let primal = transform::normalize(lowered);
        let adjoint = transform::adjoint_with(&primal, options.passes().loops, callees);
        let mut derived = Derived {
            tangent: transform::tangent(&primal),
            joint: adjoint.joint,
            forward: adjoint.forward,
            reverse: adjoint.reverse,
            conditional: adjoint.conditional,
            effects: Some(Effects {
                reads: adjoint.reads,
                overwrites: adjoint.overwrites,
                weight: adjoint.weight,
            }),
            primal,
        };
        let conditional = derived.conditional.as_mut().map(|conditional| &mut conditional.function);
        for function in
            [&mut derived.tangent, &mut derived.joint, &mut derived.forward, &mut derived.reverse]
                .into_iter()
                .chain(conditional)
        {
            transform::optimize(function, options.passes());
        }
        derived
    }

    /// The functions, with names for messages.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Function)> {
        let conditional = self.conditional.as_ref();
        let functions = [
            ("primal", &self.primal),
            ("tangent", &self.tangent),
            ("joint", &self.joint),
            ("forward", &self.forward),
            ("reverse", &self.reverse),
        ];
        functions
            .into_iter()
            .chain(conditional.map(|given| ("joint, on conditions", &given.function)))
    }

    /// Whether all functions are well-formed. That the primal is not (types that do not fit, a
    /// change of what is immutable) is what rustc says of the user's function; that another is not
    /// is this crate's fault.
    pub fn check(&self, name: &syn::Ident, diagnostics: &mut Diagnostics) -> bool {
        let fault = |stage, error| format!("{stage}: {error}");
        if let Err(error) = verify::verify(&self.primal) {
            let error = format!("{INTERNAL}: {}", fault("primal", error));
            diagnostics.leave_to_rustc(name.span(), error);
            return false;
        }
        let checked = self.all().try_for_each(|(stage, function)| {
            verify::verify(function).map_err(|error| fault(stage, error))
        });
        if let Err(error) = &checked {
            internal_error(name, error, diagnostics);
        }
        checked.is_ok()
    }

    /// The joint sweeps of a function with a gradient, where nothing is in the cotangents yet.
    fn fresh(&self, options: &Options) -> Option<Fresh> {
        let is_scalar = matches!(&self.primal.results[..], [result] if result.ty.is_float());
        if !is_scalar || self.conditional.is_some() || !options.passes().fresh {
            return None;
        }
        transform::fresh(&self.joint)
    }

    /// The printed functions. Those that have directions have any number of them.
    pub fn parts(&self, rt: &Ident, options: &Options) -> Result<Parts, String> {
        let sources = emit::sources(&self.primal);
        let printed = |function| match options.no_opt {
            true => Cow::Borrowed(function),
            false => transform::values_alone(function),
        };
        let (mut tangent, mut reverse) =
            (printed(&self.tangent).into_owned(), printed(&self.reverse).into_owned());
        let inner = self.primal.vars.len();
        transform::lanes(&mut tangent, Stage::Tangent, inner)?;
        transform::lanes(&mut reverse, Stage::Reverse, inner)?;
        let fresh = self.fresh(options);
        let derived = |function| {
            let function: Cow<'_, Function> = printed(function);
            Part::of_derived(Printer::derived(&function, &self.primal, rt, &sources))
        };
        let mut joint = derived(&self.joint);
        if let Some(Conditional { assumptions, function }) = &self.conditional {
            let questions = assumptions.iter().map(Assumption::question);
            joint = joint.unless(questions, derived(function));
        }
        let fresh = fresh.as_ref();
        let fresh = fresh.map(|fresh| (derived(&fresh.function), fresh.overwritten.clone()));
        let printer = |function| Printer::derived(function, &self.primal, rt, &sources);
        Ok(Parts {
            tangent: Part::tangent_sweep(printer(&tangent)),
            joint,
            fresh,
            forward: derived(&self.forward),
            reverse: Part::reverse(printer(&reverse)),
        })
    }

    /// Whether a derivative of the function `name` is called.
    fn calls_derivative_of(&self, name: &syn::Ident) -> bool {
        calls(&self.tangent.body.stmts, name)
    }
}

const INTERNAL: &str = "internal error of chainrule";

/// A mistake of this crate's.
pub(crate) fn internal_error(name: &syn::Ident, error: &str, diagnostics: &mut Diagnostics) {
    diagnostics
        .error(name, format!("{INTERNAL}: {error}"))
        .help("please report it, with the function");
}

fn calls(stmts: &[crate::ir::Stmt], name: &syn::Ident) -> bool {
    stmts.iter().any(|stmt| match &stmt.kind {
        StmtKind::Call(call) => match &call.callee {
            Callee { target: Target::Path(path), stages } => {
                !stages.is_empty() && path.is_ident(name)
            }
            Callee { target: Target::Method(_) | Target::Operator(_), .. } => false,
        },
        kind => kind.blocks().into_iter().any(|block| calls(&block.stmts, name)),
    })
}

/// The items of a body. A nested function is differentiated as if it were annotated; that it cannot
/// be is an error only where its derivative is called.
pub(crate) fn nested_items(
    items: Vec<lower::BodyItem>,
    options: &Options,
    outer: &Derived,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let lints = companion::quiet();
    let mut tokens = TokenStream::new();
    for lower::BodyItem { item, depth } in items {
        let options = Options {
            krate: options.krate.clone(),
            rules: options.rules.clone(),
            order: (options.order + depth).min(3),
            no_opt: options.no_opt,
            ..Options::default()
        };
        match item {
            syn::Item::Fn(mut item) => {
                let own = take_options(&mut item.attrs, &options, diagnostics);
                let mut own_diagnostics = Diagnostics::new();
                let options = own.as_ref().unwrap_or(&options);
                let sig = lifetimes::named(&item.sig, None);
                let source = Source { sig: &sig, ..Source::function(&item) };
                if let Some(derived) = derive(&source, options, &mut own_diagnostics) {
                    tokens.extend(companion::companion_type(&source, options));
                    tokens.extend(derived);
                } else if outer.calls_derivative_of(&item.sig.ident) {
                    diagnostics.append(own_diagnostics);
                }
                constants::strip_arguments(&mut item.sig);
                // What is in error there is reported with the body that the item stands in.
                checkpoint::strip(&mut item.block, false, &mut Diagnostics::new());
                constants::strip_body(&mut item.block);
                tokens.extend(quote!(#lints #item));
            }
            other => tokens.extend(quote!(#lints #other)),
        }
    }
    tokens
}
