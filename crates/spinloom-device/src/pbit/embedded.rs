//! The embedded-junction p-bit: a low-barrier junction above a transistor, and an inverter that reads the node between them.
//!
//! K. Y. Camsari, S. Salahuddin and S. Datta, IEEE Electron Device Lett. 38, 1767 (2017), doi:10.1109/LED.2017.2768321. The free layer is a
//! circular disk without a preferred direction in its plane, so that its conductance
//!
//! ```text
//! G(t) = G0 [1 + TMR / (2 + TMR) cos phi(t)]
//! ```
//!
//! wanders between parallel and antiparallel, cos phi by the arcsine law. The inverter switches where transistor and junction share the
//! supply evenly, so that its output is high while G < G_T(V), G_T the conductance of the transistor at half the supply, and on average
//!
//! ```text
//! <out> = (2 / pi) asin(c),   c = (2 + TMR) / TMR [G_T(V) / G0 - 1] within -1..1.
//! ```
//!
//! The input is the gate voltage from mid-supply. **Assumptions of ours:** the static, switch-like inverter; the transistor, for which
//! stands the long-channel model of C. C. Enz, F. Krummenacher and E. A. Vittoz, Analog Integr. Circ. Sig. Process. 8, 83 (1995),
//! doi:10.1007/BF01239381, and not a transistor of any foundry; that the current through the junction does not turn its magnet
//! ([`EmbeddedPbit::read_disturbance`] says how nearly so); and all numbers of the default but the scheme itself, which could not be checked
//! against the paper.
//!
//! The in-plane angle turns in the demagnetising field of the thermal tilt m_z, phi' = gamma' B_d m_z, and m_z relaxes at lambda = alpha
//! gamma' B_d, both kicked by the thermal field with D = alpha gamma' kT / (Ms V). For small tilts both are linear, and
//!
//! ```text
//! <cos phi(t) cos phi(0)> / <cos^2 phi> = exp[-D t - w^2 (t / lambda - (1 - exp(-lambda t)) / lambda^2)],   w^2 = gamma'^2 B_d kT / (Ms V).
//! ```
//!
//! While lambda t << 1 this is exp(-w^2 t^2 / 2), whatever the damping: precession dephases, and energy relaxation plays no part. Both that
//! and the slower loss of memory from a known state, as alpha^(-1/3), are found by J. Kaiser et al., Phys. Rev. Appl. 12, 054056
//! (2019), doi:10.1103/PhysRevApplied.12.054056.

use super::{Pbit, Sigmoid, Transfer};
use spinloom_core::constants::{BOLTZMANN, ELEMENTARY_CHARGE, VACUUM_PERMEABILITY};
use spinloom_core::parameters::Bound;
use spinloom_core::random::Stream;
use spinloom_core::variability::{Distribution, Spread};
use spinloom_magnet::macrospin::{Drive, Magnet};
use std::f64::consts::{FRAC_2_PI, PI};

spinloom_core::parameters! {
    /// An embedded-junction p-bit. The numbers are assumptions of ours for a 22 nm junction on a short-channel transistor at 0.8 V.
    ///
    /// ```
    /// let pbit = spinloom_device::pbit::EmbeddedPbit::default();
    /// assert!(pbit.mean_output(0.0).abs() < 1e-12);
    /// assert!(pbit.mean_output(0.5) == 1.0 && pbit.mean_output(-0.5) == -1.0);
    /// assert!(pbit.correlation_time() < 1e-9);
    /// ```
    pub struct EmbeddedPbit {
        /// Supply voltage.
        pub supply_voltage: f64 = 0.8, "V", Bound::between(0.05, 5.0);
        /// Tunnel magnetoresistance (R_AP - R_P) / R_P.
        pub tunnel_magnetoresistance: f64 = 1.1, "", Bound::between(0.01, 20.0);
        /// Spin polarisation of the current through the junction.
        pub spin_polarization: f64 = 0.59, "", Bound::FRACTION;
        /// Resistance times area of the junction at its mean conductance.
        pub resistance_area_product: f64 = 9e-12, "Ohm m^2", Bound::POSITIVE;
        /// Diameter of the free layer.
        pub diameter: f64 = 22e-9, "m", Bound::POSITIVE;
        /// Thickness of the free layer.
        pub thickness: f64 = 2e-9, "m", Bound::POSITIVE;
        /// Saturation magnetization of the free layer.
        pub saturation_magnetization: f64 = 1.1e6, "A/m", Bound::POSITIVE;
        /// Gilbert damping of the free layer.
        pub damping: f64 = 0.01, "", Bound::between(1e-6, 1.0);
        /// Temperature.
        pub temperature: f64 = 300.0, "K", Bound::between(100.0, 1000.0);
        /// Threshold voltage of the transistor.
        pub threshold_voltage: f64 = 0.3, "V", Bound::between(-1.0, 1.0);
        /// Slope factor n of the transistor.
        pub slope_factor: f64 = 1.2, "", Bound::between(1.0, 3.0);
    }
}

spinloom_core::parameters! {
    /// How embedded-junction p-bits differ from device to device; assumptions of ours.
    pub struct EmbeddedSpread {
        /// Standard deviation of the logarithm of the resistance of the junction.
        pub resistance: f64 = 0.05, "", Bound::between(0.0, 1.0);
        /// Standard deviation of the logarithm of the tunnel magnetoresistance.
        pub tunnel_magnetoresistance: f64 = 0.05, "", Bound::between(0.0, 1.0);
        /// Standard deviation of the threshold voltage.
        pub threshold_voltage: f64 = 0.01, "V", Bound::between(0.0, 0.2);
        /// Standard deviation of the logarithm of the diameter, which sets the volume and with it the correlation time.
        pub diameter: f64 = 0.02, "", Bound::between(0.0, 0.5);
    }
}

/// What one drawn device has of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deviation {
    /// Conductance of the junction over the nominal one.
    pub conductance: f64,
    /// Tunnel magnetoresistance.
    pub tunnel_magnetoresistance: f64,
    /// Shift of the threshold voltage, V.
    pub threshold_shift: f64,
}

impl EmbeddedPbit {
    /// The free layer.
    pub fn magnet(&self) -> Magnet {
        Magnet::disk(self.diameter, self.thickness, self.saturation_magnetization, self.damping, self.temperature)
    }

    /// Mean resistance of the junction, 1 / G0.
    pub fn resistance(&self) -> f64 {
        self.resistance_area_product / (PI / 4.0 * self.diameter * self.diameter)
    }

    /// Static current from supply to ground at mid-input, A: transistor and junction share the supply evenly.
    pub fn current(&self) -> f64 {
        0.5 * self.supply_voltage / self.resistance()
    }

    /// Static power of junction and transistor at mid-input, W; the inverter is not in it.
    pub fn power(&self) -> f64 {
        self.supply_voltage * self.current()
    }

    /// The device as designed.
    pub fn nominal(&self) -> Deviation {
        Deviation { conductance: 1.0, tunnel_magnetoresistance: self.tunnel_magnetoresistance, threshold_shift: 0.0 }
    }

    /// Drain current of the transistor, up to a constant, with the drain at half the supply: ln^2(1 + exp(x / 2)) forward minus reverse.
    fn transistor(&self, gate: f64, threshold: f64) -> f64 {
        let thermal = BOLTZMANN * self.temperature / ELEMENTARY_CHARGE;
        let over = |drain: f64| {
            let x = (gate - threshold - self.slope_factor * drain) / (self.slope_factor * thermal);
            // ln(1 + exp(y)) without overflow.
            let y = 0.5 * x;
            (y.max(0.0) + (-y.abs()).exp().ln_1p()).powi(2)
        };
        over(0.0) - over(0.5 * self.supply_voltage)
    }

    /// Conductance of the transistor over the mean conductance of the nominal junction, to which it is matched at mid-input.
    pub fn transistor_conductance(&self, input: f64, threshold_shift: f64) -> f64 {
        let gate = 0.5 * self.supply_voltage;
        self.transistor(gate + input, self.threshold_voltage + threshold_shift) / self.transistor(gate, self.threshold_voltage)
    }

    /// Conductance of a junction at cos phi over the mean conductance of the nominal one.
    pub fn junction_conductance(&self, cosine: f64, device: &Deviation) -> f64 {
        let tmr = device.tunnel_magnetoresistance;
        device.conductance * (1.0 + tmr / (2.0 + tmr) * cosine)
    }

    /// Mean output in -1..1 at an input voltage from mid-supply.
    pub fn mean_output(&self, input: f64) -> f64 {
        self.mean_output_of(input, &self.nominal())
    }

    /// Mean output of one drawn device.
    pub fn mean_output_of(&self, input: f64, device: &Deviation) -> f64 {
        let tmr = device.tunnel_magnetoresistance;
        let ratio = self.transistor_conductance(input, device.threshold_shift) / device.conductance;
        FRAC_2_PI * ((2.0 + tmr) / tmr * (ratio - 1.0)).clamp(-1.0, 1.0).asin()
    }

    /// The sigmoid that fits a device best, over the inputs where its output moves; scale and offset in volts.
    pub fn sigmoid(&self, device: &Deviation) -> Sigmoid {
        let middle = self.crossing(device, 0.0);
        // Where the mean output has all but settled on either side.
        let reach = (self.crossing(device, 0.999) - middle).max(middle - self.crossing(device, -0.999));
        let points: Vec<(f64, f64)> = (-100..=100)
            .map(|k| middle + 2.0 * reach * f64::from(k) / 100.0)
            .map(|v| (v - middle, self.mean_output_of(v, device)))
            .collect();
        let fit = Sigmoid::fit(&points, 0.5 * reach);
        Sigmoid { offset: fit.offset + middle, ..fit }
    }

    /// Input at which the mean output of a device passes a level, by bisection; the output never falls as the input rises.
    fn crossing(&self, device: &Deviation, level: f64) -> f64 {
        let (mut low, mut high) = (-2.0 * self.supply_voltage, 2.0 * self.supply_voltage);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.mean_output_of(middle, device) < level { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// The shape of the sigmoid against the input over the fitted scale of the nominal device, from its offset.
    pub fn transfer(&self) -> Transfer {
        let nominal = self.sigmoid(&self.nominal());
        Transfer::table(8.0, 4001, |x| self.mean_output(nominal.offset + nominal.scale * x))
    }

    /// Devices 0 to `count` with their spread, device i drawn from `stream(i)`: each with its fitted sigmoid, relative to the nominal one.
    pub fn draw(&self, spread: &EmbeddedSpread, count: usize, stream: impl Fn(u64) -> Stream) -> Vec<Pbit> {
        let nominal = self.sigmoid(&self.nominal());
        let positive = |relative| Spread { relative, distribution: Distribution::LogNormal };
        (0..count as u64)
            .map(|i| {
                let mut stream = stream(i);
                let device = Deviation {
                    conductance: 1.0 / positive(spread.resistance).draw(1.0, &mut stream),
                    tunnel_magnetoresistance: positive(spread.tunnel_magnetoresistance)
                        .draw(self.tunnel_magnetoresistance, &mut stream),
                    threshold_shift: spread.threshold_voltage * stream.normal(),
                };
                let diameter = positive(spread.diameter).draw(self.diameter, &mut stream);
                let fit = self.sigmoid(&device);
                Pbit {
                    gain: nominal.scale / fit.scale,
                    offset: (nominal.offset - fit.offset) / fit.scale,
                    correlation_time: Self { diameter, ..self.clone() }.correlation_time(),
                }
            })
            .collect()
    }

    /// Demagnetising field that holds the magnetization in the plane, mu0 Ms (N_z - N_x), T.
    pub fn plane_field(&self) -> f64 {
        let n = self.magnet().demagnetization;
        VACUUM_PERMEABILITY * self.saturation_magnetization * (n[2] - n[0])
    }

    /// Correlation of cos phi over a time, from the linear theory of the [module](self).
    pub fn autocorrelation(&self, time: f64) -> f64 {
        let magnet = self.magnet();
        let (rate, diffusion) = (magnet.precession_rate(), magnet.rotational_diffusion());
        let field = self.plane_field();
        let relaxation = self.damping * rate * field;
        let dephasing = (rate * field).powi(2) * diffusion / relaxation;
        let x = relaxation * time;
        // x - (1 - exp(-x)) loses its digits at small x.
        let lag = if x < 1e-4 { 0.5 * x * x - x * x * x / 6.0 } else { x - (1.0 - (-x).exp()) };
        (-diffusion * time - dephasing * lag / (relaxation * relaxation)).exp()
    }

    /// Time in which the correlation falls to 1/e, s.
    pub fn correlation_time(&self) -> f64 {
        let target = (-1.0f64).exp();
        let mut high = 1e-12;
        while self.autocorrelation(high) > target && high < 1.0 {
            high *= 2.0;
        }
        let mut low = 0.0;
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.autocorrelation(middle) > target { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    /// Time in which many magnets that begin in one known state lose their common phase to 1/e, while alpha gamma B_d t << 1:
    /// [3 / (D (gamma' B_d)^2)]^(1/3), which goes as alpha^(-1/3).
    pub fn memory_time(&self) -> f64 {
        let magnet = self.magnet();
        (3.0 / (magnet.rotational_diffusion() * (magnet.precession_rate() * self.plane_field()).powi(2))).cbrt()
    }

    /// The spin torque of the current that flows through the junction at mid-input, polarised along +x, as a drive of its magnet.
    pub fn read_drive(&self) -> Drive {
        let torque = self.magnet().damping_like_field(self.spin_polarization * self.current());
        Drive { damping_like: [torque, 0.0, 0.0], ..Drive::default() }
    }

    /// Damping-like field of the read current over alpha B_d, at which the torque would overcome the damping: well below 1, the magnet is
    /// read and not written.
    pub fn read_disturbance(&self) -> f64 {
        self.read_drive().damping_like[0] / (self.damping * self.plane_field())
    }
}
