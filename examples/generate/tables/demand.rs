//! Units sold per product and week.

use chrono::{Days, NaiveDate};
use mkt::seed::{Rng, Seed};
use serde_json::json;
use std::f64::consts::TAU;

use super::score::numbers;
use super::sheet::{Sheet, pick, whole};
use super::{Made, SEED};

const PRODUCTS: u32 = 40;
const WEEKS: u32 = 100;
const DUPLICATES: usize = 12;

const HEADER: [&str; 9] = ["week", "sku", "category", "price", "promo", "holiday", "stock", "competitor_price", "units"];

struct Product {
    category: &'static str,
    level: f64,
    price: f64,
    trend: f64,
    /// First week on sale.
    from: u32,
}

struct Week {
    number: u32,
    price: f64,
    competitor: f64,
    promo: &'static str,
    holiday: bool,
    stock: f64,
}

pub fn make() -> Made {
    let seed = Seed::new(SEED).derive("demand", 0);
    let mut rng = seed.rng();
    let products: Vec<Product> = (0..PRODUCTS).map(|i| product(&mut rng, i)).collect();
    let start = NaiveDate::from_ymd_opt(2023, 7, 3).expect("a Monday of the calendar");

    let (mut sheet, mut means, mut drawn) = (Sheet::new(HEADER), Vec::new(), Vec::new());
    for number in 0..WEEKS {
        let monday = start + Days::new(7 * u64::from(number));
        for (id, product) in (1..).zip(&products).filter(|(_, p)| p.from <= number) {
            let week = week(&mut rng, number, product);
            let mean = mean(product, &week);
            let units = f64::from(whole(mean + NOISE * mean * rng.normal()));
            sheet.push(vec![
                monday.to_string(),
                format!("{:04}", 11 * id),
                product.category.into(),
                format!("{:.2}", week.price),
                week.promo.into(),
                if week.holiday { "true" } else { "false" }.into(),
                format!("{}", week.stock),
                format!("{:.2}", week.competitor),
                format!("{units}"),
            ]);
            means.push(mean);
            drawn.push(units);
        }
    }
    spoil(&mut sheet, &mut seed.derive("dirt", 0).rng());

    let mut truth = json!({
        "table": "demand", "file": "demand.csv", "rows": sheet.height(), "duplicates": DUPLICATES,
        "target": "units", "task": "regression",
    });
    super::merge(&mut truth, numbers(&means, &drawn));
    Made { file: "demand.csv", csv: sheet.csv(), beside: Vec::new(), truth }
}

fn product(rng: &mut Rng, id: u32) -> Product {
    Product {
        category: pick(rng, &[("drinks", 0.3), ("snacks", 0.3), ("household", 0.25), ("toys", 0.15)]),
        level: 3.9 + 0.45 * rng.normal(),
        price: (1.6 + 0.5 * rng.normal()).exp(),
        trend: 0.004 * rng.normal(),
        // The last two products come late: no row of the first part of the file tells of them.
        from: if id + 2 >= PRODUCTS { 82 } else { 0 },
    }
}

fn week(rng: &mut Rng, number: u32, product: &Product) -> Week {
    let promo = pick(rng, &[("none", 0.78), ("leaflet", 0.14), ("display", 0.08)]);
    let discount = if promo == "none" { 1.0 } else { 0.85 };
    let price = product.price * discount * (1.0 + 0.07 * rng.normal());
    Week {
        number,
        price,
        competitor: product.price * (1.0 + 0.12 * rng.normal()),
        promo,
        holiday: matches!(number % 52, 13 | 24 | 25 | 38),
        stock: f64::from(whole((5.0 + 0.6 * rng.normal()).exp())),
    }
}

/// The truth: level, trend and season of the category, times what price, promotion and holiday do together,
/// as far as the stock goes.
fn mean(product: &Product, week: &Week) -> f64 {
    let t = f64::from(week.number);
    let (phase, swing) = match product.category {
        "drinks" => (0.0, 0.35),
        "toys" => (22.0, 0.5),
        "snacks" => (30.0, 0.12),
        _ => (0.0, 0.0),
    };
    let season = swing * (TAU * (t - phase) / 52.0).cos();
    let relative = (week.price / week.competitor).ln();
    let elasticity = if week.promo == "none" { -1.1 } else { -2.2 };
    let promo = match (week.promo, product.category) {
        ("display", "snacks" | "drinks") => 0.6,
        ("display", _) => 0.25,
        ("leaflet", _) => 0.2,
        _ => 0.0,
    };
    let holiday = match (week.holiday, product.category) {
        (true, "toys") => 0.9,
        (true, "household") => -0.2,
        (true, _) => 0.25,
        _ => 0.0,
    };
    let wanted = (product.level + product.trend * t + season + elasticity * relative + promo + holiday).exp();
    // Shelves that run empty cut sales smoothly: nearly all of a small demand, never more than the stock.
    week.stock * (1.0 - (-wanted / week.stock.max(1.0)).exp())
}

/// Standard deviation of the units as a share of their mean.
const NOISE: f64 = 0.15;

fn spoil(sheet: &mut Sheet, rng: &mut Rng) {
    sheet.spoil("competitor_price", 0.06, rng, |_| String::new());
    sheet.spoil("stock", 0.01, rng, |_| "NA".into());
    sheet.spoil("price", 0.004, rng, |_| " ".into());
    sheet.spoil("category", 0.01, rng, |cell| format!("{cell} "));
    sheet.spoil("promo", 0.005, rng, str::to_uppercase);
    sheet.duplicate(DUPLICATES, rng);
}
