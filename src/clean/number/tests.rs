use super::super::texts::Counted;
use super::*;

fn read(picture: &str, text: &str) -> Option<f64> {
    Notation::of_picture(picture).unwrap().read(text)
}

#[test]
fn a_picture_shows_a_notation_and_is_read_back() {
    for picture in [
        "<1234.5 mg",
        "1,234.5 $ -DR",
        "1_234.5",
        "1234.5 -CR",
        "1234.5",
        "1,234.5",
        "1.234,5 €",
        "1 234,5",
        "1'234.5 CHF",
        "1234.5 CC",
        "1234,5 %",
    ] {
        assert_eq!(Notation::of_picture(picture).unwrap().to_string(), picture);
    }
    for picture in ["", "1", "1234", "%Y-%m-%d", "x", "1.234", "1é234.5", "12345"] {
        assert_eq!(Notation::of_picture(picture), None, "{picture}");
    }
}

#[test]
fn numbers_are_read_by_their_notation() {
    for (picture, text, value) in [
        ("1.234,5", "1.234,56", 1234.56),
        ("1.234,5", "-1.234.567,8", -1_234_567.8),
        ("1.234,5", "12", 12.0),
        ("1.234,5", ",5", 0.5),
        ("1,234.5", "1,234.56", 1234.56),
        ("1,234.5", "12,34,567.5", 1_234_567.5),
        ("1,234.5", "(1,234)", -1234.0),
        ("1,234.5", "1,234-", -1234.0),
        ("1,234.5", "1.5e3", 1500.0),
        ("1 234,5", "1 234,5", 1234.5),
        ("1 234,5", "1\u{a0}234,5", 1234.5),
        ("1 234,5", "1\u{202f}234\u{202f}567,5", 1_234_567.5),
        ("1'234.5", "1'234.5", 1234.5),
        ("1'234.5", "1\u{2019}234.5", 1234.5),
        ("1234.5 %", "12.5%", 12.5),
        ("1234.5 %", "12.5 %", 12.5),
        ("1,234.5 $", "$1,234", 1234.0),
        ("1,234.5 $", "-$5", -5.0),
        ("1,234.5 $", "$-5", -5.0),
        ("1,234.5 $", "($5)", -5.0),
        ("1.234,5 €", "1.234,5 €", 1234.5),
        ("1,234.5 USD", "USD 5", 5.0),
        ("1234.5 ¥", "￥５．５", 5.5),
        ("1234.5 元", "1.2万元", 12_000.0),
        ("1234.5", "3亿", 3e8),
        ("1234.5", "１２３", 123.0),
        ("1234.5", "\u{2212}5", -5.0),
        ("1234.5", "1.5k", 1500.0),
        ("1234.5", "2M", 2e6),
        ("1234.5 CC", "1248 CC", 1248.0),
        ("1234.5 kmpl", "23.4 kmpl", 23.4),
        ("1234.5 kmpl", "23.4", 23.4),
        ("1_234.5", "1_234_567.5", 1_234_567.5),
        ("1234.5", "94.-", 94.0),
        ("1.234,5", "1.094,\u{2013}", 1094.0),
        ("1234,5", "42,--", 42.0),
        ("1234.5", "94.5-", -94.5),
        ("1,234.5 -DR", "1,200.50 DR", -1200.5),
        ("1,234.5 -DR", "1,200.50CR", 1200.5),
        ("1,234.5 $ -CR", "$5.00 Cr", -5.0),
        ("1234.5 -DR", "DR 5.5", -5.5),
        ("<1234.5", "<0.5", 0.5),
        ("<1234.5 mg", "≤ 5 mg", 5.0),
        ("1234.5", "1.5bn", 1.5e9),
        ("1234.5", "2.5B", 2.5e9),
        ("1.234,5 €", "1,2 Mio. €", 1.2e6),
        ("1234.5 million", "8 million", 8.0),
        ("1234.5", "٣٫٥", 3.5),
        ("1234.5", "۱۲", 12.0),
        ("1,234.5 Rs.", "Rs. 1,234", 1234.0),
    ] {
        let got = read(picture, text).unwrap_or(f64::NAN);
        assert!((got - value).abs() <= 1e-9 * value.abs(), "{text} as {picture}: {got}");
    }
    for (picture, text) in [
        ("1.234,5", "1.23,5"),
        ("1,234.5", "1,23"),
        ("1,234.5", "1,,234"),
        ("1234.5", "1,5"),
        ("1234.5", "1_000"),
        ("1_234.5", "1_00"),
        ("1234.5", "5 DR"),
        ("1234.5", "<5"),
        ("1234.5", "2B"),
        ("1234.5 CC", "5 km"),
        ("1234.5", "Week 10"),
        ("1234.5", "10-20"),
        ("1234.5", "--5"),
        ("1234.5", "3-"),
        ("1234.5", "3+"),
        ("1 234.5", "078 552 472"),
        ("1234.5", "(-5)"),
        ("1234.5", "1/2"),
        ("1234.5", "."),
        ("1234.5", "1e400"),
        ("1234.5", "12:30"),
        ("1234.5 CC", "CC"),
        ("1234.5", ""),
    ] {
        assert_eq!(read(picture, text), None, "{text} as {picture}");
    }
}

#[test]
fn the_whole_column_decides() {
    let decided =
        |values: &[&str]| decide(&Counted::of(values), None, None).map(|d| (d.notation.to_string(), d.rival.is_some()));
    let clear = |picture: &str| Some((picture.to_owned(), false));
    assert_eq!(decided(&["1,5", "2,25"]), clear("1234,5"));
    assert_eq!(decided(&["1.234", "12,5"]), clear("1.234,5"));
    assert_eq!(decided(&["1,234", "12.5"]), clear("1,234.5"));
    assert_eq!(decided(&["1,234,567", "12"]), clear("1,234.5"));
    assert_eq!(decided(&["1.234.567", "12"]), clear("1.234,5"));
    assert_eq!(decided(&["1 234", "12"]), clear("1 234.5"));
    assert_eq!(decided(&["1248 CC", "998 CC"]), clear("1234.5 CC"));
    assert_eq!(decided(&["12%", "7%"]), clear("1234.5 %"));
    assert_eq!(decided(&["$1,234.50", "$7"]), clear("1,234.5 $"));
    assert_eq!(decided(&["1,234", "5,678"]), Some(("1,234.5".into(), true)));
    assert_eq!(decided(&["5 km", "3 mi"]), None);
    assert_eq!(decided(&["Week 1", "Week 2"]), None);
    assert_eq!(decided(&["1,5", "2.5"]), None);
    assert_eq!(decided(&["1_234", "82_514", "999"]), clear("1_234.5"));
    assert_eq!(decided(&["1,200.50 CR", "7.25 DR"]), clear("1,234.5 -DR"));
    assert_eq!(decided(&["12.50", "7.25 CR", "1.5"]), clear("1234.5 -CR"));
    assert_eq!(decided(&["12.50 CR", "7.25 CR"]), clear("1234.5 -DR"));
    let measured: Vec<String> = (0..20).map(|i| format!("{i}.5")).collect();
    let with = |bounds: usize| {
        let all: Vec<&str> = measured.iter().map(String::as_str).chain(std::iter::repeat_n("<0.5", bounds)).collect();
        decided(&all)
    };
    assert_eq!((with(5), with(30)), (clear("<1234.5"), None));
    assert_eq!(decided(&["<18", "18", "30", ">65"]), None);
    for names in [
        &["101_204", "102_301"][..],
        &["3+", "3", "3-", "4-"],
        &["3+", "3", "4"],
        &["(1)", "(2)", "(3)"],
        &["1", "1a", "2", "2a"],
        &["078 552 472", "079 111 222"],
        &["002 A", "014 A"],
        &["612 345 678", "698 765 432"],
        &["10.0.80.188", "10.0.80.1"],
    ] {
        assert_eq!(decided(names), None, "{names:?}");
    }
    assert_eq!(decided(&["10,000+", "500,000+", "5+"]), Some(("1,234.5 +".into(), true)));
    assert_eq!(decided(&["($1,200)", "($7)"]), Some(("1,234.5 $".into(), true)));
    let doubt = |file| decide(&Counted::of(&["6,508", "1,200"]), Some(file), None).unwrap().rival.map(|r| r.to_string());
    assert_eq!((doubt(','), doubt('.')), (Some("1,234.5".into()), None));
    let by_file = |file| decide(&Counted::of(&["1,234", "5,678"]), Some(file), None).unwrap().notation.to_string();
    assert_eq!((by_file('.').as_str(), by_file(',').as_str()), ("1,234.5", "1234,5"));
    assert_eq!(decide(&Counted::of(&["1,234"]), None, Some(',')).unwrap().notation.to_string(), "1234,5");
}

#[test]
fn a_file_has_the_habit_of_its_clear_columns() {
    let file = |columns: &[&[&'static str]]| file_decimal(columns.iter().map(|c| c.to_vec()));
    assert_eq!(file(&[&["1,5", "2,5"], &["1.234"], &["a"]]), Some(','));
    assert_eq!(file(&[&["1.5"], &["1,234"]]), Some('.'));
    assert_eq!(file(&[&["1.5"], &["1,5"]]), None);
    assert_eq!(file(&[&["15.07.2024"], &["10.0.80.188"], &["1.4.1"], &["6,508"]]), None);
    assert_eq!(file(&[&["1", "2"], &["x,5", "y"]]), None);
}

#[test]
fn a_text_tells_the_mark_only_where_no_other_reading_is_left() {
    for text in ["1,5", "0.25", "1.234,5", "1,234,567", "-12.50"] {
        assert!(tells_decimal(text), "{text}");
    }
    for text in ["1.234", "12,345", "7", "", "2024-01-02", "a,5", "1,5 kg"] {
        assert!(!tells_decimal(text), "{text}");
    }
}
