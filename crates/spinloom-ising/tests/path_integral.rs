//! Path integrals against exact diagonalisation and exact transfer matrices.
#![allow(clippy::unwrap_used, missing_docs)]

use spinloom_core::random::Stream;
use spinloom_core::statistics::{effective_sample_size, mean, variance};
use spinloom_ising::anneal::Control;
use spinloom_ising::chain::Chain;
use spinloom_ising::path_integral::{PathIntegral, Quantum, SignedSlices, Slices, anneal_path_integral, unroll};
use spinloom_ising::{Ising, IsingError, Order, Rule, exact};

fn ring(spins: usize, coupling: f64) -> Ising {
    Ising::new(spins, (0..spins).map(|i| (i, (i + 1) % spins, coupling)), vec![0.0; spins], 0.0).unwrap()
}

/// Mean and standard error of a correlated series.
fn average(series: &[f64]) -> (f64, f64) {
    (mean(series), (variance(series) / effective_sample_size(series)).sqrt())
}

#[test]
fn the_ring_is_that_of_free_fermions() {
    let levels = Quantum::new(&ring(8, 1.0), 1.0).unwrap().levels().unwrap();
    // E_0 = -sum over k = (2 l + 1) pi / M of sqrt(J^2 + Gamma^2 + 2 J Gamma cos k) = -2 / sin(pi / 16).
    assert!((levels.energies()[0] + 2.0 / (std::f64::consts::PI / 16.0).sin()).abs() < 1e-11);
    assert!((levels.energies()[1] - levels.energies()[0] - 0.196_982_81).abs() < 1e-8);
    let free = |j: f64, g: f64| -> f64 {
        let k = |l: usize| (2.0 * l as f64 + 1.0) * std::f64::consts::PI / 8.0;
        -(0..8).map(|l| (j * j + g * g + 2.0 * j * g * k(l).cos()).sqrt()).sum::<f64>()
    };
    for (j, g) in [(2.0, 1.0), (1.0, 2.0), (0.3, 0.9)] {
        let levels = Quantum::new(&ring(8, j), g).unwrap().levels().unwrap();
        assert!((levels.energies()[0] - free(j, g)).abs() < 1e-10);
    }
}

#[test]
fn exact_averages_with_and_without_slices() {
    // Independent values by exact diagonalisation and transfer matrices in double precision.
    let quantum = |j: f64, g: f64| Quantum::new(&ring(8, j), g).unwrap();
    let close = |found: &dyn Fn(usize) -> f64, wanted: [f64; 4], digits: f64| {
        for (r, w) in wanted.into_iter().enumerate() {
            assert!((found(r + 1) - w).abs() < digits, "C({}) = {} instead of {w}", r + 1, found(r + 1));
        }
    };
    let critical = quantum(1.0, 1.0);
    let thermal = critical.levels().unwrap().thermal(10.0);
    close(&|r| thermal.correlation(0, r), [0.654_522_74, 0.575_508_78, 0.544_401_75, 0.535_636_90], 1e-8);
    assert!((thermal.transverse() - 0.623_920_92).abs() < 1e-8);
    for (n, c) in [
        (20, [0.739_584, 0.643_098, 0.603_724, 0.592_693]),
        (50, [0.670_513, 0.586_721, 0.554_349, 0.545_270]),
        (100, [0.658_623, 0.578_323, 0.546_914, 0.538_073]),
        (250, [0.655_184, 0.575_960, 0.544_805, 0.536_028]),
    ] {
        let replicas = critical.replicas(10.0, n).unwrap();
        close(&|r| replicas.correlation(0, r), c, 6e-7);
    }
    let ordered = quantum(2.0, 1.0);
    assert!((ordered.levels().unwrap().energies()[0] + 17.018_164_47).abs() < 1e-7);
    let thermal = ordered.levels().unwrap().thermal(10.0);
    close(&|r| thermal.correlation(3, (3 + r) % 8), [0.934_208_32, 0.930_994_69, 0.930_651_63, 0.930_611_10], 1e-8);
    let replicas = ordered.replicas(10.0, 250).unwrap();
    close(&|r| replicas.correlation(0, r), [0.934_757, 0.931_494, 0.931_146, 0.931_105], 6e-7);
    let disordered = quantum(1.0, 2.0);
    let thermal = disordered.levels().unwrap().thermal(2.0);
    close(&|r| thermal.correlation(0, r), [0.264_823_99, 0.107_417_75, 0.054_717_83, 0.041_408_61], 1e-8);
    assert!((thermal.transverse() - 0.927_888_93).abs() < 1e-8);
    let replicas = disordered.replicas(2.0, 20).unwrap();
    close(&|r| replicas.correlation(0, r), [0.277_161, 0.112_472, 0.057_732, 0.043_898], 6e-7);
    // The error of <sx> falls as 1/n^2 as well.
    let error = |n: usize| disordered.replicas(2.0, n).unwrap().transverse() - thermal.transverse();
    assert!((error(50) / error(100) - 4.0).abs() < 0.02, "{}", error(50) / error(100));
}

#[test]
fn the_unrolled_model_is_the_transfer_matrix() {
    let mut model = ring(3, 0.7);
    model = Ising::new(3, model.couplings().collect::<Vec<_>>(), vec![0.2, -0.4, 0.1], 0.3).unwrap();
    let (beta, gamma, slices) = (1.3, 0.9, 4);
    let unrolled = unroll(&model, beta, gamma, slices).unwrap();
    let p = exact::boltzmann(&unrolled, 1.0).unwrap();
    let replicas = Quantum::new(&model, gamma).unwrap().replicas(beta, slices).unwrap();
    let mut first = [0.0; 8];
    p.iter().enumerate().for_each(|(s, p)| first[s & 7] += p);
    assert!(exact::total_variation(&first, replicas.density()) < 1e-12);
    // ln Z, with the constant of the bonds in time: (1/2) ln (sinh a cosh a) each.
    let a = beta * gamma / slices as f64;
    let energies = exact::energies(&unrolled).unwrap();
    let log_z = energies.iter().map(|e| (-e).exp()).sum::<f64>().ln() + 6.0 * (a.sinh() * a.cosh()).ln();
    assert!((log_z - replicas.log_partition()).abs() < 1e-10);
    // A bipartite model and an even number of slices need two colours.
    let colours = |spins: usize, slices: usize| {
        unroll(&ring(spins, 1.0), 1.0, 1.0, slices).unwrap().colouring().into_iter().max().unwrap() + 1
    };
    assert_eq!((colours(8, 10), colours(6, 4)), (2, 2));
    assert!(colours(7, 10) > 2 && colours(8, 5) > 2);
}

#[test]
fn slices_sample_what_the_transfer_matrix_gives() {
    let model = Ising::new(4, [(0, 1, 1.0), (1, 2, -0.6), (2, 3, 0.8), (0, 3, 0.5), (0, 2, 0.3)], vec![0.3, 0.0, -0.2, 0.1], 0.0)
        .unwrap();
    let (beta, gamma) = (2.0, 0.8);
    let quantum = Quantum::new(&model, gamma).unwrap();
    // Even and odd numbers of slices, with clusters and without.
    for (slices, clusters, sweeps) in [(8, false, 60_000), (8, true, 60_000), (7, true, 60_000), (40, true, 40_000)] {
        let wanted = quantum.replicas(beta, slices).unwrap();
        let mut sampler = Slices::new(&model, slices, &mut Stream::new(3, "path integral test", slices as u64)).unwrap();
        (0..500).for_each(|_| sampler.sweep(beta, gamma, clusters));
        let mut series: Vec<Vec<f64>> = (0..4).map(|_| Vec::with_capacity(sweeps)).collect();
        for _ in 0..sweeps {
            sampler.sweep(beta, gamma, clusters);
            series[0].push(sampler.correlation(0, 1));
            series[1].push(sampler.correlation(1, 3));
            series[2].push(sampler.magnetization(0));
            series[3].push(sampler.transverse(beta, gamma));
        }
        let exact = [wanted.correlation(0, 1), wanted.correlation(1, 3), wanted.magnetization(0), wanted.transverse()];
        for (values, exact) in series.iter().zip(exact) {
            let (found, error) = average(values);
            // Sixteen comparisons at 4.5 standard errors: false alarm about 1e-4.
            assert!((found - exact).abs() < 4.5 * error, "{slices} slices: {found} +- {error}, exact {exact}");
            assert!(error < 0.02);
        }
    }
}

#[test]
fn any_sampler_takes_the_unrolled_model() {
    let model = ring(4, 1.0);
    let unrolled = unroll(&model, 2.0, 1.0, 6).unwrap();
    let wanted = Quantum::new(&model, 1.0).unwrap().replicas(2.0, 6).unwrap();
    let mut chain = Chain::new(&unrolled, Stream::new(5, "path integral test", 0), Rule::HeatBath, Order::Permuted);
    let mut series = Vec::new();
    for _ in 0..60_000 {
        chain.sweep(1.0);
        series.push((0..6).map(|k| f64::from(chain.spins()[4 * k] * chain.spins()[4 * k + 1])).sum::<f64>() / 6.0);
    }
    let (found, error) = average(&series);
    assert!((found - wanted.correlation(0, 1)).abs() < 4.0 * error, "{found} +- {error}");
}

#[test]
fn clusters_in_time_outrun_single_flips() {
    let model = ring(8, 1.0);
    let worth = |clusters: bool| {
        let mut slices = Slices::new(&model, 100, &mut Stream::new(7, "path integral test", 1)).unwrap();
        (0..300).for_each(|_| slices.sweep(4.0, 2.0, clusters));
        let series: Vec<f64> = (0..4000)
            .map(|_| {
                slices.sweep(4.0, 2.0, clusters);
                slices.magnetization(0)
            })
            .collect();
        effective_sample_size(&series)
    };
    let (with, without) = (worth(true), worth(false));
    assert!(with > 8.0 * without, "{with} {without}");
}

#[test]
fn extreme_parameters_stay_finite() {
    // Products of weights would overflow here; the sampler falls back to exponentials of clamped fields.
    let model = ring(6, 1e6);
    let mut slices = Slices::new(&model, 4, &mut Stream::new(1, "path integral test", 2)).unwrap();
    for gamma in [1e-300, 1e-3, 1.0, 1e9] {
        (0..50).for_each(|_| slices.sweep(10.0, gamma, true));
        assert!(slices.transverse(10.0, gamma).is_finite() && slices.correlation(0, 1).abs() <= 1.0);
    }
    (0..50).for_each(|_| slices.sweep(10.0, 1e-3, true));
    assert_eq!(slices.correlation(0, 3), 1.0);
}

#[test]
fn taking_the_field_away_finds_ground_states() {
    let mut stream = Stream::new(11, "path integral test", 0);
    let couplings: Vec<_> =
        (0..12).flat_map(|i| (i + 1..12).map(move |j| (i, j))).map(|(i, j)| (i, j, stream.normal())).collect();
    let model = Ising::new(12, couplings, vec![0.0; 12], 0.0).unwrap();
    let least = exact::energies(&model).unwrap().into_iter().fold(f64::INFINITY, f64::min);
    let reads =
        anneal_path_integral(&model, &PathIntegral { sweeps: 200, reads: 8, ..PathIntegral::default() }, &Control::default());
    let reads = reads.unwrap();
    assert!((reads.best_energy - least).abs() < 1e-9 && (model.energy(&reads.best) - least).abs() < 1e-9);
}

/// A strip of triangles: every spin is coupled to its next two neighbours.
fn strip(spins: usize) -> Vec<(usize, usize, f64)> {
    let pairs = (0..spins).flat_map(|i| [(i, i + 1), (i, i + 2)]);
    pairs.filter(|p| p.1 < spins).map(|(i, j)| (i, j, 1.0)).collect()
}

#[test]
fn signs_fall_exponentially_where_weights_are_negative() {
    let free = |n: usize| Ising::new(n, [], vec![0.0; n], 0.0).unwrap();
    let triangle = Quantum::new(&free(3), 0.5).unwrap().with_exchange(&strip(3)).unwrap();
    let (levels, positive) = (triangle.levels().unwrap(), triangle.stoquastic_levels().unwrap());
    // The limit of many slices is exp(-beta (F - F')).
    let limit = |beta: f64| (-beta * (levels.free_energy(beta) - positive.free_energy(beta))).exp();
    for beta in [0.5, 1.0, 2.0, 4.0] {
        // Absolute values of small elements make the error of ln <sign> one order larger than that of averages: 1/n.
        let error = |n: usize| (triangle.sign(beta, n).unwrap() / limit(beta)).ln();
        assert!((error(800) / error(1600) - 2.0).abs() < 0.05, "{beta}: {}", error(800) / error(1600));
    }
    let rate = |beta: f64| (limit(beta) / limit(beta + 1.0)).ln();
    assert!((rate(8.0) - (levels.energies()[0] - positive.energies()[0])).abs() < 0.02);
    // Sampled signs; ten comparisons at 4 standard errors: false alarm below 1e-3.
    for (spins, beta) in [(3, 0.5), (3, 1.0), (3, 1.5), (4, 1.0), (5, 0.7)] {
        let model = Quantum::new(&free(spins), 0.5).unwrap().with_exchange(&strip(spins)).unwrap();
        let mut slices = SignedSlices::new(&model, beta, 12, &mut Stream::new(13, "path integral test", spins as u64)).unwrap();
        let signs: Vec<f64> = (0..30_000)
            .map(|_| {
                slices.sweep();
                slices.sign()
            })
            .collect();
        let ((found, error), wanted) = (average(&signs), model.sign(beta, 12).unwrap());
        assert!((found - wanted).abs() < 4.0 * error, "{spins} spins, beta {beta}: {found} +- {error}, exact {wanted}");
    }
}

#[test]
fn stoquastic_models_have_no_sign() {
    let model = ring(4, 0.8);
    let negative: Vec<_> = strip(4).into_iter().map(|(i, j, _)| (i, j, -0.7)).collect();
    for quantum in [Quantum::new(&model, 0.6).unwrap(), Quantum::new(&model, 0.6).unwrap().with_exchange(&negative).unwrap()] {
        assert_eq!(quantum.sign(3.0, 20).unwrap(), 1.0);
        let mut slices = SignedSlices::new(&quantum, 3.0, 20, &mut Stream::new(17, "path integral test", 0)).unwrap();
        let mut series = Vec::new();
        for _ in 0..20_000 {
            slices.sweep();
            assert_eq!(slices.sign(), 1.0);
            series.push(slices.states().iter().filter(|&&s| (s ^ s >> 1) & 1 == 0).count() as f64 / 10.0 - 1.0);
        }
        let (found, error) = average(&series);
        let wanted = quantum.replicas(3.0, 20).unwrap().correlation(0, 1);
        assert!((found - wanted).abs() < 4.0 * error, "{found} +- {error}, exact {wanted}");
    }
    // Without frustration a change of basis removes the sign: no closed path takes an odd number of positive elements.
    let chain = Quantum::new(&ring(4, 0.8), 0.0).unwrap().with_exchange(&[(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)]).unwrap();
    assert!((chain.sign(2.0, 10).unwrap() - 1.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_is_refused() {
    let model = ring(4, 1.0);
    let mut stream = Stream::new(1, "path integral test", 9);
    assert!(Slices::new(&model, 1, &mut stream).is_err());
    assert!(Slices::from_state(&model, 4, &[1; 3], &mut stream).is_err());
    assert!(Slices::from_state(&model, 4, &[1, 1, 0, 1], &mut stream).is_err());
    assert_eq!(Slices::from_state(&model, 4, &[1, -1, 1, 1], &mut stream).unwrap().slice(3), [1, -1, 1, 1]);
    assert!(unroll(&model, 0.0, 1.0, 4).is_err() && unroll(&model, 1.0, f64::NAN, 4).is_err());
    assert!(matches!(Quantum::new(&ring(11, 1.0), 1.0), Err(IsingError::Unsuitable(_))));
    let quantum = Quantum::new(&model, 1.0).unwrap();
    assert!(quantum.replicas(1.0, 0).is_err() && quantum.replicas(-1.0, 4).is_err() && quantum.sign(f64::INFINITY, 4).is_err());
    assert!(quantum.clone().with_exchange(&[(0, 9, 1.0)]).is_err() && quantum.with_exchange(&[(0, 0, 1.0)]).is_err());
}
