use quote::quote;

use super::expand;

/// The messages of the errors that an item gets.
fn errors(item: proc_macro2::TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(expand(item)).expect("the expansion parses");
    let message = |item: &syn::Item| match item {
        syn::Item::Macro(call) => {
            let literal: syn::LitStr = call.mac.parse_body().expect("compile_error! has a message");
            Some(literal.value())
        }
        _ => None,
    };
    file.items.iter().filter_map(message).collect()
}

#[test]
fn a_union_is_refused() {
    let found = errors(quote! { union U { a: f64, b: u64 } });
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("`Differentiable` cannot be derived for a union"), "{found:?}");
}

#[test]
fn an_empty_enum_is_refused() {
    let found = errors(quote! { enum Never {} });
    assert_eq!(found, ["an enum without variants has no values to differentiate"]);
}

#[test]
fn borrowed_floats_are_refused_and_what_else_is_borrowed_is_not() {
    let found = errors(quote! {
        struct View<'a> { rows: &'a [f64], pairs: Option<&'a (u8, f32)>, name: &'a str }
    });
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|text| text.starts_with("borrowed floats")), "{found:?}");
    let found = errors(quote! {
        struct Named<'a> { name: &'a str, #[constant] table: &'a [f64], mass: f64 }
    });
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn all_wrong_attributes_are_reported() {
    let found = errors(quote! {
        #[differentiable(name = A)]
        #[differentiable]
        #[differentiable(tangent = A, tangent = B)]
        #[constant]
        enum E {
            #[constant]
            V(#[constant(3)] f64, #[constant] #[constant] f64),
            #[differentiable(crate = a)]
            W { #[differentiable(tangent = B)] x: f64 },
        }
    });
    let starts = [
        "`name` is no option of this derive; there are `tangent` and `crate`",
        "write `#[differentiable(tangent = Name)]` or `#[differentiable(crate = path)]`",
        "`tangent` is given twice",
        "`#[constant]` goes on a field",
        "`#[constant]` goes on a field",
        "`#[constant]` takes no arguments",
        "the field is marked `#[constant]` twice",
        "`#[differentiable(..)]` goes on the struct or enum as a whole",
        "`#[differentiable(..)]` goes on the struct or enum as a whole",
    ];
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    for (found, start) in found.iter().zip(starts) {
        assert!(found.starts_with(start), "{found} is not {start}");
    }
}

#[test]
fn the_options_change_name_and_path() {
    let expansion = expand(quote! {
        #[differentiable(tangent = BodyDot, crate = my::chainrule)]
        struct Body { mass: f64 }
    })
    .to_string();
    assert!(expansion.contains("struct BodyDot"), "{expansion}");
    assert!(expansion.contains("my :: chainrule :: __private"), "{expansion}");
    assert!(!expansion.contains(":: chainrule :: __private :: :: chainrule"), "{expansion}");
}

/// The signature of the tangent's declaration.
fn declaration(item: proc_macro2::TokenStream) -> String {
    let file: syn::File = syn::parse2(expand(item)).expect("the expansion parses");
    let Some(syn::Item::Struct(tangent)) = file.items.get(1) else {
        panic!("a struct comes after its alias")
    };
    let (generics, clause) = (&tangent.generics, &tangent.generics.where_clause);
    quote!(#generics #clause).to_string()
}

#[test]
fn the_tangent_keeps_the_parameters_of_active_fields_and_their_bounds() {
    let found = declaration(quote! {
        struct S<'a, 'b: 'a, T: Copy + Into<U>, U, I: Iterator, const N: usize, const M: usize>
        where U: Clone, T: Send, I::Item: Sync, Vec<U>: Default
        {
            a: [T; N],
            #[constant] b: [U; M],
            c: &'a [usize],
            d: I::Item,
            #[constant] e: &'b str,
            f: ::core::marker::PhantomData<T>,
        }
    });
    let bound = |ty: proc_macro2::TokenStream| quote!(#ty: ::chainrule::__private::Laned);
    let (item, t) = (bound(quote!(I::Item)), bound(quote!(T)));
    let expected = quote! {
        <T: Copy, I: Iterator, const N: usize, __K: ::chainrule::__private::Lanes> where T: Send, I::Item: Sync, #item, #t
    };
    assert_eq!(found, expected.to_string());
}

#[test]
fn a_parameter_that_a_type_only_names_is_not_bound() {
    let found = declaration(quote! { struct S<T> { a: PhantomData<T>, b: f64 } });
    assert_eq!(found, quote!(<T, __K: ::chainrule::__private::Lanes>).to_string());
    let found = declaration(quote! { struct S<I: Iterator> { a: <I as Iterator>::Item } });
    let bound = quote! {
        <I: Iterator, __K: ::chainrule::__private::Lanes>
        where <I as Iterator>::Item: ::chainrule::__private::Laned
    };
    assert_eq!(found, bound.to_string());
}
