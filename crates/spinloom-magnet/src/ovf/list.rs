//! Lists as Tcl writes them: `valuelabels` and `valueunits` of OVF 2.0 are such.

/// The elements of a list: words, `{words with spaces}` or `"words with spaces"`. What is not a well-formed list is split at spaces, as
/// some programs write it.
pub(super) fn parse(text: &str) -> Vec<String> {
    strict(text).unwrap_or_else(|| text.split_whitespace().map(str::to_owned).collect())
}

fn strict(text: &str) -> Option<Vec<String>> {
    let mut elements = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (element, after) = match first {
            '{' => braced(&rest[1..])?,
            '"' => until(&rest[1..], |c| c == '"').and_then(|(word, after)| Some((word, after.strip_prefix('"')?)))?,
            _ => until(rest, char::is_whitespace)?,
        };
        if !after.is_empty() && !after.starts_with(char::is_whitespace) {
            return None;
        }
        elements.push(element);
        rest = after.trim_start();
    }
    Some(elements)
}

/// What stands before the brace that closes, and what follows it. Braces nest; a backslash keeps the next sign from counting.
fn braced(text: &str) -> Option<(String, &str)> {
    let (mut depth, mut escaped) = (0usize, false);
    for (at, sign) in text.char_indices() {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '{' => depth += 1,
            '}' if depth == 0 => return Some((text[..at].to_owned(), &text[at + 1..])),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A word up to the sign that ends it, without the backslashes that protect its signs.
fn until(text: &str, ends: impl Fn(char) -> bool) -> Option<(String, &str)> {
    let (mut word, mut escaped) = (String::new(), false);
    for (at, sign) in text.char_indices() {
        match sign {
            _ if escaped => {
                word.push(sign);
                escaped = false;
            }
            '\\' => escaped = true,
            _ if ends(sign) => return Some((word, &text[at..])),
            _ => word.push(sign),
        }
    }
    (!escaped).then_some((word, ""))
}

/// A list of these elements.
pub(super) fn format(elements: &[String]) -> String {
    elements.iter().map(|e| quoted(e)).collect::<Vec<_>>().join(" ")
}

fn quoted(element: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !"{}[]\"\\$;".contains(c);
    if !element.is_empty() && element.chars().all(plain) {
        return element.to_owned();
    }
    // Braces read best, and Ubermag knows no other quotes; quotation marks do where braces would not balance.
    if !element.contains('\\') && braced(&format!("{element}}}")).is_some_and(|(inner, _)| inner == element) {
        return format!("{{{element}}}");
    }
    let escaped: String = element.chars().flat_map(|c| "{}[]\"\\$".contains(c).then_some('\\').into_iter().chain([c])).collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lists_are_read_as_tcl_reads_them_and_leniently_where_they_are_none() {
        assert_eq!(parse("m_x m_y\tm_z"), ["m_x", "m_y", "m_z"]);
        assert_eq!(parse("{} {} {}"), ["", "", ""]);
        assert_eq!(
            parse(r#"{Total field_x} "Total field_y" Total\ field_z"#),
            ["Total field_x", "Total field_y", "Total field_z"]
        );
        assert_eq!(parse("{a {b c}} d"), ["a {b c}", "d"]);
        assert_eq!(parse("{a b"), ["{a", "b"]);
        assert_eq!(parse("  "), Vec::<String>::new());
        assert_eq!(format(&["energy density".to_owned(), "A/m".to_owned(), String::new()]), "{energy density} A/m {}");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]
        #[test]
        fn what_is_written_is_read(elements in proptest::collection::vec(r#"[a-c {}"\\$\[;µ]{0,8}"#, 0..5)) {
            prop_assert_eq!(parse(&format(&elements)), elements);
        }
    }
}
