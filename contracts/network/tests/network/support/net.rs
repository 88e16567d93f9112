//! One contract on an in-memory store, with a clock, a bank and everything it ever said.

use atoma_core::event_head;
use cosmwasm_std::testing::{message_info, mock_env, MockApi, MockQuerier, MockStorage};
use cosmwasm_std::{
    coins, from_json, Addr, Api, BankMsg, CosmosMsg, Empty, Env, Event, Order, OwnedDeps, Response,
    Storage, Timestamp, Uint64,
};
use serde_json::Value;

use super::audit;
use super::keys::{api, BeaconKey, Domain};
use super::record::{Call, Recorder};
use super::setting;
use atoma_network::contract;
use atoma_network::error::ContractError;
use atoma_network::msg::{Beacon, ExecuteMsg, InstantiateMsg, QueryMsg};

pub const DENOM: &str = "utoma";
pub const GENESIS: u64 = 1_000_000;

#[derive(Clone, Debug)]
pub struct Said {
    pub kind: String,
    pub body: Value,
}

pub struct Net {
    pub deps: OwnedDeps<MockStorage, MockApi, MockQuerier, Empty>,
    pub env: Env,
    pub beacon: BeaconKey,
    pub governance: Addr,
    /// Coins that the contract holds.
    pub bank: u128,
    pub said: Vec<Said>,
    pub messages: Vec<CosmosMsg>,
    head: [u8; 32],
    recorder: Recorder,
}

impl Net {
    pub fn new() -> Net {
        let mut deps = OwnedDeps {
            storage: MockStorage::default(),
            api: api(),
            querier: MockQuerier::default(),
            custom_query_type: std::marker::PhantomData,
        };
        let mut env = mock_env();
        env.contract.address = deps.api.addr_make("contract");
        env.block.chain_id = "atoma-test".into();
        env.block.height = 10;
        env.block.time = Timestamp::from_seconds(GENESIS);
        let beacon = BeaconKey::new(7);
        let governance = deps.api.addr_make("governance");
        let msg = InstantiateMsg {
            beacon: Beacon {
                genesis: Uint64::new(GENESIS - 100),
                period: Uint64::new(1),
                public_key: beacon.public_key(),
            },
            denom: DENOM.into(),
            governance: governance.to_string(),
            params: setting::params(),
            treasury: governance.to_string(),
        };
        let info = message_info(&governance, &coins(5_000, DENOM));
        let response = contract::instantiate(deps.as_mut(), env.clone(), info.clone(), msg.clone())
            .expect("instantiated");
        let contract =
            deps.api.addr_canonicalize(env.contract.address.as_str()).expect("canonical");
        let head = event_head::genesis(&env.block.chain_id, &contract);
        let recorder = Recorder::new(&env);
        let mut net = Net {
            deps,
            env,
            beacon,
            governance,
            bank: 5_000,
            said: vec![],
            messages: vec![],
            head,
            recorder,
        };
        net.absorb(response);
        let (env, sender, funds) = (&net.env, Some(&info.sender), info.funds.as_slice());
        let querier = &net.deps.querier;
        let call = Call { kind: "instantiate", env, sender, funds, msg: &msg, querier };
        net.recorder.call(call, Ok(Value::Null), net.head);
        net
    }

    pub fn domain(&self) -> Domain {
        let contract =
            self.deps.api.addr_canonicalize(self.env.contract.address.as_str()).expect("canonical");
        Domain { chain_id: self.env.block.chain_id.clone(), contract: contract.to_vec() }
    }

    pub fn time(&self) -> u64 {
        self.env.block.time.seconds()
    }

    /// Blocks of one second.
    pub fn blocks(&mut self, count: u64) {
        self.env.block.height += count;
        self.env.block.time = self.env.block.time.plus_seconds(count);
    }

    pub fn epoch(&mut self) {
        self.blocks(10);
    }

    /// Executes; a refusal leaves the store as it was, as the chain does.
    pub fn execute(&mut self, sender: &Addr, msg: ExecuteMsg) -> Result<Vec<Said>, ContractError> {
        self.pay(sender, 0, msg)
    }

    pub fn pay(
        &mut self,
        sender: &Addr,
        amount: u128,
        msg: ExecuteMsg,
    ) -> Result<Vec<Said>, ContractError> {
        let funds = if amount == 0 { vec![] } else { coins(amount, DENOM) };
        let before: Vec<_> = self.deps.storage.range(None, None, Order::Ascending).collect();
        let info = message_info(sender, &funds);
        let result = contract::execute(self.deps.as_mut(), self.env.clone(), info, msg.clone());
        let result = match result {
            Ok(response) => {
                self.bank += amount;
                Ok(self.absorb(response))
            }
            Err(error) => {
                self.restore(before);
                Err(error)
            }
        };
        let outcome = result.as_ref().map(|_| Value::Null).map_err(ContractError::to_string);
        let call = Call {
            kind: "execute",
            env: &self.env,
            sender: Some(sender),
            funds: &funds,
            msg: &msg,
            querier: &self.deps.querier,
        };
        self.recorder.call(call, outcome, self.head);
        result
    }

    pub fn restore(&mut self, before: Vec<(Vec<u8>, Vec<u8>)>) {
        let now: Vec<_> = self.deps.storage.range(None, None, Order::Ascending).collect();
        for (key, _) in now {
            self.deps.storage.remove(&key);
        }
        for (key, value) in before {
            self.deps.storage.set(&key, &value);
        }
    }

    pub fn ask<T: serde::de::DeserializeOwned>(&self, msg: QueryMsg) -> T {
        let answer =
            contract::query(self.deps.as_ref(), self.env.clone(), msg.clone()).expect("an answer");
        let shown = from_json(&answer).expect("json");
        let querier = &self.deps.querier;
        let call =
            Call { kind: "query", env: &self.env, sender: None, funds: &[], msg: &msg, querier };
        self.recorder.call(call, Ok(shown), self.head);
        from_json(answer).expect("the answer's type")
    }

    /// Takes in what a message did, and checks what must hold after every message.
    pub fn absorb(&mut self, response: Response) -> Vec<Said> {
        for sub in response.messages {
            if let CosmosMsg::Bank(BankMsg::Send { amount, .. } | BankMsg::Burn { amount }) =
                &sub.msg
            {
                self.bank -= amount[0].amount.to_string().parse::<u128>().expect("an amount");
            }
            self.messages.push(sub.msg);
        }
        let fresh: Vec<Said> = response.events.iter().map(|event| self.hear(event)).collect();
        audit::check(self, self.head);
        fresh
    }

    fn hear(&mut self, event: &Event) -> Said {
        assert_eq!(event.ty, "atoma");
        let of = |key: &str| {
            event.attributes.iter().find(|a| a.key == key).expect("attribute").value.clone()
        };
        let (kind, text) = (of("type"), of("body"));
        let seq: u64 = of("seq").parse().expect("a number");
        assert_eq!(seq, self.said.len() as u64 + 1, "gapless");
        self.head = event_head::next(&self.head, seq, &kind, &text);
        assert_eq!(of("head"), atoma_core::encoding::hex(&self.head));
        let body: Value = serde_json::from_str(&text).expect("json");
        assert_eq!(body.to_string(), text, "{kind} is not canonical");
        let said = Said { kind, body };
        self.said.push(said.clone());
        said
    }
}

/// The refusal's exact words.
pub fn refused<T: std::fmt::Debug>(result: Result<T, ContractError>, code: &str, text: &str) {
    let error = result.expect_err("a refusal");
    assert_eq!((error.code(), error.to_string().as_str()), (code, text));
}
