use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::collect::config::{CollectConfig, OneOrMore, Sources};

/// Where the rows of one of several tables come from: a path, a list of paths, or keys as in `[collect]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableConfig(pub Box<CollectConfig>);

impl From<Sources> for TableConfig {
    fn from(source: Sources) -> Self {
        Self(Box::new(CollectConfig { source, ..CollectConfig::default() }))
    }
}

impl<'de> Deserialize<'de> for TableConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            keys @ Value::Object(_) => serde_json::from_value(keys).map(|keys| Self(Box::new(keys))),
            other => serde_json::from_value::<Sources>(other).map(Self::from),
        }
        .map_err(D::Error::custom)
    }
}

impl Serialize for TableConfig {
    /// A path where that is all, else the keys that are not at their defaults.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let keys = |config: &CollectConfig| serde_json::to_value(config).map_err(serde::ser::Error::custom);
        let (Value::Object(ours), usual) = (keys(&self.0)?, keys(&CollectConfig::default())?) else {
            return Err(serde::ser::Error::custom("a section without keys"));
        };
        let mut set: Map<String, Value> = ours.into_iter().filter(|(key, value)| *value != usual[key]).collect();
        match (set.len(), set.remove("source")) {
            (1, Some(source)) => source.serialize(serializer),
            (_, source) => {
                source.map(|s| ("source".to_owned(), s)).into_iter().chain(set).collect::<Map<_, _>>().serialize(serializer)
            }
        }
    }
}

impl JsonSchema for TableConfig {
    fn schema_name() -> Cow<'static, str> {
        "TableConfig".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (paths, keys) = (generator.subschema_for::<Sources>(), generator.subschema_for::<CollectConfig>());
        json_schema!({"anyOf": [paths, keys]})
    }
}

/// One table that is joined to the rows so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinConfig {
    /// Name of the table.
    pub table: String,
    /// Columns with the key, where they have the same names on both sides.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub on: Names,
    /// Columns with the key in the rows so far.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub left_on: Names,
    /// Columns with the key in the table.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub right_on: Names,
    #[serde(default)]
    pub how: How,
    #[serde(default)]
    pub validate: Validate,
}

impl JoinConfig {
    /// The columns with the key: in the rows so far, and in the table.
    pub(super) const fn key(&self) -> (&Vec<String>, &Vec<String>) {
        if self.on.0.is_empty() { (&self.left_on.0, &self.right_on.0) } else { (&self.on.0, &self.on.0) }
    }
}

/// Names of columns, one or several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "OneOrMore", into = "OneOrMore")]
pub struct Names(pub Vec<String>);

impl Names {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<OneOrMore> for Names {
    fn from(written: OneOrMore) -> Self {
        Self(Sources::from(written).0)
    }
}

impl From<Names> for OneOrMore {
    fn from(names: Names) -> Self {
        Sources(names.0).into()
    }
}

/// What becomes of rows whose key the table does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// They stay, with missing values.
    #[default]
    Left,
    /// They are left out.
    Inner,
}

/// How many rows may have the same key: in the rows so far, and in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Validate {
    /// The table has each key once.
    #[default]
    #[serde(rename = "m:1")]
    ManyToOne,
    #[serde(rename = "1:1")]
    OneToOne,
    /// The rows so far have each key once.
    #[serde(rename = "1:m")]
    OneToMany,
    #[serde(rename = "m:m")]
    ManyToMany,
}

impl Validate {
    pub(super) const fn left_once(self) -> bool {
        matches!(self, Self::OneToOne | Self::OneToMany)
    }

    /// As it is written.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::ManyToOne => "m:1",
            Self::OneToOne => "1:1",
            Self::OneToMany => "1:m",
            Self::ManyToMany => "m:m",
        }
    }

    pub(super) const fn right_once(self) -> bool {
        matches!(self, Self::OneToOne | Self::ManyToOne)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_a_path_or_has_keys_of_its_own() {
        let text = "a = 'a.csv'\nb = ['b.csv', 'c.csv']\nc = { source = 'd.xlsx', sheet = 2 }\n";
        let tables: std::collections::BTreeMap<String, TableConfig> = toml::from_str(text).unwrap();
        assert_eq!(tables["a"], Sources::from("a.csv").into());
        assert_eq!(tables["c"].0.sheet, Some(crate::collect::SheetChoice::Number(2)));
        let written = serde_json::to_value(&tables).unwrap();
        let expected = serde_json::json!({"a": "a.csv", "b": ["b.csv", "c.csv"], "c": {"source": "d.xlsx", "sheet": 2}});
        assert_eq!(written, expected);
        let error = toml::from_str::<TableConfig>("sauce = 'a.csv'").unwrap_err().to_string();
        assert!(error.contains("unknown field `sauce`"), "{error}");
    }

    #[test]
    fn a_join_names_its_key_on_one_side_or_both() {
        let join: JoinConfig = toml::from_str("table = 'orders'\non = 'id'").unwrap();
        assert_eq!((join.how, join.validate, join.on), (How::Left, Validate::ManyToOne, Names(vec!["id".into()])));
        let join: JoinConfig =
            toml::from_str("table = 'o'\nleft_on = ['a', 'b']\nright_on = ['c', 'd']\nhow = 'inner'\nvalidate = '1:m'")
                .unwrap();
        assert!(join.validate.left_once() && !join.validate.right_once());
        assert_eq!(toml::from_str::<JoinConfig>(&toml::to_string(&join).unwrap()).unwrap(), join);
        assert!(toml::from_str::<JoinConfig>("table = 'o'\non = 'a'\nvalidate = 'm:2'").is_err());
        for validate in [Validate::ManyToOne, Validate::OneToOne, Validate::OneToMany, Validate::ManyToMany] {
            assert_eq!(serde_json::to_value(validate).unwrap(), validate.word());
        }
    }
}
