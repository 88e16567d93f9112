//! Contract time: block time without the time that chain halts took (protocol, section 2).

/// The last block in which the contract ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub height: u64,
    pub time: u64,
}

/// How much a block may take, and what is added after a halt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HaltRule {
    pub max_block_seconds: u64,
    pub grace_seconds: u64,
}

/// Seconds lost between two recorded blocks: what they took beyond the allowed time a block, and the grace
/// on top if that is more than the grace itself. A chain that is a little slow all the time is no halt: its contract
/// time still advances by the allowed time a block. Never more than the time that passed, so contract time never runs backwards.
pub fn lost_between(before: Block, after: Block, rule: HaltRule) -> u64 {
    let passed = after.time.saturating_sub(before.time);
    let blocks = after.height.saturating_sub(before.height);
    let excess = passed.saturating_sub(blocks.saturating_mul(rule.max_block_seconds));
    if excess <= rule.grace_seconds {
        return excess;
    }
    passed.min(excess.saturating_add(rule.grace_seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: HaltRule = HaltRule { max_block_seconds: 5, grace_seconds: 3 };

    fn lost(height: u64, time: u64) -> u64 {
        lost_between(Block { height: 10, time: 100 }, Block { height, time }, RULE)
    }

    #[test]
    fn blocks_within_their_time_lose_nothing() {
        assert_eq!(lost(12, 110), 0);
    }

    #[test]
    fn a_halt_loses_its_excess_and_the_grace() {
        assert_eq!(lost(12, 210), 103);
    }

    #[test]
    fn blocks_a_little_slower_than_allowed_do_not_stop_contract_time() {
        let rule = HaltRule { max_block_seconds: 5, grace_seconds: 5 };
        let lost = |height, time| {
            lost_between(Block { height: 10, time: 100 }, Block { height, time }, rule)
        };
        assert_eq!(lost(11, 106), 1);
        assert_eq!(lost(11, 110), 5);
        assert_eq!(lost(11, 111), 11);
    }

    #[test]
    fn contract_time_never_runs_backwards() {
        assert_eq!(lost(11, 107), 2);
        assert_eq!(lost(10, 101), 1);
    }
}
