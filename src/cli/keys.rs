//! Settings as a flat list, to tell two configs apart.

use std::collections::BTreeMap;

use serde_json::Value;

/// Settings that say where files are, not what is done with them.
const PATHS: [&str; 3] = ["collect.source", "collect.test", "output.dir"];

/// Every setting by `section.key`, paths left out.
pub fn flat(config: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let sections = config.as_object().into_iter().flatten();
    for (section, keys) in sections {
        match keys.as_object() {
            Some(keys) => below(&mut found, section, keys),
            None => {
                found.insert(section.clone(), keys.clone());
            }
        }
    }
    found.retain(|key, _| !PATHS.contains(&key.as_str()));
    found
}

fn below(found: &mut BTreeMap<String, Value>, start: &str, keys: &serde_json::Map<String, Value>) {
    for (key, value) in keys {
        let key = format!("{start}.{key}");
        match value.as_object() {
            Some(keys) => below(found, &key, keys),
            None => {
                found.insert(key, value.clone());
            }
        }
    }
}

/// One setting of two configs; nothing where one has none.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Differs {
    pub key: String,
    pub old: Option<Value>,
    pub new: Option<Value>,
}

/// The settings that are not the same, by key; one that is null is as good as none.
pub fn differences(old: &BTreeMap<String, Value>, new: &BTreeMap<String, Value>) -> Vec<Differs> {
    let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    let value = |of: &BTreeMap<String, Value>, key: &str| of.get(key).filter(|v| !v.is_null()).cloned();
    let differs = |key: &String| Differs { key: key.clone(), old: value(old, key), new: value(new, key) };
    keys.into_iter().map(differs).filter(|d| d.old != d.new).collect()
}

/// A value as it stands in a config.
pub fn shown(value: Option<&Value>) -> String {
    match value {
        None => "–".into(),
        Some(Value::String(text)) => format!("\"{text}\""),
        Some(value) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_told_and_paths_are_not() {
        let old = json!({"train": {"seed": 1, "epochs": 3}, "collect": {"source": "a", "limit": null}, "columns": {"type": {"a": "text"}}});
        let new =
            json!({"train": {"seed": 2, "epochs": 3}, "collect": {"source": "b"}, "columns": {"type": {}}, "new": {"k": true}});
        let found = differences(&flat(&old), &flat(&new));
        let keys: Vec<(&str, String, String)> =
            found.iter().map(|d| (d.key.as_str(), shown(d.old.as_ref()), shown(d.new.as_ref()))).collect();
        assert_eq!(
            keys,
            [
                ("columns.type.a", "\"text\"".into(), "–".into()),
                ("new.k", "–".into(), "true".into()),
                ("train.seed", "1".into(), "2".into())
            ]
        );
        assert!(differences(&flat(&old), &flat(&old)).is_empty());
    }
}
