//! Personal data in a table: told by the form and the check digits of the values, never shown.

mod contact;
mod identity;

use std::collections::HashSet;

use polars::prelude::{Column as Series, DataType};

use super::finding::{Code, Finding, Severity, ignore};
use super::scene::{Scene, spread};
use crate::data::Role;
use crate::error::Result;

/// Values looked at in each column.
const SAMPLE: usize = 2000;
/// Fewest different values of a kind that make a column one of that kind.
const VALUES: usize = 5;

/// What values are, the share of them that makes a column one of that kind, and how one is told.
type Sort = (&'static str, f64, fn(&str) -> bool);

/// An address is none by chance; of numbers one in ten passes a check digit.
const KINDS: [Sort; 15] = [
    ("e-mail addresses", 0.01, contact::email),
    ("payment card numbers (Luhn check digit)", 0.8, identity::card),
    ("bank account numbers (IBAN, mod 97)", 0.8, identity::iban),
    ("Chinese resident identity numbers (ISO 7064 check digit)", 0.8, identity::china),
    ("United States social security numbers (by their form)", 0.8, identity::united_states),
    ("Brazilian taxpayer numbers (CPF, two check digits)", 0.8, identity::brazil),
    ("French social security numbers (NIR, mod 97)", 0.8, identity::france),
    ("Italian tax codes (check letter)", 0.8, identity::italy),
    ("Spanish identity numbers (DNI or NIE, check letter)", 0.8, identity::spain),
    ("Polish identity numbers (PESEL, check digit)", 0.8, identity::poland),
    ("Swedish identity numbers (Luhn check digit)", 0.8, identity::sweden),
    ("Indian identity numbers (Aadhaar, Verhoeff check digit)", 0.8, identity::india),
    ("German tax numbers (check digit)", 0.8, identity::germany),
    ("Dutch citizen service numbers (BSN, eleven test)", 0.8, identity::netherlands),
    ("phone numbers", 0.6, contact::phone),
];

/// Columns of personal data that are not left out by the user.
pub fn personal(scene: &Scene<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for series in scene.table.data.columns() {
        let name = series.name().as_str();
        if scene.left_out(name) || name == scene.target_name() {
            continue;
        }
        let values = texts(series)?;
        if let Some((what, found, looked)) = kind(name, &values) {
            findings.push(finding(scene, name, what, found, looked));
        }
    }
    Ok(findings)
}

/// Some values of a column as text; none of a column whose type holds no such values.
fn texts(series: &Series) -> Result<Vec<String>> {
    if !(series.dtype() == &DataType::String || series.dtype().is_integer()) {
        return Ok(Vec::new());
    }
    let known: Vec<usize> =
        series.is_not_null().iter().enumerate().filter(|(_, known)| *known == Some(true)).map(|(row, _)| row).collect();
    let rows = spread(&known, SAMPLE);
    let picked = series.take(&polars::prelude::IdxCa::from_vec("".into(), indices(&rows)))?;
    let text = picked.cast(&DataType::String)?;
    Ok(text.str()?.iter().flatten().map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect())
}

#[expect(clippy::cast_possible_truncation, reason = "polars itself numbers rows with 32 bits")]
fn indices(rows: &[usize]) -> Vec<u32> {
    rows.iter().map(|&r| r as u32).collect()
}

/// The kind that enough values are of, with their number and that of the values looked at.
fn kind(name: &str, values: &[String]) -> Option<(&'static str, usize, usize)> {
    let enough = |test: &dyn Fn(&str) -> bool, share: f64| {
        let found: Vec<&String> = values.iter().filter(|v| test(v)).collect();
        let different = found.iter().collect::<HashSet<_>>().len();
        (different >= VALUES && found.len() as f64 >= share * values.len() as f64).then_some(found.len())
    };
    let by_value = KINDS.into_iter().find_map(|(what, share, test)| Some((what, enough(&test, share)?, values.len())));
    by_value.or_else(|| {
        let found = contact::names_phone(name).then(|| enough(&contact::plain_phone, 0.8)).flatten()?;
        Some(("phone numbers (by its name)", found, values.len()))
    })
}

fn finding(scene: &Scene<'_>, name: &str, what: &str, found: usize, looked: usize) -> Finding {
    let role = scene.frame().schema.column(name).map(|c| c.role);
    let (severity, harm) = match role {
        Some(Role::Feature) => (Severity::Warning, "its levels would stand in the model file"),
        Some(Role::Ignored) => (Severity::Note, "it is not learned from"),
        _ => (Severity::Warning, "it would be repeated beside the predictions"),
    };
    let message = format!(
        "\"{name}\" holds personal data: {found} of {looked} values looked at are {what}; {harm}. Leave it out, or put a salted hash in its place where rows must be joined by it"
    );
    Finding::new(Code::PersonalData, severity, [name], message).fix(ignore(scene.config, &[name]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, values: impl Iterator<Item = String>) -> Option<&'static str> {
        kind(name, &values.collect::<Vec<_>>()).map(|(what, _, _)| what)
    }

    #[test]
    fn a_tenth_that_passes_a_check_digit_is_chance() {
        // 16 digits in a row: one in ten passes Luhn.
        assert_eq!(found("amount", (0..500_u64).map(|i| (4_000_000_000_000_000 + i).to_string())), None);
        assert_eq!(found("code", (100_000_000..100_000_500).map(|i| i.to_string())), None);
    }

    #[test]
    fn a_few_addresses_among_other_texts_are_enough() {
        let texts = (0..100).map(|i| if i % 10 == 0 { format!("someone.{i}@example.org") } else { format!("none {i}") });
        assert_eq!(found("contact", texts), Some("e-mail addresses"));
        let one = (0..100).map(|_| "info@example.org".to_owned());
        assert_eq!(found("contact", one), None, "one address names nobody in particular");
    }

    #[test]
    fn bare_digits_are_phone_numbers_by_name_only() {
        let digits = || (0..50_u64).map(|i| (2_015_550_100 + 7 * i).to_string());
        assert_eq!(found("mobile phone", digits()), Some("phone numbers (by its name)"));
        assert_eq!(found("revenue", digits()), None);
    }
}
