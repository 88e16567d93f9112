use cosmwasm_std::Binary;

use crate::error::Result;
use crate::events::request::{AllCommitted, Committed};
use crate::events::{bytes, id};
use crate::flow::slots::{find, Duty};
use crate::limits;
use crate::run::Run;
use crate::state::request::{self, Stage, State};

/// Stores a slot's commitment; the last one opens the reveals.
#[inline(never)]
pub fn commit(run: &mut Run, duty: Duty, commitment: Binary) -> Result<()> {
    limits::length("commitment", &commitment, 32)?;
    let mut open = request::load(run.deps.storage, duty.request)?;
    let at = find(run, &open, &duty, (State::Assigned, Stage::Accepted))?;
    let slot = &mut open.progress.slots[at];
    slot.stage = Stage::Committed;
    slot.commitment = Some(commitment.clone());
    run.emit(&Committed {
        attempt: duty.attempt,
        commitment: bytes(&commitment),
        request: id(duty.request),
        slot: duty.slot,
        ticket: id(duty.ticket),
    })?;
    if open.progress.count(Stage::Committed) == open.terms.n as usize {
        let params = run.params_at(open.terms.params_version)?;
        open.progress.state = State::Revealing;
        open.progress.deadline = run.now() + params.reveal_seconds;
        run.emit(&AllCommitted {
            request: id(duty.request),
            reveal_by: id(open.progress.deadline),
        })?;
    }
    request::save(run.deps.storage, &open)
}
