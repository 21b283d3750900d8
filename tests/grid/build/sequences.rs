//! Random sequences of statements, in loops and branches.

use std::fmt::Write;

/// What sequences are about.
pub struct Theme {
    pub name: &'static str,
    /// What stands before the functions.
    pub items: &'static str,
    /// What a function begins with; `$name` is the method.
    pub before: &'static str,
    /// What a function gives.
    pub result: &'static str,
    /// The method that the statements are the body of, if not of the function.
    pub method: Option<&'static str>,
    /// Statements; `$i` is a small number.
    pub statements: &'static [&'static str],
    /// Blocks around statements, `$B`.
    pub blocks: &'static [&'static str],
}

/// A generator of pseudo-random numbers by the linear congruence of Knuth's MMIX.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn numbers(&mut self, code: &str) -> String {
        let mut parts = code.split("$i");
        let mut text = parts.next().unwrap_or_default().to_owned();
        parts.for_each(|part| {
            let _ = write!(text, "{}{part}", self.below(4));
        });
        text
    }

    fn statements(&mut self, theme: &Theme, count: usize, depth: usize) -> String {
        (0..count).map(|_| self.statement(theme, depth)).collect()
    }

    fn statement(&mut self, theme: &Theme, depth: usize) -> String {
        if depth == 0 || self.below(5) > 0 {
            let code = theme.statements[self.below(theme.statements.len())];
            return self.numbers(code) + "\n";
        }
        let block = theme.blocks[self.below(theme.blocks.len())];
        let block = self.numbers(block);
        let mut parts = block.split("$B");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let count = 1 + self.below(3);
            text += &self.statements(theme, count, depth - 1);
            text += part;
        }
        text + "\n"
    }
}

impl Theme {
    /// A module's items: as many functions, made from a seed.
    pub fn functions(&self, seed: usize, count: usize) -> String {
        let mut random = Random(seed as u64 + 1);
        let functions = (0..count).map(|index| self.function(&mut random, index));
        self.items.to_owned() + &functions.collect::<String>()
    }

    fn function(&self, random: &mut Random, index: usize) -> String {
        let name = format!("{}_{index}", self.name);
        let before = random.numbers(&self.before.replace("$name", &name));
        let length = 3 + random.below(6);
        let body = random.statements(self, length, 2);
        let (method, body) = match self.method {
            Some(method) => {
                let method = method.replace("$name", &name);
                (
                    format!("#[differentiable]\nimpl Machine {{ {method} {{\n{body}}} }}\n"),
                    String::new(),
                )
            }
            None => (String::new(), body),
        };
        let result = self.result;
        format!(
            "{method}#[differentiable]\n#[at(0.7, 1.3, -0.4)]\nfn {name}(x: f64, y: f64, z: f64) -> f64 {{\n\
             {before}\n{body}{result}\n}}\n\n"
        )
    }
}
