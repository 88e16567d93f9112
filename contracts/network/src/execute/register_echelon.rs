use atoma_core::sha256;
use cosmwasm_std::to_json_vec;

use crate::error::{ContractError, Result};
use crate::events::market::EchelonRegistered;
use crate::events::{amount, bytes};
use crate::limits;
use crate::msg::Descriptor;
use crate::run::Run;
use crate::state::market::{Echelon, ECHELONS};

/// Adds an echelon under the hash of its descriptor. Governance only.
#[inline(never)]
pub fn register_echelon(
    run: &mut Run,
    descriptor: Descriptor,
    collateral: u128,
    reserve_price: u128,
) -> Result<()> {
    run.only_governance()?;
    limits::positive(collateral)?;
    limits::positive(reserve_price)?;
    limits::size("reserve_price", reserve_price, limits::PRICE_MAX)?;
    check(&descriptor)?;
    let id = sha256(&[b"atoma/echelon/v1", &to_json_vec(&descriptor)?]);
    if ECHELONS.has(run.deps.storage, &id) {
        return Err(ContractError::AlreadyExists { what: "echelon", id: bytes(id).to_hex() });
    }
    let echelon = Echelon { descriptor: descriptor.clone(), collateral, reserve_price };
    ECHELONS.save(run.deps.storage, &id, &echelon)?;
    run.emit(&EchelonRegistered {
        collateral: amount(collateral),
        descriptor,
        echelon: bytes(id),
        reserve_price: amount(reserve_price),
    })
}

fn check(descriptor: &Descriptor) -> Result<()> {
    if descriptor.verification != "exact" {
        return Err(ContractError::NotInThisVersion {
            what: "a verification class other than exact",
        });
    }
    limits::size("ms_per_token", descriptor.ms_per_token.into(), 60_000)?;
    limits::text("engine", &descriptor.engine)?;
    limits::text("gpu_model", &descriptor.gpu_model)?;
    limits::text("kernel_family", &descriptor.kernel_family)?;
    limits::text("quantisation", &descriptor.quantisation)?;
    limits::text("seed_rule", &descriptor.seed_rule)
}
