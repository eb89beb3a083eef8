//! Customers of a shop with their orders and tickets, in three files: who renews?

use chrono::{Days, NaiveDate};
use mkt::seed::{Rng, Seed};
use serde_json::json;

use super::score::{classes, sigmoid};
use super::sheet::{Sheet, pick, whole};
use super::{Made, SEED};

const ROWS: u32 = 2500;
const DUPLICATES: usize = 15;
/// Orders of customers who are in no other file.
const STRANGERS: u32 = 40;
/// Days of orders and tickets before [`today`].
const DAYS: f64 = 730.0;
/// Days that count as lately.
const LATELY: f64 = 90.0;

const CUSTOMERS: [&str; 5] = ["customer_id", "segment", "since", "discount", "renewed"];
const ORDERS: [&str; 5] = ["order_id", "customer_id", "ordered", "amount", "channel"];
const TICKETS: [&str; 5] = ["ticket_id", "customer_id", "opened", "severity", "solved_hours"];

struct Customer {
    id: String,
    segment: &'static str,
    years: f64,
    discount: f64,
    /// Days before today, and amounts.
    orders: Vec<(f64, f64)>,
    /// Days before today, whether it is a severe one, and the hours until it was solved.
    tickets: Vec<(f64, bool, f64)>,
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 6, 30).expect("a day of the calendar")
}

fn day(before: f64) -> String {
    (today() - Days::new(u64::from(whole(before)))).to_string()
}

pub fn make() -> Made {
    let seed = Seed::new(SEED).derive("renewal", 0);
    let mut rng = seed.rng();
    let (mut customers, mut orders, mut tickets) = (Sheet::new(CUSTOMERS), Sheet::new(ORDERS), Sheet::new(TICKETS));
    let (mut probabilities, mut labels) = (Vec::new(), Vec::new());
    for row in 0..ROWS {
        let c = customer(&mut rng, row);
        let p = sigmoid(logit(&c));
        let renewed = rng.uniform() < p;
        customers.push(vec![
            c.id.clone(),
            c.segment.into(),
            day(365.0 * c.years),
            format!("{}", c.discount),
            if renewed { "yes" } else { "no" }.into(),
        ]);
        for (before, amount) in &c.orders {
            orders.push(order(&mut rng, orders.height(), &c.id, *before, *amount));
        }
        for (before, severe, hours) in &c.tickets {
            let severity = if *severe { "high" } else { pick(&mut rng, &[("normal", 0.6), ("low", 0.4)]) };
            let id = format!("T{:05}", tickets.height() + 1);
            tickets.push(vec![id, c.id.clone(), day(*before), severity.into(), format!("{hours:.1}")]);
        }
        probabilities.push(p);
        labels.push(renewed);
    }
    for stranger in 0..STRANGERS {
        let (before, amount) = (DAYS * rng.uniform(), 80.0 * rng.uniform());
        orders.push(order(&mut rng, orders.height(), &format!("9{stranger:05}"), before, amount));
    }
    let mut dirt = seed.derive("dirt", 0).rng();
    customers.spoil("segment", 0.02, &mut dirt, |cell| format!("{cell} "));
    customers.spoil("discount", 0.02, &mut dirt, |_| String::new());
    customers.duplicate(DUPLICATES, &mut dirt);
    orders.spoil("amount", 0.01, &mut dirt, |_| "NA".into());
    tickets.spoil("solved_hours", 0.03, &mut dirt, |_| "?".into());

    let mut truth = json!({
        "table": "renewal", "file": "renewal_customers.csv", "rows": customers.height(), "duplicates": DUPLICATES,
        "target": "renewed", "task": "binary", "positive": "yes",
        "beside": { "renewal_orders.csv": orders.height(), "renewal_tickets.csv": tickets.height() },
    });
    super::merge(&mut truth, classes(&probabilities, &labels));
    let beside = vec![("renewal_orders.csv", orders.csv()), ("renewal_tickets.csv", tickets.csv())];
    Made { file: "renewal_customers.csv", csv: customers.csv(), beside, truth }
}

fn order(rng: &mut Rng, number: usize, customer: &str, before: f64, amount: f64) -> Vec<String> {
    let channel = pick(rng, &[("web", 0.6), ("phone", 0.25), ("shop", 0.15)]);
    vec![format!("{:06}", number + 1), customer.into(), day(before), format!("{amount:.2}"), channel.into()]
}

fn customer(rng: &mut Rng, row: u32) -> Customer {
    let segment = pick(rng, &[("private", 0.6), ("trade", 0.3), ("public", 0.1)]);
    let scale = match segment {
        "private" => 40.0,
        "trade" => 90.0,
        _ => 60.0,
    };
    // How lively a customer is decides how often and how lately orders come.
    let lively = rng.uniform();
    let orders = geometric(rng, 1.0 + 7.0 * lively);
    let orders = (0..orders).map(|_| {
        let before = DAYS * rng.uniform().powf(0.6 + 1.8 * lively);
        (before, scale * (0.6 * rng.normal()).exp())
    });
    let orders = orders.collect();
    let tickets = geometric(rng, 1.3);
    let tickets = (0..tickets).map(|_| (DAYS * rng.uniform(), rng.uniform() < 0.3, -30.0 * (1.0 - rng.uniform()).ln()));
    let tickets = tickets.collect();
    Customer {
        id: format!("{:06}", 1201 + 3 * row),
        segment,
        years: 0.1 + 8.0 * rng.uniform(),
        discount: pick(rng, &[(0.0, 0.7), (5.0, 0.2), (10.0, 0.1)]),
        orders,
        tickets,
    }
}

/// A number from 0 on that halves off evenly, with that mean.
fn geometric(rng: &mut Rng, mean: f64) -> u32 {
    whole((-(mean + 0.5) * (1.0 - rng.uniform()).ln() - 0.5).max(0.0)).min(30)
}

/// The truth: who ordered lately and much stays; severe tickets drive new customers away, slow answers everybody; a discount
/// holds private customers only.
fn logit(c: &Customer) -> f64 {
    let lately = f64::from(u32::try_from(c.orders.iter().filter(|(before, _)| *before < LATELY).count()).unwrap_or(0));
    let spent: f64 = c.orders.iter().map(|(_, amount)| amount).sum();
    let severe = f64::from(u32::try_from(c.tickets.iter().filter(|(_, severe, _)| *severe).count()).unwrap_or(0));
    let slow: f64 = c.tickets.iter().map(|(_, _, hours)| hours).fold(0.0, |a, b| a.max(*b));
    let severe = 1.3 * severe * if c.years < 2.0 { 1.6 } else { 0.5 };
    let discount = if c.segment == "private" { 0.16 * c.discount } else { 0.0 };
    0.6 * lately.min(4.0) + 0.5 * (1.0 + spent / 50.0).ln() - severe - 0.03 * slow + discount - 0.3
}
