//! Sessions of a web shop, in Chinese: who buys?

use chrono::{NaiveDate, TimeDelta};
use mkt::seed::{Rng, Seed};
use serde_json::json;

use super::score::{classes, sigmoid};
use super::sheet::{Sheet, pick, whole};
use super::{Made, SEED};

const ROWS: u32 = 5000;
const DUPLICATES: usize = 30;

const HEADER: [&str; 11] =
    ["会话编号", "访问时间", "渠道", "城市", "设备", "停留秒数", "浏览页数", "是否新客", "优惠券", "购物车金额", "是否购买"];

struct Session {
    hour: f64,
    channel: &'static str,
    city: &'static str,
    device: &'static str,
    seconds: f64,
    pages: f64,
    newcomer: bool,
    coupon: &'static str,
    cart: f64,
}

pub fn make() -> Made {
    let seed = Seed::new(SEED).derive("conversion", 0);
    let mut rng = seed.rng();
    let start = NaiveDate::from_ymd_opt(2025, 3, 1).and_then(|day| day.and_hms_opt(0, 0, 0)).expect("a day of the calendar");

    let (mut sheet, mut probabilities, mut labels) = (Sheet::new(HEADER), Vec::new(), Vec::new());
    for row in 0..ROWS {
        let s = session(&mut rng, row);
        let p = sigmoid(logit(&s));
        let bought = rng.uniform() < p;
        // About 56 sessions a day; the days of the file are in order, the hours within a day are not.
        let day = TimeDelta::days(i64::from(row / 56));
        let moment = start + day + TimeDelta::seconds(i64::from(whole(3600.0 * s.hour)));
        sheet.push(vec![
            format!("{:07}", 20_000 + row),
            moment.format("%Y-%m-%d %H:%M:%S").to_string(),
            s.channel.into(),
            s.city.into(),
            s.device.into(),
            format!("{}", whole(s.seconds)),
            format!("{}", s.pages),
            if s.newcomer { "是" } else { "否" }.into(),
            s.coupon.into(),
            format!("{:.1}", s.cart),
            if bought { "是" } else { "否" }.into(),
        ]);
        probabilities.push(p);
        labels.push(bought);
    }
    spoil(&mut sheet, &mut seed.derive("dirt", 0).rng());

    let mut truth = json!({
        "table": "conversion", "file": "conversion.csv", "rows": sheet.height(), "duplicates": DUPLICATES,
        "target": "是否购买", "task": "binary", "positive": "是",
    });
    super::merge(&mut truth, classes(&probabilities, &labels));
    Made { file: "conversion.csv", csv: sheet.csv(), beside: Vec::new(), truth }
}

fn session(rng: &mut Rng, row: u32) -> Session {
    let scan = if row > ROWS * 85 / 100 { 0.02 } else { 0.0 };
    let lhasa = if row > ROWS * 9 / 10 { 0.01 } else { 0.0 };
    let channel = pick(
        rng,
        &[("搜索引擎", 0.3), ("社交媒体", 0.25), ("直接访问", 0.2), ("短视频", 0.15), ("邮件", 0.1), ("线下扫码", scan)],
    );
    let city = pick(
        rng,
        &[
            ("北京", 0.2),
            ("上海", 0.2),
            ("广州", 0.14),
            ("深圳", 0.14),
            ("成都", 0.1),
            ("杭州", 0.1),
            ("武汉", 0.07),
            ("西安", 0.05),
            ("拉萨", lhasa),
        ],
    );
    let seconds = (4.4 + 1.0 * rng.normal()).exp().min(7200.0);
    Session {
        // The hour within the day stands in two humps, noon and evening.
        hour: (pick(rng, &[(12.5, 0.4), (20.5, 0.6)]) + 2.2 * rng.normal()).rem_euclid(24.0),
        channel,
        city,
        device: pick(rng, &[("手机", 0.65), ("电脑", 0.28), ("平板", 0.07)]),
        seconds,
        pages: f64::from(1 + whole(seconds.sqrt() / 3.0 * (0.5 + rng.uniform()))),
        newcomer: rng.uniform() < 0.45,
        coupon: pick(rng, &[("无", 0.6), ("满减", 0.25), ("折扣", 0.15)]),
        cart: (5.2 + 0.9 * rng.normal()).exp(),
    }
}

/// The truth: interest rises with time and falls again, short films sell at night on the phone, coupons work
/// only on carts above their threshold.
fn logit(s: &Session) -> f64 {
    let time = 2.0 - 0.9 * (s.seconds.ln() - 5.4).powi(2);
    let channel = match (s.channel, s.device) {
        ("短视频", "手机") if s.hour > 18.0 => 1.6,
        ("短视频", _) => -0.8,
        ("邮件", _) => 0.6 + if s.newcomer { -1.2 } else { 0.6 },
        ("直接访问", _) => 0.5,
        ("社交媒体", _) => -0.5,
        _ => 0.0,
    };
    let coupon = match s.coupon {
        "满减" if s.cart > 200.0 => 1.7,
        "折扣" => 0.7,
        _ => 0.0,
    };
    let city = if matches!(s.city, "上海" | "杭州") { 0.4 } else { 0.0 };
    let newcomer = if s.newcomer { -0.6 } else { 0.3 };
    SCALE * (time + channel + coupon + city + newcomer - 0.35 * (s.cart.ln() - 5.2) + 0.06 * s.pages - 2.9)
}

/// Sets the share that is chance: the larger, the better the truth predicts.
const SCALE: f64 = 1.05;

fn spoil(sheet: &mut Sheet, rng: &mut Rng) {
    sheet.spoil("停留秒数", 0.02, rng, |_| String::new());
    sheet.spoil("购物车金额", 0.05, rng, |_| "NA".into());
    sheet.spoil("浏览页数", 0.01, rng, |_| "?".into());
    sheet.spoil("城市", 0.03, rng, |_| String::new());
    sheet.spoil("渠道", 0.01, rng, |cell| format!(" {cell}"));
    sheet.spoil("设备", 0.01, rng, |cell| format!("{cell} "));
    sheet.duplicate(DUPLICATES, rng);
}
