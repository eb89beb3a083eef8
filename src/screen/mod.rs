//! What stops a wasted week: a look at the table for leaks, copies, odd rows and personal data, before training.
//!
//! Whatever is compared with the target is learned on the training rows of a fold and judged on the others; the test part
//! is not looked at, but for how many of its rows were learned from too.

mod alone;
mod copies;
mod dates;
mod entities;
mod finding;
mod indicators;
mod leaks;
mod linear;
mod missing;
mod names;
mod partition;
mod personal;
mod rows;
mod scene;
mod view;

pub use finding::{Code, Finding, Severity};

use crate::config::Stages;
use crate::data::Table;
use crate::error::Result;
use crate::pipeline::Context;
use crate::validate::Splits;
use scene::Scene;

/// Every finding about a table and its split, the heaviest first.
///
/// # Errors
/// If the user asks to stop.
pub fn screen(stages: &Stages, table: &Table, splits: &Splits, cx: &Context<'_>) -> Result<Vec<Finding>> {
    let scene = Scene::new(stages, table, splits)?;
    let side = cx.part("screen", 0).with_threads(cx.threads());
    // A column that is found once is not found again by a weaker sign.
    let mut known = Vec::new();
    let mut findings = copies::copies(&scene, &mut known);
    findings.extend(copies::parts(&scene, &mut known));
    findings.extend(indicators::indicators(&scene, &mut known));
    findings.extend(missing::by_target(&scene, &mut known, cx)?);
    side.check()?;
    let values = alone::scores(&scene, &side)?;
    let (leaks, trends) = leaks::leaks(&scene, &values, &mut known, &side)?;
    findings.extend(leaks);
    findings.extend(names::model_outputs(&scene, &values, &mut known));
    findings.extend(missing::lately(&scene, &mut known)?);
    findings.extend(names::ids(&scene, &mut known));
    findings.extend(dates::dates(&scene, &known, &trends, now())?);
    findings.extend(entities::entities(&scene));
    findings.extend(rows::test_overlap(&scene));
    findings.extend(rows::rare_classes(&scene));
    findings.extend(rows::duplicates(&scene));
    side.check()?;
    findings.extend(personal::personal(&scene)?);
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    Ok(findings)
}

/// Microseconds since 1970-01-01.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
