use cosmwasm_std::Addr;

use crate::error::{ContractError, Result};
use crate::events::id;
use crate::events::network::FenceRaised;
use crate::limits;
use crate::msg::Fence;
use crate::run::Run;
use crate::state::FENCES;

/// Keeps the highest term of (sender, lane); a lower one is refused, so a leader that was paused posts nothing.
#[inline(never)]
pub fn raise(run: &mut Run, fence: &Fence) -> Result<()> {
    limits::printable("lane", &fence.lane, limits::LANE_MAX)?;
    limits::size("term", fence.term.u64().into(), limits::SIGNED_MAX)?;
    let poster = run.sender.clone();
    let key = (&poster, fence.lane.as_str());
    let known = FENCES.may_load(run.deps.storage, key)?;
    let given = fence.term.u64();
    match known {
        Some(current) if given < current => Err(ContractError::Fenced { current, given }),
        Some(current) if given == current => Ok(()),
        _ => {
            FENCES.save(run.deps.storage, key, &given)?;
            run.emit(&FenceRaised {
                lane: fence.lane.clone(),
                poster: poster.to_string(),
                term: id(given),
            })
        }
    }
}

/// Refuses a batch without a fence from a poster that has one.
pub fn require_none(run: &Run, poster: &Addr) -> Result<()> {
    let known = FENCES.prefix(poster).last(run.deps.storage, None)?;
    if known.is_none() {
        return Ok(());
    }
    Err(ContractError::FenceMissing { poster: poster.to_string() })
}
