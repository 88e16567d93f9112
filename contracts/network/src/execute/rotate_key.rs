use cosmwasm_std::Binary;

use crate::error::{ContractError, Result};
use crate::events::node::KeyRotated;
use crate::events::{bytes, id};
use crate::limits;
use crate::run::Run;
use crate::state::ticket::{load, TICKETS};

/// Replaces work key, sealing key or both, at once. A closing ticket may still need it.
#[inline(never)]
pub fn rotate_key(
    run: &mut Run,
    ticket_id: u64,
    work: Option<Binary>,
    sealing: Option<Binary>,
) -> Result<()> {
    if work.is_none() && sealing.is_none() {
        return Err(ContractError::NothingToRotate);
    }
    let mut ticket = load(run.deps.storage, ticket_id)?;
    ticket.owned_by(&run.sender)?;
    for (what, key) in [("work_key", &work), ("sealing_key", &sealing)] {
        if let Some(key) = key {
            limits::length(what, key, 32)?;
        }
    }
    ticket.keys.work = work.unwrap_or(ticket.keys.work);
    ticket.keys.sealing = sealing.unwrap_or(ticket.keys.sealing);
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.emit(&KeyRotated {
        sealing_key: bytes(&ticket.keys.sealing),
        ticket: id(ticket_id),
        work_key: bytes(&ticket.keys.work),
    })
}
