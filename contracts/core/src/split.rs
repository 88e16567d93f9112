//! How a slash is divided. Parts are floored, what rounding leaves goes to the treasury.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The whole, in basis points.
pub const BPS: u128 = 10_000;

/// Basis points of a timeout slash; they sum to 10,000.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Split {
    pub burn_bps: u32,
    pub treasury_bps: u32,
    pub user_bps: u32,
}

impl Split {
    pub fn sum(&self) -> u128 {
        u128::from(self.burn_bps) + u128::from(self.treasury_bps) + u128::from(self.user_bps)
    }
}

/// The parts of a divided slash; they sum to what was divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub user: u128,
    pub treasury: u128,
    pub burned: u128,
}

/// Divides `amount`; the user gets at most `user_cap`, what is above it is burned, so that a slash
/// is no income for a user who owns both sides (protocol, section 3).
pub fn divide(amount: u128, split: &Split, user_cap: u128) -> Parts {
    let share = |bps: u32| amount * u128::from(bps) / BPS;
    let earned = share(split.user_bps);
    let user = earned.min(user_cap);
    let burned = share(split.burn_bps) + (earned - user);
    Parts { user, treasury: amount - user - burned, burned }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split() -> Split {
        Split { burn_bps: 3_333, treasury_bps: 3_333, user_bps: 3_334 }
    }

    #[test]
    fn parts_sum_to_the_whole_and_rounding_goes_to_the_treasury() {
        let parts = divide(10_001, &split(), u128::MAX);
        assert_eq!(parts, Parts { user: 3_334, treasury: 3_334, burned: 3_333 });
        assert_eq!(parts.user + parts.treasury + parts.burned, 10_001);
    }

    #[test]
    fn what_the_user_may_not_have_is_burned() {
        assert_eq!(divide(10_000, &split(), 1), Parts { user: 1, treasury: 3_333, burned: 6_666 });
    }
}
