//! Nonsense of every kind: each line is answered, and the tool lives on.

use chainrule_gradbench::evals;
use chainrule_gradbench::{respond, serve};
use serde_json::{Value, json};

const MODULES: [&str; 9] = ["hello", "lse", "llsq", "det", "ode", "gmm", "ba", "lstm", "ht"];

/// All that can be asked for.
fn functions() -> impl Iterator<Item = (&'static str, &'static str)> {
    MODULES.into_iter().flat_map(|module| {
        let functions = evals::module(module).expect("a known module");
        functions.iter().map(move |(name, _)| (module, *name))
    })
}

/// The response to an evaluation whose input is given as text.
fn evaluate(module: &str, function: &str, input: &str) -> Value {
    let message = format!(
        r#"{{"id":7,"kind":"evaluate","module":"{module}","function":"{function}","input":{input}}}"#
    );
    respond(message.as_bytes())
}

fn assert_refused(response: &Value, what: &str) {
    assert_eq!(response["success"], json!(false), "{what}: {response}");
    assert!(
        response["error"].as_str().is_some_and(|error| !error.is_empty()),
        "{what}: {response}"
    );
    assert!(response.get("output").is_none(), "{what}: {response}");
}

#[test]
fn inputs_of_another_form() {
    let numbers_only = ["1", "-0.0", "1e-300"];
    // `lse` has no size, and does not look at these.
    let wrong_sizes = ["{\"x\":[1],\"n\":1.5,\"s\":1.5}", "{\"x\":[1],\"n\":-1,\"s\":-1}"];
    let wrong = [
        "null",
        "true",
        "\"text\"",
        "[]",
        "[[]]",
        "{}",
        "{\"x\":null}",
        "{\"x\":{}}",
        "{\"x\":[[1]]}",
        "{\"x\":[\"1\"]}",
        "{\"A\":[],\"ell\":0}",
        "{\"x\":[],\"n\":0,\"s\":0}",
        "{\"x\":[1e999]}",
        "{\"x\":[NaN]}",
        "{\"x\":[Infinity]}",
        "{\"A\":[1,2,3,4],\"ell\":18446744073709551615}",
        "{\"A\":[1],\"ell\":99999999999999999999}",
        "{\"theta\":[],\"data\":{},\"us\":[]}",
        "{\"n\":0,\"m\":0,\"p\":0,\"cam\":[],\"x\":[],\"w\":0,\"feat\":[]}",
        "{\"d\":0,\"k\":0,\"n\":0,\"x\":[],\"alpha\":[],\"mu\":[],\"q\":[],\"l\":[],\"gamma\":1,\"m\":0}",
        "{\"main_params\":[],\"extra_params\":[],\"state\":[],\"sequence\":[]}",
    ];
    for (module, function) in functions() {
        for input in wrong {
            let what = format!("{module}::{function} of {input}");
            assert_refused(&evaluate(module, function, input), &what);
        }
        for input in wrong_sizes.into_iter().filter(|_| module != "lse") {
            let what = format!("{module}::{function} of {input}");
            assert_refused(&evaluate(module, function, input), &what);
        }
        for input in numbers_only {
            let response = evaluate(module, function, input);
            assert_eq!(response["success"], json!(module == "hello"), "{module}: {response}");
        }
    }
}

#[test]
fn fields_that_are_missing_or_twice() {
    let whole = json!({
        "llsq": { "x": [1.0, 2.0], "n": 4 },
        "ode": { "x": [1.0, 2.0], "s": 4 },
        "det": { "A": [1.0, 2.0, 3.0, 4.0], "ell": 2 },
        "lse": { "x": [1.0, 2.0] },
        "gmm": {
            "d": 1, "k": 1, "n": 1, "x": [[0.5]], "alpha": [1.0], "mu": [[0.5]], "q": [[0.5]], "l": [[]],
            "m": 0, "gamma": 1.0,
        },
        "lstm": {
            "main_params": [[0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5]],
            "extra_params": [[0.5], [0.5], [0.5]], "state": [[0.5], [0.5]], "sequence": [[0.5], [0.5]],
        },
    });
    for (module, input) in whole.as_object().unwrap() {
        for (function, _) in evals::module(module).unwrap() {
            let text = input.to_string();
            assert_eq!(evaluate(module, function, &text)["success"], json!(true), "{module}");
            for field in input.as_object().unwrap().keys() {
                let mut less = input.clone();
                less.as_object_mut().unwrap().remove(field);
                let what = format!("{module} without {field}");
                assert_refused(&evaluate(module, function, &less.to_string()), &what);
                let twice = format!("{{\"{field}\":{},{}", input[field], &text[1..]);
                assert_refused(&evaluate(module, function, &twice), &format!("{field} twice"));
            }
            let more = format!("{{\"unknown\":[],{}", &text[1..]);
            assert_eq!(evaluate(module, function, &more)["success"], json!(true), "{module}");
        }
    }
}

#[test]
fn work_without_end() {
    for (module, input) in [
        ("lse", r#"{"x":[1],"min_runs":18446744073709551615}"#),
        ("lse", r#"{"x":[1],"min_runs":1e30}"#),
        ("lse", r#"{"x":[1],"min_runs":2.5}"#),
        ("lse", r#"{"x":[1],"min_seconds":1e300}"#),
        ("lse", r#"{"x":[1],"min_seconds":-1}"#),
        ("lse", r#"{"x":[1],"min_seconds":null}"#),
        ("llsq", r#"{"x":[1],"n":18446744073709551615}"#),
        ("ode", r#"{"x":[1],"s":18446744073709551615}"#),
    ] {
        for (function, _) in evals::module(module).unwrap() {
            assert_refused(&evaluate(module, function, input), input);
        }
    }
}

#[test]
fn values_without_bounds() {
    // What overflows comes out as no number, which JSON writes as `null`; nothing is refused.
    for (module, input) in [
        ("lse", json!({ "x": [1e308, 1e308, -1e308] })),
        ("llsq", json!({ "x": [1e308, -1e308, 1e308], "n": 3 })),
        ("ode", json!({ "x": [1e308, 1e308, 1e308], "s": 2 })),
        ("det", json!({ "A": [1e308, -1e308, 1e308, 1e308], "ell": 2 })),
        ("hello", json!(1e308)),
    ] {
        for (function, _) in evals::module(module).unwrap() {
            let response = evaluate(module, function, &input.to_string());
            assert_eq!(response["success"], json!(true), "{response}");
        }
    }
    let sum = evaluate("hello", "square", "1e308");
    assert_eq!(sum["output"], Value::Null);
}

#[test]
fn messages_that_are_none() {
    let lines = [
        "",
        " ",
        "{",
        "}",
        "[",
        "null",
        "7",
        "\"start\"",
        "{}",
        "{\"id\":1}",
        "{\"kind\":\"start\"}",
        "{\"id\":1,\"kind\":7}",
        "{\"id\":1,\"kind\":null}",
        "{\"id\":1,\"kind\":\"\"}",
        "{\"id\":1,\"id\":2,\"kind\":\"start\"}",
        "{\"id\":1,\"kind\":\"evaluate\"}",
        "{\"id\":1,\"kind\":\"evaluate\",\"module\":7,\"function\":\"primal\",\"input\":1}",
        "{\"id\":1,\"kind\":\"evaluate\",\"module\":\"hello\",\"function\":[],\"input\":1}",
        "{\"id\":1,\"kind\":\"define\",\"module\":\"../hello\"}",
        "\u{0}",
        "\u{feff}{}",
        "{\"id\":1,\"kind\":\"start\"} trailing",
        "{'id':1,'kind':'start'}",
    ];
    let mut conversation = String::new();
    for (number, line) in lines.iter().enumerate() {
        conversation += &format!("{line}\n{{\"id\":{},\"kind\":\"analysis\"}}\n", 100 + number);
    }
    let mut output = Vec::new();
    serve(conversation.as_bytes(), &mut output).unwrap();
    let responses: Vec<Value> = String::from_utf8(output)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    // Empty lines have no answer.
    let mut answered = responses.iter();
    for (number, line) in lines.iter().enumerate() {
        if !line.trim().is_empty() {
            assert_refused(answered.next().unwrap(), line);
        }
        assert_eq!(answered.next().unwrap(), &json!({ "id": 100 + number }), "after {line}");
    }
    assert!(answered.next().is_none());
}

#[test]
fn any_id_comes_back() {
    for id in [json!("seven"), json!([1, 2]), json!(-1), json!(1.5), json!(null), json!({ "a": 1 })]
    {
        let message = json!({ "id": id, "kind": "define", "module": "lse" });
        let response = respond(message.to_string().as_bytes());
        assert_eq!(response, json!({ "id": id, "success": true }));
    }
}
