//! Scales: from values to places, and where the ticks go.

use crate::figure::Axis;

/// What is larger, or on a logarithmic axis smaller than its inverse, has no place: ratios and differences would overflow.
const LARGEST: f64 = 1e140;

/// A labelled place on an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub value: f64,
    pub label: String,
}

/// An axis with its ends fixed.
#[derive(Debug, Clone)]
pub struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
}

impl Scale {
    /// The ends of `axis`, from `values` where it has none of its own.
    pub fn new(axis: &Axis, values: impl Iterator<Item = f64>) -> Self {
        let logarithmic = axis.logarithmic;
        let usable = |v: &f64| v.abs() < LARGEST && (!logarithmic || *v > 1.0 / LARGEST);
        if let Some((low, high)) = axis.range.filter(|(low, high)| usable(low) && usable(high) && low < high) {
            return Self { low, high, logarithmic };
        }
        let (low, high) = values.filter(usable).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return if logarithmic {
                Self { low: 1.0, high: 10.0, logarithmic }
            } else {
                Self { low: 0.0, high: 1.0, logarithmic }
            };
        }
        if logarithmic {
            let room = ((high / low).ln() * 0.05).max(0.05).exp();
            return Self { low: low / room, high: high * room, logarithmic };
        }
        let room = if high > low { 0.05 * (high - low) } else { (0.1 * low.abs()).max(f64::MIN_POSITIVE.max(1e-30)) };
        // A degenerate axis at zero has no scale of its own.
        let room = if high == low && low == 0.0 { 1.0 } else { room };
        Self { low: low - room, high: high + room, logarithmic }
    }

    /// A scale with exactly these ends, for axes of cells; from 0 to 1 where they are no ends of a scale.
    pub fn exact(low: f64, high: f64, logarithmic: bool) -> Self {
        let sound = low < high && (high - low).is_finite() && (!logarithmic || (low > 0.0 && (high / low).is_finite()));
        if sound { Self { low, high, logarithmic } } else { Self { low: 0.0, high: 1.0, logarithmic: false } }
    }

    /// Lower and upper end.
    pub fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Place of a value from 0 (low) to 1 (high); not finite where the value has none.
    pub fn fraction(&self, value: f64) -> f64 {
        if self.logarithmic {
            if value > 0.0 { (value / self.low).ln() / (self.high / self.low).ln() } else { f64::NAN }
        } else {
            (value - self.low) / (self.high - self.low)
        }
    }

    /// About `wanted` labelled ticks at round numbers.
    pub fn ticks(&self, wanted: usize) -> Vec<Tick> {
        let values = if self.logarithmic { self.logarithmic_values(wanted) } else { self.linear_values(wanted) };
        let largest = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        let smallest_step = values.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
        let label = |v: f64| {
            if self.logarithmic && !(1e-3..1e5).contains(&v) {
                scientific(v, 1.0)
            } else if self.logarithmic {
                trimmed(v)
            } else if !(1e-3..1e5).contains(&largest) {
                scientific(v, smallest_step)
            } else {
                let decimals = (-(smallest_step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize;
                minus(format!("{v:.decimals$}"))
            }
        };
        values.into_iter().map(|value| Tick { value, label: label(value) }).collect()
    }

    fn linear_values(&self, wanted: usize) -> Vec<f64> {
        let raw = (self.high - self.low) / wanted.max(1) as f64;
        if !raw.is_finite() || raw <= 0.0 {
            return vec![self.low];
        }
        let magnitude = 10f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|m| m * magnitude >= raw * 0.75).unwrap_or(10.0) * magnitude;
        let first = (self.low / step - 1e-6).ceil();
        // Adding 0 turns a negative zero into zero.
        (0..200).map(|i| (first + f64::from(i)) * step + 0.0).take_while(|v| *v <= self.high + 1e-6 * step).collect()
    }

    fn logarithmic_values(&self, wanted: usize) -> Vec<f64> {
        let (low, high) = (self.low.log10(), self.high.log10());
        let stride = (((high - low) / wanted.max(1) as f64).ceil()).max(1.0) as i32;
        let mantissas: &[f64] = if high - low < 2.5 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let decades = low.floor() as i32..=high.ceil() as i32;
        let values = decades.filter(|d| d.rem_euclid(stride) == 0).flat_map(|d| mantissas.iter().map(move |m| m * 10f64.powi(d)));
        let mut inside: Vec<f64> = values.filter(|v| *v >= self.low * 0.9999 && *v <= self.high * 1.0001).collect();
        if inside.len() < 2 {
            inside = self.linear_values(wanted).into_iter().filter(|v| *v > 0.0).collect();
        }
        inside
    }
}

/// At most three decimals, no trailing zeros.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn minus(text: String) -> String {
    if text.starts_with('-') { text.replacen('-', "−", 1) } else { text }
}

/// `2×10⁵`, with as many digits as steps of `step` need.
fn scientific(value: f64, step: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let exponent = (value.abs().log10() + 1e-9).floor() as i32;
    let digits = (f64::from(exponent) - step.log10().floor()).clamp(0.0, 6.0) as usize;
    // The formatter knows powers of ten that no number can hold.
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    let power: String = exponent
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            digit => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit.to_digit(10).unwrap_or(0) as usize],
        })
        .collect();
    match mantissa {
        "1" => format!("10{power}"),
        "-1" => format!("−10{power}"),
        _ => minus(format!("{mantissa}×10{power}")),
    }
}

/// A number for a label: three significant digits.
pub fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-3..5).contains(&magnitude) {
        return scientific(value, 10f64.powi(magnitude - 2));
    }
    let text = format!("{value:.*}", (2 - magnitude).clamp(0, 6) as usize);
    minus(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text })
}

/// Edges of cells whose centres are `centres`: halfway between, the outer ones symmetric.
pub fn edges(centres: &[f64], logarithmic: bool) -> Vec<f64> {
    if logarithmic && centres.iter().all(|c| *c > 0.0) {
        return edges(&centres.iter().map(|c| c.ln()).collect::<Vec<_>>(), false).into_iter().map(f64::exp).collect();
    }
    match centres {
        [] => Vec::new(),
        [one] => vec![one - 0.5, one + 0.5],
        [first, second, ..] => {
            let last = centres.len() - 1;
            let mut edges = vec![first - (second - first) / 2.0];
            edges.extend(centres.windows(2).map(|w| f64::midpoint(w[0], w[1])));
            edges.push(centres[last] + (centres[last] - centres[last - 1]) / 2.0);
            edges
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks(5).into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(&Scale::exact(0.0, 100.0, false)), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(labels(&Scale::exact(-0.1, 0.11, false)), ["−0.10", "−0.05", "0.00", "0.05", "0.10"]);
        assert_eq!(labels(&Scale::exact(0.0, 4e8, false)), ["0", "10⁸", "2×10⁸", "3×10⁸", "4×10⁸"]);
        assert_eq!(labels(&Scale::exact(0.9, 1100.0, true)), ["1", "10", "100", "1000"]);
        assert_eq!(labels(&Scale::exact(1e-9, 1e-6, true)), ["10⁻⁹", "10⁻⁸", "10⁻⁷", "10⁻⁶"]);
    }

    #[test]
    fn scales_without_values_still_have_two_ends() {
        let axis = Axis::new("x");
        for values in [vec![], vec![f64::NAN], vec![0.0], vec![3.0, 3.0], vec![f64::INFINITY, 1.0]] {
            for axis in [axis.clone(), axis.clone().logarithmic(), axis.clone().range(2.0, 1.0)] {
                let scale = Scale::new(&axis, values.iter().copied());
                let (low, high) = scale.ends();
                assert!(low < high && low.is_finite() && high.is_finite(), "{values:?}");
                assert!(!scale.ticks(5).is_empty());
            }
        }
    }
}
