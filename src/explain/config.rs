use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::ConfigError;

/// What a model needs to explain itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExplainConfig {
    /// Training rows that are kept in the model file, 0 to 1000: what a row is compared with when its prediction is explained. Only columns that are learned from, no ids and no target; but they are true rows, so 0 keeps none, and explanations then need rows at hand.
    pub background: usize,
}

impl Default for ExplainConfig {
    fn default() -> Self {
        Self { background: 64 }
    }
}

impl ExplainConfig {
    /// Most rows of a background.
    pub const MOST: usize = 1000;

    /// Checks the settings.
    ///
    /// # Errors
    /// Names the key and its range if a value is outside of it.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.background <= Self::MOST {
            return Ok(());
        }
        Err(ConfigError::range("explain", "background", self.background, format_args!("0 to {}", Self::MOST)))
    }
}
