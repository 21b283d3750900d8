//! Recorded conversations, played against the tool.
//!
//! The recordings are other people's and not part of this repository: the environment variable
//! `CHAINRULE_GRADBENCH` names the folder with them. A line is `{"message": …}` (from the eval) or
//! `{"response": …}` (from the tool that was recorded, with the correct output).

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

/// The largest relative error of a number in an output.
const TOLERANCE: f64 = 1e-9;

/// The names of all recorded files, in order.
fn recordings(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("CHAINRULE_GRADBENCH, {}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    files
}

/// Compares an output with the recorded one; `at` is where in the output we are.
fn compare(ours: &Value, recorded: &Value, at: &str) {
    match (ours, recorded) {
        (Value::Number(ours), Value::Number(recorded)) => {
            let (ours, recorded) = (ours.as_f64().unwrap(), recorded.as_f64().unwrap());
            let error = (ours - recorded).abs();
            assert!(
                error <= TOLERANCE * recorded.abs(),
                "{at}: {ours} instead of {recorded}, relative error {:e}",
                error / recorded.abs()
            );
        }
        (Value::Array(ours), Value::Array(recorded)) => {
            assert_eq!(ours.len(), recorded.len(), "{at}: length");
            for (index, (ours, recorded)) in ours.iter().zip(recorded).enumerate() {
                compare(ours, recorded, &format!("{at}[{index}]"));
            }
        }
        (Value::Object(ours), Value::Object(recorded)) => {
            assert_eq!(
                ours.keys().collect::<Vec<_>>(),
                recorded.keys().collect::<Vec<_>>(),
                "{at}: keys"
            );
            for (key, recorded) in recorded {
                compare(&ours[key], recorded, &format!("{at}.{key}"));
            }
        }
        _ => assert_eq!(ours, recorded, "{at}"),
    }
}

/// The output that is due where `recorded` was the answer to `message`.
///
/// The recorded gradients of `ode` are those of the differential equation's exact solution,
/// `2ⁿ/n!·∏ xᵢ` in the last component. The Runge–Kutta method's own last component is another multiple
/// of `∏ xᵢ`, as far off as the recorded primal values are from the exact ones, and so is its gradient.
fn due(message: &Value, recorded: &Value) -> Value {
    if message["module"] != "ode" || message["function"] != "gradient" {
        return recorded.clone();
    }
    let mut primal = message.clone();
    primal["function"] = "primal".into();
    let y = chainrule_gradbench::respond(primal.to_string().as_bytes())["output"].clone();
    let computed = y.as_array().unwrap().last().unwrap().as_f64().unwrap();
    let exact = numbers(&message["input"]["x"])
        .zip(1..)
        .fold(1.0, |product, (x, i)| product * x * 2.0 / f64::from(i));
    numbers(recorded).map(|slope| slope * computed / exact).collect::<Vec<f64>>().into()
}

fn numbers(list: &Value) -> impl Iterator<Item = f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap())
}

/// Plays one recording; the number of outputs compared.
fn play(file: &Path) -> usize {
    let text = fs::read_to_string(file).unwrap();
    let (mut asked, mut ours) = (Value::Null, Value::Null);
    let mut compared = 0;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(message) = line.get("message") {
            asked = message.clone();
            ours = chainrule_gradbench::respond(message.to_string().as_bytes());
            continue;
        }
        let recorded = &line["response"];
        let at = format!("{}, message {}", file.display(), recorded["id"]);
        assert_eq!(ours["id"], recorded["id"], "{at}");
        assert_eq!(ours["success"], recorded["success"], "{at}: {ours}");
        if let Some(output) = recorded.get("output") {
            compare(&ours["output"], &due(&asked, output), &at);
            assert!(ours["timings"].as_array().is_some_and(|timings| !timings.is_empty()), "{at}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn recordings_replay() {
    let Some(folder) = env::var_os("CHAINRULE_GRADBENCH") else {
        println!("nothing played: CHAINRULE_GRADBENCH names no folder");
        return;
    };
    let folder = Path::new(&folder);
    // Tests run in the package's folder, and the path is meant from the workspace's.
    let folder = if folder.is_absolute() {
        folder.to_owned()
    } else {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)
    };
    let files = recordings(&folder);
    assert!(!files.is_empty(), "no recordings in {}", folder.display());
    for file in files {
        assert!(play(&file) > 0, "{} has no outputs", file.display());
    }
}
