//! Sets of variables.

use super::VarId;

/// A set of variables of one function. Variables are numbered from 0, so that a bit for each is both
/// smaller and, in a compiler built without optimisation as procedural macros are, much faster than a
/// table of hashes. Goes through its elements in the order of their numbers.
#[derive(Clone, Debug, Default)]
pub struct VarSet {
    words: Vec<u64>,
    len: usize,
}

/// Where the variable's bit is: in which word, and which of it.
fn bit(var: VarId) -> (usize, u64) {
    ((var.0 / 64) as usize, 1 << (var.0 % 64))
}

impl VarSet {
    /// An empty set.
    pub fn new() -> VarSet {
        VarSet::default()
    }

    /// Adds a variable; whether it was not there yet.
    pub fn insert(&mut self, var: VarId) -> bool {
        let (word, bit) = bit(var);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let added = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.len += usize::from(added);
        added
    }

    /// Takes a variable out; whether it was there.
    pub fn remove(&mut self, var: &VarId) -> bool {
        let removed = self.contains(var);
        if removed {
            let (word, bit) = bit(*var);
            self.words[word] &= !bit;
            self.len -= 1;
        }
        removed
    }

    /// Whether the variable is in the set.
    pub fn contains(&self, var: &VarId) -> bool {
        let (word, bit) = bit(*var);
        word < self.words.len() && self.words[word] & bit != 0
    }

    /// Whether there is no variable in the set.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The variables, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = VarId> + '_ {
        let (mut index, mut word) = (0, self.words.first().copied().unwrap_or(0));
        std::iter::from_fn(move || {
            while word == 0 {
                index += 1;
                word = *self.words.get(index)?;
            }
            let bit = word.trailing_zeros();
            word &= word - 1;
            Some(VarId(index as u32 * 64 + bit))
        })
    }

    /// Whether no variable is in both.
    pub fn is_disjoint(&self, other: &VarSet) -> bool {
        self.words.iter().zip(&other.words).all(|(a, b)| a & b == 0)
    }

    /// Keeps the variables for which `keep` holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&VarId) -> bool) {
        for var in self.clone().iter().filter(|var| !keep(var)) {
            self.remove(&var);
        }
    }
}

impl PartialEq for VarSet {
    fn eq(&self, other: &VarSet) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl Extend<VarId> for VarSet {
    fn extend<I: IntoIterator<Item = VarId>>(&mut self, vars: I) {
        vars.into_iter().for_each(|var| {
            self.insert(var);
        });
    }
}

impl<'a> Extend<&'a VarId> for VarSet {
    fn extend<I: IntoIterator<Item = &'a VarId>>(&mut self, vars: I) {
        self.extend(vars.into_iter().copied());
    }
}

impl FromIterator<VarId> for VarSet {
    fn from_iter<I: IntoIterator<Item = VarId>>(vars: I) -> VarSet {
        let mut set = VarSet::new();
        set.extend(vars);
        set
    }
}

impl IntoIterator for VarSet {
    type Item = VarId;
    type IntoIter = std::vec::IntoIter<VarId>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter().collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_put_in() {
        let mut set: VarSet = [VarId(5), VarId(2), VarId(5)].into_iter().collect();
        assert_eq!(set.len(), 2);
        assert_eq!(set.iter().collect::<Vec<_>>(), [VarId(2), VarId(5)]);
        assert!(!set.insert(VarId(2)) && set.insert(VarId(0)));
        assert!(set.remove(&VarId(5)) && !set.remove(&VarId(5)) && !set.remove(&VarId(99)));
        assert!(set.contains(&VarId(0)) && !set.contains(&VarId(5)) && !set.contains(&VarId(99)));
        let same: VarSet = [VarId(0), VarId(2)].into_iter().collect();
        assert!(set == same && !set.is_disjoint(&same));
        set.retain(|var| *var != VarId(2));
        assert!(set.is_disjoint(&[VarId(2), VarId(7)].into_iter().collect()));
        assert_eq!(set.into_iter().collect::<Vec<_>>(), [VarId(0)]);
    }

    #[test]
    fn goes_beyond_a_word() {
        let vars = [0, 63, 64, 127, 128, 1000].map(VarId);
        let mut set: VarSet = vars.into_iter().rev().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), vars);
        assert!(
            set.contains(&VarId(64)) && !set.contains(&VarId(65)) && !set.contains(&VarId(999))
        );
        assert!(set.remove(&VarId(1000)) && set.len() == 5);
        assert!(set == vars[..5].iter().copied().collect(), "words that are empty do not count");
    }
}
