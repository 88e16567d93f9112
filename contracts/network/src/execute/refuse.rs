use crate::error::Result;
use crate::flow::panel::after_no_answer;
use crate::flow::slots::{find, vacate, Duty};
use crate::run::Run;
use crate::state::request::{self, Stage, State};

/// The drawn node declines before it has accepted: the slot is drawn anew. It counts as a draw, not as a miss.
#[inline(never)]
pub fn refuse(run: &mut Run, duty: Duty) -> Result<()> {
    let mut open = request::load(run.deps.storage, duty.request)?;
    let at = find(run, &open, &duty, (State::Assigned, Stage::Assigned))?;
    vacate(run, &mut open, at, "refused")?;
    after_no_answer(run, &mut open, at, None)?;
    request::save(run.deps.storage, &open)
}
