//! Actions that others post: the signer is who acts, the poster only pays.

use cosmwasm_std::{Binary, Uint128, Uint64};

use super::{wire, RequestBody};

wire! {
    pub enum Signer {
        WorkKey { ticket: Uint64 },
        Wallet { address: String, public_key: Binary },
    }

    pub struct SignedAction {
        /// The JSON bytes as they were signed.
        pub action: Binary,
        pub expires_at: Uint64,
        pub nonce: Uint64,
        pub signature: Binary,
        pub signer: Signer,
    }

    /// What a work key may do: nothing that moves money or keys.
    pub enum WorkAction {
        AcceptInput { request: Uint64, slot: u32, attempt: u32 },
        Commit { request: Uint64, slot: u32, attempt: u32, commitment: Binary },
        Reveal(Reveal),
        Refuse { request: Uint64, slot: u32, attempt: u32 },
    }

    pub struct Reveal {
        pub attempt: u32,
        pub evidence_root: Binary,
        pub finish_reason: u8,
        pub leaf: Binary,
        pub output_tokens: u32,
        pub request: Uint64,
        pub root: Binary,
        pub salt: Binary,
        pub slot: u32,
    }

    pub enum WalletAction {
        Request(Box<RequestBody>),
        Withdraw { amount: Uint128 },
    }
}

/// The names that `action.accepted.v1` carries.
impl WorkAction {
    pub fn kind(&self) -> &'static str {
        match self {
            WorkAction::AcceptInput { .. } => "accept_input",
            WorkAction::Commit { .. } => "commit",
            WorkAction::Reveal(_) => "reveal",
            WorkAction::Refuse { .. } => "refuse",
        }
    }
}

impl WalletAction {
    pub fn kind(&self) -> &'static str {
        match self {
            WalletAction::Request(_) => "request",
            WalletAction::Withdraw { .. } => "withdraw",
        }
    }
}
