//! The arguments of `#[differentiable(..)]`.
//!
//! Every wrong option is reported, each at its own tokens, and the rest is still read.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Token, parenthesized};

use crate::diagnostics::{Diagnostics, nearest};
use crate::transform::Passes;

/// What the user asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// `wrt(a, b)`: the only parameters with a derivative.
    pub wrt: Option<Vec<Ident>>,
    /// `crate = path`: where the facade crate is found; `::chainrule` unless told.
    pub krate: syn::Path,
    /// `companion = Name`: the name of the companion type instead of the function's.
    pub companion: Option<Ident>,
    /// `partials(x = …)`: closed-form partial derivatives instead of differentiating the body.
    pub partials: Vec<Partial>,
    /// `jvp = path`: a hand-written forward rule.
    pub jvp: Option<syn::Path>,
    /// `vjp = path`: a hand-written reverse rule.
    pub vjp: Option<syn::Path>,
    /// `rules(foreign::path = wrapper)`: calls of the first are differentiated as calls of the
    /// second.
    pub rules: Vec<Rule>,
    /// `order = n`: how many times the function can be differentiated; 1 unless told.
    pub order: u32,
    /// The names of the options that are given.
    pub given: Vec<Ident>,
    /// `dump`: print the IR and the expansion when compiling.
    pub dump: bool,
    /// `no_opt`: derived code as the transforms leave it, for tests.
    pub no_opt: bool,
}

/// `x = expression`, the partial derivative with respect to the parameter `x`.
#[derive(Clone, Debug)]
pub struct Partial {
    pub param: Ident,
    pub value: syn::Expr,
}

/// `from = to`.
#[derive(Clone, Debug)]
pub struct Rule {
    pub from: syn::Path,
    pub to: syn::Path,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            wrt: None,
            krate: syn::parse_quote!(::chainrule),
            companion: None,
            partials: Vec::new(),
            jvp: None,
            vjp: None,
            rules: Vec::new(),
            order: 1,
            given: Vec::new(),
            dump: false,
            no_opt: false,
        }
    }
}

const NAMES: &[&str] =
    &["wrt", "crate", "companion", "partials", "jvp", "vjp", "rules", "order", "dump", "no_opt"];

impl Options {
    /// The passes over derived code, and what is done with certain loops.
    pub fn passes(&self) -> Passes {
        if self.no_opt { Passes::NONE } else { Passes::ALL }
    }

    /// Reads the arguments. Options in error are left at their default.
    pub fn parse(attr: TokenStream, diagnostics: &mut Diagnostics) -> Options {
        let mut options = Options::default();
        let mut seen: Vec<String> = Vec::new();
        for tokens in split_at_commas(attr) {
            let result = (|input: ParseStream| options.parse_one(input, &mut seen)).parse2(tokens);
            if let Err(error) = result {
                diagnostics.push(error);
            }
        }
        if !options.partials.is_empty()
            && let Some(path) = options.jvp.as_ref().or(options.vjp.as_ref())
        {
            diagnostics
                .error(path, "`partials(..)` already is a rule for both modes")
                .help("remove `jvp` and `vjp`, or `partials(..)`");
        }
        options
    }

    fn parse_one(&mut self, input: ParseStream, seen: &mut Vec<String>) -> syn::Result<()> {
        let name: Ident = match input.call(syn::ext::IdentExt::parse_any) {
            Ok(name) => name,
            Err(error) => return Err(not_an_option(error.span())),
        };
        let text = name.to_string();
        if seen.contains(&text) {
            return Err(syn::Error::new(name.span(), format!("option `{text}` is given twice")));
        }
        match text.as_str() {
            "wrt" => self.wrt = Some(distinct(list(&name, input, "wrt(x, y)")?)?),
            "crate" => self.krate = value(&name, input, "crate = my::chainrule")?,
            "companion" => self.companion = Some(value(&name, input, "companion = Name")?),
            "partials" => self.partials = list(&name, input, "partials(x = 2.0 * x)")?,
            "jvp" => self.jvp = Some(value(&name, input, "jvp = my_jvp")?),
            "vjp" => self.vjp = Some(value(&name, input, "vjp = my_vjp")?),
            "rules" => self.rules = list(&name, input, "rules(foreign::path = my_wrapper)")?,
            "order" => self.order = order(&name, input)?,
            "dump" => self.dump = true,
            "no_opt" => self.no_opt = true,
            _ => return Err(unknown(&name)),
        }
        if !input.is_empty() {
            return Err(match text.as_str() {
                "dump" | "no_opt" => input.error(format!("option `{text}` takes no value")),
                _ => input.error(format!("unexpected tokens after option `{text}`")),
            });
        }
        seen.push(text);
        self.given.push(name);
        Ok(())
    }

    /// Refuses options that mean nothing where they stand.
    pub fn refuse(&self, names: &[&str], place: &str, help: &str, diagnostics: &mut Diagnostics) {
        for name in self.given.iter().filter(|given| names.iter().any(|name| *given == name)) {
            diagnostics.error(name, format!("option `{name}` means nothing on {place}")).help(help);
        }
    }
}

fn unknown(name: &Ident) -> syn::Error {
    let help = match nearest(&name.to_string(), NAMES) {
        Some(nearest) => format!("the nearest option is `{nearest}`"),
        None => valid_options(),
    };
    let message = format!("unknown option `{name}` of `#[differentiable]`\n  help: {help}");
    syn::Error::new(name.span(), message)
}

fn not_an_option(span: Span) -> syn::Error {
    let message = format!("an option starts with its name\n  help: {}", valid_options());
    syn::Error::new(span, message)
}

fn valid_options() -> String {
    let valid = NAMES.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    format!("the options are {valid}")
}

/// What an option is to look like, where it does not.
fn written_as(span: Span, name: &Ident, example: &str) -> syn::Error {
    syn::Error::new(span, format!("option `{name}` is written `{example}`"))
}

/// `= value`.
fn value<T: Parse>(name: &Ident, input: ParseStream, example: &str) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(written_as(name.span(), name, example));
    }
    input.parse::<Token![=]>()?;
    let span = input.span();
    let value = input.parse().map_err(|error| written_as(error.span(), name, example))?;
    match input.is_empty() {
        true => Ok(value),
        false => Err(written_as(span, name, example)),
    }
}

/// `(item, …)`.
fn list<T: Parse>(name: &Ident, input: ParseStream, example: &str) -> syn::Result<Vec<T>> {
    if !input.peek(syn::token::Paren) {
        return Err(written_as(name.span(), name, example));
    }
    let content;
    parenthesized!(content in input);
    let items: Vec<T> = Punctuated::<T, Token![,]>::parse_terminated(&content)
        .map_err(|error| written_as(error.span(), name, example))?
        .into_iter()
        .collect();
    if items.is_empty() {
        return Err(syn::Error::new(name.span(), format!("option `{name}(..)` is empty")));
    }
    Ok(items)
}

/// Names, each once.
fn distinct(names: Vec<Ident>) -> syn::Result<Vec<Ident>> {
    match (1..names.len()).find(|&index| names[..index].contains(&names[index])) {
        Some(again) => {
            let name = &names[again];
            Err(syn::Error::new(name.span(), format!("`{name}` is named twice")))
        }
        None => Ok(names),
    }
}

fn order(name: &Ident, input: ParseStream) -> syn::Result<u32> {
    let literal: syn::LitInt = value(name, input, "order = 2")?;
    match literal.base10_parse() {
        Ok(order @ 1..=3) => Ok(order),
        _ => Err(syn::Error::new(literal.span(), "`order` is 1, 2 or 3")),
    }
}

/// The pieces between the commas that are not inside brackets.
fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces: Vec<Vec<TokenTree>> = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => pieces.push(Vec::new()),
            _ => pieces.last_mut().expect("there is always a last piece").push(token),
        }
    }
    pieces.into_iter().filter(|piece| !piece.is_empty()).map(TokenStream::from_iter).collect()
}

impl Parse for Partial {
    fn parse(input: ParseStream) -> syn::Result<Partial> {
        let param = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Partial { param, value: input.parse()? })
    }
}

impl Parse for Rule {
    fn parse(input: ParseStream) -> syn::Result<Rule> {
        let from = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Rule { from, to: input.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    fn messages(attr: TokenStream) -> Vec<String> {
        let mut diagnostics = Diagnostics::new();
        Options::parse(attr, &mut diagnostics);
        diagnostics.messages().collect()
    }

    #[test]
    fn reads_every_option() {
        let mut diagnostics = Diagnostics::new();
        let options = Options::parse(
            quote!(
                wrt(a, b),
                crate = my::chainrule,
                companion = Gmm,
                jvp = f_jvp,
                vjp = f_vjp,
                rules(libm::erf = erf, g = m::g),
                order = 2,
                dump,
                no_opt,
            ),
            &mut diagnostics,
        );
        assert_eq!(diagnostics.messages().collect::<Vec<_>>(), Vec::<String>::new());
        assert_eq!(options.wrt.map(|names| names.len()), Some(2));
        assert_eq!(options.rules.len(), 2);
        assert_eq!(options.order, 2);
        assert!(options.dump && options.no_opt);
    }

    #[test]
    fn reports_each_wrong_option() {
        let messages = messages(quote!(wrt, orders = 2, order = 7, dump, dump, jvp(f)));
        assert_eq!(messages.len(), 5, "{messages:?}");
        assert!(messages[1].contains("the nearest option is `order`"), "{}", messages[1]);
    }
}
