//! Clearing a market: who serves, at which price (protocol, section 4).

use serde::{Deserialize, Serialize};

use crate::split::BPS;

/// A count whose changes count from the next epoch on.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rolling {
    pub epoch: u64,
    pub now: u32,
    pub next: u32,
}

impl Rolling {
    pub fn at(self, epoch: u64) -> Rolling {
        if epoch <= self.epoch {
            return self;
        }
        Rolling { epoch, now: self.next, next: self.next }
    }

    /// One more from the next epoch on.
    pub fn joined(self, epoch: u64) -> Rolling {
        let rolled = self.at(epoch);
        Rolling { next: rolled.next + 1, ..rolled }
    }

    /// One less at once; `effective` says whether it was counted in this epoch.
    pub fn left(self, epoch: u64, effective: bool) -> Rolling {
        let rolled = self.at(epoch);
        Rolling { now: rolled.now - u32::from(effective), next: rolled.next - 1, ..rolled }
    }
}

/// How many of `bidders` may serve: the share of them, at least `min_nodes`, at most all.
pub fn places(bidders: u32, share_bps: u32, min_nodes: u32) -> u32 {
    let share = (u128::from(bidders) * u128::from(share_bps)).div_ceil(BPS);
    u32::try_from(share).unwrap_or(u32::MAX).max(min_nodes).min(bidders)
}

/// What a clearing knows before it reads a bid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    pub bidders: u32,
    pub owners: u32,
    pub places: u32,
    pub last_price: Option<u128>,
    pub reserve_price: u128,
    /// The largest move, where a request has settled at the last price.
    pub move_bps: Option<u32>,
}

/// The prices a clearing may reach.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub least: u128,
    pub most: u128,
    /// The price where no bid decides.
    pub standing: u128,
}

/// The range of the price. No auction (least = most): no bid is excluded, or fewer than three owners
/// bid, since a lone pair could name its price.
pub fn price_range(before: Before) -> Range {
    let standing = before.last_price.unwrap_or(before.reserve_price).min(before.reserve_price);
    if before.bidders <= before.places || before.owners < 3 {
        return Range { least: standing, most: standing, standing };
    }
    match (before.last_price, before.move_bps) {
        (Some(last), Some(bps)) => {
            let step = (last * u128::from(bps) / BPS).max(1);
            let most = before.reserve_price.min(last + step);
            Range { least: last.saturating_sub(step).min(most), most, standing }
        }
        _ => Range { least: 0, most: before.reserve_price, standing },
    }
}

/// The price after the list is known: the lowest excluded bid within the range.
pub fn clearing_price(range: Range, excluded: Option<u128>) -> u128 {
    excluded.unwrap_or(range.standing).clamp(range.least, range.most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Before = Before {
        bidders: 8,
        owners: 8,
        places: 6,
        last_price: None,
        reserve_price: 900,
        move_bps: None,
    };

    #[test]
    fn three_quarters_of_eight_serve() {
        assert_eq!(places(8, 7_500, 5), 6);
        assert_eq!(places(3, 7_500, 5), 3);
        assert_eq!(places(7, 7_500, 5), 6);
    }

    #[test]
    fn the_lowest_excluded_bid_is_the_price_up_to_the_reserve() {
        assert_eq!(clearing_price(price_range(BEFORE), Some(500)), 500);
        assert_eq!(clearing_price(price_range(BEFORE), Some(5_000)), 900);
    }

    #[test]
    fn two_owners_name_no_price() {
        let range = price_range(Before { owners: 2, last_price: Some(100), ..BEFORE });
        assert_eq!(clearing_price(range, Some(500)), 100);
    }

    #[test]
    fn without_an_excluded_bid_the_last_price_stands() {
        let range = price_range(Before { bidders: 6, last_price: Some(100), ..BEFORE });
        assert_eq!(clearing_price(range, None), 100);
        assert_eq!(clearing_price(price_range(Before { bidders: 6, ..BEFORE }), None), 900);
    }

    #[test]
    fn a_price_that_settled_moves_by_its_step_and_at_least_by_one() {
        let range = price_range(Before { last_price: Some(100), move_bps: Some(1_000), ..BEFORE });
        assert_eq!(clearing_price(range, Some(500)), 110);
        assert_eq!(clearing_price(range, Some(5)), 90);
        let small = price_range(Before { last_price: Some(3), move_bps: Some(1_000), ..BEFORE });
        assert_eq!(clearing_price(small, Some(500)), 4);
    }

    #[test]
    fn a_bid_counts_from_the_next_epoch() {
        let count = Rolling::default().joined(4).joined(4);
        assert_eq!((count.at(4).now, count.at(5).now), (0, 2));
        assert_eq!(count.left(4, false).at(5).now, 1);
        assert_eq!(count.left(5, true).at(5), Rolling { epoch: 5, now: 1, next: 1 });
    }
}
