//! The machine's vectors.
//!
//! The lanes of a [`Pack`] could be left to the compiler's vectorisers. But these go for loops
//! first: where generated code loops over elements, each of which has eight lanes, they put the same
//! lane of several elements together, by gathering, and what comes out is slower than no lanes at all
//! (measured: four times). So the arithmetic of a pack names the vector instructions that the target
//! has for certain; with `-C target-cpu=native` these are the widest. Elsewhere floats stand for vectors of one.
//!
//! [`Pack`]: super::Pack

use core::marker::PhantomData;

/// As many floats side by side as an instruction takes.
pub trait Vector<F>: Copy {
    /// How many.
    const LANES: usize;
    /// Reads so many.
    ///
    /// # Safety
    /// They are there.
    unsafe fn load(from: *const F) -> Self;
    /// Writes so many.
    ///
    /// # Safety
    /// There is room.
    unsafe fn store(self, to: *mut F);
    /// All the same.
    fn splat(value: F) -> Self;
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// The product; zero where `self` is, whatever the factor.
    fn scale(self, factor: Self) -> Self;
    fn neg(self) -> Self;
}

/// A float, and its vectors from wide to narrow.
pub trait Widths: Vector<Self> {
    type Wide: Vector<Self>;
    type Middle: Vector<Self>;
    type Narrow: Vector<Self>;
}

/// What is done to each lane of a pack, with another operand.
pub trait Step {
    fn step<F, V: Vector<F>>(lane: V, other: V) -> V;
}

macro_rules! steps {
    ($($name:ident: $method:ident;)*) => {$(
        #[derive(Clone, Copy)]
        pub(super) struct $name;
        impl Step for $name {
            #[inline(always)]
            fn step<F, V: Vector<F>>(lane: V, other: V) -> V {
                lane.$method(other)
            }
        }
    )*};
}
steps! {
    Plus: add;
    Minus: sub;
    Times: mul;
    Over: div;
    Scaled: scale;
}

/// The negative; there is no other operand.
#[derive(Clone, Copy)]
pub(super) struct Negative;
impl Step for Negative {
    #[inline(always)]
    fn step<F, V: Vector<F>>(lane: V, _other: V) -> V {
        lane.neg()
    }
}

/// Where the other operand comes from.
pub trait Operand<F> {
    /// That for the lanes from `at` on.
    ///
    /// # Safety
    /// There are so many.
    unsafe fn at<V: Vector<F>>(&self, at: usize) -> V;
}

/// The lanes of another pack.
impl<F, const N: usize> Operand<F> for [F; N] {
    #[inline(always)]
    unsafe fn at<V: Vector<F>>(&self, at: usize) -> V {
        // SAFETY: by the caller.
        unsafe { V::load(self.as_ptr().add(at)) }
    }
}

/// One float for all lanes.
pub(super) struct Same<F>(pub F);
impl<F: Copy> Operand<F> for Same<F> {
    #[inline(always)]
    unsafe fn at<V: Vector<F>>(&self, _at: usize) -> V {
        V::splat(self.0)
    }
}

/// Does the step for all lanes.
#[inline(always)]
pub(super) fn run<F: Widths, S: Step, const N: usize>(
    lanes: &mut [F; N],
    other: &impl Operand<F>,
    _step: S,
) {
    part::<F, Nothing<N>, F::Wide, S, N>(lanes, other);
    part::<F, Whole<F, F::Wide, N>, F::Middle, S, N>(lanes, other);
    part::<F, Whole<F, F::Middle, N>, F::Narrow, S, N>(lanes, other);
    part::<F, Whole<F, F::Narrow, N>, F, S, N>(lanes, other);
}

/// The lanes that are done.
trait Done {
    const COUNT: usize;
}

struct Nothing<const N: usize>;
impl<const N: usize> Done for Nothing<N> {
    const COUNT: usize = 0;
}

/// As far as whole vectors go.
struct Whole<F, V, const N: usize>(PhantomData<(F, V)>);
impl<F, V: Vector<F>, const N: usize> Done for Whole<F, V, N> {
    const COUNT: usize = N - N % V::LANES;
}

/// As far as whole vectors of this width go. The first ones are written out, at constant places: a
/// loop would keep the optimiser from seeing, when it decides that, that the pack fits into registers.
#[inline(always)]
fn part<F, D: Done, V: Vector<F>, S: Step, const N: usize>(
    lanes: &mut [F; N],
    other: &impl Operand<F>,
) {
    // SAFETY: below the end these lanes are there, and the other operand has as many.
    let mut step = |at: usize| unsafe {
        let from = lanes.as_mut_ptr().add(at);
        S::step(V::load(from), other.at(at)).store(from);
    };
    macro_rules! first {
        ($($index:literal)*) => {$(
            if const { D::COUNT + ($index + 1) * V::LANES <= N } {
                step(const { D::COUNT + $index * V::LANES });
            }
        )*};
    }
    first!(0 1 2 3 4 5 6 7);
    let mut at = D::COUNT + 8 * V::LANES;
    while at + V::LANES <= N {
        step(at);
        at += V::LANES;
    }
}

macro_rules! float {
    ($($float:ty)*) => {$(
        impl Vector<$float> for $float {
            const LANES: usize = 1;
            #[inline(always)]
            unsafe fn load(from: *const $float) -> $float {
                // SAFETY: by the caller.
                unsafe { *from }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $float) {
                // SAFETY: by the caller.
                unsafe { *to = self }
            }
            #[inline(always)]
            fn splat(value: $float) -> $float {
                value
            }
            #[inline(always)]
            fn add(self, other: $float) -> $float {
                self + other
            }
            #[inline(always)]
            fn sub(self, other: $float) -> $float {
                self - other
            }
            #[inline(always)]
            fn mul(self, other: $float) -> $float {
                self * other
            }
            #[inline(always)]
            fn div(self, other: $float) -> $float {
                self / other
            }
            #[inline(always)]
            fn scale(self, factor: $float) -> $float {
                if self == 0.0 { 0.0 } else { self * factor }
            }
            #[inline(always)]
            fn neg(self) -> $float {
                -self
            }
        }
    )*};
}
float!(f32 f64);

macro_rules! widths {
    ($($float:ident: $wide:ident $middle:ident $narrow:ident;)*) => {$(
        impl Widths for $float {
            type Wide = $wide;
            type Middle = $middle;
            type Narrow = $narrow;
        }
    )*};
}

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod x86 {
    use core::arch::x86_64::*;

    use super::{Vector, Widths};

    /// A vector type by its instructions: what they are called, how a product is kept where the first
    /// factor is not zero, and how signs are turned.
    macro_rules! vector {
        ($vector:ident of $float:ident $lanes:literal: $load:ident $store:ident $splat:ident
         $add:ident $sub:ident $mul:ident $div:ident;
         $factor:ident, $other:ident => $scale:expr; $value:ident => $neg:expr) => {
            impl Vector<$float> for $vector {
                const LANES: usize = $lanes;
                #[inline(always)]
                unsafe fn load(from: *const $float) -> Self {
                    // SAFETY: by the caller; the target has the instruction.
                    unsafe { $load(from) }
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut $float) {
                    // SAFETY: by the caller; the target has the instruction.
                    unsafe { $store(to, self) }
                }
                #[inline(always)]
                fn splat(value: $float) -> Self {
                    // SAFETY: the target has the instruction, here and below.
                    unsafe { $splat(value) }
                }
                #[inline(always)]
                fn add(self, other: Self) -> Self {
                    unsafe { $add(self, other) }
                }
                #[inline(always)]
                fn sub(self, other: Self) -> Self {
                    unsafe { $sub(self, other) }
                }
                #[inline(always)]
                fn mul(self, other: Self) -> Self {
                    unsafe { $mul(self, other) }
                }
                #[inline(always)]
                fn div(self, other: Self) -> Self {
                    unsafe { $div(self, other) }
                }
                #[inline(always)]
                fn scale(self, factor: Self) -> Self {
                    let ($factor, $other) = (self, factor);
                    unsafe { $scale }
                }
                #[inline(always)]
                fn neg(self) -> Self {
                    let $value = self;
                    unsafe { $neg }
                }
            }
        };
    }

    vector! {
        __m128d of f64 2: _mm_loadu_pd _mm_storeu_pd _mm_set1_pd
        _mm_add_pd _mm_sub_pd _mm_mul_pd _mm_div_pd;
        a, b => _mm_and_pd(_mm_cmpneq_pd(a, _mm_setzero_pd()), _mm_mul_pd(a, b));
        a => _mm_xor_pd(a, _mm_set1_pd(-0.0))
    }
    vector! {
        __m128 of f32 4: _mm_loadu_ps _mm_storeu_ps _mm_set1_ps
        _mm_add_ps _mm_sub_ps _mm_mul_ps _mm_div_ps;
        a, b => _mm_and_ps(_mm_cmpneq_ps(a, _mm_setzero_ps()), _mm_mul_ps(a, b));
        a => _mm_xor_ps(a, _mm_set1_ps(-0.0))
    }

    #[cfg(target_feature = "avx")]
    vector! {
        __m256d of f64 4: _mm256_loadu_pd _mm256_storeu_pd _mm256_set1_pd
        _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd;
        a, b => _mm256_and_pd(
            _mm256_cmp_pd::<_CMP_NEQ_UQ>(a, _mm256_setzero_pd()), _mm256_mul_pd(a, b)
        );
        a => _mm256_xor_pd(a, _mm256_set1_pd(-0.0))
    }
    #[cfg(target_feature = "avx")]
    vector! {
        __m256 of f32 8: _mm256_loadu_ps _mm256_storeu_ps _mm256_set1_ps
        _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps;
        a, b => _mm256_and_ps(
            _mm256_cmp_ps::<_CMP_NEQ_UQ>(a, _mm256_setzero_ps()), _mm256_mul_ps(a, b)
        );
        a => _mm256_xor_ps(a, _mm256_set1_ps(-0.0))
    }

    #[cfg(target_feature = "avx512f")]
    vector! {
        __m512d of f64 8: _mm512_loadu_pd _mm512_storeu_pd _mm512_set1_pd
        _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd;
        a, b => _mm512_maskz_mul_pd(
            _mm512_cmp_pd_mask::<_CMP_NEQ_UQ>(a, _mm512_setzero_pd()), a, b
        );
        a => _mm512_castsi512_pd(_mm512_xor_si512(
            _mm512_castpd_si512(a), _mm512_castpd_si512(_mm512_set1_pd(-0.0))
        ))
    }
    #[cfg(target_feature = "avx512f")]
    vector! {
        __m512 of f32 16: _mm512_loadu_ps _mm512_storeu_ps _mm512_set1_ps
        _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps;
        a, b => _mm512_maskz_mul_ps(
            _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(a, _mm512_setzero_ps()), a, b
        );
        a => _mm512_castsi512_ps(_mm512_xor_si512(
            _mm512_castps_si512(a), _mm512_castps_si512(_mm512_set1_ps(-0.0))
        ))
    }

    #[cfg(target_feature = "avx512f")]
    widths! {
        f64: __m512d __m256d __m128d;
        f32: __m512 __m256 __m128;
    }
    #[cfg(all(target_feature = "avx", not(target_feature = "avx512f")))]
    widths! {
        f64: __m256d __m256d __m128d;
        f32: __m256 __m256 __m128;
    }
    #[cfg(not(target_feature = "avx"))]
    widths! {
        f64: __m128d __m128d __m128d;
        f32: __m128 __m128 __m128;
    }
}

#[cfg(not(all(target_arch = "x86_64", target_feature = "sse2")))]
widths! {
    f64: f64 f64 f64;
    f32: f32 f32 f32;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each step on packs of all lengths against the same on floats, to the last bit.
    fn equal_to_floats<S: Step + Copy, const N: usize>(step: S) {
        let values = [1.5, -0.0, 0.0, -3.25, f64::NAN, f64::INFINITY, 1e-300, 7.0];
        let others = [2.0, f64::NEG_INFINITY, f64::NAN, 0.0, -0.0, 3.0, 1e300, -1.0];
        let bits = |value: f64| if value.is_nan() { 1 } else { value.to_bits() };
        for shift in 0..8 {
            let lanes: [f64; N] = core::array::from_fn(|i| values[i % 8]);
            let other: [f64; N] = core::array::from_fn(|i| others[(i + shift) % 8]);
            let (mut by_pack, mut by_float) = (lanes, lanes);
            run(&mut by_pack, &other, step);
            run(&mut by_float, &Same(others[shift]), step);
            for i in 0..N {
                let alone = S::step::<f64, f64>(lanes[i], other[i]);
                assert_eq!(bits(by_pack[i]), bits(alone), "{} {}", lanes[i], other[i]);
                let alone = S::step::<f64, f64>(lanes[i], others[shift]);
                assert_eq!(bits(by_float[i]), bits(alone), "{} {}", lanes[i], others[shift]);
                let narrow = |value: f64| value as f32;
                let mut pack = lanes.map(narrow);
                run(&mut pack, &other.map(narrow), step);
                let alone = S::step::<f32, f32>(narrow(lanes[i]), narrow(other[i]));
                assert_eq!(bits(f64::from(pack[i])), bits(f64::from(alone)));
            }
        }
    }

    fn at_all_lengths<S: Step + Copy>(step: S) {
        equal_to_floats::<S, 1>(step);
        equal_to_floats::<S, 3>(step);
        equal_to_floats::<S, 8>(step);
        equal_to_floats::<S, 15>(step);
        equal_to_floats::<S, 31>(step);
    }

    #[test]
    fn vectors_compute_what_floats_do() {
        at_all_lengths(Plus);
        at_all_lengths(Minus);
        at_all_lengths(Times);
        at_all_lengths(Over);
        at_all_lengths(Scaled);
        at_all_lengths(Negative);
    }
}
