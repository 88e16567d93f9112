//! Echelons, models, and the markets between them.

use atoma_core::market::{Range, Rolling};
use cosmwasm_std::{Addr, Binary, HexBinary, StdResult, Storage};
use serde::{Deserialize, Serialize};

use crate::error::{ContractError, Result};
use crate::limits;
use crate::msg::{Descriptor, ModelFile};
use crate::store::{number_of, Map};

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Echelon {
    pub descriptor: Descriptor,
    pub collateral: u128,
    pub reserve_price: u128,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    Proposed,
    Validated,
    Available,
}

/// What requests and cranks need of a model; written with each subscription.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Model {
    pub owner: Addr,
    pub state: ModelState,
    pub objections_until: u64,
    pub owner_fee_bps: u32,
    pub context_limit: u32,
    /// Distinct owners with a subscribed ticket.
    pub owners: u32,
}

/// What the registration said, never written again.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct ModelFacts {
    pub architecture: String,
    pub chunk_size: u32,
    pub deposit: u128,
    pub files: Vec<ModelFile>,
    pub metadata_uri: String,
    pub template_hash: Binary,
    pub tokenizer_hash: Binary,
    pub unit: String,
    pub weights_root: Binary,
}

#[derive(Serialize, Deserialize, Clone, Debug, Default)]
pub struct Market {
    pub price: Option<u128>,
    /// The list that requests are drawn from.
    pub list_epoch: u64,
    pub serving: u32,
    /// Distinct owners on the list.
    pub serving_owners: u32,
    pub closed: bool,
    pub bidders: Rolling,
    pub owners: Rolling,
    /// Whether a request ever settled here: from then on prices move by steps.
    pub settled: bool,
    pub cleared_epoch: Option<u64>,
    /// First and last epoch in which a clearing would see something new.
    pub changed: Option<(u64, u64)>,
    pub clearing: Option<Clearing>,
}

impl Market {
    /// Notes a change that a clearing sees from `epoch` on.
    pub fn change(&mut self, epoch: u64) {
        let reading = self.clearing.as_ref().map(|clearing| clearing.epoch);
        let seen = self.cleared_epoch.max(reading);
        let epoch = if seen.is_some_and(|seen| seen >= epoch) { epoch + 1 } else { epoch };
        self.changed = Some(match self.changed {
            Some((first, last)) => (first.min(epoch), last.max(epoch)),
            None => (epoch, epoch),
        });
    }

    pub fn due(&self, epoch: u64) -> bool {
        self.clearing.is_some()
            || (self.changed.is_some_and(|(first, _)| first <= epoch)
                && self.cleared_epoch.is_none_or(|cleared| cleared < epoch))
    }
}

/// A clearing in progress.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Clearing {
    pub epoch: u64,
    pub bidders: u32,
    pub owners: u32,
    pub places: u32,
    pub range: Range,
    pub listed: u32,
    pub listed_owners: u32,
    /// Index key of the last bid seen.
    pub cursor: Option<Binary>,
}

/// A ticket's bid: the one in force and the one that replaces it from `from_epoch`.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Bid {
    pub price: u128,
    pub from_epoch: u64,
    pub before: Option<(u128, u64)>,
    pub first_epoch: u64,
}

/// An entry of the ordered index; in force in epochs `from`..`until`.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Indexed {
    pub from: u64,
    pub until: u64,
    pub owner: Addr,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Listed {
    pub ticket: u64,
    pub owner: Addr,
    pub bid: u128,
}

/// An owner's standing in a market.
#[derive(Serialize, Deserialize, Clone, Debug, Default)]
pub struct Standing {
    pub bids: Rolling,
    /// The last list that holds one of this owner's tickets.
    pub listed_epoch: Option<u64>,
}

pub const ECHELONS: Map<Echelon> = Map::new("echelon");
pub const MODELS: Map<Model> = Map::new("model");
pub const MODEL_FACTS: Map<ModelFacts> = Map::new("model_facts");
/// (model, owner) -> subscribed tickets.
pub const MODEL_OWNERS: Map<u32> = Map::new("model_owner");
pub const MARKETS: Map<Market> = Map::new("market");
/// (market, ticket) -> bid.
pub const BIDS: Map<Bid> = Map::new("bid");
/// (market, price and ticket) in the order of clearing.
pub const BID_INDEX: Map<Indexed> = Map::new("bid_index");
/// (market, epoch and index) -> entry of a frozen list.
pub const LISTS: Map<Listed> = Map::new("list");
pub const STANDINGS: Map<Standing> = Map::new("standing");
/// (market, ticket, height left) -> height rejoined, 0 while gone. Who left before a thing was fixed is skipped by
/// its draw, for ever: leaving and rejoining later changes no draw whose randomness may be known.
pub const DEPARTURES: Map<u64> = Map::new("departure");

/// Key of the market of a model in an echelon.
pub fn market_key(model: &str, echelon: &HexBinary) -> Vec<u8> {
    [echelon.as_slice(), model.as_bytes()].concat()
}

/// Key that orders bids by price, then by ticket.
pub fn bid_key(price: u128, ticket: u64) -> Vec<u8> {
    [price.to_be_bytes().as_slice(), ticket.to_be_bytes().as_slice()].concat()
}

/// The price and the ticket of an index key.
pub fn bid_of_key(key: &[u8]) -> Option<(u128, u64)> {
    let (price, ticket) = key.split_at_checked(16)?;
    Some((u128::from_be_bytes(price.try_into().ok()?), u64::from_be_bytes(ticket.try_into().ok()?)))
}

/// Whether the ticket was gone from the market at a height.
pub fn gone_at(storage: &dyn Storage, market: &[u8], ticket: u64, height: u64) -> StdResult<bool> {
    let end = (height + 1).to_be_bytes();
    let last = DEPARTURES.prefix((market, ticket)).last(storage, Some(&end))?;
    Ok(last.is_some_and(|(_, rejoined)| rejoined == 0 || rejoined > height))
}

/// Closes the last departure, if there is an open one.
pub fn rejoin(storage: &mut dyn Storage, market: &[u8], ticket: u64, height: u64) -> StdResult<()> {
    if let Some((left, 0)) = DEPARTURES.prefix((market, ticket)).last(storage, None)? {
        DEPARTURES.save(storage, (market, ticket, number_of(&left)?), &height)?;
    }
    Ok(())
}

pub fn load_model(storage: &dyn Storage, id: &str) -> Result<Model> {
    if !limits::is_model_id(id) {
        return Err(ContractError::MalformedModelId);
    }
    MODELS
        .may_load(storage, id)?
        .ok_or_else(|| ContractError::NotFound { what: "model", id: id.to_string() })
}

pub fn load_echelon(storage: &dyn Storage, id: &HexBinary) -> Result<Echelon> {
    limits::size_of("echelon", id.len(), 32)?;
    let found = ECHELONS.may_load(storage, id.as_slice())?;
    found.ok_or_else(|| ContractError::NotFound { what: "echelon", id: id.to_hex() })
}
