use cosmwasm_std::{Deps, HexBinary, Order};
use cw_storage_plus::Bound;

use super::page;
use crate::error::{ContractError, Result};
use crate::events::{amount, bytes, id};
use crate::msg::{EchelonAnswer, MarketAnswer, ModelAnswer};
use crate::state::market::{
    load_echelon, load_model, market_key, Echelon, Model, ModelFacts, ECHELONS, MARKETS, MODELS, MODEL_FACTS,
};
use crate::state::CLOCK;

pub fn model(deps: Deps, model_id: String) -> Result<ModelAnswer> {
    let model = load_model(deps.storage, &model_id)?;
    let facts = MODEL_FACTS.load(deps.storage, &model_id)?;
    Ok(shown_model(model_id, model, facts))
}

pub fn models(deps: Deps, after: Option<String>, limit: Option<u32>) -> Result<Vec<ModelAnswer>> {
    let after = after.as_deref().map(Bound::exclusive);
    let rows = MODELS.range(deps.storage, after, None, Order::Ascending).take(page(limit));
    let read = |row: cosmwasm_std::StdResult<(String, Model)>| {
        let (model_id, model) = row?;
        let facts = MODEL_FACTS.load(deps.storage, &model_id)?;
        Ok(shown_model(model_id, model, facts))
    };
    rows.map(read).collect()
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

pub fn echelons(deps: Deps, after: Option<HexBinary>, limit: Option<u32>) -> Result<Vec<EchelonAnswer>> {
    let after = after.as_ref().map(|after| Bound::exclusive(after.as_slice()));
    let rows = ECHELONS.range(deps.storage, after, None, Order::Ascending).take(page(limit));
    rows.map(|row| row.map(|(key, echelon)| shown_echelon(bytes(key), echelon)).map_err(Into::into)).collect()
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
    let market = found.ok_or_else(|| ContractError::NotFound { what: "market", id: model.clone() })?;
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
