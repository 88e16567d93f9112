//! Collateral of a ticket: what is free for another slice, and what a ticket is owed.

use serde::{Deserialize, Serialize};

/// Fees by the epoch of finality: `current` belongs to `epoch`, `ended` to epochs before it.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accrual {
    pub epoch: u64,
    pub current: u128,
    pub ended: u128,
}

impl Accrual {
    /// The same sum, seen from `epoch`.
    pub fn at(self, epoch: u64) -> Accrual {
        if epoch <= self.epoch {
            return self;
        }
        Accrual { epoch, current: 0, ended: self.ended + self.current }
    }

    pub fn with(self, epoch: u64, amount: u128) -> Accrual {
        let rolled = self.at(epoch);
        Accrual { current: rolled.current + amount, ..rolled }
    }

    pub fn total(self) -> u128 {
        self.current + self.ended
    }
}

/// Collateral that another slice may lock. Collateral above the echelon's does not count: selection is
/// uniform per ticket, so capacity is too.
pub fn free_collateral(collateral: u128, locked: u128, uniform: u128) -> u128 {
    collateral.min(uniform).saturating_sub(locked)
}

/// Misses in one epoch.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misses {
    pub epoch: u64,
    pub count: u32,
}

impl Misses {
    pub fn with_one(self, epoch: u64) -> Misses {
        let count = if self.epoch == epoch { self.count + 1 } else { 1 };
        Misses { epoch, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fee_is_claimable_once_its_epoch_has_ended() {
        let accrual = Accrual::default().with(3, 10).with(3, 5);
        assert_eq!(accrual.at(3).ended, 0);
        assert_eq!(accrual.at(4).ended, 15);
        assert_eq!(accrual.with(5, 1), Accrual { epoch: 5, current: 1, ended: 15 });
    }

    #[test]
    fn collateral_above_the_uniform_one_gives_no_capacity() {
        assert_eq!(free_collateral(500, 40, 100), 60);
        assert_eq!(free_collateral(30, 40, 100), 0);
    }
}
