//! How letters are written as bytes: every text is turned into UTF-8 before it is cut into records.

mod decide;
mod decoded;
mod plausible;

use std::borrow::Cow;

use encoding_rs::{REPLACEMENT, X_USER_DEFINED};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

pub(super) use decoded::{Decoded, failed};

/// How letters are written as bytes: found out, or one named encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Encoding {
    /// By the byte-order mark, else UTF-8 where the text is that, else by the letters.
    #[default]
    Auto,
    /// As set.
    Named(&'static encoding_rs::Encoding),
}

impl TryFrom<String> for Encoding {
    type Error = String;

    /// Takes the labels of the WHATWG Encoding Standard, and those that Python and Windows use for the same.
    fn try_from(label: String) -> Result<Self, String> {
        let lower = label.trim().to_lowercase().replace('_', "-");
        let label_of = match lower.as_str() {
            "auto" => return Ok(Self::Auto),
            "utf-8-sig" => "utf-8",
            "utf-16-le" => "utf-16le",
            "utf-16-be" => "utf-16be",
            "cp936" => "gbk",
            "cp950" => "big5",
            "cp932" | "shift-jis" => "shift_jis",
            "cp949" => "euc-kr",
            "latin-1" => "latin1",
            other => other,
        };
        encoding_rs::Encoding::for_label(label_of.as_bytes())
            .filter(|found| *found != REPLACEMENT && *found != X_USER_DEFINED)
            .map(Self::Named)
            .ok_or_else(|| {
                format!(
                    "\"{label}\" is no encoding known here; use auto, utf-8, utf-16le, utf-16be, gb18030, gbk, big5, \
                     shift_jis, euc-jp, euc-kr, windows-1250 to windows-1258, latin1, iso-8859-2 to iso-8859-16 or koi8-r"
                )
            })
    }
}

impl From<Encoding> for String {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Auto => "auto".into(),
            Encoding::Named(named) => named.name().to_lowercase(),
        }
    }
}

impl JsonSchema for Encoding {
    fn schema_name() -> Cow<'static, str> {
        "Encoding".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string"})
    }
}

/// The encoding whose byte-order mark begins a text, and the length of the mark.
fn mark(head: &[u8]) -> Option<(&'static encoding_rs::Encoding, usize)> {
    encoding_rs::Encoding::for_bom(head)
}

/// Whether the text begins with the mark of UTF-32, which starts like that of UTF-16.
fn is_utf32(head: &[u8]) -> bool {
    matches!(head, [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..])
}

/// The first bytes of a text as ASCII, for a look at how it begins: UTF-16 is told by its mark or its zeros.
pub(super) fn first_letters(head: &[u8]) -> Cow<'_, [u8]> {
    let every_second = |from: usize| Cow::Owned(head.iter().skip(from).step_by(2).copied().collect());
    match head {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        [0xff, 0xfe, ..] => every_second(2),
        [0xfe, 0xff, ..] => every_second(3),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => every_second(0),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => every_second(1),
        head => Cow::Borrowed(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(label: &str) -> Option<&'static str> {
        match Encoding::try_from(label.to_owned()).unwrap() {
            Encoding::Auto => None,
            Encoding::Named(named) => Some(named.name()),
        }
    }

    #[test]
    fn encodings_have_the_names_that_people_use() {
        assert_eq!(named("AUTO"), None);
        for (label, name) in [
            ("utf8", "UTF-8"),
            ("UTF-8-SIG", "UTF-8"),
            ("utf_16_le", "UTF-16LE"),
            ("cp936", "GBK"),
            ("gb2312", "GBK"),
            ("gb18030", "gb18030"),
            ("SJIS", "Shift_JIS"),
            ("shift_jis", "Shift_JIS"),
            ("latin-1", "windows-1252"),
            ("ISO-8859-1", "windows-1252"),
            ("cp1251", "windows-1251"),
        ] {
            assert_eq!(named(label), Some(name), "{label}");
        }
        for label in ["", "utf-7", "replacement", "hz-gb-2312", "x-user-defined"] {
            assert!(Encoding::try_from(label.to_owned()).unwrap_err().contains("gb18030"), "{label}");
        }
    }

    #[test]
    fn a_name_is_written_as_it_can_be_read() {
        for label in ["auto", "utf-8", "gb18030", "shift_jis", "windows-1252"] {
            assert_eq!(String::from(Encoding::try_from(label.to_owned()).unwrap()), label);
        }
    }

    #[test]
    fn the_first_letters_are_seen_through_utf16() {
        assert_eq!(&*first_letters(b"\xff\xfe{\0\"\0"), b"{\"");
        assert_eq!(&*first_letters(b"\xfe\xff\0{\0\""), b"{\"");
        assert_eq!(&*first_letters(b"{\0\"\0a\0"), b"{\"a");
        assert_eq!(&*first_letters(b"\xef\xbb\xbf{"), b"{");
        assert_eq!(&*first_letters(b"a,b"), b"a,b");
    }
}
