use crate::error::Result;
use crate::events::id;
use crate::events::node::Deregistered;
use crate::flow::departure::leave;
use crate::run::Run;
use crate::state::ticket::{load_active, Closing, TICKETS};

/// Begins to close a ticket: it leaves its markets at this height; what was fixed before may still draw it.
#[inline(never)]
pub fn deregister(run: &mut Run, ticket_id: u64) -> Result<()> {
    let mut ticket = load_active(run.deps.storage, ticket_id, &run.sender)?;
    for subscription in std::mem::take(&mut ticket.subscriptions) {
        leave(run, ticket_id, &ticket, &subscription.model)?;
    }
    let closing = Closing { epoch: run.clock.epoch, since: run.now() };
    let exit_at = closing.since + run.params.exit_delay;
    let exit_epoch = closing.epoch + 2;
    ticket.closing = Some(closing);
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.emit(&Deregistered {
        exit_at: id(exit_at),
        exit_epoch: id(exit_epoch),
        ticket: id(ticket_id),
    })
}
