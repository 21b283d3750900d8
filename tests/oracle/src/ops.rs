//! The operators of `f64` on [`Dual`].

use std::cmp::Ordering;
use std::iter::{Product, Sum};
use std::ops::{
    Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign,
};

use crate::Dual;

impl Add for Dual {
    type Output = Dual;
    fn add(self, y: Dual) -> Dual {
        Dual { re: self.re + y.re, a: self.a + y.a, b: self.b + y.b, ab: self.ab + y.ab }
    }
}

impl Sub for Dual {
    type Output = Dual;
    fn sub(self, y: Dual) -> Dual {
        Dual { re: self.re - y.re, a: self.a - y.a, b: self.b - y.b, ab: self.ab - y.ab }
    }
}

impl Mul for Dual {
    type Output = Dual;
    fn mul(self, y: Dual) -> Dual {
        self.binary(y, self.re * y.re, [y.re, self.re], [0.0, 1.0, 0.0])
    }
}

impl Div for Dual {
    type Output = Dual;
    fn div(self, y: Dual) -> Dual {
        let (x, r) = (self.re, 1.0 / y.re);
        let value = x / y.re;
        self.binary(y, value, [r, -value * r], [0.0, -r * r, 2.0 * value * r * r])
    }
}

impl Rem for Dual {
    type Output = Dual;
    fn rem(self, y: Dual) -> Dual {
        // x % y = x − y·q for a whole q, locally constant; x / y may round to another.
        let rest = self.re % y.re;
        self.binary(y, rest, [1.0, -((self.re - rest) / y.re).round()], [0.0; 3])
    }
}

impl Neg for Dual {
    type Output = Dual;
    fn neg(self) -> Dual {
        Dual { re: -self.re, a: -self.a, b: -self.b, ab: -self.ab }
    }
}

impl Neg for &Dual {
    type Output = Dual;
    fn neg(self) -> Dual {
        -*self
    }
}

macro_rules! forward {
    ($($op:ident $f:ident $assign:ident $g:ident),*) => {$(
        impl $op<&Dual> for Dual {
            type Output = Dual;
            fn $f(self, y: &Dual) -> Dual {
                self.$f(*y)
            }
        }
        impl $op<Dual> for &Dual {
            type Output = Dual;
            fn $f(self, y: Dual) -> Dual {
                (*self).$f(y)
            }
        }
        impl $op<&Dual> for &Dual {
            type Output = Dual;
            fn $f(self, y: &Dual) -> Dual {
                (*self).$f(*y)
            }
        }
        impl $assign for Dual {
            fn $g(&mut self, y: Dual) {
                *self = (*self).$f(y);
            }
        }
        impl $assign<&Dual> for Dual {
            fn $g(&mut self, y: &Dual) {
                *self = (*self).$f(*y);
            }
        }
    )*};
}
forward!(Add add AddAssign add_assign, Sub sub SubAssign sub_assign, Mul mul MulAssign mul_assign);
forward!(Div div DivAssign div_assign, Rem rem RemAssign rem_assign);

impl PartialEq for Dual {
    fn eq(&self, other: &Dual) -> bool {
        self.re == other.re
    }
}

impl PartialOrd for Dual {
    fn partial_cmp(&self, other: &Dual) -> Option<Ordering> {
        self.re.partial_cmp(&other.re)
    }
}

impl Sum for Dual {
    fn sum<I: Iterator<Item = Dual>>(iter: I) -> Dual {
        // The standard library starts float sums at −0.
        iter.fold(Dual::new(-0.0), |sum, x| sum + x)
    }
}

impl<'a> Sum<&'a Dual> for Dual {
    fn sum<I: Iterator<Item = &'a Dual>>(iter: I) -> Dual {
        iter.copied().sum()
    }
}

impl Product for Dual {
    fn product<I: Iterator<Item = Dual>>(iter: I) -> Dual {
        iter.fold(Dual::new(1.0), |product, x| product * x)
    }
}

impl<'a> Product<&'a Dual> for Dual {
    fn product<I: Iterator<Item = &'a Dual>>(iter: I) -> Dual {
        iter.copied().product()
    }
}
