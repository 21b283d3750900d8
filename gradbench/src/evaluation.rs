//! One evaluation: read the input, run the function, time the runs.

use std::hint::black_box;
use std::time::Instant;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// A function of an eval, from its input as it was sent.
pub type Function = fn(&RawValue) -> Result<Evaluation, Failure>;

/// What came out, and how long it took.
pub struct Evaluation {
    /// The output of the last run.
    pub output: Value,
    /// `prepare` once, then `evaluate` for each run.
    pub timings: Vec<Timing>,
}

/// How long a part of an evaluation took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Timing {
    name: &'static str,
    nanoseconds: u128,
}

impl Timing {
    fn since(name: &'static str, start: Instant) -> Timing {
        Timing { name, nanoseconds: start.elapsed().as_nanos() }
    }
}

/// Why an evaluation was refused.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The protocol's name for the kind of failure, where it has one.
    pub status: Option<&'static str>,
    /// What is wrong, for a reader.
    pub error: String,
}

impl Failure {
    /// The tool lacks what was asked for.
    pub fn unimplemented(error: String) -> Failure {
        Failure { status: Some("unimplemented"), error }
    }

    /// The message or its input is wrong.
    pub fn invalid(error: String) -> Failure {
        Failure { status: None, error }
    }
}

/// More is taken for a mistake: the tool would answer nothing else.
const MOST_RUNS: u64 = 100_000_000;
const MOST_SECONDS: f64 = 1e6;
/// Likewise, for how often the innermost statement of a function is run.
pub const MOST_STEPS: u128 = 1_000_000_000_000;

/// How often to run: until both are reached, and at least once.
#[derive(Deserialize)]
#[serde(default)]
struct Runs {
    min_runs: u64,
    min_seconds: f64,
}

impl Default for Runs {
    fn default() -> Runs {
        Runs { min_runs: 1, min_seconds: 0.0 }
    }
}

impl Runs {
    fn of(input: &RawValue) -> Result<Runs, Failure> {
        if !input.get().starts_with('{') {
            return Ok(Runs::default());
        }
        let runs: Runs = parse(input)?;
        let refusal = match runs {
            Runs { min_runs, .. } if min_runs > MOST_RUNS => format!("`min_runs` is {min_runs}"),
            Runs { min_seconds, .. } if !(0.0..=MOST_SECONDS).contains(&min_seconds) => {
                format!("`min_seconds` is {min_seconds}")
            }
            runs => return Ok(runs),
        };
        Err(Failure::invalid(refusal))
    }
}

fn parse<T: DeserializeOwned>(input: &RawValue) -> Result<T, Failure> {
    serde_json::from_str(input.get()).map_err(|error| Failure::invalid(format!("input: {error}")))
}

/// Reads an input and checks it by `prepare`, runs `run` on it as often as asked, and puts the last
/// result into the protocol's form by `output`.
pub fn evaluate<Input, Prepared, Output, Sent>(
    input: &RawValue,
    prepare: impl FnOnce(Input) -> Result<Prepared, String>,
    mut run: impl FnMut(&mut Prepared) -> Output,
    output: impl FnOnce(&Prepared, Output) -> Sent,
) -> Result<Evaluation, Failure>
where
    Input: DeserializeOwned,
    Sent: Serialize,
{
    let start = Instant::now();
    let runs = Runs::of(input)?;
    let mut prepared = prepare(parse(input)?).map_err(Failure::invalid)?;
    let mut timings = vec![Timing::since("prepare", start)];
    let begin = Instant::now();
    let last = loop {
        let start = Instant::now();
        let result = black_box(run(black_box(&mut prepared)));
        timings.push(Timing::since("evaluate", start));
        if timings.len() as u64 > runs.min_runs && begin.elapsed().as_secs_f64() >= runs.min_seconds
        {
            break result;
        }
    };
    let output = serde_json::to_value(output(&prepared, last))
        .map_err(|error| Failure::invalid(format!("output: {error}")))?;
    Ok(Evaluation { output, timings })
}

/// `Err(complaint)` unless `holds`.
pub fn ensure(holds: bool, complaint: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(complaint()) }
}
