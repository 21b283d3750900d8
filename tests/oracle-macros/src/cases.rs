//! The functions with points in a corpus module, and the code that runs each of them.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Expr, Ident, ImplItem, Item, Type};

use crate::select::Version;
use crate::signature::{self, Arg, Output, Passing};

/// A function under test.
pub struct Case {
    /// Of the test and of the subject functions.
    pub name: Ident,
    /// The function's path, without its name.
    scope: Scope,
    function: Ident,
    pub args: Vec<Arg>,
    pub output: Output,
    pub points: Vec<Point>,
    /// Whether it has an `f32` version.
    pub single: bool,
    companion: Option<Ident>,
}

enum Scope {
    Modules(Vec<Ident>),
    /// An associated function: the type, and the trait if any.
    Type(Vec<Ident>, Box<Type>, Option<syn::Path>),
}

pub struct Point {
    pub smooth: bool,
    args: Vec<Expr>,
}

/// All functions with points.
pub fn find(items: &[Item]) -> syn::Result<Vec<Case>> {
    let mut found = Vec::new();
    let mut adts = HashSet::new();
    adt_names(items, &mut adts);
    find_in(items, &[], true, &adts, &mut found)?;
    Ok(found)
}

fn adt_names(items: &[Item], names: &mut HashSet<String>) {
    for item in items {
        match item {
            Item::Struct(item) if differentiable(&item.attrs) => {
                names.insert(item.ident.to_string());
            }
            Item::Enum(item) if differentiable(&item.attrs) => {
                names.insert(item.ident.to_string());
            }
            Item::Mod(item) => {
                adt_names(item.content.as_ref().map_or(&[], |(_, items)| items), names);
            }
            _ => {}
        }
    }
}

/// Whether a type derives `Differentiable`.
pub fn differentiable(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("derive")
            && attr.meta.to_token_stream().to_string().contains("Differentiable")
    })
}

fn find_in(
    items: &[Item],
    path: &[Ident],
    single: bool,
    adts: &HashSet<String>,
    found: &mut Vec<Case>,
) -> syn::Result<()> {
    for item in items {
        match item {
            Item::Fn(item) => {
                let scope = Scope::Modules(path.to_vec());
                found.extend(case(&item.attrs, &item.sig, scope, single, adts)?);
            }
            Item::Impl(item) if item.attrs.iter().any(|a| a.path().is_ident("pending")) => {}
            Item::Impl(item) => {
                let trait_path = item.trait_.as_ref().map(|(_, path, _)| path.clone());
                let single = single && is_single(&item.attrs);
                for inner in &item.items {
                    let ImplItem::Fn(method) = inner else { continue };
                    let ty = item.self_ty.clone();
                    let scope = Scope::Type(path.to_vec(), ty, trait_path.clone());
                    found.extend(case(&method.attrs, &method.sig, scope, single, adts)?);
                }
            }
            Item::Mod(item) => {
                let mut path = path.to_vec();
                path.push(item.ident.clone());
                let inner = item.content.as_ref().map_or(&[][..], |(_, items)| items);
                find_in(inner, &path, single && is_single(&item.attrs), adts, found)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_single(attrs: &[Attribute]) -> bool {
    !attrs.iter().any(|attr| {
        attr.path().is_ident("only") && attr.meta.to_token_stream().to_string().contains("double")
    })
}

fn case(
    attrs: &[Attribute],
    sig: &syn::Signature,
    scope: Scope,
    single: bool,
    adts: &HashSet<String>,
) -> syn::Result<Option<Case>> {
    let parser = Punctuated::<Expr, syn::Token![,]>::parse_terminated;
    let mut points = Vec::new();
    for attr in attrs {
        let smooth = attr.path().is_ident("at");
        if smooth || attr.path().is_ident("kink") {
            let args: Vec<Expr> = attr.parse_args_with(parser)?.into_iter().collect();
            if args.len() != sig.inputs.len() {
                return Err(syn::Error::new_spanned(attr, "one value for each argument"));
            }
            points.push(Point { smooth, args });
        }
    }
    let pending = attrs.iter().any(|attr| attr.path().is_ident("pending"));
    if points.is_empty() || pending {
        return Ok(None);
    }
    let (self_ty, prefix) = match &scope {
        Scope::Modules(_) => (None, String::new()),
        Scope::Type(_, ty, _) => {
            let name = ty.to_token_stream().to_string();
            let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
            (Some(&**ty), format!("{}_", name.to_lowercase()))
        }
    };
    let options = attrs.iter().find(|attr| attr.path().is_ident("differentiable"));
    let wrt = options.and_then(|attr| option(attr, "wrt"));
    let companion = options
        .and_then(|attr| option(attr, "companion"))
        .and_then(|names| names.into_iter().next().map(|name| format_ident!("{name}")));
    Ok(Some(Case {
        name: format_ident!("{prefix}{}", sig.ident),
        args: signature::args(sig, self_ty, wrt.as_ref(), adts),
        output: signature::output(sig, self_ty, adts),
        function: sig.ident.clone(),
        points,
        single: single && is_single(attrs),
        companion,
        scope,
    }))
}

/// The words of an option of `#[differentiable(..)]`: of `name(..)` or `name = word`.
fn option(attr: &Attribute, name: &str) -> Option<HashSet<String>> {
    let syn::Meta::List(list) = &attr.meta else { return None };
    let mut tokens = list.tokens.clone().into_iter();
    tokens.find(|token| token.to_string() == name)?;
    let words = match tokens.next()? {
        proc_macro2::TokenTree::Group(group) => group.stream(),
        _ => tokens.next()?.into(),
    };
    Some(words.into_iter().map(|token| token.to_string()).filter(|word| word != ",").collect())
}

/// Gives float literals of a point their type, for the inference of generic arguments.
struct Suffix;

impl VisitMut for Suffix {
    fn visit_lit_float_mut(&mut self, lit: &mut syn::LitFloat) {
        if lit.suffix().is_empty() {
            let digits = lit.base10_digits();
            let digits = digits.strip_suffix('.').unwrap_or(digits);
            *lit = syn::LitFloat::new(&format!("{digits}f64"), lit.span());
        }
    }

    fn visit_expr_macro_mut(&mut self, mac: &mut syn::ExprMacro) {
        let parser = Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        if let Ok(mut args) = mac.mac.parse_body_with(parser) {
            args.iter_mut().for_each(|arg| self.visit_expr_mut(arg));
            mac.mac.tokens = args.into_token_stream();
        }
    }
}

impl Case {
    /// The `#[test]`.
    pub fn test(&self, primal_only: bool) -> TokenStream {
        let name = &self.name;
        let (subject, reference) = (self.function_name("subject"), self.function_name("reference"));
        let inputs = self.function_name("inputs");
        let text = name.to_string();
        let smooth = self.points.iter().map(|point| point.smooth);
        let single = match self.single && !primal_only {
            true => quote!(Some(single::#subject())),
            false => quote!(None),
        };
        quote! {
            #[test]
            fn #name() {
                ::chainrule_oracle::check(&::chainrule_oracle::Case {
                    name: concat!(module_path!(), "::", #text),
                    smooth: &[#(#smooth),*],
                    inputs: dual::#inputs,
                    double: double::#subject(),
                    single: #single,
                    reference: ::std::boxed::Box::new(dual::#reference),
                });
            }
        }
    }

    /// The code that runs the function in one version of the module.
    pub fn subject(&self, version: Version, primal_only: bool) -> TokenStream {
        if version == Version::Dual {
            return self.reference();
        }
        let subject = self.function_name("subject");
        let (args, primal) = (self.point_values(), self.primal());
        let derivatives = match primal_only {
            true => quote!(None),
            false => {
                let (jvp, transpose) = (self.jvp(), self.transpose());
                quote!(Some(oracle::Derivatives { jvp: #jvp, #transpose }))
            }
        };
        quote! {
            pub fn #subject() -> ::chainrule_oracle::Subject {
                use ::chainrule_oracle as oracle;
                #args
                oracle::Subject { primal: #primal, derivatives: #derivatives }
            }
        }
    }

    pub fn function_name(&self, what: &str) -> Ident {
        format_ident!("__{}_{what}", self.name)
    }

    /// `let args = |point| match point { .. };`: the owned arguments at each point.
    pub fn point_values(&self) -> TokenStream {
        let arms = self.points.iter().enumerate().map(|(index, point)| {
            let values = point.args.iter().zip(&self.args).map(|(expr, arg)| {
                let mut expr = expr.clone();
                Suffix.visit_expr_mut(&mut expr);
                match arg.slice {
                    true => quote!((#expr).to_vec()),
                    false => quote!(#expr),
                }
            });
            let index = Literal::usize_unsuffixed(index);
            quote!(#index => (#(#values,)*))
        });
        let types = self.args.iter().map(|arg| &arg.owned);
        let output = self
            .args
            .iter()
            .all(|arg| arg.owned.as_ref().is_some_and(|ty| !matches!(ty, Type::Infer(_))))
            .then(|| quote!(-> (#(#types,)*)));
        let body = quote!(match point { #(#arms,)* _ => unreachable!() });
        match output {
            Some(output) => quote!(let args = |point: usize| #output { #body };),
            None => quote!(let args = |point: usize| #body;),
        }
    }

    /// `let (mut a0, mut a1,) = args(point);`
    pub fn bind(&self) -> TokenStream {
        let names = self.args.iter().map(Arg::name);
        quote!(let (#(mut #names,)*) = args(point);)
    }

    pub fn active(&self) -> impl Iterator<Item = &Arg> {
        self.args.iter().filter(|arg| arg.active)
    }

    fn written(&self) -> impl Iterator<Item = &Arg> {
        self.active().filter(|arg| arg.passing == Passing::RefMut)
    }

    /// The function applied to the bound arguments.
    pub fn call(&self) -> TokenStream {
        let name = &self.function;
        let path = match &self.scope {
            Scope::Modules(path) => quote!(#(#path::)*#name),
            Scope::Type(path, ty, None) => {
                let ty = scoped(path, ty);
                quote!(<#ty>::#name)
            }
            Scope::Type(path, ty, Some(trait_path)) => {
                let ty = scoped(path, ty);
                quote!(<#ty as #(#path::)*#trait_path>::#name)
            }
        };
        let args = self.args.iter().map(|arg| arg.pass(&arg.name()));
        quote!(#path(#(#args),*))
    }

    /// A derived function applied to the bound arguments and to more.
    pub fn derived(&self, what: &str, more: &[TokenStream]) -> TokenStream {
        let name = &self.function;
        let what_ident = format_ident!("{what}");
        let path = match &self.scope {
            Scope::Modules(path) => {
                let companion = self.companion.as_ref().unwrap_or(name);
                quote!(#(#path::)*#companion::#what_ident)
            }
            Scope::Type(path, ty, _) => {
                let ty = scoped(path, ty);
                let method = format_ident!("{name}_{what}");
                quote!(<#ty>::#method)
            }
        };
        let args = self.args.iter().map(|arg| arg.pass(&arg.name()));
        quote!(#path(#(#args,)* #(#more),*))
    }

    /// An `Answer` of the result `r` and the written arguments, with a derivative.
    fn answer(&self, derivative: TokenStream) -> TokenStream {
        let written: Vec<_> = self.written().map(Arg::name).collect();
        quote! {{
            let mut out = (r, (#(&mut #written,)*));
            let text = format!("{:?}", out);
            oracle::Answer { values: oracle::values(&mut out), text, derivative: #derivative }
        }}
    }

    fn primal(&self) -> TokenStream {
        let (bind, call, answer) = (self.bind(), self.call(), self.answer(quote!(Vec::new())));
        let active = self.active().map(Arg::name);
        quote!(::std::boxed::Box::new(move |point: usize, by: &[oracle::Plain]| {
            #bind
            let mut by = by.iter();
            #(oracle::shift(&mut #active, &mut by);)*
            let r = #call;
            #answer
        }))
    }

    fn jvp(&self) -> TokenStream {
        let active: Vec<_> = self.active().collect();
        let names = active.iter().map(|arg| arg.name());
        let dots: Vec<_> = active.iter().map(|arg| format_ident!("d{}", arg.index)).collect();
        let passed: Vec<_> = active.iter().zip(&dots).map(|(arg, dot)| arg.pass(dot)).collect();
        let written = active.iter().zip(&dots).filter(|(arg, _)| arg.passing == Passing::RefMut);
        let written = written.map(|(_, dot)| dot);
        let call = self.derived("jvp", &passed);
        let result = match self.output {
            Output::Unit => quote!(let r = #call; let r_dot = ();),
            Output::Inactive => quote!(let r = #call; let r_dot = ();),
            Output::Float | Output::Other => quote!(let (r, r_dot) = #call;),
        };
        let bind = self.bind();
        let derivative = quote!(oracle::values(&mut (r_dot, (#(&mut #written,)*))));
        let answer = self.answer(derivative);
        quote!(::std::boxed::Box::new(move |point: usize, along: &[oracle::Plain]| {
            #bind
            let mut along = along.iter();
            #(let mut #dots = oracle::filled(
                ::chainrule::Differentiable::zero_tangent(&#names), &mut along);)*
            #result
            #answer
        }))
    }

    fn transpose(&self) -> TokenStream {
        let (adjoint, onto_ones) = (self.adjoint(0.0), self.adjoint(1.0));
        let by_reference = self.args.iter().all(|arg| arg.passing != Passing::RefMut);
        let vjp = self.vjp();
        let grad = match by_reference && self.output == Output::Float {
            true => {
                let grad = self.grad();
                quote!(Some(#grad))
            }
            false => quote!(None),
        };
        quote! {
            adjoint: #adjoint,
            adjoint_onto_ones: #onto_ones,
            vjp: #vjp,
            grad: #grad,
        }
    }

    /// Statements that leave `seed` (where the result has a derivative) and the bars of written
    /// arguments, of the shapes that the function's outputs have, filled from `with`.
    fn seeds(&self) -> TokenStream {
        let (bind, call) = (self.bind(), self.call());
        let written: Vec<_> = self.written().collect();
        let names = written.iter().map(|arg| arg.name());
        let bars: Vec<_> = written.iter().map(|arg| format_ident!("b{}", arg.index)).collect();
        let seed = match self.output {
            Output::Unit | Output::Inactive => quote!(()),
            Output::Float | Output::Other => {
                quote!(oracle::filled(::chainrule::Differentiable::zero_tangent(&r), &mut with))
            }
        };
        quote! {
            let mut with = with.iter();
            let (seed, (#(mut #bars,)*)) = {
                #bind
                let r = #call;
                (#seed, (#(oracle::filled(
                    ::chainrule::Differentiable::zero_tangent(&#names), &mut with),)*))
            };
        }
    }

    fn adjoint(&self, start: f64) -> TokenStream {
        let start = Literal::f64_unsuffixed(start);
        let (bind, seeds) = (self.bind(), self.seeds());
        let active: Vec<_> = self.active().collect();
        let bars: Vec<_> = active.iter().map(|arg| format_ident!("b{}", arg.index)).collect();
        let read = active.iter().zip(&bars).filter(|(arg, _)| arg.passing != Passing::RefMut);
        let fresh = read.map(|(arg, bar)| {
            let name = arg.name();
            quote!(let mut #bar = oracle::all(
                ::chainrule::Differentiable::zero_tangent(&#name), #start);)
        });
        let mut more: Vec<_> = self.has_seed().then(|| quote!(seed)).into_iter().collect();
        more.extend(bars.iter().map(|bar| quote!(&mut #bar)));
        let call = self.derived("adjoint", &more);
        let answer = self.answer(quote!(derivative));
        let offsets = active.iter().map(|arg| match arg.passing {
            Passing::RefMut => Literal::f64_unsuffixed(0.0),
            Passing::Value | Passing::Ref => start.clone(),
        });
        quote!(::std::boxed::Box::new(move |point: usize, with: &[oracle::Plain]| {
            #seeds
            #bind
            #(#fresh)*
            let r = #call;
            let mut derivative = Vec::new();
            #(oracle::collect(&mut derivative, &mut #bars, #offsets);)*
            #answer
        }))
    }

    fn vjp(&self) -> TokenStream {
        let (bind, seeds, call) = (self.bind(), self.seeds(), self.derived("vjp", &[]));
        let bars: Vec<_> = self.active().map(|arg| format_ident!("b{}", arg.index)).collect();
        let written: Vec<_> = self.written().map(|arg| format_ident!("b{}", arg.index)).collect();
        let read: Vec<_> = bars.iter().filter(|bar| !written.contains(bar)).collect();
        let results = match read[..] {
            [bar] => quote!(mut #bar),
            _ => quote!((#(mut #read),*)),
        };
        let seed = self.has_seed().then(|| quote!(seed.clone(),));
        let answer = self.answer(quote!(first));
        quote!(::std::boxed::Box::new(move |point: usize, with: &[oracle::Plain]| {
            #seeds
            #bind
            let (r, pullback) = #call;
            let run = || {
                #(let mut #written = #written.clone();)*
                let #results = pullback(#seed #(&mut #written),*);
                let mut derivative = Vec::new();
                #(oracle::collect(&mut derivative, &mut #bars, 0.0);)*
                derivative
            };
            let (first, second) = (run(), run());
            assert_eq!(format!("{first:?}"), format!("{second:?}"), "the pullback called twice");
            #answer
        }))
    }

    fn has_seed(&self) -> bool {
        match self.output {
            Output::Unit | Output::Inactive => false,
            Output::Float | Output::Other => true,
        }
    }

    fn grad(&self) -> TokenStream {
        let bind = self.bind();
        let (grad, value_and_grad) =
            (self.derived("grad", &[]), self.derived("value_and_grad", &[]));
        let answer = self.answer(quote!(gradient));
        quote!(::std::boxed::Box::new(move |point: usize, _: &[oracle::Plain]| {
            #bind
            let gradient = oracle::values(&mut #grad);
            #bind
            let (r, mut same) = #value_and_grad;
            assert_eq!(format!("{gradient:?}"), format!("{:?}", oracle::values(&mut same)));
            #answer
        }))
    }

    fn reference(&self) -> TokenStream {
        let (reference, inputs) = (self.function_name("reference"), self.count_inputs());
        let (args, bind, call) = (self.point_values(), self.bind(), self.call());
        let active: Vec<_> = self.active().map(Arg::name).collect();
        let written = self.written().map(Arg::name);
        // `f64` is spelled by its bits here: the word itself becomes `Dual`.
        quote! {
            pub fn #reference(point: usize, along: &[::chainrule_oracle::Plain])
                -> ::chainrule_oracle::Answer
            {
                use ::chainrule_oracle as oracle;
                #args
                #bind
                let mut along = along.iter();
                #(oracle::perturb(&mut #active, &mut along);)*
                let r = #call;
                let mut out = (r, (#(&mut #written,)*));
                let text = format!("{:?}", out);
                oracle::Answer {
                    values: oracle::values(&mut out), text, derivative: oracle::duals(&mut out),
                }
            }

            #inputs
        }
    }

    /// How many floats the active arguments hold at a point.
    pub fn count_inputs(&self) -> TokenStream {
        let inputs = self.function_name("inputs");
        let (args, bind, call) = (self.point_values(), self.bind(), self.call());
        let active = self.active().map(Arg::name);
        quote! {
            pub fn #inputs(point: usize) -> usize {
                use ::chainrule_oracle as oracle;
                #args
                #bind
                // Called for the types that it fixes.
                let count = 0 #(+ oracle::count(&mut #active))*;
                let _ = #call;
                count
            }
        }
    }
}

/// A type inside modules, its generic arguments left to inference.
fn scoped(path: &[Ident], ty: &Type) -> TokenStream {
    let mut ty = ty.clone();
    if let Type::Path(path) = &mut ty
        && let Some(last) = path.path.segments.last_mut()
        && let syn::PathArguments::AngleBracketed(args) = &mut last.arguments
    {
        for arg in &mut args.args {
            if let syn::GenericArgument::Type(ty) = arg {
                *ty = syn::parse_quote!(_);
            }
            if let syn::GenericArgument::Const(expr) = arg {
                *expr = syn::parse_quote!(_);
            }
        }
    }
    quote!(#(#path::)*#ty)
}
