use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

pub const ZERO_HASH: Hash = [0; 32];

/// SHA-256 of the parts, one after the other, without framing.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}
