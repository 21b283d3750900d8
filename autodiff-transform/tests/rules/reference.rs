//! The independent reference: dual numbers over the complex numbers.
//!
//! Only the field operations, `exp` and `ln` have derivatives here. Every other function is composed
//! of these by its definition (Abramowitz & Stegun 4.2–4.6), over the complex numbers where it takes
//! them, so that no derivative formula is shared with the table.

use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

const fn complex(re: f64, im: f64) -> Complex {
    Complex { re, im }
}

impl Add for Complex {
    type Output = Complex;
    fn add(self, other: Complex) -> Complex {
        complex(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex {
    type Output = Complex;
    fn sub(self, other: Complex) -> Complex {
        complex(self.re - other.re, self.im - other.im)
    }
}

impl Mul for Complex {
    type Output = Complex;
    fn mul(self, other: Complex) -> Complex {
        complex(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
    }
}

impl Div for Complex {
    type Output = Complex;
    fn div(self, other: Complex) -> Complex {
        let norm = other.re * other.re + other.im * other.im;
        let product = self * complex(other.re, -other.im);
        complex(product.re / norm, product.im / norm)
    }
}

/// A complex number and its derivative in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Num {
    pub value: Complex,
    pub dot: Complex,
}

impl Num {
    pub fn constant(value: f64) -> Num {
        Num { value: complex(value, 0.0), dot: complex(0.0, 0.0) }
    }

    /// A variable that the derivative is taken by if `chosen`.
    pub fn variable(value: f64, chosen: bool) -> Num {
        Num { value: complex(value, 0.0), dot: complex(f64::from(chosen), 0.0) }
    }

    pub fn re(self) -> f64 {
        self.value.re
    }

    fn i() -> Num {
        Num { value: complex(0.0, 1.0), dot: complex(0.0, 0.0) }
    }

    pub fn exp(self) -> Num {
        let (sin, cos) = self.value.im.sin_cos();
        let radius = self.value.re.exp();
        let value = complex(radius * cos, radius * sin);
        Num { value, dot: value * self.dot }
    }

    pub fn ln(self) -> Num {
        let Complex { re, im } = self.value;
        Num { value: complex(re.hypot(im).ln(), im.atan2(re)), dot: self.dot / self.value }
    }

    /// The principal root.
    pub fn sqrt(self) -> Num {
        (self.ln() * 0.5).exp()
    }

    pub fn cbrt(self) -> Num {
        if self.re() < 0.0 { -(-self).cbrt() } else { (self.ln() / 3.0).exp() }
    }

    pub fn pow(self, exponent: Num) -> Num {
        (exponent * self.ln()).exp()
    }

    /// By multiplication.
    pub fn powi(self, n: i32) -> Num {
        let power = (0..n.unsigned_abs()).fold(Num::constant(1.0), |power, _| power * self);
        if n < 0 { Num::constant(1.0) / power } else { power }
    }

    pub fn sin(self) -> Num {
        let turned = Num::i() * self;
        (turned.exp() - (-turned).exp()) / (Num::i() * 2.0)
    }

    pub fn cos(self) -> Num {
        let turned = Num::i() * self;
        (turned.exp() + (-turned).exp()) / 2.0
    }

    pub fn asin(self) -> Num {
        -Num::i() * (Num::i() * self + (1.0 - self * self).sqrt()).ln()
    }

    pub fn acos(self) -> Num {
        std::f64::consts::FRAC_PI_2 - self.asin()
    }

    pub fn atan(self) -> Num {
        let turned = Num::i() * self;
        -Num::i() * 0.5 * ((1.0 + turned) / (1.0 - turned)).ln()
    }

    /// The argument of `x + i·self`.
    pub fn atan2(self, x: Num) -> Num {
        let point = x + Num::i() * self;
        let radius = (x * x + self * self).sqrt();
        -Num::i() * (point / radius).ln()
    }

    pub fn sinh(self) -> Num {
        (self.exp() - (-self).exp()) / 2.0
    }

    pub fn cosh(self) -> Num {
        (self.exp() + (-self).exp()) / 2.0
    }

    pub fn asinh(self) -> Num {
        if self.re() < 0.0 {
            return -(-self).asinh();
        }
        (self + (self * self + 1.0).sqrt()).ln()
    }

    pub fn acosh(self) -> Num {
        (self + (self * self - 1.0).sqrt()).ln()
    }

    pub fn atanh(self) -> Num {
        ((1.0 + self) / (1.0 - self)).ln() * 0.5
    }

    pub fn abs(self) -> Num {
        if self.re() < 0.0 { -self } else { self }
    }
}

macro_rules! operator {
    ($($trait:ident $method:ident)*) => {$(
        impl $trait<f64> for Num {
            type Output = Num;
            fn $method(self, other: f64) -> Num {
                $trait::$method(self, Num::constant(other))
            }
        }
        impl $trait<Num> for f64 {
            type Output = Num;
            fn $method(self, other: Num) -> Num {
                $trait::$method(Num::constant(self), other)
            }
        }
    )*};
}
operator!(Add add Sub sub Mul mul Div div);

impl Add for Num {
    type Output = Num;
    fn add(self, other: Num) -> Num {
        Num { value: self.value + other.value, dot: self.dot + other.dot }
    }
}

impl Sub for Num {
    type Output = Num;
    fn sub(self, other: Num) -> Num {
        Num { value: self.value - other.value, dot: self.dot - other.dot }
    }
}

impl Mul for Num {
    type Output = Num;
    fn mul(self, other: Num) -> Num {
        let dot = self.dot * other.value + self.value * other.dot;
        Num { value: self.value * other.value, dot }
    }
}

impl Div for Num {
    type Output = Num;
    fn div(self, other: Num) -> Num {
        let value = self.value / other.value;
        Num { value, dot: (self.dot - value * other.dot) / other.value }
    }
}

impl Neg for Num {
    type Output = Num;
    fn neg(self) -> Num {
        Num::constant(0.0) - self
    }
}
