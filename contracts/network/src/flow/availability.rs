use crate::error::Result;
use crate::events::market::{ModelAvailable, ModelValidated};
use crate::run::Run;
use crate::state::market::{Model, ModelState};

/// Moves a model on: validated once its window for objections is over, available once enough distinct owners are
/// subscribed. True if it moved; the caller saves it.
pub fn settle_state(run: &mut Run, id: &str, model: &mut Model) -> Result<bool> {
    let before = model.state;
    if model.state == ModelState::Proposed && run.now() >= model.objections_until {
        model.state = ModelState::Validated;
        run.emit(&ModelValidated { model: id.to_string() })?;
    }
    if model.state == ModelState::Validated && model.owners >= run.params.min_nodes {
        model.state = ModelState::Available;
        run.emit(&ModelAvailable { model: id.to_string() })?;
    }
    Ok(model.state != before)
}
