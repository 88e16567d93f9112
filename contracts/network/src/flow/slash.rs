use atoma_core::ledger::Class;
use atoma_core::split::{divide, BPS};

use crate::error::Result;
use crate::events::node::Slashed;
use crate::events::{amount, id};
use crate::ledger::{burn, credit, fill_pool, Reason};
use crate::run::Run;
use crate::state::request::Open;
use crate::state::ticket::{load, TICKETS};

/// A lateness to be slashed.
pub struct Offence {
    pub ticket: u64,
    pub kind: &'static str,
    /// What goes to the nodes that did their part, before the split.
    pub nodes_most: u128,
    /// Whether the user has a part; what it would have been is burned otherwise.
    pub compensates: bool,
}

/// Takes `timeout_bps` of the request's slice from a ticket's free collateral and divides it. Returns the part of the
/// nodes, which the caller accrues.
#[inline(never)]
pub fn slash(run: &mut Run, open: &mut Open, offence: Offence) -> Result<u128> {
    let params = run.params_at(open.terms.params_version)?;
    let money = &open.terms.money;
    let mut ticket = load(run.deps.storage, offence.ticket)?;
    let due = money.slice * u128::from(params.timeout_bps) / BPS;
    let taken = due.min(ticket.collateral.saturating_sub(ticket.locked));
    let nodes = taken.min(offence.nodes_most);
    let most = u128::from(params.comp_multiple) * money.charge_max;
    let cap = match offence.compensates {
        true => most.saturating_sub(open.progress.compensated),
        false => 0,
    };
    let parts = divide(taken - nodes, &params.timeout_split, cap);
    ticket.collateral -= taken;
    TICKETS.save(run.deps.storage, offence.ticket, &ticket)?;
    run.totals.collateral -= taken;
    open.progress.compensated += parts.user;
    run.emit(&Slashed {
        amount: amount(taken),
        burned: amount(parts.burned),
        collateral: amount(ticket.collateral),
        kind: offence.kind.to_string(),
        nodes: amount(nodes),
        request: id(open.id),
        ticket: id(offence.ticket),
        treasury: amount(parts.treasury),
        user: amount(parts.user),
    })?;
    credit(run, &open.terms.who.refund_to, parts.user, Reason::request("compensation", open.id))?;
    fill_pool(run, Class::Treasury, parts.treasury, "slash")?;
    burn(run, parts.burned, "slash")?;
    Ok(nodes)
}
