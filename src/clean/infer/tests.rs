use super::*;

fn guess(name: &str, values: &[&str]) -> Guess {
    let known: Vec<&str> = values.iter().copied().filter(|v| !v.is_empty()).collect();
    Guess::of_text(name, &Counted::of(&known), values.len(), Habits::default())
}

fn many(pattern: impl Fn(usize) -> String, n: usize) -> Vec<String> {
    (0..n).map(pattern).collect()
}

fn kind(name: &str, values: &[String]) -> (Kind, bool) {
    let g = guess(name, &values.iter().map(String::as_str).collect::<Vec<_>>());
    (g.kind, g.id)
}

#[test]
fn each_kind_is_recognised() {
    assert_eq!(guess("a", &["1.5", "2", "", "-3"]).kind, Kind::Number);
    assert_eq!(guess("a", &["Yes", "no", "Yes"]).kind, Kind::Bool);
    assert_eq!(guess("a", &["0", "1", "1", "0"]).kind, Kind::Bool);
    assert_eq!(guess("a", &["01", "02", "10"]).kind, Kind::Category);
    assert_eq!(guess("a", &["red", "green", "red"]).kind, Kind::Category);
    assert_eq!(guess("a", &["", ""]).reason, "no values");
    assert_eq!(guess("a", &["2024-01-31", "2024-02-01"]).format.as_deref(), Some("%Y-%m-%d"));
}

#[test]
fn dates_that_could_be_read_both_ways_say_so() {
    assert!(guess("a", &["01/02/2024", "03/04/2024"]).swappable);
    assert!(!guess("a", &["01/02/2024", "25/12/2024"]).swappable);
    assert!(!guess("a", &["2024-01-02"]).swappable);
}

#[test]
fn one_leading_zero_does_not_make_amounts_codes() {
    let mut amounts = many(|i| (i * 7 + 3).to_string(), 300);
    amounts.push("05".into());
    assert_eq!(kind("amount", &amounts), (Kind::Number, false));
}

#[test]
fn all_values_decide_between_day_and_month_first() {
    assert_eq!(guess("a", &["01/02/2024", "25/12/2024"]).format.as_deref(), Some("%d/%m/%Y"));
    assert_eq!(guess("a", &["01/02/2024", "12/25/2024"]).format.as_deref(), Some("%m/%d/%Y"));
}

#[test]
fn ids_codes_and_amounts_are_told_apart() {
    assert_eq!(kind("row", &many(|i| (i + 1).to_string(), 100)), (Kind::Category, true));
    assert_eq!(kind("customerID", &many(|i| format!("{}-X{i}", i * 7), 100)), (Kind::Category, true));
    assert_eq!(kind("user_id", &many(|i| (i * 37 + 5).to_string(), 100)), (Kind::Category, true));
    assert_eq!(kind("income", &many(|i| (i * 37 + 5).to_string(), 100)), (Kind::Number, false));
    // Nitric oxide, and the numbers of orders.
    assert_eq!(kind("NO", &many(|i| (i * 37 + 5).to_string(), 100)), (Kind::Number, false));
    assert_eq!(kind("No.", &many(|i| (i * 37 + 2005).to_string(), 100)), (Kind::Category, true));
    assert_eq!(kind("month", &many(|i| (i % 12 + 1).to_string(), 400)), (Kind::Category, false));
    assert_eq!(kind("age", &many(|i| (i % 12 + 30).to_string(), 400)), (Kind::Number, false));
    assert_eq!(kind("note", &many(|i| format!("text number {i} of many words here"), 100)), (Kind::Text, false));
}

#[test]
fn row_numbers_with_gaps_are_told_by_where_programs_write_them() {
    // What is left of 200 rows after every third was dropped.
    let left: Vec<String> = (0..200).filter(|i| i % 3 > 0).map(|i| i.to_string()).collect();
    for name in ["rownames", "Unnamed: 0", "caseid"] {
        assert_eq!(kind(name, &left), (Kind::Category, true), "{name}");
    }
    assert_eq!(kind("price_index", &left), (Kind::Number, false));
    let repeated: Vec<String> = left.iter().chain(&left).cloned().collect();
    assert_eq!(kind("rownames", &repeated), (Kind::Number, false));
}

#[test]
fn a_year_for_every_row_is_no_row_number() {
    let years = many(|i| (1900 + i).to_string(), 100);
    assert_eq!(kind("Year", &years), (Kind::Number, false));
    assert_eq!(kind("customer", &years), (Kind::Category, true));
    assert_eq!(kind("Year", &many(|i| (1 + i).to_string(), 100)), (Kind::Category, true));
}

#[test]
fn a_few_odd_values_do_not_make_numbers_text() {
    let mut values = many(|i| format!("{i}.5"), 199);
    values.push("unknown".into());
    let guess = guess("a", &values.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(guess.kind, Kind::Number);
    assert!(guess.reason.contains("1 other value is taken"), "{}", guess.reason);
}

#[test]
fn amounts_are_read_as_people_write_them() {
    for (values, picture) in [
        (["1.234,5", "12", "7,25"], "1.234,5"),
        (["1248 CC", "998 CC", "1197 CC"], "1234.5 CC"),
        (["12%", "7.5%", "0%"], "1234.5 %"),
        (["$1,200.50", "$7", "($12)"], "1,234.5 $"),
        (["3.5万", "1.2亿", "800"], "1234.5"),
        (["1.5k", "2M", "300"], "1234.5"),
        (["1.5 Mio.", "2 Mrd.", "300"], "1234.5"),
    ] {
        let guess = guess("a", &values);
        assert_eq!((guess.kind, guess.format.as_deref()), (Kind::Number, Some(picture)), "{values:?}");
        assert!(guess.reason.contains(picture) && guess.doubt.is_none(), "{guess:?}");
    }
    assert_eq!(guess("a", &["5 km", "3 mi", "4 km"]).kind, Kind::Category);
    assert!(guess("a", &["5 km", "3 mi", "4 km"]).reason.contains("mixed units"));
    assert!(guess("a", &["1,234", "5,678"]).doubt.unwrap().told("a").message.contains("[collect] decimal"));
    assert_eq!(guess("a", &["1.5", "2.25"]).format, None);
}

#[test]
fn amounts_of_two_ways_of_writing_are_told() {
    let told = |values: &[&str]| guess("a", values).doubt.map(|doubt| doubt.told("a").message).unwrap_or_default();
    assert!(told(&["5.50 CR", "7.25 DR", "1.25"]).contains("amounts with DR are read as negative"));
    assert!(told(&["50%", "7%", "0.5"]).contains("1 value such as \"0.5\" is without the % of the others"));
    let mut levels: Vec<String> = (0..60).map(|i| (i % 15).to_string()).collect();
    levels.extend(many(|_| "<5".into(), 12));
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    assert_eq!(guess("a", &levels).format.as_deref(), Some("<1234.5"));
    assert!(told(&levels).contains("12 values such as \"<5\" are read as the number behind the sign"), "{}", told(&levels));
    let units = many(|i| format!("{} {}", 100 + i * 7, ["kg", "lb"][i % 2]), 90);
    assert!(told(&units.iter().map(String::as_str).collect::<Vec<_>>()).contains("seem to hold a number"));
    let parts = many(|i| format!("{}E{}", 10 + i, i % 9), 60);
    assert_eq!(kind("part", &parts), (Kind::Category, true));
    let days: Vec<String> = many(|i| if i % 9 == 0 { "0000-00-00".into() } else { format!("2024-03-{:02}", 1 + i % 28) }, 90);
    assert_eq!(kind("day", &days).0, Kind::Date);
    let starred = many(|i| format!("{}.{:02}{}", i / 7, i, ["", "*", "**"][i % 3]), 90);
    let starred: Vec<&str> = starred.iter().map(String::as_str).collect();
    assert!(told(&starred).contains("seem to hold a number"), "{:?}", guess("a", &starred));
}

#[test]
fn the_file_tells_what_a_point_means() {
    let values = Counted::of(&["1.234", "5.678", "999"]);
    let read = |file_decimal| Guess::of_text("a", &values, 3, Habits { file_decimal, ..Habits::default() });
    assert_eq!(read(Some(',')).format.as_deref(), Some("1.234,5"));
    assert_eq!(read(None).format, None);
    let set = Guess::of_text("a", &values, 3, Habits { decimal: Some('.'), file_decimal: Some(','), day_first: None });
    assert_eq!(set.format, None);
}

#[test]
fn ids_and_codes_stay_so_in_another_notation() {
    let ids = many(|i| format!("{},{:03}", i / 1000 + 1, i % 1000), 100);
    assert_eq!(kind("order_id", &ids), (Kind::Category, true));
    assert_eq!(kind("month", &many(|i| format!("{} mon", i % 12 + 1), 400)), (Kind::Category, false));
    // `7` and `7 mon` are one value.
    let both = many(|i| format!("{}{}", i % 12 + 1, if i % 5 == 0 { "" } else { " mon" }), 400);
    assert_eq!(kind("month", &both), (Kind::Number, false));
    assert_eq!(kind("amount", &many(|i| format!("1,{:03}", i * 7), 100)), (Kind::Number, false));
}

#[test]
fn a_decimal_comma_that_is_set_is_as_strong_as_one_that_is_found() {
    let values = Counted::of(&["1.234", "5.678", "999"]);
    let habits = Habits { decimal: Some(','), ..Habits::default() };
    assert_eq!(Guess::of_text("a", &values, 3, habits).format.as_deref(), Some("1.234,5"));
    assert_eq!(Guess::of_kind(Kind::Number, &values, habits).format.as_deref(), Some("1.234,5"));
    assert_eq!(Guess::of_kind(Kind::Number, &Counted::of(&["1.5", "2,5"]), habits).format, None);
}

#[test]
fn markers_of_missing_do_not_make_numbers_text() {
    let found = guess("a", &["1.5", "-", "2", "无", "3"]);
    assert_eq!(found.kind, Kind::Number);
    assert!(found.reason.contains("2 markers such as \"-\""), "{}", found.reason);
    assert_eq!(guess("a", &["2024-01-02", "-", "2024-02-03"]).kind, Kind::Date);
    assert_eq!(guess("a", &["red", "none", "blue"]).kind, Kind::Category);
    assert_eq!(guess("a", &["有", "无", "有"]).kind, Kind::Bool);
}

#[test]
fn numbers_that_are_none_do_not_make_numbers_text() {
    let mut values = many(|i| format!("{}.{}", i * 7 % 300, i % 9 + 1), 294);
    values.extend(["inf", "-inf", "Infinity", "#DIV/0!", "1e400", "-"].map(str::to_owned));
    let found = guess("a", &values.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((found.kind, found.id), (Kind::Number, false));
    let told = "5 cells such as \"inf\" hold no value; 1 marker such as \"-\" is a missing value";
    assert!(found.reason.ends_with(told), "{}", found.reason);
    assert_eq!(guess("a", &["red", "inf", "blue"]).kind, Kind::Category);
    assert_eq!(guess("a", &["2024-01-02", "inf", "2024-02-03"]).kind, Kind::Category);
    assert_eq!(guess("a", &["2024-01-02", "#VALUE!", "2024-02-03"]).kind, Kind::Date);
}

#[test]
fn whole_numbers_that_a_number_does_not_tell_apart_are_names() {
    let texts =
        |step: u64| -> Vec<String> { (0..200_u64).map(|i| format!("{}", 400_000_000_000_000_000_u64 + i / step)).collect() };
    let guess = |texts: &[String]| {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        Guess::of_text("code", &Counted::of(&texts), texts.len(), Habits::default())
    };
    let each = guess(&texts(1));
    assert!(
        each.id && each.reason.contains("of more digits than a number tells apart") && !each.reason.contains("4000"),
        "{}",
        each.reason
    );
    let repeated = guess(&texts(20));
    assert_eq!((repeated.kind, repeated.id), (Kind::Category, false));
    // Amounts of as many digits are numbers, as long as they stay different ones.
    let amounts: Vec<String> =
        (1..200_u64).map(|i| format!("{}", (1 + i % 9) * 1_000_000_000_000_000_000 + i * 10_000)).collect();
    assert_eq!(guess(&amounts).kind, Kind::Number);
}

#[test]
fn whole_numbers_of_many_equal_digits_are_names() {
    let of = |number: fn(u64) -> u64| kind("a", &many(|i| number(i as u64).to_string(), 100));
    // Telephones, and account numbers that stand in several rows or nearly each.
    assert_eq!(of(|i| 6_100_000_007 + i * 37_000_001), (Kind::Category, true));
    assert_eq!(of(|i| 610_000_000_000 + i % 30 * 7_000_001), (Kind::Category, false));
    assert_eq!(of(|i| 1_018_130_000_000_007 + i * 90_000_000_000_001), (Kind::Category, true));
    // Ten digits in several rows, different lengths, round amounts, and moments.
    for number in [
        |i| 6_100_000_007 + i % 30 * 37_000_001,
        |i| 6_100_000_007 + i * i * 3_700_000_001,
        |i| 610_000_000_000 + i * 7_000_000,
        |i| 1_700_000_000_000 + i * 86_400_017,
        |i| 1_700_000_007 + i * 86_401,
    ] {
        assert_eq!(of(number), (Kind::Number, false));
    }
    assert_eq!(kind("part", &many(|i| format!("{}E0{}", 1 + i % 9, i % 3), 100)), (Kind::Category, false));
}

#[test]
fn months_of_six_digits_are_dates() {
    let months = many(|i| format!("{}{:02}", 2020 + i / 12, 1 + i % 12), 60);
    assert_eq!(kind("a", &months), (Kind::Date, false));
    let numbers: Vec<(f64, usize)> = months.iter().map(|text| (text.parse().unwrap(), 1)).collect();
    let typed = Guess::of_typed("a", &numbers, &[], 60);
    assert_eq!((typed.kind, typed.format.as_deref()), (Kind::Date, Some("%Y%m")));
    assert_eq!(kind("a", &many(|i| (202_001 + i).to_string(), 60)).0, Kind::Category);
}

#[test]
fn numbers_against_the_setting_are_told() {
    let habits = Habits { decimal: Some(','), ..Habits::default() };
    let guess = |values: &[&str]| Guess::of_text("v", &Counted::of(values), values.len(), habits);
    let point = guess(&["1.5", "2.25", "3"]);
    assert_eq!(point.kind, Kind::Number);
    assert!(
        point.doubt.is_some_and(|d| d.told("v").message.starts_with("\"v\": numbers such as \"1.5\" have a decimal point"))
    );
    assert_eq!(guess(&["1,5", "2,25", "3"]).doubt, None);
    assert_eq!(guess(&["1.234", "2.345", "3"]).doubt, None);
}

#[test]
fn the_range_of_numbers_is_short() {
    let reason = |values: [&str; 3]| guess("a", &values).reason;
    assert_eq!(reason(["0.35747260835106154", "2.5", "1234567.25"]), "numbers from 0.357473 to 1234567");
    assert_eq!(reason(["-5", "7", "123456789"]), "whole numbers from -5 to 123456789");
    // All numbers of this size are whole.
    assert_eq!(reason(["2.7342764102878070e176", "0", "5.5e180"]), "numbers from 0 to 5.5e180");
}

#[test]
fn times_are_numbers_of_seconds_and_told() {
    for (values, picture, told) in [
        (&["08:15", "23:59", "-", "00:05"][..], "h:mm:ss", "times of day such as \"08:15\" are read as seconds since midnight"),
        (&["30:00:00", "1:23:45"], "h:mm:ss", "durations such as \"30:00:00\" are read as seconds, written as h:mm:ss"),
        (&["42:17", "1:02:33"], "m:ss", "durations such as \"42:17\" are read as seconds, written as m:ss"),
        (&["PT1H30M", "PT5M"], "PnDTnHnMnS", "durations such as \"PT1H30M\" are read as seconds, written as PnDTnHnMnS"),
    ] {
        let found = guess("a", values);
        assert_eq!((found.kind, found.format.as_deref(), found.whole), (Kind::Number, Some(picture), true), "{values:?}");
        let warning = found.doubt.unwrap().told("a");
        assert_eq!((warning.code.as_str(), warning.message), ("seconds", format!("\"a\": {told}")));
        let set = Guess::of_kind(Kind::Number, &Counted::of(values), Habits::default());
        assert_eq!(set.format.as_deref(), Some(picture));
    }
    assert!(guess("a", &["08:15", "-", "23:59"]).reason.ends_with("since midnight; 1 marker such as \"-\" is a missing value"));
}

#[test]
fn results_of_matches_stay_texts_unless_the_user_says_numbers() {
    let results = ["28:25", "31:29", "22:24"];
    let found = guess("a", &results);
    assert_eq!((found.kind, found.format), (Kind::Category, None));
    assert!(found.doubt.unwrap().told("a").message.starts_with("\"a\": values such as \"28:25\" are read as texts"));
    let set = Guess::of_kind(Kind::Number, &Counted::of(&results), Habits::default());
    assert_eq!(set.format.as_deref(), Some("m:ss"));
    assert_eq!(guess("a", &["2:1", "3:0"]).doubt, None);
}

#[test]
fn points_part_thousands_where_no_decimals_would_be_written_so() {
    let found = guess("a", &["1.234", "12.500", "999", "7"]);
    assert_eq!((found.kind, found.format.as_deref()), (Kind::Number, Some("1.234,5")));
    assert!(found.doubt.unwrap().told("a").message.contains("could be 1234.5, too; set [collect] decimal"));
    let many = many(|i| if i % 4 == 0 { format!("{}", 100 + i) } else { format!("{}.{:03}", i % 9 + 1, i * 7 + 1) }, 60);
    let values: Vec<&str> = many.iter().map(String::as_str).filter(|v| !v.ends_with('0')).collect();
    assert_eq!(guess("a", &values).format.as_deref(), Some("1.234,5"));
    // Fixed decimals, the shortest ones, and numbers that are too large to have a point among them.
    for values in
        [&["1.234", "2.500", "3.000"][..], &["1.234", "2.5", "3"], &["1.234", "2.500", "1999"], &["0.120", "1.250", "3"]]
    {
        assert_eq!(guess("a", values).format, None, "{values:?}");
    }
    let told = Habits { file_decimal: Some('.'), ..Habits::default() };
    assert_eq!(Guess::of_text("a", &Counted::of(&["1.234", "12.500", "999"]), 3, told).format, None);
}

#[test]
fn a_minus_behind_whole_numbers_is_one_where_they_are_no_grades() {
    let found = guess("a", &["1204", "57-", "318-", "7-"]);
    assert_eq!((found.kind, found.format.as_deref()), (Kind::Number, Some("1234.5-")));
    assert_eq!(numbers::Notation::of_picture("1234.5-").unwrap().read("57-"), Some(-57.0));
    assert_eq!(guess("a", &["3", "3-", "2+", "10-"]).kind, Kind::Category);
}

#[test]
fn days_that_are_written_as_whole_numbers_are_dates() {
    let days = many(|i| format!("2024{:02}{:02}", 1 + i % 12, 1 + i % 28), 40);
    let found = guess("a", &days.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((found.kind, found.format.as_deref()), (Kind::Date, Some("%Y%m%d")));
    let numbers: Vec<(f64, usize)> = days.iter().map(|d| (d.parse().unwrap(), 1)).collect();
    assert_eq!(Guess::of_typed("a", &numbers, &[], 40).kind, Kind::Date);
    let mut amounts = days.clone();
    amounts.push("20241301".into());
    assert_eq!(kind("a", &amounts).0, Kind::Number);
    assert_eq!(guess("a", &["20240101", "20240102"]).kind, Kind::Number);
    let set = Guess::of_kind(Kind::Date, &Counted::of(&["20240101", "20240102"]), Habits::default());
    assert_eq!(set.format.as_deref(), Some("%Y%m%d"));
}
