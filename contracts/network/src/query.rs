//! Answers. Pages hold at most [`crate::limits::PAGE_MAX`] rows.

mod market;
mod money;
mod network;
mod node;
mod request;

use cosmwasm_std::{to_json_binary, Binary, Deps, Env};

use crate::error::Result;
use crate::limits;
use crate::msg::QueryMsg;

pub fn answer(deps: Deps, env: &Env, msg: QueryMsg) -> Result<Binary> {
    match msg {
        QueryMsg::Config {} => Ok(to_json_binary(&network::config(deps)?)?),
        QueryMsg::Params {} => Ok(to_json_binary(&network::params(deps)?)?),
        QueryMsg::Head {} => Ok(to_json_binary(&network::head(deps)?)?),
        QueryMsg::Clock {} => Ok(to_json_binary(&network::clock(deps)?)?),
        QueryMsg::Beacon { round } => Ok(to_json_binary(&network::beacon(deps, round.u64())?)?),
        QueryMsg::Fence { poster, lane } => {
            Ok(to_json_binary(&network::fence(deps, &poster, &lane)?)?)
        }
        QueryMsg::Conservation {} => Ok(to_json_binary(&money::conservation(deps, env)?)?),
        QueryMsg::Balance { address } => Ok(to_json_binary(&money::balance(deps, address)?)?),
        QueryMsg::Balances { start_after, limit } => {
            Ok(to_json_binary(&money::balances(deps, start_after, limit)?)?)
        }
        QueryMsg::Nonce { address } => Ok(to_json_binary(&money::nonce(deps, &address)?)?),
        other => answer_things(deps, other),
    }
}

#[inline(never)]
fn answer_things(deps: Deps, msg: QueryMsg) -> Result<Binary> {
    match msg {
        QueryMsg::Ticket { ticket } => Ok(to_json_binary(&node::ticket(deps, ticket.u64())?)?),
        QueryMsg::Tickets { start_after, limit } => {
            Ok(to_json_binary(&node::tickets(deps, start_after, limit)?)?)
        }
        QueryMsg::Model { model } => Ok(to_json_binary(&market::model(deps, model)?)?),
        QueryMsg::Models { start_after, limit } => {
            Ok(to_json_binary(&market::models(deps, start_after, limit)?)?)
        }
        QueryMsg::Echelon { echelon } => Ok(to_json_binary(&market::echelon(deps, &echelon)?)?),
        QueryMsg::Echelons { start_after, limit } => {
            Ok(to_json_binary(&market::echelons(deps, start_after, limit)?)?)
        }
        QueryMsg::Market { model, echelon } => {
            Ok(to_json_binary(&market::market(deps, model, echelon)?)?)
        }
        QueryMsg::Request { request } => {
            Ok(to_json_binary(&request::request(deps, request.u64())?)?)
        }
        QueryMsg::Requests { start_after, limit } => {
            Ok(to_json_binary(&request::requests(deps, start_after, limit)?)?)
        }
        QueryMsg::Quote { request } => Ok(to_json_binary(&request::quote(deps, &request)?)?),
        _ => Err(crate::error::ContractError::NotInThisVersion { what: "this query" }),
    }
}

/// Rows of a page.
fn page(limit: Option<u32>) -> usize {
    limit.unwrap_or(limits::PAGE_DEFAULT).min(limits::PAGE_MAX) as usize
}
