use super::known::{Known, moment};
use crate::data::Kind;
use crate::error::ConfigError;

/// What the values of a column have to be, such as `price<=15` or `contract!=two-year`.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub column: String,
    sign: Sign,
    bound: Bound,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    AtMost,
    AtLeast,
    Not,
    Below,
    Above,
    Is,
}

/// Longer ones first: `<=` begins with `<`.
const SIGNS: [(&str, Sign); 6] =
    [("<=", Sign::AtMost), (">=", Sign::AtLeast), ("!=", Sign::Not), ("<", Sign::Below), (">", Sign::Above), ("=", Sign::Is)];

#[derive(Clone, Debug, PartialEq)]
enum Bound {
    Number(f64),
    Text(String),
}

impl Condition {
    /// Reads one condition.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(text: &str, known: Known<'_>) -> Result<Self, ConfigError> {
        let fail = |message: &str| ConfigError::Usage(format!("--where {text}: {message}"));
        let (column, rest) = known.column("--where", text, &SIGNS.map(|(text, _)| text))?;
        let found = SIGNS.iter().find_map(|(sign, meaning)| Some((*meaning, rest.strip_prefix(sign)?.trim())));
        let (sign, value) = found.ok_or_else(|| fail("give one of <= >= < > = != and a value"))?;
        let bound = match known.kind(column) {
            Kind::Number => {
                let number = value.parse::<f64>().ok().filter(|v| v.is_finite());
                Bound::Number(number.ok_or_else(|| fail("the value has to be a number"))?)
            }
            Kind::Date => {
                Bound::Number(moment(value).ok_or_else(|| fail("the value has to be a day such as 2024-03-05"))? as f64)
            }
            _ if matches!(sign, Sign::Is | Sign::Not) => Bound::Text(value.to_owned()),
            _ => return Err(fail("levels have no order; use = or !=")),
        };
        Ok(Self { column: column.into(), sign, bound })
    }

    /// Whether a value is as it has to be; a gap never is.
    #[must_use]
    pub fn holds(&self, at: Option<f64>, words: &str) -> bool {
        match (&self.bound, at) {
            (Bound::Text(wanted), _) => (words == wanted) == (self.sign == Sign::Is),
            (Bound::Number(_), None) => false,
            (Bound::Number(bound), Some(v)) => match self.sign {
                Sign::AtMost => v <= *bound,
                Sign::AtLeast => v >= *bound,
                Sign::Not => v != *bound,
                Sign::Below => v < *bound,
                Sign::Above => v > *bound,
                Sign::Is => v == *bound,
            },
        }
    }
}
