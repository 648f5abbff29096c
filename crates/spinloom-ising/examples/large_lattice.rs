//! Anneals a +-J spin glass on a cubic lattice of 10^8 sites on all cores:
//!
//!     cargo run --release -p spinloom-ising --example large_lattice [SWEEPS]

#![allow(clippy::print_stdout, reason = "an example that talks to the person who runs it")]

use spinloom_ising::{IsingError, Rule, lattice::Lattice, planes::Planes256};
use std::time::Instant;

fn main() -> Result<(), IsingError> {
    let sweeps: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(40);
    let start = Instant::now();
    let mut lattice = Lattice::<Planes256>::spin_glass([512, 448, 448], 1)?;
    let sites = lattice.sites() as f64;
    println!("{sites:.4e} sites, made in {:.2} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    for k in 0..sweeps {
        lattice.sweep(0.1 + 1.9 * k as f64 / (sweeps.max(2) - 1) as f64, Rule::Metropolis);
        if (k + 1) % 10 == 0 {
            println!("{} sweeps: {:.4} a site", k + 1, lattice.energy() / sites);
        }
    }
    let second = start.elapsed().as_secs_f64();
    println!(
        "{:.2} attempted updates a nanosecond on {} threads",
        sites * sweeps as f64 / second * 1e-9,
        rayon::current_num_threads()
    );
    Ok(())
}
