//! What the path of a called function tells of it.

/// Whether the path names an associated function, `Type::h` or `Self::h`.
pub fn is_associated(path: &syn::Path) -> bool {
    let len = path.segments.len();
    len >= 2
        && path.segments[len - 2].ident.to_string().starts_with(|first: char| first.is_uppercase())
}

/// What the pullback of `f::vjp` is called as a function of the arguments as well: only derived code
/// calls it.
pub const PULLBACK: &str = "vjp_pullback";

/// The public derivatives that can be differentiated themselves.
const PUBLIC: [&str; 4] = ["value_and_grad", "jvp", "adjoint", PULLBACK];

/// Whether a method may be a derivative of another one, `body.energy_grad(x)`.
pub fn may_be_derivative(method: &proc_macro2::Ident) -> bool {
    let name = method.to_string();
    ["_grad", "_vjp"].iter().any(|suffix| name.ends_with(suffix))
        || PUBLIC.iter().any(|public| name.ends_with(&format!("_{public}")))
}

/// Whether the path names a derivative of an annotated function, `m::g::jvp`.
pub fn is_public_derivative(path: &syn::Path) -> bool {
    let last = path.segments.last().map(|last| last.ident.to_string());
    path.segments.len() >= 2 && last.is_some_and(|last| PUBLIC.contains(&last.as_str()))
}
