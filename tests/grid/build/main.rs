//! Writes the functions: the grid's, and random sequences of statements.

mod collections;
mod machines;
mod places;
mod sequences;
mod sources;
mod types;

use collections::COLLECTIONS;
use machines::MACHINES;
use places::{PLACES, Place};
use sources::{SOURCES, Source};
use types::{TYPES, Type};

/// Of how many pairs one is compiled, for one type each.
const STRIDE: usize = 18;
/// How many sequences there are of each kind.
const SEQUENCES: usize = 10;

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-env-changed=CHAINRULE_GRID");
    let shard: usize = match std::env::var("CHAINRULE_GRID") {
        Ok(asked) => asked.parse().expect("CHAINRULE_GRID is the number of a shard"),
        Err(_) => 0,
    };
    let mut text = String::new();
    for (index, ty) in TYPES.iter().enumerate() {
        let functions: Vec<String> = pairs()
            .filter(|(number, _, _)| {
                let of_type = (number / STRIDE + shard / STRIDE) % TYPES.len() == index;
                number % STRIDE == shard % STRIDE && of_type
            })
            .filter_map(|(_, source, place)| function(ty, source, place))
            .collect();
        text += &module(ty.name, &(ty.fill(types::ITEMS) + &functions.concat()));
    }
    for theme in [COLLECTIONS, MACHINES] {
        text += &module(theme.name, &theme.functions(shard, SEQUENCES));
    }
    let folder = std::env::var("OUT_DIR").expect("cargo sets it");
    std::fs::write(format!("{folder}/grid.rs"), text).expect("a writable folder");
}

/// A module of the corpus.
fn module(name: &str, items: &str) -> String {
    format!(
        "mod {name} {{\nuse chainrule_oracle::corpus;\n\n#[corpus]\nmod cases {{\nuse chainrule::{{Differentiable, \
         differentiable}};\n\n{items}\n}}\n}}\n"
    )
}

/// All pairs, numbered.
fn pairs() -> impl Iterator<Item = (usize, &'static Source, &'static Place)> {
    let pairs = SOURCES.iter().flat_map(|source| PLACES.iter().map(move |place| (source, place)));
    pairs.enumerate().map(|(number, (source, place))| (number, source, place))
}

/// The function of a source and a place; `None` where Rust has none.
fn function(ty: &Type, source: &Source, place: &Place) -> Option<String> {
    if source.returns && place.is_closure || source.is_used_up && place.repeats {
        return None;
    }
    let name = format!("{}_as_{}", source.name, place.name);
    let inner = place.inner.map(|(result, value)| {
        // What the source returns early, where there is nothing to go on with.
        let early = match value.starts_with("if") {
            true => "return $L(y, z)".to_owned(),
            false => format!("return {}", value.replace("$S", "$L(y, z)")),
        };
        let body = value.replace("$S", &source.code.replace("return 0.0", &early));
        format!(
            "#[differentiable]\nfn {name}_inner(x: f64, y: f64, z: f64) -> {result} {{ {} {body} }}\n",
            source.before
        )
    });
    let code = match place.inner {
        Some(_) => place.code.replace("$I", &format!("{name}_inner(x, y, z)")),
        None => format!("{} {}", source.before, place.code.replace("$S", source.code)),
    };
    Some(ty.fill(&format!(
        "{}#[differentiable]\n#[at(0.7, 1.3, -0.4)]\nfn {name}(x: f64, y: f64, z: f64) -> f64 {{ {code} }}\n\n",
        inner.unwrap_or_default()
    )))
}
