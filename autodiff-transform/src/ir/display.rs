//! The IR as text, for dumps, verifier messages and shrunk test cases.
//!
//! Pseudo-Rust: what reads the same in Rust is written as Rust writes it. Effects that Rust has no
//! statement for are written as calls of the statement's name (`push(tape, a, b)`), the exit flag
//! of a loop stands at its head (`for i in 0..n exit done`). Every variable is written by its name,
//! which is unique in its function.

use std::fmt::{self, Display, Write};

use quote::ToTokens;

use super::*;
use crate::ops::Form;

impl Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer { function: self, out: String::new(), indent: 0 };
        printer.function();
        f.write_str(&printer.out)
    }
}

/// A statement of `function`, nested blocks included.
pub fn stmt(function: &Function, stmt: &Stmt) -> String {
    let mut printer = Printer { function, out: String::new(), indent: 0 };
    printer.stmt(stmt);
    printer.out.trim_end().to_owned()
}

/// An expression of `function`.
pub fn expr(function: &Function, expr: &Expr) -> String {
    Printer { function, out: String::new(), indent: 0 }.expr(expr, Level::Lowest)
}

/// A place of `function`.
pub fn place(function: &Function, place: &Place) -> String {
    Printer { function, out: String::new(), indent: 0 }.place(place)
}

impl Display for FloatTy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FloatTy::F32 => f.write_str("f32"),
            FloatTy::F64 => f.write_str("f64"),
            FloatTy::Param(name) => f.write_str(name),
            FloatTy::Of(ty) => write!(f, "float of {}", tokens(ty)),
        }
    }
}

impl Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Float(float) => float.fmt(f),
            Ty::Int(Some(name)) => f.write_str(name),
            Ty::Int(None) => f.write_str("{integer}"),
            Ty::Bool => f.write_str("bool"),
            Ty::Unit => f.write_str("()"),
            Ty::Inert(Some(ty)) => write!(f, "inert {}", tokens(ty)),
            Ty::Inert(None) => f.write_str("inert _"),
            Ty::Array(elem, len) => write!(f, "[{elem}; {len}]"),
            Ty::Slice(elem) => write!(f, "[{elem}]"),
            Ty::Vec(elem) => write!(f, "Vec<{elem}>"),
            Ty::Tuple(elems) => {
                f.write_str("(")?;
                for elem in elems {
                    write!(f, "{elem}, ")?;
                }
                f.write_str(")")
            }
            Ty::Option(elem) => write!(f, "Option<{elem}>"),
            Ty::Adt(ty) => f.write_str(&tokens(ty)),
            Ty::Unknown => f.write_str("_"),
            Ty::Infer(number) => write!(f, "?{number}"),
            Ty::Lane(float) => write!(f, "Lane<{}>", Ty::Float(float.clone())),
            Ty::Dot(of) => write!(f, "Dot<{of}>"),
            Ty::Tangent(of) => write!(f, "Tangent<{of}>"),
            Ty::Record => f.write_str("Record"),
            Ty::Tape => f.write_str("Tape"),
        }
    }
}

impl Display for Len {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Some(value) => value.fmt(f),
            None => f.write_str(&tokens(&self.expr)),
        }
    }
}

/// Tokens on one line, without the blanks that token streams put around punctuation.
fn tokens(node: &impl ToTokens) -> String {
    let text = node.to_token_stream().to_string();
    text.replace(" :: ", "::").replace(" . ", ".").replace(" (", "(").replace(" ,", ",")
}

/// How tightly an expression binds, as in Rust's grammar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Lowest,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Prefix,
    Postfix,
}

impl Level {
    fn of_infix(operator: &str) -> Level {
        match operator {
            "||" => Level::Or,
            "&&" => Level::And,
            "|" => Level::BitOr,
            "^" => Level::BitXor,
            "&" => Level::BitAnd,
            "<<" | ">>" => Level::Shift,
            "+" | "-" => Level::Sum,
            "*" | "/" | "%" => Level::Product,
            _ => Level::Compare,
        }
    }

    /// The level an operand on the right of this operator needs, since operators associate to the
    /// left.
    fn tighter(self) -> Level {
        match self {
            Level::Lowest => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Compare,
            Level::Compare => Level::BitOr,
            Level::BitOr => Level::BitXor,
            Level::BitXor => Level::BitAnd,
            Level::BitAnd => Level::Shift,
            Level::Shift => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product => Level::Cast,
            Level::Cast => Level::Prefix,
            Level::Prefix | Level::Postfix => Level::Postfix,
        }
    }
}

struct Printer<'f> {
    function: &'f Function,
    out: String,
    indent: usize,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn name(&self, var: VarId) -> String {
        match self.function.vars.get(var.0 as usize) {
            Some(var) => var.name.clone(),
            None => format!("<var {}>", var.0),
        }
    }

    fn function(&mut self) {
        let function = self.function;
        self.line(&format!("fn {}(", function.name));
        self.indent += 1;
        for param in &function.params {
            let text = self.param(param);
            self.line(&text);
        }
        self.indent -= 1;
        let results: Vec<String> =
            function.results.iter().map(|result| result.ty.to_string()).collect();
        self.line(&format!(") -> ({}) {{", results.join(", ")));
        self.block(&function.body);
        self.indent += 1;
        let results = self.exprs(&function.results);
        self.line(&format!("({results})"));
        self.indent -= 1;
        self.line("}");
    }

    fn param(&self, param: &Param) -> String {
        let mutable = match self.function.vars.get(param.var.0 as usize) {
            Some(var) if var.mutable && param.passing == Passing::Value => "mut ",
            _ => "",
        };
        let reference = match param.passing {
            Passing::Value => "",
            Passing::Ref => "&",
            Passing::RefMut => "&mut ",
        };
        let role = match param.role {
            Role::Active => "active".to_owned(),
            Role::Inactive => "inactive".to_owned(),
            Role::Tangent(of) => format!("tangent of {}", self.name(of)),
            Role::Seed(index) => format!("seed of result {index}"),
            Role::Cotangent(of) => format!("cotangent of {}", self.name(of)),
            Role::Record => "record".to_owned(),
            Role::Tape => "tape".to_owned(),
        };
        let ty = self.ty_of(param.var);
        format!("{mutable}{}: {reference}{ty}, // {role}", self.name(param.var))
    }

    fn ty_of(&self, var: VarId) -> String {
        self.function.vars.get(var.0 as usize).map(|var| var.ty.to_string()).unwrap_or_default()
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
            StmtKind::If { cond, then, els } => {
                let head = format!("if {} {{", self.expr(cond, Level::Lowest));
                self.line(&head);
                self.block(then);
                if !els.stmts.is_empty() {
                    self.line("} else {");
                    self.block(els);
                }
                self.line("}");
            }
            StmtKind::Switch { tag, arms } => {
                let head = format!("switch {} {{", self.expr(tag, Level::Lowest));
                self.line(&head);
                self.indent += 1;
                for (index, arm) in arms.iter().enumerate() {
                    self.line(&format!("{index} => {{"));
                    self.block(arm);
                    self.line("}");
                }
                self.indent -= 1;
                self.line("}");
            }
            StmtKind::Loop(loop_) => {
                let head = self.loop_head(loop_);
                self.line(&head);
                self.block(&loop_.body);
                self.line("}");
            }
            flat => {
                let text = self.flat(flat);
                self.line(&text);
            }
        }
    }

    fn loop_head(&self, loop_: &Loop) -> String {
        let mut head = match &loop_.kind {
            LoopKind::For { var, start, end, step, reverse } => {
                let mut range =
                    format!("{}..{}", self.expr(start, Level::Or), self.expr(end, Level::Or));
                if *reverse || step.is_some() {
                    range = format!("({range})");
                }
                if let Some(step) = step {
                    let _ = write!(range, ".step_by({})", self.expr(step, Level::Lowest));
                }
                if *reverse {
                    range.push_str(".rev()");
                }
                format!("for {}: {} in {range}", self.name(*var), self.ty_of(*var))
            }
            LoopKind::While { cond } => format!("while {}", self.expr(cond, Level::Lowest)),
            LoopKind::Forever => "loop".to_owned(),
        };
        if let Some(exit) = loop_.exit {
            let _ = write!(head, " exit {}", self.name(exit));
        }
        if let Some(sum) = loop_.sums {
            head.insert_str(0, &format!("#[sums({})] ", self.name(sum)));
        }
        match loop_.checkpoint {
            None => {}
            Some(Checkpoint::Logarithmic) => head.insert_str(0, "#[checkpoint] "),
            Some(Checkpoint::AtMost(most)) => head = format!("#[checkpoint({most})] {head}"),
        }
        head + " {"
    }

    /// A statement without nested blocks.
    fn flat(&self, stmt: &StmtKind) -> String {
        match stmt {
            StmtKind::Let { var, value } => {
                let head = self.let_head(*var);
                match value {
                    Some(value) => format!("{head} = {};", self.rvalue(value)),
                    None => format!("{head};"),
                }
            }
            StmtKind::Assign { place, value } => {
                format!("{} = {};", self.place(place), self.rvalue(value))
            }
            StmtKind::Accumulate { place, value } => {
                format!("{} += {};", self.place(place), self.expr(value, Level::Lowest))
            }
            StmtKind::Call(call) => self.call(call),
            StmtKind::Swap { a, b } => format!("swap({}, {});", self.place(a), self.place(b)),
            StmtKind::Fill { place, value } => {
                format!("{}.fill({});", self.place(place), self.expr(value, Level::Lowest))
            }
            StmtKind::VecPush { vec, value } => {
                format!("{}.push({});", self.place(vec), self.expr(value, Level::Lowest))
            }
            StmtKind::VecPop { vec, into } => {
                format!("{} = {}.pop();", self.let_head(*into), self.place(vec))
            }
            StmtKind::Push { tape, values } => {
                format!("push({}, {});", self.name(*tape), self.places(values))
            }
            StmtKind::Pop { tape, into, declare } => {
                let let_ = if *declare { "let " } else { "" };
                format!("{let_}({}) = pop({});", self.places(into), self.name(*tape))
            }
            StmtKind::Opaque { code, writes } => {
                let writes: Vec<String> = writes.iter().map(|var| self.name(*var)).collect();
                format!("opaque {{ {} }} writes ({});", self.opaque(code), writes.join(", "))
            }
            StmtKind::If { .. } | StmtKind::Switch { .. } | StmtKind::Loop(_) => String::new(),
        }
    }

    fn let_head(&self, var: VarId) -> String {
        let mutable = match self.function.vars.get(var.0 as usize) {
            Some(var) if var.mutable => "mut ",
            _ => "",
        };
        format!("let {mutable}{}: {}", self.name(var), self.ty_of(var))
    }

    fn call(&self, call: &Call) -> String {
        let mut callee = match &call.callee.target {
            Target::Path(path) => tokens(path),
            Target::Method(name) => format!(".{name}"),
            Target::Operator(operator) => operator.trait_name().to_owned(),
        };
        for stage in &call.callee.stages {
            callee.push_str(match stage {
                Stage::Tangent => "::tangent",
                Stage::Forward => "::forward",
                Stage::Reverse => "::reverse",
                Stage::IsLight => "::is_light",
            });
        }
        let args: Vec<String> = call.args.iter().map(|arg| self.arg(arg)).collect();
        let results: Vec<String> = call.results.iter().map(|var| self.name(*var)).collect();
        format!("let ({}) = {callee}({});", results.join(", "), args.join(", "))
    }

    fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Value(value) => self.expr(value, Level::Lowest),
            Arg::Ref(place) => format!("&{}", self.place(place)),
            Arg::RefMut(place) => format!("&mut {}", self.place(place)),
            Arg::Opaque(code) => self.opaque(code),
            Arg::Active(slot) => format!("active({})", self.arg(slot)),
            Arg::Inactive => "inactive".to_owned(),
            Arg::Constant(_) => "constant".to_owned(),
        }
    }

    fn places(&self, places: &[Place]) -> String {
        let places: Vec<String> = places.iter().map(|place| self.place(place)).collect();
        places.join(", ")
    }

    fn exprs(&self, exprs: &[Expr]) -> String {
        let exprs: Vec<String> = exprs.iter().map(|expr| self.expr(expr, Level::Lowest)).collect();
        exprs.join(", ")
    }

    fn rvalue(&self, value: &Rvalue) -> String {
        match value {
            Rvalue::Expr(expr) => self.expr(expr, Level::Lowest),
            Rvalue::Aggregate { shape, fields, ty } => self.aggregate(shape, fields, ty),
            Rvalue::Repeat { value, len, ty } => {
                let vec = if matches!(ty, Ty::Vec(_)) { "vec!" } else { "" };
                let (value, len) = (self.expr(value, Level::Lowest), self.expr(len, Level::Lowest));
                format!("{vec}[{value}; {len}]")
            }
            Rvalue::ZeroLike(place) => format!("zero_like({})", self.place(place)),
        }
    }

    fn aggregate(&self, shape: &Shape, fields: &[Expr], ty: &Ty) -> String {
        match shape {
            Shape::Tuple if matches!(ty, Ty::Record) => format!("record({})", self.exprs(fields)),
            Shape::Tuple => format!("({},)", self.exprs(fields)),
            Shape::Array => format!("[{}]", self.exprs(fields)),
            Shape::Vec => format!("vec![{}]", self.exprs(fields)),
            Shape::VecWithCapacity(capacity) => {
                format!("Vec::with_capacity({})", self.expr(capacity, Level::Lowest))
            }
            Shape::Option if fields.is_empty() => "None".to_owned(),
            Shape::Option => format!("Some({})", self.exprs(fields)),
            Shape::Struct { path, members, base } => {
                let (base, named) = match fields.split_last() {
                    Some((last, named)) if *base => (Some(last), named),
                    _ => (None, fields),
                };
                let mut body = self.members(members, named);
                if let Some(base) = base {
                    let _ = write!(body, "..{}", self.expr(base, Level::Lowest));
                }
                format!("{} {{ {body} }}", tokens(path))
            }
            Shape::Variant { path, members } => {
                format!("{} {{ {} }}", tokens(path), self.members(members, fields))
            }
        }
    }

    fn members(&self, members: &[syn::Member], fields: &[Expr]) -> String {
        let pair = |(member, field): (&syn::Member, &Expr)| {
            format!("{}: {}, ", tokens(member), self.expr(field, Level::Lowest))
        };
        members.iter().zip(fields).map(pair).collect()
    }

    fn place(&self, place: &Place) -> String {
        let mut text = self.name(place.root);
        for proj in &place.path {
            let _ = match proj {
                Proj::Field(member) => write!(text, ".{}", tokens(member)),
                Proj::Index(index) => write!(text, "[{}]", self.expr(index, Level::Lowest)),
                Proj::Range(start, end) => {
                    let bound = |bound: &Option<Expr>| {
                        bound.as_ref().map(|bound| self.expr(bound, Level::Or)).unwrap_or_default()
                    };
                    write!(text, "[{}..{}]", bound(start), bound(end))
                }
                Proj::Variant(path, member) => {
                    write!(text, ".<{}>.{}", tokens(path), tokens(member))
                }
            };
        }
        text
    }

    fn opaque(&self, code: &Opaque) -> String {
        let mut text = tokens(&code.tokens);
        for var in &code.reads {
            let placeholder = Opaque::placeholder(*var, Span::call_site()).to_string();
            text = replace_word(&text, &placeholder, &self.name(*var));
        }
        text
    }

    fn expr(&self, expr: &Expr, context: Level) -> String {
        let (text, level) = match &expr.kind {
            ExprKind::Float(_, text) | ExprKind::Int(_, text) => (text.clone(), Level::Postfix),
            ExprKind::Bool(value) => (value.to_string(), Level::Postfix),
            ExprKind::Read(place) => (self.place(place), Level::Postfix),
            ExprKind::Prim(prim, args) => self.prim(*prim, args),
            ExprKind::Len(place) => (format!("{}.len()", self.place(place)), Level::Postfix),
            ExprKind::Cast(inner) => {
                (format!("{} as {}", self.expr(inner, Level::Cast), expr.ty), Level::Cast)
            }
            ExprKind::Detach(inner) => {
                (format!("detach({})", self.expr(inner, Level::Lowest)), Level::Postfix)
            }
            ExprKind::Opaque(code) => (format!("opaque({})", self.opaque(code)), Level::Postfix),
            ExprKind::Zero => (format!("zero::<{}>()", expr.ty), Level::Postfix),
        };
        if level < context { format!("({text})") } else { text }
    }

    fn prim(&self, prim: Prim, args: &[Expr]) -> (String, Level) {
        match (prim.row().form, args) {
            (Form::Infix(operator), [left, right]) => {
                let level = Level::of_infix(operator);
                // Comparisons do not chain.
                let on_left = if level == Level::Compare { level.tighter() } else { level };
                let (left, right) = (self.expr(left, on_left), self.expr(right, level.tighter()));
                (format!("{left} {operator} {right}"), level)
            }
            (Form::Prefix(operator), [operand]) => {
                (format!("{operator}{}", self.expr(operand, Level::Prefix)), Level::Prefix)
            }
            (Form::Method(name), [receiver, rest @ ..]) => {
                let receiver = self.expr(receiver, Level::Postfix);
                (format!("{receiver}.{name}({})", self.exprs(rest)), Level::Postfix)
            }
            (Form::Runtime(name), args) => {
                (format!("{name}({})", self.exprs(args)), Level::Postfix)
            }
            (Form::Select, [cond, then, els]) => {
                let text = format!(
                    "if {} {{ {} }} else {{ {} }}",
                    self.expr(cond, Level::Lowest),
                    self.expr(then, Level::Lowest),
                    self.expr(els, Level::Lowest)
                );
                (text, Level::Lowest)
            }
            (Form::Infix(_) | Form::Prefix(_) | Form::Method(_) | Form::Select, args) => {
                (format!("{prim:?}({})", self.exprs(args)), Level::Postfix)
            }
        }
    }
}

/// Replaces `word` where no identifier continues it.
fn replace_word(text: &str, word: &str, by: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let after = &rest[at + word.len()..];
        let continues = after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        out.push_str(&rest[..at]);
        out.push_str(if continues { word } else { by });
        rest = after;
    }
    out + rest
}
