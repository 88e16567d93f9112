//! What a request costs at most, what it locks, and when its nodes are late.

use crate::money::PRICE_UNIT;
use crate::split::BPS;

/// The pinned terms that decide what a user pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tariff {
    pub price: u128,
    pub n: u32,
    pub owner_fee_bps: u32,
    pub burn_bps: u32,
    pub treasury_bps: u32,
    pub dispatch_fee: u128,
}

/// What the user pays and who gets it: `charge` = `n` * `node_fee` + the other four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Charge {
    pub charge: u128,
    /// Each node's.
    pub node_fee: u128,
    pub owner_fee: u128,
    pub burned: u128,
    /// Protocol take, dispatch fee and what rounding leaves.
    pub treasury: u128,
}

/// The charge for `tokens` (input and output): each component rounded up for the user and down for the
/// payee; the difference goes to the treasury.
pub fn charge(tariff: &Tariff, tokens: u64) -> Charge {
    let n = u128::from(tariff.n);
    let worth = tariff.price * u128::from(tokens);
    let fees_up = n * worth.div_ceil(PRICE_UNIT);
    let up = |bps: u32| (fees_up * u128::from(bps)).div_ceil(BPS);
    let charge = fees_up
        + up(tariff.owner_fee_bps)
        + up(tariff.burn_bps)
        + up(tariff.treasury_bps)
        + tariff.dispatch_fee;
    let node_fee = worth / PRICE_UNIT;
    let down = |bps: u32| n * node_fee * u128::from(bps) / BPS;
    let (owner_fee, burned) = (down(tariff.owner_fee_bps), down(tariff.burn_bps));
    Charge {
        charge,
        node_fee,
        owner_fee,
        burned,
        treasury: charge - n * node_fee - owner_fee - burned,
    }
}

/// Collateral locked behind a slot: `multiple` times the largest fee, rounded up.
pub fn slice(price: u128, tokens_max: u64, multiple: u32) -> u128 {
    (u128::from(multiple) * price * u128::from(tokens_max)).div_ceil(PRICE_UNIT).max(1)
}

/// Seconds from acceptance to the commitment.
pub fn commit_seconds(base: u64, tokens_max: u64, ms_per_token: u64) -> u64 {
    base + (tokens_max * ms_per_token).div_ceil(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARIFF: Tariff = Tariff {
        price: 500_001,
        n: 3,
        owner_fee_bps: 250,
        burn_bps: 100,
        treasury_bps: 100,
        dispatch_fee: 10,
    };

    #[test]
    fn the_user_rounds_up_the_payee_down_and_nothing_is_lost() {
        let charge = charge(&TARIFF, 192);
        assert_eq!(
            charge,
            Charge {
                charge: 291 + 8 + 3 + 3 + 10,
                node_fee: 96,
                owner_fee: 7,
                burned: 2,
                treasury: 18
            }
        );
        assert_eq!(
            charge.charge,
            3 * charge.node_fee + charge.owner_fee + charge.burned + charge.treasury
        );
    }

    #[test]
    fn the_slice_is_a_multiple_of_the_largest_fee() {
        assert_eq!(slice(500_000, 192, 20), 1_920);
        assert_eq!(commit_seconds(40, 192, 500), 136);
    }
}
