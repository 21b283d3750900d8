//! What the attribute costs at build time.
//!
//! `cargo bench --bench build_cost` writes a crate of 100 functions of about 20 lines, those of
//! `template.rs` ten times over, once with and once without `#[differentiable]`, and times
//! `cargo build` of each: debug profile, dependencies built beforehand, the fastest of several builds
//! taken in turns. It fails where the attribute makes the build more than five times as long.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

const TEMPLATE: &str = include_str!("template.rs");
const ATTRIBUTE: &str = "#[differentiable]";
/// Copies of the template, each in its own module.
const COPIES: usize = 10;
/// Builds of each crate.
const BUILDS: usize = 5;
/// How many times as long the build may take.
const LIMIT: f64 = 5.0;

/// The source of the crate, with or without the attribute.
fn source(annotated: bool) -> String {
    let functions = if annotated {
        format!("use chainrule::differentiable;\n\n{TEMPLATE}")
    } else {
        TEMPLATE.replace(&format!("{ATTRIBUTE}\n"), "")
    };
    (0..COPIES).map(|copy| format!("pub mod copy_{copy} {{\n{functions}\n}}\n")).collect()
}

/// A crate in a folder of its own, sharing the build of its dependencies with its sibling.
struct Crate {
    folder: PathBuf,
    target: PathBuf,
}

impl Crate {
    fn new(root: &Path, name: &str, annotated: bool) -> Result<Self, Box<dyn Error>> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = root.join(name);
        fs::create_dir_all(folder.join("src"))?;
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nchainrule = {{ path = {repository:?} }}\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::write(folder.join("src/lib.rs"), source(annotated))?;
        Ok(Crate { folder, target: root.join("target") })
    }

    /// Builds the crate itself anew; returns the seconds it took.
    fn build(&self) -> Result<f64, Box<dyn Error>> {
        let library = self.folder.join("src/lib.rs");
        let text = fs::read(&library)?;
        fs::write(&library, text)?;
        let start = Instant::now();
        let status = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .status()?;
        if status.success() {
            Ok(start.elapsed().as_secs_f64())
        } else {
            Err(format!("the crate in {} does not build", self.folder.display()).into())
        }
    }
}

fn measure() -> Result<bool, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("build_cost");
    let plain = Crate::new(&root, "plain", false)?;
    let annotated = Crate::new(&root, "annotated", true)?;
    plain.build()?;
    let (mut without, mut with) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..BUILDS {
        without = plain.build()?.min(without);
        with = annotated.build()?.min(with);
    }
    let functions = COPIES * TEMPLATE.matches(ATTRIBUTE).count();
    let ratio = with / without;
    println!("{functions} functions, {} lines", source(false).lines().count());
    println!("without the attribute {without:6.2} s");
    println!("with the attribute    {with:6.2} s");
    println!("ratio                 {ratio:6.2}   (limit {LIMIT})");
    Ok(ratio <= LIMIT)
}

fn main() -> ExitCode {
    match measure() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
