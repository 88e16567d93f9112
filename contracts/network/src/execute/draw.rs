use cosmwasm_std::Uint64;

use crate::error::Result;
use crate::flow::panel;
use crate::limits;
use crate::run::Run;
use crate::state::request::{self, PROGRESS};

/// Draws what waits for a draw and whose beacon is known; skips the rest.
#[inline(never)]
pub fn draw(run: &mut Run, requests: &[Uint64]) -> Result<()> {
    limits::count("requests", requests.len(), limits::CRANK_MAX)?;
    for id in requests {
        if !PROGRESS.has(run.deps.storage, id.u64()) {
            continue;
        }
        let mut open = request::load(run.deps.storage, id.u64())?;
        if panel::draw(run, &mut open)? {
            request::save(run.deps.storage, &open)?;
        }
    }
    Ok(())
}
