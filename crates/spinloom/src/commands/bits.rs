//! `spinloom bits`

use crate::args::Bits as Arguments;
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use rayon::prelude::*;
use serde_json::{Value, json};
use spinloom_task::randomness::{Assessment, BitFormat, Bits, Suite, TestResult, Verdict, assess};

/// Tests the bits of a file with all of SP 800-22.
pub fn bits(args: &Arguments) -> Result<(), Failure> {
    if !(1e-9..=0.5).contains(&args.significance) {
        return Err(Failure::Usage(format!("--significance must be between 1e-9 and 0.5, but it is {}", args.significance)));
    }
    let format = if args.format == "binary" { BitFormat::Binary } else { BitFormat::Ascii };
    let bits = Bits::from_file(&args.file, format)?;
    let file = args.file.display();
    if bits.is_empty() {
        return Err(Failure::Usage(format!("{file} holds no bits")));
    }
    let length = args.length.map_or(bits.len(), |n| usize::try_from(n).unwrap_or(usize::MAX));
    if length > bits.len() {
        return Err(Failure::Usage(format!("--length {length} is more than the {} bits of {file}", bits.len())));
    }
    let suite = Suite { significance: args.significance, ..Suite::default() };
    let sequences: Vec<Bits> = bits.sequences(length).collect();
    let results: Vec<Vec<TestResult>> = sequences.par_iter().map(|s| suite.run(s)).collect();
    // One suite for all sequences: they cannot be of different tests.
    let assessed = assess(&results, suite.significance).map_err(|e| Failure::Usage(e.to_string()))?;
    if args.json {
        let tests: Vec<Value> = assessed.iter().enumerate().map(|(i, a)| test_json(a, &results, i)).collect();
        return print_json(&json!({
            "file": args.file, "bits": bits.len(), "sequences": sequences.len(), "length": length, "significance": suite.significance, "tests": tests,
        }));
    }
    let report = if sequences.len() == 1 { one_sequence(&results[0], &assessed) } else { many_sequences(&assessed) };
    let passed = assessed.iter().filter(|a| a.verdict == Verdict::Pass).count();
    let failed = assessed.iter().filter(|a| a.verdict == Verdict::Fail).count();
    print(&format!(
        "{report}\n{file}: {} bits in {} of {length}; {passed} tests passed, {failed} failed, {} not applicable, at a level of {}",
        bits.len(),
        if sequences.len() == 1 { "one sequence".to_owned() } else { format!("{} sequences", sequences.len()) },
        assessed.len() - passed - failed,
        suite.significance
    ))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
        Verdict::NotApplicable => "not applicable",
    }
}

/// Of one sequence the verdict is that of its p-value: there is no proportion to speak of.
fn one_sequence(results: &[TestResult], assessed: &[Assessment]) -> String {
    let mut rows = table(["test", "p-value", "verdict"]);
    for (result, assessment) in results.iter().zip(assessed) {
        let p_value = result.p_value.map_or_else(|reason| reason.to_string(), |p| format!("{p:.6}"));
        rows.add_row([result.test.to_string(), p_value, word(assessment.verdict).to_owned()]);
    }
    rows.to_string()
}

fn many_sequences(assessed: &[Assessment]) -> String {
    let mut rows = table(["test", "sequences passing", "least wanted", "uniformity of p-values", "verdict"]);
    for a in assessed {
        rows.add_row([
            a.test.to_string(),
            format!("{} of {}", a.passed, a.sequences),
            format!("{:.1}", a.band.0 * a.sequences as f64),
            a.uniformity.map_or_else(|| "fewer than 55".to_owned(), |u| format!("{u:.6}")),
            word(a.verdict).to_owned(),
        ]);
    }
    rows.to_string()
}

fn test_json(a: &Assessment, results: &[Vec<TestResult>], index: usize) -> Value {
    let of = |list: &Vec<TestResult>| list[index].p_value;
    let p_values: Vec<Value> = results.iter().map(|list| of(list).map_or(Value::Null, Value::from)).collect();
    let reason = results.iter().find_map(|list| of(list).err()).map(|e| e.to_string());
    json!({
        "test": a.test.to_string(), "group": a.test.group(), "p_values": p_values, "reason": reason, "sequences": a.sequences, "passed": a.passed,
        "least_proportion": a.band.0, "uniformity": a.uniformity, "verdict": word(a.verdict).to_lowercase(),
    })
}
