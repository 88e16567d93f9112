//! One file a message. Handlers check first and write afterwards: a refusal has written nothing.

mod accept_input;
mod announce_migration;
mod bid;
mod claim;
mod clear;
mod commit;
mod deposit;
mod deregister;
mod draw;
mod fence;
mod migrate_now;
mod pause;
mod poke;
mod refuse;
mod register_echelon;
mod register_model;
mod register_node;
mod request;
mod reveal;
mod rotate_key;
mod set_params;
mod submit_batch;
mod submit_beacon;
mod subscribe;
mod top_up;
mod unsubscribe;
mod withdraw;
mod withdraw_collateral;

pub use request::{quote, Now};

use cosmwasm_std::MessageInfo;

use crate::error::Result;
use crate::msg::ExecuteMsg;
use crate::run::Run;

/// Hands a message to its handler. `tick` has none: recording the block is all it does.
pub fn dispatch(run: &mut Run, info: &MessageInfo, msg: ExecuteMsg) -> Result<()> {
    let sender = info.sender.clone();
    match msg {
        ExecuteMsg::Deposit {} => deposit::deposit(run, info),
        ExecuteMsg::Withdraw { amount } => withdraw::withdraw(run, &sender, amount.u128()),
        ExecuteMsg::RegisterModel(model) => register_model::register_model(run, model),
        ExecuteMsg::Request(body) => request::request(run, &sender, *body, None).map(|_| ()),
        ExecuteMsg::Fence(fence) => fence::raise(run, &fence),
        ExecuteMsg::AnnounceMigration { code_id, checksum } => {
            announce_migration::announce_migration(run, code_id.u64(), checksum)
        }
        ExecuteMsg::MigrateNow {} => migrate_now::migrate_now(run),
        ExecuteMsg::SetParams { params } => set_params::set_params(run, *params),
        ExecuteMsg::Pause { paused } => pause::pause(run, paused),
        ExecuteMsg::Tick {} => Ok(()),
        ExecuteMsg::SubmitBeacon { round, signature } => {
            submit_beacon::submit_beacon(run, round.u64(), &signature)
        }
        ExecuteMsg::Clear { model, echelon, limit } => clear::clear(run, &model, &echelon, limit),
        ExecuteMsg::Draw { requests } => draw::draw(run, &requests),
        ExecuteMsg::Poke { requests, models } => poke::poke(run, &requests, &models),
        ExecuteMsg::SubmitBatch { fence, actions } => {
            submit_batch::submit_batch(run, fence, actions)
        }
        node => dispatch_node(run, node),
    }
}

#[inline(never)]
fn dispatch_node(run: &mut Run, msg: ExecuteMsg) -> Result<()> {
    match msg {
        ExecuteMsg::RegisterEchelon { descriptor, collateral, reserve_price } => {
            register_echelon::register_echelon(
                run,
                descriptor,
                collateral.u128(),
                reserve_price.u128(),
            )
        }
        ExecuteMsg::RegisterNode { work_key, sealing_key, beacon_key, collateral } => {
            let keys = crate::state::ticket::Keys {
                work: work_key,
                sealing: sealing_key,
                beacon: beacon_key,
            };
            register_node::register_node(run, keys, collateral.u128())
        }
        ExecuteMsg::TopUp { ticket, amount } => top_up::top_up(run, ticket.u64(), amount.u128()),
        ExecuteMsg::Deregister { ticket } => deregister::deregister(run, ticket.u64()),
        ExecuteMsg::WithdrawCollateral { ticket } => {
            withdraw_collateral::withdraw_collateral(run, ticket.u64())
        }
        ExecuteMsg::RotateKey { ticket, work_key, sealing_key } => {
            rotate_key::rotate_key(run, ticket.u64(), work_key, sealing_key)
        }
        ExecuteMsg::Subscribe { ticket, model, echelon } => {
            subscribe::subscribe(run, ticket.u64(), model, echelon)
        }
        ExecuteMsg::Unsubscribe { ticket, model } => {
            unsubscribe::unsubscribe(run, ticket.u64(), &model)
        }
        ExecuteMsg::Bid { ticket, model, price } => {
            bid::bid(run, ticket.u64(), model, price.u128())
        }
        ExecuteMsg::Claim { ticket } => claim::claim(run, ticket.u64()),
        _ => Err(crate::error::ContractError::NotInThisVersion { what: "this message" }),
    }
}
