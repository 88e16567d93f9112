use cosmwasm_std::HexBinary;

use crate::error::{ContractError, Result};
use crate::events::id;
use crate::events::network::MigrationAnnounced;
use crate::run::Run;
use crate::state::{Migration, MIGRATION};

/// Names the code that the contract may migrate to after the time lock. A later announcement replaces an earlier one
/// and starts its time lock anew.
#[inline(never)]
pub fn announce_migration(run: &mut Run, code_id: u64, checksum: HexBinary) -> Result<()> {
    run.only_governance()?;
    if checksum.len() != 32 {
        return Err(ContractError::WrongLength {
            what: "checksum",
            expected: 32,
            actual: checksum.len(),
        });
    }
    let at = run.now() + run.params.timelock;
    MIGRATION.save(run.deps.storage, &Migration { code_id, checksum: checksum.clone(), at })?;
    run.emit(&MigrationAnnounced { checksum, code_id: id(code_id), effective_at: id(at) })
}
