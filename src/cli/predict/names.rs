use polars::prelude::Column as Series;

/// Gives columns of the same name a number: an id column may itself be called `prediction`.
pub fn distinct(columns: &mut [Series]) {
    for i in 0..columns.len() {
        let name = columns[i].name().clone();
        if columns[..i].iter().any(|c| *c.name() == name) {
            let taken = |free: &String| columns.iter().any(|c| c.name() == free);
            // One more name than there are columns: one of them is free.
            let free = (2..columns.len() + 3).map(|n| format!("{name}_{n}")).find(|free| !taken(free)).unwrap_or_default();
            columns[i].rename(free.into());
        }
    }
}
