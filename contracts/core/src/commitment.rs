//! Leaves, root and the salted commitment of one panel member (whitepaper 2.6).

use crate::encoding::{be32, Preimage};
use crate::error::{CoreError, Result};
use crate::hash::{sha256, Hash};

/// The root is one flat preimage, so the panel is bounded.
pub const LEAVES_MAX: usize = 64;

/// Leaf of slot `index`, counted from 1.
pub fn leaf(digest: &Hash, index: u32) -> Hash {
    sha256(&[&[0x00], digest, &be32(index)])
}

/// Hash of the leaves of slots 1..=n in order.
pub fn root(leaves: &[Hash]) -> Result<Hash> {
    if leaves.is_empty() || leaves.len() > LEAVES_MAX {
        return Err(CoreError::OutOfRange {
            what: "leaves of a root",
            min: 1,
            max: LEAVES_MAX as u128,
            actual: leaves.len() as u128,
        });
    }
    let mut preimage = Preimage::tagged("").u8(0x01);
    for leaf in leaves {
        preimage = preimage.raw(leaf);
    }
    Ok(preimage.sha256())
}

/// The root that `n` nodes agreeing on one output must all reveal.
pub fn root_of_digest(digest: &Hash, n: u32) -> Result<Hash> {
    let leaves: Vec<Hash> = (1..=n).take(LEAVES_MAX + 1).map(|i| leaf(digest, i)).collect();
    root(&leaves)
}

/// Everything a commitment binds; nothing in it can be replayed elsewhere.
#[derive(Debug, Clone)]
pub struct CommitmentFields<'a> {
    pub chain_id: &'a str,
    /// Canonical address bytes of the contract.
    pub contract: &'a [u8],
    pub request: u64,
    pub ticket: u64,
    pub attempt: u32,
    pub salt: Hash,
    pub root: Hash,
    pub leaf: Hash,
    /// D in `tolerant`, zero in `exact`.
    pub digest: Hash,
    pub evidence_root: Hash,
    pub output_tokens: u32,
    pub finish_reason: u8,
}

pub fn commitment(fields: &CommitmentFields) -> Hash {
    Preimage::tagged("atoma/commit/v1")
        .framed(fields.chain_id.as_bytes())
        .framed(fields.contract)
        .u64(fields.request)
        .u64(fields.ticket)
        .u32(fields.attempt)
        .raw(&fields.salt)
        .raw(&fields.root)
        .raw(&fields.leaf)
        .raw(&fields.digest)
        .raw(&fields.evidence_root)
        .u32(fields.output_tokens)
        .u8(fields.finish_reason)
        .sha256()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_of_no_leaves_or_too_many_is_refused() {
        assert!(root(&[]).is_err());
        assert!(root(&[[0; 32]; 65]).is_err());
        assert!(root(&[[0; 32]; 64]).is_ok());
    }

    #[test]
    fn the_root_of_a_digest_is_the_root_of_its_leaves() {
        let d = sha256(&[b"output"]);
        let leaves = [leaf(&d, 1), leaf(&d, 2), leaf(&d, 3)];
        assert_eq!(root_of_digest(&d, 3), root(&leaves));
        assert!(root_of_digest(&d, u32::MAX).is_err());
    }
}
