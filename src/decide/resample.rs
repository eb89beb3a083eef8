use crate::error::Result;
use crate::metrics::quantile;
use crate::pipeline::parallel;
use crate::seed::Seed;

/// What `of` makes of so many resamples of rows, each given by how often it holds every row (Efron 1979).
///
/// # Errors
/// If a thread fails.
pub fn resamples<T: Send>(
    rows: usize,
    times: usize,
    seed: Seed,
    threads: usize,
    of: impl Fn(&[u32]) -> T + Sync,
) -> Result<Vec<T>> {
    parallel(threads, times, |i| {
        let mut counts = vec![0_u32; rows];
        let mut rng = seed.derive("resample", i as u64).rng();
        (0..rows).for_each(|_| counts[rng.below(rows)] += 1);
        Ok(of(&counts))
    })
}

/// Ends of the central 95 % of values; nothing of none.
pub fn central(mut values: Vec<f64>) -> Option<[f64; 2]> {
    values.sort_unstable_by(f64::total_cmp);
    Some([quantile(&values, 0.025)?, quantile(&values, 0.975)?])
}
