use cosmwasm_std::{MessageInfo, StdError, Uint128};

use crate::error::{ContractError, Result};
use crate::ledger::{credit, Reason};
use crate::limits;
use crate::run::Run;

/// Credits the coins sent along to the sender's balance.
#[inline(never)]
pub fn deposit(run: &mut Run, info: &MessageInfo) -> Result<()> {
    let wrong = || ContractError::WrongFunds { denom: run.config.denom.clone() };
    let [coin] = info.funds.as_slice() else { return Err(wrong()) };
    if coin.denom != run.config.denom {
        return Err(wrong());
    }
    let amount = Uint128::try_from(coin.amount).map_err(StdError::from)?.u128();
    limits::positive(amount)?;
    credit(run, &info.sender, amount, Reason::plain("deposit"))
}
