use crate::learn::{Fitted, Part};
use crate::train::Model;

/// The first network of each ensemble, and a linear model beside it.
#[must_use]
pub fn first(mut fitted: Fitted<Model>) -> Fitted<Model> {
    for model in fitted.parts.iter_mut().map(|part| &mut part.model) {
        model.members.truncate(1);
        model.members.shrink_to_fit();
    }
    fitted
}

/// Each network of an ensemble as a model of its own; none where there is only one. A linear model beside the networks
/// keeps its share in each.
#[must_use]
pub fn members(fitted: &Fitted<Model>) -> Vec<Fitted<Model>> {
    let (linear, networks): (Vec<_>, Vec<_>) = fitted.parts.iter().partition(|part| part.model.is_linear());
    let (shared, each) = if networks.is_empty() { (Vec::new(), linear) } else { (linear, networks) };
    let weight: f64 = each.iter().map(|part| part.weight).sum();
    let one = |part: &Part<Model>, weights: &Vec<f32>| {
        let model = Model { members: vec![weights.clone()], histories: Vec::new(), ..part.model.clone() };
        let mut parts = vec![Part { weight, normalizer: part.normalizer.clone(), model }];
        parts.extend(shared.iter().copied().cloned());
        Fitted {
            schema: fitted.schema.clone(),
            normalizer: fitted.normalizer.clone(),
            parts,
            calibration: fitted.calibration.clone(),
        }
    };
    let all: Vec<_> = each.iter().flat_map(|part| part.model.members.iter().map(|w| one(part, w))).collect();
    if all.len() < 2 { Vec::new() } else { all }
}
