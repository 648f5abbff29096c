//! Is there a period in the bits?

use super::{Bits, NotApplicable, at_least};
use realfft::RealFftPlanner;
use spinloom_core::statistics::two_sided;
use std::cell::RefCell;

thread_local! {
    /// Plans of transforms are kept: making one takes as long as a transform.
    static PLANS: RefCell<RealFftPlanner<f64>> = RefCell::new(RealFftPlanner::new());
}

/// Discrete Fourier transform test (section 2.6): of the first n / 2 magnitudes, 95 % should lie below sqrt(n ln(1/0.05)).
///
/// # Errors
/// [`NotApplicable::TooShort`] below two bits.
pub fn spectral(bits: &Bits) -> Result<f64, NotApplicable> {
    at_least(bits, 2)?;
    let n = bits.len() as f64;
    let plan = PLANS.with_borrow_mut(|planner| planner.plan_fft_forward(bits.len()));
    let mut walk: Vec<f64> = bits.iter().map(|b| 2.0 * f64::from(b) - 1.0).collect();
    let mut spectrum = plan.make_output_vec();
    // Both buffers are of the length of the plan, which is all that can be wrong with them.
    let transformed = plan.process(&mut walk, &mut spectrum);
    debug_assert!(transformed.is_ok());
    let threshold = -n * 0.05f64.ln();
    let below = spectrum[..bits.len() / 2].iter().filter(|c| c.norm_sqr() < threshold).count() as f64;
    Ok(two_sided((below - 0.95 * n / 2.0) / (n * 0.95 * 0.05 / 4.0).sqrt()))
}
