//! What the name of a column says of its values.

/// The words of a name: `c_jailDate` is `c`, `jail`, `date`.
#[must_use]
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        lower = c.is_lowercase();
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Whether the values name somebody or something: `customer_id`, `userId`, `studyid`, `patient`, `订单编号`.
#[must_use]
pub fn entity(name: &str) -> bool {
    const KEYS: [&str; 8] = ["id", "key", "no", "nr", "pid", "uid", "uuid", "guid"];
    const NOUNS: [&str; 14] = [
        "customer",
        "client",
        "user",
        "patient",
        "account",
        "household",
        "session",
        "visitor",
        "member",
        "student",
        "employee",
        "person",
        "device",
        "subscriber",
    ];
    // What `id` stands behind without a sign between: many words end in these letters, such as `paid`.
    const WITH_ID: [&str; 20] = [
        "case",
        "company",
        "cust",
        "emp",
        "family",
        "firm",
        "invoice",
        "item",
        "movie",
        "order",
        "participant",
        "product",
        "record",
        "respondent",
        "row",
        "school",
        "store",
        "study",
        "subject",
        "transaction",
    ];
    const CHINESE: [&str; 5] = ["编号", "客户", "用户", "会员", "患者"];
    let words = words(name);
    let joined = |word: &String| word.strip_suffix("id").is_some_and(|w| NOUNS.contains(&w) || WITH_ID.contains(&w));
    words.last().is_some_and(|w| KEYS.contains(&w.as_str()) || joined(w))
        || matches!(words.as_slice(), [one] if NOUNS.contains(&one.as_str()))
        || CHINESE.iter().any(|word| name.ends_with(word))
}

/// Whether the name is `No` and nothing else, which does not tell of what: `NO` is nitric oxide, too.
#[must_use]
pub fn bare_number(name: &str) -> bool {
    matches!(words(name).as_slice(), [one] if one == "no")
}

/// Whether the values are the names or numbers of rows, as programs write them beside a table: `rownames` of R, and
/// `Unnamed: 0` and `index` of pandas.
#[must_use]
pub fn row(name: &str) -> bool {
    const NAMES: [&str; 10] = ["rownames", "rowname", "row", "rownum", "rownumber", "index", "idx", "unnamed0", "序号", "行号"];
    NAMES.contains(&words(name).concat().as_str())
}

/// Whether the values are years: `Year`, `yr_built`, `年份`.
#[must_use]
pub fn year(name: &str) -> bool {
    const YEARS: [&str; 7] = ["year", "yr", "jahr", "année", "annee", "año", "anno"];
    words(name).iter().any(|w| YEARS.contains(&w.as_str())) || name.contains('年')
}

/// Whether the values are months: `Month`, `mnth`, `Monat`, `月份`.
#[must_use]
pub fn month(name: &str) -> bool {
    const MONTHS: [&str; 7] = ["month", "mnth", "mon", "monat", "mois", "mes", "mese"];
    words(name).iter().any(|w| MONTHS.contains(&w.as_str())) || name.contains('月')
}

/// Whether the values are moments, as clocks of programs write them: `timestamp`, `eventTime`, `created_at`, `时间戳`.
#[must_use]
pub fn moment(name: &str) -> bool {
    const MOMENTS: [&str; 9] = ["timestamp", "time", "datetime", "date", "epoch", "unix", "unixtime", "ts", "at"];
    words(name).iter().any(|w| MOMENTS.contains(&w.as_str())) || name.contains("时间")
}

/// Whether the values are days: `OrderDate`, `Rechnungsdatum`, `fecha`, `日期`.
#[must_use]
pub fn date(name: &str) -> bool {
    let is_date = |word: &String| matches!(word.as_str(), "date" | "day" | "fecha") || word.ends_with("datum");
    words(name).iter().any(is_date) || name.contains("日期")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("c_jailDate"), ["c", "jail", "date"]);
        assert_eq!(words("customerID"), ["customer", "id"]);
        assert_eq!(words("v_decile_score.1"), ["v", "decile", "score", "1"]);
        assert_eq!(words("--"), Vec::<String>::new());
    }

    #[test]
    fn entities_are_told_by_name() {
        for name in ["customer_id", "userId", "patient", "Order No", "客户编号", "movieId", "caseid", "CUSTID", "pid"] {
            assert!(entity(name), "{name}");
        }
        for name in ["user_age", "paid", "covid", "education-num", "session_length", "month"] {
            assert!(!entity(name), "{name}");
        }
    }

    #[test]
    fn a_number_of_what_is_not_told_by_its_name() {
        assert!(["NO", "No.", "no"].into_iter().all(bare_number));
        assert!(!["Order No", "nr", "NO2", "note"].into_iter().any(bare_number));
    }

    #[test]
    fn rows_and_years_are_told_by_name() {
        for name in ["rownames", "row.names", "Unnamed: 0", "index", "Row Number", "序号"] {
            assert!(row(name), "{name}");
        }
        for name in ["price_index", "rows", "growth", "Unnamed: 1"] {
            assert!(!row(name), "{name}");
        }
        assert!(["Year", "year_built", "modelYear", "年份"].into_iter().all(year));
        assert!(!["yearly_fee", "age", "years"].into_iter().any(year));
        assert!(["Month", "mnth", "月份"].into_iter().all(month) && !["months_since", "money"].into_iter().any(month));
        assert!(["timestamp", "created_at", "eventTime"].into_iter().all(moment) && !moment("sentiment"));
    }
}
