//! Warnings in the language of the page: patterns as those of [`super::phrases`], by the stage that warns.

mod cleaned;
mod collected;
mod screened;
mod trained;

use super::phrases::Pattern;

/// What goes around a warning: its fix, and what else it holds of.
const AROUND: &[Pattern] = &[
    // The head of a fix.
    ("{*}; fix: add {} to [columns] ignore", "{}；建议：在 [columns] ignore 中加入 {}"),
    ("add {} to [columns] ignore", "在 [columns] ignore 中加入 {}"),
    ("{*}; fix: {}", "{}；建议：{}"),
    // What holds of several columns.
    ("{*}; the same goes for {,}, and {} more", "{}；{}以及另外 {} 列也是如此"),
    ("{*}; the same goes for {,}", "{}；{}也是如此"),
    ("{*}; something of the kind goes for {,}, and {} more", "{}；{}以及另外 {} 个也有类似情况"),
    ("{*}; something of the kind goes for {,}", "{}；{}也有类似情况"),
    ("table {}: {*}", "表 {}：{}"),
    ("{*}; the same, with other numbers, goes for {,}, and {} more", "{}；{}以及另外 {} 列也是如此，只是数字不同"),
    ("{*}; the same, with other numbers, goes for {,}", "{}；{}也是如此，只是数字不同"),
];

/// All patterns, those around a warning first: they hold the others.
pub(super) fn patterns() -> impl Iterator<Item = &'static Pattern> {
    [AROUND, collected::PATTERNS, cleaned::PATTERNS, screened::PATTERNS, trained::PATTERNS].into_iter().flatten()
}

#[cfg(test)]
mod tests;
