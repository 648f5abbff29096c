//! What the command line says.

use clap::{Args as ClapArgs, Parser, Subcommand};
use std::path::PathBuf;

/// Neuromorphic spintronics, from the magnetization to the accuracy and the energy of the network it makes.
#[derive(Debug, Parser)]
#[command(
    name = "spinloom",
    version,
    max_term_width = 100,
    after_help = "Example:\n  spinloom reproduce romera2018 --out vowels"
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the systems that run here
    #[command(after_help = "Example:\n  spinloom list --json")]
    List(List),
    /// Show a system: its card, claims and parameters
    #[command(after_help = "Example:\n  spinloom show romera2018")]
    Show(Show),
    /// Run a system once, or an experiment file
    #[command(
        after_help = "Examples:\n  spinloom run romera2018 --set coupling=2e6 --set observation.window=\"2 us\" --seed 7 --out run7\n  spinloom run experiment.toml --json"
    )]
    Run(Run),
    /// Run systems over several seeds and put the published figures beside ours
    #[command(after_help = "Examples:\n  spinloom reproduce romera2018 --out vowels\n  spinloom reproduce --all --json")]
    Reproduce(Reproduce),
    /// Solve an Ising, QUBO, max-cut, SAT, TSP, circuit or factoring problem with p-bits
    #[command(
        after_help = "Examples:\n  spinloom solve G22.txt --time 10s                          the largest cut that ten seconds find\n  spinloom solve G22.txt --target 13359 --out g22             until a cut of 13359; Ctrl-C, and:\n  spinloom solve G22.txt --target 13359 --out g22 --resume    go on where it was interrupted\n  spinloom solve uf100-01.cnf --json                          all clauses satisfied, as one document\n  spinloom solve adder.blif --clamp s=1 --clamp carry=0       a circuit backwards\n  spinloom solve berlin52.tsp --time 1min                     a short tour\n  spinloom solve couplings.mtx --method tempering --seed 7    couplings J, fields on the diagonal\n  spinloom solve 945                                          factors\n\nFormats, by the end of the file's name: .sparse (Biq Mac), .mtx (MatrixMarket), .qubo,\n.json and .coo (dimod), .cnf and .wcnf (DIMACS), .tsp (TSPLIB), .blif; anything else is a\ngraph `n m` and lines `i j w` (G-set, rudy)."
    )]
    Solve(Solve),
    /// Run a film or a single magnet by the Landau-Lifshitz-Gilbert equation
    #[command(
        after_help = "Examples:\n  spinloom magnet film.toml --out film                        table, magnetization and state in a folder\n  spinloom magnet film.toml --out film --resume               go on where it was interrupted\n  spinloom magnet film.toml --set material.damping=0.5 --json  as one document\n  spinloom magnet film.toml --set stage.2.duration=\"3 ns\"      members of lists are numbered from 1"
    )]
    Magnet(Magnet),
    /// Fit a compact device to measured data, or to macrospins
    #[command(
        after_help = "Examples:\n  spinloom calibrate telegraph --from trace.csv --out fit        barrier and critical voltage of a trace\n  spinloom calibrate junction --from pulses.csv --from loop.csv  switching and resistances together\n  spinloom calibrate oscillator --from spectra.csv --hold nonlinear_damping=1.5\n  spinloom calibrate spin-orbit-neuron --from writes.csv         the sigmoid of a neuron that spikes by chance\n  spinloom calibrate antiferromagnet --from rates.csv --hold exchange_frequency=20e12\n  spinloom calibrate junction --from macrospin                   the compact model of our own LLGS runs\n  spinloom run vincent2015 --device fit/device.toml              the device in a network\n\nColumns by name, units in brackets: `time (ms), resistance (kOhm)`; docs/calibrate.md has all."
    )]
    Calibrate(Calibrate),
    /// Test bits for randomness with all fifteen tests of NIST SP 800-22
    #[command(
        after_help = "Examples:\n  spinloom bits trace.txt\n  spinloom bits random.bin --format binary --length 1000000 --json"
    )]
    Bits(Bits),
    /// List, fetch and verify data sets
    #[command(after_help = "Examples:\n  spinloom data list\n  spinloom data fetch fsdd")]
    Data(Data),
}

/// `list`
#[derive(Debug, ClapArgs)]
pub struct List {
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `show`
#[derive(Debug, ClapArgs)]
pub struct Show {
    /// Name of the system
    pub system: String,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// What `run` and `reproduce` share.
#[derive(Debug, ClapArgs)]
pub struct Common {
    /// Folder for report, tables and figures; nothing is written without it
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace the folder of an earlier run
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Leave out finer maps and sweeps that only illustrate
    #[arg(long)]
    pub quick: bool,
    /// Threads to use; all cores without it. The numbers do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Folder to look for data sets in, before SPINLOOM_DATA and the cache
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `run`
#[derive(Debug, ClapArgs)]
pub struct Run {
    /// Name of a system, or an experiment file that ends in .toml
    #[arg(value_name = "SYSTEM|FILE.toml")]
    pub what: String,
    /// Set a parameter, as in --set coupling=2e6 or --set observation.window="2 us"
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Give the system a device that was calibrated, as in --device fit/device.toml or, where it has several, --device neuron=fit/device.toml
    #[arg(long = "device", value_name = "[GROUP=]FILE")]
    pub device: Vec<String>,
    /// Seed of all random numbers [default: that of the file, or 1]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub common: Common,
}

/// `calibrate`
#[derive(Debug, ClapArgs)]
pub struct Calibrate {
    /// What is calibrated, one of junction, telegraph, oscillator, spin-orbit-neuron and antiferromagnet, as in `calibrate telegraph`
    #[arg(value_name = "DEVICE")]
    pub device: String,
    /// CSV file of measurements, or macrospin for our own simulation, as in --from trace.csv; may be given several times
    #[arg(long, value_name = "FILE|macrospin", required = true)]
    pub from: Vec<String>,
    /// Fit this parameter and others that are named so, in the place of those that the data can tell, as in --free barrier
    #[arg(long, value_name = "NAME")]
    pub free: Vec<String>,
    /// Do not fit this parameter but hold it, at a value where one is given, as in --hold attempt_time="0.5 ns"
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub hold: Vec<String>,
    /// Set another parameter, as in --set hysteresis=0.5; `spinloom show calibrate-telegraph` lists them
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Seed of simulated data
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    #[command(flatten)]
    pub common: Common,
}

/// `reproduce`
#[derive(Debug, ClapArgs)]
pub struct Reproduce {
    /// Names of systems
    #[arg(required_unless_present = "all", value_name = "SYSTEM")]
    pub systems: Vec<String>,
    /// All systems
    #[arg(long, conflicts_with = "systems")]
    pub all: bool,
    /// Number of seeds
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub seeds: u64,
    /// First seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Go on with what an interrupted run into --out left finished
    #[arg(long, requires = "out")]
    pub resume: bool,
    #[command(flatten)]
    pub common: Common,
}

/// `solve`
#[derive(Debug, ClapArgs)]
#[allow(clippy::struct_excessive_bools, reason = "every one is a switch of the command line")]
pub struct Solve {
    /// A problem file, or an odd whole number to factor
    #[arg(value_name = "FILE|NUMBER")]
    pub problem: String,
    /// Format of the file, where its name does not tell, as in --format cnf
    #[arg(long, value_name = "FORMAT", value_parser = ["rudy", "biqmac", "mtx", "qubo", "json", "coo", "cnf", "tsp", "blif"])]
    pub format: Option<String>,
    /// What a file of weights means, where it is not the usual for its format, as in --as ising
    #[arg(long = "as", value_name = "MEANING", value_parser = ["max-cut", "ising", "qubo"])]
    pub meaning: Option<String>,
    /// How to look: simulated annealing on bit planes (anneal, or with random numbers shared by reads: anneal-shared) or of single chains
    /// (single), parallel tempering, path-integral annealing; auto takes what suits the problem, as in --method tempering
    #[arg(long, value_name = "METHOD", default_value = "auto", value_parser = ["auto", "anneal", "anneal-shared", "single", "tempering", "path-integral"])]
    pub method: String,
    /// Stop when the objective is as good as this: a cut, a value, a length, ..., as in --target 13359
    #[arg(long, value_name = "OBJECTIVE", allow_negative_numbers = true)]
    pub target: Option<f64>,
    /// Go on with longer and longer rounds for this long, as in --time 10s or --time "2 min"
    #[arg(long, value_name = "TIME")]
    pub time: Option<String>,
    /// Reads in a round, as in --reads 128; they are independent but for anneal-shared
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    pub reads: Option<u32>,
    /// Sweeps of a read, as in --sweeps 1000; one sweep tries every spin once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub sweeps: Option<u32>,
    /// Inverse temperatures at the beginning and the end, as in --beta-range 0.1 3
    #[arg(long, value_names = ["HOT", "COLD"], num_args = 2)]
    pub beta_range: Option<Vec<f64>>,
    /// How a spin decides: metropolis, or heat-bath, the p-bit; as in --rule heat-bath
    #[arg(long, value_name = "RULE", default_value = "metropolis", value_parser = ["metropolis", "heat-bath"])]
    pub rule: String,
    /// In which order spins are visited: runs of neighbours in an order drawn anew, every spin in such an order (permuted), spins drawn at
    /// random, or always the same order (fixed), in which Metropolis hangs on lattices; auto takes runs on lattices and the fixed order
    /// elsewhere; as in --order random
    #[arg(long, value_name = "ORDER", default_value = "auto", value_parser = ["auto", "runs", "permuted", "random", "fixed"])]
    pub order: String,
    /// Hold a spin, by name or number from 0, as in --clamp s0=1 --clamp 3=0
    #[arg(long = "clamp", value_name = "NAME=VALUE")]
    pub clamp: Vec<String>,
    /// Replace terms of more than two spins by pairs and new spins
    #[arg(long)]
    pub reduce: bool,
    /// Factor by an invertible multiplier in place of (X Y - N)^2
    #[arg(long)]
    pub multiplier: bool,
    /// Seed of all random numbers
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Folder for answer, energies and the state to resume from, as in --out g22
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on from the state in --out
    #[arg(long, requires = "out")]
    pub resume: bool,
    /// Threads to use; all cores without it. The answer does not depend on it, unless --time ends the work
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `magnet`
#[derive(Debug, ClapArgs)]
pub struct Magnet {
    /// Description of a film in TOML, or a script of mumax3
    #[arg(value_name = "FILE.toml|FILE.mx3")]
    pub file: PathBuf,
    /// Change the description, as in --set material.damping=0.5 or --set stage.1.duration="2 ns"
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Folder for table, magnetization and the state to resume from; nothing is written without it
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Go on with what an interrupted run left in --out
    #[arg(long, requires = "out", conflicts_with = "force")]
    pub resume: bool,
    /// Replace what an earlier run left in --out
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Threads to use; all cores without it. The numbers do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub threads: Option<u32>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `bits`
#[derive(Debug, ClapArgs)]
pub struct Bits {
    /// File of bits
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How bits are written: characters 0 and 1 with white space between them, or eight bits a byte, the most significant first
    #[arg(long, value_name = "FORMAT", default_value = "ascii", value_parser = ["ascii", "binary"])]
    pub format: String,
    /// Cut the bits into sequences of this length and judge them together; several tests want 1000000
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(100..))]
    pub length: Option<u64>,
    /// Level of significance: a smaller p-value speaks against randomness
    #[arg(long, value_name = "ALPHA", default_value_t = 0.01)]
    pub significance: f64,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `data`
#[derive(Debug, ClapArgs)]
pub struct Data {
    /// What to do with data sets.
    #[command(subcommand)]
    pub verb: DataVerb,
}

/// The verbs of `data`.
#[derive(Debug, Subcommand)]
pub enum DataVerb {
    /// List the data sets: what, licence, size, where found
    #[command(after_help = "Example:\n  spinloom data list --json")]
    List(DataWhere),
    /// Download data sets into the cache, or into --data
    #[command(after_help = "Example:\n  spinloom data fetch fsdd hillenbrand")]
    Fetch(DataNames),
    /// Compare every file of data sets with its published checksum
    #[command(after_help = "Example:\n  spinloom data verify fsdd")]
    Verify(DataNames),
}

/// Where data sets are, and how to answer.
#[derive(Debug, ClapArgs)]
pub struct DataWhere {
    /// Folder of data sets, before SPINLOOM_DATA and the cache
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Named data sets.
#[derive(Debug, ClapArgs)]
pub struct DataNames {
    /// Names; all of them without any
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Address to fetch from in place of the published one
    #[arg(long, value_name = "URL")]
    pub mirror: Option<String>,
    #[command(flatten)]
    pub place: DataWhere,
}
