//! `#[differentiable(dump)]` and `CHAINRULE_DUMP=name`: shows the IR and the expansion.

use proc_macro2::TokenStream;

use crate::expand::Derived;
use crate::options::Options;
use crate::parse::Source;

/// Prints to the compiler's standard error, if it is asked for.
pub(crate) fn dump(
    source: &Source<'_>,
    options: &Options,
    derived: &Derived,
    expansion: &TokenStream,
) {
    let name = source.sig.ident.to_string();
    if !options.dump && std::env::var("CHAINRULE_DUMP").as_deref() != Ok(&name) {
        return;
    }
    for (stage, function) in derived.all() {
        eprintln!("// {name}: {stage}\n{function}\n");
    }
    eprintln!("// {name}: expansion\n{expansion}\n");
}
