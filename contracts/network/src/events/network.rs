//! The network itself: time, beacon, parameters, migration, fences, actions.

use atoma_core::params::Params;
use cosmwasm_std::{HexBinary, Uint128, Uint64};
use schemars::JsonSchema;
use serde::Serialize;

use super::facts;

#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct BeaconBody {
    pub genesis: Uint64,
    pub period: Uint64,
    pub public_key: HexBinary,
}

facts! {
    Instantiated = "network.instantiated.v1" {
        beacon: BeaconBody,
        chain_id: String,
        contract: String,
        denom: String,
        genesis: Uint64,
        governance: String,
        params: Params,
        reserve: Uint128,
        treasury: String,
    }
    ParamsAnnounced = "params.announced.v1" { effective_at: Uint64, params: Params }
    ParamsChanged = "params.changed.v1" { params: Params, version: u32 }
    MigrationAnnounced = "migration.announced.v1" { checksum: HexBinary, code_id: Uint64, effective_at: Uint64 }
    MigrationApplied = "migration.applied.v1" { checksum: HexBinary, code_id: Uint64 }
    Paused = "network.paused.v1" { paused: bool }
    Halted = "clock.halted.v1" { lost: Uint64, lost_total: Uint64 }
    EpochStarted = "epoch.started.v1" { epoch: Uint64, starts_at: Uint64 }
    RoundFixed = "round.fixed.v1" { height: Uint64, round: Uint64 }
    BeaconVerified = "beacon.verified.v1" { randomness: HexBinary, round: Uint64 }
    FenceRaised = "fence.raised.v1" { lane: String, poster: String, term: Uint64 }
    ActionAccepted = "action.accepted.v1" { digest: HexBinary, index: u32, kind: String, signer: String }
    ActionRefused = "action.refused.v1" { code: String, digest: HexBinary, index: u32, signer: String }
}
