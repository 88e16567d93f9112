use cosmwasm_std::{coins, Addr, BankMsg};

use crate::error::Result;
use crate::ledger::{debit, Reason};
use crate::limits;
use crate::run::Run;

/// Pays `amount` of `owner`'s balance out to `owner`.
#[inline(never)]
pub fn withdraw(run: &mut Run, owner: &Addr, amount: u128) -> Result<()> {
    limits::positive(amount)?;
    debit(run, owner, amount, Reason::plain("withdraw"))?;
    let message =
        BankMsg::Send { to_address: owner.to_string(), amount: coins(amount, &run.config.denom) };
    run.messages.push(message.into());
    Ok(())
}
