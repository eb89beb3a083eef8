//! The combinations of values with the best prediction.

use std::fmt::Write as _;

use polars::prelude::{Column as Series, DataFrame};
use serde_json::{Map, Value, json};

use super::ask::{Question, what};
use super::{Args, Which};
use crate::artifact::ModelFile;
use crate::cli::subject::Subject;
use crate::cli::told::Told;
use crate::error::Result;
use crate::explain::Aim;
use crate::explain::whatif::{Best, Mixes, Unlike, best, curves};
use crate::pipeline::Context;
use crate::report::{clean, number, plural, probability};

impl Args {
    pub(super) fn mixes(
        &self,
        model: &ModelFile,
        question: &Question,
        subject: &Subject,
        which: Which,
        cx: &Context<'_>,
    ) -> Result<Told> {
        let mixes = question.mixes(subject.frame.height())?;
        let predictions = model.fitted.predict(&subject.frame, &mut Vec::new(), cx)?;
        let aim = question.aim(&predictions);
        let curves = curves(&model.fitted, &subject.frame, &mixes, aim, cx)?;
        let fitted = &model.fitted;
        let stored = model.manifest.background.as_ref();
        let stored = stored.map(|b| b.frame(&fitted.schema, &fitted.normalizer, b.rows)).transpose()?;
        let at_hand: Vec<_> = stored.iter().chain([&subject.frame]).collect();
        let unlike = Unlike::count(&mixes, &at_hand)?;
        let found = best(&curves, &mixes, &unlike, which == Which::Min, self.top);
        let now = curves.own.iter().sum::<f64>() / curves.own.len().max(1) as f64;
        let what = what(model, aim);
        let show = |x: f64| if matches!(aim, Aim::Probability(_)) { probability(x) } else { number(x) };
        let word = if which == Which::Min { "smallest" } else { "largest" };
        let mut text = format!(
            "{word} {}, mean of {} of {}, among {} combinations; now {}\n\n",
            clean(&what),
            plural(subject.frame.height(), "row"),
            clean(&subject.source),
            mixes.len(),
            show(now)
        );
        for (rank, one) in found.iter().enumerate() {
            let range = one.networks.map(|[low, high]| format!(" [{}, {}]", show(low), show(high))).unwrap_or_default();
            let values = mixes.varied.iter().zip(&one.words).map(|(v, w)| format!("{} {}", clean(&v.column), clean(w)));
            let _ = writeln!(text, "  {}. {}{range}  {}", rank + 1, show(one.mean), values.collect::<Vec<_>>().join(", "));
            for reason in &one.unlike {
                let _ = writeln!(text, "     careful: {}", clean(reason));
            }
        }
        text.push_str("\nIt is the best that the model promises for these values; near others it may promise as much. Try it before you rely on it.\n");
        let metrics = json!({
            "what": what,
            "combinations": mixes.len(),
            "rows": subject.frame.height(),
            "now": now,
            "best": found.iter().map(|one| as_json(one, &mixes)).collect::<Vec<_>>(),
        });
        Ok(Told { text, metrics, table: table(&found, &mixes)? })
    }
}

fn as_json(one: &Best, mixes: &Mixes) -> Value {
    let value = |(vary, pick): (&crate::explain::whatif::Vary, usize)| (vary.column.clone(), vary.value(pick));
    let values: Map<String, Value> = mixes.varied.iter().zip(mixes.picks(one.mix)).map(value).collect();
    let networks = one.networks.map(|[low, high]| json!({"low": low, "high": high}));
    json!({"values": values, "mean": one.mean, "networks": networks, "unlike": one.unlike})
}

fn table(found: &[Best], mixes: &Mixes) -> Result<DataFrame> {
    let mut table = vec![Series::new("rank".into(), (1..=found.len() as u64).collect::<Vec<_>>())];
    for (c, vary) in mixes.varied.iter().enumerate() {
        let values: Vec<String> = found.iter().map(|one| one.words[c].clone()).collect();
        table.push(Series::new(format!("set_{}", vary.column).into(), values));
    }
    table.push(Series::new("mean".into(), found.iter().map(|one| one.mean).collect::<Vec<_>>()));
    for (end, name) in ["low", "high"].into_iter().enumerate() {
        table.push(Series::new(name.into(), found.iter().map(|one| one.networks.map(|n| n[end])).collect::<Vec<_>>()));
    }
    table.push(Series::new("unlike".into(), found.iter().map(|one| one.unlike.join("; ")).collect::<Vec<_>>()));
    Ok(DataFrame::new(found.len(), table)?)
}
