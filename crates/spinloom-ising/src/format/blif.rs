//! Combinational netlists in the Berkeley Logic Interchange Format.

use super::lines::Lines;
use crate::IsingError;
use crate::netlist::{Function, Netlist, WIDEST};
use crate::problem::Problem;
use std::collections::HashMap;

#[derive(Default)]
struct Reader {
    netlist: Netlist,
    index: HashMap<String, usize>,
    /// Whether a signal comes from outside or out of a function.
    driven: Vec<bool>,
    /// The function whose cover is being read: its lines, and whether they say where it is true or where it is false.
    open: Option<(Function, Option<bool>)>,
}

pub fn read(mut lines: Lines<'_>) -> Result<Problem, IsingError> {
    let mut reader = Reader::default();
    let mut pending = String::new();
    while let Some(line) = lines.next_line() {
        let line = line.split('#').next().unwrap_or("").trim();
        // A backslash joins a line with the next.
        if let Some(head) = line.strip_suffix('\\') {
            pending.push_str(head);
            pending.push(' ');
            continue;
        }
        let whole = std::mem::take(&mut pending) + line;
        let words: Vec<&str> = whole.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [".end", ..] => break,
            _ => reader.line(&words, &lines)?,
        }
    }
    reader.close();
    let Reader { netlist, driven, .. } = reader;
    if netlist.functions.is_empty() {
        return Err(lines.error("expected at least one `.names`, found none"));
    }
    if let Some(open) = driven.iter().position(|d| !d) {
        return Err(lines.error(format!("nothing drives the signal `{}`", netlist.names[open])));
    }
    Problem::circuit(netlist)
}

impl Reader {
    fn signal(&mut self, name: &str) -> usize {
        let next = self.netlist.names.len();
        *self.index.entry(name.to_owned()).or_insert_with(|| {
            self.netlist.names.push(name.to_owned());
            self.driven.push(false);
            next
        })
    }

    fn line(&mut self, words: &[&str], lines: &Lines<'_>) -> Result<(), IsingError> {
        if !words[0].starts_with('.') {
            return self.cover(words, lines);
        }
        self.close();
        match words[0] {
            ".model" | ".default_input_arrival" | ".default_output_required" | ".area" | ".delay" => {}
            ".inputs" | ".outputs" => {
                for name in &words[1..] {
                    let signal = self.signal(name);
                    if words[0] == ".inputs" {
                        self.driven[signal] = true;
                        self.netlist.inputs.push(signal);
                    } else {
                        self.netlist.outputs.push(signal);
                    }
                }
            }
            ".names" => {
                let Some((output, inputs)) = words[1..].split_last() else {
                    return Err(lines.error("expected signals after `.names`"));
                };
                if inputs.len() > WIDEST {
                    return Err(lines.error(format!(
                        "a function of {} inputs; up to {WIDEST} are taken: let the synthesis map to smaller gates",
                        inputs.len()
                    )));
                }
                let inputs: Vec<usize> = inputs.iter().map(|n| self.signal(n)).collect();
                let output = self.signal(output);
                if std::mem::replace(&mut self.driven[output], true) {
                    return Err(lines.error(format!("the signal `{}` is driven twice", self.netlist.names[output])));
                }
                self.open = Some((Function { truth: vec![false; 1 << inputs.len()], inputs, output }, None));
            }
            ".latch" | ".subckt" | ".gate" | ".mlatch" | ".search" | ".exdc" => {
                return Err(lines.error(format!(
                    "`{}` is not combinational logic of this file; flatten the netlist and cut it at its latches first",
                    words[0]
                )));
            }
            other => return Err(lines.error(format!("expected `.names`, `.inputs`, `.outputs` or `.end`, found `{other}`"))),
        }
        Ok(())
    }

    /// One line of a cover: `01- 1`.
    fn cover(&mut self, words: &[&str], lines: &Lines<'_>) -> Result<(), IsingError> {
        let Some((function, polarity)) = &mut self.open else {
            return Err(lines.error(format!("expected a line that begins with `.`, found `{}`", words[0])));
        };
        let (pattern, value) = match words {
            [value] if function.inputs.is_empty() => ("", *value),
            [pattern, value] => (*pattern, *value),
            _ => return Err(lines.error("expected a line of a cover such as `01- 1`")),
        };
        let value = match value {
            "0" => false,
            "1" => true,
            other => return Err(lines.error(format!("expected the output 0 or 1, found `{other}`"))),
        };
        if polarity.is_some_and(|p| p != value) {
            return Err(lines.error("a cover must not mix the outputs 0 and 1"));
        }
        if pattern.len() != function.inputs.len() || pattern.chars().any(|c| !matches!(c, '0' | '1' | '-')) {
            return Err(lines.error(format!("expected {} characters of 0, 1 and -, found `{pattern}`", function.inputs.len())));
        }
        *polarity = Some(value);
        for (index, slot) in function.truth.iter_mut().enumerate() {
            let matches = pattern.chars().enumerate().all(|(k, c)| c == '-' || (c == '1') == (index >> k & 1 == 1));
            *slot |= matches;
        }
        Ok(())
    }

    fn close(&mut self) {
        if let Some((mut function, polarity)) = self.open.take() {
            // A cover of zeros lists where the function is false.
            if polarity == Some(false) {
                function.truth.iter_mut().for_each(|t| *t = !*t);
            }
            self.netlist.functions.push(function);
        }
    }
}
