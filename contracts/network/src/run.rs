//! One execution: what every message needs, read once, and written once at its end if it changed.

use atoma_core::ledger::Totals;
use atoma_core::params::Params;
use atoma_core::{beacon, clock, epoch, Hash};
use cosmwasm_std::{coins, Addr, BankMsg, CosmosMsg, DepsMut, Env, Response};

use crate::error::{ContractError, Result};
use crate::events::network::{EpochStarted, Halted, ParamsChanged, RoundFixed};
use crate::events::{id, Fact, Log};
use crate::state::{
    Clock, Config, BEACONS, CLOCK, CONFIG, PARAMS, PARAMS_ANNOUNCED, ROUNDS, TOTALS,
};

pub struct Run<'a> {
    pub deps: DepsMut<'a>,
    pub env: Env,
    pub sender: Addr,
    pub config: Config,
    pub params: Params,
    pub clock: Clock,
    pub totals: Totals,
    pub log: Log,
    pub messages: Vec<CosmosMsg>,
    /// Leaves the bank at the end of the message.
    pub burn: u128,
    loaded: (Clock, Totals),
}

impl<'a> Run<'a> {
    /// Loads what stands and records the block: halts, epochs, announced parameters, and the round of what the block
    /// before fixed. This comes first in every message, so time is the same for all of it.
    #[inline(never)]
    pub fn begin(deps: DepsMut<'a>, env: Env, sender: Addr) -> Result<Run<'a>> {
        let clock = CLOCK.load(deps.storage)?;
        let totals = TOTALS.load(deps.storage)?;
        let mut run = Run {
            config: CONFIG.load(deps.storage)?,
            params: PARAMS.load(deps.storage, clock.params_version)?,
            log: Log::load(deps.storage)?,
            loaded: (clock.clone(), totals),
            clock,
            totals,
            messages: vec![],
            burn: 0,
            deps,
            env,
            sender,
        };
        run.record_block()?;
        Ok(run)
    }

    #[inline(never)]
    pub fn finish(self) -> Result<Response> {
        let Run { deps, config, clock, totals, log, mut messages, burn, loaded, .. } = self;
        if clock != loaded.0 {
            CLOCK.save(deps.storage, &clock)?;
        }
        if totals != loaded.1 {
            TOTALS.save(deps.storage, &totals)?;
        }
        if burn > 0 {
            messages.push(BankMsg::Burn { amount: coins(burn, config.denom) }.into());
        }
        let events = log.close(deps.storage);
        Ok(Response::new().add_messages(messages).add_events(events))
    }

    /// Contract time.
    pub fn now(&self) -> u64 {
        self.clock.now()
    }

    pub fn emit<F: Fact>(&mut self, fact: &F) -> Result<()> {
        self.log.emit(fact)
    }

    /// Marks that something at this height waits for a round; returns the height.
    pub fn fix(&mut self) -> u64 {
        self.clock.fixed = true;
        self.clock.height
    }

    /// The parameters that a request was pinned to.
    pub fn params_at(&self, version: u32) -> Result<Params> {
        if version == self.clock.params_version {
            return Ok(self.params.clone());
        }
        Ok(PARAMS.load(self.deps.storage, version)?)
    }

    /// The round of what was fixed at a height and its randomness, once both are known.
    pub fn randomness(&self, height: u64) -> Result<Option<(u64, Hash)>> {
        let Some(round) = ROUNDS.may_load(self.deps.storage, height)? else { return Ok(None) };
        let Some(value) = BEACONS.may_load(self.deps.storage, round)? else { return Ok(None) };
        Ok(Some((round, value.to_array()?)))
    }

    pub fn only_governance(&self) -> Result<()> {
        if self.sender == self.config.governance {
            return Ok(());
        }
        Err(ContractError::NotGovernance { sender: self.sender.to_string() })
    }

    fn record_block(&mut self) -> Result<()> {
        let (height, time) = (self.env.block.height, self.env.block.time.seconds());
        if height == self.clock.height {
            return Ok(());
        }
        let before = clock::Block { height: self.clock.height, time: self.clock.time };
        let rule = clock::HaltRule {
            max_block_seconds: self.params.max_block_seconds,
            grace_seconds: self.params.halt_grace_seconds,
        };
        let lost = clock::lost_between(before, clock::Block { height, time }, rule);
        let fixed = self.clock.fixed;
        self.clock.lost_total += lost;
        (self.clock.height, self.clock.time, self.clock.fixed) = (height, time, false);
        if lost > 0 {
            self.emit(&Halted { lost: id(lost), lost_total: id(self.clock.lost_total) })?;
        }
        if fixed {
            self.fix_round(before.height)?;
        }
        self.enter_epoch()?;
        self.apply_params()
    }

    /// The time of this block is the first that is known to be later than what `height` fixed.
    fn fix_round(&mut self, height: u64) -> Result<()> {
        let later = self.clock.time + self.params.beacon_margin;
        let round = beacon::first_round_after(
            later,
            self.config.beacon_genesis,
            self.config.beacon_period,
        )?;
        ROUNDS.save(self.deps.storage, height, &round)?;
        self.emit(&RoundFixed { height: id(height), round: id(round) })
    }

    fn enter_epoch(&mut self) -> Result<()> {
        let (genesis, seconds) = (self.config.genesis, self.params.epoch_seconds);
        let entered = epoch::epoch_at(self.clock.time, genesis, seconds);
        if entered == self.clock.epoch {
            return Ok(());
        }
        self.clock.epoch = entered;
        let starts_at = epoch::epoch_start(entered, genesis, seconds);
        self.emit(&EpochStarted { epoch: id(entered), starts_at: id(starts_at) })
    }

    fn apply_params(&mut self) -> Result<()> {
        if self.clock.params_at.is_none_or(|at| self.now() < at) {
            return Ok(());
        }
        let params = PARAMS_ANNOUNCED.load(self.deps.storage)?;
        PARAMS_ANNOUNCED.remove(self.deps.storage);
        self.clock.params_at = None;
        self.clock.params_version += 1;
        PARAMS.save(self.deps.storage, self.clock.params_version, &params)?;
        self.params = params.clone();
        self.emit(&ParamsChanged { params, version: self.clock.params_version })
    }
}
