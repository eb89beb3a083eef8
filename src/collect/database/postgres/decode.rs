//! The binary form of values.

use std::fmt::Write as _;

use postgres::types::{Kind as TypeKind, Type};

use super::super::copy::{Kind, Value};
use super::super::sqlite::large;
use crate::collect::decimals::{is_rounded, rounded};
use crate::data::EXACT;
use crate::pipeline::Warning;

/// Days and microseconds between 1970-01-01 and 2000-01-01, from where `PostgreSQL` counts.
const DAYS: i32 = 10_957;
const MICROSECONDS: i64 = 946_684_800_000_000;
/// Types whose text says the same.
const CAST: [&str; 16] = [
    "time", "timetz", "uuid", "jsonb", "interval", "money", "inet", "cidr", "macaddr", "macaddr8", "bit", "varbit", "xml",
    "char", "tsvector", "pg_lsn",
];

/// How the values of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoder {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    /// Without digits behind the point, and few enough before it.
    WholeNumeric,
    Numeric,
    Text,
    /// The server writes it as text.
    Cast,
    Date,
    /// With a zone or without; the zone's is that of Greenwich.
    Timestamp,
}

/// What is worth a word among the values of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Whole numbers of more than 53 bits.
    large: usize,
    /// Decimal numbers of more digits than a number holds.
    rounded: usize,
    /// Dates before or after all others.
    infinite: usize,
}

impl Counts {
    pub fn notes(self, name: &str, shown: &str) -> Vec<Warning> {
        let mut notes = Vec::new();
        if self.large > 0 {
            notes.push(large(shown, name, self.large));
        }
        if self.rounded > 0 {
            notes.push(rounded(shown, name, self.rounded));
        }
        if self.infinite > 0 {
            let message = format!("{shown}: {} dates of \"{name}\" are infinite, and taken as missing", self.infinite);
            notes.push(Warning::new("infinite_dates", message).column(name).count(self.infinite));
        }
        notes
    }
}

impl Decoder {
    /// How a type is read; `None` where it is not. `modifier` is that of the column: of `numeric`, its digits.
    pub fn new(of: &Type, modifier: i32) -> Option<Self> {
        match of.kind() {
            TypeKind::Domain(inner) => return Self::new(inner, modifier),
            TypeKind::Enum(_) | TypeKind::Range(_) | TypeKind::Multirange(_) => return Some(Self::Cast),
            TypeKind::Simple => {}
            _ => return None,
        }
        if of.schema() != "pg_catalog" {
            return (of.name() == "citext").then_some(Self::Cast);
        }
        Some(match of.name() {
            "bool" => Self::Bool,
            "int2" => Self::Int2,
            "int4" => Self::Int4,
            "int8" => Self::Int8,
            "oid" => Self::Oid,
            "float4" => Self::Float4,
            "float8" => Self::Float8,
            "numeric" => {
                let (precision, scale) = ((modifier - 4) >> 16, (modifier - 4) & 0x7ff);
                if modifier >= 4 && scale == 0 && precision <= 18 { Self::WholeNumeric } else { Self::Numeric }
            }
            "text" | "varchar" | "bpchar" | "name" | "unknown" | "json" => Self::Text,
            "date" => Self::Date,
            "timestamp" | "timestamptz" => Self::Timestamp,
            name if CAST.contains(&name) => Self::Cast,
            _ => return None,
        })
    }

    pub fn is_cast(self) -> bool {
        self == Self::Cast
    }

    /// What the values become.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Bool => Kind::Bool,
            Self::Int2 | Self::Int4 | Self::Int8 | Self::Oid | Self::WholeNumeric => Kind::Whole,
            Self::Float4 | Self::Float8 | Self::Numeric => Kind::Real,
            Self::Text | Self::Cast => Kind::Text,
            Self::Date => Kind::Date,
            Self::Timestamp => Kind::Moment,
        }
    }

    /// Hands a value to `take`; `None` where the bytes are not what they should be.
    pub fn read<R>(self, bytes: Option<&[u8]>, counts: &mut Counts, take: impl FnOnce(Value<'_>) -> R) -> Option<R> {
        let Some(bytes) = bytes else { return Some(take(Value::Null)) };
        let value = match self {
            Self::Bool => Value::Bool(<[u8; 1]>::try_from(bytes).ok()?[0] != 0),
            Self::Int2 => Value::Whole(i16::from_be_bytes(bytes.try_into().ok()?).into()),
            Self::Int4 => Value::Whole(i32::from_be_bytes(bytes.try_into().ok()?).into()),
            Self::Oid => Value::Whole(u32::from_be_bytes(bytes.try_into().ok()?).into()),
            Self::Int8 => {
                let n = i64::from_be_bytes(bytes.try_into().ok()?);
                counts.large += usize::from(n.unsigned_abs() > EXACT);
                Value::Whole(n)
            }
            Self::Float4 => {
                // The number of the digits that are shown, not of the bits that were stored.
                Value::Real(f32::from_be_bytes(bytes.try_into().ok()?).to_string().parse().ok()?)
            }
            Self::Float8 => Value::Real(f64::from_be_bytes(bytes.try_into().ok()?)),
            Self::WholeNumeric => match numeric(bytes)?.parse::<i64>() {
                Ok(n) => {
                    counts.large += usize::from(n.unsigned_abs() > EXACT);
                    Value::Whole(n)
                }
                // NaN.
                Err(_) => Value::Null,
            },
            Self::Numeric => {
                let text = numeric(bytes)?;
                let number: f64 = text.parse().ok()?;
                counts.rounded += usize::from(is_rounded(&text, number));
                Value::Real(number)
            }
            Self::Text | Self::Cast => Value::Text(std::str::from_utf8(bytes).ok()?),
            Self::Date => match i32::from_be_bytes(bytes.try_into().ok()?) {
                i32::MAX | i32::MIN => infinite(counts),
                days => Value::Date(days.checked_add(DAYS)?),
            },
            Self::Timestamp => match i64::from_be_bytes(bytes.try_into().ok()?) {
                i64::MAX | i64::MIN => infinite(counts),
                moment => Value::Moment(moment.checked_add(MICROSECONDS)?),
            },
        };
        Some(take(value))
    }
}

fn infinite(counts: &mut Counts) -> Value<'static> {
    counts.infinite += 1;
    Value::Null
}

/// A `numeric` as it is written: groups of four digits, how many of them stand before the point, a sign, and how many
/// digits behind the point are shown.
fn numeric(bytes: &[u8]) -> Option<String> {
    let (head, digits) = bytes.split_at_checked(8)?;
    let field = |i: usize| i16::from_be_bytes([head[2 * i], head[2 * i + 1]]);
    let (count, weight, sign, scale) = (field(0), field(1), field(2).cast_unsigned(), field(3));
    let groups: Vec<u16> = digits.chunks_exact(2).map(|d| u16::from_be_bytes([d[0], d[1]])).collect();
    if groups.len() != usize::try_from(count).ok()? || digits.len() % 2 != 0 || groups.iter().any(|g| *g > 9999) {
        return None;
    }
    let mut text = match sign {
        0x0000 => String::new(),
        0x4000 => "-".into(),
        0xC000 => return Some("NaN".into()),
        0xD000 => return Some("inf".into()),
        0xF000 => return Some("-inf".into()),
        _ => return None,
    };
    let group = |at: i32| usize::try_from(at).ok().and_then(|at| groups.get(at)).copied().unwrap_or(0);
    let weight = i32::from(weight);
    text.push_str(&group(0).to_string().repeat(usize::from(weight >= 0)));
    for at in 1..=weight {
        let _ = write!(text, "{:04}", group(at));
    }
    if weight < 0 {
        text.push('0');
    }
    let scale = usize::try_from(scale).ok()?;
    if scale > 0 {
        text.push('.');
        let end = text.len() + scale;
        for at in weight + 1..=weight + i32::try_from(scale.div_ceil(4)).ok()? {
            let _ = write!(text, "{:04}", group(at));
        }
        text.truncate(end);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(weight: i16, sign: u16, scale: i16, groups: &[i16]) -> Vec<u8> {
        let count = i16::try_from(groups.len()).unwrap();
        let fields = [count, weight, sign.cast_signed(), scale];
        fields.iter().chain(groups).flat_map(|n| n.to_be_bytes()).collect()
    }

    #[test]
    fn numerics_by_hand() {
        for (weight, sign, scale, groups, text) in [
            (0, 0, 0, &[7][..], "7"),
            (1, 0, 0, &[1, 2], "10002"),
            (1, 0x4000, 2, &[1, 0, 5000], "-10000.50"),
            (-1, 0, 2, &[1200], "0.12"),
            (-2, 0, 8, &[12], "0.00000012"),
            (0, 0, 3, &[], "0.000"),
            (2, 0, 0, &[5], "500000000"),
            (0, 0xC000, 0, &[], "NaN"),
            (0, 0xF000, 0, &[], "-inf"),
        ] {
            assert_eq!(numeric(&bytes(weight, sign, scale, groups)).as_deref(), Some(text));
        }
        assert_eq!(numeric(&bytes(0, 0, 0, &[10_000])), None);
        assert_eq!(numeric(&[0; 7]), None);
    }

    #[test]
    fn values_by_hand() {
        let mut counts = Counts::default();
        let mut read = |decoder: Decoder, bytes: &[u8]| decoder.read(Some(bytes), &mut counts, |v| format!("{v:?}"));
        assert_eq!(read(Decoder::Date, &0_i32.to_be_bytes()).unwrap(), "Date(10957)");
        assert_eq!(read(Decoder::Date, &i32::MAX.to_be_bytes()).unwrap(), "Null");
        assert_eq!(read(Decoder::Timestamp, &1_i64.to_be_bytes()).unwrap(), "Moment(946684800000001)");
        assert_eq!(read(Decoder::Float4, &0.1_f32.to_be_bytes()).unwrap(), "Real(0.1)");
        assert_eq!(read(Decoder::Int8, &i64::MAX.to_be_bytes()).unwrap(), "Whole(9223372036854775807)");
        assert_eq!(read(Decoder::Bool, &[1]).unwrap(), "Bool(true)");
        assert_eq!(read(Decoder::Text, "é".as_bytes()).unwrap(), "Text(\"é\")");
        assert_eq!(read(Decoder::Text, &[0xff]), None);
        assert_eq!(read(Decoder::Int4, &[0]), None);
        assert_eq!(counts, Counts { large: 1, rounded: 0, infinite: 1 });
    }

    #[test]
    fn types_are_read_cast_or_refused() {
        assert_eq!(Decoder::new(&Type::NUMERIC, (18 << 16) + 4), Some(Decoder::WholeNumeric));
        assert_eq!(Decoder::new(&Type::NUMERIC, ((10 << 16) | 2) + 4), Some(Decoder::Numeric));
        assert_eq!(Decoder::new(&Type::NUMERIC, -1), Some(Decoder::Numeric));
        assert_eq!(Decoder::new(&Type::UUID, -1), Some(Decoder::Cast));
        for refused in [Type::BYTEA, Type::INT4_ARRAY, Type::POINT, Type::RECORD] {
            assert_eq!(Decoder::new(&refused, -1), None, "{refused}");
        }
    }
}
