//! `spinloom list`

use crate::args::List;
use crate::failure::Failure;
use crate::output::{print, print_json, table};
use serde_json::json;

/// Lists the systems.
pub fn list(args: &List) -> Result<(), Failure> {
    let systems = spinloom_lab::systems();
    if args.json {
        let cards: Vec<_> = systems.iter().map(|s| s.card()).collect();
        return print_json(&json!({ "version": spinloom_lab::VERSION, "systems": cards }));
    }
    let mut table = table(["system", "paper", "device", "task", "measured"]);
    for card in systems.iter().map(|s| s.card()) {
        table.add_row([card.name, card.paper, card.device, card.task, card.measures]);
    }
    print(&table.to_string())
}
