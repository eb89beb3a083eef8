//! Names of months in other languages than English, as the rules of dates know them.

use std::borrow::Cow;

/// English short names, and for each what it is called written out, and in German, French, Spanish, Italian, Portuguese, Dutch and Russian,
/// written out and short. No word means different months in two of them.
const MONTHS: [(&str, &str); 12] = [
    ("Jan", "january januar jänner janvier janv enero ene gennaio gen janeiro januari января январь янв"),
    ("Feb", "february februar feber février fevrier févr fév fevr febrero febbraio fevereiro fev februari февраля февраль фев"),
    ("Mar", "march märz maerz mär mrz mars marzo março marco maart mrt марта март мар"),
    ("Apr", "april avril avr abril abr aprile апреля апрель апр"),
    ("May", "mai mayo maggio mag maio mei мая май"),
    ("Jun", "june juni juin junio giugno giu junho июня июнь июн"),
    ("Jul", "july juli juillet juil julio luglio lug julho июля июль июл"),
    ("Aug", "august août aout aoû agosto ago augustus августа август авг"),
    ("Sep", "september sept septembre septiembre setiembre settembre set setembro сентября сентябрь сен"),
    ("Oct", "october oktober okt octobre octubre ottobre ott outubro out октября октябрь окт"),
    ("Nov", "november novembre noviembre novembro ноября ноябрь ноя"),
    ("Dec", "december dezember dez décembre decembre déc diciembre dic dicembre dezembro декабря декабрь дек"),
];

/// A date with an English month, where it names one in another language: `3. März 2024` as `3 Mar 2024`, `1 de mayo de 2024`
/// as `1 May 2024`, `12-Okt-24` as `12-Oct-24`.
pub fn english(text: &str) -> Option<Cow<'_, str>> {
    let begins = text.find(char::is_alphabetic)?;
    let mut found = String::with_capacity(text.len());
    found.push_str(text[..begins].trim_end().trim_end_matches('.'));
    let (mut rest, mut month) = (&text[begins..], None);
    // The particle of Spanish and Portuguese, and the ordinal of French.
    for word in ["de ", "er ", "º de "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let spaced = text[..text.len() - rest.len()].ends_with([' ', '.']);
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    let lower = word.to_lowercase();
    for (name, others) in MONTHS {
        if others.split(' ').any(|other| other == lower) || lower == name.to_lowercase() {
            month = Some(name);
        }
    }
    let month = month?;
    if spaced && !found.is_empty() {
        found.push(' ');
    }
    found.push_str(month);
    let behind = behind.strip_prefix('.').unwrap_or(behind);
    found.push_str(behind.strip_prefix(" de ").map_or_else(|| behind.to_owned(), |year| format!(" {year}")).as_str());
    Some(Cow::Owned(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_of_other_languages_become_english() {
        for (text, expected) in [
            ("3. März 2024", "3 Mar 2024"),
            ("12-Okt-24", "12-Oct-24"),
            ("1 de mayo de 2024", "1 May 2024"),
            ("1er janvier 2024", "1 Jan 2024"),
            ("7 juillet 2024", "7 Jul 2024"),
            ("Dezember 2023", "Dec 2023"),
            ("5 сентября 2024", "5 Sep 2024"),
            ("3. Jan. 2024", "3 Jan 2024"),
            ("16. September 2024", "16 Sep 2024"),
            ("1. May 2024", "1 May 2024"),
        ] {
            assert_eq!(english(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "2024-03-05", "3 apples", "5 km"] {
            assert_eq!(english(text), None, "{text}");
        }
    }

    #[test]
    fn no_word_names_two_months() {
        let mut words: Vec<&str> = MONTHS.iter().flat_map(|(_, others)| others.split(' ')).collect();
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
    }
}
