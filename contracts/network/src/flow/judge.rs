use atoma_core::commitment::root;
use atoma_core::slot::same_answer;

use super::ending::{accrue, charge_of, dispute, refund};
use super::slash::{slash, Offence};
use super::slots::release;
use crate::error::Result;
use crate::events::request::Agreed;
use crate::events::{amount, bytes, id};
use crate::run::Run;
use crate::state::request::{Open, Stage, State};

/// Judges a panel that has revealed: agreed if all name one answer and the leaves hash to its root, else disputed.
#[inline(never)]
pub fn all_revealed(run: &mut Run, open: &mut Open) -> Result<()> {
    let reveals = open.progress.reveals()?;
    let leaves: Vec<_> = reveals.iter().map(|reveal| reveal.leaf).collect();
    let stands = same_answer(&reveals) && root(&leaves)? == reveals[0].root;
    if !stands {
        let panel: Vec<u64> = open.progress.slots.iter().map(|slot| slot.drawn.ticket).collect();
        return dispute(run, open, (&panel, "mismatch"));
    }
    let answer = reveals[0];
    let params = run.params_at(open.terms.params_version)?;
    open.progress.state = State::Agreed;
    open.progress.deadline = run.now() + params.challenge_seconds;
    run.emit(&Agreed {
        challenge_until: id(open.progress.deadline),
        charge: amount(charge_of(open, answer.output_tokens).charge),
        finish_reason: answer.finish_reason,
        output_tokens: answer.output_tokens,
        request: id(open.id),
        root: bytes(answer.root),
    })
}

/// Ends a panel whose reveals did not all come: those missing are slashed, those who revealed one answer are paid out
/// of the slash up to their fee, the user is refunded. Differing reveals freeze those who made them.
#[inline(never)]
pub fn reveal_deadline(run: &mut Run, open: &mut Open) -> Result<()> {
    let reveals = open.progress.reveals()?;
    let agree = same_answer(&reveals);
    let (missing, revealed) = sides(open);
    let fee = match reveals.first() {
        Some(answer) if agree => charge_of(open, answer.output_tokens).node_fee,
        _ => 0,
    };
    let mut owed = fee * revealed.len() as u128;
    for ticket in &missing {
        release(run, open, *ticket)?;
        vacant(open, *ticket);
        owed -= slash(
            run,
            open,
            Offence {
                ticket: *ticket,
                kind: "missing_reveal",
                nodes_most: owed,
                compensates: true,
            },
        )?;
    }
    let paid = fee * revealed.len() as u128 - owed;
    let mut left = paid;
    for (at, ticket) in revealed.iter().enumerate() {
        let share = left / (revealed.len() - at) as u128;
        left -= share;
        accrue(run, open.id, *ticket, share)?;
    }
    if agree {
        return refund(run, open, "missing_reveal");
    }
    dispute(run, open, (&revealed, "mismatch"))
}

/// Tickets that did not reveal, and those that did.
fn sides(open: &Open) -> (Vec<u64>, Vec<u64>) {
    let of = |stage: Stage| {
        let slots = open.progress.slots.iter().filter(|slot| slot.stage == stage);
        slots.map(|slot| slot.drawn.ticket).collect()
    };
    (of(Stage::Committed), of(Stage::Revealed))
}

fn vacant(open: &mut Open, ticket: u64) {
    for slot in open.progress.slots.iter_mut().filter(|slot| slot.drawn.ticket == ticket) {
        slot.stage = Stage::Vacant;
    }
}
