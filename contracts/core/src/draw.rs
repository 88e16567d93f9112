//! Unbiased draws from a beacon's randomness.

use crate::encoding::{be32, Preimage};
use crate::error::{CoreError, Result};
use crate::hash::{sha256, Hash};

/// Numbers tried in one message; the position is stored and the draw goes on in the next.
pub const TRIES_MAX: u32 = 64;

/// Seed of one draw: `purpose` is `panel` or `slot:<i>`, `id` the request.
pub fn seed(purpose: &str, id: u64, attempt: u32, randomness: &Hash) -> Hash {
    Preimage::tagged("atoma/draw/v1")
        .framed(purpose.as_bytes())
        .u64(id)
        .u32(attempt)
        .raw(randomness)
        .sha256()
}

/// The numbers x_j = be64(sha256(seed ‖ be32 j)[0..8]) of a seed, from a stored position on.
#[derive(Debug, Clone)]
pub struct Stream {
    seed: Hash,
    position: u32,
    tries: u32,
}

impl Stream {
    pub fn new(seed: Hash) -> Self {
        Self::resume(seed, 0)
    }

    /// Goes on at `position` (the j that comes next) with the tries of a new message.
    pub fn resume(seed: Hash, position: u32) -> Self {
        Self { seed, position, tries: 0 }
    }

    /// The next j; what a contract stores when the tries of a message are used up.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// A uniform index below `n`. Numbers that would bias it are rejected and count as tries.
    pub fn next_index(&mut self, n: u32) -> Result<u32> {
        if n == 0 {
            return Err(CoreError::PoolTooSmall { expected: 1, actual: 0 });
        }
        let bound = (1u128 << 64) / u128::from(n) * u128::from(n);
        loop {
            let x = self.next_number()?;
            if u128::from(x) < bound {
                return Ok((x % u64::from(n)) as u32);
            }
        }
    }

    fn next_number(&mut self) -> Result<u64> {
        if self.tries >= TRIES_MAX {
            return Err(CoreError::TriesExhausted { limit: TRIES_MAX });
        }
        let block = sha256(&[&self.seed, &be32(self.position)]);
        self.position = self.position.checked_add(1).ok_or(CoreError::overflow("draw position"))?;
        self.tries += 1;
        Ok(first_u64(&block))
    }
}

/// Adds indices below `n` to `chosen` until it holds `count` distinct ones that `accept` takes.
///
/// `accept(index, chosen)` sees what is drawn already. When the tries of the message are used up the error is
/// `TriesExhausted`; `chosen` and the stream's position then hold the progress, and a later call goes on from there.
pub fn draw_indices(
    stream: &mut Stream,
    n: u32,
    target: DrawTarget<'_>,
    mut accept: impl FnMut(u32, &[u32]) -> bool,
) -> Result<()> {
    let DrawTarget { count, chosen } = target;
    if count > n {
        return Err(CoreError::PoolTooSmall { expected: count, actual: n });
    }
    while chosen.len() < count as usize {
        let index = stream.next_index(n)?;
        if !chosen.contains(&index) && accept(index, chosen) {
            chosen.push(index);
        }
    }
    Ok(())
}

/// How many indices a draw wants, and those it has.
#[derive(Debug)]
pub struct DrawTarget<'a> {
    pub count: u32,
    pub chosen: &'a mut Vec<u32>,
}

/// Whether the audit coin of a seed falls on audited: be64(seed[0..8]) / 2^64 < p, p in billionths.
pub fn audit_coin(seed: &Hash, p_e9: u64) -> bool {
    u128::from(first_u64(seed)) * 1_000_000_000 < u128::from(p_e9) << 64
}

fn first_u64(hash: &Hash) -> u64 {
    hash[..8].iter().fold(0, |value, byte| (value << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_draw_interrupted_by_its_tries_goes_on_where_it_stopped() {
        let seed = seed("panel", 1, 0, &[7; 32]);
        let mut whole = Vec::new();
        let mut stream = Stream::new(seed);
        let mut messages = 0;
        loop {
            messages += 1;
            let target = DrawTarget { count: 100, chosen: &mut whole };
            match draw_indices(&mut stream, 1_000, target, |_, _| true) {
                Ok(()) => break,
                Err(CoreError::TriesExhausted { .. }) => {
                    stream = Stream::resume(seed, stream.position());
                }
                Err(other) => panic!("unexpected: {other}"),
            }
        }
        assert_eq!(messages, 2);
        let expected: Vec<u32> = reference(seed, 1_000, 100);
        assert_eq!(whole, expected);
    }

    fn reference(seed: Hash, n: u32, count: usize) -> Vec<u32> {
        let mut chosen = Vec::new();
        let mut j = 0;
        while chosen.len() < count {
            let index = Stream::resume(seed, j).next_index(n).unwrap();
            if !chosen.contains(&index) {
                chosen.push(index);
            }
            j += 1;
        }
        chosen
    }

    #[test]
    fn a_pool_that_accepts_nobody_ends_after_the_tries_of_a_message() {
        let mut stream = Stream::new([1; 32]);
        let mut chosen = Vec::new();
        let target = DrawTarget { count: 1, chosen: &mut chosen };
        let result = draw_indices(&mut stream, 10, target, |_, _| false);
        assert_eq!(result, Err(CoreError::TriesExhausted { limit: 64 }));
        assert_eq!(stream.position(), 64);
    }

    #[test]
    fn more_than_the_pool_holds_is_refused_before_any_try() {
        let mut stream = Stream::new([1; 32]);
        let mut chosen = Vec::new();
        let target = DrawTarget { count: 4, chosen: &mut chosen };
        assert_eq!(
            draw_indices(&mut stream, 3, target, |_, _| true),
            Err(CoreError::PoolTooSmall { expected: 4, actual: 3 })
        );
        assert_eq!(stream.position(), 0);
    }

    #[test]
    fn a_coin_of_rate_zero_never_audits_and_of_rate_one_always() {
        for byte in [0x00, 0x7f, 0xff] {
            assert!(!audit_coin(&[byte; 32], 0));
            assert!(audit_coin(&[byte; 32], 1_000_000_000));
        }
    }

    proptest! {
        #[test]
        fn drawn_indices_are_distinct_and_below_n(bytes in any::<[u8; 32]>(), n in 8u32..5_000) {
            let mut chosen = Vec::new();
            let target = DrawTarget { count: 8, chosen: &mut chosen };
            let outcome = draw_indices(&mut Stream::new(bytes), n, target, |_, _| true);
            prop_assume!(outcome.is_ok());
            let mut sorted = chosen.clone();
            sorted.sort_unstable();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), 8);
            prop_assert!(chosen.iter().all(|index| *index < n));
        }
    }
}
