use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::Config;
use crate::train::Preset;

/// The whole config as TOML, every key with its meaning above it; `notes` stand behind the lines of
/// [columns.type], by column.
#[must_use]
pub fn commented(config: &Config, notes: &BTreeMap<String, String>) -> String {
    written(config, notes, &|_, _, _| false)
}

/// [`commented`] for a file to be edited: what follows from the preset stands in a comment, so that another preset
/// changes it.
#[must_use]
pub fn template(config: &Config, notes: &BTreeMap<String, String>) -> String {
    let all = [Preset::Article, Preset::Fast, Preset::Default, Preset::Best];
    let presets = all.map(|preset| serde_json::to_value(Config::preset(preset)).unwrap_or_default());
    let own = serde_json::to_value(Config::preset(config.model.preset)).unwrap_or_default();
    written(config, notes, &|section, key, value| {
        let shaped = presets.iter().any(|p| p[section][key] != presets[0][section][key]);
        shaped && key != "preset" && own[section][key] == *value
    })
}

fn written(config: &Config, notes: &BTreeMap<String, String>, follows: &dyn Fn(&str, &str, &Value) -> bool) -> String {
    let schema = schemars::schema_for!(Config);
    let schema = schema.as_value();
    let values = serde_json::to_value(config).unwrap_or_default();
    let mut out = String::new();
    for (section, fields) in values.as_object().into_iter().flatten() {
        let described = section_schema(schema, section);
        if let Some(text) = described.get("description").and_then(Value::as_str) {
            comment(&mut out, text);
        }
        let _ = writeln!(out, "[{section}]");
        let mut tables = Vec::new();
        for (key, value) in fields.as_object().into_iter().flatten() {
            if let Value::Object(map) = value {
                tables.push((key, map));
                continue;
            }
            describe(&mut out, described, key);
            let _ = match toml_value(value) {
                Some(text) if follows(section, key, value) => writeln!(out, "# {key} = {text}  # from the preset"),
                Some(text) => writeln!(out, "{key} = {text}"),
                None => writeln!(out, "# {key} ="),
            };
        }
        for (key, map) in tables {
            out.push('\n');
            describe(&mut out, described, key);
            let _ = writeln!(out, "[{section}.{key}]");
            for (name, value) in map {
                let note = notes.get(name).map(|n| format!("  # {}", n.replace(char::is_control, " "))).unwrap_or_default();
                let _ = writeln!(out, "{} = {}{note}", toml_key(name), toml_value(value).unwrap_or_default());
            }
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The config reference as Markdown: a table per section with key, default and meaning.
#[must_use]
pub fn reference() -> String {
    let schema = schemars::schema_for!(Config);
    let values = serde_json::to_value(Config::default()).unwrap_or_default();
    let mut out = String::new();
    for (section, fields) in values.as_object().into_iter().flatten() {
        let described = section_schema(schema.as_value(), section);
        let _ = writeln!(out, "#### `[{section}]`\n\n| key | default | meaning |\n|---|---|---|");
        for (key, value) in fields.as_object().into_iter().flatten() {
            let default = if value.is_object() { None } else { toml_value(value) };
            let default = default.map_or_else(|| "–".into(), |v| format!("`{v}`"));
            let meaning = description(described, key).replace('\n', " ").replace('|', "\\|");
            let _ = writeln!(out, "| `{key}` | {default} | {meaning} |");
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// The part of the schema that describes a section, references followed.
pub(super) fn section_schema<'a>(schema: &'a Value, section: &str) -> &'a Value {
    let property = &schema["properties"][section];
    let reference = property["$ref"].as_str().or_else(|| property["allOf"][0]["$ref"].as_str());
    reference.and_then(|r| r.strip_prefix('#')).and_then(|r| schema.pointer(r)).unwrap_or(property)
}

fn description(section: &Value, key: &str) -> String {
    section["properties"][key]["description"].as_str().unwrap_or_default().to_owned()
}

fn describe(out: &mut String, section: &Value, key: &str) {
    comment(out, &description(section, key));
}

/// Comment lines of at most 100 characters.
fn comment(out: &mut String, text: &str) {
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > 100 {
            let _ = writeln!(out, "{line}");
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    if line.len() > 1 {
        let _ = writeln!(out, "{line}");
    }
}

/// A name as a key. Keys stand on one line: what breaks it, as headers from spreadsheets do, is escaped.
fn toml_key(name: &str) -> String {
    if name.contains(char::is_control) {
        let escape = |c: char| if c.is_control() { format!("\\u{:04X}", u32::from(c)) } else { c.to_string() };
        return format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"").chars().map(escape).collect::<String>());
    }
    toml::Value::String(name.into()).to_string()
}

/// A value as TOML writes it; nothing for null.
fn toml_value(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Object(map) if map == &Map::new() => None,
        other => toml::Value::deserialize_from(other).map(|v| v.to_string()),
    }
}

/// Serde's way from JSON to TOML.
trait FromJson: Sized {
    fn deserialize_from(value: &Value) -> Option<Self>;
}

impl FromJson for toml::Value {
    fn deserialize_from(value: &Value) -> Option<Self> {
        serde::Deserialize::deserialize(value).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Kind;

    #[test]
    fn a_written_config_reads_back() {
        let mut config = Config::default();
        config.collect.source = "a b.csv".into();
        config.target.column = "是否购买".into();
        config.columns.types.insert("tenure \"x\"".into(), Kind::Number);
        config.columns.types.insert("net\r\n\t\"fee\" \\ \u{7f}".into(), Kind::Number);
        config.columns.id = vec!["customer\nno".into()];
        let notes = BTreeMap::from([("tenure \"x\"".to_owned(), "whole numbers".to_owned())]);
        let text = commented(&config, &notes);
        assert_eq!(toml::from_str::<Config>(&text).unwrap(), config, "{text}");
        assert!(text.contains("# whole numbers"), "{text}");
    }

    #[test]
    fn a_template_follows_its_preset() {
        let text = template(&Config::preset(Preset::Fast), &BTreeMap::new());
        assert!(text.contains("\npreset = \"fast\"") && text.contains("\n# hidden = [64]  # from the preset"), "{text}");
        let mut config = Config::default();
        config.train.epochs = 5;
        let text = template(&config, &BTreeMap::new());
        // What the user chose stands, what follows is a comment, and what no preset shapes is written out.
        assert!(
            text.contains("\nepochs = 5\n") && text.contains("\n# ensemble = 8") && text.contains("\nseed = 0\n"),
            "{text}"
        );
        assert_eq!(toml::from_str::<Config>(&text).unwrap(), config);
    }

    #[test]
    fn every_key_is_described() {
        let schema = schemars::schema_for!(Config);
        let values = serde_json::to_value(Config::default()).unwrap();
        for (section, fields) in values.as_object().unwrap() {
            for key in fields.as_object().unwrap().keys() {
                let text = description(section_schema(schema.as_value(), section), key);
                assert!(text.len() > 10, "{section}.{key} has no description");
            }
        }
    }
}
