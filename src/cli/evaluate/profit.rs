//! What acting by a model brings on rows that it is judged by, where it holds what rows are worth.

use std::path::Path;

use super::RESAMPLES;
use crate::artifact::ModelFile;
use crate::clean::amounts;
use crate::cli::rows::{Answers, Rows};
use crate::data::Truth;
use crate::decide::{Ranked, ThresholdConfig, ValueConfig, Worth, judge, judge_by_own};
use crate::error::Result;
use crate::metrics::Cut;
use crate::pipeline::{Context, Warning};
use crate::report::{Operating, count, number};

/// What rows are worth by the model's `[threshold.value]`; nothing where that says nothing, or there are not two classes.
///
/// # Errors
/// If the model's settings cannot be read.
pub fn of(model: &ModelFile, path: &Path) -> Result<Option<ValueConfig>> {
    let value = model.manifest.section::<ThresholdConfig>("threshold", path)?.value;
    Ok(Some(value).filter(|value| model.manifest.schema.target.labels.len() == 2 && value.is_set()))
}

/// What comes of the model's threshold by its `[threshold.value]`; nothing where that says nothing, or where the rows lack
/// the columns that it names. Rows of one unit are drawn together.
///
/// # Errors
/// If a column of amounts holds something else.
pub fn measure(
    model: &ModelFile,
    path: &Path,
    rows: &Rows,
    answers: &Answers,
    units: Option<&[u32]>,
    cx: &Context<'_>,
) -> Result<Option<Operating>> {
    let Truth::Classes(codes) = &rows.truth else { return Ok(None) };
    let Some(value) = of(model, path)? else { return Ok(None) };
    let gone = value.columns().find(|name| rows.table.data.column(name).is_err());
    if let Some(name) = gone {
        let source = &rows.table.rows.source;
        let message = format!("{source} has no column \"{name}\", an amount of [threshold.value]: the profit cannot be told");
        cx.warn(Warning::new("no_amount_column", message).column(name));
        return Ok(None);
    }
    let all = Worth::read(&value, rows.table.height(), |name| amounts(&rows.table, &rows.frame.schema, name))?;
    let worth = all.take(rows.places());
    if worth.unknown() > 0 {
        let (unknown, height) = (worth.unknown(), worth.len());
        let message = format!("{unknown} of {height} rows have no amount for [threshold.value] and count as 0 in the profit");
        cx.warn(Warning::new("missing_amount", message).count(unknown));
    }
    let (scores, seed, threads) = (answers.predictions.class(1), cx.seed().derive("profit", 0), cx.threads());
    Ok(Some(match answers.cut() {
        Cut::One(threshold) => {
            let ranked = Ranked::new(codes, &scores, Some(&worth), units);
            judge(&ranked, threshold, Some(worth.unknown()), RESAMPLES, seed, threads)
        }
        Cut::Each(own) => {
            let (rows, one) = ((codes.as_slice(), scores.as_slice(), own), model.manifest.threshold);
            judge_by_own(rows, Some(&worth), one, units, RESAMPLES, seed, threads)
        }
    }))
}

/// One line; nothing without a profit.
pub fn text(found: &Operating) -> Option<String> {
    let profit = found.profit?;
    let range = match (profit.total.low, profit.total.high) {
        (Some(low), Some(high)) => format!(" [{}, {}]", number(low), number(high)),
        _ => String::new(),
    };
    Some(format!(
        "profit {}{range} from {} of {} rows called positive; of acting on all {}, on none {}",
        number(profit.total.value?),
        count(found.called),
        count(found.rows),
        number(profit.of_all),
        number(profit.of_none)
    ))
}
