use crate::error::{ContractError, Result};
use crate::events::node::{SliceLocked, SliceReleased};
use crate::events::request::SlotVacated;
use crate::events::{amount, id};
use crate::run::Run;
use crate::state::request::{Open, Stage, State};
use crate::state::ticket::{load, Ticket, TICKETS};

/// A slot as a work key names it.
#[derive(Clone, Copy, Debug)]
pub struct Duty {
    pub request: u64,
    /// Counted from 1.
    pub slot: u32,
    pub attempt: u32,
    pub ticket: u64,
}

/// Index of the duty's slot, if it is this ticket's at this attempt, in the state and stage asked for, and in time.
pub fn find(run: &Run, open: &Open, duty: &Duty, (state, stage): (State, Stage)) -> Result<usize> {
    if open.progress.state != state {
        return Err(ContractError::WrongState {
            request: duty.request,
            state: open.progress.state.name(),
        });
    }
    let at =
        duty.slot.checked_sub(1).map(|at| at as usize).filter(|at| *at < open.progress.slots.len());
    let at = at.ok_or(ContractError::NoSuchSlot { request: duty.request, slot: duty.slot })?;
    let slot = &open.progress.slots[at];
    if slot.attempt != duty.attempt {
        return Err(ContractError::WrongAttempt { current: slot.attempt, given: duty.attempt });
    }
    if slot.drawn.ticket != duty.ticket {
        return Err(ContractError::NotYourSlot { ticket: slot.drawn.ticket });
    }
    if slot.stage != stage {
        return Err(ContractError::WrongStage { slot: duty.slot, stage: slot.stage.name() });
    }
    let deadline = if state == State::Revealing { open.progress.deadline } else { slot.until };
    let now = run.now();
    if now >= deadline {
        return Err(ContractError::TooLate { now, deadline });
    }
    Ok(at)
}

/// Locks a slice and counts an open slot.
#[inline(never)]
pub fn lock(
    run: &mut Run,
    request: u64,
    ticket_id: u64,
    (ticket, slice): (&mut Ticket, u128),
) -> Result<()> {
    ticket.locked += slice;
    ticket.open += 1;
    TICKETS.save(run.deps.storage, ticket_id, ticket)?;
    run.emit(&SliceLocked {
        amount: amount(slice),
        locked: amount(ticket.locked),
        request: id(request),
        ticket: id(ticket_id),
    })
}

/// Releases a ticket's slice of a request.
#[inline(never)]
pub fn release(run: &mut Run, open: &Open, ticket_id: u64) -> Result<()> {
    let mut ticket = load(run.deps.storage, ticket_id)?;
    let slice = open.terms.money.slice;
    ticket.locked -= slice;
    ticket.open -= 1;
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.emit(&SliceReleased {
        amount: amount(slice),
        locked: amount(ticket.locked),
        request: id(open.id),
        ticket: id(ticket_id),
    })
}

/// Empties a slot and releases its slice; it waits for the round of this height. Its ticket and owner are not drawn
/// for this request again.
#[inline(never)]
pub fn vacate(run: &mut Run, open: &mut Open, at: usize, reason: &'static str) -> Result<()> {
    let fixed_height = run.fix();
    let search = run.params_at(open.terms.params_version)?.expiry_seconds;
    let until = run.now() + search;
    let slot = &mut open.progress.slots[at];
    let fact = SlotVacated {
        attempt: slot.attempt,
        fixed_height: id(fixed_height),
        reason: reason.to_string(),
        request: id(open.id),
        slot: at as u32 + 1,
        ticket: id(slot.drawn.ticket),
    };
    slot.stage = Stage::Vacant;
    slot.attempt += 1;
    slot.fixed_height = fixed_height;
    slot.position = 0;
    slot.until = until;
    slot.commitment = None;
    let drawn = slot.drawn.clone();
    let ticket = drawn.ticket;
    open.progress.gone.push(drawn);
    run.emit(&fact)?;
    release(run, open, ticket)
}
