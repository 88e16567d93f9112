use crate::error::{ContractError, Result};
use crate::events::node::Withdrawn;
use crate::events::{amount, id};
use crate::ledger::{credit, Reason};
use crate::run::Run;
use crate::state::ticket::{load, TICKETS};

/// Pays a closed ticket's collateral to its owner's balance: after the next epoch and the exit delay, with nothing
/// open but disputes. Their slices stay behind, locked.
#[inline(never)]
pub fn withdraw_collateral(run: &mut Run, ticket_id: u64) -> Result<()> {
    let mut ticket = load(run.deps.storage, ticket_id)?;
    ticket.owned_by(&run.sender)?;
    let Some(closing) = ticket.closing.as_ref().filter(|_| !ticket.withdrawn) else {
        return Err(ContractError::TicketNotClosing { ticket: ticket_id });
    };
    let (now, at) = (run.now(), closing.since + run.params.exit_delay);
    if now < at {
        return Err(ContractError::ExitTooEarly { now, at });
    }
    let (epoch, exit_epoch) = (run.clock.epoch, closing.epoch + 2);
    if epoch < exit_epoch {
        return Err(ContractError::ExitEpochTooEarly { now: epoch, at: exit_epoch });
    }
    let open = ticket.open - ticket.disputed;
    if open > 0 {
        return Err(ContractError::TicketHasOpenWork { ticket: ticket_id, open });
    }
    let value = ticket.collateral - ticket.locked;
    ticket.collateral = ticket.locked;
    ticket.withdrawn = true;
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.totals.collateral -= value;
    credit(run, &ticket.owner, value, Reason::ticket("collateral", ticket_id))?;
    run.emit(&Withdrawn {
        amount: amount(value),
        collateral: amount(ticket.collateral),
        owner: ticket.owner.to_string(),
        ticket: id(ticket_id),
    })
}
