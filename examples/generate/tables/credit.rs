//! Applicants for a loan: who defaults?

use mkt::seed::{Rng, Seed};
use serde_json::json;

use super::score::{classes, sigmoid};
use super::sheet::{Sheet, pick, whole};
use super::{Made, SEED};

const ROWS: u32 = 3000;
const DUPLICATES: usize = 15;

const HEADER: [&str; 12] = [
    "applicant_id",
    "age",
    "income",
    "employment_years",
    "loan_amount",
    "term_months",
    "purpose",
    "housing",
    "bureau_score",
    "late_payments",
    "branch",
    "default",
];

struct Applicant {
    age: f64,
    income: f64,
    employed: f64,
    loan: f64,
    term: f64,
    purpose: &'static str,
    housing: &'static str,
    bureau: f64,
    late: f64,
    branch: usize,
}

pub fn make() -> Made {
    let seed = Seed::new(SEED).derive("credit", 0);
    let mut rng = seed.rng();

    let (mut sheet, mut probabilities, mut labels) = (Sheet::new(HEADER), Vec::new(), Vec::new());
    for row in 0..ROWS {
        let a = applicant(&mut rng, row);
        let p = sigmoid(logit(&a));
        let defaulted = rng.uniform() < p;
        sheet.push(vec![
            format!("{:05}", 1 + 3 * row),
            format!("{}", a.age),
            format!("{}", a.income),
            format!("{:.1}", a.employed),
            format!("{}", a.loan),
            format!("{}", a.term),
            a.purpose.into(),
            a.housing.into(),
            format!("{}", a.bureau),
            format!("{}", a.late),
            format!("{:03}", 7 * a.branch + 2),
            if defaulted { "1" } else { "0" }.into(),
        ]);
        probabilities.push(p);
        labels.push(defaulted);
    }
    spoil(&mut sheet, &mut seed.derive("dirt", 0).rng());

    let mut truth = json!({
        "table": "credit", "file": "credit.csv", "rows": sheet.height(), "duplicates": DUPLICATES,
        "target": "default", "task": "binary", "positive": "1",
    });
    super::merge(&mut truth, classes(&probabilities, &labels));
    Made { file: "credit.csv", csv: sheet.csv(), beside: Vec::new(), truth }
}

fn applicant(rng: &mut Rng, row: u32) -> Applicant {
    let boat = if row > ROWS * 85 / 100 { 0.02 } else { 0.0 };
    let age = (21.0 + 18.0 * (-(1.0 - rng.uniform()).ln())).floor().min(78.0);
    let income = 100.0 * ((10.3 + 0.012 * (age.min(50.0) - 35.0) + 0.45 * rng.normal()).exp() / 100.0).round();
    Applicant {
        age,
        income,
        employed: rng.uniform() * (age - 18.0) * 0.8,
        loan: 100.0 * ((8.9 + 0.7 * rng.normal()).exp() / 100.0).round().max(5.0),
        term: pick(rng, &[(12.0, 0.15), (24.0, 0.25), (36.0, 0.3), (48.0, 0.15), (60.0, 0.15)]),
        purpose: pick(rng, &[("car", 0.35), ("furniture", 0.25), ("repairs", 0.2), ("education", 0.15), ("boat", boat)]),
        housing: pick(rng, &[("rent", 0.4), ("own", 0.45), ("with parents", 0.15)]),
        bureau: f64::from(whole((620.0 + 85.0 * rng.normal()).clamp(300.0, 850.0))),
        late: (-0.8 * (1.0 - rng.uniform()).ln()).floor().min(8.0),
        branch: rng.below(24),
    }
}

/// The truth: the monthly burden counts beyond a threshold, more so without a steady job; a good bureau score
/// forgives late payments; the young and the old are riskier than those between.
fn logit(a: &Applicant) -> f64 {
    let burden = 12.0 * a.loan / a.term / a.income;
    let burden = 2.6 * sigmoid((burden - 0.17) / 0.05) * if a.employed < 2.0 { 1.5 } else { 1.0 };
    let score = (a.bureau - 620.0) / 85.0;
    let late = a.late * if score > 0.5 { 0.1 } else { 0.75 };
    let age = ((a.age - 45.0) / 16.0).powi(2) * 0.3;
    let purpose = match a.purpose {
        "education" => 0.5,
        "car" => -0.3,
        _ => 0.0,
    };
    let housing = if a.housing == "own" { -0.5 } else { 0.15 };
    let branch = if a.branch.is_multiple_of(6) { 0.6 } else { 0.0 };
    SCALE * (burden - 0.75 * score + late + age + purpose + housing + branch - 3.0)
}

/// Sets the share that is chance: the larger, the better the truth predicts.
const SCALE: f64 = 0.92;

fn spoil(sheet: &mut Sheet, rng: &mut Rng) {
    // Incomes in cents instead of euros, as somebody always types them.
    sheet.spoil("income", 0.006, rng, |cell| format!("{cell}00"));
    sheet.spoil("income", 0.03, rng, |_| "?".into());
    sheet.spoil("employment_years", 0.04, rng, |_| "?".into());
    sheet.spoil("bureau_score", 0.08, rng, |_| "?".into());
    sheet.spoil("late_payments", 0.01, rng, |_| "NA".into());
    sheet.spoil("age", 0.005, rng, |_| " ".into());
    sheet.spoil("housing", 0.01, rng, |cell| format!("{} ", cell.to_uppercase()));
    sheet.duplicate(DUPLICATES, rng);
}
