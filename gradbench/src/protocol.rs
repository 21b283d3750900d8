//! The conversation: one message a line in, one response a line out.
//!
//! Whatever comes in, something goes out: a line that cannot be understood, an unknown function or a
//! wrong input is answered with `"success": false` and an error, and the conversation goes on.

use std::io::{self, BufRead, Write};
use std::panic::{self, AssertUnwindSafe};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::evals;
use crate::evaluation::{Evaluation, Failure};

/// What the tool calls itself.
const TOOL: &str = "chainrule";

/// A message of the eval. The input is parsed by the function that it is for, once it is known.
#[derive(Deserialize)]
struct Message<'a> {
    id: Value,
    kind: String,
    module: Option<String>,
    function: Option<String>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

/// As much of a malformed message as is needed to answer it.
#[derive(Deserialize)]
struct Identified {
    id: Value,
}

/// Answers each line of `input` by a line on `output`, until the input ends.
///
/// # Errors
///
/// Only if reading or writing fails.
pub fn serve(mut input: impl BufRead, mut output: impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            serde_json::to_writer(&mut output, &respond(&line))?;
            output.write_all(b"\n")?;
            output.flush()?;
        }
        line.clear();
    }
    Ok(())
}

/// The response to one message.
pub fn respond(line: &[u8]) -> Value {
    match serde_json::from_slice::<Message>(line) {
        Ok(message) => {
            let id = message.id.clone();
            answer(message).unwrap_or_else(|failure| refusal(&id, &failure))
        }
        Err(error) => {
            let id = serde_json::from_slice(line).map_or(Value::Null, |known: Identified| known.id);
            refusal(&id, &Failure::invalid(format!("malformed message: {error}")))
        }
    }
}

fn refusal(id: &Value, failure: &Failure) -> Value {
    let mut response = json!({ "id": id, "success": false, "error": failure.error });
    if let Some(status) = failure.status {
        response["status"] = status.into();
    }
    response
}

fn answer(message: Message) -> Result<Value, Failure> {
    let id = &message.id;
    match message.kind.as_str() {
        "start" => Ok(json!({ "id": id, "tool": TOOL })),
        "define" => {
            let module = named(message.module.as_deref(), "module")?;
            match evals::module(module) {
                Some(_) => Ok(json!({ "id": id, "success": true })),
                None => Err(Failure::unimplemented(format!("no module `{module}`"))),
            }
        }
        "evaluate" => {
            let evaluation = evaluate(&message)?;
            Ok(json!({
                "id": id,
                "success": true,
                "output": evaluation.output,
                "timings": evaluation.timings,
            }))
        }
        "analysis" => Ok(json!({ "id": id })),
        other => Err(Failure::invalid(format!("unknown kind `{other}` of message"))),
    }
}

fn named<'a>(name: Option<&'a str>, what: &str) -> Result<&'a str, Failure> {
    name.ok_or_else(|| Failure::invalid(format!("malformed message: no `{what}`")))
}

fn evaluate(message: &Message) -> Result<Evaluation, Failure> {
    let module = named(message.module.as_deref(), "module")?;
    let name = named(message.function.as_deref(), "function")?;
    let functions = evals::module(module)
        .ok_or_else(|| Failure::unimplemented(format!("no module `{module}`")))?;
    let (_, function) = functions
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| Failure::unimplemented(format!("no function `{name}` in `{module}`")))?;
    let input = message
        .input
        .ok_or_else(|| Failure::invalid("malformed message: no `input`".to_owned()))?;
    // Inputs are checked before they are used. Should a check be missing, the tool lives on.
    panic::catch_unwind(AssertUnwindSafe(|| function(input)))
        .unwrap_or_else(|_| Err(Failure::invalid(format!("`{module}::{name}` panicked"))))
}
