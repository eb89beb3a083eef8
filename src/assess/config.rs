use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is done about differences between the groups of the sensitive columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mitigate {
    /// Nothing: they are measured and shown.
    #[default]
    None,
    /// Rows are weighed so that group and class are independent (Kamiran & Calders 2012).
    Reweigh,
    /// Each group has a threshold of its own (Hardt, Price & Srebro 2016).
    Thresholds,
}

impl Mitigate {
    /// The word for it in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Reweigh => "reweigh",
            Self::Thresholds => "thresholds",
        }
    }
}

/// What the thresholds of the groups make alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// The selection rate.
    DemographicParity,
    /// The true-positive rate.
    #[default]
    EqualOpportunity,
    /// True- and false-positive rate, as near as one threshold per group comes.
    EqualizedOdds,
}

impl Criterion {
    /// The word for it in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DemographicParity => "demographic_parity",
            Self::EqualOpportunity => "equal_opportunity",
            Self::EqualizedOdds => "equalized_odds",
        }
    }
}

/// How groups of the sensitive columns are judged, and what is done about differences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FairnessConfig {
    /// `none`, `reweigh` (rows are weighed in training so that group and class are independent; learned on training rows) or `thresholds` (each group of the sensitive columns has its own threshold, chosen on out-of-fold predictions; to predict, the sensitive columns are then needed). For two classes only.
    pub mitigate: Mitigate,
    /// What `thresholds` make alike: `demographic_parity` (selection rates), `equal_opportunity` (true-positive rates) or `equalized_odds` (true- and false-positive rates, as near as one threshold per group comes).
    pub criterion: Criterion,
    /// Groups with fewer rows are shown, not judged, and get no threshold of their own; at least 2.
    pub min_rows: usize,
}

impl Default for FairnessConfig {
    fn default() -> Self {
        Self { mitigate: Mitigate::default(), criterion: Criterion::default(), min_rows: 30 }
    }
}
