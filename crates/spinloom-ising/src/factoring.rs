//! Whole numbers as products: E = (X Y - N)^2 over the bits of two odd factors
//! (W. A. Borders et al., Nature 573, 390 (2019), doi:10.1038/s41586-019-1557-9).

use crate::IsingError;
use crate::polynomial::Polynomial;

/// The search for two odd factors with given numbers of free bits; the lowest bit of both is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factoring {
    /// The number.
    pub number: u64,
    /// Free bits of the first factor.
    pub first_bits: usize,
    /// Free bits of the second factor.
    pub second_bits: usize,
}

impl Factoring {
    /// A first factor up to the square root, and a second up to a third of the number.
    ///
    /// # Errors
    /// As [`Factoring::with_bits`].
    pub fn new(number: u64) -> Result<Self, IsingError> {
        let length = (64 - number.leading_zeros()) as usize;
        Self::with_bits(number, (length.div_ceil(2)).saturating_sub(1).max(1), length.saturating_sub(2).max(1))
    }

    /// Factors of these many free bits.
    ///
    /// # Errors
    /// [`IsingError::Unsuitable`] for an even number or one below 9, or products that floating-point numbers cannot hold exactly.
    pub fn with_bits(number: u64, first_bits: usize, second_bits: usize) -> Result<Self, IsingError> {
        if number.is_multiple_of(2) || number < 9 {
            return Err(IsingError::Unsuitable(format!(
                "{number}: divide out the factors of 2 and give an odd number of 9 or more"
            )));
        }
        if first_bits + second_bits > 48 || number >= 1 << 26 {
            return Err(IsingError::Unsuitable(format!(
                "{number}: (X Y - N)^2 is exact below 2^26 only; factor larger numbers with an invertible multiplier"
            )));
        }
        Ok(Self { number, first_bits, second_bits })
    }

    /// Number of p-bits.
    pub fn spins(&self) -> usize {
        self.first_bits + self.second_bits
    }

    /// The energy, with terms of up to four spins.
    ///
    /// # Errors
    /// None that a valid search can cause.
    pub fn energy(&self) -> Result<Polynomial, IsingError> {
        // Factors as lists of (bit or constant one, weight).
        let factor = |first: usize, bits: usize| {
            std::iter::once((None, 1.0))
                .chain((0..bits).map(move |k| (Some(first + k), f64::from(2u32 << k))))
                .collect::<Vec<_>>()
        };
        let (x, y) = (factor(0, self.first_bits), factor(self.first_bits, self.second_bits));
        let mut product: Vec<(Vec<usize>, f64)> = vec![(Vec::new(), -(self.number as f64))];
        for &(a, wa) in &x {
            for &(b, wb) in &y {
                product.push((a.into_iter().chain(b).collect(), wa * wb));
            }
        }
        let mut square = Vec::with_capacity(product.len() * product.len());
        for (p, wp) in &product {
            for (q, wq) in &product {
                square.push((p.iter().chain(q).copied().collect(), wp * wq));
            }
        }
        Polynomial::from_bits(self.spins(), square)
    }

    /// The two factors of a state.
    pub fn factors(&self, m: &[i8]) -> (u64, u64) {
        let value = |bits: &[i8]| 1 + bits.iter().enumerate().map(|(k, &s)| if s > 0 { 2u64 << k } else { 0 }).sum::<u64>();
        (value(&m[..self.first_bits]), value(&m[self.first_bits..self.spins()]))
    }
}
