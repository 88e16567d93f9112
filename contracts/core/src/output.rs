//! The canonical form of an output and its digest D.

use crate::encoding::Preimage;
use crate::hash::{sha256, Hash};

pub const VERSION: u8 = 1;

/// Why the generation ended. The values are on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum FinishReason {
    Stop = 1,
    Length = 2,
}

impl FinishReason {
    pub fn from_u8(value: u8) -> Option<Self> {
        match value {
            1 => Some(Self::Stop),
            2 => Some(Self::Length),
            _ => None,
        }
    }
}

/// The canonical bytes O: version, finish reason, token ids, text.
pub fn encode(finish: FinishReason, tokens: &[u32], text: &str) -> Vec<u8> {
    let count = u32::try_from(tokens.len()).expect("an output has fewer than 2^32 tokens");
    let head = Preimage::tagged("").u8(VERSION).u8(finish as u8).u32(count);
    tokens.iter().fold(head, |bytes, token| bytes.u32(*token)).framed(text.as_bytes()).into_bytes()
}

/// D, which commitments and deliveries are bound to.
pub fn digest(encoded: &[u8]) -> Hash {
    sha256(&[b"atoma/output/v1", encoded])
}
