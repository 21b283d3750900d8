//! The functions that give a function's Jacobian, as they are written once for all functions.
//!
//! They differ in what they hand to `__sweeps`, and so the macro only says what is the function's own.
//! rustc writes them out, which takes it a small part of what it takes a procedural macro to make as
//! many tokens.

/// Writes `jacobian`, `jacfwd`, `jacrev`, and the same `_into` buffers; where the sweeps have lanes, also
/// `jacobian_pattern` and `jacfwd_compressed`.
///
/// The frame is what they have in common, at last what stands around a call to give the blocks of all
/// arguments:
///
/// ```text
/// {
///     "of which function, for the documentation" "what the rows and columns are"
///     [pub] [<generics>] [x: &[f64], n: usize,]
///     [where clause] [the same, with that the blocks can be made]
///     [Self::__sweeps] [x, n,]
///     [x_block: impl BlockMut,] (x_block,)
///     (Array2<f64>,) -> [Array2<f64>] [] [.0]
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __jacobians {
    ($frame:tt $jacobian:tt $jacfwd:tt $jacrev:tt $(lanes $with_lanes:tt)?) => {
        $crate::__jacobian! {
            $frame $jacobian Cheaper "by forward or reverse mode, whichever takes fewer sweeps."
        }
        $crate::__jacobian! { $frame $jacfwd Forward "by forward mode: a sweep for each column." }
        $crate::__jacobian! { $frame $jacrev Reverse "by reverse mode: a sweep for each row." }
        $($crate::__jacobian_by_groups! { $frame $with_lanes })?
    };
}

/// The functions of one mode: their names, and the lanes of a sweep.
#[doc(hidden)]
#[macro_export]
macro_rules! __jacobian {
    (
        {
            $of:literal $shape:literal
            [$($vis:tt)*] [$($generics:tt)*] [$($inputs:tt)*] [$($clause:tt)*] [$($owned:tt)*]
            [$($sweeps:tt)*] [$($args:tt)*]
            [$($buffers:tt)*] $into:tt
            $all:tt -> [$($output:tt)*] [$($before:tt)*] [$($after:tt)*]
        }
        [$name:ident $name_into:ident $($lanes:tt)*] $mode:ident $way:literal
    ) => {
        #[doc = "The Jacobian of"]
        #[doc = $of]
        #[doc = $way]
        #[doc = ""]
        #[doc = $shape]
        #[inline]
        $($vis)* fn $name $($generics)* ($($inputs)*) -> $($output)* $($owned)* {
            $($before)* $($sweeps)*(
                $($args)* $crate::__private::Jacobian::<$crate::__private::$mode, $all>::new(),
                $($lanes)*
            ) $($after)*
        }

        #[doc = "Writes the Jacobian to the caller's buffers; that of"]
        #[doc = $of]
        #[doc = $way]
        #[doc = ""]
        #[doc = "For each argument a `&mut` to an array, an `ndarray::Array2` or a slice in the order of rows, or an `ndarray::ArrayViewMut2`."]
        #[doc = $shape]
        #[doc = "\n\n# Panics\nIf a buffer has another shape."]
        #[inline]
        $($vis)* fn $name_into $($generics)* ($($inputs)* $($buffers)*) $($clause)* {
            $($sweeps)*(
                $($args)* $crate::__private::JacobianInto::<$crate::__private::$mode, _>::new($into),
                $($lanes)*
            )
        }
    };
}

/// The functions that ask first where there are entries: their names, the arguments where they are used again,
/// and the lanes of the other sweeps.
#[doc(hidden)]
#[macro_export]
macro_rules! __jacobian_by_groups {
    (
        {
            $of:literal $shape:literal
            [$($vis:tt)*] [$($generics:tt)*] [$($inputs:tt)*] [$($clause:tt)*] [$($owned:tt)*]
            [$($sweeps:tt)*] [$($args:tt)*]
            [$($buffers:tt)*] $into:tt
            $all:tt -> [$($output:tt)*] [$($before:tt)*] [$($after:tt)*]
        }
        [
            $pattern:ident $name:ident $name_into:ident
            [$($copies:tt)*] $($lanes:tt)*
        ]
    ) => {
        #[doc = "Which entries of the Jacobian may differ from zero, for `chainrule::sparse`; that of"]
        #[doc = $of]
        #[doc = "what the evaluated path may depend on, the columns of all arguments side by side."]
        #[inline]
        $($vis)* fn $pattern $($generics)* ($($inputs)*) -> $crate::__private::SparsityPattern
        $($clause)* {
            $($sweeps)*(
                $($args)*
                $crate::__private::Jacobian::<
                    $crate::__private::Cheaper,
                    $crate::__private::Entries,
                >::new(),
                $crate::__private::Bits::<16>,
            )
            .pattern()
        }

        #[doc = "The Jacobian of"]
        #[doc = $of]
        #[doc = "by forward mode, in few sweeps where it is mostly zeros: the columns that share no row, as a sweep of bits tells, are found together. An entry that the evaluated path cannot depend on is zero."]
        #[doc = ""]
        #[doc = $shape]
        #[inline]
        $($vis)* fn $name $($generics)* ($($inputs)*) -> $($output)* $($owned)* {
            let groups = $($sweeps)*(
                $($copies)* $crate::__private::FindGroups, $crate::__private::Bits::<1>,
            );
            $($before)* $($sweeps)*(
                $($args)* $crate::__private::Compressed::<$all>::new(groups), $($lanes)*
            ) $($after)*
        }

        #[doc = "Writes the Jacobian to the caller's buffers; that of"]
        #[doc = $of]
        #[doc = "by forward mode, in few sweeps where it is mostly zeros, for many points: the columns that share no row are found together, and which these are is kept in `groups`. Where they are others, which is noticed, they are found again, as they are at first. An entry that the evaluated path cannot depend on is zero."]
        #[doc = ""]
        #[doc = "For each argument a `&mut` to an array, an `ndarray::Array2` or a slice in the order of rows, or an `ndarray::ArrayViewMut2`."]
        #[doc = $shape]
        #[doc = "\n\n# Panics\nIf a buffer has another shape, or unchecked groups are those of a matrix of another size."]
        #[inline]
        $($vis)* fn $name_into $($generics)* (
            $($inputs)* groups: &mut $crate::__private::Groups, $($buffers)*
        ) $($clause)* {
            if groups.need_notes() {
                $($sweeps)*(
                    $($args)* $crate::__private::GroupedInto(groups, $into), $($lanes)*.noted(),
                )
            } else {
                $($sweeps)*($($args)* $crate::__private::GroupedInto(groups, $into), $($lanes)*)
            }
        }
    };
}
