//! Money moves between classes here and nowhere else, each move with its event.

use atoma_core::ledger::Class;
use cosmwasm_std::Addr;

use crate::error::{ContractError, Result};
use crate::events::money::{Credited, Debited, PoolChanged};
use crate::events::{amount, id};
use crate::run::Run;
use crate::state::BALANCES;

/// Why a balance changes; the request and the ticket it is about.
#[derive(Clone, Copy, Debug)]
pub struct Reason {
    pub text: &'static str,
    pub request: Option<u64>,
    pub ticket: Option<u64>,
}

impl Reason {
    pub fn plain(text: &'static str) -> Reason {
        Reason { text, request: None, ticket: None }
    }

    pub fn request(text: &'static str, request: u64) -> Reason {
        Reason { text, request: Some(request), ticket: None }
    }

    pub fn ticket(text: &'static str, ticket: u64) -> Reason {
        Reason { text, request: None, ticket: Some(ticket) }
    }
}

/// Refuses unless `address` has `needed`.
pub fn require_balance(run: &Run, address: &Addr, needed: u128) -> Result<()> {
    let balance = BALANCES.may_load(run.deps.storage, address)?.unwrap_or_default();
    if balance >= needed {
        return Ok(());
    }
    Err(ContractError::InsufficientBalance { address: address.to_string(), balance, needed })
}

/// Puts `value` into a balance; the caller accounts for where it came from. Nothing for zero.
#[inline(never)]
pub fn credit(run: &mut Run, address: &Addr, value: u128, reason: Reason) -> Result<()> {
    if value == 0 {
        return Ok(());
    }
    let balance = BALANCES.may_load(run.deps.storage, address)?.unwrap_or_default() + value;
    BALANCES.save(run.deps.storage, address, &balance)?;
    run.totals.balances += value;
    run.emit(&Credited {
        address: address.to_string(),
        amount: amount(value),
        balance: amount(balance),
        reason: reason.text.to_string(),
        request: reason.request.map(id),
        ticket: reason.ticket.map(id),
    })
}

/// Takes `value` out of a balance; the caller accounts for where it goes. Refused when the balance is short.
#[inline(never)]
pub fn debit(run: &mut Run, address: &Addr, value: u128, reason: Reason) -> Result<()> {
    require_balance(run, address, value)?;
    if value == 0 {
        return Ok(());
    }
    let balance = BALANCES.may_load(run.deps.storage, address)?.unwrap_or_default() - value;
    if balance == 0 {
        BALANCES.remove(run.deps.storage, address);
    } else {
        BALANCES.save(run.deps.storage, address, &balance)?;
    }
    run.totals.balances -= value;
    run.emit(&Debited {
        address: address.to_string(),
        amount: amount(value),
        balance: amount(balance),
        reason: reason.text.to_string(),
        request: reason.request.map(id),
        ticket: reason.ticket.map(id),
    })
}

/// Puts `value` into a pool; the caller accounts for where it came from. Nothing for zero.
#[inline(never)]
pub fn fill_pool(run: &mut Run, pool: Class, value: u128, reason: &'static str) -> Result<()> {
    if value == 0 {
        return Ok(());
    }
    let name = match pool {
        Class::Treasury => "treasury",
        Class::Reserve => "reserve",
        _ => "deposits",
    };
    let total = run.totals.class(pool);
    *total += value;
    let total = amount(*total);
    run.emit(&PoolChanged {
        amount: amount(value),
        pool: name.to_string(),
        reason: reason.to_string(),
        total,
    })
}

/// Burns `value` at the end of the message; the caller accounts for where it came from.
#[inline(never)]
pub fn burn(run: &mut Run, value: u128, reason: &'static str) -> Result<()> {
    if value == 0 {
        return Ok(());
    }
    run.burn += value;
    run.totals.burned += value;
    let total = amount(run.totals.burned);
    run.emit(&PoolChanged {
        amount: amount(value),
        pool: "burned".to_string(),
        reason: reason.to_string(),
        total,
    })
}
