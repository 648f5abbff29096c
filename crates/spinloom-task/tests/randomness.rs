//! The tests of SP 800-22 against everything NIST prints, and against bits that are random, biased or correlated by construction.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use rand::Rng;
use spinloom_core::random::Stream;
use spinloom_task::TaskError;
use spinloom_task::randomness::*;
use std::path::PathBuf;

/// The first hundred binary digits of pi, the example of many sections.
const PI_100: &str = "1100100100001111110110101010001000100001011010001100001000110100110001001100011001100010100010111000";

fn bits(text: &str) -> Bits {
    text.parse().unwrap()
}

fn close(p_value: f64, printed: f64) {
    assert!((p_value - printed).abs() <= 5.000_001e-7, "{p_value} instead of {printed}");
}

#[test]
fn worked_examples_of_the_document() {
    close(frequency(&bits("1011010101")).unwrap(), 0.527_089);
    close(frequency(&bits(PI_100)).unwrap(), 0.109_599);
    close(block_frequency(&bits("0110011010"), 3).unwrap(), 0.801_252);
    close(block_frequency(&bits(PI_100), 10).unwrap(), 0.706_438);
    close(runs(&bits("1001101011")).unwrap(), 0.147_232);
    close(runs(&bits(PI_100)).unwrap(), 0.500_798);
    let [forward, backward] = cumulative_sums(&bits(PI_100)).unwrap();
    close(forward, 0.219_194);
    close(backward, 0.114_866);
    // The magnitudes of section 2.6.4 are 0, 2, 4.47, 2, 4.47: all five below 5.47, where 4.75 should be.
    let deviation = 0.25 / (10.0f64 * 0.95 * 0.05 / 4.0).sqrt();
    assert!((spectral(&bits("1001010011")).unwrap() - 0.468_160).abs() < 5e-7 && (deviation - 0.725_476).abs() < 5e-7);
    // Section 2.7.4: the word 001 among the four that cannot overlap themselves, in two blocks.
    close(non_overlapping(&bits("10100100101110010110"), 3, 2).unwrap()[0], 0.344_154);
    close(approximate_entropy(&bits("0100110101"), 3).unwrap(), 0.261_961);
    close(approximate_entropy(&bits(PI_100), 2).unwrap(), 0.235_301);
    let [first, second] = serial(&bits("0011011101"), 3).unwrap();
    close(first, 0.808_792);
    close(second, 0.670_320);
    let walk = random_excursions(&bits("0110110101")).unwrap();
    assert_eq!(walk.cycles, 3);
    // Chi-square is 13/3; the document rounds the probabilities, prints 4.333033 and from it 0.502529.
    assert!((walk.excursions[4] - 0.502_488).abs() < 5e-7);
    close(walk.variant[9], 0.683_091);
}

/// The folder of real data; a test without it names the set it misses.
fn real() -> Option<PathBuf> {
    let folder = std::env::var_os("SPINLOOM_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("not run: the data set nist_sts is not here; SPINLOOM_DATA names no folder");
    }
    folder
}

/// All 188 p-values of all three constants, to every digit that NIST's programme prints.
#[test]
fn published_p_values_of_pi_e_and_the_square_root_of_two() {
    let Some(folder) = real() else { return };
    for (name, constant) in [("pi", Constant::Pi), ("e", Constant::E), ("sqrt2", Constant::SqrtTwo)] {
        let published: Vec<&str> = include_str!("sp800_22_p_values.txt")
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
            .flat_map(|line| line.split(' ').skip(1))
            .collect();
        let results = Suite::default().run(&digits_of(constant, Some(&folder)).unwrap());
        assert_eq!((results.len(), published.len()), (188, 188));
        for (result, printed) in results.iter().zip(published) {
            assert_eq!(format!("{:.6}", result.p_value.unwrap()), printed, "{} of {name}", result.test);
        }
    }
}

#[test]
fn worked_examples_with_digits_of_e() {
    let Some(folder) = real() else { return };
    let e = digits_of(Constant::E, Some(&folder)).unwrap();
    // Sections 2.5.8 and 2.10.8, 2.11.8.
    close(rank(&e.slice(0, 100_000)).unwrap(), 0.532_069);
    close(linear_complexity(&e, 1000).unwrap(), 0.845_406);
    let [first, second] = serial(&e, 2).unwrap();
    close(first, 0.843_764);
    close(second, 0.561_915);
    assert!(matches!(digits_of(Constant::Pi, Some(&folder.join("nowhere"))), Err(TaskError::NoData { .. }) | Ok(_)));
}

/// Bits of a Markov chain: that before with probability `correlation`, else one with probability `one`.
fn chain(seed: u64, len: usize, one: f64, correlation: f64) -> Bits {
    let mut random = Stream::new(seed, "randomness test", 0).fast();
    let mut uniform = || (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
    let mut last = uniform() < one;
    let step = |_| {
        if uniform() >= correlation {
            last = uniform() < one;
        }
        last
    };
    (0..len).map(step).collect()
}

/// Tests of `sequences` sequences of 60,000 bits each.
fn assessed(sequences: u64, one: f64, correlation: f64) -> Vec<Assessment> {
    let suite = Suite { serial_length: 8, entropy_length: 8, ..Suite::default() };
    let results: Vec<_> = (0..sequences).map(|seed| suite.run(&chain(seed + 1, 60_000, one, correlation))).collect();
    assess(&results, suite.significance).unwrap()
}

fn verdict(all: &[Assessment], test: Test) -> Verdict {
    all.iter().find(|a| a.test == test).unwrap().verdict
}

/// A hundred sequences of good bits. Each of 159 tests fails by chance with a probability of about 0.4 % (three standard deviations of
/// a proportion, 1e-4 for uniformity): more than five failures have a probability below 1e-4 even if the tests were independent, and the seed is fixed.
#[test]
fn good_bits_pass() {
    let all = assessed(100, 0.5, 0.0);
    let failed = all.iter().filter(|a| a.verdict == Verdict::Fail).count();
    assert!(failed <= 5, "{failed} tests failed");
    assert_eq!(all.iter().filter(|a| a.verdict == Verdict::NotApplicable).count(), 1 + 1 + 8 + 18 + 1);
    let passed: usize = all.iter().map(|a| a.passed).sum();
    let judged: usize = all.iter().map(|a| a.sequences).sum();
    // 15,900 p-values at 1 %: five standard deviations were they independent, and the templates nearly are.
    assert!((passed as f64 / judged as f64 - 0.99).abs() < 5.0 * (0.0099 / judged as f64).sqrt());
}

/// A bias of 1 % in 60,000 bits shifts the frequency statistic by five standard deviations; a correlation of 3 % that of the runs by seven.
#[test]
fn biased_and_correlated_bits_fail_where_they_should() {
    let biased = assessed(60, 0.51, 0.0);
    for test in [Test::Frequency, Test::CumulativeSumsForward, Test::CumulativeSumsBackward] {
        assert_eq!(verdict(&biased, test), Verdict::Fail, "{test}");
    }
    assert_eq!(verdict(&biased, Test::Rank), Verdict::Pass);
    let correlated = assessed(60, 0.5, 0.03);
    for test in [Test::Runs, Test::ApproximateEntropy, Test::SerialFirst] {
        assert_eq!(verdict(&correlated, test), Verdict::Fail, "{test}");
    }
}

#[test]
fn degenerate_sequences_give_p_values_or_reasons() {
    let suite = Suite::default();
    for len in [0, 1, 2, 99, 100, 128, 1000, 70_000, 1_000_000] {
        for sequence in
            [Bits::from_words(vec![u64::MAX; 15_625], len), Bits::from_words(vec![0; 15_625], len), chain(1, len, 0.5, 0.99)]
        {
            for result in suite.run(&sequence) {
                match result.p_value {
                    Ok(p) => assert!((0.0..=1.0).contains(&p), "{} of {len} bits: {p}", result.test),
                    Err(reason) => assert!(!reason.to_string().is_empty()),
                }
            }
        }
    }
    assert_eq!(suite.run(&Bits::default())[0].p_value, Err(NotApplicable::TooShort { needed: 100, given: 0 }));
    assert!(matches!(serial(&bits(PI_100), 40), Err(NotApplicable::Parameter { value: 40, .. })));
    assert!(matches!(block_frequency(&bits(PI_100), 0), Err(NotApplicable::Parameter { .. })));
    assert!(matches!(non_overlapping(&bits(PI_100), 9, 100), Err(NotApplicable::TooShort { .. })));
    let mixed = [suite.run(&bits(PI_100)), Suite { template_length: 3, ..suite }.run(&bits(PI_100))];
    assert_eq!(assess(&mixed, 0.01), Err(Mismatch { sequence: 1 }));
    assert_eq!(assess(&[], 0.01), Ok(Vec::new()));
}

#[test]
fn files_of_bits_are_read_or_refused_at_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bits.txt");
    std::fs::write(&path, "0110 1\r\n 10\n").unwrap();
    assert_eq!(Bits::from_file(&path, BitFormat::Ascii).unwrap().to_string(), "0110110");
    assert_eq!(Bits::from_file(&path, BitFormat::Binary).unwrap().slice(0, 16).to_string(), "0011000000110001");
    std::fs::write(&path, "01\n0121\n").unwrap();
    let message = Bits::from_file(&path, BitFormat::Ascii).unwrap_err().to_string();
    assert!(message.contains("bits.txt:2: column 3: `2`"), "{message}");
    std::fs::write(&path, [b'0', 0xff, b'1']).unwrap();
    assert!(Bits::from_file(&path, BitFormat::Ascii).unwrap_err().to_string().contains("bits.txt:1: column 2"));
    assert!(matches!(Bits::from_file(&folder.path().join("none"), BitFormat::Ascii), Err(TaskError::Io { .. })));
}

#[test]
fn slices_and_words_keep_their_bits() {
    let long = chain(7, 1000, 0.5, 0.0);
    let text = long.to_string();
    for (start, len) in [(0, 1000), (1, 64), (63, 130), (64, 64), (999, 1), (999, 5), (2000, 5), (100, 0)] {
        let end = (start + len).min(1000);
        assert_eq!(long.slice(start, len).to_string(), text[start.min(1000).min(end)..end.max(start.min(1000))]);
    }
    assert_eq!(long.sequences(300).map(|s| s.to_string()).collect::<String>(), text[..900]);
    assert_eq!(Bits::from_words(vec![u64::MAX], 3), bits("111"));
    assert_eq!(Bits::from_bytes(&[0b1010_0000, 1]), bits("1010000000000001"));
    assert_eq!((long.get(999).is_some(), long.get(1000)), (true, None));
}
