use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::collect::encoding::Encoding;

fn open(text: &[u8]) -> Json {
    Json::open(Decoded::open("x.json".into(), Box::new(Cursor::new(text.to_vec())), Encoding::Auto).unwrap())
}

fn read(text: &str) -> Result<(Vec<Vec<String>>, Vec<String>)> {
    let mut json = open(text.as_bytes());
    let mut rows = Vec::new();
    while let Some(frame) = json.next(2)? {
        for row in 0..frame.height() {
            let cell = |c: &polars::prelude::Column| c.str().unwrap().get(row).unwrap_or("-").to_owned();
            rows.push(frame.columns().iter().map(cell).collect());
        }
    }
    Ok((rows, json.warnings().into_iter().map(|w| w.message).collect()))
}

fn message(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn a_list_of_records_is_a_table_on_one_line_or_many() {
    let expected = vec![vec!["1".to_owned(), "x, ]}".into()], vec!["2".into(), "-".into()], vec!["3".into(), "-".into()]];
    let flat = r#"[{"a":1,"b":"x, ]}"},{"a":2},{"a":3}]"#;
    assert_eq!(read(flat).unwrap(), (expected.clone(), vec![]));
    let pretty = "\u{feff}\n[\n  {\n    \"a\": 1,\n    \"b\": \"x, ]}\"\n  },\n  {\"a\": 2},\n  {\"a\": 3}\n]\n";
    assert_eq!(read(pretty).unwrap().0, expected);
}

#[test]
fn records_behind_one_another_need_no_list() {
    assert_eq!(read("{\"a\":1}\n{\"a\":2}").unwrap().0.len(), 2);
    assert_eq!(read("{\n\"a\":{\"b\":1}\n}\n\n{\"a\":{\"b\":2}}").unwrap().0, [["1"], ["2"]]);
    assert_eq!(read("{\"a\":1}").unwrap().0, [["1"]]);
}

#[test]
fn an_object_may_hold_one_list_of_records() {
    let text = r#"{"meta":{"n":2,"tags":["x"],"empty":{}},"out":{"docs":[{"a":1},{"a":2}],"next":null},"ok":true}"#;
    let (rows, told) = read(text).unwrap();
    assert_eq!(rows, [["1"], ["2"]]);
    assert_eq!(told, ["x.json: the rows are the list \"out.docs\" of an object; 4 other values are left out"]);
    let two = r#"{"a":[{"x":1}],"b":{"c":[{"y":1}]}}"#;
    assert!(message(two).starts_with("x.json, line 1: two lists of records, \"a\" and \"b.c\""), "{}", message(two));
}

#[test]
fn the_forms_of_pandas_are_known() {
    let index = r#"{"0":{"a":1,"b":"x.y"},"3":{"a":2,"b":null}}"#;
    let (rows, told) = read(index).unwrap();
    assert_eq!(rows, [["1", "x.y"], ["2", "-"]]);
    assert_eq!(told, ["x.json: the rows are the members \"0\", \"3\" of an object, whose numbers are left out"]);
    // Names of rows could be those of columns, and one row may hold objects.
    assert_eq!(read(r#"{"p":{"a":1},"q":{"a":2}}"#).unwrap().0, [["1", "2"]]);
    assert_eq!(read(r#"{"0":{"a":1}}"#).unwrap().0, [["1"]]);
    let table = r#"{"schema":{"fields":[{"name":"a"}],"primaryKey":["i"]},"data":[{"i":0,"a":1},{"i":1,"a":2}]}"#;
    assert_eq!(read(table).unwrap().0, [["0", "1"], ["1", "2"]]);
    for (text, wanted) in [
        (r#"{"a":{"0":1,"1":2},"b":{"0":3,"1":4}}"#, "x.json, line 1: each column is an object of its rows"),
        (r#"{"columns":["a"],"index":[0],"data":[[1]]}"#, "x.json, line 1, key \"columns\": a list is not read"),
        ("[[1,2],[3,4]]", "x.json, line 1: not an object; every item"),
        (r#"{"0":{"a":1},"1":{"a":2}}{"0":{"a":1}}"#, "x.json, line 1: text behind the end"),
        (r#"{"0":{"a":1},"1":[]}"#, "x.json, line 1, key \"1\": a list is not read"),
    ] {
        assert!(message(text).starts_with(wanted), "{text}: {}", message(text));
    }
    for text in [r#"{"a":[1,2]}"#, "[[1,2]]", r#"{"a":{"0":1},"b":{"0":3}}"#] {
        assert!(message(text).contains("orient=\"records\""), "{}", message(text));
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, wanted) in [
        ("[\n{\"a\":1},\n{\"a\":[2]}]", "x.json, line 3, key \"a\": a list is not read"),
        ("[\n{\"a\":1,\n\"a\":2}]", "x.json, line 2, key \"a\": stands twice"),
        ("[\n{\"a\":1,\n\"b\":tru}]", "x.json, line 3: expected a value at column 5"),
        ("[{\"a\":1}\n{\"a\":2}]", "x.json, line 2: expected `,` or `]` behind a record"),
        ("[{\"a\":1},\n]", "x.json, line 1: expected an object behind `,`"),
        ("[{\"a\":1},\n{\"a\":2", "x.json, line 2: an object or a list that is not closed"),
        ("[{\"a\":1}", "x.json, line 1: the list of records is not closed"),
        ("[1,2]", "x.json, line 1: not an object; every item"),
        ("[[1,2]]", "x.json, line 1: not an object; every item"),
        ("[{\"a\":1}]\n[{\"a\":1}]", "x.json, line 2: text behind the end of the records"),
        ("{\"d\":[{\"a\":1}]}\n{\"d\":[]}", "x.json, line 2: text behind the end of the records"),
        ("{\"d\":[{\"a\":1}]\n", "x.json, line 2: expected a key in double quotes"),
        ("{\"a\":[1]}", "x.json, line 1, key \"a\": a list is not read"),
        ("null", "x.json, line 1: expected a list of objects"),
        ("[]", "x.json is empty"),
        ("", "x.json is empty"),
        ("{\"d\":[{\"a\":\"x", "x.json, line 1: a string that is not closed"),
    ] {
        assert!(message(text).starts_with(wanted), "{text}: {}", message(text));
    }
}

proptest! {
    #[test]
    fn every_form_of_the_same_records_gives_the_same_rows(
        cells in prop::collection::vec(("[a-c\"\\\\,\\]}é]{0,4}", any::<i32>()), 1..40),
        pretty in any::<bool>(),
    ) {
        let records: Vec<_> = cells.iter().map(|(t, n)| serde_json::json!({"t": t, "n": n})).collect();
        let expected: Vec<_> = cells.iter().map(|(t, n)| vec![t.clone(), n.to_string()]).collect();
        let list = serde_json::Value::Array(records.clone());
        let text = |value: &serde_json::Value| if pretty { format!("{value:#}") } else { value.to_string() };
        prop_assert_eq!(&read(&text(&list)).unwrap().0, &expected);
        prop_assert_eq!(&read(&text(&serde_json::json!({"k": [1], "rows": list}))).unwrap().0, &expected);
        let lines: Vec<_> = records.iter().map(text).collect();
        prop_assert_eq!(&read(&lines.join("\n")).unwrap().0, &expected);
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"([\[\]{},:]|"[ab]?"|\[\{"a":|1|null| |\n){0,20}"#) {
        let _ = read(&text);
    }
}
