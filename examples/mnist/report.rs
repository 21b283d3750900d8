//! The confusion matrix and what follows from it.

use std::fmt;

use crate::data::CLASSES;

/// How often each digit was classified as which.
#[derive(Default)]
pub struct Confusion {
    /// `counts[label][prediction]`.
    counts: [[usize; CLASSES]; CLASSES],
}

impl Confusion {
    /// Counts one digit.
    pub fn record(&mut self, label: usize, prediction: usize) {
        self.counts[label][prediction] += 1;
    }

    /// The share of digits classified correctly.
    pub fn accuracy(&self) -> f64 {
        let correct = (0..CLASSES).map(|digit| self.counts[digit][digit]).sum();
        share(correct, self.counts.iter().flatten().sum())
    }

    /// The share of the digits classified as `digit` that are one.
    pub fn precision(&self, digit: usize) -> f64 {
        share(self.counts[digit][digit], self.counts.iter().map(|row| row[digit]).sum())
    }

    /// The share of the digits showing `digit` that are classified as one.
    pub fn recall(&self, digit: usize) -> f64 {
        share(self.counts[digit][digit], self.counts[digit].iter().sum())
    }
}

/// `part / whole`; NaN where there is nothing to share.
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "confusion matrix (rows: the digit shown, columns: the digit predicted)")?;
        write!(f, "      ")?;
        for digit in 0..CLASSES {
            write!(f, "{digit:6}")?;
        }
        writeln!(f)?;
        for (digit, row) in self.counts.iter().enumerate() {
            write!(f, "{digit:6}")?;
            for count in row {
                write!(f, "{count:6}")?;
            }
            writeln!(f)?;
        }
        writeln!(f)?;
        writeln!(f, " digit   precision      recall")?;
        for digit in 0..CLASSES {
            let (precision, recall) = (self.precision(digit), self.recall(digit));
            writeln!(f, "{digit:6}{:10.2} %{:10.2} %", 100.0 * precision, 100.0 * recall)?;
        }
        write!(f, "   all    accuracy{:10.2} %", 100.0 * self.accuracy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_follow_from_the_counts() {
        let mut confusion = Confusion::default();
        for (label, prediction) in [(3, 3), (3, 3), (3, 5), (5, 5), (8, 5)] {
            confusion.record(label, prediction);
        }
        assert_eq!(confusion.accuracy(), 3.0 / 5.0);
        assert_eq!((confusion.precision(3), confusion.recall(3)), (1.0, 2.0 / 3.0));
        assert_eq!((confusion.precision(5), confusion.recall(5)), (1.0 / 3.0, 1.0));
        assert_eq!(confusion.recall(8), 0.0);
        assert!(confusion.precision(8).is_nan());
        let text = confusion.to_string();
        assert!(text.contains("\n     3     0     0     0     2     0     1     0"), "{text}");
        assert!(text.contains("\n     3    100.00 %     66.67 %"), "{text}");
    }
}
