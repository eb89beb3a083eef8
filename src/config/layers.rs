use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Config;
use super::commented::section_schema;
use super::json::Unique;
use crate::collect::Sources;
use crate::error::{ConfigError, Result, did_you_mean};

/// Largest config file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// One setting and where it was written.
#[derive(Clone, Debug, PartialEq)]
struct Leaf {
    path: Vec<String>,
    value: Value,
    /// Where each part of the path was written, such as `mkt.toml:12`, `MKT_TRAIN__EPOCHS` or `--set train.epochs`.
    origins: Vec<String>,
}

impl Leaf {
    /// A setting that was written in one place.
    fn new(path: Vec<String>, value: Value, origin: &str) -> Self {
        Self { origins: vec![origin.to_owned(); path.len()], path, value }
    }

    fn origin(&self) -> String {
        self.origins.last().cloned().unwrap_or_else(|| "config".into())
    }
}

/// Settings of one origin; later layers win.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer(Vec<Leaf>);

/// Settings put together.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    pub config: Config,
    /// Relative paths of the config start here.
    pub base: PathBuf,
    /// The folder that holds the runs, from where the program runs.
    pub runs: PathBuf,
    /// Name for runs: the file's, without its ending.
    pub stem: Option<String>,
}

/// Reads the file, if one is named, and lays the other layers over it in their order.
///
/// # Errors
/// Names file and line, variable or flag of a setting that cannot be used.
pub fn load(file: Option<&Path>, layers: &[Layer]) -> Result<Loaded> {
    let mut leaves = match file {
        Some(path) => Layer::file(path)?.0,
        None => Vec::new(),
    };
    let from_file = leaves.len();
    leaves.extend(layers.iter().flat_map(|l| l.0.iter().cloned()));
    let known = serde_json::to_value(Config::default()).unwrap_or_default();
    let mut tree = Value::Object(Map::new());
    for leaf in &leaves {
        check_key(leaf, &known)?;
        insert(&mut tree, leaf)?;
    }
    let config: Config = serde_path_to_error::deserialize(&tree).map_err(|error| {
        let path = error.path().to_string();
        let written = |l: &&Leaf| path.starts_with(&l.path.join(".")) || l.path.join(".").starts_with(&path);
        let origin = leaves.iter().rev().find(written).map_or_else(|| "config".into(), Leaf::origin);
        let message = format!("{}: {}", path, error.inner());
        ConfigError::Value { origin, message }
    })?;
    let base = file.and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
    // Verbs without a config look for runs where the user stands: only a folder that the file names is the file's.
    let named = leaves.iter().rposition(|l| l.path == ["output", "dir"]);
    let mut runs = Sources(vec![config.output.dir.clone()]);
    if named.is_some_and(|at| at < from_file) {
        if base.is_relative() && Path::new(&runs.0[0]).is_relative() {
            runs.relocate(&base, Path::new(""));
        } else {
            runs.0[0] = base.join(&runs.0[0]).to_string_lossy().into_owned();
        }
    }
    let runs = PathBuf::from(runs.0.remove(0));
    let stem = file.and_then(Path::file_stem).map(|s| s.to_string_lossy().into_owned());
    Ok(Loaded { config, base, runs, stem })
}

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
        let path: Vec<String> = key.trim().splitn(3, '.').map(str::to_owned).collect();
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

/// Refuses a key that no section has.
fn check_key(leaf: &Leaf, known: &Value) -> Result<(), ConfigError> {
    let mut place = known;
    for (depth, key) in leaf.path.iter().enumerate() {
        // The names of columns are the user's own.
        if depth == 2 && leaf.path[0] == "columns" && leaf.path[1] == "type" {
            return Ok(());
        }
        let keys = place.as_object();
        if let Some(next) = keys.and_then(|k| k.get(key)) {
            place = next;
        } else {
            let names = keys.into_iter().flat_map(|k| k.keys().map(String::as_str));
            let hint = did_you_mean(key, names);
            let what = match depth {
                0 if leaf.path.len() > 1 => format!("section [{key}]"),
                0 => format!("key \"{key}\""),
                _ => format!("key \"{key}\" in [{}]", leaf.path[..depth].join(".")),
            };
            return Err(ConfigError::UnknownKey { origin: leaf.origins[depth].clone(), what, hint });
        }
    }
    // Serde would take a list for a section, its items for the keys in order.
    if place.is_object() && !leaf.value.is_object() {
        let message = format!("{} is a section; write its keys under [{0}]", leaf.path.join("."));
        return Err(ConfigError::Value { origin: leaf.origin(), message });
    }
    Ok(())
}

fn insert(tree: &mut Value, leaf: &Leaf) -> Result<(), ConfigError> {
    let mut place = tree;
    for key in &leaf.path {
        let Some(map) = place.as_object_mut() else {
            let message = format!("\"{}\" is both a value and a section", leaf.path.join("."));
            return Err(ConfigError::Value { origin: leaf.origin(), message });
        };
        place = map.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
    }
    // An empty section sets nothing.
    if !(place.is_object() && leaf.value.as_object().is_some_and(Map::is_empty)) {
        *place = leaf.value.clone();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, text: &str) -> Result<Loaded> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        load(Some(&path), &[])
    }

    fn message(name: &str, text: &str) -> String {
        file(name, text).unwrap_err().to_string()
    }

    #[test]
    fn layers_win_in_their_order() {
        let environment = Layer::environment(
            [("MKT_TRAIN__EPOCHS".to_owned(), "7".to_owned()), ("MKT_MODEL".to_owned(), "x".to_owned())].into_iter(),
        );
        let loaded = load(None, &[environment.clone(), Layer::set("train.epochs=9").unwrap()]).unwrap();
        assert_eq!(loaded.config.train.epochs, 9);
        assert_eq!(load(None, &[environment]).unwrap().config.train.epochs, 7);
        assert_eq!(file("a.toml", "[train]\nepochs = 3").unwrap().config.train.epochs, 3);
        assert_eq!(file("a.json", r#"{"train": {"epochs": 3}}"#).unwrap().config.train.epochs, 3);
    }

    #[test]
    fn a_wrong_key_names_its_line_and_a_near_one() {
        let text = message("a.toml", "[train]\n\nepoch = 3");
        assert!(text.contains("a.toml:3: unknown key \"epoch\" in [train]; did you mean \"epochs\"?"), "{text}");
        let text = message("a.toml", "[trian]\nepochs = 3");
        assert!(text.contains("unknown section [trian]; did you mean \"train\"?"), "{text}");
    }

    #[test]
    fn a_wrong_value_names_its_line_and_key() {
        let text = message("a.toml", "[train]\nepochs = \"many\"");
        assert!(text.contains("a.toml:2: train.epochs:"), "{text}");
        let text = message("a.toml", "[train]\nschedule = \"cosin\"");
        assert!(text.contains("a.toml:2: train.schedule: unknown variant `cosin`"), "{text}");
    }

    #[test]
    fn broken_files_name_the_line() {
        assert!(message("a.toml", "[train\nepochs = 3").contains("a.toml:1"));
        assert!(message("a.toml", "[train]\nepochs = 3\nepochs = 4").contains("a.toml:3"));
        assert!(message("a.json", "{\"train\": {\"epochs\": 3, \"epochs\": 4}}").contains("duplicate key \"epochs\""));
        assert!(message("a.toml", &format!("a = {}", "[".repeat(10_000))).contains("a.toml:1"));
        assert!(message("a.json", &format!("{{\"a\": {}", "[".repeat(10_000))).contains("a.json:1"));
    }

    #[test]
    fn typed_text_becomes_what_the_key_holds() {
        let config = |text: &str| load(None, &[Layer::set(text).unwrap()]).unwrap().config;
        assert_eq!(config("target.positive=1").target.positive, "1");
        assert_eq!(config("target.column=\"a b\"").target.column, "a b");
        assert_eq!(config("target.task=binary").target.task, crate::clean::TaskChoice::Binary);
        assert_eq!(config("columns.id=cust").columns.id, ["cust"]);
        assert_eq!(config("columns.id=7").columns.id, ["7"]);
        assert_eq!(config("columns.id=['a', 'b']").columns.id, ["a", "b"]);
        assert!(config("columns.id=").columns.id.is_empty());
        assert_eq!(config("model.hidden=8").model.hidden, [8]);
        assert_eq!(config("columns.group=2024").columns.group.as_deref(), Some("2024"));
        assert_eq!(config("validate.column=1").validate.column.as_deref(), Some("1"));
        assert_eq!(config("collect.limit=5").collect.limit, Some(5));
        let environment = Layer::environment([("MKT_TARGET__POSITIVE".to_owned(), "1".to_owned())].into_iter());
        assert_eq!(load(None, &[environment]).unwrap().config.target.positive, "1");
        assert!(load(None, &[Layer::set("collect.limit=nan").unwrap()]).is_err());
    }

    #[test]
    fn numbers_out_of_range_name_their_line() {
        let text = message("a.toml", "[collect]\n\nlimit = 99999999999999999999");
        assert!(text.contains("a.toml:3: collect.limit: 99999999999999999999 is not a number"), "{text}");
        assert!(message("a.toml", "[model]\nhidden = [8, 99999999999999999999]").contains("a.toml:2: model.hidden:"));
        assert!(message("a.toml", "[collect]\nlimit = nan").contains("a.toml:2: collect.limit: nan"));
    }

    #[test]
    fn runs_stand_beside_the_file_that_names_their_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "[train]\nepochs = 3").unwrap();
        assert_eq!(load(Some(&path), &[]).unwrap().runs, Path::new("runs"));
        std::fs::write(&path, "[output]\ndir = 'out'").unwrap();
        assert_eq!(load(Some(&path), &[]).unwrap().runs, folder.path().join("out"));
        assert_eq!(load(Some(&path), &[Layer::set("output.dir=here").unwrap()]).unwrap().runs, Path::new("here"));
    }

    #[test]
    fn names_of_columns_are_free() {
        let loaded = load(None, &[Layer::set("columns.type.a.b=number").unwrap()]).unwrap();
        assert!(loaded.config.columns.types.contains_key("a.b"));
        assert!(Layer::set("epochs=3").is_err() && Layer::set("train.epochs").is_err());
    }
}
