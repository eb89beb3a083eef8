use crate::learn::Fitted;
use crate::train::Model;

/// Each network of an ensemble as a model of its own; none where there is only one.
#[must_use]
pub fn members(fitted: &Fitted<Model>) -> Vec<Fitted<Model>> {
    let one = |weights: &Vec<f32>| Fitted {
        model: Model { members: vec![weights.clone()], histories: Vec::new(), ..fitted.model.clone() },
        ..fitted.clone()
    };
    if fitted.model.members.len() < 2 { Vec::new() } else { fitted.model.members.iter().map(one).collect() }
}
