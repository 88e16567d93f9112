use super::slash::{slash, Offence};
use crate::error::Result;
use crate::events::id;
use crate::events::node::Missed;
use crate::run::Run;
use crate::state::request::Open;
use crate::state::ticket::{load, TICKETS};

/// Counts an assignment that the next drawn node accepted. The miss that reaches the limit of an epoch costs a
/// timeout slash and the next epoch. The user has no part in it: withholding inputs must not be an income.
pub fn record(run: &mut Run, open: &mut Open, ticket_id: u64) -> Result<()> {
    let epoch = run.clock.epoch;
    let mut ticket = load(run.deps.storage, ticket_id)?;
    ticket.misses = ticket.misses.with_one(epoch);
    let misses = ticket.misses.count;
    let over = misses == run.params.miss_limit;
    if over {
        ticket.barred_epoch = Some(epoch + 1);
    }
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.emit(&Missed { epoch: id(epoch), misses, request: id(open.id), ticket: id(ticket_id) })?;
    if over {
        let offence =
            Offence { ticket: ticket_id, kind: "misses", nodes_most: 0, compensates: false };
        slash(run, open, offence)?;
    }
    Ok(())
}
