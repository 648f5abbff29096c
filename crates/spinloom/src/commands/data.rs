//! `spinloom data`

use crate::args::{Data, DataNames, DataVerb, DataWhere};
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use crate::progress::{cancel_on_interrupt, progress};
use serde_json::json;
use spinloom_task::data::{DATA_SETS, DataSet, FetchOptions, cache_folder, data_set, fetch, locate, verify};

/// Lists, fetches or verifies data sets.
pub fn data(args: Data) -> Result<(), Failure> {
    match args.verb {
        DataVerb::List(place) => list(&place),
        DataVerb::Fetch(names) => bring(names),
        DataVerb::Verify(names) => check(&names),
    }
}

fn list(place: &DataWhere) -> Result<(), Failure> {
    let found = |set: &DataSet| locate(set.name, place.data.as_deref()).ok().map(|p| p.display().to_string());
    if place.json {
        let sets: Vec<_> = DATA_SETS
            .iter()
            .map(|s| json!({ "name": s.name, "title": s.title, "licence": s.licence, "page": s.page, "size": s.size, "files": s.files().count(), "found": found(s) }))
            .collect();
        return print_json(&json!({ "data": sets }));
    }
    let mut table = table(["data set", "what", "licence", "size", "found"]);
    for set in DATA_SETS {
        let size = if set.size == 0 { "-".to_owned() } else { format!("{:.1} MB", set.size as f64 / 1e6) };
        let place = found(set).unwrap_or_else(|| format!("no: `{}`", set.fetch_command()));
        table.add_row([set.name.to_owned(), set.title.to_owned(), set.licence.to_owned(), size, place]);
    }
    print(&table.to_string())
}

fn chosen(names: &[String]) -> Result<Vec<&'static DataSet>, Failure> {
    if names.is_empty() {
        return Ok(DATA_SETS.iter().collect());
    }
    Ok(names.iter().map(|n| data_set(n)).collect::<Result<_, _>>()?)
}

fn bring(args: DataNames) -> Result<(), Failure> {
    let mut sets = chosen(&args.names)?;
    // Of all data sets those are brought that can be; one that is asked for by name says why it cannot.
    sets.retain(|s| !args.names.is_empty() || s.is_fetched());
    let Some(target) = args.place.data.or_else(cache_folder) else {
        return Err(Failure::Usage("there is no home folder to keep a cache in: name a folder with --data".to_owned()));
    };
    let (bar, cancel) = (progress(), cancel_on_interrupt());
    let options = FetchOptions { mirror: args.mirror };
    for set in &sets {
        fetch(set, &target, &options, &*bar, &cancel)?;
    }
    drop(bar);
    if args.place.json {
        let names: Vec<_> = sets.iter().map(|s| s.name).collect();
        return print_json(&json!({ "fetched": names, "folder": target }));
    }
    let names: Vec<_> = sets.iter().map(|s| s.name).collect();
    print(&format!("{} in {}", names.join(", "), target.display()))
}

fn check(args: &DataNames) -> Result<(), Failure> {
    let sets = chosen(&args.names)?;
    let (bar, cancel) = (progress(), cancel_on_interrupt());
    let mut results = Vec::new();
    for set in sets {
        match locate(set.name, args.place.data.as_deref()) {
            Ok(folder) => results.push((set, Some((verify(set, &folder, &*bar, &cancel)?, folder)))),
            // Asked for by name it has to be there; of all data sets any may be absent.
            Err(e) if !args.names.is_empty() => return Err(e.into()),
            Err(_) => results.push((set, None)),
        }
    }
    drop(bar);
    let whole = results.iter().all(|(_, r)| r.as_ref().is_none_or(|(v, _)| v.is_whole()));
    if args.place.json {
        let sets: Vec<_> = results
            .iter()
            .map(|(s, r)| json!({ "name": s.name, "found": r.as_ref().map(|r| &r.1), "verification": r.as_ref().map(|r| &r.0) }))
            .collect();
        print_json(&json!({ "data": sets, "whole": whole }))?;
    } else {
        for (set, result) in &results {
            print(&match result {
                None => format!("{}: absent, bring it with `{}`", set.name, set.fetch_command()),
                Some((v, folder)) if v.is_whole() && !v.unverified.is_empty() => {
                    format!("{}: {} files whose checksum is not known, in {}", set.name, v.unverified.len(), folder.display())
                }
                Some((v, folder)) if v.is_whole() => {
                    format!("{}: {} files as published, in {}", set.name, v.good, folder.display())
                }
                Some((v, folder)) => format!(
                    "{}: damaged in {}: missing {:?}, corrupt {:?}; bring it anew with `{}`",
                    set.name,
                    folder.display(),
                    v.missing,
                    v.corrupt,
                    set.fetch_command()
                ),
            })?;
        }
    }
    if whole { Ok(()) } else { Err(Failure::Told) }
}
