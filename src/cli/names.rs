use std::str::FromStr;

/// Names of columns as they are typed, separated by commas; one that has a comma or stands in double quotes is put between
/// such, each of its own doubled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl Names {
    /// All names of a flag that may be repeated.
    pub fn all(flags: &[Self]) -> impl Iterator<Item = &String> {
        flags.iter().flat_map(|names| &names.0)
    }
}

impl FromStr for Names {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut names, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let (name, behind) = match rest.strip_prefix('"').and_then(quoted) {
                Some((name, behind)) if behind.is_empty() || behind.starts_with(',') => (name, behind),
                _ => {
                    let (name, behind) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                    (name.to_owned(), behind)
                }
            };
            if !name.is_empty() {
                names.push(name);
            }
            rest = behind.strip_prefix(',').unwrap_or(behind);
        }
        Ok(Self(names))
    }
}

/// What stands before the quote that ends a name, and behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (before, behind) = rest.split_once('"')?;
        name.push_str(before);
        match behind.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, behind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_by_commas_outside_of_quotes() {
        let names = |text: &str| text.parse::<Names>().unwrap().0;
        assert_eq!(names("a,b c"), ["a", "b c"]);
        assert_eq!(names("\"a,b\",c,\"say \"\"x\"\"\""), ["a,b", "c", "say \"x\""]);
        assert_eq!(names("5\" nails,\"x\" y,\"open"), ["5\" nails", "\"x\" y", "\"open"]);
        assert_eq!(names(",a,,"), ["a"]);
        assert!(names("").is_empty());
    }
}
