//! Numbers of things in messages, in the singular where there is one.

use std::fmt::Display;

/// So many of something: `1 row`, `2 rows`, `2 classes`.
pub fn plural<N: Copy + Display + PartialEq + From<u8>>(n: N, one: &str) -> String {
    let s = ending(n == N::from(1), one);
    format!("{n} {one}{s}")
}

/// What stands behind a word for one thing where there are others than one.
#[must_use]
pub fn ending(is_one: bool, one: &str) -> &'static str {
    match one {
        _ if is_one => "",
        _ if one.ends_with('s') => "es",
        _ => "s",
    }
}

/// A verb as so many things have it: `are`, `have`, `hold`, `get`, `do` or `they are`.
#[must_use]
pub fn verb(n: usize, many: &'static str) -> &'static str {
    match many {
        "are" if n == 1 => "is",
        "have" if n == 1 => "has",
        "hold" if n == 1 => "holds",
        "get" if n == 1 => "gets",
        "look" if n == 1 => "looks",
        "do" if n == 1 => "does",
        "seem" if n == 1 => "seems",
        "they are" if n == 1 => "it is",
        "they belong" if n == 1 => "it belongs",
        many => many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_something_is_in_the_singular() {
        assert_eq!([plural(1_usize, "row"), plural(0_usize, "row"), plural(2_u64, "class")], ["1 row", "0 rows", "2 classes"]);
        assert_eq!([verb(1, "are"), verb(2, "are"), verb(1, "they are"), verb(0, "hold")], ["is", "are", "it is", "hold"]);
    }
}
