//! Epochs: half-open intervals of block time, counted from 0 at genesis.

/// The epoch of a block time; 0 before genesis.
pub fn epoch_at(time: u64, genesis: u64, seconds: u64) -> u64 {
    time.saturating_sub(genesis) / seconds
}

/// The first second of an epoch.
pub fn epoch_start(epoch: u64, genesis: u64, seconds: u64) -> u64 {
    genesis.saturating_add(epoch.saturating_mul(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_holds_its_first_second_and_not_its_last() {
        assert_eq!(epoch_at(109, 100, 10), 0);
        assert_eq!(epoch_at(110, 100, 10), 1);
        assert_eq!(epoch_start(1, 100, 10), 110);
    }
}
