//! Rounds of the randomness beacon (drand quicknet's format). Signatures are verified by the contract's host.

use crate::encoding::be64;
use crate::error::{CoreError, Result};
use crate::hash::{sha256, Hash};

/// Domain separation tag of the signature scheme bls-unchained-g1-rfc9380.
pub const DST: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

/// The message that a round's signature signs.
pub fn message(round: u64) -> Hash {
    sha256(&[&be64(round)])
}

pub fn randomness(signature: &[u8]) -> Hash {
    sha256(&[signature])
}

/// When `round` (counted from 1) becomes public, in unix seconds.
pub fn round_time(round: u64, genesis: u64, period: u64) -> Result<u64> {
    let steps = round.checked_sub(1).ok_or(CoreError::OutOfRange {
        what: "beacon round",
        min: 1,
        max: u128::from(u64::MAX),
        actual: 0,
    })?;
    steps
        .checked_mul(period)
        .and_then(|offset| genesis.checked_add(offset))
        .ok_or(CoreError::overflow("beacon round time"))
}

/// The first round that becomes public strictly later than `time` (unix seconds).
pub fn first_round_after(time: u64, genesis: u64, period: u64) -> Result<u64> {
    if period == 0 {
        return Err(CoreError::DivisionByZero { what: "beacon period" });
    }
    match time.checked_sub(genesis) {
        None => Ok(1),
        Some(elapsed) => {
            (elapsed / period).checked_add(2).ok_or(CoreError::overflow("beacon round"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_round_public_at_the_very_second_is_not_later() {
        assert_eq!(first_round_after(100, 100, 3), Ok(2));
        assert_eq!(first_round_after(99, 100, 3), Ok(1));
        assert_eq!(first_round_after(102, 100, 3), Ok(2));
        assert_eq!(first_round_after(103, 100, 3), Ok(3));
    }

    #[test]
    fn round_zero_and_a_zero_period_are_refused() {
        assert!(round_time(0, 100, 3).is_err());
        assert!(first_round_after(100, 100, 0).is_err());
    }

    proptest! {
        #[test]
        fn the_round_after_is_the_first_later_one(
            time in 0u64..4_000_000_000, genesis in 0u64..4_000_000_000, period in 1u64..3_600,
        ) {
            let round = first_round_after(time, genesis, period).unwrap();
            prop_assert!(round_time(round, genesis, period).unwrap() > time);
            if round > 1 {
                prop_assert!(round_time(round - 1, genesis, period).unwrap() <= time);
            }
        }
    }
}
