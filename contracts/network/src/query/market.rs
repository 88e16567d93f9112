use cosmwasm_std::{Deps, HexBinary};

use super::page;
use crate::error::{ContractError, Result};
use crate::events::{amount, bytes, id};
use crate::msg::{EchelonAnswer, MarketAnswer, ModelAnswer};
use crate::state::market::{
    load_echelon, load_model, market_key, Echelon, Model, ModelFacts, ECHELONS, MARKETS, MODELS,
    MODEL_FACTS,
};
use crate::state::CLOCK;
use crate::store::text_of;

pub fn model(deps: Deps, model_id: String) -> Result<ModelAnswer> {
    let model = load_model(deps.storage, &model_id)?;
    let facts = MODEL_FACTS.load(deps.storage, &model_id)?;
    Ok(shown_model(model_id, model, facts))
}

pub fn models(deps: Deps, after: Option<String>, limit: Option<u32>) -> Result<Vec<ModelAnswer>> {
    let rows = MODELS.all().ascending(deps.storage, after.as_deref().map(str::as_bytes));
    rows.take(page(limit))
        .map(|row| {
            let (key, model) = row?;
            let model_id = text_of(key)?;
            let facts = MODEL_FACTS.load(deps.storage, model_id.as_str())?;
            Ok(shown_model(model_id, model, facts))
        })
        .collect()
}

fn shown_model(model_id: String, model: Model, facts: ModelFacts) -> ModelAnswer {
    ModelAnswer {
        architecture: facts.architecture,
        chunk_size: facts.chunk_size,
        context_limit: model.context_limit,
        deposit: amount(facts.deposit),
        files: facts.files,
        metadata_uri: facts.metadata_uri,
        model: model_id,
        objections_until: id(model.objections_until),
        owner: model.owner.to_string(),
        owner_fee_bps: model.owner_fee_bps,
        state: model.state,
        subscribed_owners: model.owners,
        template_hash: bytes(&facts.template_hash),
        tokenizer_hash: bytes(&facts.tokenizer_hash),
        unit: facts.unit,
        weights_root: bytes(&facts.weights_root),
    }
}

pub fn echelon(deps: Deps, echelon_id: &HexBinary) -> Result<EchelonAnswer> {
    Ok(shown_echelon(echelon_id.clone(), load_echelon(deps.storage, echelon_id)?))
}

pub fn echelons(
    deps: Deps,
    after: Option<HexBinary>,
    limit: Option<u32>,
) -> Result<Vec<EchelonAnswer>> {
    let rows = ECHELONS.all().ascending(deps.storage, after.as_ref().map(HexBinary::as_slice));
    rows.take(page(limit))
        .map(|row| row.map(|(key, echelon)| shown_echelon(bytes(key), echelon)).map_err(Into::into))
        .collect()
}

fn shown_echelon(echelon_id: HexBinary, echelon: Echelon) -> EchelonAnswer {
    EchelonAnswer {
        collateral: amount(echelon.collateral),
        descriptor: echelon.descriptor,
        echelon: echelon_id,
        reserve_price: amount(echelon.reserve_price),
    }
}

pub fn market(deps: Deps, model: String, echelon: HexBinary) -> Result<MarketAnswer> {
    let epoch = CLOCK.load(deps.storage)?.epoch;
    let found = MARKETS.may_load(deps.storage, &market_key(&model, &echelon))?;
    let market =
        found.ok_or_else(|| ContractError::NotFound { what: "market", id: model.clone() })?;
    Ok(MarketAnswer {
        bidders: market.bidders.at(epoch).now,
        cleared_epoch: market.cleared_epoch.map(id),
        closed: market.closed || market.price.is_none(),
        due: market.due(epoch),
        echelon,
        list_epoch: id(market.list_epoch),
        model,
        owners: market.owners.at(epoch).now,
        price: market.price.map(amount),
        serving: market.serving,
        serving_owners: market.serving_owners,
    })
}
