//! The four doors of the contract.

use atoma_core::ledger::Totals;
use cosmwasm_std::{entry_point, Deps, DepsMut, Env, MessageInfo, Response};
use cosmwasm_std::{Binary, Uint128};

use crate::error::{ContractError, Result};
use crate::events::network::{BeaconBody, EpochStarted, Instantiated, MigrationApplied};
use crate::events::{amount, bytes, id, Log};
use crate::execute;
use crate::limits;
use crate::msg::{ExecuteMsg, InstantiateMsg, MigrateMsg, QueryMsg};
use crate::query;
use crate::run::Run;
use crate::state::{Clock, Config, CLOCK, CONFIG, MIGRATION, PARAMS, TOTALS};

/// Length of a compressed G2 point.
pub const BEACON_KEY_BYTES: usize = 96;

#[entry_point]
pub fn instantiate(
    deps: DepsMut,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response> {
    msg.params.validate()?;
    limits::length("beacon public key", &msg.beacon.public_key, BEACON_KEY_BYTES)?;
    limits::text("denom", &msg.denom)?;
    if msg.beacon.period.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let config = config_of(&deps, &env, &msg)?;
    let reserve = reserve_of(&info, &config.denom)?;
    let clock = Clock {
        height: env.block.height,
        time: env.block.time.seconds(),
        lost_total: 0,
        fixed: false,
        epoch: 0,
        params_version: 1,
        params_at: None,
        paused: false,
    };
    CONFIG.save(deps.storage, &config)?;
    CLOCK.save(deps.storage, &clock)?;
    PARAMS.save(deps.storage, clock.params_version, &msg.params)?;
    TOTALS.save(deps.storage, &Totals { reserve: reserve.u128(), ..Totals::default() })?;
    let mut log = Log::genesis(&env.block.chain_id, &config.contract);
    log.emit(&Instantiated {
        beacon: BeaconBody {
            genesis: msg.beacon.genesis,
            period: msg.beacon.period,
            public_key: bytes(&msg.beacon.public_key),
        },
        chain_id: env.block.chain_id.clone(),
        contract: env.contract.address.to_string(),
        denom: config.denom,
        genesis: id(config.genesis),
        governance: config.governance.to_string(),
        params: msg.params,
        reserve: amount(reserve.u128()),
        treasury: config.treasury.to_string(),
    })?;
    log.emit(&EpochStarted { epoch: id(0), starts_at: id(config.genesis) })?;
    let events = log.close(deps.storage);
    Ok(Response::new().add_events(events))
}

fn config_of(deps: &DepsMut, env: &Env, msg: &InstantiateMsg) -> Result<Config> {
    Ok(Config {
        beacon_genesis: msg.beacon.genesis.u64(),
        beacon_period: msg.beacon.period.u64(),
        beacon_key: msg.beacon.public_key.clone(),
        contract: Binary::new(deps.api.addr_canonicalize(env.contract.address.as_str())?.to_vec()),
        denom: msg.denom.clone(),
        genesis: env.block.time.seconds(),
        governance: deps.api.addr_validate(&msg.governance)?,
        treasury: deps.api.addr_validate(&msg.treasury)?,
    })
}

fn reserve_of(info: &MessageInfo, denom: &str) -> Result<Uint128> {
    match info.funds.as_slice() {
        [] => Ok(Uint128::zero()),
        [coin] if coin.denom == denom => {
            Ok(Uint128::try_from(coin.amount).map_err(cosmwasm_std::StdError::from)?)
        }
        _ => Err(ContractError::WrongFunds { denom: denom.to_string() }),
    }
}

#[entry_point]
pub fn execute(deps: DepsMut, env: Env, info: MessageInfo, msg: ExecuteMsg) -> Result<Response> {
    if !info.funds.is_empty() && !matches!(msg, ExecuteMsg::Deposit {}) {
        return Err(ContractError::FundsNotAccepted);
    }
    let mut run = Run::begin(deps, env, info.sender.clone())?;
    execute::dispatch(&mut run, &info, msg)?;
    run.finish()
}

#[entry_point]
pub fn query(deps: Deps, env: Env, msg: QueryMsg) -> Result<Binary> {
    query::answer(deps, &env, msg)
}

/// Runs in the code that was announced: the contract is its own admin, so only `migrate_now` leads here.
#[entry_point]
pub fn migrate(deps: DepsMut, env: Env, _msg: MigrateMsg) -> Result<Response> {
    let announced = MIGRATION.may_load(deps.storage)?;
    let announced = announced.ok_or(ContractError::NothingAnnounced { what: "migration" })?;
    let sender = env.contract.address.clone();
    let mut run = Run::begin(deps, env, sender)?;
    if run.now() < announced.at {
        return Err(ContractError::TimeLocked { now: run.now(), at: announced.at });
    }
    MIGRATION.remove(run.deps.storage);
    run.emit(&MigrationApplied { checksum: announced.checksum, code_id: id(announced.code_id) })?;
    run.finish()
}
