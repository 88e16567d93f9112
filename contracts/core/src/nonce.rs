//! Nonces of wallets: a base and a window, so that parallel actions may land in any order once each.

use serde::{Deserialize, Serialize};

/// Numbers from the base that may still be used.
pub const WINDOW: u64 = 128;

/// Every number below `base` is used; bit i of `used` says whether `base + i` is. Bit 0 is never set.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nonces {
    pub base: u64,
    pub used: u128,
}

/// Why a nonce is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NonceRefused {
    #[error("nonce {nonce} was used; the next free one is {next}")]
    Used { nonce: u64, next: u64 },
    #[error("nonce {nonce} is beyond the window that ends before {end}")]
    BeyondWindow { nonce: u64, end: u64 },
}

impl Nonces {
    /// The window with `nonce` used, or why it cannot be. The window stays as it was on a refusal.
    pub fn with(self, nonce: u64) -> Result<Nonces, NonceRefused> {
        let used = NonceRefused::Used { nonce, next: self.next() };
        let offset = nonce.checked_sub(self.base).ok_or(used)?;
        if offset >= WINDOW {
            return Err(NonceRefused::BeyondWindow {
                nonce,
                end: self.base.saturating_add(WINDOW),
            });
        }
        let bit = 1u128 << offset;
        if self.used & bit != 0 {
            return Err(used);
        }
        let used = self.used | bit;
        let run = used.trailing_ones();
        Ok(Nonces { base: self.base + u64::from(run), used: used.checked_shr(run).unwrap_or(0) })
    }

    /// The lowest free nonce.
    pub fn next(self) -> u64 {
        self.base
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_are_used_once_in_any_order() {
        let nonces = Nonces::default().with(1).and_then(|n| n.with(0)).expect("free");
        assert_eq!(nonces, Nonces { base: 2, used: 0 });
        assert_eq!(nonces.with(1), Err(NonceRefused::Used { nonce: 1, next: 2 }));
    }

    #[test]
    fn the_window_ends() {
        let nonces = Nonces::default();
        assert_eq!(nonces.with(128), Err(NonceRefused::BeyondWindow { nonce: 128, end: 128 }));
        assert_eq!(
            nonces.with(127).expect("free").with(127),
            Err(NonceRefused::Used { nonce: 127, next: 0 })
        );
    }

    #[test]
    fn a_full_window_moves_at_once() {
        let mut nonces = Nonces::default();
        for nonce in (0..128).rev() {
            nonces = nonces.with(nonce).expect("free");
        }
        assert_eq!(nonces, Nonces { base: 128, used: 0 });
    }
}
