//! Programs as Rust.
//!
//! The IR's own text is close to Rust, but names places where Rust needs references followed,
//! values cloned, and floats suffixed. Arguments passed by value are evaluated before the call, since
//! a call may borrow what they read.

use std::fmt::Write;

use autodiff_transform::ir::interp::Value;
use autodiff_transform::ir::{
    Arg, Block, Call, Expr, ExprKind, Function, Loop, LoopKind, Passing, Place, Proj, Role, Rvalue,
    Shape, Stmt, StmtKind, Target, Ty, VarId,
};
use autodiff_transform::ops::{Form, Prim};

use crate::expected::Expected;
use crate::generate::Case;

/// The functions; `None` if one borrows what its own arguments read.
pub fn functions(case: &Case) -> Option<String> {
    let mut text = String::new();
    for function in &case.functions {
        let mut printer =
            Printer { function, out: String::new(), indent: 1, borrows: true, indices: 0 };
        printer.function();
        if !printer.borrows {
            return None;
        }
        text.push_str(&printer.out);
        text.push('\n');
    }
    Some(text)
}

struct Printer<'f> {
    function: &'f Function,
    out: String,
    indent: usize,
    /// Whether all calls keep to the borrow rules.
    borrows: bool,
    /// Indices evaluated beforehand.
    indices: usize,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "    ".repeat(self.indent));
    }

    fn name(&self, var: VarId) -> &str {
        &self.function.var(var).name
    }

    fn function(&mut self) {
        let function = self.function;
        let params: Vec<String> = function
            .params
            .iter()
            .map(|param| {
                let var = function.var(param.var);
                let constant = match (&var.ty, param.role) {
                    (ty, Role::Inactive) if ty.can_be_active() => "#[constant] ",
                    _ => "",
                };
                let (mutable, reference) = match param.passing {
                    Passing::Value if var.mutable => ("mut ", ""),
                    Passing::Value => ("", ""),
                    Passing::Ref => ("", "&"),
                    Passing::RefMut => ("", "&mut "),
                };
                format!("{constant}{mutable}{}: {reference}{}", var.name, ty(&var.ty))
            })
            .collect();
        let results: Vec<String> = function.results.iter().map(|result| ty(&result.ty)).collect();
        self.line("#[differentiable]");
        self.line(&format!(
            "pub fn {}({}) -> {} {{",
            function.name,
            params.join(", "),
            tuple(&results)
        ));
        self.block(&function.body);
        let results: Vec<String> =
            function.results.iter().map(|result| self.value(result)).collect();
        self.indent += 1;
        self.line(&tuple(&results));
        self.indent -= 1;
        self.line("}");
    }

    fn block(&mut self, block: &Block) {
        self.indent += 1;
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        self.indent -= 1;
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Let { var, value } => {
                let head = self.let_(*var);
                match value {
                    Some(value) => {
                        let value = self.rvalue(value, &self.function.var(*var).ty);
                        self.line(&format!("{head} = {value};"));
                    }
                    None => self.line(&format!("{head};")),
                }
            }
            StmtKind::Assign { place, value } => self.assign(place, value),
            StmtKind::Accumulate { place, value } => {
                let (place, value) = (self.target(place), self.expr(value));
                self.line(&format!("{place} += {value};"));
            }
            StmtKind::If { cond, then, els } => {
                let cond = self.expr(cond);
                self.line(&format!("if {cond} {{"));
                self.block(then);
                if !els.stmts.is_empty() {
                    self.line("} else {");
                    self.block(els);
                }
                self.line("}");
            }
            StmtKind::Switch { tag, arms } => self.switch(tag, arms),
            StmtKind::Loop(loop_) => self.loop_(loop_),
            StmtKind::Call(call) => self.call(call),
            StmtKind::Swap { a, b } => self.swap(a, b),
            StmtKind::Fill { place, value } => {
                let (place, value) = (self.place(place), self.expr(value));
                self.line(&format!("{{ let value = {value}; {place}.fill(value); }}"));
            }
            StmtKind::VecPush { vec, value } => {
                let (vec, value) = (self.place(vec), self.expr(value));
                self.line(&format!("{{ let value = {value}; {vec}.push(value); }}"));
            }
            StmtKind::VecPop { vec, into } => {
                let (head, vec) = (self.let_(*into), self.place(vec));
                self.line(&format!("{head} = {vec}.pop();"));
            }
            StmtKind::Push { .. } | StmtKind::Pop { .. } | StmtKind::Opaque { .. } => {
                unreachable!("a generated program has none")
            }
        }
    }

    fn let_(&self, var: VarId) -> String {
        let var = self.function.var(var);
        let mutable = if var.mutable { "mut " } else { "" };
        format!("let {mutable}{}: {}", var.name, ty(&var.ty))
    }

    fn assign(&mut self, place: &Place, value: &Rvalue) {
        if let Ty::Slice(_) = place.ty {
            let Rvalue::Expr(Expr { kind: ExprKind::Read(from), .. }) = value else {
                unreachable!("a slice is copied from a slice")
            };
            let (into, from) = (self.target(place), self.place(from));
            return self.line(&format!("{into}.copy_from_slice(&{from});"));
        }
        let (value, place) = (self.rvalue(value, &place.ty), self.target(place));
        self.line(&format!("{place} = {value};"));
    }

    fn switch(&mut self, tag: &Expr, arms: &[Block]) {
        let tag = self.expr(tag);
        self.line(&format!("match {tag} {{"));
        self.indent += 1;
        for (index, arm) in arms.iter().enumerate() {
            let pattern = if index + 1 == arms.len() { "_".to_owned() } else { index.to_string() };
            self.line(&format!("{pattern} => {{"));
            self.block(arm);
            self.line("}");
        }
        self.indent -= 1;
        self.line("}");
    }

    fn loop_(&mut self, loop_: &Loop) {
        let head = match &loop_.kind {
            LoopKind::For { var, start, end, step, reverse } => {
                let mut range = format!("{}..{}", self.expr(start), self.expr(end));
                if *reverse || step.is_some() {
                    range = format!("({range})");
                }
                if let Some(step) = step {
                    let _ = write!(range, ".step_by({})", self.expr(step));
                }
                if *reverse {
                    range.push_str(".rev()");
                }
                format!("for {} in {range} {{", self.name(*var))
            }
            LoopKind::While { cond } => format!("while {} {{", self.expr(cond)),
            LoopKind::Forever => "loop {".to_owned(),
        };
        self.line(&head);
        self.block(&loop_.body);
        if let Some(exit) = loop_.exit {
            let exit = format!("    if {} {{ break; }}", self.name(exit));
            self.line(&exit);
        }
        self.line("}");
    }

    fn call(&mut self, call: &Call) {
        let Target::Path(path) = &call.callee.target else {
            unreachable!("functions are called by their names")
        };
        let name = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let lent: Vec<VarId> = call
            .args
            .iter()
            .filter_map(|arg| match arg {
                Arg::RefMut(place) => Some(place.root),
                _ => None,
            })
            .collect();
        let mut args = Vec::new();
        for (index, arg) in call.args.iter().enumerate() {
            args.push(match arg {
                Arg::Value(value) => {
                    let value = self.value(value);
                    self.line(&format!("let {name}_{index} = {value};"));
                    format!("{name}_{index}")
                }
                Arg::Ref(place) => self.lend("&", place, &lent),
                Arg::RefMut(place) => self.lend("&mut ", place, &lent),
                Arg::Opaque(_) | Arg::Active(_) | Arg::Inactive | Arg::Constant(_) => {
                    unreachable!("a generated program has none")
                }
            });
        }
        let results: Vec<String> =
            call.results.iter().map(|var| self.name(*var).to_owned()).collect();
        self.line(&format!("let {} = {name}({});", tuple(&results), args.join(", ")));
    }

    fn lend(&mut self, reference: &str, place: &Place, lent: &[VarId]) -> String {
        for index in place.operands() {
            index.for_each_root(&mut |root| self.borrows &= !lent.contains(&root));
        }
        format!("{reference}{}", self.target(place))
    }

    fn swap(&mut self, a: &Place, b: &Place) {
        let text = match (a.path.as_slice(), b.path.as_slice()) {
            ([Proj::Index(i)], [Proj::Index(j)]) if a.root == b.root => {
                let (i, j) = (self.expr(i), self.expr(j));
                format!("{{ let (i, j) = ({i}, {j}); {}.swap(i, j); }}", self.name(a.root))
            }
            _ => format!("std::mem::swap(&mut {}, &mut {});", self.target(a), self.target(b)),
        };
        self.line(&text);
    }

    /// A place to be written to or lent. What indexes it is evaluated before, if that reads the same
    /// variable.
    fn target(&mut self, place: &Place) -> String {
        let mut indices = Vec::new();
        for index in place.operands() {
            let mut overlaps = false;
            index.for_each_root(&mut |root| overlaps |= root == place.root);
            let mut text = self.expr(index);
            if overlaps {
                self.indices += 1;
                let name = format!("at_{}", self.indices);
                self.line(&format!("let {name} = {text};"));
                text = name;
            }
            indices.push(text);
        }
        self.place_at(place, indices)
    }

    fn place(&self, place: &Place) -> String {
        self.place_at(place, place.operands().map(|index| self.expr(index)).collect())
    }

    /// A place; references are followed where Rust does not do it by itself.
    fn place_at(&self, place: &Place, indices: Vec<String>) -> String {
        let mut indices = indices.into_iter();
        let mut next = || indices.next().unwrap_or_default();
        let by_reference =
            self.function.param(place.root).is_some_and(|param| param.passing != Passing::Value);
        let mut text = self.name(place.root).to_owned();
        if by_reference && place.path.is_empty() {
            return format!("(*{text})");
        }
        for proj in &place.path {
            match proj {
                Proj::Field(syn::Member::Unnamed(index)) => {
                    let _ = write!(text, ".{}", index.index);
                }
                Proj::Index(_) => {
                    let _ = write!(text, "[{}]", next());
                }
                Proj::Range(start, end) => {
                    let start = start.as_ref().map(|_| next()).unwrap_or_default();
                    let end = end.as_ref().map(|_| next()).unwrap_or_default();
                    let _ = write!(text, "[{start}..{end}]");
                }
                Proj::Variant(..) => text.push_str(".unwrap()"),
                Proj::Field(syn::Member::Named(_)) => unreachable!("there are no structs"),
            }
        }
        text
    }

    /// An expression of which the value is moved somewhere.
    fn value(&self, expr: &Expr) -> String {
        match (&expr.kind, &expr.ty) {
            (ExprKind::Read(place), Ty::Vec(_)) => format!("{}.clone()", self.place(place)),
            _ => self.expr(expr),
        }
    }

    fn rvalue(&self, value: &Rvalue, into: &Ty) -> String {
        match value {
            Rvalue::Expr(Expr { kind: ExprKind::Read(place), .. })
                if matches!(into, Ty::Vec(_)) && !matches!(place.ty, Ty::Vec(_)) =>
            {
                format!("{}.to_vec()", self.place(place))
            }
            Rvalue::Expr(expr) => self.value(expr),
            Rvalue::Aggregate { shape, fields, .. } => {
                let fields: Vec<String> = fields.iter().map(|field| self.value(field)).collect();
                let fields = fields.join(", ");
                match shape {
                    Shape::Tuple => format!("({fields})"),
                    Shape::Array => format!("[{fields}]"),
                    Shape::Vec => format!("vec![{fields}]"),
                    _ => unreachable!("no other aggregate is generated"),
                }
            }
            Rvalue::Repeat { value, len, ty } => {
                let vec = if matches!(ty, Ty::Vec(_)) { "vec!" } else { "" };
                format!("{vec}[{}; {}]", self.expr(value), self.expr(len))
            }
            Rvalue::ZeroLike(_) => unreachable!("of derived code only"),
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Float(value, _) => float(*value),
            ExprKind::Int(value, _) => match &expr.ty {
                Ty::Int(Some(name)) => format!("{value}_{name}"),
                _ => value.to_string(),
            },
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Read(place) => self.place(place),
            ExprKind::Prim(prim, args) => self.prim(*prim, args),
            ExprKind::Len(place) => format!("{}.len()", self.place(place)),
            ExprKind::Cast(inner) => format!("({} as {})", self.expr(inner), ty(&expr.ty)),
            ExprKind::Detach(inner) => format!("chainrule::detach({})", self.expr(inner)),
            ExprKind::Opaque(_) | ExprKind::Zero => unreachable!("a generated program has none"),
        }
    }

    fn prim(&self, prim: Prim, args: &[Expr]) -> String {
        let args: Vec<String> = args.iter().map(|arg| self.expr(arg)).collect();
        match prim.row().form {
            Form::Infix(operator) => format!("({} {operator} {})", args[0], args[1]),
            Form::Prefix(operator) => format!("({operator}{})", args[0]),
            Form::Method(name) => format!("{}.{name}({})", args[0], args[1..].join(", ")),
            Form::Select => {
                format!("(if {} {{ {} }} else {{ {} }})", args[0], args[1], args[2])
            }
            Form::Runtime(_) => unreachable!("of derived code only"),
        }
    }
}

fn tuple(parts: &[String]) -> String {
    if parts.len() == 1 { parts[0].clone() } else { format!("({})", parts.join(", ")) }
}

fn ty(ty: &Ty) -> String {
    let all = |elems: &[Ty]| elems.iter().map(self::ty).collect::<Vec<_>>().join(", ");
    match ty {
        Ty::Tuple(elems) => format!("({})", all(elems)),
        Ty::Array(elem, len) => format!("[{}; {len}]", self::ty(elem)),
        ty => ty.to_string(),
    }
}

fn float(value: f64) -> String {
    let text = format!("{value:?}_f64");
    if value < 0.0 { format!("({text})") } else { text }
}

fn literal(value: &Value<f64>) -> String {
    let all = |elems: &[Value<f64>]| elems.iter().map(literal).collect::<Vec<_>>().join(", ");
    match value {
        Value::Float(value) => float(*value),
        Value::Int(value) => value.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Unit => "()".to_owned(),
        Value::Array(elems) => format!("[{}]", all(elems)),
        Value::Vec(elems) => format!("vec![{}]", all(elems)),
        Value::Tuple(elems) => format!("({})", all(elems)),
        Value::Option(_) | Value::Record(_) | Value::Tape(_) => {
            unreachable!("no argument is one")
        }
    }
}

/// Floats to be met bit by bit, or as near as digits go.
fn list(values: &[f64]) -> String {
    let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    format!("&[{}]", values.join(", "))
}

/// How the test passes its variables on.
#[derive(Default)]
struct Passed {
    args: Vec<String>,
    dots: Vec<String>,
    bars: Vec<String>,
    /// The arguments behind `&mut`.
    states: Vec<usize>,
}

/// A test of forward and of reverse mode.
pub fn test(case: &Case, expected: &Expected) -> String {
    let entry = case.entry();
    let mut lines = Vec::new();
    let passed = variables(case, expected, &mut lines);
    let after = |kind: &str| {
        passed.states.iter().map(|index| format!(", &{kind}_{index}")).collect::<String>()
    };
    for index in &passed.states {
        lines.push(format!("let start_{index} = arg_{index}.clone();"));
    }
    let cloned: Vec<String> = passed
        .args
        .iter()
        .map(|arg| if arg.starts_with('&') { arg.clone() } else { format!("{arg}.clone()") })
        .collect();
    let (name, steepest) = (&entry.name, expected.steepest);
    let (cloned, dots) = (cloned.join(", "), passed.dots.join(", "));
    lines.push(format!("let (value, dot) = {name}::jvp({cloned}, {dots});"));
    let values = list(&expected.values);
    lines.push(format!("same(floats!(value{}), {values});", after("arg")));
    let value_dots = list(&expected.value_dots);
    lines.push(format!("near(floats!(dot{}), {value_dots}, {steepest:?});", after("dot")));
    for index in &passed.states {
        lines.push(format!("arg_{index} = start_{index};"));
    }
    let seeds: Vec<String> = expected.seeds.iter().map(literal).collect();
    let (args, seed) = (passed.args.join(", "), tuple(&seeds));
    let lent: Vec<String> = passed.bars.iter().map(|bar| format!("&mut {bar}")).collect();
    lines.push(format!("let value = {name}::adjoint({args}, {seed}, {});", lent.join(", ")));
    lines.push(format!("same(floats!(value{}), {values});", after("arg")));
    let bars: Vec<String> = passed.bars.iter().map(|bar| format!("&{bar}")).collect();
    let final_bars = list(&expected.final_bars);
    lines.push(format!("near(floats!({}), {final_bars}, {steepest:?});", bars.join(", ")));
    let lines: String = lines.iter().map(|line| format!("        {line}\n")).collect();
    format!("    #[test]\n    fn derivatives() {{\n{lines}    }}\n")
}

/// Declares a variable for each argument, its tangent and its bar.
fn variables(case: &Case, expected: &Expected, lines: &mut Vec<String>) -> Passed {
    let mut passed = Passed::default();
    for (index, param) in case.entry().params.iter().enumerate() {
        lines.push(format!("let mut arg_{index} = {};", literal(&case.args[index])));
        let reference = match param.passing {
            Passing::Value => "",
            Passing::Ref => "&",
            Passing::RefMut => "&mut ",
        };
        passed.args.push(format!("{reference}arg_{index}"));
        if param.role == Role::Active {
            lines.push(format!("let mut dot_{index} = {};", literal(&expected.dots[index])));
            lines.push(format!("let mut bar_{index} = {};", literal(&expected.bars[index])));
            passed.dots.push(format!("{reference}dot_{index}"));
            passed.bars.push(format!("bar_{index}"));
        }
        if param.passing == Passing::RefMut {
            passed.states.push(index);
        }
    }
    passed
}
