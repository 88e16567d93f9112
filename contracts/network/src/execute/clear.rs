use atoma_core::market::{clearing_price, places, price_range, Before};
use cosmwasm_std::{Binary, HexBinary, Storage};

use crate::error::Result;
use crate::events::market::{MarketCleared, MarketListed, Serving};
use crate::events::{amount, id};
use crate::limits;
use crate::run::Run;
use crate::state::market::{
    bid_of_key, load_echelon, market_key, Clearing, Echelon, Listed, Market, BID_INDEX, LISTS,
    MARKETS, STANDINGS,
};

/// Bytes of an echelon's id.
const ECHELON_BYTES: usize = 32;

/// The market being cleared.
struct Subject<'a> {
    model: &'a str,
    echelon_id: &'a HexBinary,
    key: Vec<u8>,
    reserve_price: u128,
}

/// What one message read of the bids.
#[derive(Default)]
struct Page {
    serving: Vec<Listed>,
    cursor: Option<Binary>,
    /// The first bid that does not serve.
    excluded: Option<u128>,
    ended: bool,
}

/// Reads up to `limit` bids of a market whose bids changed, at most once an epoch to the end. The list and the price
/// before hold until it ends.
#[inline(never)]
pub fn clear(run: &mut Run, model: &str, echelon_id: &HexBinary, limit: u32) -> Result<()> {
    if !limits::is_model_id(model) || echelon_id.len() != ECHELON_BYTES {
        return Ok(());
    }
    let key = market_key(model, echelon_id);
    let Some(mut market) = MARKETS.may_load(run.deps.storage, &key)? else { return Ok(()) };
    if !market.due(run.clock.epoch) {
        return Ok(());
    }
    let echelon = load_echelon(run.deps.storage, echelon_id)?;
    let subject = Subject { model, echelon_id, key, reserve_price: echelon.reserve_price };
    let mut clearing = match market.clearing.take() {
        Some(clearing) => clearing,
        None => begin(run, &market, &echelon),
    };
    let page = read(run.deps.storage, &subject.key, &clearing, limit.clamp(1, limits::CLEAR_MAX))?;
    list(run, &subject, &mut clearing, &page)?;
    if page.ended {
        end(run, &subject, &mut market, (&clearing, page.excluded))?;
    } else {
        clearing.cursor = page.cursor;
        market.clearing = Some(clearing);
    }
    Ok(MARKETS.save(run.deps.storage, &subject.key, &market)?)
}

fn begin(run: &Run, market: &Market, echelon: &Echelon) -> Clearing {
    let epoch = run.clock.epoch;
    let (bidders, owners) = (market.bidders.at(epoch).now, market.owners.at(epoch).now);
    let places = places(bidders, run.params.share_bps, run.params.min_nodes);
    let range = price_range(Before {
        bidders,
        owners,
        places,
        last_price: market.price,
        reserve_price: echelon.reserve_price,
        move_bps: market.settled.then_some(run.params.price_move_bps),
    });
    Clearing { epoch, bidders, owners, places, range, listed: 0, listed_owners: 0, cursor: None }
}

fn read(storage: &dyn Storage, key: &[u8], clearing: &Clearing, limit: u32) -> Result<Page> {
    let after = clearing.cursor.as_ref().map(Binary::as_slice);
    let mut page = Page { ended: true, ..Page::default() };
    for (seen, entry) in BID_INDEX.prefix(key).ascending(storage, after).enumerate() {
        if seen == limit as usize {
            page.ended = false;
            return Ok(page);
        }
        let (bytes, indexed) = entry?;
        let Some((price, ticket)) = bid_of_key(&bytes) else { continue };
        page.cursor = Some(Binary::new(bytes));
        if clearing.epoch < indexed.from || clearing.epoch >= indexed.until {
            continue;
        }
        let full = clearing.listed as usize + page.serving.len() >= clearing.places as usize;
        if full || price > clearing.range.most {
            page.excluded = Some(price);
            return Ok(page);
        }
        page.serving.push(Listed { ticket, owner: indexed.owner, bid: price });
    }
    Ok(page)
}

fn list(run: &mut Run, subject: &Subject, clearing: &mut Clearing, page: &Page) -> Result<()> {
    if page.serving.is_empty() {
        return Ok(());
    }
    let first = clearing.listed;
    let mut serving = vec![];
    for entry in &page.serving {
        let index = clearing.listed;
        LISTS.save(run.deps.storage, (&subject.key, clearing.epoch, index), entry)?;
        let at = (subject.key.as_slice(), &entry.owner);
        let mut standing = STANDINGS.may_load(run.deps.storage, at)?.unwrap_or_default();
        if standing.listed_epoch != Some(clearing.epoch) {
            standing.listed_epoch = Some(clearing.epoch);
            STANDINGS.save(run.deps.storage, at, &standing)?;
            clearing.listed_owners += 1;
        }
        let (owner, ticket) = (entry.owner.to_string(), id(entry.ticket));
        serving.push(Serving { bid: amount(entry.bid), index, owner, ticket });
        clearing.listed += 1;
    }
    run.emit(&MarketListed {
        echelon: subject.echelon_id.clone(),
        epoch: id(clearing.epoch),
        first,
        model: subject.model.to_string(),
        serving,
    })
}

fn end(
    run: &mut Run,
    subject: &Subject,
    market: &mut Market,
    of: (&Clearing, Option<u128>),
) -> Result<()> {
    let (clearing, excluded) = of;
    let price = clearing_price(clearing.range, excluded);
    market.list_epoch = clearing.epoch;
    market.serving = clearing.listed;
    market.serving_owners = clearing.listed_owners;
    market.closed = clearing.listed < run.params.min_nodes;
    // A price that closes the market would keep it closed: the next clearing starts from the bids.
    let forgets = market.closed && market.price.is_some();
    market.price = (!market.closed).then_some(price);
    market.settled &= !market.closed;
    market.cleared_epoch = Some(clearing.epoch);
    market.changed = match market.changed {
        Some((_, last)) if last > clearing.epoch => Some((clearing.epoch + 1, last)),
        _ => None,
    };
    let auction = clearing.range.least != clearing.range.most;
    let moves = auction && excluded.is_some_and(|bid| bid.min(subject.reserve_price) != price);
    if moves || (forgets && excluded.is_some()) {
        market.change(clearing.epoch + 1);
    }
    run.emit(&MarketCleared {
        bidders: clearing.bidders,
        closed: market.closed,
        echelon: subject.echelon_id.clone(),
        epoch: id(clearing.epoch),
        model: subject.model.to_string(),
        owners: clearing.owners,
        price: amount(price),
        serving: market.serving,
    })
}
