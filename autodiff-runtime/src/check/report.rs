//! What a check found.

use alloc::vec::Vec;
use core::fmt;

/// One entry of the Jacobian, or of the Hessian, computed in each way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Entry {
    /// The argument's name.
    pub argument: &'static str,
    /// Which of the argument's components; they are numbered in the order of declaration.
    pub component: usize,
    /// Which component of the results.
    pub result: usize,
    /// For a second derivative, the argument and its component by which was derived first.
    pub first: Option<(&'static str, usize)>,
    /// By forward mode, if that was checked; for a second derivative by forward over reverse mode.
    pub forward: Option<f64>,
    /// By reverse mode, if that was checked; for a second derivative by reverse over reverse mode.
    pub reverse: Option<f64>,
    /// By differences of the function's values; for a second derivative, of its gradient.
    pub differences: f64,
    /// By how much [`Self::differences`] may be wrong.
    pub uncertainty: f64,
}

/// What comes out of comparing an [`Entry`]'s values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finding {
    /// All agree.
    Agree,
    /// Forward and reverse mode disagree with each other.
    ModesDisagree,
    /// A mode disagrees with the differences.
    DifferencesDisagree,
    /// The differences do not settle: there may be a kink or a pole nearby, or noise.
    Unsettled,
}

/// What a check of derivatives found.
///
/// ```
/// use autodiff_runtime::check_gradient;
///
/// let report = check_gradient(|x| x[0].abs(), |_| vec![0.0], &[0.0]);
/// assert!(report.is_ok());
/// let report = check_gradient(|x| x[0].sin(), |x| vec![-x[0].cos()], &[1.0]);
/// assert!(!report.is_ok());
/// assert_eq!(
///     report.to_string().lines().next().unwrap(),
///     "1 of 1 derivatives disagree (tolerance 1e-6):"
/// );
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    entries: Vec<Entry>,
    tolerance: f64,
    /// How much of the tolerance the modes may differ by: rounding apart, they are the same.
    of_modes: f64,
    /// The part of the largest entries beside it that an entry is judged by if it is smaller:
    /// it is known only as well as those.
    small: f64,
    /// The same of first derivatives, for second ones that cancel out.
    of_first: f64,
    /// The largest entry of each result's row: cancellation makes errors of this size.
    scales: Vec<f64>,
    /// The largest entry of the Hessian, for the same reason.
    second: f64,
}

impl Report {
    /// `single`: the arguments are of `f32`, whose rounding differences and modes feel.
    pub(super) fn new(single: bool, rows: usize) -> Report {
        let (tolerance, of_modes, small, of_first) =
            if single { (1e-3, 0.1, 0.03, 1.0) } else { (1e-6, 1e-3, 1e-3, 0.01) };
        Report {
            entries: Vec::new(),
            tolerance,
            of_modes,
            small,
            of_first,
            scales: alloc::vec![0.0; rows],
            second: 0.0,
        }
    }

    pub(super) fn add(&mut self, entry: Entry) {
        let size = entry.differences.abs();
        if size.is_finite() {
            let scale = match entry.first {
                None => &mut self.scales[entry.result],
                Some(_) => &mut self.second,
            };
            *scale = scale.max(size);
        }
        self.entries.push(entry);
    }

    /// The same values, judged by another tolerance, relative to the values.
    ///
    /// ```
    /// let report = autodiff_runtime::check_gradient(|x| x[0] * x[0], |_| vec![6.1], &[3.0]);
    /// assert!(!report.is_ok());
    /// assert!(report.with_tolerance(0.1).is_ok());
    /// ```
    #[must_use]
    pub fn with_tolerance(self, tolerance: f64) -> Report {
        Report { tolerance, ..self }
    }

    /// Whether all derivatives agree.
    pub fn is_ok(&self) -> bool {
        self.failures().next().is_none()
    }

    /// All entries of the Jacobian, column by column, and then those of the Hessian.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries with something other than [`Finding::Agree`].
    pub fn failures(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| self.finding(entry) != Finding::Agree)
    }

    /// How the values of an entry compare.
    pub fn finding(&self, entry: &Entry) -> Finding {
        let given = [entry.forward, entry.reverse];
        let size = given.iter().flatten().fold(entry.differences.abs(), |a, b| a.max(b.abs()));
        let beside = match entry.first {
            None => self.scales[entry.result],
            Some(_) => self.scales.iter().fold(self.second, |a, b| a.max(self.of_first * b)),
        };
        let scale = size.max(self.small * beside).max(f64::MIN_POSITIVE);
        if let [Some(forward), Some(reverse)] = given {
            let difference = (forward - reverse).abs();
            if difference.is_nan() || difference > self.of_modes * self.tolerance * scale {
                return Finding::ModesDisagree;
            }
        }
        let bound = (self.tolerance * scale).max(1e-12);
        let worst = given.iter().flatten().fold(0.0, |worst: f64, value| {
            let error = (value - entry.differences).abs();
            if error.is_nan() { f64::INFINITY } else { worst.max(error) }
        });
        match (worst <= bound, entry.uncertainty <= bound) {
            (true, _) => Finding::Agree,
            (false, true) => Finding::DifferencesDisagree,
            // Twice the uncertainty is not a matter of chance any more.
            (false, false) if worst > 2.0 * entry.uncertainty => Finding::DifferencesDisagree,
            (false, false) => Finding::Unsettled,
        }
    }
}

/// How many failures are shown.
const SHOWN: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failures, all) = (self.failures().count(), self.entries.len());
        let tolerance = self.tolerance;
        if failures == 0 {
            return write!(f, "{all} derivatives agree (tolerance {tolerance:e})");
        }
        writeln!(f, "{failures} of {all} derivatives disagree (tolerance {tolerance:e}):")?;
        for entry in self.failures().take(SHOWN) {
            let Entry { argument, component, result, differences, uncertainty, .. } = entry;
            match entry.first {
                None => write!(f, "  d result[{result}] / d {argument}[{component}]:")?,
                Some((first, index)) => write!(
                    f,
                    "  d² result[{result}] / d {first}[{index}] d {argument}[{component}]:"
                )?,
            }
            for (name, value) in [("forward", entry.forward), ("reverse", entry.reverse)] {
                if let Some(value) = value {
                    write!(f, " {name} {value:.9e},")?;
                }
            }
            write!(f, " differences {differences:.9e} ± {uncertainty:.1e}")?;
            writeln!(
                f,
                "{}",
                match self.finding(entry) {
                    Finding::Agree => "",
                    Finding::ModesDisagree => ": the modes disagree",
                    Finding::DifferencesDisagree => "",
                    Finding::Unsettled => ": the differences do not settle",
                }
            )?;
        }
        if failures > SHOWN {
            writeln!(f, "  and {} more", failures - SHOWN)?;
        }
        Ok(())
    }
}
