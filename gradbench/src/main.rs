//! The tool as GradBench starts it: JSON lines from standard input to standard output.

use std::io;

fn main() -> io::Result<()> {
    chainrule_gradbench::serve(io::stdin().lock(), io::stdout().lock())
}
