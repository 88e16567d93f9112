//! Keys of tests: beacon, nodes, wallets.

use atoma_core::action::{adr036_sign_bytes, digest, ActionFields, SignerBytes};
use atoma_core::{beacon, sha256};
use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Addr, Api, Binary, CanonicalAddr, Uint64};
use ed25519_dalek::Signer as _;
use k256::ecdsa::signature::hazmat::PrehashSigner;
use ripemd::{Digest, Ripemd160};

use atoma_network::msg::{SignedAction, Signer};

pub fn api() -> MockApi {
    MockApi::default().with_prefix("wasm")
}

pub struct BeaconKey(blst::min_sig::SecretKey);

impl BeaconKey {
    pub fn new(seed: u8) -> Self {
        Self(blst::min_sig::SecretKey::key_gen(&[seed; 32], &[]).expect("a key"))
    }

    pub fn public_key(&self) -> Binary {
        Binary::from(self.0.sk_to_pk().to_bytes().to_vec())
    }

    pub fn sign(&self, round: u64) -> Binary {
        Binary::from(self.0.sign(&beacon::message(round), beacon::DST, &[]).to_bytes().to_vec())
    }
}

/// Where an action is bound to.
#[derive(Clone)]
pub struct Domain {
    pub chain_id: String,
    pub contract: Vec<u8>,
}

#[derive(Clone)]
pub struct WorkKey(pub ed25519_dalek::SigningKey);

impl WorkKey {
    pub fn new(seed: u8) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    pub fn public_key(&self) -> Binary {
        Binary::from(self.0.verifying_key().to_bytes())
    }

    pub fn sign(
        &self,
        domain: &Domain,
        ticket: u64,
        (action, expires_at): (&str, u64),
    ) -> SignedAction {
        let hash = digest(&ActionFields {
            chain_id: &domain.chain_id,
            contract: &domain.contract,
            signer: SignerBytes::WorkKey { ticket },
            action: action.as_bytes(),
            nonce: 0,
            expires_at,
        });
        SignedAction {
            action: Binary::from(action.as_bytes()),
            expires_at: Uint64::new(expires_at),
            nonce: Uint64::zero(),
            signature: Binary::from(self.0.sign(&hash).to_bytes()),
            signer: Signer::WorkKey { ticket: Uint64::new(ticket) },
        }
    }
}

#[derive(Clone)]
pub struct Wallet {
    key: k256::ecdsa::SigningKey,
    pub address: Addr,
}

impl Wallet {
    pub fn new(seed: u8) -> Self {
        let key = k256::ecdsa::SigningKey::from_slice(&[seed; 32]).expect("a key");
        let hashed = Ripemd160::digest(sha256(&[&public_key(&key)]));
        let address =
            api().addr_humanize(&CanonicalAddr::from(hashed.to_vec())).expect("an address");
        Self { key, address }
    }

    pub fn public_key(&self) -> Binary {
        public_key(&self.key)
    }

    pub fn sign(
        &self,
        domain: &Domain,
        nonce: u64,
        (action, expires_at): (&str, u64),
    ) -> SignedAction {
        let raw = api().addr_canonicalize(self.address.as_str()).expect("canonical").to_vec();
        let hash = digest(&ActionFields {
            chain_id: &domain.chain_id,
            contract: &domain.contract,
            signer: SignerBytes::Wallet { address: &raw },
            action: action.as_bytes(),
            nonce,
            expires_at,
        });
        let document = adr036_sign_bytes(self.address.as_str(), &hash).expect("a document");
        let signature: k256::ecdsa::Signature =
            self.key.sign_prehash(&sha256(&[&document])).expect("a signature");
        SignedAction {
            action: Binary::from(action.as_bytes()),
            expires_at: Uint64::new(expires_at),
            nonce: Uint64::new(nonce),
            signature: Binary::from(signature.to_bytes().to_vec()),
            signer: Signer::Wallet {
                address: self.address.to_string(),
                public_key: self.public_key(),
            },
        }
    }
}

fn public_key(key: &k256::ecdsa::SigningKey) -> Binary {
    Binary::from(key.verifying_key().to_encoded_point(true).as_bytes())
}
