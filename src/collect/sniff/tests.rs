use super::*;

fn with(text: &str, settings: &Settings) -> (Dialect, Vec<String>) {
    let found = find(text.as_bytes(), true, settings, "x.csv");
    (found.dialect, found.notes.into_iter().map(|w| w.code).collect())
}

fn delimiter(text: &str) -> char {
    with(text, &Settings::default()).0.marks.delimiter as char
}

#[test]
fn the_delimiter_that_fits_the_records_wins() {
    for (text, expected) in [
        ("a,b\n1,2\n", ','),
        ("a;b\n1,5;2,5\n3,5;4\n", ';'),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ';'),
        ("a;b;c\n1.234,56;2,5;x\n3,5;4,5;y\n", ';'),
        ("a\tb\n1, 2\t3\n", '\t'),
        ("id|name, first|x\n1|b, c|2\n3|d|4\n", '|'),
        ("\"a;b\",c\n\"1;2;3\",4\n", ','),
        ("a;b;c\n", ';'),
        ("\n\na;b\n1;2\n", ';'),
        ("x\n1\n", ','),
        ("x\n1,5\n2,5\n", ';'),
        ("a,b\n1,2,3\n", ','),
        ("", ','),
        ("a^b\nx^1\ny^2\n", '^'),
        ("name score\nanna 1\nbob 2\n", ' '),
        ("name\nanna maria\nbob lee\n", ','),
    ] {
        assert_eq!(delimiter(text), expected, "{text:?}");
    }
    // Sentences in one column are not cut at their commas, nor at anything else.
    assert_ne!(delimiter("text\nhello, world\nhow, are, you\n"), ',');
    assert_ne!(delimiter("text\nhello, world\nfoo, bar\n"), ',');
}

#[test]
fn lines_about_the_columns_are_told_from_their_names() {
    let rows: Vec<String> = (0..20).map(|i| format!("{i},a,{i}.5,{},yes\n", 2 * i)).collect();
    let found = |head: &str| {
        let found = find(format!("{head}{}", rows.concat()).as_bytes(), true, &Settings::default(), "x");
        let codes: Vec<String> = found.notes.iter().map(|note| note.code.clone()).collect();
        (found.dialect.skip, found.dialect.below, codes)
    };
    // Years that stand above several columns each, and a unit of one column alone.
    assert_eq!(found(",,2023,2023,\nid,kind,x,z,y\n"), (1, 0, vec!["preamble".into()]));
    assert_eq!(found("id,kind,x,z,y\n-,-,mm,-,-\n"), (0, 1, vec!["header_rows".into()]));
    assert_eq!(found("id,kind,x,z,y\n,,[mm],,\n"), (0, 1, vec!["header_rows".into()]));
    // A row without most of its values is one.
    assert_eq!(found("id,kind,x,z,y\n1,,n/a,,\n"), (0, 0, vec![]));
}

#[test]
fn a_cut_last_record_does_not_count() {
    let found = find(b"a;b\n1;2\n3;4,5,6,7", false, &Settings::default(), "x");
    assert_eq!(found.dialect.marks.delimiter, b';');
}

#[test]
fn a_line_of_excel_names_the_delimiter() {
    let (dialect, notes) = with("sep=|\r\na;x|b\r\n1|2\r\n", &Settings::default());
    assert_eq!((dialect.marks.delimiter, dialect.skip, notes.len()), (b'|', 1, 0));
    assert_eq!(with("\"sep=;\"\na;b\n", &Settings::default()).0.marks.delimiter, b';');
    assert_eq!(with("separate\na\n", &Settings::default()).0.skip, 0);
}

#[test]
fn titles_and_comments_before_the_header_are_found() {
    for (text, skip) in [
        ("Sales report\nname,value\na,1\nb,2\n", 1),
        ("Sales report\n\nname,value\na,x\nb,y\n", 2),
        ("Sales;;;\n2024;;;\nname;city;value;share\na;x;1;2\nb;y;2;3\n", 2),
        ("Created,2024-01-05\nBy,me\n\nid,name,city,value\n1,a,b,2\n2,c,d,4\n", 3),
        ("# made by a program\n# version 2\na,b\n1,2\n", 2),
        ("#a,b\n1,2\n3,4\n", 0),
        ("#go,1\n#no,2\n#so,3\n", 0),
        ("a,b\n1,2,3\n4,5,6\n", 0),
        ("x\n1,5\n2,5\n", 0),
        ("text\nhello, world\nfoo, bar\n", 0),
        ("name\nSmith, 25\nJones, 31\n", 0),
        ("a,b,c,d\n1,2,3,4\n5,6,7,8\n", 0),
    ] {
        let (dialect, notes) = with(text, &Settings::default());
        assert_eq!(dialect.skip, skip, "{text:?}");
        assert_eq!(notes.contains(&"preamble".to_owned()), skip > 0, "{text:?}");
    }
    let settings = Settings { skip: Some(0), ..Settings::default() };
    assert_eq!(with("Sales report\nname,value\na,1\n", &settings).0.skip, 0);
}

#[test]
fn a_table_below_a_title_that_is_no_title_is_told_of() {
    let rows = "x,y\n".repeat(20);
    assert_eq!(with(&format!("Report\n{rows}"), &Settings::default()).1, ["one_column"]);
    assert_eq!(with("text\nhello, world\nhow, are, you\nwell\n", &Settings::default()).1, [""; 0]);
    let settings = Settings { delimiter: Some(b';'), ..Settings::default() };
    assert_eq!(with(&format!("Report\n{rows}"), &settings).1, [""; 0]);
}

#[test]
fn a_table_without_header_is_told_by_its_values() {
    for (text, header) in [
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n4.7,3.2,setosa\n5.9,3.0,virginica\n", false),
        ("1,a,3\n2,b,4\n3,a,5\n4,b,6\n", false),
        ("39, State-gov, 77516\n50, Private, 83311\n38, Private, 115646\n28, Private, 77000\n", false),
        ("name,2019,2020\nA,5,6\nB,7,8\nC,9,1\n", true),
        ("name,2019,2020\nA,2019,2019\nB,2020,2020\nC,2019,2020\n", true),
        ("name,1990,2000,2010\nA,1995,1990,2000\nB,2000,2005,1995\nC,1990,1991,1992\n", true),
        ("name,7,14,21\nA,7,9,20\nB,8,11,14\nC,9,12,15\n", true),
        ("5,4,a\n6,3,b\n4,5,a\n5,4,b\n", false),
        ("2020-01-22,2020-01-23\n5,6\n7,8\n9,1\n", true),
        ("22.01.2020,1/23/20\n5,6\n7,8\n9,1\n", true),
        ("x,y\n1,a\n2,b\n3,a\n", true),
        ("a,b\nc,d\ne,f\ng,h\n", true),
        ("a,b\n1,2\na,b\n3,4\n", true),
        ("1,2\n3,4\n", true),
        ("1,2\n", true),
        ("2/28/2008,1:00,NaN,\n2/28/2008,2:00,5.5,\n2/29/2008,1:00,6.5,\n", false),
    ] {
        let (dialect, notes) = with(text, &Settings::default());
        assert_eq!(dialect.header, header, "{text:?}");
        assert_eq!(notes.is_empty(), header, "{text:?}");
    }
    let (dialect, notes) = with("n,3.5,c,d\n4,3.0,x,y\n6,3.3,z,w\n4,3.2,u,v\n", &Settings::default());
    assert_eq!((dialect.header, notes), (true, vec!["header_values".to_owned()]));
    let settings = Settings { header: Some(true), ..Settings::default() };
    assert!(with("5.1,3.5\n4.9,3.0\n6.3,3.3\n5,3\n", &settings).0.header);
}

#[test]
fn single_quotes_are_quotes_where_all_texts_have_them() {
    let (dialect, notes) = with("'name','note'\n'a','x, y'\n'b','z'\n", &Settings::default());
    assert_eq!((dialect.marks.quote, notes), (Some(b'\''), vec!["quote".to_owned()]));
    for text in ["name,note\n'tis,a\nb,'x'\n", "a,b\n\"x\",'y'\n\"z\",'w'\n"] {
        assert_eq!(with(text, &Settings::default()).0.marks.quote, Some(b'"'), "{text}");
    }
    let settings = Settings { quote: Quote::None, ..Settings::default() };
    assert_eq!(with("a,b\n\"x\",y\n", &settings).0.marks.quote, None);
}

#[test]
fn single_quotes_are_quotes_where_only_they_make_a_table() {
    let rows = "1,'b, c','it is so'\n2,'d','well, yes, so'\n";
    let (dialect, notes) = with(&format!("id,'name','note'\n{}", rows.repeat(4)), &Settings::default());
    assert_eq!((dialect.marks.quote, notes), (Some(b'\''), vec!["quote".to_owned()]));
}

#[test]
fn a_backslash_escapes_quotes_where_that_makes_the_table() {
    let rows = "1,\"a \\\"b\\\", c\"\n2,\"d\"\n".repeat(3);
    let (dialect, notes) = with(&format!("id,text\n{rows}"), &Settings::default());
    assert_eq!((dialect.marks.escape, notes), (true, vec!["escape".to_owned()]));
    let rows = "1,\"C:\\a\\\"\n2,\"C:\\b\\\"\n".repeat(3);
    assert!(!with(&format!("id,path\n{rows}"), &Settings::default()).0.marks.escape);
}

#[test]
fn a_space_belongs_to_the_delimiter_only_before_quotes_and_numbers() {
    let spaced = |text: &str| with(text, &Settings::default()).0.marks.spaced;
    assert!(spaced("id, \"name\", n\n1, \"b, c\", 2\n2, \"d\",\n"));
    assert!(spaced("a, b\nx, 1\ny, 2\n"));
    for text in ["id, name\n1, b\n2, c\n", "id,name\n1, \"b\"\n2,\"c\"\n3,\"d, \"\"e\"\"\"\n"] {
        assert!(!spaced(text), "{text}");
    }
}

#[test]
fn a_quote_too_many_changes_neither_the_delimiter_nor_the_header() {
    let rows = "1,\"b, c\",2\n".repeat(12);
    for text in
        [format!("\"id,name,\"n\"\n{rows}"), format!("id,name,n\n1,\"b,2\n{rows}"), format!("id,name,n\n{rows}1,b,\"\n{rows}")]
    {
        let (dialect, notes) = with(&text, &Settings::default());
        assert_eq!((dialect.marks.delimiter, dialect.header, dialect.width, notes.len()), (b',', true, 3, 0), "{text}");
    }
}

#[test]
fn the_width_of_a_table_is_that_of_its_records_where_the_header_has_less_to_say() {
    for (text, width, ended) in [
        ("a,b\n1,2\n3,4\n", 2, false),
        ("a,,b\n1,2\n3,4\n", 2, false),
        ("a,,b\n1,2,3\n3,4,5\n", 3, false),
        ("a,x,b\n1,2\n3,4\n", 3, false),
        ("a,b\n1,2,\n3,4,\n", 2, true),
        ("a,b\n1,2,\n3,4,5\n", 2, false),
        ("a,b\n", 2, false),
    ] {
        let (dialect, notes) = with(text, &Settings::default());
        assert_eq!((dialect.width, dialect.ended), (width, ended), "{text}");
        assert_eq!(notes.contains(&"last_delimiter".to_owned()), ended, "{text}");
    }
}
