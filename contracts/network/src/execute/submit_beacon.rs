use atoma_core::beacon;
use cosmwasm_std::{Binary, HashFunction, BLS12_381_G2_GENERATOR};

use crate::error::{ContractError, Result};
use crate::events::network::BeaconVerified;
use crate::events::{bytes, id};
use crate::limits;
use crate::run::Run;
use crate::state::BEACONS;

/// Length of a compressed G1 point.
const SIGNATURE_BYTES: usize = 48;

/// Stores the randomness of a round whose signature verifies. A round that is known changes nothing.
#[inline(never)]
pub fn submit_beacon(run: &mut Run, round: u64, signature: &Binary) -> Result<()> {
    limits::length("signature", signature, SIGNATURE_BYTES)?;
    if BEACONS.has(run.deps.storage, round) {
        return Ok(());
    }
    if round == 0 || !verifies(run, round, signature) {
        return Err(ContractError::BeaconInvalid { round });
    }
    let randomness = beacon::randomness(signature);
    BEACONS.save(run.deps.storage, round, &Binary::from(randomness))?;
    run.emit(&BeaconVerified { randomness: bytes(randomness), round: id(round) })
}

/// e(signature, g2) = e(H(message), key). Bytes that are no point do not verify.
fn verifies(run: &Run, round: u64, signature: &[u8]) -> bool {
    let api = run.deps.api;
    let message = beacon::message(round);
    let Ok(hashed) = api.bls12_381_hash_to_g1(HashFunction::Sha256, &message, beacon::DST) else {
        return false;
    };
    api.bls12_381_pairing_equality(
        signature,
        &BLS12_381_G2_GENERATOR,
        &hashed,
        &run.config.beacon_key,
    )
    .unwrap_or(false)
}
