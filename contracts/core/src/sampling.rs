//! How many nodes a sampling request needs (whitepaper 2.6, without replacement).

use crate::commitment::LEAVES_MAX;
use crate::error::{CoreError, Result};
use crate::money::BPS;
use crate::wide::{mul_div_ceil, mul_div_floor};

/// The risk is followed in units of 10^-9 utoma, so that rounding up at every step stays far below one utoma.
const SCALE: u128 = 1_000_000_000;

#[derive(Debug, Clone, Copy)]
pub struct SamplingInputs {
    /// m, distinct owners that could be drawn, the requester's not among them.
    pub eligible: u32,
    /// r, the part of them that an attacker may hold, in basis points.
    pub capture_bps: u32,
    /// Draws that one request can cause at most.
    pub max_draws: u32,
    /// R_max + V in utoma.
    pub at_risk: u128,
    /// Expected loss per request that is accepted, in utoma.
    pub risk_budget: u128,
    /// The least panel.
    pub sampling_min: u32,
    /// The caller's own panel size; it may be larger than needed, never smaller.
    pub requested: Option<u32>,
}

/// The panel of a request: the caller's size, or the smallest n >= `sampling_min` with
/// max_draws * prod_{i<n} (b - i)/(m - i) * at_risk <= risk_budget, b = floor(r * m).
///
/// Each factor is rounded up, so the risk is never understated. Refused above m - 2 and above 64 nodes.
pub fn panel_size(inputs: &SamplingInputs) -> Result<u32> {
    let needed = smallest_panel(inputs)?;
    let n = match inputs.requested {
        None => needed,
        Some(n) if n < needed => {
            return Err(CoreError::PanelTooSmall { expected: needed, actual: n })
        }
        Some(n) => n,
    };
    ensure_panel_fits(n, inputs.eligible)?;
    Ok(n)
}

fn smallest_panel(inputs: &SamplingInputs) -> Result<u32> {
    let m = inputs.eligible;
    let b = captured(m, inputs.capture_bps)?;
    let budget = inputs.risk_budget.checked_mul(SCALE).ok_or(CoreError::overflow("risk budget"))?;
    let mut risk = inputs
        .at_risk
        .checked_mul(u128::from(inputs.max_draws))
        .and_then(|risk| risk.checked_mul(SCALE))
        .ok_or(CoreError::overflow("value at risk"))?;
    let mut n = 0;
    while n < inputs.sampling_min.max(1) || risk > budget {
        ensure_panel_fits(n + 1, m)?;
        let captured = b.saturating_sub(n);
        risk = mul_div_ceil(risk, u128::from(captured), u128::from(m - n))?;
        n += 1;
    }
    Ok(n)
}

fn captured(m: u32, capture_bps: u32) -> Result<u32> {
    if capture_bps > BPS {
        return Err(CoreError::OutOfRange {
            what: "capture rate",
            min: 0,
            max: u128::from(BPS),
            actual: u128::from(capture_bps),
        });
    }
    let b = mul_div_floor(u128::from(m), u128::from(capture_bps), u128::from(BPS))?;
    Ok(b as u32)
}

fn ensure_panel_fits(n: u32, eligible: u32) -> Result<()> {
    if n as usize > LEAVES_MAX {
        return Err(CoreError::OutOfRange {
            what: "panel",
            min: 1,
            max: LEAVES_MAX as u128,
            actual: u128::from(n),
        });
    }
    if n.saturating_add(2) > eligible {
        return Err(CoreError::PanelTooLarge {
            expected: n,
            needed: n.saturating_add(2),
            actual: eligible,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inputs() -> SamplingInputs {
        SamplingInputs {
            eligible: 100,
            capture_bps: 5_000,
            max_draws: 1,
            at_risk: 1_000_000,
            risk_budget: 1_000,
            sampling_min: 3,
            requested: None,
        }
    }

    #[test]
    fn a_thousandth_of_half_captured_hundred_needs_ten() {
        assert_eq!(panel_size(&inputs()), Ok(10));
    }

    #[test]
    fn a_caller_gets_a_larger_panel_and_is_refused_a_smaller_one() {
        let with = |n| panel_size(&SamplingInputs { requested: Some(n), ..inputs() });
        assert_eq!(with(12), Ok(12));
        assert_eq!(with(9), Err(CoreError::PanelTooSmall { expected: 10, actual: 9 }));
    }

    #[test]
    fn a_panel_above_all_but_two_owners_is_refused() {
        let with =
            |eligible| panel_size(&SamplingInputs { eligible, risk_budget: 1 << 60, ..inputs() });
        assert_eq!(with(5), Ok(3));
        assert!(matches!(with(4), Err(CoreError::PanelTooLarge { .. })));
        assert!(matches!(with(0), Err(CoreError::PanelTooLarge { .. })));
    }

    #[test]
    fn nothing_at_risk_needs_the_least_panel_only() {
        assert_eq!(panel_size(&SamplingInputs { at_risk: 0, ..inputs() }), Ok(3));
    }

    proptest! {
        #[test]
        fn more_at_risk_never_needs_fewer(eligible in 5u32..500, risk in 0u128..1 << 50, more in 0u128..1 << 50) {
            let with = |at_risk| panel_size(&SamplingInputs { eligible, at_risk, ..inputs() });
            if let (Ok(small), Ok(large)) = (with(risk), with(risk + more)) {
                prop_assert!(small <= large);
            }
        }
    }
}
