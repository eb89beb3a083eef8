/// A source that cannot be read (exit code 3).
///
/// `path` is the file as the user would name it, `line` the line in it, counted from 1.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    #[error("cannot read {path}: {source}")]
    Io { path: String, source: std::io::Error },
    #[error("no file matches \"{pattern}\"")]
    NoMatch { pattern: String },
    #[error("{path} is a folder; name its files, for instance \"{path}/*.csv\"")]
    Folder { path: String },
    #[error("{path} is empty; it needs a header and at least one row")]
    Empty { path: String },
    #[error("{path} has a header but no rows")]
    NoRows { path: String },
    #[error("{path} is {found}, which is not read; {hint}")]
    NotATable { path: String, found: &'static str, hint: &'static str },
    #[error("{path} is damaged or not {expected}: {message}")]
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
        "{path}, line {line}: a NUL byte; text files hold none, so this is UTF-16 or another kind of file (for UTF-16: `iconv -f UTF-16 -t UTF-8`)"
    )]
    Nul { path: String, line: u64 },
    #[error(
        "{path}, line {line}: not UTF-8, the only encoding read for now; convert the file, for instance with `iconv -f GBK -t UTF-8`"
    )]
    NotUtf8 { path: String, line: u64 },
    #[error("{path} is {encoding}, and only UTF-8 is read for now; convert the file with `iconv -f {encoding} -t UTF-8`")]
    Encoding { path: String, encoding: &'static str },
    #[error("{path} has no column \"{column}\", which {first} has{hint}; files read together need the same columns")]
    MissingColumn { path: String, column: String, first: String, hint: String },
    #[error("{path} has a column \"{column}\", which {first} does not have; files read together need the same columns")]
    ExtraColumn { path: String, column: String, first: String },
    #[error("column \"{column}\" of {path} is {found}, but {expected} in {first}; files read together need the same types")]
    TypesDiffer { path: String, column: String, found: String, expected: String, first: String },
    #[error("column \"{column}\" of {path}: type {dtype} is not read; write it as number, text, date or bool")]
    Type { path: String, column: String, dtype: String },
    #[error("{path}, line {line}: {message}; every line must be one JSON object")]
    Json { path: String, line: u64, message: String },
    #[error("{path}, line {line}, key \"{key}\": {message}")]
    JsonKey { path: String, line: u64, key: String, message: &'static str },
}
