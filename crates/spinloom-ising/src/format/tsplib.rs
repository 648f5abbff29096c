//! TSPLIB95 (G. Reinelt, ORSA J. Comput. 3, 376 (1991), doi:10.1287/ijoc.3.4.376): distances EUC_2D, CEIL_2D, GEO, ATT and EXPLICIT.

use super::lines::Lines;
use crate::IsingError;
use crate::problem::Problem;
use crate::tour::Cities;

#[derive(Default)]
struct Header {
    dimension: Option<usize>,
    kind: Option<String>,
    layout: Option<String>,
}

pub fn read(mut lines: Lines<'_>) -> Result<Problem, IsingError> {
    let mut header = Header::default();
    let mut distances = None;
    while let Some(line) = lines.next_line() {
        let (key, value) = line.split_once(':').map_or((line, ""), |(k, v)| (k.trim(), v.trim()));
        match key {
            "EOF" => break,
            "TYPE" if !matches!(value.split_whitespace().next(), Some("TSP")) => {
                return Err(lines.error(format!("expected a symmetric problem, TYPE TSP, found `{value}`")));
            }
            "DIMENSION" => {
                let n: usize = lines.words_of(value).number("the number of cities")?;
                if n < 3 {
                    return Err(lines.error(format!("expected three cities or more, found {n}")));
                }
                lines.plausible(n, "cities", 8)?;
                crate::memory::fits(n as u128 * n as u128 * 8, "distances")?;
                header.dimension = Some(n);
            }
            "EDGE_WEIGHT_TYPE" => header.kind = Some(value.to_owned()),
            "EDGE_WEIGHT_FORMAT" => header.layout = Some(value.to_owned()),
            "NODE_COORD_SECTION" => distances = Some(coordinates(&mut lines, &header)?),
            "EDGE_WEIGHT_SECTION" => distances = Some(explicit(&mut lines, &header)?),
            "DISPLAY_DATA_SECTION" => skip(&mut lines, header.dimension.unwrap_or(0)),
            "FIXED_EDGES_SECTION" => return Err(lines.error("fixed edges are not supported; remove the section")),
            _ => {}
        }
    }
    let n = header.dimension.ok_or_else(|| lines.error("expected a line `DIMENSION : n`"))?;
    let distances = distances.ok_or_else(|| lines.error("expected NODE_COORD_SECTION or EDGE_WEIGHT_SECTION"))?;
    Problem::tour(Cities::new(n, distances)?)
}

fn skip(lines: &mut Lines<'_>, count: usize) {
    for _ in 0..count {
        if lines.next_line().is_none() {
            return;
        }
    }
}

fn coordinates(lines: &mut Lines<'_>, header: &Header) -> Result<Vec<f64>, IsingError> {
    let n = header.dimension.ok_or_else(|| lines.error("expected DIMENSION before the coordinates"))?;
    let distance = match header.kind.as_deref() {
        Some("EUC_2D") => euclidean,
        Some("CEIL_2D") => ceiling,
        Some("ATT") => pseudo_euclidean,
        Some("GEO") => geographical,
        other => {
            return Err(lines.error(format!(
                "expected EDGE_WEIGHT_TYPE EUC_2D, CEIL_2D, ATT, GEO or EXPLICIT before the coordinates, found `{}`",
                other.unwrap_or("none")
            )));
        }
    };
    let mut places = vec![None; n];
    for _ in 0..n {
        let line = lines.next_line().ok_or_else(|| lines.error(format!("expected {n} cities, but the file ends")))?;
        let mut words = lines.words(line);
        let city = words.index("a city", 1, n)?;
        let place = (words.weight("a coordinate")?, words.weight("a coordinate")?);
        words.end()?;
        if places[city].replace(place).is_some() {
            return Err(words.error(format!("city {} is given twice", city + 1)));
        }
    }
    let places: Vec<(f64, f64)> = places.into_iter().flatten().collect();
    Ok((0..n * n).map(|k| if k / n == k % n { 0.0 } else { distance(places[k / n], places[k % n]) }).collect())
}

fn euclidean(a: (f64, f64), b: (f64, f64)) -> f64 {
    ((a.0 - b.0).hypot(a.1 - b.1) + 0.5).floor()
}

fn ceiling(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1).ceil()
}

fn pseudo_euclidean(a: (f64, f64), b: (f64, f64)) -> f64 {
    let exact = (((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)) / 10.0).sqrt();
    let rounded = (exact + 0.5).floor();
    if rounded < exact { rounded + 1.0 } else { rounded }
}

/// Great circles on a sphere of 6378.388 km; coordinates are degrees and minutes, DDD.MM. The library fixes pi = 3.141592.
#[allow(clippy::approx_constant, reason = "the published distances are defined with this value")]
fn geographical(a: (f64, f64), b: (f64, f64)) -> f64 {
    const PI: f64 = 3.141_592;
    let radians = |x: f64| {
        let degrees = x.trunc();
        PI * (degrees + 5.0 * (x - degrees) / 3.0) / 180.0
    };
    let (lat_a, lon_a, lat_b, lon_b) = (radians(a.0), radians(a.1), radians(b.0), radians(b.1));
    let (q1, q2, q3) = ((lon_a - lon_b).cos(), (lat_a - lat_b).cos(), (lat_a + lat_b).cos());
    (6378.388 * (0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3)).acos() + 1.0).trunc()
}

fn explicit(lines: &mut Lines<'_>, header: &Header) -> Result<Vec<f64>, IsingError> {
    let n = header.dimension.ok_or_else(|| lines.error("expected DIMENSION before the distances"))?;
    if header.kind.as_deref() != Some("EXPLICIT") {
        return Err(lines.error("expected EDGE_WEIGHT_TYPE EXPLICIT before the distances"));
    }
    // Entries come row by row; a file by columns of one triangle is one by rows of the other.
    let layout = header.layout.as_deref().unwrap_or("");
    let columns = |row: usize| match layout {
        "FULL_MATRIX" => Some(0..n),
        "UPPER_ROW" | "LOWER_COL" => Some(row + 1..n),
        "LOWER_ROW" | "UPPER_COL" => Some(0..row),
        "UPPER_DIAG_ROW" | "LOWER_DIAG_COL" => Some(row..n),
        "LOWER_DIAG_ROW" | "UPPER_DIAG_COL" => Some(0..row + 1),
        _ => None,
    };
    let mut distances = vec![0.0; n * n];
    let mut line = lines.words_of("");
    for row in 0..n {
        let range = columns(row).ok_or_else(|| {
            lines.error(format!(
                "expected EDGE_WEIGHT_FORMAT FULL_MATRIX, UPPER_ROW, LOWER_DIAG_ROW or another triangle, found `{layout}`"
            ))
        })?;
        for column in range {
            while line.clone().word().is_none() {
                let next = lines.next_line().ok_or_else(|| lines.error("expected more distances, but the file ends"))?;
                line = lines.words(next);
            }
            let value = line.weight("a distance")?;
            if layout == "FULL_MATRIX" && column < row && distances[column * n + row] != value {
                return Err(line.error(format!(
                    "the distances between cities {} and {} differ; only symmetric problems are read",
                    column + 1,
                    row + 1
                )));
            }
            distances[row * n + column] = value;
            distances[column * n + row] = value;
        }
    }
    line.end()?;
    Ok(distances)
}
