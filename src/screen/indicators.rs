//! Columns that each stand for one class of several, such as the one-hot columns of the target.

use super::finding::{Code, Finding, Severity, ignore, quoted};
use super::scene::Scene;
use super::view::View;
use crate::data::Truth;

/// Share of the rows, and of those of the class, that must agree; the others are slips.
const AGREE: f64 = 0.999;
const EACH: f64 = 0.95;
/// Share of the rows that must have a value, and fewest rows of the class that prove something.
const KNOWN: f64 = 0.5;
const ROWS: usize = 10;

/// Columns of two values, one of which says that the row is of a certain class. Those for all classes are the target; one
/// by itself may be the mark of its class, as feathers are of birds.
pub fn indicators(scene: &Scene<'_>, known: &mut Vec<String>) -> Vec<Finding> {
    let Truth::Classes(truth) = &scene.truth else { return Vec::new() };
    let labels = &scene.frame().schema.target.labels;
    if labels.len() < 3 {
        return Vec::new();
    }
    let views = scene.views.iter().filter(|view| !known.contains(&view.name));
    let found: Vec<(&str, Indicated)> =
        views.filter_map(|view| Some((view.name.as_str(), indicated(view, truth, labels.len())?))).collect();
    let names: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let mut classes: Vec<usize> = found.iter().map(|(_, indicated)| indicated.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let findings = if classes.len() + 1 >= labels.len() {
        let message = format!(
            "{} make up the target \"{}\": each stands for one of its {} classes",
            quoted(&names),
            scene.target_name(),
            labels.len()
        );
        vec![Finding::new(Code::TargetParts, Severity::Error, names.clone(), message).fix(ignore(scene.config, &names))]
    } else {
        let alone = |(name, indicated): &(&str, Indicated)| {
            let message = format!(
                "\"{name}\" tells the class \"{}\" from all others in {} of {} rows; is it known before the outcome?",
                labels[indicated.class], indicated.agree, indicated.rows
            );
            Finding::new(Code::Leak, Severity::Warning, [*name], message).fix(ignore(scene.config, &[*name]))
        };
        found.iter().map(alone).collect()
    };
    known.extend(names.into_iter().map(str::to_owned));
    findings
}

/// The class that a value stands for, and in how many of the rows with a value it does.
#[derive(Debug, PartialEq)]
struct Indicated {
    class: usize,
    agree: usize,
    rows: usize,
}

fn indicated(view: &View, truth: &[u32], labels: usize) -> Option<Indicated> {
    let (codes, count) = view.numbering();
    if count != 2 {
        return None;
    }
    let mut table = vec![[0_usize; 2]; labels];
    for (code, class) in codes.iter().zip(truth) {
        if let Some(code) = code {
            table[*class as usize][*code as usize] += 1;
        }
    }
    let sides = [0, 1].map(|side| table.iter().map(|of_class| of_class[side]).sum::<usize>());
    let rows = sides[0] + sides[1];
    if (rows as f64) < KNOWN * codes.len() as f64 {
        return None;
    }
    let cells = table.iter().enumerate().flat_map(|(class, of_class)| [(class, 0, of_class), (class, 1, of_class)]);
    cells.into_iter().find_map(|(class, side, of_class)| {
        let inside = of_class[side];
        let of_class = of_class[0] + of_class[1];
        let agree = rows - (sides[side] - inside) - (of_class - inside);
        let each = inside as f64 >= EACH * sides[side].max(of_class) as f64;
        (inside >= ROWS && each && agree as f64 >= AGREE * rows as f64).then_some(Indicated { class, agree, rows })
    })
}

#[cfg(test)]
mod tests {
    use super::super::view::Cells;
    use super::*;
    use crate::data::Kind;

    #[test]
    fn a_value_that_stands_for_a_class_is_told_from_one_that_goes_with_it() {
        let truth: Vec<u32> = (0..90).map(|i| i % 3).collect();
        let view = |value: &dyn Fn(u32) -> Option<f64>| View {
            name: "x".into(),
            kind: Kind::Bool,
            cells: Cells::Numbers((0..90).map(value).collect()),
        };
        let one = |i| Some(f64::from(u8::from(i % 3 == 1)));
        assert_eq!(indicated(&view(&one), &truth, 3), Some(Indicated { class: 1, agree: 90, rows: 90 }));
        // The other way round, and with gaps.
        let gaps = |i| if i < 30 { None } else { Some(f64::from(u8::from(i % 3 != 2))) };
        assert_eq!(indicated(&view(&gaps), &truth, 3), Some(Indicated { class: 2, agree: 60, rows: 60 }));
        let off = |i| Some(f64::from(u8::from(i % 3 == 1 && i > 10)));
        assert_eq!(indicated(&view(&off), &truth, 3), None);
        assert_eq!(indicated(&view(&|i| Some(f64::from(i % 3))), &truth, 3), None);
    }
}
