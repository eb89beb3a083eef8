use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The language of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
}

/// A form of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportFormat {
    /// `report.html`, one self-contained page.
    Html,
}

/// What is reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReportConfig {
    /// The language of the report; only `en` so far.
    pub language: Language,
    /// Files to write beside `metrics.json`; only `html` so far.
    pub formats: Vec<ReportFormat>,
    /// Whether one network is also trained on a quarter and on half of the training rows of each fold, to tell whether more rows would help. Default: where that takes about a tenth of the time of the folds, or a second.
    pub learning_curve: Option<bool>,
}

impl Default for ReportConfig {
    fn default() -> Self {
        Self { language: Language::En, formats: vec![ReportFormat::Html], learning_curve: None }
    }
}
