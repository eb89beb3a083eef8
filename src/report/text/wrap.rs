//! Lines that fit into the terminal; of every verb.

use unicode_width::UnicodeWidthStr as _;

/// How far what is wrapped stands in from the line that it belongs to.
const HANG: usize = 2;

/// Text whose lines are at most so many columns wide where their words allow it; what goes on below stands in a little
/// further. Lines that fit keep every space.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let (words, end) = line.strip_suffix('\n').map_or((line, ""), |words| (words, "\n"));
        if words.width() <= width {
            out.push_str(words);
        } else {
            let text = words.trim_start_matches(' ');
            let indent = words.len() - text.len();
            out.push_str(&hung((&words[..indent], indent), indent + HANG, text, width));
        }
        out.push_str(end);
    }
    out
}

/// A text behind `first`, which takes so many columns; what goes on below stands in by `below`.
pub(super) fn hung((first, taken): (&str, usize), below: usize, text: &str, width: usize) -> String {
    let (mut out, mut used) = (first.to_owned(), taken);
    // A word takes the spaces before it along, so that columns stay columns.
    for (nth, word) in pieces(text).into_iter().enumerate() {
        if nth > 0 && used + word.width() > width && used > below {
            out.push('\n');
            out.push_str(&" ".repeat(below));
            out.push_str(word.trim_start_matches(' '));
            used = below + word.trim_start_matches(' ').width();
        } else {
            out.push_str(word);
            used += word.width();
        }
    }
    out
}

/// Words, each with the spaces before it.
fn pieces(line: &str) -> Vec<&str> {
    let bytes = line.as_bytes();
    let starts = (1..line.len()).filter(|&i| bytes[i] == b' ' && bytes[i - 1] != b' ');
    let ends = starts.clone().chain([line.len()]);
    std::iter::once(0).chain(starts).zip(ends).map(|(start, end)| &line[start..end]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_below_and_stand_in() {
        assert_eq!(wrapped("  one two three\nx  y\n", 10), "  one two\n    three\nx  y\n");
        assert_eq!(wrapped("客户 地区 很 多", 9), "客户 地区\n  很 多");
        assert_eq!(wrapped("  averyverylongword  b", 10), "  averyverylongword\n    b");
        assert_eq!(wrapped("a    b", 80), "a    b");
        assert_eq!(wrapped("", 10), "");
    }

    #[test]
    fn every_word_stays() {
        let text = "Ranges are the smallest and largest of 8 networks: what the model is not sure of.";
        for width in 1..90 {
            let out = wrapped(text, width);
            assert_eq!(out.split_whitespace().collect::<Vec<_>>(), text.split_whitespace().collect::<Vec<_>>());
            assert!(width < 12 || out.lines().all(|line| line.width() <= width), "{width}: {out}");
        }
    }
}
