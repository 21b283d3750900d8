//! Reads the derive's input. Every wrong attribute is reported, each at its own tokens.

use proc_macro2::Ident;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Data, DeriveInput, Fields, Index, Member, Meta, Path, Token, Type, TypeReference,
};

use super::{Body, Field, Input, Style, Variant, float, lifetimes};
use crate::diagnostics::Diagnostics;

/// `None` where there is nothing to derive for.
pub(super) fn read(input: DeriveInput, diagnostics: &mut Diagnostics) -> Option<Input> {
    let options = Options::read(&input.attrs, diagnostics);
    refuse_constant(&input.attrs, diagnostics);
    let mut body = match input.data {
        Data::Struct(data) => Body::Struct(variant(None, data.fields, diagnostics)),
        Data::Enum(data) if data.variants.is_empty() => {
            diagnostics
                .error(&input.ident, "an enum without variants has no values to differentiate");
            return None;
        }
        Data::Enum(data) => {
            let variants = data.variants.into_iter().map(|declared| {
                refuse_constant(&declared.attrs, diagnostics);
                refuse_options(&declared.attrs, diagnostics);
                variant(Some(declared.ident), declared.fields, diagnostics)
            });
            Body::Enum(variants.collect())
        }
        Data::Union(data) => {
            diagnostics
                .error(data.union_token, "`Differentiable` cannot be derived for a union")
                .help("which of its fields holds the value is not known; use an enum");
            return None;
        }
    };
    name_types(&mut body, &input.ident, &input.generics);
    Some(Input {
        tangent: options
            .tangent
            .unwrap_or_else(|| format_ident!("{}Tangent", input.ident, span = input.ident.span())),
        krate: options.krate.unwrap_or_else(|| syn::parse_quote!(::chainrule)),
        ident: input.ident,
        vis: input.vis,
        generics: input.generics,
        body,
    })
}

fn variant(ident: Option<Ident>, fields: Fields, diagnostics: &mut Diagnostics) -> Variant {
    let style = match fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    };
    let fields = fields.into_iter().enumerate().map(|(index, field)| {
        refuse_options(&field.attrs, diagnostics);
        let constant = is_constant(&field.attrs, diagnostics);
        if !constant {
            refuse_borrowed_floats(&field.ty, diagnostics);
        }
        let member = field.ident.map_or_else(|| Member::from(Index::from(index)), Member::Named);
        Field { member, vis: field.vis, ty: field.ty, constant }
    });
    Variant { ident, style, fields: fields.collect() }
}

/// A tangent owns its components: it has none for floats that the value only borrows.
fn refuse_borrowed_floats(ty: &Type, diagnostics: &mut Diagnostics) {
    struct Borrowed<'d>(&'d mut Diagnostics);
    impl<'ast> Visit<'ast> for Borrowed<'_> {
        fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
            if float::written_float(&reference.elem).is_some() {
                self.0
                    .error(reference, "borrowed floats cannot carry a derivative")
                    .help("own them (`Vec<f64>`, `[f64; N]`), or mark the field `#[constant]`");
            }
        }
    }
    Borrowed(diagnostics).visit_type(ty);
}

/// Whether a field is marked `#[constant]`.
fn is_constant(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> bool {
    let mut constant = false;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("constant")) {
        if !matches!(attr.meta, Meta::Path(_)) {
            diagnostics.error(&attr.meta, "`#[constant]` takes no arguments");
        } else if constant {
            diagnostics.error(attr, "the field is marked `#[constant]` twice");
        }
        constant = true;
    }
    constant
}

fn refuse_constant(attrs: &[Attribute], diagnostics: &mut Diagnostics) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("constant")) {
        diagnostics
            .error(attr, "`#[constant]` goes on a field")
            .help("mark each field that has no derivative");
    }
}

fn refuse_options(attrs: &[Attribute], diagnostics: &mut Diagnostics) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("differentiable")) {
        diagnostics
            .error(attr, "`#[differentiable(..)]` goes on the struct or enum as a whole")
            .help("a field without a derivative is marked `#[constant]`");
    }
}

/// The arguments of `#[differentiable(..)]` on the type.
#[derive(Default)]
struct Options {
    tangent: Option<Ident>,
    krate: Option<Path>,
}

impl Options {
    fn read(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Options {
        let mut options = Options::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("differentiable")) {
            let parse = |input: ParseStream| {
                while !input.is_empty() {
                    options.parse_one(input)?;
                    if !input.is_empty() {
                        input.parse::<Token![,]>()?;
                    }
                }
                Ok(())
            };
            let result = match &attr.meta {
                Meta::List(list) => list.parse_args_with(parse),
                Meta::Path(_) | Meta::NameValue(_) => Err(syn::Error::new_spanned(
                    &attr.meta,
                    "write `#[differentiable(tangent = Name)]` or `#[differentiable(crate = path)]`",
                )),
            };
            if let Err(error) = result {
                diagnostics.push(error);
            }
        }
        options
    }

    fn parse_one(&mut self, input: ParseStream) -> syn::Result<()> {
        let name = input.call(Ident::parse_any)?;
        let known = ["tangent", "crate"].iter().any(|known| name == known);
        if !known {
            let message =
                format!("`{name}` is no option of this derive; there are `tangent` and `crate`");
            return Err(syn::Error::new(name.span(), message));
        }
        input.parse::<Token![=]>()?;
        let given_twice = if name == "tangent" {
            self.tangent.replace(input.parse()?).is_some()
        } else {
            self.krate.replace(input.call(Path::parse_mod_style)?).is_some()
        };
        if given_twice {
            return Err(syn::Error::new(name.span(), format!("`{name}` is given twice")));
        }
        Ok(())
    }
}

/// Writes the fields' types as they may stand in the tangent's declaration, where `Self` would be the
/// tangent.
fn name_types(body: &mut Body, ident: &Ident, generics: &syn::Generics) {
    let (_, arguments, _) = generics.split_for_impl();
    let mut naming = NameSelf { named: syn::parse_quote!(#ident #arguments) };
    let variants = match body {
        Body::Struct(variant) => std::slice::from_mut(variant),
        Body::Enum(variants) => variants,
    };
    let fields = variants.iter_mut().flat_map(|variant| &mut variant.fields);
    for field in fields {
        naming.visit_type_mut(&mut field.ty);
        lifetimes::left_out(&mut field.ty, generics);
    }
}

struct NameSelf {
    named: Type,
}

impl VisitMut for NameSelf {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ty, Type::Path(path) if path.path.is_ident("Self")) {
            *ty = self.named.clone();
        } else {
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }
}
