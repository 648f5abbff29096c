//! Claims: what was published, as data with a source, beside which a run puts what it measured.

use serde::{Deserialize, Serialize};

/// What stands behind a claimed figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// Printed in a paper, checked against a source.
    Published,
    /// Follows by algebra or enumeration.
    Derived,
    /// Depends on undisclosed circuit details: shown beside ours, never judged.
    Chip,
}

/// A claimed figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What is claimed, in words.
    pub name: String,
    /// Name of the quantity of the outcome that measures it.
    pub quantity: String,
    /// The published figure; absent where only the band is claimed (a gain above zero, say).
    pub published: Option<f64>,
    /// Unit, empty when dimensionless.
    #[serde(default)]
    pub unit: String,
    /// The interval in which a reproduction counts as within; absent for what is only shown.
    pub band: Option<[f64; 2]>,
    /// What stands behind it.
    pub kind: ClaimKind,
    /// Where it is printed or how it follows.
    pub source: String,
    /// What to know when comparing.
    #[serde(default)]
    pub note: String,
    /// Name of the data set without which it cannot be measured.
    pub needs: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClaimFile {
    claim: Vec<Claim>,
}

/// Reads the claims of one system, as in the TOML files of `claims/`.
///
/// # Errors
/// What the TOML parser found wrong.
pub fn parse_claims(text: &str) -> Result<Vec<Claim>, toml::de::Error> {
    toml::from_str::<ClaimFile>(text).map(|f| f.claim)
}

/// How a measured figure stands to a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Inside the band.
    Within,
    /// Outside the band.
    Outside,
    /// Shown beside the published figure, without judgement.
    Shown,
    /// Not measured: a data set is missing.
    NoData,
}

impl Claim {
    /// Judges a measured mean.
    pub fn verdict(&self, measured: Option<f64>) -> Verdict {
        match (measured, self.band, self.kind) {
            (None, ..) => Verdict::NoData,
            (Some(m), Some([low, high]), ClaimKind::Published | ClaimKind::Derived) => {
                if (low..=high).contains(&m) {
                    Verdict::Within
                } else {
                    Verdict::Outside
                }
            }
            _ => Verdict::Shown,
        }
    }
}
