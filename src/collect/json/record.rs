//! One JSON object as the cells of a row.
//!
//! A parser of our own, because numbers have to stay as they are written: `serde_json` would round those beyond 2^64, and
//! not tell a key that stands twice.

use std::borrow::Cow;

/// Deeper objects are none of a table.
const DEEPEST: usize = 32;

/// Why a text is no record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// What is wrong at this byte.
    Syntax { at: usize, message: &'static str },
    /// What is wrong with a key, flattened.
    Key { key: String, message: &'static str },
}

/// Takes a member: its name, and its value as text, `None` for null.
type Take<'a> = &'a mut dyn FnMut(&str, Option<&str>) -> Result<(), Fault>;

/// Reads the members of an object and hands each to `cell`: its name, and its value as text, `None` for null. Objects
/// inside are flattened: `{"a":{"b":1}}` has a member `a.b`.
///
/// Numbers and truth values are handed on as they are written. `NaN` and `Infinity`, which Python writes, are taken for
/// texts, from which cleaning makes missing values.
pub(super) fn read(text: &str, cell: Take<'_>) -> Result<(), Fault> {
    let mut parser = Parser { text, at: 0 };
    parser.spaces();
    if parser.peek() != Some(b'{') {
        return Err(parser.wrong("expected an object"));
    }
    parser.object("", 0, cell)?;
    parser.spaces();
    if parser.at < text.len() { Err(parser.wrong("text behind the object")) } else { Ok(()) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    const fn wrong(&self, message: &'static str) -> Fault {
        Fault::Syntax { at: self.at, message }
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8, message: &'static str) -> Result<(), Fault> {
        self.spaces();
        if self.peek() != Some(byte) {
            return Err(self.wrong(message));
        }
        self.at += 1;
        Ok(())
    }

    fn object(&mut self, prefix: &str, depth: usize, cell: Take<'_>) -> Result<(), Fault> {
        self.at += 1;
        self.spaces();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.spaces();
            if self.peek() != Some(b'"') {
                return Err(self.wrong("expected a key in double quotes"));
            }
            let key = self.string()?;
            self.take(b':', "expected `:` behind a key")?;
            let key = if prefix.is_empty() { key } else { Cow::Owned(format!("{prefix}.{key}")) };
            self.value(&key, depth, cell)?;
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.wrong("expected `,` or `}`")),
            }
        }
    }

    fn value(&mut self, key: &str, depth: usize, cell: Take<'_>) -> Result<(), Fault> {
        self.spaces();
        let fault = |message| Err(Fault::Key { key: key.to_owned(), message });
        match self.peek() {
            Some(b'"') => cell(key, Some(&self.string()?)),
            Some(b'{') if depth + 1 == DEEPEST => fault("objects inside objects, more than 32 deep"),
            Some(b'{') => self.object(key, depth + 1, cell),
            Some(b'[') => fault(
                "a list is not read; write one row per item, as pandas does with orient=\"records\", or keys of their own for the \
                 items, for instance with jq",
            ),
            Some(_) => match self.word() {
                "null" => cell(key, None),
                word @ ("true" | "false" | "NaN" | "Infinity" | "-Infinity") => cell(key, Some(word)),
                word if is_number(word) => cell(key, Some(word)),
                word => {
                    self.at -= word.len();
                    Err(self.wrong("expected a value"))
                }
            },
            None => Err(self.wrong("expected a value")),
        }
    }

    /// All letters up to the next sign or space.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let sign = |b: u8| matches!(b, b',' | b'}' | b']' | b'{' | b'[' | b':' | b'"' | b' ' | b'\t' | b'\n' | b'\r');
        let word = &rest[..rest.bytes().position(sign).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// The string that begins here.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        let (text, open) = (self.text, self.at);
        let start = open + 1;
        self.at = start;
        let mut owned = String::new();
        let mut from = start;
        loop {
            match self.peek() {
                None => return Err(Fault::Syntax { at: open, message: "a string that is not closed" }),
                Some(b'"') => {
                    let rest = &text[from..self.at];
                    self.at += 1;
                    return Ok(if from == start { Cow::Borrowed(rest) } else { Cow::Owned(owned + rest) });
                }
                Some(b'\\') => {
                    owned.push_str(&text[from..self.at]);
                    owned.push(self.escape()?);
                    from = self.at;
                }
                Some(0..0x20) => return Err(self.wrong("a line end or another control character inside a string")),
                Some(_) => self.at += 1,
            }
        }
    }

    /// The letter behind a backslash.
    fn escape(&mut self) -> Result<char, Fault> {
        let wrong = self.wrong("a backslash with nothing that it could stand for");
        let letter = self.text.as_bytes().get(self.at + 1).copied();
        self.at += 2;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.unit().ok_or(wrong)?;
                let wrong = self.wrong("half of a pair of code units (a surrogate)");
                match first {
                    0xd800..0xdc00 => {
                        if !self.text[self.at..].starts_with("\\u") {
                            return Err(wrong);
                        }
                        self.at += 2;
                        let second = self.unit().filter(|u| (0xdc00..0xe000).contains(u));
                        let low = second
                            .ok_or(Fault::Syntax { at: self.at, message: "half of a pair of code units (a surrogate)" })?;
                        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00)).ok_or(wrong)?
                    }
                    unit => char::from_u32(unit).ok_or(wrong)?,
                }
            }
            _ => return Err(wrong),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// Whether a word is a number as JSON writes them.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = word.split_once(['e', 'E']).map_or((word, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn cells(text: &str) -> Result<Vec<(String, Option<String>)>, Fault> {
        let mut cells = Vec::new();
        read(text, &mut |key, value| {
            cells.push((key.to_owned(), value.map(str::to_owned)));
            Ok(())
        })?;
        Ok(cells)
    }

    fn pairs(text: &str) -> Vec<(String, Option<String>)> {
        cells(text).unwrap()
    }

    fn pair(key: &str, value: &str) -> (String, Option<String>) {
        (key.into(), Some(value.into()))
    }

    #[test]
    fn objects_are_flattened_and_numbers_stay_as_they_are_written() {
        let text = r#" {"a":{"b":1.50,"c":{"d":"x"}}, "n":12345678901234567890123,"e":{}, "z":null,"t":true,"p":NaN} "#;
        assert_eq!(
            pairs(text),
            [
                pair("a.b", "1.50"),
                pair("a.c.d", "x"),
                pair("n", "12345678901234567890123"),
                ("z".into(), None),
                pair("t", "true"),
                pair("p", "NaN")
            ]
        );
    }

    #[test]
    fn escapes_are_letters() {
        assert_eq!(pairs(r#"{"a\n\u00e9":"\ud83d\ude00\/\"\\"}"#), [pair("a\né", "😀/\"\\")]);
        assert!(pairs("{}").is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let at = |text: &str| match cells(text).unwrap_err() {
            Fault::Syntax { at, message } => (at, message),
            fault @ Fault::Key { .. } => panic!("{text}: {fault:?}"),
        };
        assert_eq!(at("[1]"), (0, "expected an object"));
        assert_eq!(at("{\"a\":}"), (5, "expected a value"));
        assert_eq!(at("{\"a\":01}"), (5, "expected a value"));
        assert_eq!(at("{\"a\" 1}"), (5, "expected `:` behind a key"));
        assert_eq!(at("{\"a\":1 \"b\":2}"), (7, "expected `,` or `}`"));
        assert_eq!(at("{\"a\":1,}"), (7, "expected a key in double quotes"));
        assert_eq!(at("{a:1}"), (1, "expected a key in double quotes"));
        assert_eq!(at("{\"a\":\"x"), (5, "a string that is not closed"));
        assert_eq!(at("{\"a\":1} x"), (8, "text behind the object"));
        assert_eq!(at(r#"{"a":"\x"}"#).0, 6);
        assert_eq!(at(r#"{"a":"\ud83d"}"#).1, "half of a pair of code units (a surrogate)");
        assert_eq!(at("{\"a\":\"\n\"}").0, 6);
        let key = |text: &str| match cells(text).unwrap_err() {
            Fault::Key { key, .. } => key,
            fault @ Fault::Syntax { .. } => panic!("{text}: {fault:?}"),
        };
        assert_eq!(key("{\"a\":{\"b\":[1]}}"), "a.b");
        assert_eq!(key(&"{\"a\":".repeat(10_000)).len(), 63);
    }

    /// What `serde_json` makes of the same text, flattened.
    fn flat(prefix: &str, value: &Value, cells: &mut Vec<(String, Option<String>)>) {
        for (key, value) in value.as_object().unwrap() {
            let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            match value {
                Value::Object(_) => flat(&key, value, cells),
                Value::Null => cells.push((key, None)),
                Value::String(text) => cells.push((key, Some(text.clone()))),
                other => cells.push((key, Some(other.to_string()))),
            }
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::from),
            (-1e300..1e300).prop_map(Value::from),
            any::<String>().prop_map(Value::String),
        ];
        let object = leaf.prop_recursive(4, 30, 5, |inner| {
            prop::collection::vec((any::<String>(), inner), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
        });
        prop::collection::vec((any::<String>(), object), 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn it_agrees_with_serde(value in value(), pretty in any::<bool>()) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let mut expected = Vec::new();
            flat("", &value, &mut expected);
            prop_assert_eq!(cells(&text).unwrap(), expected);
        }

        #[test]
        fn no_text_makes_it_panic_and_none_that_serde_refuses_passes(
            text in r#"\{("[ab]{0,2}"|[:,{}0-9eE.\-]|null|true|"\\\\u[0-9a-f]{4}"| ){0,12}\}?"#,
        ) {
            if cells(&text).is_ok() {
                prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
            }
        }
    }
}
