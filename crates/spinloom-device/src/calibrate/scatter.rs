//! Errors that nobody gave, from the scatter about a fit.

/// Deviation of each kind of measurement from what it is `off` a fit (kind and difference): every kind gives its share of the `free` parameters, and none is
/// taken below what is `least` of it, since values without any scatter still are to have a weight. Kinds without a measurement keep what they had `before`.
pub fn deviations<const N: usize>(off: &[(usize, f64)], free: usize, before: [f64; N], least: [f64; N]) -> [f64; N] {
    let mut next = before;
    for (kind, deviation) in next.iter_mut().enumerate() {
        let of = off.iter().filter(|(k, _)| *k == kind);
        let (count, sum) = of.fold((0.0, 0.0), |(n, s), (_, d)| (n + 1.0, s + d * d));
        let share = count * (1.0 - free as f64 / off.len() as f64);
        if share > 0.0 {
            *deviation = (sum / share).sqrt().max(least[kind]);
        }
    }
    next
}

/// Whether deviations no longer change.
pub fn settled<const N: usize>(next: &[f64; N], before: &[f64; N]) -> bool {
    next.iter().zip(before).all(|(a, b)| (a / b - 1.0).abs() < 1e-4)
}
