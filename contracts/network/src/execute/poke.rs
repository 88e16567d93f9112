use cosmwasm_std::Uint64;

use crate::error::Result;
use crate::flow::{availability, overdue};
use crate::limits;
use crate::run::Run;
use crate::state::market::MODELS;
use crate::state::request::{self, PROGRESS};

/// Moves on what is past its deadline; skips the rest.
#[inline(never)]
pub fn poke(run: &mut Run, requests: &[Uint64], models: &[String]) -> Result<()> {
    limits::count("requests and models", requests.len() + models.len(), limits::CRANK_MAX)?;
    for id in requests {
        if !PROGRESS.has(run.deps.storage, id.u64()) {
            continue;
        }
        let mut open = request::load(run.deps.storage, id.u64())?;
        if overdue::poke(run, &mut open)? {
            request::save(run.deps.storage, &open)?;
        }
    }
    for id in models {
        if !limits::is_model_id(id) {
            continue;
        }
        let Some(mut model) = MODELS.may_load(run.deps.storage, id)? else { continue };
        if availability::settle_state(run, id, &mut model)? {
            MODELS.save(run.deps.storage, id, &model)?;
        }
    }
    Ok(())
}
