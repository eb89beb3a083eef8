//! Lines that fit into the terminal.

use unicode_width::UnicodeWidthStr as _;

/// How far what is wrapped stands in from the line that it belongs to.
const HANG: usize = 2;

/// Text whose lines are at most so many columns wide where their words allow it; what goes on below stands in a little
/// further. Lines that fit keep every space.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let (words, end) = line.strip_suffix('\n').map_or((line, ""), |words| (words, "\n"));
        if words.width() <= width {
            out.push_str(words);
        } else {
            wrap(&mut out, words, width);
        }
        out.push_str(end);
    }
    out
}

fn wrap(out: &mut String, line: &str, width: usize) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let below = " ".repeat(indent + HANG);
    let mut used = 0;
    // A word takes the spaces before it along, so that columns stay columns.
    for (nth, word) in pieces(line).into_iter().enumerate() {
        if nth > 0 && used + word.width() > width && used > below.len() {
            out.push('\n');
            out.push_str(&below);
            out.push_str(word.trim_start_matches(' '));
            used = below.len() + word.trim_start_matches(' ').width();
        } else {
            out.push_str(word);
            used += word.width();
        }
    }
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
