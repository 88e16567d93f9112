//! The hash chain over the contract's events.

use crate::encoding::Preimage;
use crate::hash::Hash;

/// head_0; `contract` is the canonical address.
pub fn genesis(chain_id: &str, contract: &[u8]) -> Hash {
    Preimage::tagged("atoma/events/v1").framed(chain_id.as_bytes()).framed(contract).sha256()
}

/// The head after event `seq` (counted from 1) of type `kind` with its canonical JSON `body`.
pub fn next(head: &Hash, seq: u64, kind: &str, body: &str) -> Hash {
    Preimage::tagged("").raw(head).u64(seq).framed(kind.as_bytes()).framed(body.as_bytes()).sha256()
}
