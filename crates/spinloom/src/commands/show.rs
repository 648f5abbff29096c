//! `spinloom show`

use crate::args::Show;
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use serde_json::json;
use spinloom_core::parameters::Parameter;
use spinloom_core::quantity::engineering;
use spinloom_lab::report::interval;

/// Shows one system.
pub fn show(args: &Show) -> Result<(), Failure> {
    let system = spinloom_lab::system(&args.system)?;
    let (card, claims, parameters) = (system.card(), system.card().claims()?, system.parameters());
    if args.json {
        let parameters: Vec<_> = parameters
            .iter()
            .map(|p| json!({ "name": p.name, "value": p.value, "unit": p.unit, "allowed": allowed(p), "doc": p.doc }))
            .collect();
        return print_json(&json!({ "card": card, "claims": claims, "parameters": parameters }));
    }
    print(&format!(
        "{}: {}\n\n  paper   {}\n  doi     {}\n  device  {}\n  task    {}\n",
        card.name, card.title, card.paper, card.doi, card.device, card.task
    ))?;
    let mut published = table(["claim", "published", "band", "source"]);
    for claim in &claims {
        let figure = claim.published.map_or_else(String::new, |v| engineering(v, &claim.unit));
        let band = claim.band.map_or_else(|| "shown".to_owned(), |band| interval(band, &claim.unit));
        published.add_row([claim.name.clone(), figure, band, claim.source.clone()]);
    }
    print(&format!("{published}\n"))?;
    let mut settable = table(["parameter", "default", "unit", "allowed", "meaning"]);
    for p in &parameters {
        settable.add_row([p.name.clone(), p.value.to_string(), p.unit.to_owned(), allowed(p), p.doc.clone()]);
    }
    print(&settable.to_string())
}

fn allowed(p: &Parameter) -> String {
    if p.choices.is_empty() {
        if p.bound == spinloom_core::parameters::Bound::ANY { String::new() } else { p.bound.to_string() }
    } else {
        p.choices.join(", ")
    }
}
