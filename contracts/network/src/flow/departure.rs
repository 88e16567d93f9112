use cosmwasm_std::HexBinary;

use crate::error::Result;
use crate::events::id;
use crate::events::node::Unsubscribed;
use crate::run::Run;
use crate::state::market::{
    bid_key, load_model, market_key, Bid, BIDS, BID_INDEX, DEPARTURES, MARKETS, MODELS,
    MODEL_OWNERS, STANDINGS,
};
use crate::state::ticket::Ticket;

/// Takes a ticket out of a model's market at this height. Frozen lists keep it; draws of what was fixed at this
/// height or later skip it. The caller drops the subscription and saves the ticket.
#[inline(never)]
pub fn leave(run: &mut Run, ticket_id: u64, ticket: &Ticket, model_id: &str) -> Result<()> {
    let Some(echelon) = ticket.echelon.clone() else { return Ok(()) };
    let key = market_key(model_id, &echelon);
    if let Some(bid) = BIDS.may_load(run.deps.storage, (key.as_slice(), ticket_id))? {
        withdraw_bid(run, &key, (ticket_id, ticket), &bid)?;
    }
    leave_model(run, model_id, ticket)?;
    unsubscribed(run, echelon, model_id, ticket_id)
}

fn unsubscribed(run: &mut Run, echelon: HexBinary, model: &str, ticket: u64) -> Result<()> {
    run.emit(&Unsubscribed { echelon, model: model.to_string(), ticket: id(ticket) })
}

fn withdraw_bid(
    run: &mut Run,
    key: &[u8],
    (ticket_id, ticket): (u64, &Ticket),
    bid: &Bid,
) -> Result<()> {
    let epoch = run.clock.epoch;
    let effective = bid.first_epoch <= epoch;
    let storage = &mut *run.deps.storage;
    for (price, _) in bid.before.into_iter().chain([(bid.price, bid.from_epoch)]) {
        BID_INDEX.remove(storage, (key, &bid_key(price, ticket_id)));
    }
    BIDS.remove(storage, (key, ticket_id));
    DEPARTURES.save(storage, (key, ticket_id, run.clock.height), &0)?;
    let mut market = MARKETS.load(storage, key)?;
    let mut standing = STANDINGS.load(storage, (key, &ticket.owner))?;
    standing.bids = standing.bids.left(epoch, effective);
    market.bidders = market.bidders.left(epoch, effective);
    let (now, next) = (standing.bids.now, standing.bids.next);
    if next == 0 {
        market.owners = market.owners.left(epoch, effective && now == 0);
    }
    market.change(epoch);
    STANDINGS.save(storage, (key, &ticket.owner), &standing)?;
    Ok(MARKETS.save(storage, key, &market)?)
}

fn leave_model(run: &mut Run, model_id: &str, ticket: &Ticket) -> Result<()> {
    let at = (model_id, &ticket.owner);
    let left = MODEL_OWNERS.load(run.deps.storage, at)? - 1;
    if left > 0 {
        return Ok(MODEL_OWNERS.save(run.deps.storage, at, &left)?);
    }
    MODEL_OWNERS.remove(run.deps.storage, at);
    let mut model = load_model(run.deps.storage, model_id)?;
    model.owners -= 1;
    Ok(MODELS.save(run.deps.storage, model_id, &model)?)
}
