//! Colours.

/// Colours of series, distinguishable with any colour vision, darkest contrasts first.
///
/// Source: M. Okabe and K. Ito, Color Universal Design (2008).
const SERIES: [&str; 8] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c6d1f"];

/// Anchors of viridis (S. van der Walt and N. Smith, 2015, CC0), evenly spaced.
const VIRIDIS: [[u8; 3]; 10] = [
    [0x44, 0x01, 0x54],
    [0x48, 0x28, 0x78],
    [0x3e, 0x49, 0x89],
    [0x31, 0x68, 0x8e],
    [0x26, 0x82, 0x8e],
    [0x1f, 0x9e, 0x89],
    [0x35, 0xb7, 0x79],
    [0x6e, 0xce, 0x58],
    [0xb5, 0xde, 0x2b],
    [0xfd, 0xe7, 0x25],
];

/// Colour of the series `index`.
pub fn series(index: usize) -> &'static str {
    SERIES[index % SERIES.len()]
}

fn hex([r, g, b]: [f64; 3]) -> String {
    let byte = |v: f64| v.round().clamp(0.0, 255.0) as u8;
    format!("#{:02x}{:02x}{:02x}", byte(r), byte(g), byte(b))
}

fn mix(a: [f64; 3], b: [f64; 3], t: f64) -> [f64; 3] {
    std::array::from_fn(|i| a[i] + t * (b[i] - a[i]))
}

/// Viridis at a fraction of the scale.
pub fn viridis(fraction: f64) -> String {
    let position = fraction.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    let low = (position as usize).min(VIRIDIS.len() - 2);
    hex(mix(VIRIDIS[low].map(f64::from), VIRIDIS[low + 1].map(f64::from), position - low as f64))
}

/// From white to blue, for shares from 0 to 1.
pub fn blues(fraction: f64) -> String {
    hex(mix([255.0; 3], [0.0, 92.0, 158.0], fraction.clamp(0.0, 1.0).powf(0.8)))
}

/// A light colour for the category `index`: neighbours in number are far apart in hue.
pub fn light(index: usize) -> String {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let hue = (0.58 + index as f64 * GOLDEN).fract();
    let lightness = [0.88, 0.81, 0.93][index % 3];
    let chroma = (1.0 - (2.0 * lightness - 1.0f64).abs()) * 0.65;
    let channel = |shift: f64| {
        let ramp = ((hue * 6.0 + shift).rem_euclid(6.0) - 3.0).abs() - 1.0;
        255.0 * (lightness + chroma * (ramp.clamp(0.0, 1.0) - 0.5))
    };
    hex([channel(0.0), channel(4.0), channel(2.0)])
}
