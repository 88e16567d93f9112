//! Named maxima of everything that a message could make large, and the checks for them.

use cosmwasm_std::Binary;

use crate::error::{ContractError, Result};

/// Actions in one batch: about what one block's gas carries.
pub const BATCH_MAX: usize = 256;
/// Ids in one `draw` or `poke`.
pub const CRANK_MAX: usize = 128;
/// Bids read by one `clear`.
pub const CLEAR_MAX: u32 = 500;
/// Subscriptions of a ticket, so that leaving all of them stays one message.
pub const SUBSCRIPTIONS_MAX: usize = 16;
/// Files of a model.
pub const FILES_MAX: usize = 256;
/// Bytes of any free text.
pub const TEXT_MAX: usize = 256;
/// Rows of one page of a query.
pub const PAGE_MAX: u32 = 100;
/// Rows of a page when the query names none.
pub const PAGE_DEFAULT: u32 = 30;
/// Amounts and prices that no product of this contract overflows with.
pub const AMOUNT_MAX: u128 = 1 << 96;
pub const PRICE_MAX: u128 = 1 << 64;
/// Seconds that a signed action may live.
pub const ACTION_LIFE_SECONDS: u64 = 3_600;
/// Owner fees, in basis points.
pub const OWNER_FEE_MAX: u32 = 5_000;

pub fn text(what: &'static str, value: &str) -> Result<()> {
    count(what, value.len(), TEXT_MAX)
}

pub fn count(what: &'static str, actual: usize, most: usize) -> Result<()> {
    if actual <= most {
        return Ok(());
    }
    Err(ContractError::TooLong { what, most, actual })
}

pub fn size(what: &'static str, actual: u128, most: u128) -> Result<()> {
    if actual <= most {
        return Ok(());
    }
    Err(ContractError::TooLarge { what, most, actual })
}

pub fn length(what: &'static str, value: &Binary, expected: usize) -> Result<()> {
    if value.len() == expected {
        return Ok(());
    }
    Err(ContractError::WrongLength { what, expected, actual: value.len() })
}

/// The 32 bytes of a hash.
pub fn hash(what: &'static str, value: &Binary) -> Result<[u8; 32]> {
    length(what, value, 32)?;
    Ok(value.to_array()?)
}

pub fn positive(amount: u128) -> Result<()> {
    if amount == 0 {
        return Err(ContractError::ZeroAmount);
    }
    size("amount", amount, AMOUNT_MAX)
}
