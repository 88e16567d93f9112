//! The parameters of a network and the hard bounds that no governance vote can leave.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::amount;
use crate::split::{Split, BPS};

/// Everything governance may tune. Durations in seconds, amounts in the native denom, `_bps` in 1/10,000.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// How long a drawn node has to accept the input.
    pub accept_seconds: u64,
    /// Largest share of the serving owners that one adversary is assumed to control.
    pub adversary_share_bps: u32,
    /// After this long without the beacon a request waits for, it refunds.
    pub beacon_dead_after: u64,
    /// A round must be later than the fixing block's successor by this.
    pub beacon_margin: u64,
    /// Burned on top of the node fees of a settled request.
    pub burn_bps: u32,
    /// How long an agreed request stays challengeable.
    pub challenge_seconds: u64,
    /// The part of the commit deadline that does not depend on tokens.
    pub commit_base_seconds: u64,
    /// Milliseconds a token adds to the commit deadline when the echelon names none.
    pub commit_ms_per_token: u64,
    /// A user's part of slashes is at most this many times the request's `charge_max`, which it escrowed.
    pub comp_multiple: u32,
    /// Not refunded, to the treasury: retry-shopping costs this.
    #[serde(with = "amount")]
    #[schemars(with = "String")]
    pub dispatch_fee: u128,
    /// Fixed for the life of a network.
    pub epoch_seconds: u64,
    /// From `deregister` to the collateral; at least `challenge_seconds` + `expiry_seconds`.
    pub exit_delay: u64,
    /// A request that finds no panel until then refunds.
    pub expiry_seconds: u64,
    /// Added to the time lost in a chain halt that took longer than this.
    pub halt_grace_seconds: u64,
    /// Attempts lost after an acceptance before a request refunds.
    pub max_attempts: u32,
    /// Seconds one block may take before the excess counts as a halt.
    pub max_block_seconds: u64,
    /// Draws that were not accepted before a request refunds.
    pub max_draws: u32,
    /// A market that serves fewer is closed.
    pub min_nodes: u32,
    /// Misses in one epoch that cost a timeout slash and the next epoch.
    pub miss_limit: u32,
    /// Held while a model is registered.
    #[serde(with = "amount")]
    #[schemars(with = "String")]
    pub model_deposit: u128,
    /// The window for objections to a proposed model.
    pub originality_seconds: u64,
    /// Largest move of a price per clearing once a request has settled at it.
    pub price_move_bps: u32,
    /// From the last commitment to the last reveal.
    pub reveal_seconds: u64,
    /// Largest expected gain of a captured panel; sets n.
    #[serde(with = "amount")]
    #[schemars(with = "String")]
    pub risk_budget: u128,
    /// Smallest panel of Sampling Consensus.
    pub sampling_min: u32,
    /// Share of the bidders that serve.
    pub share_bps: u32,
    /// Slice of collateral locked behind a request, in maximal node fees.
    pub slice_multiple: u32,
    /// Announced changes take effect after this.
    pub timelock: u64,
    /// Slash for lateness, of the slice.
    pub timeout_bps: u32,
    /// Where a timeout slash goes.
    pub timeout_split: Split,
    /// To the treasury, on top of the node fees of a settled request.
    pub treasury_bps: u32,
}

/// The first parameter found outside its bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("parameter {name} is {value}, allowed is {least} to {most}")]
pub struct OutOfBounds {
    pub name: &'static str,
    pub value: u128,
    pub least: u128,
    pub most: u128,
}

const DAY: u128 = 86_400;
const AMOUNT_MAX: u128 = 1 << 96;

impl Params {
    /// Ok means that every rule of this crate stays within its integer ranges with these values.
    pub fn validate(&self) -> Result<(), OutOfBounds> {
        self.check_times()?;
        self.check_counts()?;
        self.check_money()
    }

    fn check_times(&self) -> Result<(), OutOfBounds> {
        within("accept_seconds", self.accept_seconds, 1, DAY)?;
        within("beacon_dead_after", self.beacon_dead_after, 60, 90 * DAY)?;
        within("beacon_margin", self.beacon_margin, 1, 600)?;
        within("challenge_seconds", self.challenge_seconds, 1, 30 * DAY)?;
        within("commit_base_seconds", self.commit_base_seconds, 1, DAY)?;
        within("commit_ms_per_token", self.commit_ms_per_token, 1, 60_000)?;
        within("epoch_seconds", self.epoch_seconds, 1, 30 * DAY)?;
        within("expiry_seconds", self.expiry_seconds, 1, 30 * DAY)?;
        let exit_least = u128::from(self.challenge_seconds) + u128::from(self.expiry_seconds);
        within("exit_delay", self.exit_delay, exit_least, 90 * DAY)?;
        within("halt_grace_seconds", self.halt_grace_seconds, 0, DAY)?;
        within("max_block_seconds", self.max_block_seconds, 1, 600)?;
        within("originality_seconds", self.originality_seconds, 1, 90 * DAY)?;
        within("reveal_seconds", self.reveal_seconds, 1, DAY)?;
        within("timelock", self.timelock, 1, 90 * DAY)
    }

    fn check_counts(&self) -> Result<(), OutOfBounds> {
        within("comp_multiple", self.comp_multiple, 0, 100)?;
        within("max_attempts", self.max_attempts, 1, 16)?;
        within("max_draws", self.max_draws, 1, 64)?;
        within("min_nodes", self.min_nodes, 1, 10_000)?;
        within("miss_limit", self.miss_limit, 1, 10_000)?;
        within("sampling_min", self.sampling_min, 2, 16)?;
        within("slice_multiple", self.slice_multiple, 1, 10_000)
    }

    fn check_money(&self) -> Result<(), OutOfBounds> {
        within("adversary_share_bps", self.adversary_share_bps, 1, 9_000)?;
        within("burn_bps", self.burn_bps, 0, 2_000)?;
        within("treasury_bps", self.treasury_bps, 0, 2_000)?;
        within("price_move_bps", self.price_move_bps, 1, 10_000)?;
        within("share_bps", self.share_bps, 1, 10_000)?;
        within("timeout_bps", self.timeout_bps, 1, 10_000)?;
        within("dispatch_fee", self.dispatch_fee, 0, AMOUNT_MAX)?;
        within("model_deposit", self.model_deposit, 0, AMOUNT_MAX)?;
        within("risk_budget", self.risk_budget, 1, AMOUNT_MAX)?;
        within("timeout_split", self.timeout_split.sum(), BPS, BPS)
    }
}

fn within(
    name: &'static str,
    value: impl Into<u128>,
    least: u128,
    most: u128,
) -> Result<(), OutOfBounds> {
    let value = value.into();
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(OutOfBounds { name, value, least, most })
}
