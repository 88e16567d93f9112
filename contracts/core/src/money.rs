//! Fees, shares and the audit rate. Users are rounded up against, payees down; amounts are utoma in u128.

use crate::error::{CoreError, Result};
use crate::wide::{mul_div_ceil, mul_div_floor};

/// A price is utoma per this many tokens.
pub const PRICE_UNIT: u128 = 1_000_000;
pub const BPS: u32 = 10_000;
const PPM: u128 = 1_000_000;
const E9: u128 = 1_000_000_000;

/// What a user pays for `tokens` at `price` per million.
pub fn fee_ceil(tokens: u64, price: u128) -> Result<u128> {
    mul_div_ceil(u128::from(tokens), price, PRICE_UNIT)
}

/// What a payee gets for `tokens` at `price` per million.
pub fn fee_floor(tokens: u64, price: u128) -> Result<u128> {
    mul_div_floor(u128::from(tokens), price, PRICE_UNIT)
}

pub fn bps_ceil(amount: u128, bps: u32) -> Result<u128> {
    mul_div_ceil(amount, u128::from(bps), u128::from(BPS))
}

pub fn bps_floor(amount: u128, bps: u32) -> Result<u128> {
    mul_div_floor(amount, u128::from(bps), u128::from(BPS))
}

/// Floored parts of an amount and what the flooring left, which is the treasury's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub parts: Vec<u128>,
    pub remainder: u128,
}

/// Splits `amount` by basis points that sum to 10,000; parts and remainder add up to it exactly.
pub fn split(amount: u128, bps: &[u32]) -> Result<Split> {
    let sum: u64 = bps.iter().map(|part| u64::from(*part)).sum();
    if sum != u64::from(BPS) {
        return Err(CoreError::BpsSum { expected: BPS, actual: sum });
    }
    let parts = bps.iter().map(|part| bps_floor(amount, *part)).collect::<Result<Vec<u128>>>()?;
    let paid: u128 = parts.iter().sum();
    Ok(Split { parts, remainder: amount - paid })
}

/// The share of a slash that hurts: what flows back to the cheater's friends does not count.
#[derive(Debug, Clone, Copy)]
pub struct SliceShares {
    pub user_bps: u32,
    pub honest_bps: u32,
    pub dispute_bps: u32,
    /// r, the part of the nodes that an attacker may hold.
    pub capture_bps: u32,
}

/// S_eff = s * (10,000 - user - r * (honest + dispute)) / 10,000, floored.
pub fn effective_slice(slice: u128, shares: &SliceShares) -> Result<u128> {
    let unit = u64::from(BPS) * u64::from(BPS);
    let friends = u64::from(shares.honest_bps) + u64::from(shares.dispute_bps);
    let lost = u64::from(shares.user_bps)
        .checked_mul(u64::from(BPS))
        .zip(friends.checked_mul(u64::from(shares.capture_bps)))
        .and_then(|(user, captured)| user.checked_add(captured))
        .ok_or(CoreError::overflow("shares of a slash"))?;
    let kept = unit.checked_sub(lost).ok_or(CoreError::OutOfRange {
        what: "shares of a slash",
        min: 0,
        max: u128::from(unit),
        actual: u128::from(lost),
    })?;
    mul_div_floor(slice, u128::from(kept), u128::from(unit))
}

/// What the audit rate of cross-validation depends on; amounts in utoma.
#[derive(Debug, Clone, Copy)]
pub struct AuditInputs {
    /// C, the echelon's reference cost of the work.
    pub cost: u128,
    /// W1, what an unaudited cheater bills: the maximal fee and the value at risk.
    pub stolen: u128,
    /// R, the fee that an honest executor is sure of.
    pub reward: u128,
    /// S_eff.
    pub slice: u128,
    /// r in basis points.
    pub capture_bps: u32,
    /// d, the class's detection rate in millionths.
    pub detection_ppm: u32,
    /// j, captured or unresolved dispute panels in millionths.
    pub dispute_loss_ppm: u32,
    /// The least rate, in billionths.
    pub p_min_e9: u64,
}

/// p = (C + W1 - R) / ((1 - r) * d * (1 - j) * (S_eff + W1)) in billionths, floored plus one unit, at least `p_min`.
///
/// For one attester (whitepaper A.3 with its cost and value at risk); refused above 1, where no rate deters.
pub fn audit_rate_e9(inputs: &AuditInputs) -> Result<u64> {
    let overflow = || CoreError::overflow("audit rate");
    let gain =
        inputs.cost.checked_add(inputs.stolen).ok_or_else(overflow)?.saturating_sub(inputs.reward);
    let at_stake = inputs.slice.checked_add(inputs.stolen).ok_or_else(overflow)?;
    let honest = remaining("capture rate", u128::from(BPS), inputs.capture_bps)?;
    let detected = u128::from(inputs.detection_ppm).min(PPM);
    let resolved = remaining("dispute loss", PPM, inputs.dispute_loss_ppm)?;
    let deterred = (honest * detected * resolved).checked_mul(at_stake).ok_or_else(overflow)?;
    let floor = mul_div_floor(gain, E9 * u128::from(BPS) * PPM * PPM, deterred)?;
    let rate = floor.checked_add(1).ok_or_else(overflow)?.max(u128::from(inputs.p_min_e9));
    if rate > E9 {
        return Err(CoreError::AuditRateAboveOne { expected: E9 as u64, actual: rate });
    }
    Ok(rate as u64)
}

fn remaining(what: &'static str, unit: u128, part: u32) -> Result<u128> {
    unit.checked_sub(u128::from(part)).ok_or(CoreError::OutOfRange {
        what,
        min: 0,
        max: unit,
        actual: u128::from(part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn paper() -> AuditInputs {
        AuditInputs {
            cost: 1_000_000,
            stolen: 1_200_000,
            reward: 1_200_000,
            slice: 250_000_000,
            capture_bps: 5_000,
            detection_ppm: 1_000_000,
            dispute_loss_ppm: 0,
            p_min_e9: 0,
        }
    }

    #[test]
    fn the_papers_rate_is_met_and_just_exceeded() {
        assert_eq!(audit_rate_e9(&paper()), Ok(7_961_784));
    }

    #[test]
    fn no_rate_deters_without_collateral() {
        let inputs = AuditInputs { slice: 0, ..paper() };
        assert!(matches!(audit_rate_e9(&inputs), Err(CoreError::AuditRateAboveOne { .. })));
    }

    #[test]
    fn a_rate_nobody_can_detect_or_resolve_is_refused() {
        for inputs in [
            AuditInputs { detection_ppm: 0, ..paper() },
            AuditInputs { capture_bps: 10_000, ..paper() },
            AuditInputs { dispute_loss_ppm: 1_000_000, ..paper() },
        ] {
            assert!(audit_rate_e9(&inputs).is_err());
        }
    }

    #[test]
    fn shares_that_do_not_sum_to_the_whole_are_refused() {
        assert_eq!(
            split(100, &[5_000, 4_999]),
            Err(CoreError::BpsSum { expected: 10_000, actual: 9_999 })
        );
    }

    proptest! {
        #[test]
        fn a_split_loses_nothing(amount in any::<u128>(), a in 0u32..=10_000, b in 0u32..=10_000) {
            let first = a.min(b);
            let second = a.max(b) - first;
            let bps = [first, second, 10_000 - first - second];
            let split = split(amount, &bps).unwrap();
            prop_assert!(split.remainder < 3);
            prop_assert_eq!(split.parts.iter().sum::<u128>() + split.remainder, amount);
        }

        #[test]
        fn a_payee_never_gets_more_than_the_user_pays(tokens in any::<u64>(), price in 0u128..u128::from(u64::MAX)) {
            let paid = fee_ceil(tokens, price).unwrap();
            let got = fee_floor(tokens, price).unwrap();
            prop_assert!(got <= paid && paid - got <= 1);
        }
    }
}
