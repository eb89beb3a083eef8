use crate::learn::{Fitted, Part};
use crate::train::Model;

/// Each network of an ensemble as a model of its own; none where there is only one.
#[must_use]
pub fn members(fitted: &Fitted<Model>) -> Vec<Fitted<Model>> {
    let one = |part: &Part<Model>, weights: &Vec<f32>| {
        let model = Model { members: vec![weights.clone()], histories: Vec::new(), ..part.model.clone() };
        let parts = vec![Part { normalizer: part.normalizer.clone(), model }];
        Fitted {
            schema: fitted.schema.clone(),
            normalizer: fitted.normalizer.clone(),
            parts,
            calibration: fitted.calibration.clone(),
        }
    };
    let all: Vec<_> = fitted.parts.iter().flat_map(|part| part.model.members.iter().map(move |w| one(part, w))).collect();
    if all.len() < 2 { Vec::new() } else { all }
}
