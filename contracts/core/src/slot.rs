//! The judgement over a panel's reveals.

/// What a node revealed, as far as agreement depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revealed {
    pub root: [u8; 32],
    pub leaf: [u8; 32],
    pub output_tokens: u32,
    pub finish_reason: u8,
}

/// Whether all reveals name one root, one count and one finish reason. Vacuously true for none.
pub fn same_answer(reveals: &[Revealed]) -> bool {
    let key = |r: &Revealed| (r.root, r.output_tokens, r.finish_reason);
    reveals.windows(2).all(|pair| key(&pair[0]) == key(&pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REVEALED: Revealed =
        Revealed { root: [1; 32], leaf: [2; 32], output_tokens: 5, finish_reason: 1 };

    #[test]
    fn leaves_may_differ_and_nothing_else() {
        assert!(same_answer(&[REVEALED, Revealed { leaf: [3; 32], ..REVEALED }]));
        assert!(!same_answer(&[REVEALED, Revealed { root: [3; 32], ..REVEALED }]));
        assert!(!same_answer(&[REVEALED, Revealed { output_tokens: 6, ..REVEALED }]));
        assert!(!same_answer(&[REVEALED, Revealed { finish_reason: 2, ..REVEALED }]));
    }
}
