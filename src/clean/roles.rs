//! What each column is and what it is for: the settings first, then the guess.

use super::cells::{Cells, Dialect};
use super::config::ColumnsConfig;
use super::infer::Guess;
use crate::data::{Column, Kind, Role, Table};
use crate::error::CleanError;

/// The settings that give columns a part to play.
#[derive(Clone, Copy, Debug)]
pub struct Roles<'a> {
    pub target: &'a str,
    pub columns: &'a ColumnsConfig,
    pub fold_column: Option<&'a str>,
    /// The first column, where it alone has no name: there pandas and R write the numbers or names of rows.
    pub beside: Option<&'a str>,
}

impl<'a> Roles<'a> {
    pub fn new(target: &'a str, columns: &'a ColumnsConfig, fold_column: Option<&'a str>, table: &'a Table) -> Self {
        let unnamed = |place: usize| {
            let name = table.data.columns().get(place)?.name().as_str();
            (name == format!("column_{}", place + 1)).then_some(name)
        };
        Self { target, columns, fold_column, beside: unnamed(0).filter(|_| unnamed(1).is_none()) }
    }

    /// Every column that the settings name must be there.
    pub fn check(&self, table: &Table) -> Result<(), CleanError> {
        let c = self.columns;
        let missing = |name: &str| table.data.column(name).is_err();
        let refuse = |name: &str, section, key: &str| {
            Err(super::missing_column(name, &table.data, &table.rows.source).named_by(section, key))
        };
        let single = |name: &'a Option<String>| name.as_slice();
        let ignored: Vec<String> = c.ignore.iter().filter(|n| !n.ends_with('*')).cloned().collect();
        let target = [self.target.to_owned()];
        let fold = self.fold_column.map(str::to_owned);
        for (section, key, names) in [
            ("target", "column", &target[..]),
            ("columns", "id", &c.id),
            ("columns", "ignore", &ignored),
            ("columns", "sensitive", &c.sensitive),
            ("columns", "weight", single(&c.weight)),
            ("columns", "group", single(&c.group)),
            ("columns", "time", single(&c.time)),
            ("validate", "column", fold.as_slice()),
        ] {
            if let Some(name) = names.iter().find(|name| missing(name)) {
                return refuse(name, section, key);
            }
        }
        c.types.keys().find(|name| missing(name)).map_or(Ok(()), |name| refuse(name, "columns", &format!("type.{name}")))
    }

    /// One column by its first `rows` values, and the guess it rests on.
    pub fn column(&self, name: &str, cells: &Cells<'_>, rows: usize, dialect: &Dialect<'_>) -> (Column, Guess) {
        let named = self.columns.types.get(name);
        let called = if self.beside == Some(name) { "row names" } else { name };
        let role = self.named_role(name);
        let guess = match (named, &role) {
            // Names of groups, folds and rows are compared, never computed with.
            (_, Some((Role::Group | Role::Fold | Role::Id, _))) => cells.of_kind(Kind::Category, rows, dialect.habits),
            (Some(kind), _) => {
                let guess = cells.guess(called, rows, dialect);
                match *kind {
                    // How numbers and dates are written is part of the guess.
                    kind if guess.kind == kind && matches!(kind, Kind::Number | Kind::Date) => Guess { id: false, ..guess },
                    kind if guess.kind == kind => {
                        Guess { reason: guess.reason, format: guess.format, ..cells.of_kind(kind, rows, dialect.habits) }
                    }
                    kind => cells.of_kind(kind, rows, dialect.habits),
                }
            }
            (None, _) => cells.guess(called, rows, dialect),
        };
        let (role, reason) = match role {
            Some((role, why)) => (role, why.to_owned()),
            None if guess.id && named.is_none() => (Role::Id, guess.reason.clone()),
            None if guess.kind == Kind::Text => (Role::Ignored, format!("{}: not learned from", guess.reason)),
            None => (Role::Feature, guess.reason.clone()),
        };
        let format = guess.format.clone();
        (Column { name: name.to_owned(), kind: guess.kind, role, reason, format, whole: guess.whole }, guess)
    }

    /// The part that the settings give a column. What orders and groups the rows comes before what names them.
    fn named_role(&self, name: &str) -> Option<(Role, &'static str)> {
        let c = self.columns;
        let is = |setting: &Option<String>| setting.as_deref() == Some(name);
        let listed = |list: &[String]| {
            list.iter().any(|n| n == name || n.strip_suffix('*').is_some_and(|start| name.starts_with(start)))
        };
        if self.fold_column == Some(name) {
            Some((Role::Fold, "named in [validate] column"))
        } else if is(&c.weight) {
            Some((Role::Weight, "named in [columns] weight"))
        } else if is(&c.group) {
            Some((Role::Group, "named in [columns] group"))
        } else if is(&c.time) {
            Some((Role::Time, "named in [columns] time"))
        } else if c.id.iter().any(|n| n == name) {
            Some((Role::Id, "named in [columns] id"))
        } else if listed(&c.ignore) {
            Some((Role::Ignored, "named in [columns] ignore"))
        } else if listed(&c.sensitive) {
            Some((Role::Ignored, "named in [columns] sensitive"))
        } else {
            None
        }
    }
}
