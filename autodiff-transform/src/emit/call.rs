//! Calls of annotated functions and of what is derived from them.
//!
//! The convention between caller and callee is one of values of the annotated function's own
//! result type `R`: the tangent function returns `(R, dR)`, the forward sweep `(R, Record)`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{Access, Printer};
use crate::ir::{Arg, Call, Callee, Place, Stage, Target};

/// `__tangent`, `__reverse_tangent`: the name of a derived function.
pub fn stage_name(stages: &[Stage]) -> String {
    stages
        .iter()
        .map(|stage| match stage {
            Stage::Tangent => "tangent",
            Stage::Forward => "forward",
            Stage::Reverse => "reverse",
        })
        .fold("_".to_owned(), |name, stage| format!("{name}_{stage}"))
}

/// Whether the path names an associated function, `Type::h` or `Self::h`.
pub fn is_associated(path: &syn::Path) -> bool {
    let len = path.segments.len();
    len >= 2
        && path.segments[len - 2].ident.to_string().starts_with(|first: char| first.is_uppercase())
}

/// `__h_tangent`, for methods and associated functions.
pub fn method_stage_name(name: &Ident, stages: &[Stage]) -> Ident {
    let stage = stage_name(stages);
    let name = name.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    Ident::new(&format!("__{name}{}", &stage[1..]), Span::call_site())
}

impl Printer<'_> {
    pub(super) fn call(&self, call: &Call, span: Span) -> TokenStream {
        let called = self.called(call, span);
        let bindings: Vec<TokenStream> =
            call.results.iter().map(|result| self.binding(*result)).collect();
        match (bindings.as_slice(), results_of(&call.callee)) {
            ([], _) => quote!(#called;),
            // A caller without use for the value still takes the record.
            ([record], 2) => quote!(let (_, #record) = #called;),
            (bindings, _) => {
                let bindings = super::tuple(bindings);
                quote!(let #bindings = #called;)
            }
        }
    }

    fn called(&self, call: &Call, span: Span) -> TokenStream {
        let Callee { target, stages } = &call.callee;
        let slots = with_seed(call);
        let args: Vec<TokenStream> = slots.iter().map(|arg| self.arg(arg)).collect();
        match target {
            Target::Method(name) => {
                let Some((receiver, rest)) = slots.split_first() else {
                    return quote_spanned!(span=> compile_error!("a method call without receiver"));
                };
                let receiver = self.receiver(receiver);
                let args = rest.iter().map(|arg| self.arg(arg));
                let name = match stages.as_slice() {
                    [] => name.clone(),
                    stages => located(method_stage_name(name, stages), name.span()),
                };
                quote_spanned!(span=> #receiver.#name(#(#args),*))
            }
            Target::Path(path) if stages.is_empty() => quote_spanned!(span=> #path(#(#args),*)),
            Target::Path(path) => {
                let path = derived_path(path, stages);
                quote_spanned!(span=> #path(#(#args),*))
            }
        }
    }

    /// A call that returns what this variable holds; it is type-checked and never run.
    pub(super) fn called_like(&self, place: &Place) -> Option<TokenStream> {
        let var = place.is_var()?;
        let call = self.calls.iter().find(|call| call.results.contains(&var))?;
        let args = call.args.iter().map(|_| quote!(::core::unreachable!()));
        match &call.callee.target {
            Target::Path(path) => Some(quote!(#path(#(#args),*))),
            Target::Method(name) => {
                let receiver = match call.args.first()? {
                    Arg::Ref(place) | Arg::RefMut(place) => &place.ty,
                    Arg::Value(value) => &value.ty,
                    Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive => return None,
                };
                let receiver = self.ty(receiver)?;
                Some(quote!(<#receiver>::#name(#(#args),*)))
            }
        }
    }

    /// The receiver of a method call, borrowed by rustc as the method asks.
    fn receiver(&self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::Ref(place) => match place.is_var() {
                Some(var) => {
                    let ident = self.ident(var);
                    quote!(#ident)
                }
                None => self.place(place, Access::Shared),
            },
            Arg::RefMut(place) => match place.is_var() {
                Some(var) => {
                    let ident = self.ident(var);
                    quote!(#ident)
                }
                None => self.place(place, Access::Mut),
            },
            Arg::Value(value) => self.postfix_operand(value),
            Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive => {
                let receiver = self.arg(arg);
                quote!((#receiver))
            }
        }
    }

    fn arg(&self, arg: &Arg) -> TokenStream {
        let rt = &self.rt;
        match arg {
            Arg::Value(value) => self.expr(value),
            Arg::Ref(place) => self.borrow(place, Access::Shared),
            Arg::RefMut(place) => self.borrow(place, Access::Mut),
            Arg::Opaque(code) => self.opaque(&code.tokens),
            Arg::Active(inner) => {
                let wanted = match &**inner {
                    Arg::RefMut(place) => self.wanted(place.root),
                    _ => None,
                };
                let inner = self.arg(inner);
                if let Some(wanted) = wanted {
                    return quote!(#wanted.part(|| #inner));
                }
                quote!(#rt::Active(#inner))
            }
            Arg::Inactive => quote!(#rt::Inactive),
        }
    }
}

/// The arguments, with the one seed that a reverse sweep takes: a caller without use for the value,
/// which may be `()`, has none in the IR.
fn with_seed(call: &Call) -> Vec<Arg> {
    let mut args = call.args.clone();
    if let (Some(Stage::Reverse), Some(tape)) =
        (call.callee.stages.last(), args.len().checked_sub(1))
    {
        let is_slot = |arg: &&Arg| matches!(arg, Arg::Active(_) | Arg::Inactive);
        let slots = args[..tape].iter().rev().take_while(is_slot).count();
        let primals = tape - slots - 1;
        if slots == primals {
            args.insert(tape - slots, Arg::Inactive);
        }
    }
    args
}

/// How many results the called function returns; a tuple of them if not one.
fn results_of(callee: &Callee) -> usize {
    callee.stages.iter().fold(1, |count, stage| match stage {
        Stage::Tangent => 2 * count,
        Stage::Forward => 1 + count,
        Stage::Reverse => 0,
    })
}

/// `m::g::<N>` to `m::g::__tangent::<N>`, `Type::h` to `Type::__h_tangent`.
fn derived_path(path: &syn::Path, stages: &[Stage]) -> TokenStream {
    let mut path = path.clone();
    let associated = is_associated(&path);
    let Some(last) = path.segments.last_mut() else { return quote!(#path) };
    let span = last.ident.span();
    if associated {
        last.ident = located(method_stage_name(&last.ident, stages), span);
        return quote!(#path);
    }
    let generics = match std::mem::take(&mut last.arguments) {
        syn::PathArguments::AngleBracketed(mut generics) => {
            generics.colon2_token = Some(Default::default());
            quote!(#generics)
        }
        syn::PathArguments::None | syn::PathArguments::Parenthesized(_) => TokenStream::new(),
    };
    let stage = located(format_ident!("{}", stage_name(stages)), span);
    quote!(#path::#stage #generics)
}

fn located(mut ident: Ident, span: Span) -> Ident {
    ident.set_span(Span::call_site().located_at(span));
    ident
}
