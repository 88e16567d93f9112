use atoma_core::params::Params;

use crate::error::{ContractError, Result};
use crate::events::id;
use crate::events::network::ParamsAnnounced;
use crate::run::Run;
use crate::state::PARAMS_ANNOUNCED;

/// Announces parameters; they hold from the first block after the time lock. One announcement at a time.
#[inline(never)]
pub fn set_params(run: &mut Run, params: Params) -> Result<()> {
    run.only_governance()?;
    params.validate()?;
    if params.epoch_seconds != run.params.epoch_seconds {
        return Err(ContractError::ParamFixed { name: "epoch_seconds" });
    }
    if run.clock.params_at.is_some() {
        return Err(ContractError::AlreadyAnnounced { what: "change of parameters" });
    }
    let at = run.now() + run.params.timelock;
    PARAMS_ANNOUNCED.save(run.deps.storage, &params)?;
    run.clock.params_at = Some(at);
    run.emit(&ParamsAnnounced { effective_at: id(at), params })
}
