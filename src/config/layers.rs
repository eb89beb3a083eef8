use std::path::Path;

use serde_json::Value;

use super::Config;
use super::commented::section_schema;
use super::json::Unique;
use crate::error::{ConfigError, Result};

/// Largest config file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// One setting and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    pub path: Vec<String>,
    pub value: Value,
    /// Where each part of the path was written, such as `mkt.toml:12`, `MKT_TRAIN__EPOCHS` or `--set train.epochs`.
    pub origins: Vec<String>,
}

impl Leaf {
    /// A setting that was written in one place.
    fn new(path: Vec<String>, value: Value, origin: &str) -> Self {
        Self { origins: vec![origin.to_owned(); path.len()], path, value }
    }

    pub fn origin(&self) -> String {
        self.origins.last().cloned().unwrap_or_else(|| "config".into())
    }
}

/// Settings of one origin; later layers win.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer(pub(super) Vec<Leaf>);

impl Layer {
    /// A config file: JSON if its name ends so, else TOML.
    ///
    /// # Errors
    /// If it cannot be read or parsed.
    pub fn file(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        let fail = |message: String| ConfigError::File { path: shown.clone(), message };
        let size = std::fs::metadata(path).map_err(|e| fail(format!("cannot read it: {e}")))?.len();
        if size > MOST_BYTES {
            return Err(fail(format!("{size} bytes are more than a config file may have ({MOST_BYTES})")));
        }
        let text = std::fs::read_to_string(path).map_err(|e| fail(format!("cannot read it: {e}")))?;
        let line = |at: usize| text.as_bytes()[..at.min(text.len())].split(|b| *b == b'\n').count();
        let mut leaves = Vec::new();
        if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json")) {
            let Unique(value) = serde_json::from_str(&text)
                .map_err(|e| ConfigError::File { path: format!("{shown}:{}", e.line()), message: e.to_string() })?;
            if !value.is_object() {
                return Err(fail("a config is a JSON object of sections, such as {\"train\": {\"epochs\": 50}}".into()));
            }
            let origin = |key: &str| {
                text.find(&format!("\"{key}\"")).map_or_else(|| shown.clone(), |at| format!("{shown}:{}", line(at)))
            };
            flatten_json(value, &[], &origin, &mut leaves);
        } else {
            let table = toml::de::DeTable::parse(&text).map_err(|e| {
                let at = e.span().map_or(String::new(), |s| format!(":{}", line(s.start)));
                ConfigError::File { path: format!("{shown}{at}"), message: e.message().replace('\n', " ") }
            })?;
            let origin = |at: usize| format!("{shown}:{}", line(at));
            flatten_toml(table.into_inner(), &[], &origin, &mut leaves)?;
        }
        Ok(Self(leaves))
    }

    /// Variables named `MKT_SECTION__KEY`.
    #[must_use]
    pub fn environment(variables: impl Iterator<Item = (String, String)>) -> Self {
        let leaf = |(name, text): (String, String)| {
            let (section, key) = name.strip_prefix("MKT_")?.split_once("__")?;
            let path = vec![section.to_lowercase(), key.to_lowercase()];
            let value = parse(&text, &path);
            Some(Leaf::new(path, value, &name))
        };
        Self(variables.filter_map(leaf).collect())
    }

    /// A setting as `section.key=value`.
    ///
    /// # Errors
    /// If it is not of that form.
    pub fn set(text: &str) -> Result<Self, ConfigError> {
        let form = || ConfigError::Usage(format!("--set \"{text}\" is not of the form section.key=value"));
        let (key, value) = text.split_once('=').ok_or_else(form)?;
        // A column's name may itself hold points: columns.type.NAME keeps all that follows.
        // One of a table does not: the keys of a table follow its name.
        let parts = if key.trim().starts_with("collect.tables.") { 4 } else { 3 };
        let path: Vec<String> = key.trim().splitn(parts, '.').map(str::to_owned).collect();
        if path.len() < 2 || path.iter().any(String::is_empty) {
            return Err(form());
        }
        let value = parse(value, &path);
        Ok(Self(vec![Leaf::new(path, value, &format!("--set {}", key.trim()))]))
    }

    /// A setting of the program itself, such as one that a flag stands for.
    #[must_use]
    pub fn flag(section: &str, key: &str, value: Value, flag: &str) -> Self {
        Self(vec![Leaf::new(vec![section.into(), key.into()], value, flag)])
    }
}

/// What a text typed for a key stands for: text where the key holds text, a list where it holds a list.
fn parse(text: &str, path: &[String]) -> Value {
    let plain = |value: Value| match value {
        Value::String(_) => value,
        _ => Value::String(text.to_owned()),
    };
    match (expected(path), parse_toml(text)) {
        (Expected::Text, value) => plain(value),
        (Expected::Other, value) | (Expected::List(_), value @ Value::Array(_)) => value,
        (Expected::List(_), _) if text.trim().is_empty() => Value::Array(Vec::new()),
        (Expected::List(true), value) => vec![plain(value)].into(),
        (Expected::List(false), value) => vec![value].into(),
    }
}

/// A value as TOML would read it, else the text itself, so that `--set target.column=Churn` needs no quotes.
fn parse_toml(text: &str) -> Value {
    let line = format!("v = {}", text.trim());
    toml::from_str::<toml::Table>(&line)
        .ok()
        .filter(|t| t.len() == 1)
        .and_then(|mut t| t.remove("v"))
        .and_then(|v| serde_json::to_value(v).ok())
        // JSON has no nan: it would pass for nothing set.
        .filter(|v| !v.is_null())
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

/// What a key holds, as far as a text typed for it can be misread.
enum Expected {
    /// Text, also where it looks like a number: `--set target.positive=1`.
    Text,
    /// A list, of texts or not.
    List(bool),
    Other,
}

fn expected(path: &[String]) -> Expected {
    let [section, key] = path else { return Expected::Other };
    let known = serde_json::to_value(Config::default()).unwrap_or_default();
    match &known[section][key] {
        Value::String(_) => Expected::Text,
        Value::Array(items) => Expected::List(items.first().is_none_or(Value::is_string)),
        // Not set by default: the schema says what it would be.
        Value::Null => {
            let schema = schemars::schema_for!(Config);
            let kinds = &section_schema(schema.as_value(), section)["properties"][key]["type"];
            if kinds.as_array().is_some_and(|k| k.contains(&"string".into())) { Expected::Text } else { Expected::Other }
        }
        _ => Expected::Other,
    }
}

fn flatten_json(value: Value, path: &[(String, String)], origin: &impl Fn(&str) -> String, leaves: &mut Vec<Leaf>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let place = origin(&key);
                flatten_json(value, &[path, &[(key, place)]].concat(), origin, leaves);
            }
        }
        value => leaves.push(leaf(path, value)),
    }
}

fn flatten_toml(
    table: toml::de::DeTable<'_>,
    path: &[(String, String)],
    origin: &impl Fn(usize) -> String,
    leaves: &mut Vec<Leaf>,
) -> Result<(), ConfigError> {
    for (key, value) in table {
        let place = origin(key.span().start);
        let path = [path, &[(key.into_inner().into_owned(), place)]].concat();
        match value.into_inner() {
            toml::de::DeValue::Table(table) if !table.is_empty() => flatten_toml(table, &path, origin, leaves)?,
            other => {
                let leaf = leaf(&path, Value::Null);
                let wrong = |message| ConfigError::Value { origin: leaf.origin(), message };
                let value = plain(other).map_err(|number| wrong(format!("{}: {number}", leaf.path.join("."))))?;
                leaves.push(Leaf { value, ..leaf });
            }
        }
    }
    Ok(())
}

fn leaf(path: &[(String, String)], value: Value) -> Leaf {
    let (path, origins) = path.iter().cloned().unzip();
    Leaf { path, value, origins }
}

/// A TOML value as JSON; dates become text. Fails for a number that JSON does not have, which would pass for nothing set.
fn plain(value: toml::de::DeValue<'_>) -> Result<Value, String> {
    use toml::de::DeValue;
    let number = |text: &str, value: Option<serde_json::Number>| {
        value.map(Value::Number).ok_or_else(|| format!("{text} is not a number that can be used here"))
    };
    Ok(match value {
        DeValue::String(text) => Value::String(text.into_owned()),
        DeValue::Integer(n) => number(n.as_str(), i64::from_str_radix(n.as_str(), n.radix()).ok().map(Into::into))?,
        DeValue::Float(n) => number(n.as_str(), n.as_str().parse().ok().and_then(serde_json::Number::from_f64))?,
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => items.into_iter().map(|item| plain(item.into_inner())).collect::<Result<_, _>>()?,
        DeValue::Table(table) => {
            let pairs = table.into_iter().map(|(k, v)| Ok((k.into_inner().into_owned(), plain(v.into_inner())?)));
            Value::Object(pairs.collect::<Result<_, String>>()?)
        }
    })
}
