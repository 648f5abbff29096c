//! Values as texts, as Go's `fmt` package writes them.

use super::error::Problem;
use super::value::Value;

/// The shortest text that is read back as the same number: Go's `%v`.
pub(super) fn shortest(value: f64) -> String {
    general(value, None)
}

/// Go's `%g`: with an exponent where that is below -4, or at least 21 or the precision.
fn general(value: f64, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = match precision {
        None => format!("{value:e}"),
        Some(precision) => format!("{value:.*e}", precision.max(1) - 1),
    };
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let limit = precision.map_or(21, |p| p.max(1) as i32);
    if exponent < -4 || exponent >= limit {
        return with_exponent(trimmed(digits), exponent);
    }
    match precision {
        None => format!("{value}"),
        Some(precision) => trimmed(&format!("{value:.*}", (precision.max(1) as i32 - 1 - exponent).max(0) as usize)).to_owned(),
    }
}

/// Without zeros at the end of the fraction.
fn trimmed(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// Go writes at least two digits of the exponent, and its sign.
fn with_exponent(digits: &str, exponent: i32) -> String {
    format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// Go's `Sprint`: a blank between two neighbours neither of which is a text.
pub(super) fn joined<O>(values: &[Value<O>]) -> String {
    let mut out = String::new();
    for (i, value) in values.iter().enumerate() {
        let texts = |v: &Value<O>| matches!(v, Value::Text(_));
        if i > 0 && !texts(&values[i - 1]) && !texts(value) {
            out.push(' ');
        }
        out += &value.to_string();
    }
    out
}

/// What stands between % and the letter.
#[derive(Default)]
struct Form {
    flags: String,
    width: usize,
    precision: Option<usize>,
}

impl Form {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }
}

/// Go's `Sprintf`; the first of the values is the form.
///
/// # Errors
/// A letter that is not supported, or values too few, too many or of the wrong kind: where Go would write `%!d(...)` into the text.
pub(super) fn formatted<O>(values: &[Value<O>]) -> Result<String, Problem> {
    let Some((Value::Text(form), mut rest)) = values.split_first() else {
        return Err(Problem::Host("sprintf takes a text first".to_owned()));
    };
    let mut out = String::new();
    let mut letters = form.chars().peekable();
    while let Some(c) = letters.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut form = Form::default();
        while let Some(flag) = letters.next_if(|c| "-+0 ".contains(*c)) {
            form.flags.push(flag);
        }
        form.width = digits(&mut letters).unwrap_or(0);
        if letters.peek() == Some(&'.') {
            letters.next();
            form.precision = Some(digits(&mut letters).unwrap_or(0));
        }
        match letters.next() {
            Some('%') => out.push('%'),
            Some(letter) => {
                let Some((value, others)) = rest.split_first() else {
                    return Err(Problem::Host(format!("sprintf has no value left for %{letter}")));
                };
                rest = others;
                out += &padded(&one(letter, value, &form)?, &form, value.number().is_some_and(f64::is_finite));
            }
            None => return Err(Problem::Host("the form of sprintf ends with a lone %".to_owned())),
        }
    }
    if !rest.is_empty() {
        return Err(Problem::Host(format!("sprintf has {} values more than its form asks for", rest.len())));
    }
    Ok(out)
}

fn digits(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
    let mut number: Option<usize> = None;
    while let Some(digit) = letters.peek().and_then(|c| c.to_digit(10)) {
        // Wider than any line; it also keeps the number from overflowing.
        number = Some((number.unwrap_or(0) * 10 + digit as usize).min(1000));
        letters.next();
    }
    number
}

fn one<O>(letter: char, value: &Value<O>, form: &Form) -> Result<String, Problem> {
    let wrong = |wanted: &str| Problem::Host(format!("%{letter} of sprintf takes {wanted}, but it is given {}", value.kind()));
    let number = || value.number().ok_or_else(|| wrong("a number"));
    let signed = |text: String| match (form.has('+'), form.has(' '), text.starts_with(['-', '+'])) {
        (true, _, false) => format!("+{text}"),
        (false, true, false) => format!(" {text}"),
        _ => text,
    };
    Ok(match letter {
        'v' if value.number().is_some() => signed(match (value, form.precision) {
            (Value::Integer(_), _) => value.to_string(),
            (_, precision) => general(number()?, precision),
        }),
        'v' => value.to_string(),
        's' => match (value, form.precision) {
            (Value::Text(text), Some(precision)) => text.chars().take(precision).collect(),
            _ => value.to_string(),
        },
        'd' => signed(value.integer().ok_or_else(|| wrong("a whole number"))?.to_string()),
        'f' | 'F' => signed(format!("{:.*}", form.precision.unwrap_or(6), number()?)),
        'e' | 'E' => {
            let text = format!("{:.*e}", form.precision.unwrap_or(6), number()?);
            let text = match text.split_once('e') {
                Some((digits, exponent)) => with_exponent(digits, exponent.parse().unwrap_or(0)),
                None => text,
            };
            signed(if letter == 'E' { text.to_uppercase() } else { text })
        }
        'g' | 'G' => {
            let text = general(number()?, form.precision);
            signed(if letter == 'G' { text.to_uppercase() } else { text })
        }
        't' => match value {
            Value::Boolean(value) => value.to_string(),
            _ => return Err(wrong("a truth value")),
        },
        _ => return Err(Problem::Host(format!("%{letter} is not a form of sprintf; %v %d %f %e %g %s %t and %% are"))),
    })
}

fn padded(text: &str, form: &Form, number: bool) -> String {
    let missing = form.width.saturating_sub(text.chars().count());
    if form.has('-') {
        return text.to_owned() + &" ".repeat(missing);
    }
    if form.has('0') && number {
        let (sign, digits) = text.split_at(usize::from(text.starts_with(['-', '+', ' '])));
        return format!("{sign}{}{digits}", "0".repeat(missing));
    }
    " ".repeat(missing) + text
}
