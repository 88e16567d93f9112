use cosmwasm_std::{to_json_binary, WasmMsg};

use crate::error::{ContractError, Result};
use crate::msg::MigrateMsg;
use crate::run::Run;
use crate::state::MIGRATION;

/// Migrates to the announced code once its time lock is over, if the chain's code is the announced one. Anyone may
/// send it; the contract is its own admin.
#[inline(never)]
pub fn migrate_now(run: &mut Run) -> Result<()> {
    let announced = MIGRATION.may_load(run.deps.storage)?;
    let announced = announced.ok_or(ContractError::NothingAnnounced { what: "migration" })?;
    let now = run.now();
    if now < announced.at {
        return Err(ContractError::TimeLocked { now, at: announced.at });
    }
    let found = run.deps.querier.query_wasm_code_info(announced.code_id)?.checksum;
    if found.as_slice() != announced.checksum.as_slice() {
        return Err(ContractError::ChecksumMismatch {
            announced: announced.checksum.to_hex(),
            found: found.to_hex(),
        });
    }
    let message = WasmMsg::Migrate {
        contract_addr: run.env.contract.address.to_string(),
        new_code_id: announced.code_id,
        msg: to_json_binary(&MigrateMsg {})?,
    };
    run.messages.push(message.into());
    Ok(())
}
