use crate::error::Result;
use crate::events::network::Paused;
use crate::run::Run;

/// Stops or admits new requests; withdrawals, reveals, claims and cranks never stop.
#[inline(never)]
pub fn pause(run: &mut Run, paused: bool) -> Result<()> {
    run.only_governance()?;
    if run.clock.paused == paused {
        return Ok(());
    }
    run.clock.paused = paused;
    run.emit(&Paused { paused })
}
