//! The names that a function's variables have.

use std::collections::BTreeMap;

use super::Var;

/// The names in use by the first of a function's variables, as many as were looked at. Empty after a
/// renaming, it is filled again when it is asked.
#[derive(Clone, Debug, Default)]
pub struct Names {
    looked_at: usize,
    names: BTreeMap<String, Use>,
}

/// Whether a name is taken, and the greatest number that is behind it in others.
#[derive(Clone, Copy, Debug)]
struct Use {
    taken: bool,
    greatest: u32,
}

impl Names {
    /// The name, or `name_2`, `name_3`, … if it is taken: one above the greatest number in use.
    pub fn unique(&mut self, name: &str, vars: &[Var]) -> String {
        for var in &vars[self.looked_at..] {
            if let Some((base, number)) = numbered(&var.name) {
                let of = self.of(base);
                of.greatest = of.greatest.max(number);
            }
            self.of(&var.name).taken = true;
        }
        self.looked_at = vars.len();
        match self.names.get(name) {
            Some(Use { taken: true, greatest }) => format!("{name}_{}", greatest.saturating_add(1)),
            _ => name.to_owned(),
        }
    }

    fn of(&mut self, name: &str) -> &mut Use {
        if !self.names.contains_key(name) {
            self.names.insert(name.to_owned(), Use { taken: false, greatest: 1 });
        }
        self.names.get_mut(name).expect("it was put there")
    }
}

/// `("t", 2)` of `t_2`.
fn numbered(name: &str) -> Option<(&str, u32)> {
    let (base, number) = name.rsplit_once('_')?;
    Some((base, number.parse().ok()?))
}
