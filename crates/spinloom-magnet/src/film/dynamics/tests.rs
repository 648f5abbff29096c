//! Against what is known exactly.

use super::*;
use crate::film::{PerCell, Row, RowField, State, Term, ThermalField, VectorField};
use crate::macrospin::Vector;
use spinloom_core::constants::{BOLTZMANN, GYROMAGNETIC_RATIO};
use spinloom_core::random::Stream;
use spinloom_core::run::CancelToken;
use std::ops::ControlFlow;

fn cross(a: Vector, b: Vector) -> Vector {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Gilbert's equation made explicit, for a field of (cell, m, time).
fn gilbert<T: crate::film::Real>(
    alpha: f64,
    precession: f64,
    mut field: impl FnMut(usize, Vector, f64) -> Vector,
) -> impl FnMut(&VectorField<T>, f64, &mut VectorField<T>) -> f64 {
    move |m, time, velocity| {
        let mut largest = 0.0f64;
        for i in 0..m.len() {
            let v = m.get(i);
            let t = cross(v, field(i, v, time));
            let d = cross(v, t);
            let rate = -GYROMAGNETIC_RATIO / (1.0 + alpha * alpha);
            velocity.set(i, std::array::from_fn(|a| rate * (precession * t[a] + alpha * d[a])));
            largest = largest.max(t.iter().map(|c| c * c).sum::<f64>().sqrt());
        }
        largest
    }
}

fn tilted(theta: f64) -> VectorField<f64> {
    VectorField::uniform(1, [theta.sin(), 0.0, theta.cos()])
}

/// Polar angle and azimuth after a time in a field b along z with a collinear damping-like field, by the closed form.
fn collinear(alpha: f64, b: f64, damping_like: f64, theta: f64, t: f64) -> (f64, f64) {
    let rate = GYROMAGNETIC_RATIO / (1.0 + alpha * alpha);
    let half = (theta / 2.0).tan() * (-rate * (alpha * b + damping_like) * t).exp();
    (2.0 * half.atan(), rate * (b - alpha * damping_like) * t)
}

#[test]
fn precession_and_relaxation_follow_the_closed_form_with_and_without_torque() {
    for alpha in [0.0, 0.01, 0.1, 1.0] {
        for torque in [0.0, 0.02, -0.05] {
            // The damping-like field B_DL m x z.
            let field = |_: usize, m: Vector, _: f64| [torque * m[1], -torque * m[0], 0.3];
            let mut m = tilted(1.2);
            let mut solver = Solver::new(1, Method::DormandPrince, Steps::adaptive(1e-10)).unwrap();
            solver.advance_to(&mut gilbert(alpha, 1.0, field), &mut m, 0.2e-9).unwrap();
            let (theta, phi) = collinear(alpha, 0.3, torque, 1.2, 0.2e-9);
            let exact = [theta.sin() * phi.cos(), theta.sin() * phi.sin(), theta.cos()];
            for (a, b) in m.get(0).into_iter().zip(exact) {
                assert!((a - b).abs() < 1e-7, "{alpha} {torque}: {:?} {exact:?}", m.get(0));
            }
            assert_eq!(solver.time(), 0.2e-9);
        }
    }
}

#[test]
fn every_method_has_its_order() {
    // A field that also turns in time, so that the abscissas count: errors against the finest run, with the step halved twice.
    let field = |_: usize, m: Vector, t: f64| [0.2 * (3e10 * t).cos(), 0.1 * m[0], 0.5 + 0.3 * m[2]];
    let run = |method: Method, steps: f64| {
        let mut m = tilted(0.8);
        let mut solver = Solver::new(1, method, Steps::fixed(1e-10 / steps)).unwrap();
        solver.advance_to(&mut gilbert(0.1, 1.0, field), &mut m, 1e-10).unwrap();
        assert_eq!(solver.counts().steps, steps as u64);
        m.get(0)
    };
    let exact = run(Method::DormandPrince, 20_000.0);
    for method in [Method::Heun, Method::RungeKutta4, Method::BogackiShampine, Method::DormandPrince] {
        let error = |steps: f64| run(method, steps).iter().zip(exact).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        let (coarse, fine) = (error(100.0), error(200.0));
        let order = (coarse / fine).log2();
        assert!((order - f64::from(method.order())).abs() < 0.35, "{method:?}: {order}, {coarse:e}");
    }
}

#[test]
fn the_error_follows_the_one_asked_for_and_derivatives_are_used_again() {
    let field = |_: usize, m: Vector, _: f64| [0.1, 0.0, 0.5 + 0.3 * m[2]];
    for (method, evaluations) in [(Method::DormandPrince, 6), (Method::BogackiShampine, 3), (Method::RungeKutta4, 4)] {
        let run = |error: f64| {
            let mut m = tilted(0.8);
            let steps = Steps::Adaptive { error, smallest: 1e-20, largest: 1e-9 };
            let mut solver = Solver::new(1, method, steps).unwrap();
            solver.advance_to(&mut gilbert(0.05, 1.0, field), &mut m, 1e-9).unwrap();
            let counts = solver.counts();
            assert_eq!(counts.evaluations, 1 + evaluations * (counts.steps + counts.rejected), "{counts:?}");
            assert!(counts.rejected * 20 <= counts.steps, "{counts:?}");
            (m.get(0), counts.steps as f64)
        };
        let (exact, _) = run(1e-11);
        let (a, few) = run(1e-5);
        let (b, many) = run(1e-8);
        let error = |m: Vector| m.iter().zip(exact).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        assert!(error(b) < 1e-8 * many && error(a) < 1e-5 * few && error(b) < error(a));
        // Steps shrink with the root of the error; 15 % for the first steps and the last.
        let expected = 1000f64.powf(1.0 / f64::from(method.order()));
        assert!((many / few / expected - 1.0).abs() < 0.15, "{method:?} {few} {many} {expected}");
    }
}

#[test]
fn without_damping_the_energy_stays() {
    // Easy axis along x, hard axis along z, field askew; 40 turns.
    let energy = |m: Vector| -0.1 * m[0] * m[0] + 0.4 * m[2] * m[2] - 0.05 * m[1];
    let field = |_: usize, m: Vector, _: f64| [0.2 * m[0], 0.05, -0.8 * m[2]];
    let mut m = tilted(0.9);
    let before = energy(m.get(0));
    let mut solver = Solver::new(1, Method::DormandPrince, Steps::adaptive(1e-9)).unwrap();
    solver.advance_to(&mut gilbert(0.0, 1.0, field), &mut m, 2e-9).unwrap();
    assert!((energy(m.get(0)) - before).abs() < 1e-6, "{}", energy(m.get(0)) - before);
    let length: f64 = m.get(0).iter().map(|c| c * c).sum();
    assert!((length - 1.0).abs() < 1e-15);
}

#[test]
fn single_precision_goes_the_same_way() {
    let field = |_: usize, _: Vector, _: f64| [0.0, 0.0, 0.3];
    let mut m = VectorField::<f32>::uniform(3, [1.0, 0.0, 0.0]);
    m.set(1, [0.0; 3]);
    let mut solver = Solver::new(3, Method::DormandPrince, Steps::adaptive(1e-6)).unwrap();
    solver.advance_to(&mut gilbert(0.1, 1.0, field), &mut m, 1e-10).unwrap();
    let (theta, phi) = collinear(0.1, 0.3, 0.0, std::f64::consts::FRAC_PI_2, 1e-10);
    assert!((m.get(2)[0] - theta.sin() * phi.cos()).abs() < 1e-5 && (m.get(2)[2] - theta.cos()).abs() < 1e-5);
    assert_eq!(m.get(1), [0.0; 3]);
}

/// A chain with exchange, so that cells depend on each other, of more cells than a thread takes at once.
fn chain(cells: usize) -> (VectorField<f64>, impl RightHandSide<f64>) {
    let mut m = VectorField::zeros(cells);
    let mut random = Stream::new(5, "chain", 0);
    (0..cells).for_each(|i| {
        let (sin, cos) = (0.3 * random.normal()).sin_cos();
        m.set(i, [cos, sin, 0.0]);
    });
    let system = |m: &VectorField<f64>, t: f64, v: &mut VectorField<f64>| {
        let n = m.len();
        let field = |i: usize, _: Vector, _: f64| {
            let (a, b) = (m.get((i + 1) % n), m.get((i + n - 1) % n));
            std::array::from_fn(|k| 0.2 * (a[k] + b[k]) + [0.1, 0.0, 0.05][k])
        };
        gilbert(0.1, 1.0, field)(m, t, v)
    };
    (m, system)
}

#[test]
fn a_resumed_run_and_any_number_of_threads_give_the_same_bits() {
    let cells = 40_000;
    let whole = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (mut m, mut system) = chain(cells);
            let mut solver = Solver::new(cells, Method::DormandPrince, Steps::adaptive(1e-6)).unwrap();
            let go_on = |_: &mut _, _: &VectorField<f64>, _: &Solver<f64>| ControlFlow::Continue(());
            let _ = solver.record(&mut system, &mut m, 6e-12, 1e-12, go_on).unwrap();
            (m, solver.counts().steps)
        })
    };
    let (one, steps) = whole(1);
    assert_eq!((&one, steps), (&whole(3).0, steps));

    let (mut m, mut system) = chain(cells);
    let mut solver = Solver::new(cells, Method::DormandPrince, Steps::adaptive(1e-6)).unwrap();
    let mut saved = Vec::new();
    let stop = |_: &mut _, m: &VectorField<f64>, s: &Solver<f64>| {
        if s.time() > 2.5e-12 {
            saved = s.checkpoint(m).to_bytes();
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    };
    assert!(solver.record(&mut system, &mut m, 6e-12, 1e-12, stop).unwrap().is_break());
    let mut resumed = Solver::new(cells, Method::DormandPrince, Steps::adaptive(1e-6)).unwrap();
    let mut m = resumed.resume(&Checkpoint::from_bytes(&saved).unwrap()).unwrap();
    let mut times = Vec::new();
    let note = |_: &mut _, _: &VectorField<f64>, s: &Solver<f64>| {
        times.push(s.time());
        ControlFlow::Continue(())
    };
    let _ = resumed.record(&mut system, &mut m, 6e-12, 1e-12, note).unwrap();
    assert_eq!(times, [4.0 * 1e-12, 5.0 * 1e-12, 6e-12]);
    assert!(m == one && resumed.counts().steps == steps);
}

#[test]
fn damaged_checkpoints_are_refused() {
    let solver = Solver::<f64>::new(2, Method::Heun, Steps::fixed(1e-13)).unwrap();
    let bytes = solver.checkpoint(&VectorField::uniform(2, [0.0, 0.6, 0.8])).to_bytes();
    assert_eq!(Checkpoint::<f64>::from_bytes(&bytes).unwrap().m.get(1), [0.0, 0.6, 0.8]);
    assert_eq!(Checkpoint::<f32>::from_bytes(&bytes), Err(CheckpointError::Precision { found: 8, expected: 4 }));
    for cut in 0..bytes.len() {
        assert!(Checkpoint::<f64>::from_bytes(&bytes[..cut]).is_err());
        let mut wrong = bytes.clone();
        wrong[cut] ^= 4;
        assert!(Checkpoint::<f64>::from_bytes(&wrong).is_err());
    }
    let three = Solver::<f64>::new(3, Method::Heun, Steps::fixed(1e-13)).unwrap();
    assert!(three.clone().resume(&solver.checkpoint(&VectorField::zeros(2))).is_err());
}

#[test]
fn what_goes_wrong_is_named() {
    let mut m = VectorField::<f64>::uniform(4, [1.0, 0.0, 0.0]);
    let mut broken = |m: &VectorField<f64>, t: f64, v: &mut VectorField<f64>| {
        gilbert(0.1, 1.0, |i, _, t| [0.0, if i == 2 && t > 1e-12 { f64::NAN } else { 0.0 }, 1.0])(m, t, v)
    };
    let mut solver = Solver::new(4, Method::RungeKutta4, Steps::fixed(1e-13)).unwrap();
    let error = solver.advance_to(&mut broken, &mut m, 1e-11).unwrap_err();
    assert!(matches!(error, DynamicsError::NotFinite { cell: 2, step: 9 | 10, .. }), "{error}");
    assert!(m.x.iter().all(|x| x.is_finite()));
    let mut adaptive = Solver::new(4, Method::DormandPrince, Steps::adaptive(1e-6)).unwrap();
    assert!(matches!(adaptive.advance_to(&mut broken, &mut m, 1e-11), Err(DynamicsError::NotFinite { cell: 2, .. })));

    let mut strong = gilbert(0.1, 1.0, |_, _, _| [0.0, 0.0, 10.0]);
    let mut solver = Solver::new(4, Method::Heun, Steps::fixed(1e-12)).unwrap();
    let start = m.clone();
    let error = solver.take_steps(&mut strong, &mut m, 1).unwrap_err();
    assert!(matches!(error, DynamicsError::StepTooLong { time_step: 1e-12, .. }) && m == start, "{error}");
    let mut solver = Solver::new(4, Method::Heun, Steps::fixed(1e-13)).unwrap();
    solver.take_steps(&mut strong, &mut m, 2).unwrap();
    assert!(solver.warning().is_some_and(|w| w.contains("0.17")));

    // A field that jumps from call to call has no derivative to follow.
    let mut calls = 0.0;
    let mut wild = gilbert(0.1, 1.0, move |i, _, _| {
        calls += 1.0;
        [0.0, if i == 3 { 1e3 * f64::sin(calls * calls) } else { 0.0 }, 1.0]
    });
    let steps = Steps::Adaptive { error: 1e-9, smallest: 1e-15, largest: 1e-11 };
    let mut solver = Solver::new(4, Method::DormandPrince, steps).unwrap();
    let error = solver.advance_to(&mut wild, &mut m, 1e-9).unwrap_err();
    assert!(matches!(error, DynamicsError::StepTooSmall { cell: 3, smallest: 1e-15, .. }), "{error}");

    assert!(Solver::<f64>::new(1, Method::Heun, Steps::adaptive(1e-5)).is_err());
    assert!(Solver::<f64>::new(1, Method::Heun, Steps::fixed(0.0)).is_err());
    assert!(Solver::<f64>::new(1, Method::DormandPrince, Steps::adaptive(f64::NAN)).is_err());
    assert!(solver.advance_to(&mut strong, &mut m, -1.0).is_err());
    let token = CancelToken::default();
    token.cancel();
    let mut stopped = Solver::new(4, Method::Heun, Steps::fixed(1e-14)).unwrap().with_cancel(token);
    assert!(matches!(stopped.take_steps(&mut strong, &mut m, 1), Err(DynamicsError::Cancelled(_))));
    assert!(solver.take_steps(&mut strong, &mut VectorField::zeros(3), 1).is_err());
}

#[test]
fn runs_end_where_they_are_told_to() {
    let mut system = gilbert(0.5, 1.0, |_, _, _| [0.0, 0.0, 0.5]);
    let mut m = tilted(3.0);
    let mut solver = Solver::new(1, Method::RungeKutta4, Steps::fixed(1e-12)).unwrap();
    solver.take_steps(&mut system, &mut m, 7).unwrap();
    assert_eq!(solver.counts().steps, 7);
    solver.advance_while(&mut system, &mut m, |m, _| m.z[0] < 0.0).unwrap();
    let (theta, _) = collinear(0.5, 0.5, 0.0, 3.0, solver.time());
    assert!(m.z[0] >= 0.0 && (m.z[0] - theta.cos()).abs() < 1e-5);
    // 10.3 steps more: the last is cut.
    let until = solver.time() + 10.3e-12;
    let before = solver.counts().steps;
    solver.advance_to(&mut system, &mut m, until).unwrap();
    assert_eq!((solver.time(), solver.counts().steps - before), (until, 11));
}

#[test]
fn relaxation_and_minimisation_find_the_equilibrium() {
    // A hard field across an easy axis: sin(angle) = B / B_K = 0.3.
    let field = |_: usize, m: Vector, _: f64| [0.03, 0.0, 0.1 * m[2]];
    let energy = |m: Vector| -0.03 * m[0] - 0.05 * m[2] * m[2];
    let mut m = tilted(2.0);
    m.set(0, [0.5, 0.5, -0.5f64.sqrt()]);
    let mut relaxed = m.clone();
    let total = |_: &mut _, m: &VectorField<f64>| energy(m.get(0));
    let (counts, torque) = relax(&mut gilbert(0.5, 0.0, field), &mut relaxed, total, &Relaxation::default()).unwrap();
    assert!((relaxed.x[0] - 0.3).abs() < 1e-6 && relaxed.z[0] < 0.0 && torque < 1e-7, "{relaxed:?} {torque:e} {counts:?}");
    let done = Minimizer::default().run(|m, b| b.set(0, field(0, m.get(0), 0.0)), &mut m).unwrap();
    assert!((m.x[0] - 0.3).abs() < 1e-7 && m.z[0] < 0.0 && done.torque < 1e-8, "{m:?} {done:?}");
    assert!(done.steps < 60 && done.evaluations == done.steps + 1);
}

#[test]
fn a_long_chain_is_minimised_with_the_same_bits_on_any_number_of_threads() {
    // Exchange, an easy axis along x and a hard one along z; from a random tilt all come to lie along x.
    let cells = 20_000;
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let (mut m, _) = chain(cells);
            let field = |m: &VectorField<f64>, b: &mut VectorField<f64>| {
                for i in 0..cells {
                    let (l, c, r) = (m.get((i + cells - 1) % cells), m.get(i), m.get((i + 1) % cells));
                    b.set(i, std::array::from_fn(|k| 5.0 * (l[k] + r[k]) + [0.3, 0.0, -0.5][k] * c[k]));
                }
            };
            let done = Minimizer { moved: 0.0, ..Minimizer::default() }.run(field, &mut m).unwrap();
            (m, done)
        })
    };
    let (m, done) = run(1);
    assert!(done.torque < 1e-9 && m.x.iter().all(|x| *x > 1.0 - 1e-12), "{done:?}");
    assert_eq!((m, done), run(2));
    let none = Minimizer { most_steps: 2, ..Minimizer::default() };
    let turned = none.run(|_, b: &mut VectorField<f64>| b.set(0, [0.0, 0.0, 1.0]), &mut tilted(3.0));
    assert!(matches!(turned, Err(DynamicsError::NotConverged { steps: 2, .. })));
    let nan = none.run(|_, b: &mut VectorField<f64>| b.set(0, [0.0, f64::NAN, 1.0]), &mut tilted(3.0));
    assert!(matches!(nan, Err(DynamicsError::NotFinite { cell: 0, .. })));
}

/// Independent spins in a field along z, with Brown's noise.
struct Paramagnet {
    noise: ThermalField<f64>,
    alpha: f64,
    field: f64,
}

const MS: f64 = 8e5;
const VOLUME: f64 = 1e-25;

impl Paramagnet {
    fn new(cells: usize, alpha: f64, field: f64, temperature: f64) -> Self {
        let [t, a, ms] = [temperature, alpha, MS].map(PerCell::Uniform);
        Self { noise: ThermalField::new(cells, VOLUME, &t, &a, &ms, 11).unwrap(), alpha, field }
    }
}

impl RightHandSide<f64> for Paramagnet {
    fn velocity(&mut self, m: &VectorField<f64>, time: f64, velocity: &mut VectorField<f64>) -> f64 {
        let noise = self.noise.field();
        gilbert(self.alpha, 1.0, |i, _, _| [noise.x[i], noise.y[i], noise.z[i] + self.field])(m, time, velocity)
    }

    fn begin_step(&mut self, step: u64, time_step: f64) {
        self.noise.draw(step, time_step);
    }

    fn is_stochastic(&self) -> bool {
        true
    }
}

#[test]
fn spins_come_to_boltzmanns_distribution_at_any_damping() {
    // xi = Ms V B / kT = 2. From z = 0 the slowest mode decays in some 1/(2 D); eight of those, then 2000 independent spins: the mean and
    // the second moment of m_z within 4.5 standard errors, 6 checks, false alarm below 5e-5.
    let xi = 2.0f64;
    let temperature = 300.0;
    let field = xi * BOLTZMANN * temperature / (MS * VOLUME);
    let langevin = 1.0 / xi.tanh() - 1.0 / xi;
    let second = 1.0 - 2.0 * langevin / xi;
    // <z^4> by parts, as <z^2>.
    let fourth = 1.0 - 4.0 / xi * (1.0 / xi.tanh() - 3.0 / xi * second);
    let cells = 2000;
    for alpha in [0.05, 0.3, 1.0] {
        let mut system = Paramagnet::new(cells, alpha, field, temperature);
        let mut m = VectorField::uniform(cells, [1.0, 0.0, 0.0]);
        let diffusion = alpha * GYROMAGNETIC_RATIO / (1.0 + alpha * alpha) * BOLTZMANN * temperature / (MS * VOLUME);
        // Both the turn in the field and the diffusion in a step are small: 0.03 rad and 0.05 rad.
        let step = (0.03 / (GYROMAGNETIC_RATIO * field)).min(0.05f64.powi(2) / (2.0 * diffusion));
        let mut solver = Solver::new(cells, Method::Heun, Steps::fixed(step)).unwrap();
        solver.advance_to(&mut system, &mut m, 4.0 / diffusion).unwrap();
        let n = cells as f64;
        let mean = m.z.iter().sum::<f64>() / n;
        let square = m.z.iter().map(|z| z * z).sum::<f64>() / n;
        assert!((mean - langevin).abs() < 4.5 * ((second - langevin * langevin) / n).sqrt(), "{alpha}: {mean} {langevin}");
        assert!((square - second).abs() < 4.5 * ((fourth - second * second) / n).sqrt(), "{alpha}: {square} {second}");
    }
}

#[test]
fn small_angles_share_their_energy_equally() {
    // xi = 400: <m_x^2> = <m_y^2> = <m_z> / xi, exactly (from Langevin's law). 4000 spins from z, 4.5 standard errors, 2 checks.
    let xi = 400.0;
    let field = xi * BOLTZMANN * 300.0 / (MS * VOLUME);
    let cells = 4000;
    let mut system = Paramagnet::new(cells, 0.5, field, 300.0);
    let mut m = VectorField::uniform(cells, [0.0, 0.0, 1.0]);
    let mut solver = Solver::new(cells, Method::Heun, Steps::fixed(0.02 / (GYROMAGNETIC_RATIO * field))).unwrap();
    solver.take_steps(&mut system, &mut m, 1500).unwrap();
    let expected = (1.0 - 1.0 / xi) / xi;
    for component in [&m.x, &m.y] {
        let mean = component.iter().map(|c| c * c).sum::<f64>() / cells as f64;
        assert!((mean / expected - 1.0).abs() < 4.5 * (2.0 / cells as f64).sqrt(), "{mean} {expected}");
    }
}

#[test]
fn free_spins_diffuse() {
    // Without a field <m(t).m(0)> = exp(-2 D t); 4000 spins to 2 D t = 0.5, 4.5 standard errors of at most 1/sqrt(3) each.
    let cells = 4000;
    let mut system = Paramagnet::new(cells, 0.2, 0.0, 300.0);
    let mut m = VectorField::uniform(cells, [0.0, 1.0, 0.0]);
    let diffusion = 0.2 * GYROMAGNETIC_RATIO / 1.04 * BOLTZMANN * 300.0 / (MS * VOLUME);
    let end = 0.25 / diffusion;
    let mut solver = Solver::new(cells, Method::Heun, Steps::fixed(end / 400.0)).unwrap();
    solver.advance_to(&mut system, &mut m, end).unwrap();
    let mean = m.y.iter().sum::<f64>() / cells as f64;
    assert!((mean - (-0.5f64).exp()).abs() < 4.5 / (3.0 * cells as f64).sqrt(), "{mean}");
}

#[test]
fn noise_wants_heun_and_its_run_can_be_resumed() {
    let mut system = Paramagnet::new(3, 0.1, 0.1, 300.0);
    let mut m = VectorField::uniform(3, [1.0, 0.0, 0.0]);
    for (method, steps) in [(Method::DormandPrince, Steps::adaptive(1e-5)), (Method::RungeKutta4, Steps::fixed(1e-13))] {
        let error = Solver::new(3, method, steps).unwrap().take_steps(&mut system, &mut m, 1).unwrap_err();
        assert!(matches!(error, DynamicsError::Noise(_)), "{error}");
    }
    let mut solver = Solver::new(3, Method::Heun, Steps::fixed(1e-13)).unwrap();
    solver.take_steps(&mut system, &mut m, 5).unwrap();
    let saved = solver.checkpoint(&m);
    solver.take_steps(&mut system, &mut m, 5).unwrap();
    let mut again = Solver::new(3, Method::Heun, Steps::fixed(1e-13)).unwrap();
    let mut other = again.resume(&saved).unwrap();
    again.take_steps(&mut system, &mut other, 5).unwrap();
    assert_eq!(m, other);
    // The term adds what was drawn.
    let mut zero = VectorField::<f64>::zeros(3);
    let mut row = RowField { x: &mut zero.x, y: &mut zero.y, z: &mut zero.z };
    let noise: &dyn Term<f64> = &system.noise;
    noise.add_row(State { m: &m, time: 0.0 }, Row { start: 0, len: 3, y: 0, z: 0 }, &mut row);
    assert_eq!(&zero, system.noise.field());
}
