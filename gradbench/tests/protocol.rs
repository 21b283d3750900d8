//! The protocol: every line gets an answer, whatever it says.

use chainrule_gradbench::{respond, serve};
use serde_json::{Value, json};

fn response(message: &Value) -> Value {
    respond(message.to_string().as_bytes())
}

fn evaluate(module: &str, function: &str, input: &Value) -> Value {
    response(&json!({
        "id": 7, "kind": "evaluate", "module": module, "function": function, "input": input,
    }))
}

/// Asserts that a response is an error, for the message `id`.
fn assert_refused(response: &Value, id: &Value) {
    assert_eq!(&response["id"], id, "{response}");
    assert_eq!(response["success"], json!(false), "{response}");
    assert!(response["error"].as_str().is_some_and(|error| !error.is_empty()), "{response}");
}

#[test]
fn a_conversation() {
    let input = r#"{"id": 0, "kind": "start", "eval": "hello", "config": {"any": 1}}
{"id": 1, "kind": "define", "module": "hello"}
{"id": 2, "kind": "evaluate", "module": "hello", "function": "square", "input": 3.0, "description": "3"}

{"id": 3, "kind": "analysis", "of": 2, "valid": true}
{"id": 4, "kind": "evaluate", "module": "hello", "function": "double", "input": 3.0}
"#;
    let mut output = Vec::new();
    serve(input.as_bytes(), &mut output).unwrap();
    let responses: Vec<Value> = String::from_utf8(output)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(responses.len(), 5);
    assert_eq!(responses[0], json!({ "id": 0, "tool": "chainrule" }));
    assert_eq!(responses[1], json!({ "id": 1, "success": true }));
    assert_eq!(responses[2]["output"], json!(9.0));
    assert_eq!(responses[3], json!({ "id": 3 }));
    assert_eq!(responses[4]["output"], json!(6.0));
}

#[test]
fn the_conversation_goes_on_after_nonsense() {
    let mut input = b"\xff\xfe\n{\n[]\n\"text\"\n{\"id\": 5}\n".to_vec();
    input.extend("[".repeat(100_000).into_bytes());
    input.extend(b"\n{\"id\": 6, \"kind\": \"define\", \"module\": \"lse\"}");
    let mut output = Vec::new();
    serve(&input[..], &mut output).unwrap();
    let responses: Vec<Value> = String::from_utf8(output)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(responses.len(), 7);
    for refused in [0, 1, 2, 3, 5] {
        assert_refused(&responses[refused], &Value::Null);
    }
    assert_refused(&responses[4], &json!(5));
    assert_eq!(responses[6], json!({ "id": 6, "success": true }));
}

#[test]
fn what_is_unknown_is_refused() {
    let unknown_kind = response(&json!({ "id": 7, "kind": "greet" }));
    assert_refused(&unknown_kind, &json!(7));
    assert_refused(&response(&json!({ "id": 7, "kind": "define" })), &json!(7));
    for unknown in [
        response(&json!({ "id": 7, "kind": "define", "module": "nothing" })),
        evaluate("nothing", "primal", &json!({})),
        evaluate("lse", "integral", &json!({ "x": [1.0] })),
    ] {
        assert_refused(&unknown, &json!(7));
        assert_eq!(unknown["status"], json!("unimplemented"));
    }
    let no_function = json!({ "id": 7, "kind": "evaluate", "module": "lse", "input": {} });
    assert_refused(&response(&no_function), &json!(7));
    let no_input = json!({ "id": 7, "kind": "evaluate", "module": "lse", "function": "primal" });
    assert_refused(&response(&no_input), &json!(7));
}

#[test]
fn wrong_inputs_are_refused() {
    let wrong = [
        ("hello", "square", json!("one")),
        ("hello", "double", json!(null)),
        ("lse", "primal", json!([1.0, 2.0])),
        ("lse", "primal", json!({})),
        ("lse", "primal", json!({ "x": [] })),
        ("lse", "gradient", json!({ "x": [] })),
        ("lse", "gradient", json!({ "x": [1.0, "two"] })),
        ("lse", "gradient", json!({ "x": [1.0, null] })),
        ("lse", "primal", json!({ "x": [1.0], "min_runs": -1 })),
        ("lse", "primal", json!({ "x": [1.0], "min_seconds": "long" })),
    ];
    for (module, function, input) in wrong.into_iter().chain(wrong_shapes()) {
        assert_refused(&evaluate(module, function, &input), &json!(7));
    }
}

/// Inputs of the right form whose parts do not fit together, or with an index of nothing.
fn wrong_shapes() -> Vec<(&'static str, &'static str, Value)> {
    let cell = json!([[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]]);
    let states = json!([[0.5], [0.5]]);
    vec![
        ("llsq", "gradient", json!({ "x": [1.0], "n": 1 })),
        ("llsq", "primal", json!({ "x": [1.0], "n": -4 })),
        ("det", "gradient", json!({ "A": [1.0, 2.0, 3.0], "ell": 2 })),
        ("det", "primal", json!({ "A": [], "ell": 0 })),
        ("det", "primal", json!({ "A": [1.0], "ell": 1u64 << 32 })),
        ("ode", "gradient", json!({ "x": [], "s": 1 })),
        ("ode", "primal", json!({ "x": [1.0], "s": 0 })),
        ("gmm", "objective", mixture(&json!([1.0]), &json!([[0.5, 0.5]]), 1.0)),
        ("gmm", "jacobian", mixture(&json!([1.0, 2.0]), &json!([[0.5]]), 1.0)),
        ("gmm", "jacobian", mixture(&json!([1.0]), &json!([[0.5]]), -1.0)),
        ("ba", "objective", cameras(&[0.0; 10], 1)),
        ("ba", "jacobian", cameras(&[0.0; 11], 0)),
        ("ba", "jacobian", cameras(&[0.0; 11], u64::MAX)),
        ("lstm", "objective", network(&cell, &states, &json!([[0.5]]))),
        ("lstm", "jacobian", network(&cell, &json!([[0.5]]), &json!([[0.5], [0.5]]))),
        ("lstm", "jacobian", network(&cell, &states, &json!([[0.5], [0.5, 0.5]]))),
        ("ht", "objective", pose(26, 1, -1)),
        ("ht", "objective", pose(25, 0, -1)),
        ("ht", "jacobian", pose(26, 0, 0)),
    ]
}

fn mixture(alpha: &Value, q: &Value, gamma: f64) -> Value {
    json!({
        "d": 1, "k": 1, "n": 1, "x": [[0.5]], "alpha": alpha, "mu": [[0.5]], "q": q, "l": [[]],
        "m": 0, "gamma": gamma,
    })
}

fn cameras(camera: &[f64], observations: u64) -> Value {
    json!({
        "n": 1, "m": 1, "p": observations, "cam": camera, "x": [0.5, 0.5, 0.5], "w": 0.5,
        "feat": [0.5, 0.5],
    })
}

fn network(main: &Value, state: &Value, sequence: &Value) -> Value {
    json!({
        "main_params": main, "extra_params": [[0.5], [0.5], [0.5]], "state": state,
        "sequence": sequence,
    })
}

/// A hand of one vertex, with so many parameters, a correspondence, and the first bone's parent.
fn pose(parameters: usize, correspondence: usize, parent: i64) -> Value {
    let mut parents = vec![-1; 22];
    // A parent comes before its bones; −1 is none.
    parents[0] = parent;
    json!({
        "theta": vec![0.25; parameters],
        "data": {
            "model": {
                "parents": parents,
                "base_relatives": vec![[[0.5; 4]; 4]; 22],
                "inverse_base_absolutes": vec![[[0.5; 4]; 4]; 22],
                "base_positions": [vec![0.5; 4]],
                "weights": [vec![0.5; 22]],
                "triangles": [],
                "is_mirrored": false,
            },
            "correspondences": [correspondence],
            "points": [vec![0.5; 3]],
        },
        "us": [],
    })
}

#[test]
fn what_fits_together_is_accepted() {
    let states = json!([[0.5], [0.5]]);
    let cell = json!([[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]]);
    for (module, function, input) in [
        ("gmm", "jacobian", mixture(&json!([1.0]), &json!([[0.5]]), 1.0)),
        ("ba", "jacobian", cameras(&[0.0; 11], 2)),
        ("lstm", "jacobian", network(&cell, &states, &json!([[0.5], [0.5]]))),
        ("ht", "jacobian", pose(26, 0, -1)),
    ] {
        let response = evaluate(module, function, &input);
        assert_eq!(response["success"], json!(true), "{response}");
    }
}

#[test]
fn each_run_is_timed() {
    let input = json!({ "x": [1.0, 2.0], "min_runs": 5, "min_seconds": 0.0 });
    let response = evaluate("lse", "gradient", &input);
    let names: Vec<&str> = response["timings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|timing| timing["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["prepare", "evaluate", "evaluate", "evaluate", "evaluate", "evaluate"]);
}

#[test]
fn runs_last_as_long_as_asked() {
    let input = json!({ "x": [1.0, 2.0], "min_runs": 1, "min_seconds": 0.02 });
    let response = evaluate("lse", "primal", &input);
    let nanoseconds: u64 = response["timings"].as_array().unwrap()[1..]
        .iter()
        .map(|timing| timing["nanoseconds"].as_u64().unwrap())
        .sum();
    assert!(nanoseconds > 2_000_000, "{nanoseconds}");
}
