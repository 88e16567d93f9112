use cosmwasm_std::{Deps, Env, StdError, Uint128};

use super::page;
use crate::error::Result;
use crate::events::{amount, id};
use crate::msg::{BalanceAnswer, ConservationAnswer, NonceAnswer, PoolsAnswer};
use crate::state::{BALANCES, CONFIG, NONCES, TOTALS};
use crate::store::text_of;

/// `bank` >= `accounted` always; the difference is what strangers sent in.
pub fn conservation(deps: Deps, env: &Env) -> Result<ConservationAnswer> {
    let totals = TOTALS.load(deps.storage)?;
    let denom = CONFIG.load(deps.storage)?.denom;
    let held = deps.querier.query_balance(&env.contract.address, denom)?.amount;
    Ok(ConservationAnswer {
        accounted: amount(totals.accounted()),
        balances: amount(totals.balances),
        bank: Uint128::try_from(held).map_err(StdError::from)?,
        burned: amount(totals.burned),
        collateral: amount(totals.collateral),
        escrows: amount(totals.escrows),
        pools: PoolsAnswer {
            deposits: amount(totals.deposits),
            reserve: amount(totals.reserve),
            treasury: amount(totals.treasury),
        },
        unclaimed: amount(totals.unclaimed),
    })
}

pub fn balance(deps: Deps, address: String) -> Result<BalanceAnswer> {
    let owner = deps.api.addr_validate(&address)?;
    let balance = BALANCES.may_load(deps.storage, &owner)?.unwrap_or_default();
    Ok(BalanceAnswer { address, balance: amount(balance) })
}

pub fn balances(
    deps: Deps,
    after: Option<String>,
    limit: Option<u32>,
) -> Result<Vec<BalanceAnswer>> {
    let rows = BALANCES.all().ascending(deps.storage, after.as_deref().map(str::as_bytes));
    rows.take(page(limit))
        .map(|row| {
            let (address, balance) = row?;
            Ok(BalanceAnswer { address: text_of(address)?, balance: amount(balance) })
        })
        .collect()
}

pub fn nonce(deps: Deps, address: &str) -> Result<NonceAnswer> {
    let owner = deps.api.addr_validate(address)?;
    let nonces = NONCES.may_load(deps.storage, &owner)?.unwrap_or_default();
    Ok(NonceAnswer { next: id(nonces.next()) })
}
