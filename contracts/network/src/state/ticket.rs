//! Tickets: a node's place in the network.

use atoma_core::ticket::{free_collateral, Accrual, Misses};
use cosmwasm_std::{Addr, Binary, HexBinary, Storage};
use serde::{Deserialize, Serialize};

use crate::error::{ContractError, Result};
use crate::store::{Item, Map};

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Subscription {
    pub model: String,
    pub from_epoch: u64,
}

/// When a closing ticket began to close.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Closing {
    pub epoch: u64,
    pub since: u64,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Ticket {
    pub owner: Addr,
    pub keys: Keys,
    pub collateral: u128,
    /// Sum of the slices of open slots.
    pub locked: u128,
    /// Open slots, those of disputed requests included.
    pub open: u32,
    /// Those of disputed requests: their slices stay locked until disputes can be judged.
    pub disputed: u32,
    /// Set by the first subscription.
    pub echelon: Option<HexBinary>,
    pub subscriptions: Vec<Subscription>,
    pub closing: Option<Closing>,
    pub withdrawn: bool,
    pub accrual: Accrual,
    pub misses: Misses,
    /// The epoch this ticket sits out.
    pub barred_epoch: Option<u64>,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Keys {
    /// Ed25519, 32 bytes: signs actions.
    pub work: Binary,
    /// X25519, 32 bytes: inputs are sealed for it.
    pub sealing: Binary,
    /// BLS12-381 on G2, 96 bytes: private duty, later.
    pub beacon: Binary,
}

impl Ticket {
    pub fn free(&self, uniform: u128) -> u128 {
        free_collateral(self.collateral, self.locked, uniform)
    }

    pub fn owned_by(&self, sender: &Addr) -> Result<()> {
        if self.owner == *sender {
            return Ok(());
        }
        Err(ContractError::NotOwner { owner: self.owner.to_string(), sender: sender.to_string() })
    }
}

pub const TICKETS: Map<Ticket> = Map::new("ticket");
/// The id of the last ticket.
pub const LAST_TICKET: Item<u64> = Item::new("last_ticket");

pub fn load(storage: &dyn Storage, id: u64) -> Result<Ticket> {
    TICKETS
        .may_load(storage, id)?
        .ok_or_else(|| ContractError::NotFound { what: "ticket", id: id.to_string() })
}

/// The ticket, if `sender` owns it and it is not closing.
pub fn load_active(storage: &dyn Storage, id: u64, sender: &Addr) -> Result<Ticket> {
    let ticket = load(storage, id)?;
    ticket.owned_by(sender)?;
    if ticket.closing.is_some() {
        return Err(ContractError::TicketClosing { ticket: id });
    }
    Ok(ticket)
}
