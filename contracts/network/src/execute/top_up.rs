use crate::error::Result;
use crate::events::node::ToppedUp;
use crate::events::{amount, id};
use crate::ledger::{debit, Reason};
use crate::limits;
use crate::run::Run;
use crate::state::ticket::{load_active, TICKETS};

/// Adds to a ticket's collateral from its owner's balance.
#[inline(never)]
pub fn top_up(run: &mut Run, ticket_id: u64, value: u128) -> Result<()> {
    limits::positive(value)?;
    let owner = run.sender.clone();
    let mut ticket = load_active(run.deps.storage, ticket_id, &owner)?;
    debit(run, &owner, value, Reason::ticket("collateral", ticket_id))?;
    run.totals.collateral += value;
    ticket.collateral += value;
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.emit(&ToppedUp {
        amount: amount(value),
        collateral: amount(ticket.collateral),
        ticket: id(ticket_id),
    })
}
