//! One step in time of a chain of cells with rates between neighbours.

/// Probabilities below and above z = 0.
pub(super) fn halves(mass: &[f64]) -> [f64; 2] {
    let (below, above) = mass.split_at(mass.len() / 2);
    [below.iter().sum(), above.iter().sum()]
}

/// Work of a step of TR-BDF2: a trapezium over the first part gamma = 2 - sqrt(2) of the step, and then the backward formula of second order,
/// both with the same matrix 1 - (gamma / 2) h A.
pub(super) struct Stepper {
    /// What elimination leaves below the diagonal, and the inverse of the diagonal.
    lower: Vec<f64>,
    inverse: Vec<f64>,
    slopes: [Vec<f64>; 3],
    middle: Vec<f64>,
    pub result: Vec<f64>,
    error: Vec<f64>,
}

impl Stepper {
    pub fn new(cells: usize) -> Self {
        let zero = || vec![0.0; cells];
        Self { lower: zero(), inverse: zero(), slopes: [zero(), zero(), zero()], middle: zero(), result: zero(), error: zero() }
    }

    /// Makes `result` from `mass`; gives the error over each well's probability, the largest.
    pub fn step(&mut self, up: &[f64], down: &[f64], mass: &[f64], h: f64) -> f64 {
        let gamma = 2.0 - 2f64.sqrt();
        let implicit = 0.5 * gamma * h;
        self.factor(up, down, implicit);
        flow(up, down, mass, &mut self.slopes[0]);
        for (j, m) in self.middle.iter_mut().enumerate() {
            *m = mass[j] + implicit * self.slopes[0][j];
        }
        solve(&self.lower, &self.inverse, down, implicit, &mut self.middle);
        flow(up, down, &self.middle, &mut self.slopes[1]);
        let (new, old) = (1.0 / (gamma * (2.0 - gamma)), (1.0 - gamma).powi(2) / (gamma * (2.0 - gamma)));
        for j in 0..mass.len() {
            self.result[j] = new * self.middle[j] - old * mass[j];
        }
        solve(&self.lower, &self.inverse, down, implicit, &mut self.result);
        // The method keeps the total, long steps only up to rounding times their length.
        let total = self.result.iter().sum::<f64>() / mass.iter().sum::<f64>();
        self.result.iter_mut().for_each(|m| *m /= total);
        flow(up, down, &self.result, &mut self.slopes[2]);
        // The third derivative by divided differences; the matrix once more keeps the fast modes out of it.
        let scale = 2.0 * h * (-3.0 * gamma * gamma + 4.0 * gamma - 2.0) / (12.0 * (2.0 - gamma));
        for j in 0..mass.len() {
            let [first, second, third] = [0, 1, 2].map(|s| self.slopes[s][j]);
            self.error[j] = scale * (first / gamma - second / (gamma * (1.0 - gamma)) + third / (1.0 - gamma));
        }
        solve(&self.lower, &self.inverse, down, implicit, &mut self.error);
        let (errors, total) = (halves(&self.error), halves(&self.result));
        let all: f64 = self.error.iter().map(|e| e.abs()).sum();
        // A well that is as good as empty keeps its digits down to 1e-9, and what is below to a fixed part of that.
        (0..2).map(|w| errors[w].abs() / (total[w].abs() + 1e-9)).fold(all, f64::max)
    }

    /// Eliminates 1 - c A.
    fn factor(&mut self, up: &[f64], down: &[f64], c: f64) {
        let n = self.inverse.len();
        for j in 0..n {
            let out = if j < n - 1 { up[j] } else { 0.0 } + if j > 0 { down[j - 1] } else { 0.0 };
            let mut diagonal = 1.0 + c * out;
            if j > 0 {
                self.lower[j] = -c * up[j - 1] * self.inverse[j - 1];
                diagonal += self.lower[j] * c * down[j - 1];
            }
            self.inverse[j] = 1.0 / diagonal;
        }
    }
}

/// Solves with what [`Stepper::factor`] has left.
fn solve(lower: &[f64], inverse: &[f64], down: &[f64], c: f64, x: &mut [f64]) {
    for j in 1..x.len() {
        x[j] -= lower[j] * x[j - 1];
    }
    let last = x.len() - 1;
    x[last] *= inverse[last];
    for j in (0..last).rev() {
        x[j] = (x[j] + c * down[j] * x[j + 1]) * inverse[j];
    }
}

/// The change of the masses by the flow through the faces, 1/s.
fn flow(up: &[f64], down: &[f64], mass: &[f64], change: &mut [f64]) {
    change.fill(0.0);
    for j in 0..up.len() {
        let through = up[j] * mass[j] - down[j] * mass[j + 1];
        change[j] -= through;
        change[j + 1] += through;
    }
}
