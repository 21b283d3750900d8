//! `#[corpus]`: one source of a function, three programs.
//!
//! ```text
//! #[corpus]
//! mod cases {
//!     #[differentiable]
//!     #[at(0.5, 2.0)]          // a point: one value for each argument
//!     #[kink(0.0, 1.0)]        // a point where differences of the primal mean nothing
//!     fn f(x: f64, y: f64) -> f64 { x * y.abs() }
//! }
//! ```
//!
//! becomes the modules `cases::double` (the source itself), `cases::single` (`f32` for `f64`) and
//! `cases::dual` (`chainrule_oracle::Dual` for `f64`, without chainrule), and a test for each
//! function with a point. `#[only(dual)]` and `#[only(plain)]` keep an item out of the others,
//! where a rule is declared that does not follow from the body; `#[only(double)]` keeps it out of
//! `single`.
//!
//! In the test crate `corpus_second` the same modules are compiled with `order = 2` instead.

mod adt;
mod cases;
mod dualize;
mod second;
mod select;
mod signature;
mod single;

use proc_macro::TokenStream;
use quote::quote;

/// See the crate.
#[proc_macro_attribute]
pub fn corpus(options: TokenStream, item: TokenStream) -> TokenStream {
    let module = syn::parse_macro_input!(item as syn::ItemMod);
    let primal_only = !options.is_empty();
    expand(module, primal_only).unwrap_or_else(syn::Error::into_compile_error).into()
}

fn expand(module: syn::ItemMod, primal_only: bool) -> syn::Result<proc_macro2::TokenStream> {
    let Some((_, items)) = &module.content else {
        return Err(syn::Error::new_spanned(&module, "a corpus module stands inline"));
    };
    let (vis, name) = (&module.vis, &module.ident);
    if second::is_asked_for() {
        return second::expand(&module, items);
    }
    let found = cases::find(items)?;
    let double = version(items, &found, select::Version::Double, primal_only)?;
    let single = version(items, &found, select::Version::Single, primal_only)?;
    let dual = version(items, &found, select::Version::Dual, primal_only)?;
    let tests = found.iter().map(|case| case.test(primal_only));
    Ok(quote! {
        #vis mod #name {
            #[allow(dead_code, unused, clippy::all)]
            pub mod double { #double }
            #[allow(dead_code, unused, clippy::all)]
            pub mod single { #single }
            #[allow(dead_code, unused, clippy::all)]
            pub mod dual { #dual }
            #(#tests)*
        }
    })
}

fn version(
    items: &[syn::Item],
    found: &[cases::Case],
    version: select::Version,
    primal_only: bool,
) -> syn::Result<proc_macro2::TokenStream> {
    let kept = select::items(items, version, primal_only)?;
    let leaves = adt::leaves(items, version, primal_only)?;
    let subjects = found
        .iter()
        .filter(|case| version != select::Version::Single || case.single)
        .map(|case| case.subject(version, primal_only));
    let tokens = quote! { #(#kept)* #(#subjects)* #leaves };
    Ok(match version {
        select::Version::Double => tokens,
        select::Version::Single => single::replace(tokens),
        select::Version::Dual => dualize::replace(syn::parse2(tokens)?),
    })
}
