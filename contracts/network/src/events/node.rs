//! Tickets: registration, keys, collateral, slices, slashes.

use cosmwasm_std::{HexBinary, Uint128, Uint64};

use super::facts;

facts! {
    Registered = "node.registered.v1" {
        beacon_key: HexBinary,
        collateral: Uint128,
        owner: String,
        sealing_key: HexBinary,
        ticket: Uint64,
        work_key: HexBinary,
    }
    ToppedUp = "node.topped_up.v1" { amount: Uint128, collateral: Uint128, ticket: Uint64 }
    KeyRotated = "node.key_rotated.v1" { sealing_key: HexBinary, ticket: Uint64, work_key: HexBinary }
    Deregistered = "node.deregistered.v1" { exit_at: Uint64, exit_epoch: Uint64, ticket: Uint64 }
    Withdrawn = "node.withdrawn.v1" { amount: Uint128, collateral: Uint128, owner: String, ticket: Uint64 }
    Subscribed = "node.subscribed.v1" { echelon: HexBinary, from_epoch: Uint64, model: String, ticket: Uint64 }
    Unsubscribed = "node.unsubscribed.v1" { echelon: HexBinary, model: String, ticket: Uint64 }
    SliceLocked = "slice.locked.v1" { amount: Uint128, locked: Uint128, request: Uint64, ticket: Uint64 }
    SliceReleased = "slice.released.v1" { amount: Uint128, locked: Uint128, request: Uint64, ticket: Uint64 }
    /// `amount` = `burned` + `nodes` + `treasury` + `user`.
    Slashed = "node.slashed.v1" {
        amount: Uint128,
        burned: Uint128,
        collateral: Uint128,
        kind: String,
        nodes: Uint128,
        request: Uint64,
        ticket: Uint64,
        treasury: Uint128,
        user: Uint128,
    }
    Missed = "node.missed.v1" { epoch: Uint64, misses: u32, request: Uint64, ticket: Uint64 }
}
