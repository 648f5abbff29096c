//! Invertible logic: gates whose ground states are the lines of their truth tables, and circuits that share spins.
//!
//! K. Y. Camsari, R. Faria, B. M. Sutton and S. Datta, "Stochastic p-bits for invertible logic", Phys. Rev. X 7, 031014 (2017),
//! doi:10.1103/PhysRevX.7.031014; J. D. Biamonte, Phys. Rev. A 77, 052331 (2008), doi:10.1103/PhysRevA.77.052331. Up is true.

use crate::{Ising, IsingError};

/// A gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// (A, B): equal.
    Copy,
    /// (A, B): different.
    Not,
    /// (A, B, C): C = A and B.
    And,
    /// (A, B, C): C = A or B.
    Or,
    /// (A, B, C): C = not (A and B).
    Nand,
    /// (A, B, C): C = not (A or B).
    Nor,
    /// (A, B, S, C): S = A xor B, C = A and B: the half adder, which is how exclusive or is made of pairs.
    HalfAdder,
    /// (A, B, carry in, S, carry out): A + B + carry in = S + 2 carry out, five spins.
    FullAdder,
    /// (A, B, in, carry out, borrow out, S): adder and subtractor in one, six spins and twice the gap.
    AdderSubtractor,
}

impl Gate {
    /// All gates.
    pub const ALL: [Self; 9] = [
        Self::Copy,
        Self::Not,
        Self::And,
        Self::Or,
        Self::Nand,
        Self::Nor,
        Self::HalfAdder,
        Self::FullAdder,
        Self::AdderSubtractor,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Copy => "COPY",
            Self::Not => "NOT",
            Self::And => "AND",
            Self::Or => "OR",
            Self::Nand => "NAND",
            Self::Nor => "NOR",
            Self::HalfAdder => "half adder (XOR)",
            Self::FullAdder => "full adder",
            Self::AdderSubtractor => "adder-subtractor",
        }
    }

    /// Number of spins.
    pub fn spins(self) -> usize {
        match self {
            Self::Copy | Self::Not => 2,
            Self::And | Self::Or | Self::Nand | Self::Nor => 3,
            Self::HalfAdder => 4,
            Self::FullAdder => 5,
            Self::AdderSubtractor => 6,
        }
    }

    /// Couplings above the diagonal and fields.
    fn couplings(self) -> (Vec<(usize, usize, f64)>, Vec<f64>) {
        let and = |sign: f64, h: [f64; 3]| (vec![(0, 1, -1.0), (0, 2, 2.0 * sign), (1, 2, 2.0 * sign)], h.to_vec());
        // A sum that has to vanish, squared: J = -w w^T, h = -w times the constant.
        let square = |w: &[f64]| {
            let pairs =
                (0..w.len()).flat_map(|i| (i + 1..w.len()).map(move |j| (i, j))).map(|(i, j)| (i, j, -w[i] * w[j])).collect();
            let constant: f64 = w.iter().sum();
            (pairs, w.iter().map(|v| -v * constant).collect::<Vec<_>>())
        };
        match self {
            Self::Copy => (vec![(0, 1, 1.0)], vec![0.0; 2]),
            Self::Not => (vec![(0, 1, -1.0)], vec![0.0; 2]),
            Self::And => and(1.0, [1.0, 1.0, -2.0]),
            Self::Or => and(1.0, [-1.0, -1.0, 2.0]),
            Self::Nand => and(-1.0, [1.0, 1.0, 2.0]),
            Self::Nor => and(-1.0, [-1.0, -1.0, -2.0]),
            Self::HalfAdder => square(&[1.0, 1.0, -1.0, -2.0]),
            Self::FullAdder => square(&[1.0, 1.0, 1.0, -1.0, -2.0]),
            Self::AdderSubtractor => (
                vec![
                    (0, 3, 3.0),
                    (0, 4, -3.0),
                    (0, 5, 2.0),
                    (1, 2, -2.0),
                    (1, 3, 2.0),
                    (1, 4, 2.0),
                    (2, 3, 2.0),
                    (2, 4, 2.0),
                    (3, 4, 1.0),
                    (3, 5, -2.0),
                    (4, 5, 2.0),
                ],
                vec![0.0; 6],
            ),
        }
    }

    /// The gate as a model; its ground states are the lines of its truth table.
    ///
    /// # Errors
    /// None: every gate is a valid model.
    pub fn model(self) -> Result<Ising, IsingError> {
        let (couplings, fields) = self.couplings();
        Ising::new(self.spins(), couplings, fields, 0.0)
    }

    /// The energy of every valid line.
    pub fn ground_energy(self) -> f64 {
        match self {
            Self::Copy | Self::Not => -1.0,
            Self::And | Self::Or | Self::Nand | Self::Nor => -3.0,
            // -(w.w - (sum w)^2 ...)/2 at the solution; tested by enumeration.
            Self::HalfAdder | Self::FullAdder => -4.0,
            Self::AdderSubtractor => -9.0,
        }
    }

    /// Whether a line is one of the truth table.
    pub fn valid(self, m: &[i8]) -> bool {
        let b: Vec<i32> = m.iter().map(|&s| i32::from(s > 0)).collect();
        match self {
            Self::Copy => b[0] == b[1],
            Self::Not => b[0] != b[1],
            Self::And => b[2] == b[0] * b[1],
            Self::Or => b[2] == b[0].max(b[1]),
            Self::Nand => b[2] == 1 - b[0] * b[1],
            Self::Nor => b[2] == 1 - b[0].max(b[1]),
            Self::HalfAdder => b[0] + b[1] == b[2] + 2 * b[3],
            Self::FullAdder => b[0] + b[1] + b[2] == b[3] + 2 * b[4],
            Self::AdderSubtractor => b[0] + b[1] + b[2] == 2 * b[3] + b[5] && b[0] - b[1] - b[2] == b[5] - 2 * b[4],
        }
    }
}

/// A circuit of gates that share spins: its energy is the sum of theirs, and a state in which every gate is in a ground state computes.
///
/// ```
/// use spinloom_ising::logic::{Circuit, Gate};
/// let mut circuit = Circuit::default();
/// let (a, b, c) = (circuit.spin(), circuit.spin(), circuit.spin());
/// circuit.gate(Gate::And, &[a, b, c]);
/// assert!(circuit.computes(&[1, -1, -1]));
/// assert_eq!(circuit.model()?.energy(&[1, -1, -1]), circuit.ground_energy());
/// # Ok::<(), spinloom_ising::IsingError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Circuit {
    spins: usize,
    gates: Vec<(Gate, Vec<usize>)>,
}

impl Circuit {
    /// A new spin.
    pub fn spin(&mut self) -> usize {
        self.spins += 1;
        self.spins - 1
    }

    /// New spins for a number, the lowest bit first.
    pub fn number(&mut self, bits: usize) -> Vec<usize> {
        (0..bits).map(|_| self.spin()).collect()
    }

    /// Puts a gate on these spins.
    pub fn gate(&mut self, gate: Gate, on: &[usize]) {
        self.gates.push((gate, on.to_vec()));
    }

    /// Number of spins.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// The gates and their spins.
    pub fn gates(&self) -> &[(Gate, Vec<usize>)] {
        &self.gates
    }

    /// The model of the whole circuit.
    ///
    /// # Errors
    /// [`IsingError::Model`] when a gate is on a spin that does not exist, or on too many or too few.
    pub fn model(&self) -> Result<Ising, IsingError> {
        let parts = self.gates.iter().map(|(g, on)| Ok((g.model()?, on.as_slice()))).collect::<Result<Vec<_>, IsingError>>()?;
        Ising::compose(self.spins, parts.iter().map(|(m, on)| (m, *on)))
    }

    /// The energy of a state that computes.
    pub fn ground_energy(&self) -> f64 {
        self.gates.iter().map(|(g, _)| g.ground_energy()).sum()
    }

    /// Whether every gate of the circuit is in a line of its truth table.
    pub fn computes(&self, m: &[i8]) -> bool {
        self.gates.iter().all(|(g, on)| g.valid(&on.iter().map(|&i| m[i]).collect::<Vec<_>>()))
    }
}

/// A ripple-carry adder of `bits` full adders: A + B + carry = S, where S has one bit more.
#[derive(Debug, Clone)]
pub struct Adder {
    /// The circuit.
    pub circuit: Circuit,
    /// Bits of A, the lowest first.
    pub a: Vec<usize>,
    /// Bits of B.
    pub b: Vec<usize>,
    /// The carry in.
    pub carry: usize,
    /// Bits of S.
    pub s: Vec<usize>,
}

impl Adder {
    /// The adder of full adders with five spins (`wide` false) or of adder-subtractors with six (`wide` true).
    pub fn new(bits: usize, wide: bool) -> Self {
        let mut circuit = Circuit::default();
        let (a, b) = (circuit.number(bits), circuit.number(bits));
        let carry = circuit.spin();
        let mut s = Vec::new();
        let mut into = carry;
        for k in 0..bits {
            let (sum, out) = (circuit.spin(), circuit.spin());
            if wide {
                let borrow = circuit.spin();
                circuit.gate(Gate::AdderSubtractor, &[a[k], b[k], into, out, borrow, sum]);
            } else {
                circuit.gate(Gate::FullAdder, &[a[k], b[k], into, sum, out]);
            }
            s.push(sum);
            into = out;
        }
        s.push(into);
        Self { circuit, a, b, carry, s }
    }
}

/// An array multiplier of AND gates and adders: A B = P. Run backwards, with P held, it factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Multiplier {
    /// The circuit.
    pub circuit: Circuit,
    /// Bits of A, the lowest first.
    pub a: Vec<usize>,
    /// Bits of B.
    pub b: Vec<usize>,
    /// Bits of the product.
    pub product: Vec<usize>,
}

impl Multiplier {
    /// The multiplier of two numbers of `bits` bits each, in 3 bits^2 spins (for two bits and more).
    pub fn new(bits: usize) -> Self {
        let mut circuit = Circuit::default();
        let (a, b) = (circuit.number(bits), circuit.number(bits));
        let row = |circuit: &mut Circuit, k: usize| -> Vec<usize> {
            (0..bits)
                .map(|i| {
                    let and = circuit.spin();
                    circuit.gate(Gate::And, &[a[i], b[k], and]);
                    and
                })
                .collect()
        };
        let first = row(&mut circuit, 0);
        let mut product = vec![first[0]];
        // What is still to be added to the next row: bits - 1 bits, later bits - 1 and a carry.
        let mut above: Vec<usize> = first[1..].to_vec();
        for k in 1..bits {
            let partial = row(&mut circuit, k);
            let mut sums = Vec::new();
            let mut carry = None;
            for (i, &p) in partial.iter().enumerate() {
                let operands: Vec<usize> = [Some(p), above.get(i).copied(), carry].into_iter().flatten().collect();
                match operands[..] {
                    [x] => {
                        sums.push(x);
                        carry = None;
                    }
                    [x, y] => {
                        let (s, c) = (circuit.spin(), circuit.spin());
                        circuit.gate(Gate::HalfAdder, &[x, y, s, c]);
                        sums.push(s);
                        carry = Some(c);
                    }
                    _ => {
                        let (s, c) = (circuit.spin(), circuit.spin());
                        circuit.gate(Gate::FullAdder, &[operands[0], operands[1], operands[2], s, c]);
                        sums.push(s);
                        carry = Some(c);
                    }
                }
            }
            sums.extend(carry);
            product.push(sums[0]);
            above = sums[1..].to_vec();
        }
        product.extend(above);
        Self { circuit, a, b, product }
    }
}

/// The number that spins of a state hold, the lowest bit first.
pub fn value(m: &[i8], bits: &[usize]) -> u64 {
    bits.iter().enumerate().map(|(k, &i)| if m[i] > 0 { 1u64 << k } else { 0 }).sum()
}

/// Clamps that hold spins at a number.
pub fn hold(bits: &[usize], number: u64) -> Vec<(usize, i8)> {
    bits.iter().enumerate().map(|(k, &i)| (i, if number >> k & 1 == 1 { 1 } else { -1 })).collect()
}
