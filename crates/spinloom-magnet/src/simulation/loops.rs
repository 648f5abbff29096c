//! The fields of hysteresis loops.

use super::sections::StageSection;

/// The fields of a hysteresis loop, T.
pub(super) fn fields_of_loop(section: &StageSection) -> Vec<[f64; 3]> {
    let length = section.direction.iter().map(|d| d * d).sum::<f64>().sqrt();
    let of = |value: f64| section.direction.map(|d| d / length * value);
    values_of_loop(&section.values, section.field_step).into_iter().map(of).collect()
}

/// From each value to the next, in steps of a size.
fn values_of_loop(values: &[f64], step: f64) -> Vec<f64> {
    let mut fields: Vec<f64> = values.iter().take(1).copied().collect();
    for pair in values.windows(2) {
        // A step that fits but for rounding is no step more.
        let steps = if step > 0.0 { ((pair[1] - pair[0]).abs() / step - 1e-9).ceil().max(1.0) } else { 1.0 };
        fields.extend((1..=steps as usize).map(|k| pair[0] + (pair[1] - pair[0]) * k as f64 / steps));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_goes_from_value_to_value_in_equal_steps() {
        assert_eq!(values_of_loop(&[1.0, -1.0, 0.0], 0.5), [1.0, 0.5, 0.0, -0.5, -1.0, -0.5, 0.0]);
        assert_eq!(values_of_loop(&[1.0, 0.0], 0.0), [1.0, 0.0]);
        assert_eq!(values_of_loop(&[0.0, 1.0], 0.4).len(), 4);
        assert_eq!(values_of_loop(&[0.3], 0.1), [0.3]);
    }
}
