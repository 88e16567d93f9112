use atoma_core::action::{adr036_sign_bytes, digest, ActionFields, SignerBytes};
use atoma_core::{sha256, Hash};
use cosmwasm_std::{from_json, Addr, Binary};
use ripemd::{Digest, Ripemd160};

use super::{accept_input, commit, fence, refuse, request, reveal, withdraw};
use crate::error::{ContractError, Result};
use crate::events::bytes;
use crate::events::network::{ActionAccepted, ActionRefused};
use crate::flow::slots::Duty;
use crate::limits;
use crate::msg::{Fence, SignedAction, Signer, WalletAction, WorkAction};
use crate::run::Run;
use crate::state::{ticket, NONCES};

/// Who signed, with what is needed to check it.
enum Author {
    Ticket(u64),
    Wallet { address: Addr, raw: Vec<u8>, public_key: Binary },
}

/// Carries out signed actions in their order. Each has its own outcome event; a refused one has written nothing.
/// Outcomes repeat the address, so one that is no address refuses the whole message.
#[inline(never)]
pub fn submit_batch(run: &mut Run, fence: Option<Fence>, actions: Vec<SignedAction>) -> Result<()> {
    limits::count("actions", actions.len(), limits::BATCH_MAX)?;
    for action in &actions {
        if let Signer::Wallet { address, .. } = &action.signer {
            limits::address(address)?;
        }
    }
    match fence {
        Some(fence) => fence::raise(run, &fence)?,
        None => fence::require_none(run, &run.sender.clone())?,
    }
    for (index, action) in actions.iter().enumerate() {
        one(run, index as u32, action)?;
    }
    Ok(())
}

#[inline(never)]
fn one(run: &mut Run, index: u32, signed: &SignedAction) -> Result<()> {
    let signer = match &signed.signer {
        Signer::WorkKey { ticket } => format!("ticket:{ticket}"),
        Signer::Wallet { address, .. } => format!("wallet:{address}"),
    };
    let (hash, outcome) = match authenticate(run, signed) {
        Ok((hash, author)) => (hash, carry_out(run, signed, (hash, author))),
        Err(error) => (unverified(&signed.action, index), Err(error)),
    };
    let digest = bytes(hash);
    match outcome {
        Ok(kind) => run.emit(&ActionAccepted { digest, index, kind: kind.to_string(), signer }),
        Err(error) => {
            run.emit(&ActionRefused { code: error.code().to_string(), digest, index, signer })
        }
    }
}

/// Names a refused item that nobody proved to be theirs: with the true digest, anyone could have a pending action
/// refused by posting it with a broken signature.
fn unverified(action: &[u8], index: u32) -> Hash {
    sha256(&[b"atoma/unverified/v1", action, &index.to_be_bytes()])
}

/// The digest and the author of an action whose signature verifies.
#[inline(never)]
fn authenticate(run: &Run, signed: &SignedAction) -> Result<(Hash, Author)> {
    let author = author(run, signed)?;
    let digest = digest_of(run, signed, &author);
    match &author {
        Author::Ticket(ticket) => work_signature(run, *ticket, (&digest, &signed.signature))?,
        Author::Wallet { address, raw, public_key } => {
            wallet_signature(run, (address, raw, public_key), (&digest, &signed.signature))?
        }
    }
    Ok((digest, author))
}

/// Checks every length before the host sees the bytes: above its own bounds the VM ends the whole message.
fn author(run: &Run, signed: &SignedAction) -> Result<Author> {
    limits::count("action", signed.action.len(), limits::ACTION_MAX)?;
    limits::length("signature", &signed.signature, limits::SIGNATURE_BYTES)?;
    match &signed.signer {
        Signer::WorkKey { ticket } => Ok(Author::Ticket(ticket.u64())),
        Signer::Wallet { address, public_key } => {
            limits::length("public_key", public_key, limits::PUBLIC_KEY_BYTES)?;
            let malformed = |_| ContractError::WrongPublicKey { address: address.clone() };
            let validated = run.deps.api.addr_validate(address).map_err(malformed)?;
            let raw = run.deps.api.addr_canonicalize(address).map_err(malformed)?.to_vec();
            Ok(Author::Wallet { address: validated, raw, public_key: public_key.clone() })
        }
    }
}

fn digest_of(run: &Run, signed: &SignedAction, author: &Author) -> Hash {
    digest(&ActionFields {
        chain_id: &run.env.block.chain_id,
        contract: &run.config.contract,
        signer: match author {
            Author::Ticket(ticket) => SignerBytes::WorkKey { ticket: *ticket },
            Author::Wallet { raw, .. } => SignerBytes::Wallet { address: raw },
        },
        action: &signed.action,
        nonce: signed.nonce.u64(),
        expires_at: signed.expires_at.u64(),
    })
}

#[inline(never)]
fn carry_out(
    run: &mut Run,
    signed: &SignedAction,
    (digest, author): (Hash, Author),
) -> Result<&'static str> {
    in_time(run, signed.expires_at.u64())?;
    match author {
        Author::Ticket(ticket) => {
            let action: WorkAction =
                from_json(&signed.action).map_err(|_| ContractError::MalformedAction)?;
            let kind = action.kind();
            work_action(run, ticket, action).map(|()| kind)
        }
        Author::Wallet { address, .. } => {
            let action: WalletAction =
                from_json(&signed.action).map_err(|_| ContractError::MalformedAction)?;
            let nonces = NONCES.may_load(run.deps.storage, &address)?.unwrap_or_default();
            let nonces = nonces.with(signed.nonce.u64())?;
            let kind = action.kind();
            wallet_action(run, &address, action, &digest)?;
            NONCES.save(run.deps.storage, &address, &nonces)?;
            Ok(kind)
        }
    }
}

fn in_time(run: &Run, expires_at: u64) -> Result<()> {
    let now = run.clock.time;
    if now >= expires_at {
        return Err(ContractError::Expired { now, expires_at });
    }
    let most = now + limits::ACTION_LIFE_SECONDS;
    if expires_at > most {
        return Err(ContractError::ExpiresTooLate { expires_at, most });
    }
    Ok(())
}

/// Ed25519 by the ticket's work key of now.
fn work_signature(run: &Run, ticket: u64, (digest, signature): (&Hash, &Binary)) -> Result<()> {
    let key = ticket::load(run.deps.storage, ticket)?.keys.work;
    if run.deps.api.ed25519_verify(digest, signature, &key).unwrap_or(false) {
        return Ok(());
    }
    Err(ContractError::BadSignature)
}

/// ADR-036 over the digest, by the key whose hash the address is.
fn wallet_signature(
    run: &Run,
    (address, raw, public_key): (&Addr, &[u8], &Binary),
    (digest, signature): (&Hash, &Binary),
) -> Result<()> {
    let hashed = Ripemd160::digest(sha256(&[public_key]));
    if hashed[..] != *raw {
        return Err(ContractError::WrongPublicKey { address: address.to_string() });
    }
    let document = adr036_sign_bytes(address.as_str(), digest)?;
    let good = run
        .deps
        .api
        .secp256k1_verify(&sha256(&[&document]), signature, public_key)
        .unwrap_or(false);
    if good {
        return Ok(());
    }
    Err(ContractError::BadSignature)
}

#[inline(never)]
fn work_action(run: &mut Run, ticket: u64, action: WorkAction) -> Result<()> {
    match action {
        WorkAction::AcceptInput { request, slot, attempt } => {
            accept_input::accept_input(run, Duty { request: request.u64(), slot, attempt, ticket })
        }
        WorkAction::Commit { request, slot, attempt, commitment } => {
            commit::commit(run, Duty { request: request.u64(), slot, attempt, ticket }, commitment)
        }
        WorkAction::Reveal(msg) => reveal::reveal(run, ticket, &msg),
        WorkAction::Refuse { request, slot, attempt } => {
            refuse::refuse(run, Duty { request: request.u64(), slot, attempt, ticket })
        }
    }
}

#[inline(never)]
fn wallet_action(run: &mut Run, wallet: &Addr, action: WalletAction, digest: &Hash) -> Result<()> {
    match action {
        WalletAction::Request(body) => {
            request::request(run, wallet, *body, Some(bytes(digest))).map(|_| ())
        }
        WalletAction::Withdraw { amount } => withdraw::withdraw(run, wallet, amount.u128()),
    }
}
