use atoma_core::ledger::Class;
use atoma_core::request::{charge, Charge};

use super::slots::release;
use crate::error::Result;
use crate::events::money::FeeAccrued;
use crate::events::request::{Disputed, Refunded, Settled};
use crate::events::{amount, bytes, id};
use crate::ledger::{burn, credit, fill_pool, Reason};
use crate::run::Run;
use crate::state::market::{load_model, market_key, MARKETS};
use crate::state::request::{Open, Reveal, Stage, State};
use crate::state::ticket::{load, TICKETS};

/// What the answer costs.
pub fn charge_of(open: &Open, output_tokens: u32) -> Charge {
    charge(&open.terms.tariff(), u64::from(open.terms.work.input_tokens) + u64::from(output_tokens))
}

/// Adds a fee to what a ticket is owed for this epoch; the caller accounts for where it came from.
#[inline(never)]
pub fn accrue(run: &mut Run, request: u64, ticket_id: u64, fee: u128) -> Result<()> {
    if fee == 0 {
        return Ok(());
    }
    let mut ticket = load(run.deps.storage, ticket_id)?;
    let epoch = run.clock.epoch;
    ticket.accrual = ticket.accrual.with(epoch, fee);
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.totals.unclaimed += fee;
    run.emit(&FeeAccrued {
        amount: amount(fee),
        epoch: id(epoch),
        request: id(request),
        ticket: id(ticket_id),
        unclaimed: amount(ticket.accrual.total()),
    })
}

/// Ends an agreed request: slices are released, fees accrue to this epoch, the unused escrow returns.
#[inline(never)]
pub fn settle(run: &mut Run, open: &mut Open, answer: &Reveal) -> Result<()> {
    let charge = charge_of(open, answer.output_tokens);
    let refund = open.terms.money.charge_max - charge.charge;
    open.progress.state = State::Settled;
    run.totals.escrows -= open.terms.money.charge_max;
    settled(run, open, answer, &charge)?;
    for at in 0..open.progress.slots.len() {
        let ticket_id = open.progress.slots[at].drawn.ticket;
        release(run, open, ticket_id)?;
        accrue(run, open.id, ticket_id, charge.node_fee)?;
    }
    let owner = load_model(run.deps.storage, &open.terms.work.model)?.owner;
    credit(run, &owner, charge.owner_fee, Reason::request("owner_fee", open.id))?;
    credit(run, &open.terms.who.refund_to, refund, Reason::request("refund", open.id))?;
    fill_pool(run, Class::Treasury, charge.treasury, "request")?;
    burn(run, charge.burned, "request")?;
    mark_settled(run, open)
}

fn settled(run: &mut Run, open: &Open, answer: &Reveal, charge: &Charge) -> Result<()> {
    run.emit(&Settled {
        burned: amount(charge.burned),
        epoch: id(run.clock.epoch),
        fee: amount(charge.node_fee),
        finish_reason: answer.finish_reason,
        output_tokens: answer.output_tokens,
        owner_fee: amount(charge.owner_fee),
        refund: amount(open.terms.money.charge_max - charge.charge),
        request: id(open.id),
        root: bytes(&answer.root),
        tickets: open.progress.slots.iter().map(|slot| id(slot.drawn.ticket)).collect(),
        treasury: amount(charge.treasury),
    })
}

/// From the first settlement on, the market's price moves by steps.
fn mark_settled(run: &mut Run, open: &Open) -> Result<()> {
    let key = market_key(&open.terms.work.model, &open.terms.work.echelon);
    let mut market = MARKETS.load(run.deps.storage, &key)?;
    if market.settled || market.closed {
        return Ok(());
    }
    market.settled = true;
    Ok(MARKETS.save(run.deps.storage, &key, &market)?)
}

/// Returns the escrow less the dispatch fee; the caller ends the request.
fn return_escrow(run: &mut Run, open: &Open) -> Result<(u128, u128)> {
    let held = open.terms.money.charge_max;
    let kept = open.terms.money.dispatch_fee;
    run.totals.escrows -= held;
    credit(run, &open.terms.who.refund_to, held - kept, Reason::request("refund", open.id))?;
    fill_pool(run, Class::Treasury, kept, "dispatch_fee")?;
    Ok((held - kept, kept))
}

/// Ends a request without an answer: every slice still locked is released, the user gets all but the dispatch fee.
#[inline(never)]
pub fn refund(run: &mut Run, open: &mut Open, reason: &'static str) -> Result<()> {
    open.progress.state = State::Refunded;
    for at in 0..open.progress.slots.len() {
        let slot = &open.progress.slots[at];
        if slot.stage == Stage::Vacant {
            continue;
        }
        let ticket_id = slot.drawn.ticket;
        release(run, open, ticket_id)?;
    }
    let (refund, treasury) = return_escrow(run, open)?;
    let (refund, treasury) = (amount(refund), amount(treasury));
    run.emit(&Refunded { reason: reason.to_string(), refund, request: id(open.id), treasury })
}

/// Ends a request whose panel disagrees: the user is refunded, the slices in `frozen` stay locked until disputes can
/// be judged.
#[inline(never)]
pub fn dispute(
    run: &mut Run,
    open: &mut Open,
    (frozen, reason): (&[u64], &'static str),
) -> Result<()> {
    open.progress.state = State::Disputed;
    for ticket_id in frozen {
        let mut ticket = load(run.deps.storage, *ticket_id)?;
        ticket.disputed += 1;
        TICKETS.save(run.deps.storage, *ticket_id, &ticket)?;
    }
    let (refund, treasury) = return_escrow(run, open)?;
    run.emit(&Disputed {
        reason: reason.to_string(),
        refund: amount(refund),
        request: id(open.id),
        tickets: frozen.iter().copied().map(id).collect(),
        treasury: amount(treasury),
    })
}
