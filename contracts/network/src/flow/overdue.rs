use super::ending::{refund, settle};
use super::judge::reveal_deadline;
use super::panel::{after_no_answer, last_draw};
use super::slash::{slash, Offence};
use super::slots::vacate;
use crate::error::Result;
use crate::run::Run;
use crate::state::request::{Open, Stage, State};

/// Moves a request on if a deadline of its state has passed. True if it changed; the caller saves it.
#[inline(never)]
pub fn poke(run: &mut Run, open: &mut Open) -> Result<bool> {
    let now = run.now();
    match open.progress.state {
        State::Pending => pending(run, open),
        State::Assigned => assigned(run, open),
        State::Revealing if now >= open.progress.deadline => {
            reveal_deadline(run, open).map(|()| true)
        }
        State::Agreed if now >= open.progress.deadline => {
            match open.progress.slots[0].reveal.clone() {
                Some(answer) => settle(run, open, &answer).map(|()| true),
                None => Ok(false),
            }
        }
        _ => Ok(false),
    }
}

/// Past its expiry a request is drawn once more before it refunds: waiting for the expiry must not be a way to turn
/// down a panel that the beacon has already named.
fn pending(run: &mut Run, open: &mut Open) -> Result<bool> {
    let known = run.randomness(open.progress.fixed_height)?.is_some();
    let until = open.terms.expires_at;
    search(run, open, 0, (known, until))
}

/// Ends the search of the panel or of slot `at`; other slots keep theirs. A search that waits for a beacon has no deadline but the beacon's death.
fn search(run: &mut Run, open: &mut Open, at: usize, (known, until): (bool, u64)) -> Result<bool> {
    let params = run.params_at(open.terms.params_version)?;
    let now = run.now();
    if !known {
        let dead = until - params.expiry_seconds + params.beacon_dead_after;
        if now < dead {
            return Ok(false);
        }
        return refund(run, open, "beacon_dead").map(|()| true);
    }
    if now < until {
        return Ok(false);
    }
    if last_draw(run, open, at)? {
        refund(run, open, "no_eligible_node")?;
    }
    Ok(true)
}

fn assigned(run: &mut Run, open: &mut Open) -> Result<bool> {
    let mut changed = false;
    for at in 0..open.progress.slots.len() {
        if open.progress.state != State::Assigned {
            break;
        }
        let slot = &open.progress.slots[at];
        let (stage, until, height) = (slot.stage, slot.until, slot.fixed_height);
        let late = run.now() >= until;
        match stage {
            Stage::Vacant => {
                let known = run.randomness(height)?.is_some();
                changed |= search(run, open, at, (known, until))?;
            }
            Stage::Assigned if late => {
                let silent = slot.drawn.ticket;
                vacate(run, open, at, "not_accepted")?;
                after_no_answer(run, open, at, Some(silent))?;
                changed = true;
            }
            Stage::Accepted if late => {
                not_committed(run, open, at)?;
                changed = true;
            }
            _ => {}
        }
    }
    Ok(changed)
}

/// Late after acceptance: a timeout slash and another attempt, up to `max_attempts`.
fn not_committed(run: &mut Run, open: &mut Open, at: usize) -> Result<()> {
    let ticket = open.progress.slots[at].drawn.ticket;
    vacate(run, open, at, "not_committed")?;
    slash(run, open, Offence { ticket, kind: "not_committed", nodes_most: 0, compensates: true })?;
    open.progress.attempts += 1;
    if open.progress.attempts >= run.params_at(open.terms.params_version)?.max_attempts {
        refund(run, open, "max_attempts")?;
    }
    Ok(())
}
