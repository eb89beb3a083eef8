/// The day of a moment in microseconds since 1970-01-01, as `2024-03-05`; the number itself where no calendar reaches.
#[must_use]
pub fn day(micros: i64) -> String {
    chrono::DateTime::from_timestamp_micros(micros).map_or_else(|| micros.to_string(), |t| t.format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_by_hand() {
        assert_eq!([day(0), day(-1), day(86_400_000_000)], ["1970-01-01", "1969-12-31", "1970-01-02"]);
        assert_eq!(day(i64::MAX), i64::MAX.to_string());
    }
}
