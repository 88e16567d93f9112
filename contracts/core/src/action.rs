//! What is signed when an action travels in a batch: the digest, and its ADR-036 document for wallets.

use crate::encoding::{base64, be64, Preimage};
use crate::error::{CoreError, Result};
use crate::hash::Hash;

/// Who signs; a work key signs for a ticket, a wallet for its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerBytes<'a> {
    WorkKey {
        ticket: u64,
    },
    /// Canonical address bytes.
    Wallet {
        address: &'a [u8],
    },
}

impl SignerBytes<'_> {
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::WorkKey { ticket } => [&[0x01][..], &be64(*ticket)].concat(),
            Self::Wallet { address } => [&[0x02][..], address].concat(),
        }
    }
}

#[derive(Debug, Clone)]
pub struct ActionFields<'a> {
    pub chain_id: &'a str,
    /// Canonical address bytes of the contract.
    pub contract: &'a [u8],
    pub signer: SignerBytes<'a>,
    /// The JSON bytes as they were signed.
    pub action: &'a [u8],
    pub nonce: u64,
    /// Unix seconds.
    pub expires_at: u64,
}

pub fn digest(fields: &ActionFields) -> Hash {
    Preimage::tagged("atoma/action/v1")
        .framed(fields.chain_id.as_bytes())
        .framed(fields.contract)
        .framed(&fields.signer.encode())
        .framed(fields.action)
        .u64(fields.nonce)
        .u64(fields.expires_at)
        .sha256()
}

/// The amino document of ADR-036 whose sha256 the wallet signs with secp256k1.
///
/// `address` is the bech32 form; other characters are refused because they would need JSON escapes.
pub fn adr036_sign_bytes(address: &str, data: &[u8]) -> Result<Vec<u8>> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if address.is_empty() || !address.bytes().all(plain) {
        return Err(CoreError::MalformedAddress { actual: address.to_string() });
    }
    let document = format!(
        concat!(
            r#"{{"account_number":"0","chain_id":"","fee":{{"amount":[],"gas":"0"}},"memo":"","#,
            r#""msgs":[{{"type":"sign/MsgSignData","value":{{"data":"{}","signer":"{}"}}}}],"sequence":"0"}}"#
        ),
        base64(data),
        address
    );
    Ok(document.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_needs_escapes_is_refused() {
        for address in ["", "wasm1\"", "WASM1A", "wasm1é"] {
            assert!(adr036_sign_bytes(address, &[0; 32]).is_err());
        }
    }

    #[test]
    fn a_work_key_and_a_wallet_never_share_their_bytes() {
        let wallet = be64(7);
        let left = SignerBytes::WorkKey { ticket: 7 }.encode();
        let right = SignerBytes::Wallet { address: &wallet }.encode();
        assert_ne!(left, right);
    }
}
