//! Settings put together: which keys there are, which layer wins.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Config;
use super::layers::{Layer, Leaf};
use crate::collect::Sources;
use crate::error::{ConfigError, Error, Result, did_you_mean};

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
    /// What was written in any layer, as `section.key`, and where; all else is a default.
    written: Places,
    /// Keys of `[collect]` of a file that names a source.
    described: BTreeSet<String>,
}

/// Where settings were written, by `section.key`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, String>);

impl Places {
    /// Where a setting was written, or the first part of it, such as `mkt.toml:12`, `MKT_TRAIN__EPOCHS` or `--set
    /// train.epochs`; nothing for a default.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<&str> {
        let part = format!("{key}.");
        let mut from = self.0.range(key.to_owned()..);
        let whole = from.clone().next().filter(|(written, _)| *written == key);
        whole.or_else(|| from.find(|(written, _)| written.starts_with(&part))).map(|(_, place)| place.as_str())
    }
}

impl Loaded {
    /// Whether a setting was written somewhere, and is no default.
    #[must_use]
    pub fn wrote(&self, key: &str) -> bool {
        self.written.0.contains_key(key)
    }

    /// Whether a key of `[collect]` was written for the source that the file names, which is another one than that in use
    /// where an argument names one.
    #[must_use]
    pub fn describes_source_of_file(&self, key: &str) -> bool {
        self.described.contains(key)
    }

    /// Where the settings were written.
    #[must_use]
    pub const fn places(&self) -> &Places {
        &self.written
    }
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
    let preset = leaves.iter().rfind(|l| l.path == ["model", "preset"]);
    let mut tree = preset.map_or_else(|| Value::Object(Map::new()), |leaf| presets(&leaf.value));
    for leaf in &leaves {
        check_key(leaf, &known)?;
        insert(&mut tree, leaf)?;
    }
    let mut config: Config = serde_path_to_error::deserialize(&tree).map_err(|error| {
        let path = error.path().to_string();
        let written = |l: &&Leaf| path.starts_with(&l.path.join(".")) || l.path.join(".").starts_with(&path);
        let origin = leaves.iter().rev().find(written).map_or_else(|| "config".into(), Leaf::origin);
        let message = format!("{}: {}", path, plain(&error.inner().to_string()));
        ConfigError::Value { origin, message }
    })?;
    let written = Places(leaves.iter().map(|leaf| (leaf.path.join("."), leaf.origin())).collect());
    if config.output.dir.trim().is_empty() {
        let error = ConfigError::setting("output", "dir", "an empty name; name a folder, such as \"runs\"");
        return Err(Error::from(error).with_place(|key| written.of(key).map(str::to_owned)));
    }
    let mut base = file.and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
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
    // From here on a path reads as the user would type it where the program runs.
    if base.is_relative() {
        config.collect.relocate(&base, Path::new(""));
        base = PathBuf::new();
    }
    let described = described(&leaves, from_file);
    Ok(Loaded { config, base, runs, stem, written, described })
}

/// The keys of `[collect]` in a file that names a source; `from_file` leaves are the file's, those behind them win.
fn described(leaves: &[Leaf], from_file: usize) -> BTreeSet<String> {
    let keys = |leaves: &[Leaf]| -> BTreeSet<String> {
        let collect = leaves.iter().filter(|leaf| leaf.path[0] == "collect");
        collect.filter_map(|leaf| leaf.path.get(1).cloned()).collect()
    };
    let (file, above) = leaves.split_at(from_file);
    let (file, above) = (keys(file), keys(above));
    if !file.contains("source") && !file.contains("tables") {
        return BTreeSet::new();
    }
    file.difference(&above).cloned().collect()
}

/// Serde's words for what a value should be, in those of people who write configs.
fn plain(message: &str) -> String {
    let Some((seen, expected)) = message.split_once(", expected ") else { return message.to_owned() };
    let expected = match expected {
        "usize" | "u64" | "u32" | "u16" => "a whole number of 0 or more",
        "f64" | "f32" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list in [ ]",
        "a string" => "a text in quotes",
        "string or map" => "one of its words in quotes (mkt schema config lists them)",
        other => other,
    };
    format!("{seen}, expected {expected}")
}

/// What lies below all layers: the sections that a preset shapes, or nothing where there is no such preset, which is
/// then refused like every other wrong value.
fn presets(name: &Value) -> Value {
    let Ok(preset) = serde_json::from_value(name.clone()) else { return Value::Object(Map::new()) };
    let Config { normalize, model, train, .. } = Config::preset(preset);
    serde_json::json!({"normalize": normalize, "model": model, "train": train})
}

/// Refuses a key that no section has.
fn check_key(leaf: &Leaf, known: &Value) -> Result<(), ConfigError> {
    let mut place = known;
    for (depth, key) in leaf.path.iter().enumerate() {
        // The names of columns are the user's own.
        if depth == 2 && leaf.path[0] == "columns" && leaf.path[1] == "type" {
            return Ok(());
        }
        // So are those of tables, each of which has the keys of its section.
        if depth == 2 && leaf.path[0] == "collect" && leaf.path[1] == "tables" {
            if leaf.path.len() == 3 {
                return Ok(());
            }
            place = &known["collect"];
            continue;
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
    use crate::train::{Preset, TrainConfig};

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
        assert!(loaded.wrote("train.epochs") && !loaded.wrote("train.seed"));
        assert_eq!(loaded.places().of("train.epochs"), Some("--set train.epochs"));
        assert_eq!(load(None, &[environment]).unwrap().config.train.epochs, 7);
        assert_eq!(file("a.toml", "[train]\nepochs = 3").unwrap().config.train.epochs, 3);
        assert_eq!(file("a.json", r#"{"train": {"epochs": 3}}"#).unwrap().config.train.epochs, 3);
    }

    #[test]
    fn a_preset_lies_below_what_is_written_and_the_last_one_counts() {
        let config = |text: &str| file("a.toml", text).unwrap().config;
        let article = config("[model]\npreset = \"article\"\ndropout = 0.5");
        assert_eq!((article.model.hidden, article.model.dropout, article.train.batch_size), (vec![64], Some(0.5), 32));
        assert_eq!(
            config("[train]\nepochs = 3"),
            Config { train: TrainConfig { epochs: 3, ..TrainConfig::default() }, ..Config::default() }
        );
        let loaded = load(None, &[Layer::set("model.preset=article").unwrap(), Layer::set("model.preset=best").unwrap()]);
        assert_eq!(loaded.unwrap().config, Config::preset(Preset::Best));
        let text = message("a.toml", "[model]\npreset = \"bset\"");
        assert!(text.contains("a.toml:2: model.preset: unknown variant `bset`"), "{text}");
    }

    #[test]
    fn a_wrong_key_names_its_line_and_a_near_one() {
        let text = message("a.toml", "[train]\n\nepoch = 3");
        assert!(text.contains("a.toml:3: unknown key \"epoch\" in [train]; did you mean \"epochs\"?"), "{text}");
        let text = message("a.toml", "[trian]\nepochs = 3");
        assert!(text.contains("unknown section [trian]; did you mean \"train\"?"), "{text}");
    }

    #[test]
    fn what_was_expected_is_said_in_plain_words() {
        for (text, expected) in [
            ("[train]\nepochs = -3", "train.epochs: invalid value: integer `-3`, expected a whole number of 0 or more"),
            ("[clean]\nmax_missing = \"x\"", "expected a number"),
            ("[clean]\nmissing_target = 1", "expected one of its words in quotes (mkt schema config lists them)"),
            ("[columns]\nid = \"a\"", "expected a list in [ ]"),
        ] {
            let said = message("a.toml", text);
            assert!(said.ends_with(expected), "{said}");
        }
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
    fn runs_need_a_folder() {
        let text = message("a.toml", "[output]\ndir = ''");
        assert!(text.ends_with("a.toml:2: [output] dir: an empty name; name a folder, such as \"runs\""), "{text}");
    }

    #[test]
    fn a_setting_is_found_where_it_or_a_part_of_it_was_written() {
        let text = "[collect.tables]\na = 'a.csv'\na2 = 'b.csv'\n[collect.tables.b]\nsource = 'b.csv'\n";
        let loaded = file("a.toml", text).unwrap();
        let line = |key: &str| loaded.places().of(key).and_then(|place| place.rsplit(':').next()).map(str::to_owned);
        assert_eq!(line("collect.tables.a"), Some("2".into()));
        assert_eq!(line("collect.tables.b"), Some("5".into()));
        assert_eq!((line("collect.tables.c"), line("collect.tables.b.sheet")), (None, None));
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
    fn a_file_describes_the_source_that_it_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let describes = |text: &str, layers: &[Layer]| {
            std::fs::write(&path, text).unwrap();
            load(Some(&path), layers).unwrap().describes_source_of_file("delimiter")
        };
        assert!(describes("[collect]\nsource = 'a.csv'\ndelimiter = ';'", &[]));
        assert!(!describes("[collect]\ndelimiter = ';'", &[]));
        assert!(!describes("[collect]\nsource = 'a.csv'\ndelimiter = ';'", &[Layer::set("collect.delimiter=,").unwrap()]));
    }

    #[test]
    fn names_of_columns_are_free() {
        let loaded = load(None, &[Layer::set("columns.type.a.b=number").unwrap()]).unwrap();
        assert!(loaded.config.columns.types.contains_key("a.b"));
        assert!(Layer::set("epochs=3").is_err() && Layer::set("train.epochs").is_err());
    }
}
