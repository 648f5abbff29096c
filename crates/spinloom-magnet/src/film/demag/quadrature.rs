//! Gauss's quadrature for the density of the difference of two points of an interval.

use std::sync::OnceLock;

/// Nodes u with their weights, which sum to one.
pub(super) type Rule = Vec<(f64, f64)>;

/// The most points that are ever taken.
const LARGEST: usize = 40;

/// Rules for the density 1 - |u| from -1 to 1, of 1 to [`LARGEST`] points.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules(&'static [Rule]);

impl Rules {
    /// All of them; they are made once.
    pub(super) fn new() -> Self {
        static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
        Self(RULES.get_or_init(make))
    }

    /// The rule of `points` points.
    pub(super) fn of(self, points: usize) -> &'static [(f64, f64)] {
        &self.0[points.clamp(1, LARGEST) - 1]
    }

    /// How many points keep the error below `precision` when the integrand's nearest singularity is `distance` from the interval, in the
    /// complex plane.
    ///
    /// The error of n points falls as rho^-2n, with rho the sum of the half axes of the largest ellipse about -1 and 1 without a
    /// singularity; the nearest one a singularity at that distance can be on is beside the middle of the interval.
    /// Source: L. N. Trefethen, SIAM Review 50, 67 (2008), doi:10.1137/060659831, theorem 4.5.
    pub(super) fn points(distance: f64, precision: f64) -> usize {
        let rho = distance + (1.0 + distance * distance).sqrt();
        ((-precision.ln() / (2.0 * rho.ln())).ceil() as usize).clamp(1, LARGEST)
    }
}

/// The rules from the three-term recurrence of the orthogonal polynomials (Stieltjes's procedure, with the integrals taken exactly by
/// Gauss-Legendre quadrature on either half); their zeros interlace, which brackets each for bisection.
fn make() -> Vec<Rule> {
    let integration: Vec<(f64, f64)> = legendre(LARGEST + 2)
        .into_iter()
        .map(|(x, weight)| (0.5 * (x + 1.0), 0.5 * weight))
        // The polynomials are even or odd, their squares even: twice the upper half.
        .map(|(u, weight)| (u, 2.0 * weight * (1.0 - u)))
        .collect();
    let mut beta: Vec<f64> = Vec::with_capacity(LARGEST);
    let mut zeros: Vec<f64> = Vec::new();
    let mut rules = Vec::with_capacity(LARGEST);
    for n in 1..=LARGEST {
        // Orthonormal polynomials p_(k+1) = (x p_k - sqrt(beta_k) p_(k-1)) / sqrt(beta_(k+1)) keep to sizes near one.
        let coefficient = integration.iter().map(|(u, w)| w * (u * values(&beta, *u)[n - 1]).powi(2)).sum::<f64>()
            - beta.last().copied().unwrap_or(0.0);
        let next = |u: f64| {
            let p = values(&beta, u);
            u * p[n - 1] - if n > 1 { beta[n - 2].sqrt() * p[n - 2] } else { 0.0 }
        };
        let edges: Vec<f64> = std::iter::once(-1.0).chain(zeros.iter().copied()).chain(std::iter::once(1.0)).collect();
        zeros = edges.windows(2).map(|edge| bisect(&next, edge[0], edge[1])).collect();
        rules.push(zeros.iter().map(|u| (*u, 1.0 / values(&beta, *u).iter().map(|p| p * p).sum::<f64>())).collect());
        beta.push(coefficient);
    }
    rules
}

/// The orthonormal polynomials of degree 0 to `beta.len()` at u.
fn values(beta: &[f64], u: f64) -> Vec<f64> {
    let mut p = vec![1.0];
    for (k, b) in beta.iter().enumerate() {
        let before = if k > 0 { beta[k - 1].sqrt() * p[k - 1] } else { 0.0 };
        p.push((u * p[k] - before) / b.sqrt());
    }
    p
}

/// The zero of a function between two points where its signs differ.
fn bisect(function: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let sign = function(low) > 0.0;
    while {
        let middle = 0.5 * (low + high);
        if (function(middle) > 0.0) == sign {
            low = middle;
        } else {
            high = middle;
        }
        high - low > 1e-16 * high.abs().max(low.abs()).max(1e-3) && 0.5 * (low + high) != low && 0.5 * (low + high) != high
    } {}
    0.5 * (low + high)
}

/// Gauss-Legendre nodes and weights from -1 to 1, by Newton's iteration.
fn legendre(n: usize) -> Rule {
    let polynomial = |x: f64| {
        let (mut before, mut p) = (1.0, x);
        for k in 1..n {
            let k = k as f64;
            (before, p) = (p, ((2.0 * k + 1.0) * x * p - k * before) / (k + 1.0));
        }
        (p, n as f64 * (x * p - before) / (x * x - 1.0))
    };
    (0..n)
        .map(|i| {
            let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5)).cos();
            for _ in 0..8 {
                let (p, slope) = polynomial(x);
                x -= p / slope;
            }
            let slope = polynomial(x).1;
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_exact_for_polynomials_of_twice_their_points() {
        let rules = Rules::new();
        for points in [1, 2, 3, 8, 20, LARGEST] {
            for power in 0..2 * points {
                let sum: f64 = rules.of(points).iter().map(|(u, w)| w * u.powi(power as i32)).sum();
                let power = power as f64;
                let exact = if power % 2.0 == 0.0 { 2.0 / ((power + 1.0) * (power + 2.0)) } else { 0.0 };
                assert!((sum - exact).abs() < 1e-14, "{points} points, power {power}: {sum} {exact}");
            }
        }
    }

    #[test]
    fn farther_singularities_need_fewer_points() {
        assert_eq!(Rules::points(1e9, 1e-13), 1);
        assert!(Rules::points(100.0, 1e-13) <= 3);
        assert!((25..=LARGEST).contains(&Rules::points(0.5, 1e-13)));
        assert_eq!(Rules::points(0.0, 1e-13), LARGEST);
    }
}
