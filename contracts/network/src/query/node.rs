use cosmwasm_std::{Deps, Uint64};

use super::page;
use crate::error::Result;
use crate::events::{amount, id};
use crate::msg::{SubscriptionAnswer, TicketAnswer};
use crate::state::ticket::{load, Ticket, TICKETS};
use crate::state::CLOCK;
use crate::store::number_of;

pub fn ticket(deps: Deps, ticket_id: u64) -> Result<TicketAnswer> {
    let epoch = CLOCK.load(deps.storage)?.epoch;
    Ok(shown(ticket_id, load(deps.storage, ticket_id)?, epoch))
}

pub fn tickets(deps: Deps, after: Option<Uint64>, limit: Option<u32>) -> Result<Vec<TicketAnswer>> {
    let epoch = CLOCK.load(deps.storage)?.epoch;
    let after = after.map(|after| after.to_be_bytes());
    let rows = TICKETS.all().ascending(deps.storage, after.as_ref().map(|after| after.as_slice()));
    rows.take(page(limit))
        .map(|row| {
            let (key, ticket) = row?;
            Ok(shown(number_of(&key)?, ticket, epoch))
        })
        .collect()
}

fn shown(ticket_id: u64, ticket: Ticket, epoch: u64) -> TicketAnswer {
    let state = match (&ticket.closing, ticket.withdrawn) {
        (_, true) => "withdrawn",
        (Some(_), false) => "closing",
        (None, false) => "active",
    };
    let subscriptions = ticket.subscriptions.into_iter();
    TicketAnswer {
        barred_epoch: ticket.barred_epoch.map(id),
        beacon_key: ticket.keys.beacon,
        claimable: amount(ticket.accrual.at(epoch).ended),
        collateral: amount(ticket.collateral),
        echelon: ticket.echelon,
        locked: amount(ticket.locked),
        open: ticket.open,
        owner: ticket.owner.to_string(),
        sealing_key: ticket.keys.sealing,
        state: state.to_string(),
        subscriptions: subscriptions
            .map(|held| SubscriptionAnswer { from_epoch: id(held.from_epoch), model: held.model })
            .collect(),
        ticket: id(ticket_id),
        unclaimed: amount(ticket.accrual.total()),
        work_key: ticket.keys.work,
    }
}
