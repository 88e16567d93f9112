//! Echelons, models, bids, clearings.

use cosmwasm_std::{HexBinary, Uint128, Uint64};
use schemars::JsonSchema;
use serde::Serialize;

use super::facts;
use crate::msg::{Descriptor, ModelFile};

#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct Serving {
    pub bid: Uint128,
    pub index: u32,
    pub owner: String,
    pub ticket: Uint64,
}

facts! {
    EchelonRegistered = "echelon.registered.v1" {
        collateral: Uint128,
        descriptor: Descriptor,
        echelon: HexBinary,
        reserve_price: Uint128,
    }
    ModelRegistered = "model.registered.v1" {
        architecture: String,
        chunk_size: u32,
        context_limit: u32,
        deposit: Uint128,
        files: Vec<ModelFile>,
        metadata_uri: String,
        model: String,
        objections_until: Uint64,
        owner: String,
        owner_fee_bps: u32,
        template_hash: HexBinary,
        tokenizer_hash: HexBinary,
        unit: String,
        weights_root: HexBinary,
    }
    ModelValidated = "model.validated.v1" { model: String }
    ModelAvailable = "model.available.v1" { model: String }
    BidPlaced = "bid.placed.v1" { echelon: HexBinary, from_epoch: Uint64, model: String, price: Uint128, ticket: Uint64 }
    MarketListed = "market.listed.v1" {
        echelon: HexBinary,
        epoch: Uint64,
        first: u32,
        model: String,
        serving: Vec<Serving>,
    }
    MarketCleared = "market.cleared.v1" {
        bidders: u32,
        closed: bool,
        echelon: HexBinary,
        epoch: Uint64,
        model: String,
        owners: u32,
        price: Uint128,
        serving: u32,
    }
}
