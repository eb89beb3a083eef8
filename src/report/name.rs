//! Text from the data, made safe to show: names of columns, levels and files are written by strangers.
//!
//! Escaping for HTML is not done here (the page's templates do it); what is done here is what no escaping helps
//! against: control characters that drive a terminal, invisible characters that make two names look the same, marks
//! that turn the text around, and names of a megabyte.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Longest text shown anywhere, in characters.
const LONGEST: usize = 1000;

/// One line without characters that cannot be seen or that act on the text around them; each of them is shown as `�`.
#[must_use]
pub fn clean(text: &str) -> String {
    cut(text, LONGEST)
}

/// [`clean`] for a whole message, which may repeat several names.
#[must_use]
pub fn clean_message(text: &str) -> String {
    cut(text, 4 * LONGEST)
}

fn cut(text: &str, longest: usize) -> String {
    let mut shown: String = text.chars().take(longest).map(|c| if acts(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    shown
}

/// [`clean`], then cut to so many columns of a terminal, where Chinese characters take two; what is cut ends in `…`.
#[must_use]
pub fn short(text: &str, columns: usize) -> String {
    let text = clean(text);
    if text.width() <= columns {
        return text;
    }
    let mut room = columns.saturating_sub(1);
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            let width = c.width().unwrap_or(0);
            let fits = width <= room;
            room = room.saturating_sub(width);
            fits
        })
        .collect();
    cut.push('…');
    cut
}

/// A class by its label, behind the name of its column where the label alone says little: `Churn = Yes`, `quality = 6`, but
/// `good`.
#[must_use]
pub fn class(column: &str, label: &str) -> String {
    const BARE: [&str; 10] = ["yes", "no", "true", "false", "y", "n", "t", "f", "是", "否"];
    let bare = label.trim().parse::<f64>().is_ok() || BARE.contains(&label.trim().to_lowercase().as_str());
    if bare { format!("{} = {}", short(column, 24), short(label, 12)) } else { clean(label) }
}

/// Spaces after the text up to so many columns.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Control characters, line ends, marks of direction, zero-width characters, the byte-order mark, tags.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What was read, in a sentence that is passed on: of one file its name, not the folders of the machine that it lay on; all
/// else as it is.
#[must_use]
pub fn file_name(source: &str) -> &str {
    let several = ["://", ", ", "*", "?", "["].iter().any(|mark| source.contains(mark));
    let last = source.rsplit('/').next().filter(|name| !name.is_empty());
    if several { source } else { last.unwrap_or(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_is_told_by_its_name() {
        assert_eq!(["/home/ann/sales 2024.csv", "t.csv"].map(file_name), ["sales 2024.csv", "t.csv"]);
        for source in ["data/*.csv", "a/b.csv, a/c.csv", "https://h/x.csv", "folder/"] {
            assert_eq!(file_name(source), source);
        }
    }

    #[test]
    fn a_label_that_says_little_stands_behind_its_column() {
        assert_eq!([class("Churn", "Yes"), class("quality", "6")], ["Churn = Yes", "quality = 6"]);
        assert_eq!([class("risk", "good"), class("income", ">50K")], ["good", ">50K"]);
        assert_eq!(class("risk", "go\0od"), "go\u{fffd}od");
    }

    #[test]
    fn what_acts_is_shown_instead() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d\u{200b}\0"), "a�[2Jb�c�d��");
        assert_eq!(clean("客户 Ω é שלום"), "客户 Ω é שלום");
        assert_eq!([clean, clean_message].map(|f| f(&"é".repeat(5000)).chars().count()), [1001, 4001]);
    }

    #[test]
    fn names_are_cut_by_their_width() {
        assert_eq!(short("tenure", 6), "tenure");
        assert_eq!(short("tenure", 5), "tenu…");
        // Each of these takes two columns: two of them and the dots fill five.
        assert_eq!(short("客户年龄", 5), "客户…");
        assert_eq!(short("客户年龄", 4), "客…");
        assert_eq!(pad("客户", 6), "客户  ");
    }
}
