use atoma_core::draw::{seed, Stream};
use atoma_core::CoreError;

use super::ending::refund;
use super::slots::lock;
use crate::error::Result;
use crate::events::id;
use crate::events::request::{Assigned, AssignedSlot};
use crate::run::Run;
use crate::state::market::{gone_at, market_key, LISTS};
use crate::state::request::{Drawn, Open, Slot, Stage, State};
use crate::state::ticket::TICKETS;

/// Draws what waits: the panel, or vacant slots. True if anything changed; the caller saves the request.
#[inline(never)]
pub fn draw(run: &mut Run, open: &mut Open) -> Result<bool> {
    match open.progress.state {
        State::Pending => draw_panel(run, open),
        State::Assigned => {
            let mut changed = false;
            for at in 0..open.progress.slots.len() {
                if open.progress.slots[at].stage == Stage::Vacant {
                    changed |= draw_slot(run, open, at)?;
                }
            }
            Ok(changed)
        }
        _ => Ok(false),
    }
}

/// Draws the one thing whose search ends: the panel while there is none (`at` is not looked at), or slot `at`. True if
/// it is still empty.
pub fn last_draw(run: &mut Run, open: &mut Open, at: usize) -> Result<bool> {
    if open.progress.state == State::Pending {
        draw_panel(run, open)?;
        return Ok(open.progress.state == State::Pending);
    }
    draw_slot(run, open, at)?;
    Ok(open.progress.slots[at].stage == Stage::Vacant)
}

fn draw_panel(run: &mut Run, open: &mut Open) -> Result<bool> {
    let height = open.progress.fixed_height;
    let Some((round, randomness)) = run.randomness(height)? else { return Ok(false) };
    let mut stream = Stream::resume(seed("panel", open.id, 0, &randomness), open.progress.position);
    let until = run.now() + run.params_at(open.terms.params_version)?.accept_seconds;
    while open.progress.slots.len() < open.terms.n as usize {
        let Some(drawn) = next(run, open, &mut stream, height)? else { break };
        open.progress.slots.push(Slot {
            attempt: 0,
            drawn,
            stage: Stage::Assigned,
            until,
            commitment: None,
            reveal: None,
            fixed_height: height,
            position: 0,
            unanswered: None,
        });
    }
    open.progress.position = stream.position();
    if open.progress.slots.len() < open.terms.n as usize {
        return Ok(true);
    }
    open.progress.state = State::Assigned;
    let slots = open.progress.slots.iter_mut().enumerate();
    let slots = slots.map(|(at, slot)| {
        slot.until = until;
        assigned_slot(at, slot)
    });
    let slots = slots.collect();
    run.emit(&Assigned { accept_by: id(until), request: id(open.id), round: id(round), slots })?;
    Ok(true)
}

fn draw_slot(run: &mut Run, open: &mut Open, at: usize) -> Result<bool> {
    let slot = &open.progress.slots[at];
    let (height, attempt, position) = (slot.fixed_height, slot.attempt, slot.position);
    let Some((round, randomness)) = run.randomness(height)? else { return Ok(false) };
    let purpose = format!("slot:{}", at + 1);
    let mut stream = Stream::resume(seed(&purpose, open.id, attempt, &randomness), position);
    let drawn = next(run, open, &mut stream, height)?;
    let until = run.now() + run.params_at(open.terms.params_version)?.accept_seconds;
    let slot = &mut open.progress.slots[at];
    slot.position = stream.position();
    let Some(drawn) = drawn else { return Ok(true) };
    slot.drawn = drawn;
    slot.stage = Stage::Assigned;
    slot.until = until;
    let slots = vec![assigned_slot(at, slot)];
    run.emit(&Assigned { accept_by: id(until), request: id(open.id), round: id(round), slots })?;
    Ok(true)
}

fn assigned_slot(at: usize, slot: &Slot) -> AssignedSlot {
    AssignedSlot {
        attempt: slot.attempt,
        owner: slot.drawn.owner.to_string(),
        slot: at as u32 + 1,
        ticket: id(slot.drawn.ticket),
    }
}

/// The next drawable entry of the frozen list, its slice locked; none when the tries of this message are used up.
///
/// Skipped: owners drawn before for this request, the requester's own tickets, tickets that had left when the thing
/// was fixed at `height`, that sit out the epoch, or without a free slice.
fn next(run: &mut Run, open: &Open, stream: &mut Stream, height: u64) -> Result<Option<Drawn>> {
    let key = market_key(&open.terms.work.model, &open.terms.work.echelon);
    let slice = open.terms.money.slice;
    loop {
        let index = match stream.next_index(open.terms.serving) {
            Ok(index) => index,
            Err(CoreError::TriesExhausted { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let entry = LISTS.load(run.deps.storage, (key.as_slice(), open.terms.list_epoch, index))?;
        if entry.owner == open.terms.who.requester || excluded(open, &entry.owner) {
            continue;
        }
        let mut ticket = TICKETS.load(run.deps.storage, entry.ticket)?;
        let sits_out = ticket.withdrawn || ticket.barred_epoch == Some(open.terms.epoch);
        if sits_out || ticket.free(open.terms.money.uniform) < slice {
            continue;
        }
        if gone_at(run.deps.storage, &key, entry.ticket, height)? {
            continue;
        }
        lock(run, open.id, entry.ticket, (&mut ticket, slice))?;
        return Ok(Some(Drawn { ticket: entry.ticket, owner: entry.owner }));
    }
}

fn excluded(open: &Open, owner: &cosmwasm_std::Addr) -> bool {
    let seated = open.progress.slots.iter().any(|slot| slot.drawn.owner == *owner);
    seated || open.progress.gone.iter().any(|drawn| drawn.owner == *owner)
}

/// Counts a draw of slot `at` that nobody accepted; too many of them refund the request. `silent` is who did not
/// answer at all.
pub fn after_no_answer(
    run: &mut Run,
    open: &mut Open,
    at: usize,
    silent: Option<u64>,
) -> Result<()> {
    open.progress.slots[at].unanswered = silent;
    open.progress.draws += 1;
    if open.progress.draws >= run.params_at(open.terms.params_version)?.max_draws {
        refund(run, open, "max_draws")?;
    }
    Ok(())
}
