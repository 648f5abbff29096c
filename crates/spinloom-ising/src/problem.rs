//! A problem: a model, and what its states mean to whoever asked.

use crate::anneal::Model;
use crate::chain::Energy;
use crate::factoring::Factoring;
use crate::logic::{Multiplier, hold, value};
use crate::netlist::Netlist;
use crate::qubo::{Qubo, bits};
use crate::satisfiability::Formula;
use crate::tour::Cities;
use crate::{Ising, IsingError};
use serde_json::{Map, Value, json};

/// What the spins stand for.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// Themselves.
    Spins,
    /// Sides of a cut.
    Cut,
    /// Bits of a quadratic problem.
    Bits(Qubo),
    /// Truth values of variables.
    Formula(Formula),
    /// Cities at places.
    Tour(Cities),
    /// Signals of a circuit.
    Circuit(Netlist),
    /// Bits of two factors.
    Factors(Factoring),
    /// Signals of a multiplier run backwards from this product.
    Product(Box<Multiplier>, u64),
}

/// A problem to be solved.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Its name.
    pub name: String,
    /// The model.
    pub model: Model,
    /// Names of the first spins; empty when they are numbered.
    pub names: Vec<String>,
    /// What the spins stand for.
    pub meaning: Meaning,
    /// Spins that the problem itself holds.
    pub held: Vec<(usize, i8)>,
    /// Remarks on how it was made.
    pub notes: Vec<String>,
}

/// A state in the terms of its problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What was asked for: the cut, the value, the number of satisfied clauses, the length of the tour, ...
    pub objective: f64,
    /// Whether the answer was checked and holds: a tour visits every city once, a product is the number, all clauses that have to hold do.
    pub verified: bool,
    /// The answer.
    pub value: Value,
    /// The answer in words.
    pub text: String,
}

impl Problem {
    fn with(model: Model, meaning: Meaning) -> Self {
        Self { name: String::new(), model, names: Vec::new(), meaning, held: Vec::new(), notes: Vec::new() }
    }

    /// Spins for their own sake: the energy is to be made small.
    pub fn ising(model: Ising) -> Self {
        Self::with(Model::Pairs(model), Meaning::Spins)
    }

    /// The largest cut of a graph with weighted edges (i, j, w): E = sum w m m, so cut = (sum w - E) / 2.
    ///
    /// # Errors
    /// As [`Ising::new`].
    pub fn max_cut(vertices: usize, edges: impl IntoIterator<Item = (usize, usize, f64)>) -> Result<Self, IsingError> {
        let model = Ising::new(vertices, edges.into_iter().map(|(i, j, w)| (i, j, -w)), vec![0.0; vertices], 0.0)?;
        Ok(Self::with(Model::Pairs(model), Meaning::Cut))
    }

    /// The smallest value of a quadratic problem over bits.
    ///
    /// # Errors
    /// As [`Ising::new`].
    pub fn qubo(qubo: Qubo) -> Result<Self, IsingError> {
        Ok(Self::with(Model::Pairs(qubo.to_ising()?), Meaning::Bits(qubo)))
    }

    /// The assignment that satisfies most clauses by weight.
    ///
    /// # Errors
    /// As [`Formula::energy`].
    pub fn satisfiability(formula: Formula) -> Result<Self, IsingError> {
        let energy = formula.energy()?;
        let model = if energy.order() <= 2 { Model::Pairs(energy.to_ising()?) } else { Model::Polynomial(energy) };
        let mut this = Self::with(model, Meaning::Formula(formula));
        if let Model::Polynomial(_) = this.model {
            this.notes.push("clauses of three literals and more are sampled directly, as terms of that order".to_owned());
        }
        Ok(this)
    }

    /// The shortest tour, with the penalty and the potentials that anneal well: see [`Cities::model_with`]. States should be read as the
    /// tour they are nearest to.
    ///
    /// # Errors
    /// As [`Cities::model`].
    pub fn tour(cities: Cities) -> Result<Self, IsingError> {
        let penalty = cities.penalty();
        let model = cities.model_with(penalty, &cities.potentials())?;
        let mut this = Self::with(Model::Pairs(model), Meaning::Tour(cities));
        this.notes.push(format!(
            "cities at places, one of each, with a penalty of {penalty:.4}, 2.5 times the distance to near cities; unless spins are clamped, a state is read as the tour it is nearest to, shortened as long as turning or moving a stretch of it does so"
        ));
        Ok(this)
    }

    /// A state in which every function of a netlist has its value.
    ///
    /// # Errors
    /// As [`Netlist::model`].
    pub fn circuit(netlist: Netlist) -> Result<Self, IsingError> {
        let model = netlist.model()?;
        let names = netlist.names.clone();
        Ok(Self { names, ..Self::with(model, Meaning::Circuit(netlist)) })
    }

    /// Two factors of a number.
    ///
    /// # Errors
    /// As [`Factoring::energy`].
    pub fn factoring(factoring: Factoring) -> Result<Self, IsingError> {
        let mut this = Self::with(Model::Polynomial(factoring.energy()?), Meaning::Factors(factoring));
        this.name = factoring.number.to_string();
        this.names = (1..=factoring.first_bits)
            .map(|k| format!("x{k}"))
            .chain((1..=factoring.second_bits).map(|k| format!("y{k}")))
            .collect();
        Ok(this)
    }

    /// Two factors of a number by an invertible multiplier whose product is held.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for an even number or one below 9.
    pub fn multiplier(number: u64) -> Result<Self, IsingError> {
        if number.is_multiple_of(2) || number < 9 {
            return Err(IsingError::Unsuitable(format!(
                "{number}: divide out the factors of 2 and give an odd number of 9 or more"
            )));
        }
        let length = (64 - number.leading_zeros()) as usize;
        // One bit more than half, so that factors of slightly different length fit.
        let multiplier = Multiplier::new(length.div_ceil(2) + 1);
        let mut held = hold(&multiplier.product, number);
        // Both factors are odd.
        held.extend([(multiplier.a[0], 1), (multiplier.b[0], 1)]);
        let mut this = Self::with(Model::Pairs(multiplier.circuit.model()?), Meaning::Product(Box::new(multiplier), number));
        this.name = number.to_string();
        this.held = held;
        this.notes.push(
            "an invertible multiplier with its product held; both factors have at most half the bits, rounded up, and one more"
                .to_owned(),
        );
        Ok(this)
    }

    /// The same problem with pairs only: terms of higher order are replaced with the help of new spins behind the others.
    ///
    /// # Errors
    /// As [`crate::polynomial::Polynomial::reduce`].
    pub fn reduced(mut self) -> Result<Self, IsingError> {
        if let Model::Polynomial(polynomial) = &self.model {
            let reduced = polynomial.reduce()?;
            self.notes.push(format!(
                "terms of more than two spins are replaced with {} new spins",
                reduced.spins() - polynomial.spins()
            ));
            self.model = Model::Pairs(reduced);
        }
        Ok(self)
    }

    /// The kind of problem, in a word.
    pub fn kind(&self) -> &'static str {
        match &self.meaning {
            Meaning::Spins => "ising",
            Meaning::Cut => "max-cut",
            Meaning::Bits(_) => "qubo",
            Meaning::Formula(f) if f.weighted => "max-sat",
            Meaning::Formula(_) => "sat",
            Meaning::Tour(_) => "tour",
            Meaning::Circuit(_) => "circuit",
            Meaning::Factors(_) | Meaning::Product(..) => "factors",
        }
    }

    /// Whether the objective is to be made large; small otherwise.
    pub fn maximises(&self) -> bool {
        matches!(self.meaning, Meaning::Cut | Meaning::Formula(_))
    }

    /// The energy at which an objective is reached, where one follows from the other.
    pub fn energy_of(&self, objective: f64) -> Option<f64> {
        match (&self.meaning, &self.model) {
            (Meaning::Cut, Model::Pairs(m)) => Some(weight(m) - 2.0 * objective),
            (Meaning::Formula(f), _) => {
                Some(f.clauses.iter().map(|c| c.weight.unwrap_or(f.hard_weight())).sum::<f64>() - objective)
            }
            _ => Some(objective),
        }
    }

    /// The objective of an energy, without looking at the state.
    pub fn objective_of(&self, energy: f64) -> f64 {
        match (&self.meaning, &self.model) {
            (Meaning::Cut, Model::Pairs(m)) => 0.5 * (weight(m) - energy),
            (Meaning::Formula(f), _) => f.clauses.iter().map(|c| c.weight.unwrap_or(f.hard_weight())).sum::<f64>() - energy,
            _ => energy,
        }
    }

    /// The energy that cannot be gone below, where it is known: a formula with all clauses satisfied, a circuit that computes, a product.
    pub fn least_energy(&self) -> Option<f64> {
        match &self.meaning {
            Meaning::Formula(f) if !f.weighted => Some(0.0),
            Meaning::Circuit(_) | Meaning::Factors(_) => Some(0.0),
            Meaning::Product(m, _) => Some(m.circuit.ground_energy()),
            _ => None,
        }
    }

    /// The index of a spin by name or number.
    pub fn spin(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name).or_else(|| name.parse().ok().filter(|&i: &usize| i < self.model.spins()))
    }

    /// A state in the problem's own terms.
    pub fn answer(&self, m: &[i8]) -> Answer {
        match &self.meaning {
            Meaning::Spins => {
                let energy = self.model.energy(m);
                Answer { objective: energy, verified: true, value: json!({ "spins": m }), text: format!("energy {energy}") }
            }
            Meaning::Cut => self.cut(m),
            Meaning::Bits(qubo) => {
                let b = bits(m);
                let value = qubo.value(&b);
                let set: Vec<usize> = (0..b.len()).filter(|&i| b[i]).collect();
                let text = format!("value {value} with {} of {} bits set", set.len(), b.len());
                Answer { objective: value, verified: true, value: json!({ "bits_set": set }), text }
            }
            Meaning::Formula(formula) => formula_answer(formula, m),
            Meaning::Tour(cities) => tour_answer(cities, self.model.energy(m), m),
            Meaning::Circuit(netlist) => circuit_answer(netlist, self.model.energy(m), m),
            Meaning::Factors(f) => {
                let (x, y) = f.factors(m);
                factors_answer(f.number, x, y, ((x * y) as f64 - f.number as f64).powi(2))
            }
            Meaning::Product(p, number) => factors_answer(*number, value(m, &p.a), value(m, &p.b), self.model.energy(m)),
        }
    }

    fn cut(&self, m: &[i8]) -> Answer {
        let Model::Pairs(model) = &self.model else {
            return Answer { objective: f64::NAN, verified: false, value: Value::Null, text: String::new() };
        };
        // From the edges themselves, whatever the energy says.
        let cut: f64 = model.couplings().filter(|(i, j, _)| m[*i] != m[*j]).map(|c| -c.2).sum();
        let side: Vec<usize> = (0..model.spins()).filter(|&i| m[i] > 0).map(|i| i + 1).collect();
        let text = format!("cut {cut}; {} vertices on one side, {} on the other", side.len(), model.spins() - side.len());
        Answer { objective: cut, verified: true, value: json!({ "one_side": side }), text }
    }
}

/// Sum of the weights of a graph.
fn weight(m: &Ising) -> f64 {
    -m.couplings().map(|c| c.2).sum::<f64>()
}

fn formula_answer(formula: &Formula, m: &[i8]) -> Answer {
    let hard = formula.hard_weight();
    let violated: Vec<usize> =
        formula.clauses.iter().enumerate().filter(|(_, c)| !Formula::satisfies(m, c)).map(|(k, _)| k + 1).collect();
    let weights = |hold: bool| -> f64 {
        formula.clauses.iter().filter(|c| Formula::satisfies(m, c) == hold).map(|c| c.weight.unwrap_or(hard)).sum()
    };
    let broken = formula.clauses.iter().any(|c| c.weight.is_none() && !Formula::satisfies(m, c));
    let model: Vec<i64> = (0..formula.variables).map(|i| if m[i] > 0 { i as i64 + 1 } else { -(i as i64 + 1) }).collect();
    let text = if violated.is_empty() {
        format!("satisfied: all {} clauses checked", formula.clauses.len())
    } else {
        format!("{} of {} clauses are not satisfied", violated.len(), formula.clauses.len())
    };
    // Without weights, nothing but all clauses is an answer.
    let verified = if formula.weighted { !broken } else { violated.is_empty() };
    Answer { objective: weights(true), verified, value: json!({ "model": model, "violated_clauses": violated }), text }
}

fn tour_answer(cities: &Cities, energy: f64, m: &[i8]) -> Answer {
    match cities.tour(m) {
        Some(tour) => {
            let length = cities.length(&tour);
            let named: Vec<usize> = tour.iter().map(|c| c + 1).collect();
            let text =
                format!("a tour of length {length}: {}", named.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
            Answer { objective: length, verified: true, value: json!({ "tour": named, "length": length }), text }
        }
        None => Answer {
            objective: energy,
            verified: false,
            value: json!({ "tour": null }),
            text: "no tour: a city or a place is taken twice or not at all; anneal longer".to_owned(),
        },
    }
}

fn factors_answer(number: u64, x: u64, y: u64, objective: f64) -> Answer {
    let product = u128::from(x) * u128::from(y);
    let holds = product == u128::from(number) && x > 1 && y > 1;
    let text = if holds {
        format!("{number} = {x} x {y}, checked by multiplication")
    } else {
        format!("not factored: the best found is {x} x {y} = {product}")
    };
    Answer { objective, verified: holds, value: json!({ "factors": [x, y] }), text }
}

fn circuit_answer(netlist: &Netlist, energy: f64, m: &[i8]) -> Answer {
    let holds = netlist.computes(m);
    let signals = |of: &[usize]| -> Map<String, Value> {
        of.iter().map(|&i| (netlist.names[i].clone(), json!(i32::from(m[i] > 0)))).collect()
    };
    let words =
        |of: &[usize]| of.iter().map(|&i| format!("{}={}", netlist.names[i], i32::from(m[i] > 0))).collect::<Vec<_>>().join(" ");
    let text = format!(
        "{}inputs {}; outputs {}",
        if holds { "checked through every gate: " } else { "does not compute: " },
        words(&netlist.inputs),
        words(&netlist.outputs)
    );
    let value = json!({ "inputs": signals(&netlist.inputs), "outputs": signals(&netlist.outputs) });
    Answer { objective: energy, verified: holds, value, text }
}
