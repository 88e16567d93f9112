use cosmwasm_std::{Deps, Uint64};

use super::page;
use crate::error::Result;
use crate::events::{amount, bytes, id};
use crate::execute;
use crate::msg::{QuoteAnswer, RequestAnswer, RequestBody, SlotAnswer};
use crate::state::request::{load, Open, Slot, State, PROGRESS};
use crate::state::{CLOCK, PARAMS};
use crate::store::number_of;

pub fn request(deps: Deps, request_id: u64) -> Result<RequestAnswer> {
    Ok(shown(load(deps.storage, request_id)?))
}

pub fn requests(
    deps: Deps,
    after: Option<Uint64>,
    limit: Option<u32>,
) -> Result<Vec<RequestAnswer>> {
    let after = after.map(|after| after.to_be_bytes());
    let rows = PROGRESS.all().ascending(deps.storage, after.as_ref().map(|after| after.as_slice()));
    rows.take(page(limit)).map(|row| request(deps, number_of(&row?.0)?)).collect()
}

pub fn quote(deps: Deps, body: &RequestBody) -> Result<QuoteAnswer> {
    let clock = CLOCK.load(deps.storage)?;
    let params = PARAMS.load(deps.storage, clock.params_version)?;
    let now = execute::Now { clock: &clock, params: &params };
    let terms = execute::quote((deps, now), None, body)?;
    Ok(QuoteAnswer {
        charge_max: amount(terms.money.charge_max),
        commit_seconds: id(terms.commit_seconds),
        dispatch_fee: amount(terms.money.dispatch_fee),
        epoch: id(terms.epoch),
        list_epoch: id(terms.list_epoch),
        n: terms.n,
        price: amount(terms.money.price),
        slice: amount(terms.money.slice),
    })
}

fn shown(open: Open) -> RequestAnswer {
    let Open { id: request_id, terms, progress } = open;
    let waits = matches!(progress.state, State::Revealing | State::Agreed);
    RequestAnswer {
        charge_max: amount(terms.money.charge_max),
        deadline: waits.then_some(id(progress.deadline)),
        draws: progress.draws,
        echelon: terms.work.echelon,
        epoch: id(terms.epoch),
        expires_at: id(terms.expires_at),
        fixed_height: id(progress.fixed_height),
        input_hash: bytes(&terms.work.input_hash),
        input_tokens: terms.work.input_tokens,
        list_epoch: id(terms.list_epoch),
        max_fee: amount(terms.money.max_fee),
        max_output_tokens: terms.work.max_output_tokens,
        model: terms.work.model,
        n: terms.n,
        output_to: terms.who.output_to,
        params_hash: bytes(&terms.work.params_hash),
        price: amount(terms.money.price),
        refund_to: terms.who.refund_to.to_string(),
        request: id(request_id),
        requester: terms.who.requester.to_string(),
        slice: amount(terms.money.slice),
        slots: progress.slots.iter().enumerate().map(|(at, slot)| shown_slot(at, slot)).collect(),
        state: progress.state,
        value_at_risk: amount(terms.money.value_at_risk),
    }
}

fn shown_slot(at: usize, slot: &Slot) -> SlotAnswer {
    let reveal = slot.reveal.as_ref();
    SlotAnswer {
        attempt: slot.attempt,
        commitment: slot.commitment.as_ref().map(bytes),
        leaf: reveal.map(|reveal| bytes(&reveal.leaf)),
        output_tokens: reveal.map(|reveal| reveal.output_tokens),
        owner: slot.drawn.owner.to_string(),
        root: reveal.map(|reveal| bytes(&reveal.root)),
        slot: at as u32 + 1,
        stage: slot.stage,
        ticket: id(slot.drawn.ticket),
        until: id(slot.until),
    }
}
