//! Prints the table of vowel statistics that is embedded in this crate, from the measured file:
//! `SPINLOOM_DATA=FOLDER cargo run -p spinloom-task --example vowel_statistics > crates/spinloom-task/data/vowel_statistics.toml`

#![allow(clippy::print_stdout, reason = "its output is the table")]

use spinloom_task::vowels::{VowelStatistics, Vowels};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let statistics = VowelStatistics::compute(&Vowels::hillenbrand(None)?);
    println!(
        "# Means (Hz) and covariances (Hz^2) of seven vowels spoken by 37 women, computed by examples/vowel_statistics.rs from"
    );
    println!(
        "# vowdata.dat of J. Hillenbrand, L. A. Getty, M. J. Clark and K. Wheeler, J. Acoust. Soc. Am. 97, 3099 (1995). A token is"
    );
    println!(
        "# the mean of its vowel + the mean deviation of its speaker over the vowels + a rest; the covariances of both are over speakers."
    );
    let numbers = |v: &[f64]| format!("[{}]", v.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    println!("formants = {:?}", statistics.formants);
    println!("speaker_covariance = {}", numbers(&statistics.speaker_covariance));
    for vowel in &statistics.vowel {
        println!(
            "\n[[vowel]]\nname = {:?}\nmean = {}\ncovariance = {}",
            vowel.name,
            numbers(&vowel.mean),
            numbers(&vowel.covariance)
        );
    }
    Ok(())
}
