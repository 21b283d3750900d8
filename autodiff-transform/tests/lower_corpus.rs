//! Every function of the corpus lowers to IR that verifies.

use autodiff_transform::associated;
use autodiff_transform::diagnostics::Diagnostics;
use autodiff_transform::ir;
use autodiff_transform::lower;
use autodiff_transform::options::Options;
use autodiff_transform::parse::Source;
use quote::ToTokens;

/// What is wrong with the lowering of a function, if anything.
fn check(source: &Source<'_>, options: &Options) -> Option<String> {
    let mut diagnostics = Diagnostics::new();
    let output = lower::lower(source, options, &mut diagnostics);
    match output {
        Some(output) => ir::verify::verify(&output.function)
            .err()
            .map(|error| format!("{error}\n{}", output.function)),
        None => Some(diagnostics.messages().collect::<Vec<_>>().join("\n")),
    }
}

#[derive(Default)]
struct Walk {
    count: usize,
    failures: Vec<String>,
}

fn options_of(attrs: &[syn::Attribute]) -> Option<Options> {
    let attr = attrs.iter().find(|attr| {
        attr.path().segments.last().is_some_and(|last| last.ident == "differentiable")
    })?;
    let tokens = match &attr.meta {
        syn::Meta::List(list) => list.tokens.clone(),
        _ => Default::default(),
    };
    Some(Options::parse(tokens, &mut Diagnostics::new()))
}

impl Walk {
    fn check(&mut self, source: &Source<'_>, options: &Options) {
        let by_rule = !options.partials.is_empty() || options.jvp.is_some();
        if by_rule {
            return;
        }
        self.count += 1;
        if let Some(failure) = check(source, options) {
            let text = source.block.to_token_stream();
            self.failures.push(format!("== {}\n{failure}\n{text}\n", source.sig.ident));
        }
    }

    fn item(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Fn(function) => {
                if let Some(options) = options_of(&function.attrs) {
                    self.check(&Source::function(function), &options);
                }
            }
            syn::Item::Impl(impl_) => {
                let Some(options) = options_of(&impl_.attrs) else { return };
                let mut impl_ = impl_.clone();
                associated::write_out(&mut impl_);
                for item in &impl_.items {
                    if let syn::ImplItem::Fn(method) = item {
                        self.check(&Source::method(&impl_, method), &options);
                    }
                }
            }
            syn::Item::Mod(module) => {
                for item in module.content.iter().flat_map(|(_, items)| items) {
                    self.item(item);
                }
            }
            _ => {}
        }
    }
}

#[test]
fn the_corpus_lowers() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/corpus");
    let mut walk = Walk::default();
    for entry in std::fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("a readable entry").path();
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let file = syn::parse_file(&text).expect("the corpus parses");
        let before = walk.failures.len();
        file.items.iter().for_each(|item| walk.item(item));
        for failure in &mut walk.failures[before..] {
            failure.insert_str(0, &format!("{}: ", path.display()));
        }
    }
    assert!(walk.count > 200, "only {} functions were found", walk.count);
    assert!(
        walk.failures.is_empty(),
        "{} of {} functions:\n{}",
        walk.failures.len(),
        walk.count,
        walk.failures.join("\n")
    );
}
