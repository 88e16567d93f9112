//! A request: terms that never change, and progress that every step rewrites.

use atoma_core::request::Tariff;
use atoma_core::slot::Revealed;
use cosmwasm_std::{Addr, Binary, HexBinary, Storage};
use serde::{Deserialize, Serialize};

use crate::error::{ContractError, Result};
use crate::store::{Item, Map};

/// Pinned at submission.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Terms {
    pub who: Who,
    pub work: Work,
    pub money: Money,
    pub action: Option<HexBinary>,
    pub epoch: u64,
    pub list_epoch: u64,
    /// Entries of the list.
    pub serving: u32,
    pub n: u32,
    pub params_version: u32,
    pub commit_seconds: u64,
    pub submitted_at: u64,
    pub expires_at: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Who {
    pub requester: Addr,
    pub refund_to: Addr,
    pub output_to: String,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Work {
    pub model: String,
    pub echelon: HexBinary,
    pub input_hash: Binary,
    pub params_hash: Binary,
    pub input_tokens: u32,
    pub max_output_tokens: u32,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Money {
    pub price: u128,
    pub slice: u128,
    /// The echelon's collateral, the same for each of its tickets.
    pub uniform: u128,
    pub max_fee: u128,
    pub value_at_risk: u128,
    /// In escrow, the dispatch fee included.
    pub charge_max: u128,
    pub owner_fee_bps: u32,
    pub burn_bps: u32,
    pub treasury_bps: u32,
    pub dispatch_fee: u128,
}

impl Terms {
    pub fn tariff(&self) -> Tariff {
        Tariff {
            price: self.money.price,
            n: self.n,
            owner_fee_bps: self.money.owner_fee_bps,
            burn_bps: self.money.burn_bps,
            treasury_bps: self.money.treasury_bps,
            dispatch_fee: self.money.dispatch_fee,
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Pending,
    Assigned,
    Revealing,
    Agreed,
    Settled,
    Refunded,
    Disputed,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Assigned => "assigned",
            State::Revealing => "revealing",
            State::Agreed => "agreed",
            State::Settled => "settled",
            State::Refunded => "refunded",
            State::Disputed => "disputed",
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Progress {
    pub state: State,
    /// Of the submission.
    pub fixed_height: u64,
    /// The panel draw goes on here.
    pub position: u32,
    pub slots: Vec<Slot>,
    /// Drawn before and gone: not drawn again.
    pub gone: Vec<Drawn>,
    pub draws: u32,
    pub attempts: u32,
    /// Paid to the user out of slashes.
    pub compensated: u128,
    /// `reveal_by` or `challenge_until`, by state.
    pub deadline: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub ticket: u64,
    pub owner: Addr,
}

#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Vacant,
    Assigned,
    Accepted,
    Committed,
    Revealed,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Stage::Vacant => "vacant",
            Stage::Assigned => "assigned",
            Stage::Accepted => "accepted",
            Stage::Committed => "committed",
            Stage::Revealed => "revealed",
        }
    }
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Slot {
    pub attempt: u32,
    pub drawn: Drawn,
    pub stage: Stage,
    /// `accept_by`, `commit_by`, or of a vacant slot the time its search may last to, by stage.
    pub until: u64,
    pub commitment: Option<Binary>,
    pub reveal: Option<Reveal>,
    /// Where the slot was vacated, and where its draw goes on.
    pub fixed_height: u64,
    pub position: u32,
    /// Drawn for this slot just before and silent: a miss if the one drawn now accepts.
    pub unanswered: Option<u64>,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Reveal {
    pub root: Binary,
    pub leaf: Binary,
    pub output_tokens: u32,
    pub finish_reason: u8,
}

impl Progress {
    /// The reveals so far, in the order of slots.
    pub fn reveals(&self) -> Result<Vec<Revealed>> {
        let read = |reveal: &Reveal| -> Result<Revealed> {
            Ok(Revealed {
                root: reveal.root.to_array()?,
                leaf: reveal.leaf.to_array()?,
                output_tokens: reveal.output_tokens,
                finish_reason: reveal.finish_reason,
            })
        };
        self.slots.iter().filter_map(|slot| slot.reveal.as_ref()).map(read).collect()
    }

    pub fn count(&self, stage: Stage) -> usize {
        self.slots.iter().filter(|slot| slot.stage == stage).count()
    }
}

pub const TERMS: Map<Terms> = Map::new("terms");
pub const PROGRESS: Map<Progress> = Map::new("progress");
/// The id of the last request.
pub const LAST_REQUEST: Item<u64> = Item::new("last_request");

/// A request in hand.
pub struct Open {
    pub id: u64,
    pub terms: Terms,
    pub progress: Progress,
}

pub fn load(storage: &dyn Storage, id: u64) -> Result<Open> {
    let missing = || ContractError::NotFound { what: "request", id: id.to_string() };
    let terms = TERMS.may_load(storage, id)?.ok_or_else(missing)?;
    let progress = PROGRESS.may_load(storage, id)?.ok_or_else(missing)?;
    Ok(Open { id, terms, progress })
}

pub fn save(storage: &mut dyn Storage, open: &Open) -> Result<()> {
    Ok(PROGRESS.save(storage, open.id, &open.progress)?)
}
