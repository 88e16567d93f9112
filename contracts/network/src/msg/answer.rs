//! What queries answer.

use atoma_core::params::Params;
use cosmwasm_std::{Binary, HexBinary, Uint128, Uint64};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Beacon, Descriptor, ModelFile};
use crate::state::market::ModelState;
use crate::state::request::{Stage, State};

macro_rules! answers {
    ($($item:item)*) => {$(
        #[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
        $item
    )*};
}

answers! {
    pub struct ConfigAnswer {
        pub beacon: Beacon,
        pub denom: String,
        pub genesis: Uint64,
        pub governance: String,
        pub migration: Option<MigrationAnswer>,
        pub treasury: String,
    }

    pub struct MigrationAnswer {
        pub at: Uint64,
        pub checksum: HexBinary,
        pub code_id: Uint64,
    }

    pub struct ParamsAnswer {
        pub announced: Option<Params>,
        /// Contract time from which `announced` holds.
        pub announced_at: Option<Uint64>,
        pub params: Params,
        pub version: u32,
    }

    pub struct HeadAnswer {
        pub head: HexBinary,
        pub seq: Uint64,
    }

    /// As of the last block in which the contract ran.
    pub struct ClockAnswer {
        pub block_time: Uint64,
        pub contract_time: Uint64,
        pub epoch: Uint64,
        pub height: Uint64,
        pub lost_total: Uint64,
        pub paused: bool,
    }

    pub struct BeaconAnswer {
        pub randomness: Option<HexBinary>,
        pub round: Uint64,
    }

    pub struct FenceAnswer {
        pub term: Option<Uint64>,
    }

    pub struct ConservationAnswer {
        pub accounted: Uint128,
        pub balances: Uint128,
        pub bank: Uint128,
        pub burned: Uint128,
        pub collateral: Uint128,
        pub escrows: Uint128,
        pub pools: PoolsAnswer,
        pub unclaimed: Uint128,
    }

    pub struct PoolsAnswer {
        pub deposits: Uint128,
        pub reserve: Uint128,
        pub treasury: Uint128,
    }

    pub struct BalanceAnswer {
        pub address: String,
        pub balance: Uint128,
    }

    pub struct NonceAnswer {
        pub next: Uint64,
    }

    pub struct TicketAnswer {
        pub barred_epoch: Option<Uint64>,
        pub beacon_key: Binary,
        pub claimable: Uint128,
        pub collateral: Uint128,
        pub echelon: Option<HexBinary>,
        pub locked: Uint128,
        pub open: u32,
        pub owner: String,
        pub sealing_key: Binary,
        /// `active`, `closing` or `withdrawn`.
        pub state: String,
        pub subscriptions: Vec<SubscriptionAnswer>,
        pub ticket: Uint64,
        /// Fees owed, those of the running epoch included.
        pub unclaimed: Uint128,
        pub work_key: Binary,
    }

    pub struct SubscriptionAnswer {
        pub from_epoch: Uint64,
        pub model: String,
    }

    pub struct ModelAnswer {
        pub architecture: String,
        pub chunk_size: u32,
        pub context_limit: u32,
        pub deposit: Uint128,
        pub files: Vec<ModelFile>,
        pub metadata_uri: String,
        pub model: String,
        pub objections_until: Uint64,
        pub owner: String,
        pub owner_fee_bps: u32,
        pub state: ModelState,
        pub subscribed_owners: u32,
        pub template_hash: HexBinary,
        pub tokenizer_hash: HexBinary,
        pub unit: String,
        pub weights_root: HexBinary,
    }

    pub struct EchelonAnswer {
        pub collateral: Uint128,
        pub descriptor: Descriptor,
        pub echelon: HexBinary,
        pub reserve_price: Uint128,
    }

    pub struct MarketAnswer {
        pub bidders: u32,
        pub cleared_epoch: Option<Uint64>,
        pub closed: bool,
        /// Whether `clear` would do something now.
        pub due: bool,
        pub echelon: HexBinary,
        pub list_epoch: Uint64,
        pub model: String,
        pub owners: u32,
        pub price: Option<Uint128>,
        pub serving: u32,
        pub serving_owners: u32,
    }

    pub struct RequestAnswer {
        pub charge_max: Uint128,
        /// `reveal_by` or `challenge_until`, by state.
        pub deadline: Option<Uint64>,
        pub draws: u32,
        pub echelon: HexBinary,
        pub epoch: Uint64,
        pub expires_at: Uint64,
        pub fixed_height: Uint64,
        pub input_hash: HexBinary,
        pub input_tokens: u32,
        pub list_epoch: Uint64,
        pub max_fee: Uint128,
        pub max_output_tokens: u32,
        pub model: String,
        pub n: u32,
        pub output_to: String,
        pub params_hash: HexBinary,
        pub price: Uint128,
        pub refund_to: String,
        pub request: Uint64,
        pub requester: String,
        pub slice: Uint128,
        pub slots: Vec<SlotAnswer>,
        pub state: State,
        pub value_at_risk: Uint128,
    }

    pub struct SlotAnswer {
        pub attempt: u32,
        pub commitment: Option<HexBinary>,
        pub leaf: Option<HexBinary>,
        pub output_tokens: Option<u32>,
        pub owner: String,
        pub root: Option<HexBinary>,
        pub slot: u32,
        pub stage: Stage,
        pub ticket: Uint64,
        /// `accept_by`, `commit_by`, or the end of the search for a vacant slot, by stage.
        pub until: Uint64,
    }

    /// What the request would be pinned to now.
    pub struct QuoteAnswer {
        pub charge_max: Uint128,
        pub commit_seconds: Uint64,
        pub dispatch_fee: Uint128,
        pub epoch: Uint64,
        pub list_epoch: Uint64,
        pub n: u32,
        pub price: Uint128,
        pub slice: Uint128,
    }
}
