//! Named maxima of everything that a message could make large, and the checks for them.

use cosmwasm_std::Binary;

use crate::error::{ContractError, Result};

/// Actions in one batch: about what one block's gas carries.
pub const BATCH_MAX: usize = 200;
/// Bytes of one signed action.
pub const ACTION_MAX: usize = 4_096;
/// Bytes of an address: what bech32 allows.
pub const ADDRESS_MAX: usize = 90;
/// Bytes of an Ed25519 signature, and of a compact one over secp256k1.
pub const SIGNATURE_BYTES: usize = 64;
/// Bytes of a compressed point of secp256k1.
pub const PUBLIC_KEY_BYTES: usize = 33;
/// Bytes of a lane's name.
pub const LANE_MAX: usize = 64;
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
/// Numbers of 64 bits that leave in events: readers keep them signed.
pub const SIGNED_MAX: u128 = i64::MAX as u128;
/// Tokens of a model's context, input and output.
pub const CONTEXT_MAX: u128 = 1 << 24;
/// Bytes of a chunk of weights.
pub const CHUNK_MAX: u128 = 1 << 30;
/// Owner fees, in basis points.
pub const OWNER_FEE_MAX: u32 = 5_000;

pub fn text(what: &'static str, value: &str) -> Result<()> {
    printable(what, value, TEXT_MAX)
}

pub fn address(value: &str) -> Result<()> {
    printable("address", value, ADDRESS_MAX)
}

/// At most so many bytes, none of a control character: no reader of the log has to store a NUL.
pub fn printable(what: &'static str, value: &str, most: usize) -> Result<()> {
    count(what, value.len(), most)?;
    if value.chars().any(char::is_control) {
        return Err(ContractError::Unprintable { what });
    }
    Ok(())
}

/// `[a-z0-9][a-z0-9._-]{2,63}`; checked before a model's id becomes part of a key.
pub fn is_model_id(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = id.as_bytes();
    (3..=64).contains(&bytes.len())
        && plain(bytes[0])
        && bytes.iter().all(|b| plain(*b) || b"._-".contains(b))
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
    size_of(what, value.len(), expected)
}

pub fn size_of(what: &'static str, actual: usize, expected: usize) -> Result<()> {
    if actual == expected {
        return Ok(());
    }
    Err(ContractError::WrongLength { what, expected, actual })
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
