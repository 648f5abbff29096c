//! Large lattices against the same model as a list of couplings.

use spinloom_core::random::Stream;
use spinloom_core::statistics::{effective_sample_size, mean, variance};
use spinloom_ising::chain::{Walk, Walker};
use spinloom_ising::lattice::Lattice;
use spinloom_ising::planes::{Planes, Planes64, Planes256};
use spinloom_ising::whole::Whole;
use spinloom_ising::{Order, Rule};

fn agrees<P: Planes>(sides: [usize; 3]) {
    let mut lattice = Lattice::<P>::spin_glass(sides, 5).expect("a lattice");
    for k in 0..5 {
        lattice.sweep(0.2 * f64::from(k), Rule::HeatBath);
        let (model, state) = lattice.to_ising().expect("small");
        assert_eq!(lattice.energy(), model.energy(&state));
        let mean = state.iter().map(|&m| f64::from(m)).sum::<f64>() / state.len() as f64;
        assert!((lattice.magnetization() - mean).abs() < 1e-12);
    }
    // Without temperature no field is gone against.
    (0..30).for_each(|_| lattice.sweep(f64::INFINITY, Rule::Metropolis));
    let (model, state) = lattice.to_ising().expect("small");
    assert!((0..state.len()).all(|i| f64::from(state[i]) * model.local_field(&state, i) >= 0.0));
}

#[test]
fn energies_are_those_of_the_couplings() {
    agrees::<Planes64>([128, 4, 6]);
    agrees::<Planes64>([256, 2, 4]);
    agrees::<Planes256>([512, 2, 2]);
    agrees::<Planes256>([1024, 4, 2]);
}

/// Mean energy in equilibrium, held against a chain over the same couplings: apart by less than five standard errors (6e-7).
#[test]
fn equilibrium_is_that_of_a_chain() {
    for rule in [Rule::HeatBath, Rule::Metropolis] {
        let mut lattice = Lattice::<Planes64>::spin_glass([128, 4, 4], 6).expect("a lattice");
        let (model, state) = lattice.to_ising().expect("small");
        let whole = Whole::new(&model).expect("whole numbers");
        let stream = Stream::new(3, "lattice test", 0);
        let mut chain = whole.walker(Walk { state: Some(state), stream, rule: Rule::HeatBath, order: Order::Permuted });
        let beta = 0.6;
        for _ in 0..500 {
            lattice.sweep(beta, rule);
            chain.sweep(beta);
        }
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..4000 {
            lattice.sweep(beta, rule);
            chain.sweep(beta);
            a.push(lattice.energy());
            b.push(chain.energy());
        }
        let error = |v: &[f64]| variance(v) / effective_sample_size(v);
        let z = (mean(&a) - mean(&b)) / (error(&a) + error(&b)).sqrt();
        assert!(z.abs() < 5.0, "{rule:?}: {} against {}, z = {z}", mean(&a), mean(&b));
    }
}

#[test]
fn threads_do_not_matter_and_sides_are_checked() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let mut lattice = Lattice::<Planes64>::ferromagnet([128, 8, 8], 2).expect("a lattice");
            (0..40).for_each(|_| lattice.sweep(0.3, Rule::HeatBath));
            (lattice.energy(), lattice.magnetization())
        })
    };
    assert_eq!(run(1), run(3));
    assert!(Lattice::<Planes64>::spin_glass([100, 4, 4], 1).expect_err("too narrow").to_string().contains("multiple of 128"));
    assert!(Lattice::<Planes64>::spin_glass([128, 3, 4], 1).is_err());
    let huge = Lattice::<Planes64>::spin_glass([1 << 20, 1 << 20, 1 << 12], 1).expect_err("too large").to_string();
    assert!(huge.contains("GiB"), "{huge}");
}
