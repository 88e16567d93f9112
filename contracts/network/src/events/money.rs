//! Balances, pools, fees.

use cosmwasm_std::{Uint128, Uint64};

use super::facts;

facts! {
    Credited = "balance.credited.v1" {
        address: String,
        amount: Uint128,
        balance: Uint128,
        reason: String,
        request: Option<Uint64>,
        ticket: Option<Uint64>,
    }
    Debited = "balance.debited.v1" {
        address: String,
        amount: Uint128,
        balance: Uint128,
        reason: String,
        request: Option<Uint64>,
        ticket: Option<Uint64>,
    }
    PoolChanged = "pool.changed.v1" { amount: Uint128, pool: String, reason: String, total: Uint128 }
    FeeAccrued = "fee.accrued.v1" { amount: Uint128, epoch: Uint64, request: Uint64, ticket: Uint64, unclaimed: Uint128 }
    FeeClaimed = "fee.claimed.v1" { amount: Uint128, owner: String, through_epoch: Uint64, ticket: Uint64 }
}
