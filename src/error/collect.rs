/// A source that cannot be read (exit code 3, a limit of time or room 6).
///
/// `path` is the file as the user would name it, `line` the line in it, counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("cannot read {path}: {source}")]
    Io { path: String, source: std::io::Error },
    #[error("cannot read {path}: {message}")]
    Fetch { path: String, message: String },
    #[error("{path}: {message}")]
    Limit { path: String, message: String },
    #[error("no file matches \"{pattern}\"")]
    NoMatch { pattern: String },
    #[error("{path} is a folder; name its files, for instance \"{path}/*.csv\"")]
    Folder { path: String },
    #[error("{path} is empty; it needs a header and at least one row")]
    Empty { path: String },
    #[error("{path} has not the rows that it had a moment ago; it must not change while it is read")]
    Changed { path: String },
    #[error("{path} has a header but no rows")]
    NoRows { path: String },
    #[error("{path} is {found}, which is not read; {hint}")]
    NotATable { path: String, found: &'static str, hint: &'static str },
    #[error("{path} is damaged or not {expected}: {message}; fetch it or write it again")]
    Damaged { path: String, expected: &'static str, message: String },
    #[error(
        "{path}, line {line}: expected {expected} fields as in the header, found {found} (delimiter {delimiter:?}); correct the line, quote fields that hold the delimiter, or set [collect] delimiter"
    )]
    Ragged { path: String, line: u64, expected: usize, found: usize, delimiter: char },
    #[error("{path}, line {line}: the quote that opens here is never closed; close it, or double the quotes inside the field")]
    OpenQuote { path: String, line: u64 },
    #[error("{path}, line {line}: text after a closing quote; write quotes inside a quoted field twice (\"\")")]
    AfterQuote { path: String, line: u64 },
    #[error(
        "{path}, line {line}: a carriage return alone, outside of quotes; lines end in LF or CRLF here, convert old ones with `tr '\\r' '\\n'`"
    )]
    CarriageReturn { path: String, line: u64 },
    #[error(
        "{path}, line {line}: a record longer than {limit_mb} MB; is a quote left open, or is this a file of another kind?"
    )]
    LongRecord { path: String, line: u64, limit_mb: usize },
    #[error(
        "{path}, line {line}: a NUL byte; text files hold none, so this is damaged or another kind of file (for UTF-16, set [collect] encoding)"
    )]
    Nul { path: String, line: u64 },
    #[error(
        "{path}, line {line}, byte {byte}: not UTF-8, as the text is otherwise; correct it, or set [collect] encoding (such as gb18030, big5, shift_jis or windows-1252)"
    )]
    NotUtf8 { path: String, line: u64, byte: u64 },
    #[error(
        "{path}, line {line}, byte {byte}: not {encoding}; correct it, or set [collect] encoding to the one it is written in"
    )]
    Undecodable { path: String, line: u64, byte: u64, encoding: &'static str },
    #[error(
        "{path}, line {line}, byte {byte}: not UTF-8 from here on, and too little text to tell which encoding it is ({candidates}); set [collect] encoding"
    )]
    UnclearEncoding { path: String, line: u64, byte: u64, candidates: String },
    #[error("{path} begins with the byte-order mark of {found}, but [collect] encoding is {set}; correct it, or leave it out")]
    Mark { path: String, set: &'static str, found: &'static str },
    #[error("{path} is UTF-32, which is not read; convert the file with `iconv -f UTF-32 -t UTF-8`")]
    Utf32 { path: String },
    #[error("{path} has no column \"{column}\", which {first} has{hint}; files read together need the same columns")]
    MissingColumn { path: String, column: String, first: String, hint: String },
    #[error("{path} has a column \"{column}\", which {first} does not have; files read together need the same columns")]
    ExtraColumn { path: String, column: String, first: String },
    #[error("column \"{column}\" of {path} is {found}, but {expected} in {first}; files read together need the same types")]
    TypesDiffer { path: String, column: String, found: String, expected: String, first: String },
    #[error("column \"{column}\" of {path}: type {dtype} is not read; write it as number, text, date or bool")]
    Type { path: String, column: String, dtype: String },
    #[error("column \"{column}\" of {path}, row {row}: bytes that are no text; leave the column out, or write it as text")]
    Bytes { path: String, column: String, row: usize },
    #[error(
        "column \"{column}\" of {path}: a moment outside of the years 1677 to 2262, which its type (nanoseconds, or INT96) does not hold here; write it in microseconds, or as text"
    )]
    Moment { path: String, column: String },
    #[error(
        "column \"{column}\" of {path}, row {row}: a date outside of the years -262143 to 262142; write it as text, or leave it empty"
    )]
    Date { path: String, column: String, row: usize },
    #[error(
        "{path} declares {declared} {what} in a file of {size} bytes, more than {ratio} times as many; if it is meant, write it as CSV"
    )]
    Bomb { path: String, declared: u64, what: &'static str, size: u64, ratio: u64 },
    #[error(
        "{path} has more than {limit} columns; leave out those that cannot matter, and if it lies on its side, make rows of its columns"
    )]
    Wide { path: String, limit: usize },
    #[error("{path}: {message}")]
    Sheet { path: String, message: String },
    /// Why several tables cannot become one.
    #[error("{message}")]
    Joined { message: String },
    /// What a process that decodes for this one said.
    #[error("{message}")]
    Told { message: String },
    #[error("{path}, line {line}: {message}")]
    Json { path: String, line: u64, message: String },
    #[error("{path}, line {line}, key \"{key}\": {message}")]
    JsonKey { path: String, line: u64, key: String, message: &'static str },
}

impl CollectError {
    /// The exit code of the process.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Limit { .. } => 6,
            _ => 3,
        }
    }
}
