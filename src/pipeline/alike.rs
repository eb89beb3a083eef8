//! Warnings as people read them: what is the same of several columns or sources is said once.

use std::collections::HashMap;

use super::warning::{Warning, whole};

/// Most columns, or sources, that one sentence names, and most numbers behind each.
const NAMED: usize = 30;
const NUMBERS: usize = 2;
/// Most sentences about sources that one code gets: of a thousand files each may have a preamble of its own.
const SENTENCES: usize = 10;

/// Warnings that say the same of one column, or one source, each, numbers aside: people read them as one, programs one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alike<'a> {
    pub first: &'a Warning,
    pub others: Vec<&'a Warning>,
}

impl Alike<'_> {
    /// Message and fix as one text.
    #[must_use]
    pub fn message(&self) -> String {
        whole(&self.seen(), self.fix().as_deref())
    }

    /// What mends it: where columns are listed, all of them; nothing where they are too many to be named.
    #[must_use]
    pub fn fix(&self) -> Option<String> {
        let fix = self.first.fix.clone()?;
        let Some(own) = self.first.column.as_ref().filter(|_| !self.others.is_empty()) else { return Some(fix) };
        let mut names = vec![own];
        for name in self.others.iter().filter_map(|warning| warning.column.as_ref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let all = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let listed = fix.replace(&format!("\"{own}\"]"), &format!("{all}]"));
        // Only a list with all of them can be copied.
        (self.others.len() <= NAMED).then(|| listed.replace(&format!("add \"{own}\" to"), &format!("add {all} to")))
    }

    /// What the first says, and of which columns or sources it is true as well, each with the numbers that are its own.
    #[must_use]
    pub fn seen(&self) -> String {
        let seen = &self.first.message;
        if self.others.is_empty() || self.first.subject(self.first).is_none() {
            return seen.clone();
        }
        let Some((words, _)) = self.first.shape() else { return self.kind() };
        if self.others.iter().any(|other| other.shape().is_none_or(|(theirs, _)| theirs != words)) {
            return self.kind();
        }
        let numbers = |warning: &Warning| warning.shape().map(|(_, numbers)| numbers).unwrap_or_default();
        let firsts = numbers(self.first);
        let theirs: Vec<Vec<String>> = self.others.iter().map(|w| numbers(w)).collect();
        let differ: Vec<usize> =
            (0..firsts.len()).filter(|&i| theirs.iter().any(|other| other.get(i) != firsts.get(i))).collect();
        let one = |(warning, numbers): (&&Warning, &Vec<String>)| {
            let name = warning.subject(self.first)?;
            let own: Vec<&str> = differ.iter().filter_map(|&i| numbers.get(i)).map(String::as_str).collect();
            let own = if own.is_empty() || own.len() > NUMBERS { String::new() } else { format!(" ({})", own.join(", ")) };
            Some(format!("{name}{own}"))
        };
        let told: Vec<String> = self.others.iter().zip(&theirs).take(NAMED).filter_map(one).collect();
        let more = match self.others.len() - told.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        let told = told.join(", ") + &more;
        if differ.len() > NUMBERS {
            format!("{seen}; the same, with other numbers, goes for {told}")
        } else {
            format!("{seen}; the same goes for {told}")
        }
    }

    /// As [`Alike::message`], where the others are of the same kind but say it in words of their own.
    fn kind(&self) -> String {
        let mut sources: Vec<String> =
            self.others.iter().filter_map(|other| other.source.as_ref()).map(|s| format!("\"{s}\"")).collect();
        sources.dedup();
        let more = match sources.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        sources.truncate(NAMED);
        format!("{}; something of the kind goes for {}{more}", self.first.message, sources.join(", "))
    }
}

/// Warnings in their order, those joined that differ in nothing but the name of their column, or source, and the numbers in
/// the text; of sources, what one code has to say in more than ten ways is one, too.
#[must_use]
pub fn alike<'a>(warnings: impl IntoIterator<Item = &'a Warning>) -> Vec<Alike<'a>> {
    let mut groups: Vec<Alike<'a>> = Vec::new();
    let mut places = HashMap::new();
    let mut sentences: HashMap<&str, (usize, usize)> = HashMap::new();
    for warning in warnings {
        let next = groups.len();
        // How many there are is a number in the text, where it differs between sources.
        let count = warning.count.filter(|_| warning.column.is_some() || warning.source.is_none());
        let key = warning.shape().map(|(text, _)| (&warning.code, text, warning.row, count));
        let known = key.as_ref().and_then(|key| places.get(key)).copied();
        let place = known.unwrap_or_else(|| {
            let (told, last) = sentences.entry(&warning.code).or_default();
            *told += 1;
            *last = if *told <= SENTENCES { next } else { *last };
            if warning.source.is_some() { *last } else { next }
        });
        if let Some(key) = key {
            places.insert(key, place);
        }
        match groups.get_mut(place) {
            Some(group) => group.others.push(warning),
            None => groups.push(Alike { first: warning, others: Vec::new() }),
        }
    }
    groups
}

/// A message as people read it: what follows a question in it begins a sentence.
#[must_use]
pub fn punctuated(message: &str) -> String {
    message.replace("?; the", "? The").replace("?; ", "? ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dropped(name: &str, reason: &str) -> Warning {
        Warning::new("dropped_column", format!("\"{name}\" is not learned from: {reason}")).column(name)
    }

    #[test]
    fn the_same_of_several_columns_is_told_once() {
        let all = [
            dropped("a", "one value"),
            dropped("b", "91.0 % missing"),
            dropped("c", "one value"),
            Warning::new("other", "\"a\" is not learned from: one value").column("a"),
            Warning::new("streamed", "x"),
            Warning::new("streamed", "x"),
            dropped("d", "one value"),
        ];
        let told = alike(&all);
        let names = |group: &Alike<'_>| group.others.iter().map(|w| w.column.clone().unwrap()).collect::<Vec<_>>();
        assert_eq!(told.len(), 5);
        assert_eq!(names(&told[0]), ["c", "d"]);
        assert_eq!(told[0].message(), "\"a\" is not learned from: one value; the same goes for \"c\", \"d\"");
        assert_eq!(told[1].message(), "\"b\" is not learned from: 91.0 % missing");
    }

    #[test]
    fn the_same_of_several_sources_is_told_once_and_names_them_all() {
        let read = |file: &str, encoding: &str, lines: usize| {
            Warning::new("encoding", format!("{file}: read as {encoding} from line {lines}")).source(file).count(lines)
        };
        let all = [read("a.csv", "Big5", 3), read("b.csv", "GBK", 1), read("c.csv", "Big5", 4), read("d.csv", "Big5", 3)];
        let told = alike(&all);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].message(), "a.csv: read as Big5 from line 3; the same goes for \"c.csv\" (4), \"d.csv\" (3)");
        assert_eq!(told[1].message(), "b.csv: read as GBK from line 1");
        let unnamed = |file: &str, column: &str| {
            Warning::new("unnamed_column", format!("{file}: a column is called \"{column}\"")).source(file).column(column)
        };
        assert_eq!(
            alike(&[unnamed("a", "x"), unnamed("a", "y"), unnamed("b", "x")])[0].message(),
            "a: a column is called \"x\"; the same goes for \"y\", \"x\" of \"b\""
        );
    }

    #[test]
    fn sources_that_each_say_it_in_other_words_are_named_together() {
        let one = |i: usize| {
            let (file, title) = (format!("f{i}.csv"), "x".repeat(i + 1));
            Warning::new("preamble", format!("{file}: left out: {title}")).source(file)
        };
        let all: Vec<Warning> = (0..SENTENCES + 2).map(one).collect();
        let told = alike(&all);
        assert_eq!(told.len(), SENTENCES);
        assert_eq!(told.iter().map(|t| 1 + t.others.len()).sum::<usize>(), SENTENCES + 2);
        assert_eq!(
            told[SENTENCES - 1].message(),
            "f9.csv: left out: xxxxxxxxxx; something of the kind goes for \"f10.csv\", \"f11.csv\""
        );
    }

    #[test]
    fn a_question_ends_its_sentence() {
        assert_eq!(punctuated("is it known?; the same goes for \"b\"; fix: x"), "is it known? The same goes for \"b\"; fix: x");
        assert_eq!(punctuated("is it known?; fix: x"), "is it known? fix: x");
    }

    #[test]
    fn numbers_of_their_own_stand_behind_the_columns() {
        let one = |name: &str, auc: &str, rows: u32| {
            let message = format!("\"{name}\" alone: auc {auc} on {rows} rows. Is it known?");
            Warning::new("leak", message).column(name).fix(Some(format!("[columns] ignore = [\"{name}\"]")))
        };
        assert_eq!(
            alike(&[one("x1", "0.97", 50), one("x2", "0.96", 50), one("x3", "0.97", 50)])[0].message(),
            "\"x1\" alone: auc 0.97 on 50 rows. Is it known?; the same goes for \"x2\" (0.96), \"x3\" (0.97); fix: [columns] \
             ignore = [\"x1\", \"x2\", \"x3\"]"
        );
        let date = |name: &str, from: &str| {
            Warning::new("time_unset", format!("\"{name}\" holds dates ({from} to 2014-12-31)")).column(name)
        };
        assert_eq!(
            alike(&[date("a", "2013-01-01"), date("b", "1999-05-08")])[0].message(),
            "\"a\" holds dates (2013-01-01 to 2014-12-31); the same goes for \"b\" (1999-05-08)"
        );
        let many = |name: &str, n: [u32; 3]| Warning::new("x", format!("\"{name}\": {n:?}")).column(name);
        assert_eq!(
            alike(&[many("a", [1, 2, 3]), many("b", [4, 5, 6])])[0].message(),
            "\"a\": [1, 2, 3]; the same, with other numbers, goes for \"b\""
        );
    }

    #[test]
    fn a_name_without_quotes_counts_at_the_start() {
        let one = |name: &str| Warning::new("undefined_metric", format!("{name} is undefined")).column(name);
        let all = [one("auc"), one("ks")];
        assert_eq!(alike(&all)[0].message(), "auc is undefined; the same goes for \"ks\"");
        // What differs in more than the name stays apart.
        assert_eq!(alike(&[one("auc").row(3), one("ks").row(4)]).len(), 2);
    }

    #[test]
    fn a_fix_lists_every_column_and_many_are_counted() {
        let one = |name: &str| {
            let fix = format!("[columns] ignore = [\"x\", \"{name}\"]");
            Warning::new("leak", format!("\"{name}\" tells all")).column(name).fix(Some(fix))
        };
        let all = [one("a"), one("b"), one("c")];
        assert_eq!(
            alike(&all)[0].message(),
            "\"a\" tells all; the same goes for \"b\", \"c\"; fix: [columns] ignore = [\"x\", \"a\", \"b\", \"c\"]"
        );
        let added = |name: &str| {
            let fix = format!("add \"{name}\" to [columns] ignore");
            Warning::new("leak", format!("\"{name}\" tells all")).column(name).fix(Some(fix))
        };
        let all = [added("a"), added("b")];
        assert!(alike(&all)[0].message().ends_with("fix: add \"a\", \"b\" to [columns] ignore"));
        let many: Vec<Warning> = (0..NAMED + 6).map(|i| one(&format!("c{i}"))).collect();
        let told = alike(&many);
        assert_eq!(told.len(), 1);
        assert!(told[0].message().ends_with("\"c30\", and 5 more"), "{}", told[0].message());
        assert_eq!(told[0].fix(), None);
    }
}
