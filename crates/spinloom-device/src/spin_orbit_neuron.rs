//! A neuron that spikes by chance: a tunnel junction on a heavy metal that is written by the sum of the synaptic currents, read, and reset.
//!
//! A. Sengupta, P. Panda, P. Wijesinghe, Y. Kim and K. Roy, Sci. Rep. 6, 30039 (2016), doi:10.1038/srep30039. In the write phase the current I
//! runs through the metal below the free layer and exerts, along the easy axis y of an elliptic disk, the damping-like field
//!
//! ```text
//! B_DL = (hbar / 2e) theta (A_magnet / A_metal) I / (Ms V),
//! ```
//!
//! against which the damping holds out up to alpha (B_k + B_p / 2), B_k being the field of the easy axis and B_p what the shape adds out of the
//! plane (J. Z. Sun, Phys. Rev. B 62, 570 (2000), doi:10.1103/PhysRevB.62.570). With the thermal field the magnet so switches with a probability
//! that rises with the current as a sigmoid; macrospins by the stochastic Landau-Lifshitz-Gilbert equation give it, [`SwitchingLaw`] is fitted to
//! them. A divider with a reference then reads the junction, and a current the other way resets it where it has switched.
//!
//! Without current it leaves its well over two saddles at Brown's rate for intermediate and high damping (W. F. Brown, IEEE Trans. Magn. 15, 1196
//! (1979), doi:10.1109/TMAG.1979.1060329; W. T. Coffey and Yu. P. Kalmykov, J. Appl. Phys. 112, 121301 (2012), doi:10.1063/1.4754272),
//!
//! ```text
//! 2 (lambda / w_s) (w_w / 2 pi) exp(-Delta),   w_w = gamma sqrt(B_k (B_k + B_p)),   w_s = gamma sqrt(B_k B_p),
//! ```
//!
//! lambda the rate at which the saddle is left: an upper bound where the damping is low. **All numbers of the default are ours**;
//! those of the paper could not be checked.

use crate::calibrate::FitOptions;
use crate::calibrate::spin_orbit_neuron::{Writes, fit_switching};
use crate::{DeviceError, logit, softplus};
use spinloom_core::constants::{BOLTZMANN, ELEMENTARY_CHARGE, GYROMAGNETIC_RATIO, REDUCED_PLANCK, VACUUM_PERMEABILITY};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_magnet::fokker_planck::kramers_brown;
use spinloom_magnet::macrospin::{Drive, Ensemble, Magnet, Vector};
use std::f64::consts::{PI, TAU};

spinloom_core::parameters! {
    /// A stochastic spiking neuron; all numbers are ours.
    ///
    /// ```
    /// let neuron = spinloom_device::spin_orbit_neuron::SpinOrbitNeuron::default();
    /// assert!((neuron.thermal_stability() - 20.0).abs() < 0.01);
    /// assert!(neuron.critical_current() > 10e-6 && neuron.critical_current() < 30e-6);
    /// // Without a current it hardly ever switches in the time of a write.
    /// assert!(neuron.thermal_rate() * neuron.write_time < 1e-6);
    /// ```
    pub struct SpinOrbitNeuron {
        /// Axis of the elliptic disk along its easy axis, and width of the metal.
        pub length: f64 = 100e-9, "m", Bound::POSITIVE;
        /// Axis of the disk along the current, and length of the metal.
        pub width: f64 = 40e-9, "m", Bound::POSITIVE;
        /// Thickness of the free layer.
        pub thickness: f64 = 1.2e-9, "m", Bound::POSITIVE;
        /// Saturation magnetization of the free layer.
        pub saturation_magnetization: f64 = 1e6, "A/m", Bound::POSITIVE;
        /// Gilbert damping of the free layer.
        pub damping: f64 = 0.0122, "", Bound::between(1e-4, 1.0);
        /// Energy barrier between the two states; 20 kT at 300 K.
        pub barrier: f64 = 8.284e-20, "J", Bound::POSITIVE;
        /// What the shape adds to the anisotropy out of the plane, B_p.
        pub plane_field: f64 = 1.1, "T", Bound::between(0.0, 10.0);
        /// Temperature of the free layer.
        pub temperature: f64 = 300.0, "K", Bound::POSITIVE;
        /// Spin Hall angle of the metal.
        pub spin_hall_angle: f64 = 0.3, "", Bound::between(1e-3, 10.0);
        /// Thickness of the metal.
        pub metal_thickness: f64 = 2e-9, "m", Bound::POSITIVE;
        /// Resistivity of the metal.
        pub metal_resistivity: f64 = 2e-6, "Ohm m", Bound::POSITIVE;
        /// Resistance times area of the junction in its low state.
        pub resistance_area_product: f64 = 5e-12, "Ohm m^2", Bound::POSITIVE;
        /// Magnetoresistance of the junction.
        pub tunnel_magnetoresistance: f64 = 1.0, "", Bound::POSITIVE;
        /// Time of a write.
        pub write_time: f64 = 0.5e-9, "s", Bound::POSITIVE;
        /// Time to settle after a write and after a reset.
        pub settle_time: f64 = 3e-9, "s", Bound::NON_NEGATIVE;
        /// Time of a read.
        pub read_time: f64 = 1e-9, "s", Bound::POSITIVE;
        /// Voltage over junction and reference of a read.
        pub read_voltage: f64 = 0.1, "V", Bound::POSITIVE;
        /// Time of a reset.
        pub reset_time: f64 = 2e-9, "s", Bound::POSITIVE;
        /// Current of a reset, the other way.
        pub reset_current: f64 = 100e-6, "A", Bound::POSITIVE;
    }
}

spinloom_core::parameters! {
    /// Probability that a write switches, over its current:
    /// P = P_th + (1 - P_th) (S(I) - S(0)) / (1 - S(0)) for I > 0, S = 1 / (1 + exp(-(I - I_m) / w)), and P_th below.
    ///
    /// A plain sigmoid would leave S(0) where thermal escape alone acts. The default is that of the macrospins of [`SpinOrbitNeuron::default`], rounded.
    ///
    /// ```
    /// use spinloom_device::spin_orbit_neuron::SwitchingLaw;
    /// let law = SwitchingLaw { midpoint: 60e-6, width: 6e-6, thermal: 1e-8 };
    /// assert_eq!(law.probability(0.0), 1e-8);
    /// assert!((law.probability(60e-6) - 0.5).abs() < 1e-4 && law.probability(200e-6) > 0.999_999);
    /// ```
    #[derive(Copy)]
    pub struct SwitchingLaw {
        /// Current I_m of the middle of the sigmoid; 0 in a system that measures its own macrospins.
        pub midpoint: f64 = 74e-6, "A", Bound::NON_NEGATIVE;
        /// Width w of the sigmoid.
        pub width: f64 = 12e-6, "A", Bound::POSITIVE;
        /// Probability P_th to switch without a current.
        pub thermal: f64 = 0.0, "", Bound::FRACTION;
    }
}

impl SwitchingLaw {
    /// The probability at a current (A).
    pub fn probability(&self, current: f64) -> f64 {
        let sigmoid = |i: f64| 1.0 / (1.0 + (-(i - self.midpoint) / self.width).exp());
        let rest = sigmoid(0.0);
        if current <= 0.0 {
            return self.thermal;
        }
        self.thermal + (1.0 - self.thermal) * (sigmoid(current) - rest) / (1.0 - rest)
    }

    /// The logit of the [`probability`](Self::probability) at a current (A), as exact where that is next to 0 or 1. With S(I) - S(0) over 1 - S(0) =
    /// S(I) (1 - exp(-I / w)) the odds are P_th / ((1 - P_th) (1 - Q)) + Q / (1 - Q), Q this ratio.
    ///
    /// ```
    /// use spinloom_device::spin_orbit_neuron::SwitchingLaw;
    /// let law = SwitchingLaw { midpoint: 60e-6, width: 6e-6, thermal: 0.01 };
    /// let p = law.probability(50e-6);
    /// assert!((law.logit(50e-6) - (p / (1.0 - p)).ln()).abs() < 1e-12);
    /// // exp(-40) short of certain.
    /// assert!((law.logit(300e-6) - 40.0).abs() < 0.02);
    /// ```
    pub fn logit(&self, current: f64) -> f64 {
        let thermal = logit(self.thermal);
        if current <= 0.0 {
            return thermal;
        }
        let (above, rest) = ((current - self.midpoint) / self.width, -self.midpoint / self.width);
        let driven = above + (-(-current / self.width).exp_m1()).ln() - softplus(rest);
        let escaped = thermal + softplus(above) - softplus(rest);
        driven.max(escaped) + (-(driven - escaped).abs()).exp().ln_1p()
    }

    /// Middle and width under which so many of `trials` that switched at each current are most likely, the thermal probability held: without the
    /// intervals of [`fit_switching`].
    ///
    /// # Errors
    /// [`DeviceError::Shape`], [`DeviceError::OutOfRange`] where fewer than two currents switch some trials and not others, and [`DeviceError::Fit`] where the
    /// counts do not rise with the current.
    pub fn fit(currents: &[f64], switched: &[usize], trials: usize, thermal: f64) -> Result<Self, DeviceError> {
        crate::same_length("counts of switched trials", currents.len(), switched.len())?;
        let one = |(current, count): (&f64, &usize)| Writes { current: *current, switched: *count as f64, trials: trials as f64 };
        let writes: Vec<Writes> = currents.iter().zip(switched).map(one).collect();
        let start = Self { thermal, ..Self::default() };
        Ok(fit_switching(&start, &["midpoint", "width"], &writes, FitOptions::default())?.device)
    }
}

/// What a row of cycles of write, read and reset left.
#[derive(Debug, Clone, Default)]
pub struct Cycles {
    /// Spikes of each neuron, cycle by cycle.
    pub spikes: Vec<Vec<bool>>,
    /// Resets that were tried.
    pub resets: usize,
    /// Of these, resets after which the junction was still switched.
    pub failures: usize,
}

impl Cycles {
    /// Deviation of the number of runs from that of independent trials in standard deviations (A. Wald and J. Wolfowitz, Ann. Math. Stat. 11, 147
    /// (1940), doi:10.1214/aoms/1177731909), runs and variances summed over the neurons; 0 where nobody ever did both.
    pub fn runs_deviation(&self) -> f64 {
        let (mut excess, mut variance) = (0.0, 0.0);
        for row in &self.spikes {
            let n = row.len() as f64;
            let ones = row.iter().filter(|s| **s).count() as f64;
            let product = 2.0 * ones * (n - ones);
            if product == 0.0 {
                continue;
            }
            let runs = 1.0 + row.windows(2).filter(|w| w[0] != w[1]).count() as f64;
            excess += runs - product / n - 1.0;
            variance += product * (product - n) / (n * n * (n - 1.0));
        }
        if variance > 0.0 { excess / variance.sqrt() } else { 0.0 }
    }

    /// Share of cycles with a spike.
    pub fn rate(&self) -> f64 {
        let all: usize = self.spikes.iter().map(Vec::len).sum();
        self.spikes.iter().flatten().filter(|s| **s).count() as f64 / all.max(1) as f64
    }
}

impl SpinOrbitNeuron {
    /// Area of the free layer, m^2.
    pub fn area(&self) -> f64 {
        PI / 4.0 * self.length * self.width
    }

    /// The free layer: easy axis along y, plane normal to z.
    pub fn magnet(&self) -> Magnet {
        let volume = self.area() * self.thickness;
        Magnet {
            saturation_magnetization: self.saturation_magnetization,
            volume,
            damping: self.damping,
            anisotropy: self.barrier / volume,
            axis: [0.0, 1.0, 0.0],
            demagnetization: [0.0, 0.0, self.plane_field / (VACUUM_PERMEABILITY * self.saturation_magnetization)],
            temperature: self.temperature,
        }
    }

    /// Barrier over kT.
    pub fn thermal_stability(&self) -> f64 {
        self.barrier / (BOLTZMANN * self.temperature)
    }

    /// Spin current over charge current.
    pub fn spin_gain(&self) -> f64 {
        self.spin_hall_angle * self.area() / (self.length * self.metal_thickness)
    }

    /// Current (A) whose torque overcomes the damping without temperature.
    pub fn critical_current(&self) -> f64 {
        let magnet = self.magnet();
        let field = self.damping * (magnet.anisotropy_field() + 0.5 * self.plane_field);
        field * magnet.moment() * 2.0 * ELEMENTARY_CHARGE / REDUCED_PLANCK / self.spin_gain()
    }

    /// Resistance (Ohm) of the metal.
    pub fn metal_resistance(&self) -> f64 {
        self.metal_resistivity * self.width / (self.length * self.metal_thickness)
    }

    /// Energy (J) of a write by a current (A).
    pub fn write_energy(&self, current: f64) -> f64 {
        current * current * self.metal_resistance() * self.write_time
    }

    /// Energy (J) of a reset.
    pub fn reset_energy(&self) -> f64 {
        self.reset_current.powi(2) * self.metal_resistance() * self.reset_time
    }

    /// Energy (J) of a read, with a reference between both states; of the state of low resistance, the most it can be.
    pub fn read_energy(&self) -> f64 {
        let low = self.resistance_area_product / self.area();
        let reference = low * (1.0 + self.tunnel_magnetoresistance).sqrt();
        self.read_voltage.powi(2) * self.read_time / (low + reference)
    }

    /// Time (s) of write, read and reset with what settles between.
    pub fn cycle_time(&self) -> f64 {
        self.write_time + self.read_time + self.reset_time + 2.0 * self.settle_time
    }

    /// Rate (1/s) at which a well is left without a current.
    pub fn thermal_rate(&self) -> f64 {
        let magnet = self.magnet();
        if self.plane_field == 0.0 {
            return kramers_brown(self.thermal_stability(), magnet.rotational_diffusion(), 0.0)[0];
        }
        let (easy, plane, alpha) = (magnet.anisotropy_field(), self.plane_field, self.damping);
        let sum = alpha * (plane - easy);
        let growth = 0.5 * magnet.precession_rate() * ((sum * sum + 4.0 * (1.0 + alpha * alpha) * easy * plane).sqrt() - sum);
        let (well, saddle) = (GYROMAGNETIC_RATIO * (easy * (easy + plane)).sqrt(), GYROMAGNETIC_RATIO * (easy * plane).sqrt());
        2.0 * growth / saddle * well / TAU * (-self.thermal_stability()).exp()
    }

    /// Probability of thermal escape within a write.
    pub fn thermal_probability(&self) -> f64 {
        -(-self.thermal_rate() * self.write_time).exp_m1()
    }

    /// A current away from rest: it pulls the magnet to -y.
    fn drive(&self, magnet: &Magnet, current: f64) -> Drive {
        Drive { damping_like: [0.0, -magnet.damping_like_field(current * self.spin_gain()), 0.0], ..Drive::default() }
    }

    /// A direction of the state of rest, +y, in equilibrium: exp(-(D m_x^2 + (D + D_p) m_z^2)) on the half sphere, by rejection.
    fn at_rest(&self, magnet: &Magnet, stream: &mut Stream) -> Vector {
        const LEAST: f64 = 0.05;
        let easy = self.thermal_stability();
        let hard = easy + 0.5 * magnet.moment() * self.plane_field / (BOLTZMANN * self.temperature);
        loop {
            let (x, z) = (stream.normal() / (2.0 * easy).sqrt(), stream.normal() / (2.0 * hard).sqrt());
            // The area of the sphere over that of its shadow is 1 / m_y; what lies within a twentieth of the edge is left out.
            let y = (1.0 - x * x - z * z).max(0.0).sqrt();
            if y > LEAST && stream.uniform() < LEAST / y {
                return [x, y, z];
            }
        }
    }

    fn ensemble(&self, count: usize, largest: f64, seed: u64) -> Result<(Ensemble, Magnet), DeviceError> {
        let magnet = self.magnet();
        let step = magnet.time_step(magnet.damping_like_field(largest * self.spin_gain()).abs());
        let mut spins = Ensemble::new(&vec![magnet.clone(); count], step, |i| Stream::new(seed, "neuron", i))?;
        let mut start = Stream::new(seed, "neuron at rest", 0);
        for i in 0..count {
            spins.set_magnetization(i, self.at_rest(&magnet, &mut start))?;
        }
        Ok((spins, magnet))
    }

    /// How many of `trials` macrospins switch at each current (A): a write from equilibrium, and the time to settle.
    ///
    /// # Errors
    /// [`DeviceError::Magnet`] for parameters and currents out of range.
    pub fn switched(&self, currents: &[f64], trials: usize, seed: u64) -> Result<Vec<usize>, DeviceError> {
        let largest = currents.iter().fold(0.0f64, |m, c| m.max(c.abs()));
        let (mut spins, magnet) = self.ensemble(currents.len() * trials, largest, seed)?;
        for (k, current) in currents.iter().enumerate() {
            let drive = self.drive(&magnet, *current);
            (k * trials..(k + 1) * trials).try_for_each(|i| spins.set_drive(i, &drive))?;
        }
        advance(&mut spins, self.write_time)?;
        (0..spins.len()).try_for_each(|i| spins.set_drive(i, &Drive::default()))?;
        advance(&mut spins, self.settle_time)?;
        let down: Vec<bool> = spins.magnetizations().map(|m| m[1] < 0.0).collect();
        Ok(down.chunks(trials.max(1)).map(|c| c.iter().filter(|s| **s).count()).collect())
    }

    /// The sigmoid fitted to macrospins at these currents (A), and how many of `trials` switched at each.
    ///
    /// # Errors
    /// Those of [`switched`](Self::switched) and [`SwitchingLaw::fit`].
    pub fn law(&self, currents: &[f64], trials: usize, seed: u64) -> Result<(SwitchingLaw, Vec<usize>), DeviceError> {
        let switched = self.switched(currents, trials, seed)?;
        Ok((SwitchingLaw::fit(currents, &switched, trials, self.thermal_probability())?, switched))
    }

    /// Cycles of write (A), read and, where it spiked, reset, of `neurons` macrospins that keep whatever state the last cycle left. `check` is
    /// asked between cycles whether to go on.
    ///
    /// # Errors
    /// Those of [`switched`](Self::switched).
    pub fn cycles(
        &self,
        current: f64,
        neurons: usize,
        cycles: usize,
        seed: u64,
        mut go_on: impl FnMut() -> bool,
    ) -> Result<Cycles, DeviceError> {
        let (mut spins, magnet) = self.ensemble(neurons, current.abs().max(self.reset_current), seed)?;
        let (write, reset) = (self.drive(&magnet, current), self.drive(&magnet, -self.reset_current));
        let mut found = Cycles { spikes: vec![Vec::with_capacity(cycles); neurons], ..Cycles::default() };
        let still = |spins: &mut Ensemble, time: f64| -> Result<Vec<bool>, DeviceError> {
            (0..neurons).try_for_each(|i| spins.set_drive(i, &Drive::default()))?;
            advance(spins, time)?;
            Ok(spins.magnetizations().map(|m| m[1] < 0.0).collect())
        };
        for _ in 0..cycles {
            if !go_on() {
                break;
            }
            (0..neurons).try_for_each(|i| spins.set_drive(i, &write))?;
            advance(&mut spins, self.write_time)?;
            let spiked = still(&mut spins, self.settle_time + self.read_time)?;
            (0..neurons).filter(|i| spiked[*i]).try_for_each(|i| spins.set_drive(i, &reset))?;
            advance(&mut spins, self.reset_time)?;
            let left = still(&mut spins, self.settle_time)?;
            found.resets += spiked.iter().filter(|s| **s).count();
            found.failures += spiked.iter().zip(left).filter(|(s, l)| **s && *l).count();
            found.spikes.iter_mut().zip(spiked).for_each(|(row, s)| row.push(s));
        }
        Ok(found)
    }
}

fn advance(spins: &mut Ensemble, time: f64) -> Result<(), DeviceError> {
    let steps = (time / spins.time_step()).round();
    Ok(spins.advance(steps as usize)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Low barrier, high damping: fast and cheap.
    fn small(stability: f64, plane_field: f64) -> SpinOrbitNeuron {
        SpinOrbitNeuron {
            barrier: stability * BOLTZMANN * 300.0,
            plane_field,
            damping: 0.1,
            settle_time: 0.3e-9,
            ..SpinOrbitNeuron::default()
        }
    }

    /// Escape without current from a magnet symmetric about its axis, by 4000 macrospins: Brown's closed form is 1.5 / Delta off at the most, and
    /// statistics four standard errors (false alarm 6e-5).
    #[test]
    fn escape_without_current_is_neel_and_browns() {
        for plane in [0.0, 0.3] {
            let mut neuron = small(6.0, plane);
            // A third of them leaves and comes back at the same rate.
            let rate = neuron.thermal_rate();
            neuron.write_time = 0.4 / rate;
            let trials = 2000;
            let switched = neuron.switched(&[0.0], trials, 3).unwrap()[0] as f64 / trials as f64;
            let law = 0.5 * -(-2.0 * rate * (neuron.write_time + neuron.settle_time)).exp_m1();
            let noise = 4.0 * (law * (1.0 - law) / trials as f64).sqrt();
            assert!((switched - law).abs() < 1.5 / 6.0 * law + noise, "{plane}: {switched} {law}");
        }
    }

    #[test]
    fn the_sigmoid_rises_with_current_and_widens_with_temperature() {
        let trials = 1500;
        let width = |temperature: f64| {
            // A pulse of some relaxation times, in which thermal escape counts.
            let neuron = SpinOrbitNeuron { temperature, write_time: 5e-9, ..small(20.0, 0.0) };
            let currents: Vec<f64> = (1..=10).map(|k| f64::from(k) * 0.4 * neuron.critical_current()).collect();
            let (law, switched) = neuron.law(&currents, trials, 1).unwrap();
            // Four standard errors of a difference of counts.
            let fall = 4.0 * (0.5 * trials as f64).sqrt();
            assert!(switched.windows(2).all(|w| w[1] as f64 > w[0] as f64 - fall), "{switched:?}");
            assert!(switched[0] < trials / 20 && switched[9] > trials * 9 / 10, "{switched:?}");
            law.width
        };
        // Each has a standard error of some 2.5 %: a growth of three errors of the ratio, and no more is claimed than that it grows.
        let (cold, warm) = (width(75.0), width(300.0));
        assert!(warm > 1.1 * cold, "{cold:e} {warm:e}");
    }

    /// Trials after a reset are as independent as coins: 3.3 standard deviations, a false alarm of 1e-3.
    #[test]
    fn cycles_do_not_remember() {
        let neuron = SpinOrbitNeuron::default();
        let cycles = neuron.cycles(70e-6, 48, 16, 5, || true).unwrap();
        assert!(cycles.rate() > 0.1 && cycles.rate() < 0.9, "{}", cycles.rate());
        assert!(cycles.runs_deviation().abs() < 3.3, "{}", cycles.runs_deviation());
        assert!(cycles.failures * 100 <= cycles.resets, "{} of {}", cycles.failures, cycles.resets);
        // What remembers is found out: a spike after every silence.
        let told = Cycles { spikes: vec![[true, false].repeat(12); 64], ..Cycles::default() };
        assert!(told.runs_deviation() > 10.0);
    }

    #[test]
    fn fits_find_what_was_put_in_and_refuse_what_tells_nothing() {
        let law = SwitchingLaw { midpoint: 50e-6, width: 5e-6, thermal: 0.0 };
        let currents: Vec<f64> = (3..8).map(|k| f64::from(k) * 10e-6).collect();
        let counts: Vec<usize> = currents.iter().map(|i| (law.probability(*i) * 1e6).round() as usize).collect();
        let found = SwitchingLaw::fit(&currents, &counts, 1_000_000, 0.0).unwrap();
        // Counts are rounded to a millionth.
        assert!((found.midpoint / law.midpoint - 1.0).abs() < 1e-5 && (found.width / law.width - 1.0).abs() < 1e-4, "{found:?}");
        assert!(SwitchingLaw::fit(&currents, &[0, 0, 0, 0, 9], 9, 0.0).is_err());
        assert!(SwitchingLaw::fit(&currents, &[0], 9, 0.0).is_err());
    }
}
