//! The JSON Schemas, and whether what is printed is as they say.

use serde_json::{Value, json};

use super::workdir::{TINY, Workdir};

/// Why a value is not of a schema; what a schema does not name is not of it.
fn misfit(root: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(path) = schema["$ref"].as_str() {
        let named = root.pointer(path.strip_prefix('#').unwrap()).unwrap_or_else(|| panic!("{path} is not defined"));
        return misfit(root, named, value, at);
    }
    if let Some(one_of) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let misfits: Vec<String> = one_of.iter().map_while(|s| misfit(root, s, value, at)).collect();
        return (misfits.len() == one_of.len()).then(|| misfits.join("; or "));
    }
    if let Some(known) = schema["enum"].as_array() {
        return (!known.contains(value)).then(|| format!("{at} is {value}, none of {known:?}"));
    }
    if schema.get("const").is_some_and(|known| known != value) {
        return Some(format!("{at} is {value}, not {}", schema["const"]));
    }
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    };
    let fits = match &schema["type"] {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        _ => true,
    };
    if !fits {
        return Some(format!("{at} is {value}, not of type {}", schema["type"]));
    }
    if let Value::Array(items) = value {
        let each = schema["items"].is_object().then_some(&schema["items"]);
        return items.iter().enumerate().find_map(|(i, item)| misfit(root, each?, item, &format!("{at}/{i}")));
    }
    let (Value::Object(members), true) = (value, schema["properties"].is_object() || schema["type"] == "object") else {
        return None;
    };
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.into_iter().find(|name| !members.contains_key(*name)) {
        return Some(format!("{at} has no {missing}"));
    }
    members.iter().find_map(|(name, member)| {
        let at = format!("{at}/{name}");
        match (&schema["properties"][name], &schema["additionalProperties"]) {
            (Value::Object(own), _) => misfit(root, &json!(own), member, &at),
            (_, others @ Value::Object(_)) => misfit(root, others, member, &at),
            // A schema of a JSON value says nothing of it.
            (Value::Bool(true), _) | (_, Value::Bool(true)) => None,
            _ => Some(format!("{at} is not described")),
        }
    })
}

fn assert_fits(dir: &Workdir, name: &str, value: &Value) {
    let schema = dir.ok(&format!("schema {name}")).json();
    if let Some(why) = misfit(&schema, &schema, value, "") {
        panic!("not as `mkt schema {name}` says: {why}");
    }
}

#[test]
fn a_value_that_does_not_fit_is_told() {
    let schema = json!({"type": "object", "properties": {"a": {"type": ["integer", "null"]}}, "required": ["a"]});
    let misfit = |value: Value| misfit(&schema, &schema, &value, "");
    assert_eq!(misfit(json!({"a": 1})), None);
    assert_eq!(misfit(json!({"a": null})), None);
    assert!(misfit(json!({})).is_some() && misfit(json!({"a": "x"})).is_some() && misfit(json!({"a": 1, "b": 2})).is_some());
}

#[test]
fn what_is_printed_is_as_its_schema_says() {
    let dir = Workdir::trained();
    dir.ok(&format!("train t.csv --target y --out runs/second {TINY} --seed 5"));
    assert_fits(&dir, "metrics", &dir.json("runs/first/metrics.json"));
    for (name, line) in [
        ("predict", "predict t.csv -o p.csv"),
        ("evaluate", "evaluate t.csv --by colour --against runs/second -m runs/first"),
        ("diff", "diff runs/first runs/second"),
        ("explain", "explain -m runs/first --shuffles 2"),
        ("explain", "explain t.csv --row #3 -m runs/first"),
        ("drift", "drift t.csv -m runs/first"),
        ("runs", "runs"),
    ] {
        assert_fits(&dir, name, &dir.ok(&format!("{line} --format json")).json());
    }
    let gated = dir.run("evaluate -m runs/first --fail-if auc<2 --format json");
    assert_eq!(gated.code, 1, "{gated}");
    assert_fits(&dir, "evaluate", &gated.json());
    let failed = dir.run("evaluate nowhere.csv -m runs/first --format json");
    assert_eq!(failed.code, 3, "{failed}");
    assert_fits(&dir, "evaluate", &failed.json());
}

#[test]
fn every_answer_of_whatif_is_as_its_schema_says() {
    let dir = Workdir::trained();
    let column = dir.read("t.csv").lines().next().unwrap().split(',').find(|n| !["y", "id"].contains(n)).unwrap().to_owned();
    for how in ["", " --flip", " --best"] {
        let line = format!("whatif t.csv -m runs/first --row #3 --vary {column}{how} --format json");
        assert_fits(&dir, "whatif", &dir.ok(&line).json());
    }
}
