//! What the contract keeps. Few packed values: a storage write is the cost of a message.

pub mod market;
pub mod request;
pub mod ticket;

use atoma_core::ledger::Totals;
use atoma_core::nonce::Nonces;
use atoma_core::params::Params;
use cosmwasm_std::{Addr, Binary, HexBinary};
use serde::{Deserialize, Serialize};

use crate::store::{Item, Map};

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Config {
    pub beacon_genesis: u64,
    pub beacon_period: u64,
    pub beacon_key: Binary,
    /// Canonical address of this contract, bound into every preimage.
    pub contract: Binary,
    pub denom: String,
    pub genesis: u64,
    pub governance: Addr,
    pub treasury: Addr,
}

/// The last block in which the contract ran, and what stands since then.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    pub height: u64,
    pub time: u64,
    pub lost_total: u64,
    /// Whether something at `height` waits for its round.
    pub fixed: bool,
    pub epoch: u64,
    pub params_version: u32,
    /// Contract time from which the announced parameters hold.
    pub params_at: Option<u64>,
    pub paused: bool,
}

impl Clock {
    /// Block time without the time that halts took.
    pub fn now(&self) -> u64 {
        self.time.saturating_sub(self.lost_total)
    }
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Migration {
    pub code_id: u64,
    pub checksum: HexBinary,
    pub at: u64,
}

pub const CONFIG: Item<Config> = Item::new("config");
pub const CLOCK: Item<Clock> = Item::new("clock");
pub const TOTALS: Item<Totals> = Item::new("totals");
pub const PARAMS: Map<Params> = Map::new("params");
pub const PARAMS_ANNOUNCED: Item<Params> = Item::new("params_announced");
pub const MIGRATION: Item<Migration> = Item::new("migration");
/// Height -> round that things fixed there take.
pub const ROUNDS: Map<u64> = Map::new("round");
/// Round -> randomness.
pub const BEACONS: Map<Binary> = Map::new("beacon");
pub const BALANCES: Map<u128> = Map::new("balance");
pub const NONCES: Map<Nonces> = Map::new("nonce");
/// (poster, lane) -> highest term.
pub const FENCES: Map<u64> = Map::new("fence");
