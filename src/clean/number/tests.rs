use super::super::texts::Counted;
use super::*;

fn read(picture: &str, text: &str) -> Option<f64> {
    Notation::of_picture(picture).unwrap().read(text)
}

#[test]
fn a_picture_shows_a_notation_and_is_read_back() {
    for picture in ["1234.5", "1,234.5", "1.234,5 €", "1 234,5", "1'234.5 CHF", "1234.5 CC", "1234,5 %"] {
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
    ] {
        let got = read(picture, text).unwrap_or(f64::NAN);
        assert!((got - value).abs() <= 1e-9 * value.abs(), "{text} as {picture}: {got}");
    }
    for (picture, text) in [
        ("1.234,5", "1.23,5"),
        ("1,234.5", "1,23"),
        ("1,234.5", "1,,234"),
        ("1234.5", "1,5"),
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
    for names in [
        &["3+", "3", "3-", "4-"][..],
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
