//! Anneals a G-set file with the 64 replicas of `ferrotherm::multispin` and prints the line of JSON that `run.py` reads.
//!
//! Arguments: FILE --sweeps S --reads R --seed N. Reads come 64 at a time; the inverse temperature goes geometrically
//! from 0.05 to 4 in at most 60 stages, which is what ferrotherm's Python package does when told nothing else.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use ferrotherm::graph::{Graph, GraphBuilder};
use ferrotherm::multispin::{Multispin, REPLICAS};

const BETA: (f64, f64) = (0.05, 4.0);
const STAGES: usize = 60;

struct Request {
    file: String,
    sweeps: usize,
    reads: usize,
    seed: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let request = request()?;
    let start = Instant::now();
    let (graph, total_weight) = read(&request.file)?;
    let prepare = start.elapsed().as_secs_f64();
    let batches = request.reads.div_ceil(REPLICAS);
    let stages = request.sweeps.clamp(1, STAGES);
    let sweeps_a_stage = request.sweeps.div_ceil(stages);
    let start = Instant::now();
    let mut cuts = Vec::with_capacity(batches * REPLICAS);
    for batch in 0..batches {
        let mut replicas = Multispin::new(&graph, BETA.0, request.seed.wrapping_mul(0x9e37_79b9).wrapping_add(batch as u64))?;
        for stage in 0..stages {
            let done = stage as f64 / (stages.max(2) - 1) as f64;
            replicas.set_beta(BETA.0 * (BETA.1 / BETA.0).powf(done));
            for _ in 0..sweeps_a_stage {
                replicas.sweep(None);
            }
        }
        // The energy is sum of w s s, and an edge is cut where s s = -1.
        cuts.extend(replicas.energies().iter().map(|energy| (total_weight - energy) / 2.0));
    }
    let seconds = start.elapsed().as_secs_f64();
    let updates = graph.n * stages * sweeps_a_stage * batches * REPLICAS;
    let speed = updates as f64 / seconds * 1e-9;
    let best = cuts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let work = Path::new(&request.file).file_stem().unwrap_or_default().display().to_string();
    println!(
        "{{\"work\":{work:?},\"peer\":\"ferrotherm-multispin\",\"peer_version\":\"0.44.0\",\"variant\":\"default\",\
         \"updates\":{updates},\"seconds\":{seconds},\"prepare_s\":{prepare},\"updates_per_ns\":{speed},\
         \"best_cut\":{best:?},\"cuts\":{cuts:?}}}"
    );
    Ok(())
}

fn request() -> Result<Request, Box<dyn Error>> {
    let mut request = Request { file: String::new(), sweeps: 1000, reads: REPLICAS, seed: 1 };
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{name} wants a value"));
        match name.as_str() {
            "--sweeps" => request.sweeps = value()?.parse()?,
            "--reads" => request.reads = value()?.parse()?,
            "--seed" => request.seed = value()?.parse()?,
            "--variant" => drop(value()?),
            _ => request.file = name,
        }
    }
    Ok(request)
}

/// The Ising model of a max-cut file, J = -w, and the sum of its weights.
fn read(file: &str) -> Result<(Graph, f64), Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    let mut numbers = text.split_ascii_whitespace().map(str::parse::<f64>);
    let mut next = || numbers.next().ok_or("the file ends too early")?.map_err(Box::<dyn Error>::from);
    let (nodes, edges) = (next()? as usize, next()? as usize);
    let mut builder = GraphBuilder::new(nodes);
    let mut total = 0.0;
    for _ in 0..edges {
        let (i, j, weight) = (next()? as usize, next()? as usize, next()?);
        builder.couple(i - 1, j - 1, -weight);
        total += weight;
    }
    Ok((builder.build(), total))
}
