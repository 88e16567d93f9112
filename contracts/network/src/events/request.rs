//! The life of a request.

use cosmwasm_std::{HexBinary, Uint128, Uint64};
use schemars::JsonSchema;
use serde::Serialize;

use super::facts;

#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct AssignedSlot {
    pub attempt: u32,
    pub owner: String,
    pub slot: u32,
    pub ticket: Uint64,
}

facts! {
    Submitted = "request.submitted.v1" {
        action: Option<HexBinary>,
        charge_max: Uint128,
        consensus: String,
        dispatch_fee: Uint128,
        echelon: HexBinary,
        epoch: Uint64,
        expires_at: Uint64,
        fixed_height: Uint64,
        input_hash: HexBinary,
        input_tokens: u32,
        list_epoch: Uint64,
        max_fee: Uint128,
        max_output_tokens: u32,
        model: String,
        n: u32,
        output_to: String,
        params_hash: HexBinary,
        price: Uint128,
        refund_to: String,
        request: Uint64,
        requester: String,
        slice: Uint128,
        value_at_risk: Uint128,
    }
    Assigned = "request.assigned.v1" { accept_by: Uint64, request: Uint64, round: Uint64, slots: Vec<AssignedSlot> }
    InputAccepted = "input.accepted.v1" { attempt: u32, commit_by: Uint64, request: Uint64, slot: u32, ticket: Uint64 }
    SlotVacated = "slot.vacated.v1" {
        attempt: u32,
        fixed_height: Uint64,
        reason: String,
        request: Uint64,
        slot: u32,
        ticket: Uint64,
    }
    Committed = "commitment.made.v1" {
        attempt: u32,
        commitment: HexBinary,
        request: Uint64,
        slot: u32,
        ticket: Uint64,
    }
    AllCommitted = "request.committed.v1" { request: Uint64, reveal_by: Uint64 }
    Revealed = "commitment.revealed.v1" {
        evidence_root: HexBinary,
        finish_reason: u8,
        leaf: HexBinary,
        output_tokens: u32,
        request: Uint64,
        root: HexBinary,
        salt: HexBinary,
        slot: u32,
        ticket: Uint64,
    }
    Agreed = "request.agreed.v1" {
        challenge_until: Uint64,
        charge: Uint128,
        finish_reason: u8,
        output_tokens: u32,
        request: Uint64,
        root: HexBinary,
    }
    Settled = "request.settled.v1" {
        burned: Uint128,
        epoch: Uint64,
        fee: Uint128,
        finish_reason: u8,
        output_tokens: u32,
        owner_fee: Uint128,
        refund: Uint128,
        request: Uint64,
        root: HexBinary,
        tickets: Vec<Uint64>,
        treasury: Uint128,
    }
    Refunded = "request.refunded.v1" { reason: String, refund: Uint128, request: Uint64, treasury: Uint128 }
    Disputed = "request.disputed.v1" {
        reason: String,
        refund: Uint128,
        request: Uint64,
        tickets: Vec<Uint64>,
        treasury: Uint128,
    }
}
