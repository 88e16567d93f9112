use cosmwasm_std::{Addr, Deps, HexBinary};

use crate::error::Result;
use crate::events::{self, bytes, id};
use crate::msg::{
    Beacon, BeaconAnswer, ClockAnswer, ConfigAnswer, FenceAnswer, HeadAnswer, MigrationAnswer,
    ParamsAnswer,
};
use crate::state::{BEACONS, CLOCK, CONFIG, FENCES, MIGRATION, PARAMS, PARAMS_ANNOUNCED};

pub fn config(deps: Deps) -> Result<ConfigAnswer> {
    let config = CONFIG.load(deps.storage)?;
    let migration = MIGRATION.may_load(deps.storage)?.map(|announced| MigrationAnswer {
        at: id(announced.at),
        checksum: announced.checksum,
        code_id: id(announced.code_id),
    });
    Ok(ConfigAnswer {
        beacon: Beacon {
            genesis: id(config.beacon_genesis),
            period: id(config.beacon_period),
            public_key: config.beacon_key,
        },
        denom: config.denom,
        genesis: id(config.genesis),
        governance: config.governance.to_string(),
        migration,
        treasury: config.treasury.to_string(),
    })
}

pub fn params(deps: Deps) -> Result<ParamsAnswer> {
    let clock = CLOCK.load(deps.storage)?;
    Ok(ParamsAnswer {
        announced: PARAMS_ANNOUNCED.may_load(deps.storage)?,
        announced_at: clock.params_at.map(id),
        params: PARAMS.load(deps.storage, clock.params_version)?,
        version: clock.params_version,
    })
}

pub fn head(deps: Deps) -> Result<HeadAnswer> {
    let (head, seq) = events::read(deps.storage)?;
    Ok(HeadAnswer { head: bytes(head), seq: id(seq) })
}

pub fn clock(deps: Deps) -> Result<ClockAnswer> {
    let clock = CLOCK.load(deps.storage)?;
    Ok(ClockAnswer {
        block_time: id(clock.time),
        contract_time: id(clock.now()),
        epoch: id(clock.epoch),
        height: id(clock.height),
        lost_total: id(clock.lost_total),
        paused: clock.paused,
    })
}

pub fn beacon(deps: Deps, round: u64) -> Result<BeaconAnswer> {
    let known = BEACONS.may_load(deps.storage, round)?;
    Ok(BeaconAnswer {
        randomness: known.map(|value| HexBinary::from(value.as_slice())),
        round: id(round),
    })
}

pub fn fence(deps: Deps, poster: &str, lane: &str) -> Result<FenceAnswer> {
    let poster: Addr = deps.api.addr_validate(poster)?;
    Ok(FenceAnswer { term: FENCES.may_load(deps.storage, (&poster, lane))?.map(id) })
}
