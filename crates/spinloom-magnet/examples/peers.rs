//! The side of spinloom in `bench/peers/run.py --magnets`: does the one piece of work that its argument describes as JSON, which the
//! peers get too, and prints the seconds of that work alone as one line of JSON.
//!
//! Seconds are those of the processor where one thread works, which other programs on the machine do not lengthen, and those of the
//! clock else.

#![allow(clippy::print_stdout, reason = "a program that talks to the one who runs it")]

use serde::Deserialize;
use serde_json::{Value, json};
use spinloom_core::constants::VACUUM_PERMEABILITY;
use spinloom_core::random::Stream;
use spinloom_magnet::film::dynamics::{Method, Minimizer, Solver, Steps};
use spinloom_magnet::film::{Demag, Film, Grid, Material, PerCell, Real, VectorField, Zeeman};
use spinloom_magnet::macrospin::{Drive, Efficiency, Ensemble, Magnet, SpinTransfer};
use spinloom_magnet::quantity::average;
use std::error::Error;
use std::time::Instant;

type Outcome = Result<Value, Box<dyn Error + Send + Sync>>;

/// One piece of work, SI throughout; `bench/peers/magnets.py` says what it is for.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Work {
    Macrospins(Macrospins),
    Film(FilmWork),
    Switching(Switching),
}

/// Steps of Heun's method of disks without coupling.
#[derive(Deserialize)]
struct Macrospins {
    count: usize,
    steps: usize,
    time_step: f64,
    diameter: f64,
    thickness: f64,
    saturation_magnetization: f64,
    anisotropy: f64,
    demagnetization: [f64; 3],
    damping: f64,
    temperature: f64,
    polarization: f64,
    polarizer: [f64; 3],
    current_density: f64,
    start: [f64; 3],
}

/// Right-hand sides of one magnetization.
#[derive(Deserialize)]
struct FilmWork {
    cells: [usize; 3],
    cell_size: [f64; 3],
    precision: String,
    evaluations: usize,
    saturation_magnetization: f64,
    exchange_stiffness: f64,
    uniaxial_anisotropy: f64,
    interfacial_dmi: f64,
    damping: f64,
}

/// Standard problem 4 of muMAG: a minimum of the energy, then a field for a while, of which the seconds are.
#[derive(Deserialize)]
struct Switching {
    cells: [usize; 3],
    cell_size: [f64; 3],
    saturation_magnetization: f64,
    exchange_stiffness: f64,
    damping: f64,
    /// That of fields H, m/(A s).
    gyromagnetic_ratio: f64,
    start: [f64; 3],
    field: [f64; 3],
    duration: f64,
}

/// What both clocks show.
struct Clock {
    begin: Instant,
    processor: Option<f64>,
}

impl Clock {
    fn start() -> Self {
        Self { begin: Instant::now(), processor: processor_time() }
    }

    fn seconds(&self) -> f64 {
        let wall = self.begin.elapsed().as_secs_f64();
        match (rayon::current_num_threads(), self.processor, processor_time()) {
            (1, Some(begin), Some(end)) => end - begin,
            _ => wall,
        }
    }
}

/// Seconds of the processor that this thread has had, where the system tells.
fn processor_time() -> Option<f64> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(times.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9)
}

fn macrospins(work: &Macrospins) -> Outcome {
    let area = std::f64::consts::PI / 4.0 * work.diameter * work.diameter;
    let magnet = Magnet {
        saturation_magnetization: work.saturation_magnetization,
        volume: area * work.thickness,
        damping: work.damping,
        anisotropy: work.anisotropy,
        axis: [0.0, 0.0, 1.0],
        demagnetization: work.demagnetization,
        temperature: work.temperature,
    };
    let mut spins = Ensemble::new(&vec![magnet; work.count], work.time_step, |i| Stream::new(1, "peers", i))?;
    for i in 0..work.count {
        spins.set_magnetization(i, work.start)?;
        if work.current_density != 0.0 {
            let efficiency = Efficiency::Constant { polarization: work.polarization };
            spins.set_spin_transfer(i, Some(SpinTransfer { polarization: work.polarizer, efficiency, field_like: 0.0 }))?;
            spins.set_drive(i, &Drive { current: work.current_density * area, ..Drive::default() })?;
        }
    }
    let clock = Clock::start();
    spins.advance(work.steps)?;
    let seconds = clock.seconds();
    let mz = spins.magnetizations().map(|m| m[2]).sum::<f64>() / work.count as f64;
    Ok(json!({ "seconds": seconds, "checks": { "mz": mz } }))
}

fn film<T: Real>(work: &FilmWork) -> Outcome {
    let grid = Grid::new(work.cells, work.cell_size)?;
    let mut material = Material::<T>::new(work.saturation_magnetization, work.damping, work.exchange_stiffness);
    material.uniaxial_anisotropy[0] = PerCell::Uniform(T::of(work.uniaxial_anisotropy));
    material.interfacial_dmi = PerCell::Uniform(T::of(work.interfacial_dmi));
    let mut film = Film::new(grid, material)?;
    film.magnetize(|[x, y, _]| [(3e8 * x).cos(), (2e8 * y).sin(), 0.2])?;
    film.set_demag(Some(Demag::new(&grid)?));
    let m = film.magnetization().clone();
    let mut velocity = VectorField::zeros(m.len());
    film.velocity(&m, 0.0, &mut velocity);
    let clock = Clock::start();
    for _ in 0..work.evaluations {
        film.velocity(&m, 0.0, &mut velocity);
    }
    let seconds = clock.seconds();
    let squares: f64 = velocity.components().iter().flat_map(|v| v.iter()).map(|v| v.double().powi(2)).sum();
    Ok(json!({ "seconds": seconds, "checks": { "root_mean_square_velocity": (squares / m.len() as f64).sqrt() } }))
}

fn switching(work: &Switching) -> Outcome {
    let grid = Grid::new(work.cells, work.cell_size)?;
    let material = Material::new(work.saturation_magnetization, work.damping, work.exchange_stiffness);
    let mut film = Film::<f64>::new(grid, material)?;
    film.set_gyromagnetic_ratio(work.gyromagnetic_ratio / VACUUM_PERMEABILITY)?;
    film.set_demag(Some(Demag::new(&grid)?));
    film.magnetize(|_| work.start)?;
    let mut m = film.magnetization().clone();
    Minimizer::default().run(|m, field| film.field_of(m, 0.0, field), &mut m)?;
    film.set_magnetization(&m)?;
    film.add_term(Box::new(Zeeman::uniform(work.field)?));
    // What the command `spinloom magnet` does where a description says nothing else.
    let mut solver = Solver::new(grid.len(), Method::DormandPrince, Steps::adaptive(1e-5))?;
    let clock = Clock::start();
    film.advance_to(&mut solver, work.duration)?;
    let seconds = clock.seconds();
    let my = average(film.magnetization()).map(|m| m[1]);
    Ok(json!({ "seconds": seconds, "checks": { "my": my, "evaluations": solver.counts().evaluations } }))
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (description, threads) = match std::env::args().skip(1).collect::<Vec<_>>().as_slice() {
        [description, threads] => (description.clone(), threads.parse()?),
        _ => return Err("usage: peers DESCRIPTION THREADS, with the work as JSON: see bench/peers/magnets.py".into()),
    };
    let work = serde_json::from_str(&description)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let mut answer = pool.install(|| match &work {
        Work::Macrospins(work) => macrospins(work),
        Work::Film(work) if work.precision == "f32" => film::<f32>(work),
        Work::Film(work) => film::<f64>(work),
        Work::Switching(work) => switching(work),
    })?;
    answer["peer"] = "spinloom".into();
    answer["peer_version"] = env!("CARGO_PKG_VERSION").into();
    println!("{answer}");
    Ok(())
}
