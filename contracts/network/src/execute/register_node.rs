use atoma_core::ticket::{Accrual, Misses};

use crate::error::Result;
use crate::events::node::Registered;
use crate::events::{amount, bytes, id};
use crate::ledger::{debit, Reason};
use crate::limits;
use crate::run::Run;
use crate::state::ticket::{Keys, Ticket, LAST_TICKET, TICKETS};

/// Turns `collateral` of the sender's balance into a ticket.
#[inline(never)]
pub fn register_node(run: &mut Run, keys: Keys, collateral: u128) -> Result<()> {
    limits::positive(collateral)?;
    limits::length("work_key", &keys.work, 32)?;
    limits::length("sealing_key", &keys.sealing, 32)?;
    limits::length("beacon_key", &keys.beacon, 96)?;
    let owner = run.sender.clone();
    let ticket = LAST_TICKET.may_load(run.deps.storage)?.unwrap_or_default() + 1;
    debit(run, &owner, collateral, Reason::ticket("collateral", ticket))?;
    run.totals.collateral += collateral;
    LAST_TICKET.save(run.deps.storage, &ticket)?;
    let fact = Registered {
        beacon_key: bytes(&keys.beacon),
        collateral: amount(collateral),
        owner: owner.to_string(),
        sealing_key: bytes(&keys.sealing),
        ticket: id(ticket),
        work_key: bytes(&keys.work),
    };
    let fresh = Ticket {
        owner,
        keys,
        collateral,
        locked: 0,
        open: 0,
        disputed: 0,
        echelon: None,
        subscriptions: vec![],
        closing: None,
        withdrawn: false,
        accrual: Accrual::default(),
        misses: Misses::default(),
        barred_epoch: None,
    };
    TICKETS.save(run.deps.storage, ticket, &fresh)?;
    run.emit(&fact)
}
