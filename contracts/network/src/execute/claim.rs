use crate::error::{ContractError, Result};
use crate::events::money::FeeClaimed;
use crate::events::{amount, id};
use crate::ledger::{credit, Reason};
use crate::run::Run;
use crate::state::ticket::{load, TICKETS};

/// Pays the fees of ended epochs to the owner's balance.
#[inline(never)]
pub fn claim(run: &mut Run, ticket_id: u64) -> Result<()> {
    let mut ticket = load(run.deps.storage, ticket_id)?;
    ticket.owned_by(&run.sender)?;
    let epoch = run.clock.epoch;
    ticket.accrual = ticket.accrual.at(epoch);
    let value = std::mem::take(&mut ticket.accrual.ended);
    if value == 0 {
        return Err(ContractError::NothingToClaim { ticket: ticket_id });
    }
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.totals.unclaimed -= value;
    credit(run, &ticket.owner, value, Reason::ticket("fee", ticket_id))?;
    run.emit(&FeeClaimed {
        amount: amount(value),
        owner: ticket.owner.to_string(),
        through_epoch: id(epoch.saturating_sub(1)),
        ticket: id(ticket_id),
    })
}
