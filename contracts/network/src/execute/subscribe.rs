use cosmwasm_std::HexBinary;

use crate::error::{ContractError, Result};
use crate::events::id;
use crate::events::node::Subscribed;
use crate::flow::availability::settle_state;
use crate::limits;
use crate::run::Run;
use crate::state::market::{load_echelon, load_model, MODELS, MODEL_OWNERS};
use crate::state::ticket::{load_active, Subscription, Ticket, TICKETS};

/// Subscribes a ticket to a model, from the next epoch on. The first subscription chooses the ticket's echelon.
#[inline(never)]
pub fn subscribe(
    run: &mut Run,
    ticket_id: u64,
    model_id: String,
    echelon: HexBinary,
) -> Result<()> {
    let mut ticket = load_active(run.deps.storage, ticket_id, &run.sender)?;
    let mut model = load_model(run.deps.storage, &model_id)?;
    check(run, ticket_id, &ticket, &model_id, &echelon)?;
    let subscribed =
        MODEL_OWNERS.may_load(run.deps.storage, (&model_id, &ticket.owner))?.unwrap_or_default();
    MODEL_OWNERS.save(run.deps.storage, (&model_id, &ticket.owner), &(subscribed + 1))?;
    let from_epoch = run.clock.epoch + 1;
    ticket.echelon = Some(echelon.clone());
    ticket.subscriptions.push(Subscription { model: model_id.clone(), from_epoch });
    TICKETS.save(run.deps.storage, ticket_id, &ticket)?;
    run.emit(&Subscribed {
        echelon,
        from_epoch: id(from_epoch),
        model: model_id.clone(),
        ticket: id(ticket_id),
    })?;
    model.owners += u32::from(subscribed == 0);
    settle_state(run, &model_id, &mut model)?;
    Ok(MODELS.save(run.deps.storage, &model_id, &model)?)
}

fn check(
    run: &Run,
    ticket_id: u64,
    ticket: &Ticket,
    model: &str,
    echelon_id: &HexBinary,
) -> Result<()> {
    let echelon = load_echelon(run.deps.storage, echelon_id)?;
    if ticket.echelon.as_ref().is_some_and(|own| own != echelon_id) {
        return Err(ContractError::WrongEchelon { ticket: ticket_id });
    }
    if ticket.collateral < echelon.collateral {
        return Err(ContractError::CollateralTooSmall {
            collateral: ticket.collateral,
            needed: echelon.collateral,
        });
    }
    if ticket.subscriptions.iter().any(|held| held.model == model) {
        return Err(ContractError::AlreadySubscribed {
            ticket: ticket_id,
            model: model.to_string(),
        });
    }
    limits::count("subscriptions", ticket.subscriptions.len() + 1, limits::SUBSCRIPTIONS_MAX)
}
