//! Parallel tempering: replicas at a ladder of temperatures that exchange places (K. Hukushima and K. Nemoto, J. Phys. Soc. Jpn. 65, 1604
//! (1996), doi:10.1143/JPSJ.65.1604), with isoenergetic cluster moves between replicas at one temperature where the model is sparse
//! (J. Houdayer, Eur. Phys. J. B 22, 479 (2001), doi:10.1007/PL00011151; Z. Zhu, A. J. Ochoa and H. G. Katzgraber, Phys. Rev. Lett. 115,
//! 077201 (2015), doi:10.1103/PhysRevLett.115.077201).

use crate::anneal::{Control, Model, Reads};
use crate::chain::{Chain, Dense, Walk, Walker};
use crate::whole::Whole;
use crate::{Ising, IsingError, Order, Rule};
use rayon::prelude::*;
use spinloom_core::random::Stream;

/// Parameters of parallel tempering.
#[derive(Debug, Clone)]
pub struct Tempering {
    /// Inverse temperature at the hot end.
    pub hot: f64,
    /// Inverse temperature at the cold end.
    pub cold: f64,
    /// Number of temperatures.
    pub temperatures: usize,
    /// Replicas at each temperature; cluster moves need two.
    pub replicas: usize,
    /// Sweeps, of which the first fifth sets the ladder.
    pub sweeps: usize,
    /// Seed.
    pub seed: u64,
    /// Every how many sweeps replicas change places.
    pub exchange_every: usize,
    /// Whether cluster moves are made where they help.
    pub clusters: bool,
    /// Keep the energy of the replica at this temperature after every exchange.
    pub record: Option<usize>,
}

impl Default for Tempering {
    fn default() -> Self {
        Self {
            hot: 0.1,
            cold: 3.0,
            temperatures: 24,
            replicas: 2,
            sweeps: 1000,
            seed: 1,
            exchange_every: 1,
            clusters: true,
            record: None,
        }
    }
}

/// What tempering has found, and how well the replicas wandered.
#[derive(Debug, Clone)]
pub struct Tempered {
    /// The best of every replica.
    pub reads: Reads,
    /// The inverse temperatures, hot to cold.
    pub ladder: Vec<f64>,
    /// Fraction of accepted exchanges between neighbouring temperatures.
    pub acceptance: Vec<f64>,
    /// How many times a replica has gone from the hot end to the cold end and back.
    pub round_trips: usize,
    /// The states at the recorded temperature.
    pub recorded: Vec<Vec<i8>>,
}

/// Runs parallel tempering.
///
/// # Errors
/// [`IsingError::Unsuitable`] for fewer than two temperatures, or ends that are not positive and in order.
pub fn temper(model: &Model, parameters: &Tempering, control: &Control) -> Result<Tempered, IsingError> {
    if parameters.temperatures < 2 || parameters.replicas == 0 || !(parameters.hot > 0.0 && parameters.cold > parameters.hot) {
        return Err(IsingError::Unsuitable(format!(
            "tempering wants two temperatures or more and 0 < hot < cold; got {} from {} to {}",
            parameters.temperatures, parameters.hot, parameters.cold
        )));
    }
    // Clusters of replicas that differ percolate on dense graphs: then a move only swaps the two.
    let sparse = |m: &Ising| parameters.clusters && 2 * m.pairs() <= 8 * m.spins();
    Ok(match model {
        Model::Pairs(m) => {
            let clusters = sparse(m).then_some(m);
            match Whole::new(m) {
                Some(whole) => run(model, |walk| whole.walker(walk), clusters, parameters, control),
                None if Dense::suits(m) => {
                    let dense = Dense::new(m);
                    run(model, |walk| Chain::begin(&dense, walk), clusters, parameters, control)
                }
                None => run(model, |walk| Chain::begin(m, walk), clusters, parameters, control),
            }
        }
        Model::Polynomial(m) => run(model, |walk| Chain::begin(m, walk), None, parameters, control),
    })
}

struct Ladder<'a, W> {
    parameters: &'a Tempering,
    betas: Vec<f64>,
    /// Chains, replica after replica, each from hot to cold.
    chains: Vec<W>,
    /// Whether the walker in each place was last at the hot end (1) or the cold end (2).
    visited: Vec<u8>,
    tried: Vec<usize>,
    accepted: Vec<usize>,
    round_trips: usize,
    random: Stream,
}

fn run<W: Walker>(
    model: &Model,
    begin: impl Fn(Walk) -> W,
    sparse: Option<&Ising>,
    parameters: &Tempering,
    control: &Control,
) -> Tempered {
    let temperatures = parameters.temperatures;
    let ratio = parameters.cold / parameters.hot;
    let betas = (0..temperatures).map(|k| parameters.hot * ratio.powf(k as f64 / (temperatures - 1) as f64)).collect();
    let chain = |k: usize| {
        let stream = Stream::new(parameters.seed, "tempering chain", k as u64);
        begin(Walk { state: None, stream, rule: Rule::HeatBath, order: Order::default() })
    };
    let mut ladder = Ladder {
        parameters,
        betas,
        chains: (0..temperatures * parameters.replicas).map(chain).collect(),
        visited: vec![0; temperatures * parameters.replicas],
        tried: vec![0; temperatures],
        accepted: vec![0; temperatures],
        round_trips: 0,
        random: Stream::new(parameters.seed, "tempering exchange", 0),
    };
    let mut best: Vec<(f64, Vec<i8>)> = vec![(f64::INFINITY, Vec::new()); parameters.replicas];
    let mut recorded = Vec::new();
    let settle = parameters.sweeps / 5;
    let mut sums = vec![(0.0, 0.0); temperatures];
    for sweep in 0..parameters.sweeps {
        if sweep > 0 && control.stop() {
            break;
        }
        let betas = &ladder.betas;
        ladder.chains.par_iter_mut().enumerate().for_each(|(k, c)| c.sweep(betas[k % temperatures]));
        control.count(model.spins() * ladder.chains.len());
        for (k, chain) in ladder.chains.iter().enumerate() {
            let (replica, rung) = (k / temperatures, k % temperatures);
            if chain.energy() < best[replica].0 - 1e-9 * chain.energy().abs() {
                best[replica] = (chain.energy(), chain.spins().to_vec());
            }
            sums[rung].0 += chain.energy();
            sums[rung].1 += 1.0;
        }
        if let Some(ising) = sparse {
            ladder.cluster_moves(ising);
        }
        if sweep % parameters.exchange_every.max(1) == 0 {
            ladder.exchange(sweep);
        }
        if sweep + 1 == settle / 2 || sweep + 1 == settle {
            ladder.respace(&sums);
            sums.fill((0.0, 0.0));
        }
        if let Some(rung) = parameters.record.filter(|_| sweep >= settle) {
            recorded.push(ladder.chains[rung.min(temperatures - 1)].spins().to_vec());
        }
    }
    let acceptance = (0..temperatures - 1).map(|k| ladder.accepted[k] as f64 / ladder.tried[k].max(1) as f64).collect();
    let mut reads = Reads { best: Vec::new(), best_energy: f64::INFINITY, energies: Vec::new(), states: Vec::new() };
    for (_, state) in best {
        let energy = model.energy(&state);
        reads.absorb(Reads { best: state.clone(), best_energy: energy, energies: vec![energy], states: vec![state] });
    }
    Tempered { reads, ladder: ladder.betas, acceptance, round_trips: ladder.round_trips, recorded }
}

impl<W: Walker> Ladder<'_, W> {
    /// Exchanges neighbours with probability min(1, exp(dbeta dE)).
    fn exchange(&mut self, sweep: usize) {
        let n = self.betas.len();
        for replica in 0..self.parameters.replicas {
            for k in (sweep % 2..n - 1).step_by(2) {
                let at = replica * n + k;
                let exponent = (self.betas[k + 1] - self.betas[k]) * (self.chains[at + 1].energy() - self.chains[at].energy());
                self.tried[k] += 1;
                if exponent >= 0.0 || self.random.uniform() < exponent.exp() {
                    self.chains.swap(at, at + 1);
                    self.visited.swap(at, at + 1);
                    self.accepted[k] += 1;
                }
            }
            let (hot, cold) = (replica * n, replica * n + n - 1);
            if self.visited[hot] == 2 {
                self.round_trips += 1;
            }
            self.visited[hot] = 1;
            if self.visited[cold] == 1 {
                self.visited[cold] = 2;
            }
        }
    }

    /// Spaces the temperatures so that exchanges succeed equally often: by dbeta dE, from the mean energies measured so far.
    fn respace(&mut self, sums: &[(f64, f64)]) {
        let n = self.betas.len();
        let means: Vec<f64> = sums.iter().map(|(e, count)| e / count.max(1.0)).collect();
        // The expected exponent of an exchange is dbeta dE; its root is the distance along the ladder.
        let distance: Vec<f64> = (0..n - 1)
            .map(|k| ((self.betas[k + 1] - self.betas[k]) * (means[k] - means[k + 1])).max(1e-6).sqrt() + 1e-3)
            .collect();
        let total: f64 = distance.iter().sum();
        let old = self.betas.clone();
        let (mut k, mut passed) = (0, 0.0);
        for rung in 1..n - 1 {
            let goal = total * rung as f64 / (n - 1) as f64;
            while k < n - 2 && passed + distance[k] < goal {
                passed += distance[k];
                k += 1;
            }
            self.betas[rung] = old[k] + (old[k + 1] - old[k]) * ((goal - passed) / distance[k]).clamp(0.0, 1.0);
        }
        self.tried.fill(0);
        self.accepted.fill(0);
    }

    /// Flips, in both of two replicas at one temperature, a connected set of spins in which they differ: their total energy stays.
    fn cluster_moves(&mut self, model: &Ising) {
        let n = self.betas.len();
        // Hot replicas differ nearly everywhere in one percolating cluster; the cold half of the ladder is where moves help.
        for pair in 0..self.parameters.replicas / 2 {
            for rung in n / 2..n {
                let (a, b) = (2 * pair * n + rung, (2 * pair + 1) * n + rung);
                let differ = |ladder: &Self, i: usize| ladder.chains[a].spins()[i] != ladder.chains[b].spins()[i];
                let candidates: Vec<usize> = (0..model.spins()).filter(|&i| differ(self, i)).collect();
                if candidates.is_empty() {
                    continue;
                }
                let seed = candidates[self.random.below(candidates.len())];
                let mut member = vec![false; model.spins()];
                let mut stack = vec![seed];
                member[seed] = true;
                let mut cluster = Vec::new();
                while let Some(i) = stack.pop() {
                    cluster.push(i);
                    for &j in model.neighbours(i).0 {
                        let j = j as usize;
                        if !member[j] && differ(self, j) {
                            member[j] = true;
                            stack.push(j);
                        }
                    }
                }
                for i in cluster {
                    self.chains[a].flip(i);
                    self.chains[b].flip(i);
                }
            }
        }
    }
}
