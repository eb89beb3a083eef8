//! Customers of a telecom shop: who left?

use chrono::{Days, Months, NaiveDate};
use mkt::seed::{Rng, Seed};
use serde_json::json;

use super::score::{classes, sigmoid};
use super::sheet::{Sheet, pick, whole};
use super::{Made, SEED};

const ROWS: u32 = 4000;
const DUPLICATES: usize = 25;

const HEADER: [&str; 12] = [
    "customer_id",
    "plan",
    "contract",
    "tenure_months",
    "monthly_fee",
    "total_paid",
    "support_tickets",
    "region",
    "signup_date",
    "payment",
    "last_login_days",
    "churned",
];

struct Customer {
    plan: &'static str,
    contract: &'static str,
    tenure: f64,
    fee: f64,
    tickets: f64,
    region: usize,
    payment: &'static str,
    login: f64,
}

pub fn make() -> Made {
    let seed = Seed::new(SEED).derive("churn", 0);
    let mut rng = seed.rng();
    let mut habit = seed.derive("region", 0).rng();
    let regions: Vec<f64> = (0..16).map(|_| 0.5 * habit.normal()).collect();
    let today = NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day of the calendar");

    let (mut sheet, mut probabilities, mut labels) = (Sheet::new(HEADER), Vec::new(), Vec::new());
    for row in 0..ROWS {
        let c = customer(&mut rng, row);
        let p = sigmoid(logit(&c, regions[c.region]));
        let left = rng.uniform() < p;
        let paid = c.tenure * c.fee * (1.0 + 0.03 * rng.normal());
        let signup = today - Months::new(whole(c.tenure)) - Days::new(u64::from(whole(28.0 * rng.uniform())));
        sheet.push(vec![
            format!("{:06}", 137 + 7 * row),
            c.plan.into(),
            c.contract.into(),
            format!("{}", c.tenure),
            format!("{:.2}", c.fee),
            if c.tenure == 0.0 { " ".into() } else { format!("{paid:.2}") },
            format!("{}", c.tickets),
            format!("{:02}", c.region + 1),
            signup.to_string(),
            c.payment.into(),
            format!("{}", c.login),
            if left { "yes" } else { "no" }.into(),
        ]);
        probabilities.push(p);
        labels.push(left);
    }
    spoil(&mut sheet, &mut seed.derive("dirt", 0).rng());

    let mut truth = json!({
        "table": "churn", "file": "churn.csv", "rows": sheet.height(), "duplicates": DUPLICATES,
        "target": "churned", "task": "binary", "positive": "yes",
    });
    super::merge(&mut truth, classes(&probabilities, &labels));
    Made { file: "churn.csv", csv: sheet.csv(), beside: Vec::new(), truth }
}

fn customer(rng: &mut Rng, row: u32) -> Customer {
    // Two levels exist only in the last part of the file: a model that learned from the first has not seen them.
    let student = if row > ROWS * 9 / 10 { 0.04 } else { 0.0 };
    let voucher = if row > ROWS * 8 / 10 { 0.03 } else { 0.0 };
    let plan = pick(rng, &[("basic", 0.4), ("plus", 0.3), ("premium", 0.15), ("family", 0.15), ("student", student)]);
    let contract = pick(rng, &[("monthly", 0.55), ("yearly", 0.25), ("two-year", 0.2)]);
    let payment =
        pick(rng, &[("card", 0.45), ("direct debit", 0.3), ("transfer, bank", 0.2), ("cheque", 0.05), ("voucher", voucher)]);
    let base = match plan {
        "student" => 15.0,
        "basic" => 29.0,
        "plus" => 49.0,
        "premium" => 79.0,
        _ => 64.0,
    };
    let stay = if contract == "monthly" { 18.0 } else { 38.0 };
    Customer {
        plan,
        contract,
        tenure: (-stay * (1.0 - rng.uniform()).ln()).floor().min(72.0),
        fee: (base * (1.0 + 0.18 * rng.normal())).max(9.0),
        tickets: (-1.3 * (1.0 - rng.uniform()).ln()).floor().min(9.0),
        region: rng.below(16),
        payment,
        login: (-14.0 * (1.0 - rng.uniform()).ln()).floor().min(90.0),
    }
}

/// The truth: who is dear for the plan and new leaves, tickets hurt without a contract, silence counts late.
fn logit(c: &Customer, region: f64) -> f64 {
    let monthly = c.contract == "monthly";
    let contract = match c.contract {
        "monthly" => 1.0,
        "yearly" => -0.6,
        _ => -1.5,
    };
    let dear = (c.fee - 50.0) / 25.0;
    let dear = if c.tenure < 12.0 { 0.9 * dear } else { -0.3 * dear };
    let tickets = if monthly { 0.55 * c.tickets } else { 0.12 * c.tickets };
    let silent = 2.2 * sigmoid((c.login - 20.0) / 3.0) * if c.plan == "family" { 0.2 } else { 1.0 };
    let payment = match c.payment {
        "cheque" => 0.7,
        "direct debit" => -0.3,
        _ => 0.0,
    };
    SCALE * (contract + dear + tickets + silent + payment + region - 0.55 * c.tenure.ln_1p() - 0.9)
}

/// Sets the share that is chance: the larger, the better the truth predicts.
const SCALE: f64 = 0.97;

fn spoil(sheet: &mut Sheet, rng: &mut Rng) {
    sheet.spoil("total_paid", 0.006, rng, |_| " ".into());
    sheet.spoil("monthly_fee", 0.02, rng, |_| String::new());
    sheet.spoil("support_tickets", 0.015, rng, |_| "NA".into());
    sheet.spoil("last_login_days", 0.03, rng, |_| "?".into());
    sheet.spoil("payment", 0.02, rng, |_| String::new());
    sheet.spoil("plan", 0.01, rng, |cell| format!("{cell} "));
    sheet.spoil("contract", 0.01, rng, str::to_uppercase);
    sheet.duplicate(DUPLICATES, rng);
}
