//! The wire: messages, signed actions and queries, as `docs/interfaces.md` sections 3 to 5 have them.

mod action;
mod answer;
mod query;

pub use action::{Reveal, SignedAction, Signer, WalletAction, WorkAction};
pub use answer::*;
pub use query::QueryMsg;

use atoma_core::params::Params;
use cosmwasm_std::{Binary, HexBinary, Uint128, Uint64};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Derives of everything that is read from JSON; unknown fields are refused.
macro_rules! wire {
    ($($item:item)*) => {$(
        #[derive(serde::Serialize, serde::Deserialize, Clone, Debug, PartialEq, Eq, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        $item
    )*};
}
pub(crate) use wire;

wire! {
    /// The beacon's scheme is drand's bls-unchained-g1-rfc9380.
    pub struct Beacon {
        pub genesis: Uint64,
        /// Seconds between rounds.
        pub period: Uint64,
        /// Compressed point on G2, 96 bytes.
        pub public_key: Binary,
    }

    /// Coins sent along (in `denom`) become the emission reserve.
    pub struct InstantiateMsg {
        pub beacon: Beacon,
        pub denom: String,
        pub governance: String,
        pub params: Params,
        pub treasury: String,
    }

    pub struct MigrateMsg {}

    pub struct Fence {
        pub lane: String,
        pub term: Uint64,
    }

    pub struct RequestBody {
        #[serde(default)]
        pub authenticator: Option<String>,
        #[serde(default)]
        pub callback: Option<Callback>,
        pub consensus: Consensus,
        #[serde(default)]
        pub context: Vec<Context>,
        pub echelon: HexBinary,
        pub input_hash: Binary,
        pub input_tokens: u32,
        pub max_fee: Uint128,
        pub max_output_tokens: u32,
        #[serde(default)]
        pub min_assurance: Option<String>,
        pub model: String,
        pub output_to: String,
        pub params_hash: Binary,
        #[serde(default)]
        pub payload: Option<Binary>,
        #[serde(default)]
        pub refund_to: Option<String>,
        pub value_at_risk: Uint128,
    }

    pub enum Consensus {
        /// `n` absent: the smallest panel that the value at risk allows.
        Sampling { n: Option<u32> },
        CrossValidation {},
    }

    pub struct Callback {
        pub gas_limit: Uint64,
    }

    pub struct Context {
        pub kind: String,
        pub statement: Binary,
        pub verifier: String,
    }

    pub struct RegisterModel {
        pub architecture: String,
        pub chunk_size: u32,
        pub context_limit: u32,
        pub files: Vec<ModelFile>,
        pub id: String,
        pub metadata_uri: String,
        pub owner_fee_bps: u32,
        pub template_hash: Binary,
        pub tokenizer_hash: Binary,
        pub unit: String,
        pub weights_root: Binary,
    }

    pub enum ExecuteMsg {
        Deposit {},
        Withdraw { amount: Uint128 },
        RegisterEchelon { descriptor: Descriptor, collateral: Uint128, reserve_price: Uint128 },
        RegisterModel(RegisterModel),
        RegisterNode { work_key: Binary, sealing_key: Binary, beacon_key: Binary, collateral: Uint128 },
        TopUp { ticket: Uint64, amount: Uint128 },
        Deregister { ticket: Uint64 },
        WithdrawCollateral { ticket: Uint64 },
        RotateKey { ticket: Uint64, work_key: Option<Binary>, sealing_key: Option<Binary> },
        Subscribe { ticket: Uint64, model: String, echelon: HexBinary },
        Unsubscribe { ticket: Uint64, model: String },
        Bid { ticket: Uint64, model: String, price: Uint128 },
        Request(Box<RequestBody>),
        Claim { ticket: Uint64 },
        Fence(Fence),
        AnnounceMigration { code_id: Uint64, checksum: HexBinary },
        MigrateNow {},
        SetParams { params: Box<Params> },
        Pause { paused: bool },
        Tick {},
        SubmitBeacon { round: Uint64, signature: Binary },
        Clear { model: String, echelon: HexBinary, limit: u32 },
        Draw { requests: Vec<Uint64> },
        Poke { #[serde(default)] requests: Vec<Uint64>, #[serde(default)] models: Vec<String> },
        SubmitBatch { #[serde(default)] fence: Option<Fence>, actions: Vec<SignedAction> },
    }
}

/// What a node of an echelon must be. Fields in alphabetical order: its JSON is canonical and its hash the echelon's id.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    pub driver_major: u32,
    /// Digest of the engine's image or build, as the engine names it.
    pub engine: String,
    pub gpu_count: u32,
    pub gpu_memory_mb: u32,
    pub gpu_model: String,
    pub kernel_family: String,
    /// Milliseconds a token may take; sets the commit deadline.
    pub ms_per_token: u32,
    pub quantisation: String,
    /// Cost of 1,000,000 tokens in the native denom.
    pub reference_cost: Uint128,
    pub seed_rule: String,
    pub tensor_parallel: u32,
    /// `exact` in this version.
    pub verification: String,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    pub path: String,
    pub size: Uint64,
}
