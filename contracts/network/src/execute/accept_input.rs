use crate::error::Result;
use crate::events::id;
use crate::events::request::InputAccepted;
use crate::flow::miss;
use crate::flow::slots::{find, Duty};
use crate::run::Run;
use crate::state::request::{self, Stage, State};

/// The drawn node has the input: its commit clock starts. Who was drawn just before it for the slot and was silent has missed.
#[inline(never)]
pub fn accept_input(run: &mut Run, duty: Duty) -> Result<()> {
    let mut open = request::load(run.deps.storage, duty.request)?;
    let at = find(run, &open, &duty, (State::Assigned, Stage::Assigned))?;
    let commit_by = run.now() + open.terms.commit_seconds;
    let slot = &mut open.progress.slots[at];
    slot.stage = Stage::Accepted;
    slot.until = commit_by;
    let unanswered = slot.unanswered.take();
    run.emit(&InputAccepted {
        attempt: duty.attempt,
        commit_by: id(commit_by),
        request: id(duty.request),
        slot: duty.slot,
        ticket: id(duty.ticket),
    })?;
    if let Some(ticket) = unanswered {
        miss::record(run, &mut open, ticket)?;
    }
    request::save(run.deps.storage, &open)
}
