use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The language of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// A form of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportFormat {
    /// `report.html`, one self-contained page.
    Html,
    /// `report.md`, the main numbers for pull requests and wikis.
    Md,
}

/// What is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReportConfig {
    /// The language of the report: `en` or `zh`. What the terminal shows stays English.
    pub language: Language,
    /// Files to write beside `metrics.json`: `html`, `md`.
    pub formats: Vec<ReportFormat>,
    /// Whether one network is also trained on a quarter and on half of the training rows of each fold, to tell whether more rows would help, and by how much intervals of numbers are narrower for the final model, which knows more rows than those of the folds. Default: where that takes about a tenth of the time of the folds, or a second.
    pub learning_curve: Option<bool>,
    /// What the model is for and who uses it, in your words, for the model card.
    pub intended_use: String,
    /// What else readers of the report should know, in your words.
    pub notes: String,
}

impl Default for ReportConfig {
    fn default() -> Self {
        Self {
            language: Language::En,
            formats: vec![ReportFormat::Html],
            learning_curve: None,
            intended_use: String::new(),
            notes: String::new(),
        }
    }
}
