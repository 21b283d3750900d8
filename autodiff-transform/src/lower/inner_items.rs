//! Items in inner blocks, and macros anywhere in the body.
//!
//! `let a = { fn g(x: f64) -> f64 { x * 2.0 } g(p) }; a + g(p)`: derived code has the items of the body at its
//! beginning, for the derivatives of all blocks are one. There such an item would hide what the rest of the
//! function means by its name, and so would a macro what is meant by it further up: macros are known from
//! their definition on. What a macro of the library's name would do is not looked at.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};

use super::{Lowerer, macros};
use crate::parse::Source;

impl Lowerer<'_> {
    /// Refuses items of inner blocks by whose names the rest of the function knows something else.
    pub fn refuse_hiding_items(&mut self, source: &Source<'_>) {
        let mut items = InnerItems::default();
        items.visit_block(source.block);
        self.refuse_macros(&items.macros);
        if items.found.is_empty() && items.globs.is_empty() {
            return;
        }
        let all = source.block.to_token_stream();
        for (name, block) in items.found {
            if mentions(&all, &name) > mentions(&block.to_token_stream(), &name) {
                self.reject(
                    &name,
                    format!(
                        "`{name}` of an inner block would hide what the rest of the function means by it \
                         in the derivatives"
                    ),
                    "give it another name, or put it at the beginning of the function",
                );
            }
        }
        for glob in items.globs {
            self.reject(
                glob,
                "what is imported here in an inner block might hide what the rest of the function means",
                "put the import at the beginning of the function, or name what is imported",
            );
        }
    }

    /// Refuses macros that another one is meant by, above or in the table of those that are known.
    fn refuse_macros(&mut self, macros: &[(&Ident, &[syn::Stmt])]) {
        for (name, above) in macros {
            let before: TokenStream = above.iter().map(ToTokens::to_token_stream).collect();
            let problem = if macros::is_known(&name.to_string()) {
                format!("a macro `{name}!` of the function's own would be taken for the usual one")
            } else if invokes(&before, name) {
                format!("`{name}!` would mean this macro further up, too, in the derivatives")
            } else {
                continue;
            };
            self.reject(name, problem, "give it another name");
        }
    }
}

/// Whether the tokens have `name!`, or define it.
fn invokes(tokens: &TokenStream, name: &Ident) -> bool {
    let trees: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_bang = |at: usize| matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
    let is = |at: usize, word: &str| matches!(trees.get(at), Some(TokenTree::Ident(ident)) if ident == word);
    trees.iter().enumerate().any(|(at, tree)| match tree {
        TokenTree::Group(group) => invokes(&group.stream(), name),
        TokenTree::Ident(ident) if ident == name => {
            is_bang(at + 1) || at >= 2 && is(at - 2, "macro_rules")
        }
        _ => false,
    })
}

/// How often the tokens have the name.
fn mentions(tokens: &TokenStream, name: &Ident) -> usize {
    let count = |token| match token {
        TokenTree::Group(group) => mentions(&group.stream(), name),
        TokenTree::Ident(ident) => usize::from(ident == *name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.clone().into_iter().map(count).sum()
}

#[derive(Default)]
struct InnerItems<'a> {
    depth: usize,
    /// The names, and the blocks that they are meant for.
    found: Vec<(Ident, &'a syn::Block)>,
    /// Imports of all that a module has. The variants of an enum have names that start with a capital, as
    /// functions and variables have not.
    globs: Vec<&'a syn::UseGlob>,
    /// The macros of all blocks, and what stands above them.
    macros: Vec<(&'a Ident, &'a [syn::Stmt])>,
}

impl<'a> Visit<'a> for InnerItems<'a> {
    fn visit_block(&mut self, block: &'a syn::Block) {
        self.depth += 1;
        for (at, stmt) in block.stmts.iter().enumerate() {
            if let syn::Stmt::Item(syn::Item::Macro(syn::ItemMacro { ident: Some(name), .. })) =
                stmt
            {
                self.macros.push((name, &block.stmts[..at]));
            }
            if let (syn::Stmt::Item(item), true) = (stmt, self.depth > 1) {
                self.item(item, block);
            }
        }
        visit::visit_block(self, block);
        self.depth -= 1;
    }

    fn visit_item(&mut self, _: &'a syn::Item) {}
}

impl<'a> InnerItems<'a> {
    fn item(&mut self, item: &'a syn::Item, block: &'a syn::Block) {
        let name = match item {
            syn::Item::Fn(item) => &item.sig.ident,
            syn::Item::Const(item) => &item.ident,
            syn::Item::Static(item) => &item.ident,
            syn::Item::Type(item) => &item.ident,
            syn::Item::Struct(item) => &item.ident,
            syn::Item::Enum(item) => &item.ident,
            syn::Item::Union(item) => &item.ident,
            syn::Item::Trait(item) => &item.ident,
            syn::Item::TraitAlias(item) => &item.ident,
            syn::Item::Mod(item) => &item.ident,
            syn::Item::Macro(syn::ItemMacro { ident: Some(name), .. }) => name,
            syn::Item::Use(item) => return self.imported(&item.tree, None, block),
            _ => return,
        };
        self.found.push((name.clone(), block));
    }

    fn imported(&mut self, tree: &'a syn::UseTree, of: Option<&Ident>, block: &'a syn::Block) {
        match tree {
            syn::UseTree::Path(path) => self.imported(&path.tree, Some(&path.ident), block),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.imported(item, of, block));
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                self.found.extend(of.map(|of| (of.clone(), block)));
            }
            syn::UseTree::Name(name) => self.found.push((name.ident.clone(), block)),
            syn::UseTree::Rename(rename) => self.found.push((rename.rename.clone(), block)),
            syn::UseTree::Glob(glob) => {
                let is_enum = |of: &Ident| of.to_string().starts_with(char::is_uppercase);
                if !of.is_some_and(is_enum) {
                    self.globs.push(glob);
                }
            }
        }
    }
}
