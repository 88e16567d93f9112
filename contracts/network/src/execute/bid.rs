use crate::error::{ContractError, Result};
use crate::events::market::BidPlaced;
use crate::events::{amount, id};
use crate::limits;
use crate::run::Run;
use crate::state::market::{
    bid_key, load_echelon, market_key, rejoin, Bid, Indexed, BIDS, BID_INDEX, MARKETS, STANDINGS,
};
use crate::state::ticket::load_active;

/// Bids for the epochs from the next one on; the bid before it stays in force until then.
#[inline(never)]
pub fn bid(run: &mut Run, ticket_id: u64, model: String, price: u128) -> Result<()> {
    let ticket = load_active(run.deps.storage, ticket_id, &run.sender)?;
    let held = ticket.subscriptions.iter().any(|held| held.model == model);
    let Some(echelon_id) = ticket.echelon.filter(|_| held) else {
        return Err(ContractError::NotSubscribed { ticket: ticket_id, model });
    };
    limits::positive(price)?;
    let reserve_price = load_echelon(run.deps.storage, &echelon_id)?.reserve_price;
    if price > reserve_price {
        return Err(ContractError::BidAboveReserve { price, reserve_price });
    }
    let key = market_key(&model, &echelon_id);
    let epoch = run.clock.epoch;
    let known = BIDS.may_load(run.deps.storage, (key.as_slice(), ticket_id))?;
    let mut market = MARKETS.may_load(run.deps.storage, &key)?.unwrap_or_default();
    let mut standing =
        STANDINGS.may_load(run.deps.storage, (key.as_slice(), &ticket.owner))?.unwrap_or_default();
    if known.is_none() {
        if standing.bids.at(epoch).next == 0 {
            market.owners = market.owners.joined(epoch);
        }
        standing.bids = standing.bids.joined(epoch);
        STANDINGS.save(run.deps.storage, (key.as_slice(), &ticket.owner), &standing)?;
        market.bidders = market.bidders.joined(epoch);
        rejoin(run.deps.storage, &key, ticket_id, run.clock.height)?;
    }
    market.change(epoch + 1);
    MARKETS.save(run.deps.storage, &key, &market)?;
    let placed = replace(run, &key, (ticket_id, &ticket.owner), known, price)?;
    BIDS.save(run.deps.storage, (key.as_slice(), ticket_id), &placed)?;
    run.emit(&BidPlaced {
        echelon: echelon_id,
        from_epoch: id(epoch + 1),
        model,
        price: amount(price),
        ticket: id(ticket_id),
    })
}

/// Rewrites the index: a bid not yet in force goes, the one in force ends with this epoch.
fn replace(
    run: &mut Run,
    key: &[u8],
    (ticket, owner): (u64, &cosmwasm_std::Addr),
    known: Option<Bid>,
    price: u128,
) -> Result<Bid> {
    let epoch = run.clock.epoch;
    let storage = &mut *run.deps.storage;
    let mut placed = Bid { price, from_epoch: epoch + 1, before: None, first_epoch: epoch + 1 };
    if let Some(known) = known {
        placed.first_epoch = known.first_epoch;
        let in_force = if known.from_epoch <= epoch {
            Some((known.price, known.from_epoch))
        } else {
            known.before
        };
        for (old, _) in known.before.into_iter().chain([(known.price, known.from_epoch)]) {
            BID_INDEX.remove(storage, (key, &bid_key(old, ticket)));
        }
        if let Some((old, from)) = in_force {
            let until = if old == price { u64::MAX } else { epoch + 1 };
            let entry = Indexed { from, until, owner: owner.clone() };
            BID_INDEX.save(storage, (key, &bid_key(old, ticket)), &entry)?;
            placed.before = Some((old, from));
        }
    }
    if placed.before.is_none_or(|(old, _)| old != price) {
        let entry = Indexed { from: epoch + 1, until: u64::MAX, owner: owner.clone() };
        BID_INDEX.save(storage, (key, &bid_key(price, ticket)), &entry)?;
    }
    Ok(placed)
}
