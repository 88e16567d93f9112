use crate::error::{ContractError, Result};
use crate::flow::departure::leave;
use crate::run::Run;
use crate::state::ticket::{load_active, TICKETS};

/// Ends a subscription at once; what was fixed before may still draw the ticket.
#[inline(never)]
pub fn unsubscribe(run: &mut Run, ticket_id: u64, model: &str) -> Result<()> {
    let mut ticket = load_active(run.deps.storage, ticket_id, &run.sender)?;
    let Some(at) = ticket.subscriptions.iter().position(|held| held.model == model) else {
        return Err(ContractError::NotSubscribed { ticket: ticket_id, model: model.to_string() });
    };
    ticket.subscriptions.remove(at);
    leave(run, ticket_id, &ticket, model)?;
    Ok(TICKETS.save(run.deps.storage, ticket_id, &ticket)?)
}
