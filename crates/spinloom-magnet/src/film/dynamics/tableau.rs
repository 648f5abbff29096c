//! The explicit Runge-Kutta methods, as their Butcher tableaus.

/// How a step is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Heun's method, order 2. With a thermal field that is the same in both of its stages it converges to the Stratonovich solution:
    /// W. Rümelin, SIAM J. Numer. Anal. 19, 604 (1982), doi:10.1137/0719041.
    Heun,
    /// The classical method of order 4, stable up to a turn of sqrt(8) rad a step in the fastest mode of precession: 0.71 rad an
    /// evaluation, where the method of Bogacki and Shampine has 0.58 and that of Dormand and Prince 0.17. Its estimate of order 3 is
    /// dt / 10 times the difference of the derivatives in the fourth stage and at the end of the step: both belong to that time, both are
    /// off in m by no more than the third order, and so either may stand in the sum for the other up to that order. The default: where
    /// exchange between fine cells and not the error keeps steps short, as in most films, it is the fastest and hardly less accurate than
    /// the method of Dormand and Prince, which is the better one for errors below some 1e-7 a step.
    #[default]
    RungeKutta4,
    /// Order 3 with an estimate of order 2: P. Bogacki and L. F. Shampine, Appl. Math. Lett. 2, 321 (1989),
    /// doi:10.1016/0893-9659(89)90079-7.
    BogackiShampine,
    /// Order 5 with an estimate of order 4: J. R. Dormand and P. J. Prince, J. Comput. Appl. Math. 6, 19 (1980),
    /// doi:10.1016/0771-050X(80)90013-3.
    DormandPrince,
}

/// Stage i is at time + c_i dt from m + dt sum a_ij k_j; the step ends at m + dt sum b_j k_j, and its error is dt sum e_j k_j.
#[derive(Debug)]
pub(super) struct Tableau {
    pub order: i32,
    /// Rows of stages 1 on; stage 0 is the beginning of the step.
    pub a: &'static [&'static [f64]],
    pub c: &'static [f64],
    pub b: &'static [f64],
    /// Differences to the embedded method, one more than there are of b: the last is of the derivative at the end of the step, which
    /// begins the next one. Empty where there is no such method.
    pub e: &'static [f64],
}

impl Method {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heun => "Heun's method",
            Self::RungeKutta4 => "the classical Runge-Kutta method",
            Self::BogackiShampine => "the method of Bogacki and Shampine",
            Self::DormandPrince => "the method of Dormand and Prince",
        }
    }

    /// Its order.
    pub fn order(self) -> i32 {
        self.tableau().order
    }

    /// Whether it knows its error, and so can choose its steps.
    pub fn is_adaptive(self) -> bool {
        !self.tableau().e.is_empty()
    }

    pub(super) fn tableau(self) -> &'static Tableau {
        match self {
            Self::Heun => &HEUN,
            Self::RungeKutta4 => &RUNGE_KUTTA_4,
            Self::BogackiShampine => &BOGACKI_SHAMPINE,
            Self::DormandPrince => &DORMAND_PRINCE,
        }
    }
}

static HEUN: Tableau = Tableau { order: 2, a: &[&[1.0]], c: &[1.0], b: &[0.5, 0.5], e: &[] };

static RUNGE_KUTTA_4: Tableau = Tableau {
    order: 4,
    a: &[&[0.5], &[0.0, 0.5], &[0.0, 0.0, 1.0]],
    c: &[0.5, 0.5, 1.0],
    b: &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
    e: &[0.0, 0.0, 0.0, 0.1, -0.1],
};

static BOGACKI_SHAMPINE: Tableau = Tableau {
    order: 3,
    a: &[&[0.5], &[0.0, 0.75]],
    c: &[0.5, 0.75],
    b: &[2.0 / 9.0, 1.0 / 3.0, 4.0 / 9.0],
    e: &[2.0 / 9.0 - 7.0 / 24.0, 1.0 / 3.0 - 1.0 / 4.0, 4.0 / 9.0 - 1.0 / 3.0, -1.0 / 8.0],
};

static DORMAND_PRINCE: Tableau = Tableau {
    order: 5,
    a: &[
        &[1.0 / 5.0],
        &[3.0 / 40.0, 9.0 / 40.0],
        &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
        &[19_372.0 / 6561.0, -25_360.0 / 2187.0, 64_448.0 / 6561.0, -212.0 / 729.0],
        &[9017.0 / 3168.0, -355.0 / 33.0, 46_732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18_656.0],
    ],
    c: &[1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0],
    b: &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
    e: &[71.0 / 57_600.0, 0.0, -71.0 / 16_695.0, 71.0 / 1920.0, -17_253.0 / 339_200.0, 22.0 / 525.0, -1.0 / 40.0],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_sums_to_what_consistency_asks_for() {
        for method in [Method::Heun, Method::RungeKutta4, Method::BogackiShampine, Method::DormandPrince] {
            let tableau = method.tableau();
            for (row, c) in tableau.a.iter().zip(tableau.c) {
                assert!((row.iter().sum::<f64>() - c).abs() < 1e-14, "{method:?}");
            }
            assert!((tableau.b.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            assert!(tableau.e.iter().sum::<f64>().abs() < 1e-15);
            // The quadrature conditions sum b c^(q-1) = 1/q up to the order.
            for q in 1..=tableau.order {
                let sum: f64 = tableau.b[1..].iter().zip(tableau.c).map(|(b, c)| b * c.powi(q - 1)).sum();
                let first = if q == 1 { tableau.b[0] } else { 0.0 };
                assert!((sum + first - 1.0 / f64::from(q)).abs() < 1e-15, "{method:?} {q}");
            }
        }
    }
}
