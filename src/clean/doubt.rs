use crate::pipeline::Warning;

/// What is said of a reading, by what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The mark before decimals.
    Mark(String),
    /// Times, which are numbers of seconds.
    Seconds(String),
    /// Amounts among others that are written in another way.
    Written(String),
    /// Texts that hold numbers.
    Unread(String),
    /// Rows that sum up others.
    Sums(String),
}

impl Doubt {
    /// The warning about a column.
    #[must_use]
    pub fn told(&self, name: &str) -> Warning {
        let said = |message: &String| format!("\"{name}\": {message}");
        match self {
            Self::Mark(message) => Warning::new("decimal_mark", said(message)),
            Self::Seconds(message) => Warning::new("seconds", said(message)),
            Self::Written(message) => Warning::new("mixed_writing", said(message)),
            Self::Sums(message) => Warning::new("sum_rows", said(message)),
            Self::Unread(message) => Warning::new("unread_numbers", said(message)),
        }
        .column(name)
    }

    /// What is said of texts that may be minutes and seconds, or what two teams reached.
    pub fn results(example: &str) -> Self {
        let message = format!(
            "values such as \"{example}\" are read as texts; if they are minutes and seconds, set the type of the column to \
             \"number\" in [columns.type]"
        );
        Self::Seconds(message)
    }
}
