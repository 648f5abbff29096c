//! A planar arm of two links that has to reach points: what motor populations are taught.
//!
//! With lengths l_1 and l_2 and the angles theta_1 of the upper arm against the x axis and theta_2 of the forearm against the upper arm, the hand is at
//!
//! ```text
//! x = l_1 cos theta_1 + l_2 cos(theta_1 + theta_2),   y = l_1 sin theta_1 + l_2 sin(theta_1 + theta_2)
//! ```
//!
//! J. J. Craig, Introduction to Robotics (1989), chapters 3 to 5.

spinloom_core::parameters! {
    /// A planar arm of two links, the shoulder at the origin.
    ///
    /// ```
    /// use spinloom_task::arm::Arm;
    /// let arm = Arm::default();
    /// let angles = arm.reach([0.3, 1.1]).unwrap();
    /// let hand = arm.hand(angles);
    /// assert!((hand[0] - 0.3).abs() < 1e-12 && (hand[1] - 1.1).abs() < 1e-12);
    /// assert!(arm.reach([2.0, 2.0]).is_none());
    /// ```
    pub struct Arm {
        /// Length of the upper arm.
        pub upper: f64 = 1.0, "m", spinloom_core::parameters::Bound::POSITIVE;
        /// Length of the forearm.
        pub fore: f64 = 1.0, "m", spinloom_core::parameters::Bound::POSITIVE;
    }
}

impl Arm {
    /// Where the elbow is at these angles (rad).
    pub fn elbow(&self, [shoulder, _]: [f64; 2]) -> [f64; 2] {
        [self.upper * shoulder.cos(), self.upper * shoulder.sin()]
    }

    /// Where the hand is at these angles (rad).
    pub fn hand(&self, angles: [f64; 2]) -> [f64; 2] {
        let ([x, y], direction) = (self.elbow(angles), angles[0] + angles[1]);
        [x + self.fore * direction.cos(), y + self.fore * direction.sin()]
    }

    /// The angles (rad), that of the elbow between 0 and pi, at which the hand is at a point; `None` out of reach.
    pub fn reach(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let cosine = (x * x + y * y - self.upper * self.upper - self.fore * self.fore) / (2.0 * self.upper * self.fore);
        if !(-1.0..=1.0).contains(&cosine) {
            return None;
        }
        let elbow = cosine.acos();
        let inner = (self.fore * elbow.sin()).atan2(self.upper + self.fore * cosine);
        Some([y.atan2(x) - inner, elbow])
    }

    /// The change of the angles that lessens the squared distance of the hand from a point the fastest, J^T (point - hand): what can be told from the miss
    /// of a trial without knowing how to reach.
    pub fn descent(&self, angles: [f64; 2], point: [f64; 2]) -> [f64; 2] {
        let (elbow, hand) = (self.elbow(angles), self.hand(angles));
        let miss = [point[0] - hand[0], point[1] - hand[1]];
        // A turn of a joint moves the hand across the line between the two.
        let torque = |joint: [f64; 2]| -(hand[1] - joint[1]) * miss[0] + (hand[0] - joint[0]) * miss[1];
        [torque([0.0, 0.0]), torque(elbow)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reaching_is_the_inverse_of_the_hand(upper in 0.5f64..2.0, fore in 0.5f64..2.0, shoulder in -2.0f64..2.0, elbow in 0.05f64..3.0) {
            let arm = Arm { upper, fore };
            let hand = arm.hand([shoulder, elbow]);
            // Near the shoulder the direction of the hand is lost.
            prop_assume!(hand[0].hypot(hand[1]) > 0.05);
            let again = arm.hand(arm.reach(hand).unwrap());
            prop_assert!((again[0] - hand[0]).hypot(again[1] - hand[1]) < 1e-9);
        }

        #[test]
        fn the_descent_is_the_slope(shoulder in -2.0f64..2.0, elbow in 0.1f64..3.0, x in -1.5f64..1.5, y in -1.5f64..1.5) {
            let arm = Arm { upper: 1.0, fore: 0.7 };
            let cost = |a: [f64; 2]| { let h = arm.hand(a); 0.5 * ((x - h[0]).powi(2) + (y - h[1]).powi(2)) };
            let descent = arm.descent([shoulder, elbow], [x, y]);
            let h = 1e-6;
            let slopes = [
                cost([shoulder + h, elbow]) - cost([shoulder - h, elbow]),
                cost([shoulder, elbow + h]) - cost([shoulder, elbow - h]),
            ];
            prop_assert!((0..2).all(|k| (descent[k] + slopes[k] / (2.0 * h)).abs() < 1e-7));
        }
    }
}
