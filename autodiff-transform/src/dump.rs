//! `#[differentiable(dump)]` and `CHAINRULE_DUMP=name`: shows the IR and the expansion.

use proc_macro2::TokenStream;

use crate::expand::Derived;
use crate::options::Options;
use crate::parse::Source;

/// Whether the user asks for it.
fn is_wanted(source: &Source<'_>, options: &Options) -> bool {
    options.dump || std::env::var("CHAINRULE_DUMP").is_ok_and(|name| source.sig.ident == name)
}

/// Prints the IR to the compiler's standard error, if it is asked for.
pub(crate) fn ir(source: &Source<'_>, options: &Options, derived: &Derived) {
    if is_wanted(source, options) {
        for (stage, function) in derived.all() {
            eprintln!("// {}: {stage}\n{function}\n", source.sig.ident);
        }
    }
}

/// Prints the expansion, likewise.
pub(crate) fn expansion(source: &Source<'_>, options: &Options, tokens: &TokenStream) {
    if is_wanted(source, options) {
        eprintln!("// {}: expansion\n{tokens}\n", source.sig.ident);
    }
}
