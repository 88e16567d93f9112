//! What must hold after every message: money is conserved, by state and by the log alone.

use std::collections::BTreeMap;

use serde_json::Value;

use super::net::Net;
use atoma_core::ledger::Totals;
use atoma_network::events;
use atoma_network::state::request::{State, PROGRESS, TERMS};
use atoma_network::state::ticket::TICKETS;
use atoma_network::state::{BALANCES, TOTALS};
use atoma_network::store::number_of;

pub fn check(net: &Net, head: [u8; 32]) {
    let storage = &net.deps.storage;
    assert_eq!(events::read(storage).expect("stored"), (head, net.said.len() as u64));
    let totals = TOTALS.load(storage).expect("totals");
    assert_eq!(totals.accounted(), net.bank, "bank and accounted");
    assert_eq!(by_state(net, totals), totals, "totals and state");
    assert_eq!(by_log(net), totals, "totals and log");
}

/// Totals as the sums of what is stored; pools and burned are only totals.
fn by_state(net: &Net, stored: Totals) -> Totals {
    let storage = &net.deps.storage;
    let balances = BALANCES.all().ascending(storage, None).map(|row| row.expect("row").1).sum();
    let tickets: Vec<_> =
        TICKETS.all().ascending(storage, None).map(|row| row.expect("row").1).collect();
    let escrows = PROGRESS
        .all()
        .ascending(storage, None)
        .map(|row| row.expect("row"))
        .filter(|(_, progress)| {
            !matches!(progress.state, State::Settled | State::Refunded | State::Disputed)
        })
        .map(|(key, _)| {
            TERMS.load(storage, number_of(&key).expect("an id")).expect("terms").money.charge_max
        })
        .sum();
    for ticket in &tickets {
        assert!(ticket.locked <= ticket.collateral, "slices are covered");
    }
    Totals {
        balances,
        collateral: tickets.iter().map(|ticket| ticket.collateral).sum(),
        escrows,
        unclaimed: tickets.iter().map(|ticket| ticket.accrual.total()).sum(),
        ..stored
    }
}

fn number(body: &Value, key: &str) -> u128 {
    body[key].as_str().unwrap_or_else(|| panic!("{key} of {body}")).parse().expect("an amount")
}

/// Totals folded from event bodies alone.
fn by_log(net: &Net) -> Totals {
    let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
    let mut escrow: BTreeMap<String, u128> = BTreeMap::new();
    for said in &net.said {
        let body = &said.body;
        let amount = |key: &str| number(body, key) as i128;
        let mut add = |class: &'static str, value: i128| *sums.entry(class).or_default() += value;
        match said.kind.as_str() {
            "network.instantiated.v1" => add("reserve", amount("reserve")),
            "balance.credited.v1" => add("balances", amount("amount")),
            "balance.debited.v1" => add("balances", -amount("amount")),
            "node.registered.v1" => add("collateral", amount("collateral")),
            "node.topped_up.v1" => add("collateral", amount("amount")),
            "node.withdrawn.v1" | "node.slashed.v1" => add("collateral", -amount("amount")),
            "fee.accrued.v1" => add("unclaimed", amount("amount")),
            "fee.claimed.v1" => add("unclaimed", -amount("amount")),
            "pool.changed.v1" => match body["pool"].as_str() {
                Some("treasury") => add("treasury", amount("amount")),
                Some("burned") => add("burned", amount("amount")),
                Some("deposits") => add("deposits", amount("amount")),
                _ => add("reserve", amount("amount")),
            },
            "request.submitted.v1" => {
                escrow.insert(body["request"].to_string(), number(body, "charge_max"));
            }
            "request.settled.v1" | "request.refunded.v1" | "request.disputed.v1" => {
                escrow.remove(&body["request"].to_string()).expect("was open");
            }
            _ => {}
        }
    }
    let sum = |class: &str| u128::try_from(*sums.get(class).unwrap_or(&0)).expect("never negative");
    Totals {
        balances: sum("balances"),
        collateral: sum("collateral"),
        escrows: escrow.values().sum(),
        unclaimed: sum("unclaimed"),
        treasury: sum("treasury"),
        reserve: sum("reserve"),
        deposits: sum("deposits"),
        burned: sum("burned"),
    }
}
