use atoma_core::commitment::{commitment, CommitmentFields};
use atoma_core::output::FinishReason;
use atoma_core::Hash;
use cosmwasm_std::Binary;

use crate::error::{ContractError, Result};
use crate::events::request::Revealed;
use crate::events::{bytes, id};
use crate::flow::judge;
use crate::flow::slots::{find, Duty};
use crate::limits;
use crate::msg;
use crate::run::Run;
use crate::state::request::{self, Open, Reveal, Stage, State};

/// The hashes that a reveal publishes.
struct Opened {
    salt: Hash,
    root: Hash,
    leaf: Hash,
    evidence_root: Hash,
}

/// Opens a commitment; the last one judges the panel.
#[inline(never)]
pub fn reveal(run: &mut Run, ticket: u64, msg: &msg::Reveal) -> Result<()> {
    let duty = Duty { request: msg.request.u64(), slot: msg.slot, attempt: msg.attempt, ticket };
    let opened = Opened {
        salt: limits::hash("salt", &msg.salt)?,
        root: limits::hash("root", &msg.root)?,
        leaf: limits::hash("leaf", &msg.leaf)?,
        evidence_root: limits::hash("evidence_root", &msg.evidence_root)?,
    };
    let mut open = request::load(run.deps.storage, duty.request)?;
    let at = find(run, &open, &duty, (State::Revealing, Stage::Committed))?;
    check(run, &open, (at, &duty), (msg, &opened))?;
    let slot = &mut open.progress.slots[at];
    slot.stage = Stage::Revealed;
    slot.reveal = Some(Reveal {
        root: Binary::from(opened.root),
        leaf: Binary::from(opened.leaf),
        output_tokens: msg.output_tokens,
        finish_reason: msg.finish_reason,
    });
    run.emit(&Revealed {
        evidence_root: bytes(opened.evidence_root),
        finish_reason: msg.finish_reason,
        leaf: bytes(opened.leaf),
        output_tokens: msg.output_tokens,
        request: id(duty.request),
        root: bytes(opened.root),
        salt: bytes(opened.salt),
        slot: duty.slot,
        ticket: id(ticket),
    })?;
    if open.progress.count(Stage::Revealed) == open.terms.n as usize {
        judge::all_revealed(run, &mut open)?;
    }
    request::save(run.deps.storage, &open)
}

fn check(
    run: &Run,
    open: &Open,
    (at, duty): (usize, &Duty),
    (msg, opened): (&msg::Reveal, &Opened),
) -> Result<()> {
    let most = open.terms.work.max_output_tokens;
    if msg.output_tokens > most {
        return Err(ContractError::TooManyTokens { tokens: msg.output_tokens, most });
    }
    if FinishReason::from_u8(msg.finish_reason).is_none() {
        return Err(ContractError::MalformedFinishReason { given: msg.finish_reason });
    }
    let expected = commitment(&CommitmentFields {
        chain_id: &run.env.block.chain_id,
        contract: &run.config.contract,
        request: duty.request,
        ticket: duty.ticket,
        attempt: duty.attempt,
        salt: opened.salt,
        root: opened.root,
        leaf: opened.leaf,
        digest: atoma_core::hash::ZERO_HASH,
        evidence_root: opened.evidence_root,
        output_tokens: msg.output_tokens,
        finish_reason: msg.finish_reason,
    });
    let made = open.progress.slots[at].commitment.as_ref();
    if made.is_some_and(|made| made.as_slice() == expected) {
        return Ok(());
    }
    Err(ContractError::CommitmentMismatch { slot: duty.slot })
}
