use atoma_core::money::fee_ceil;
use atoma_core::params::Params;
use atoma_core::request::{charge, commit_seconds, slice, Tariff};
use atoma_core::sampling::{panel_size, SamplingInputs};
use cosmwasm_std::{Addr, Deps, HexBinary};

use crate::error::{ContractError, Result};
use crate::events::request::Submitted;
use crate::events::{amount, bytes, id};
use crate::ledger::{debit, Reason};
use crate::limits;
use crate::msg::{Consensus, RequestBody};
use crate::run::Run;
use crate::state::market::{
    load_echelon, load_model, market_key, Echelon, Market, Model, ModelState, MARKETS, STANDINGS,
};
use crate::state::request::{
    Money, Progress, State, Terms, Who, Work, LAST_REQUEST, PROGRESS, TERMS,
};
use crate::state::Clock;

/// Submits a request: escrows the most it can cost and waits for the beacon. `action` is the digest of the signed
/// action that carried it.
#[inline(never)]
pub fn request(
    run: &mut Run,
    requester: &Addr,
    body: RequestBody,
    action: Option<HexBinary>,
) -> Result<u64> {
    if run.clock.paused {
        return Err(ContractError::Paused);
    }
    let now = Now { clock: &run.clock, params: &run.params };
    let mut terms = quote((run.deps.as_ref(), now), Some(requester), &body)?;
    if let Some(to) = &body.refund_to {
        limits::address(to)?;
        terms.who.refund_to = run.deps.api.addr_validate(to)?;
    }
    terms.action = action;
    let max_fee = terms.money.max_fee;
    let charge_max = terms.money.charge_max;
    if charge_max > max_fee {
        return Err(ContractError::FeeAboveMax { charge_max, max_fee });
    }
    let request = LAST_REQUEST.may_load(run.deps.storage)?.unwrap_or_default() + 1;
    debit(run, requester, charge_max, Reason::request("escrow", request))?;
    run.totals.escrows += charge_max;
    LAST_REQUEST.save(run.deps.storage, &request)?;
    let fixed_height = run.fix();
    TERMS.save(run.deps.storage, request, &terms)?;
    PROGRESS.save(run.deps.storage, request, &fresh(fixed_height))?;
    submitted(run, request, &terms, fixed_height)?;
    Ok(request)
}

fn fresh(fixed_height: u64) -> Progress {
    Progress {
        state: State::Pending,
        fixed_height,
        position: 0,
        slots: vec![],
        gone: vec![],
        draws: 0,
        attempts: 0,
        compensated: 0,
        deadline: 0,
    }
}

#[inline(never)]
fn submitted(run: &mut Run, request: u64, terms: &Terms, fixed_height: u64) -> Result<()> {
    run.emit(&Submitted {
        action: terms.action.clone(),
        charge_max: amount(terms.money.charge_max),
        consensus: "sampling".to_string(),
        dispatch_fee: amount(terms.money.dispatch_fee),
        echelon: terms.work.echelon.clone(),
        epoch: id(terms.epoch),
        expires_at: id(terms.expires_at),
        fixed_height: id(fixed_height),
        input_hash: bytes(&terms.work.input_hash),
        input_tokens: terms.work.input_tokens,
        list_epoch: id(terms.list_epoch),
        max_fee: amount(terms.money.max_fee),
        max_output_tokens: terms.work.max_output_tokens,
        model: terms.work.model.clone(),
        n: terms.n,
        output_to: terms.who.output_to.clone(),
        params_hash: bytes(&terms.work.params_hash),
        price: amount(terms.money.price),
        refund_to: terms.who.refund_to.to_string(),
        request: id(request),
        requester: terms.who.requester.to_string(),
        slice: amount(terms.money.slice),
        value_at_risk: amount(terms.money.value_at_risk),
    })
}

/// Where a request would be served.
struct Place {
    model: Model,
    echelon: Echelon,
    market: Market,
    price: u128,
    /// Owners on the list other than the requester.
    owners: u32,
}

/// The moment that terms are pinned to: in a message that of its block, not the one stored before.
pub struct Now<'a> {
    pub clock: &'a Clock,
    pub params: &'a Params,
}

/// The terms a request would get now. Refuses what this version or the market cannot serve; it does not look at
/// `max_fee` nor at balances.
#[inline(never)]
pub fn quote(
    (deps, now): (Deps, Now),
    requester: Option<&Addr>,
    body: &RequestBody,
) -> Result<Terms> {
    let asked = check(body)?;
    let Now { clock, params } = now;
    let place = place(deps, requester, body)?;
    let tokens = u64::from(body.input_tokens) + u64::from(body.max_output_tokens);
    let limit = u64::from(place.model.context_limit);
    if tokens > limit {
        return Err(ContractError::ContextTooLong { tokens, limit });
    }
    let tariff = Tariff {
        price: place.price,
        n: panel(params, &place, body, (tokens, asked))?,
        owner_fee_bps: place.model.owner_fee_bps,
        burn_bps: params.burn_bps,
        treasury_bps: params.treasury_bps,
        dispatch_fee: params.dispatch_fee,
    };
    let slice = slice(place.price, tokens, params.slice_multiple);
    if slice > place.echelon.collateral {
        return Err(ContractError::SliceAboveCollateral {
            slice,
            collateral: place.echelon.collateral,
        });
    }
    let money = Money {
        price: tariff.price,
        slice,
        uniform: place.echelon.collateral,
        max_fee: body.max_fee.u128(),
        value_at_risk: body.value_at_risk.u128(),
        charge_max: charge(&tariff, tokens).charge,
        owner_fee_bps: tariff.owner_fee_bps,
        burn_bps: tariff.burn_bps,
        treasury_bps: tariff.treasury_bps,
        dispatch_fee: tariff.dispatch_fee,
    };
    Ok(terms(clock, params, &place, (body, requester, money, tariff.n)))
}

fn terms(
    clock: &Clock,
    params: &Params,
    place: &Place,
    (body, requester, money, n): (&RequestBody, Option<&Addr>, Money, u32),
) -> Terms {
    let who = requester.cloned().unwrap_or_else(|| Addr::unchecked(""));
    let tokens = u64::from(body.input_tokens) + u64::from(body.max_output_tokens);
    let ms_per_token = u64::from(place.echelon.descriptor.ms_per_token);
    let ms_per_token = if ms_per_token == 0 { params.commit_ms_per_token } else { ms_per_token };
    Terms {
        who: Who { refund_to: who.clone(), requester: who, output_to: body.output_to.clone() },
        work: Work {
            model: body.model.clone(),
            echelon: body.echelon.clone(),
            input_hash: body.input_hash.clone(),
            params_hash: body.params_hash.clone(),
            input_tokens: body.input_tokens,
            max_output_tokens: body.max_output_tokens,
        },
        money,
        action: None,
        epoch: clock.epoch,
        list_epoch: place.market.list_epoch,
        serving: place.market.serving,
        n,
        params_version: clock.params_version,
        commit_seconds: commit_seconds(params.commit_base_seconds, tokens, ms_per_token),
        submitted_at: clock.now(),
        expires_at: clock.now() + params.expiry_seconds,
    }
}

/// The panel the caller asks for, once everything else about the body is in order.
fn check(body: &RequestBody) -> Result<Option<u32>> {
    let refuse = |what| Err(ContractError::NotInThisVersion { what });
    let asked = match body.consensus {
        Consensus::Sampling { n } => n,
        Consensus::CrossValidation {} => return refuse("cross_validation"),
    };
    if body.payload.is_some() {
        return refuse("payload");
    }
    if body.callback.is_some() {
        return refuse("callback");
    }
    if body.authenticator.is_some() {
        return refuse("authenticator");
    }
    if !body.context.is_empty() {
        return refuse("context");
    }
    if body.min_assurance.is_some() {
        return refuse("min_assurance");
    }
    limits::length("input_hash", &body.input_hash, 32)?;
    limits::length("params_hash", &body.params_hash, 32)?;
    limits::text("output_to", &body.output_to)?;
    limits::size("max_fee", body.max_fee.u128(), limits::AMOUNT_MAX)?;
    limits::size("value_at_risk", body.value_at_risk.u128(), limits::AMOUNT_MAX)?;
    if body.input_tokens == 0 || body.max_output_tokens == 0 {
        return Err(ContractError::ZeroTokens);
    }
    Ok(asked)
}

fn place(deps: Deps, requester: Option<&Addr>, body: &RequestBody) -> Result<Place> {
    let model = load_model(deps.storage, &body.model)?;
    if model.state != ModelState::Available {
        return Err(ContractError::ModelUnavailable { model: body.model.clone() });
    }
    let echelon = load_echelon(deps.storage, &body.echelon)?;
    let key = market_key(&body.model, &body.echelon);
    let closed = || ContractError::MarketClosed { model: body.model.clone() };
    let market = MARKETS.may_load(deps.storage, &key)?.ok_or_else(closed)?;
    let price = market.price.filter(|_| !market.closed).ok_or_else(closed)?;
    let mut owners = market.serving_owners;
    if let Some(requester) = requester {
        let standing =
            STANDINGS.may_load(deps.storage, (key.as_slice(), requester))?.unwrap_or_default();
        owners -= u32::from(standing.listed_epoch == Some(market.list_epoch));
    }
    Ok(Place { model, echelon, market, price, owners })
}

fn panel(
    params: &Params,
    place: &Place,
    body: &RequestBody,
    of: (u64, Option<u32>),
) -> Result<u32> {
    let (tokens, requested) = of;
    let fee_max = fee_ceil(tokens, place.price)?;
    Ok(panel_size(&SamplingInputs {
        eligible: place.owners,
        capture_bps: params.adversary_share_bps,
        max_draws: params.max_draws,
        at_risk: fee_max + body.value_at_risk.u128(),
        risk_budget: params.risk_budget,
        sampling_min: params.sampling_min,
        requested,
    })?)
}
