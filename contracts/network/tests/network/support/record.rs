//! Writes what a test did to the contract as a scenario for `contracts/vm-check`, which plays it on the built wasm in
//! the chain's own VM and compares refusals, answers and the event head after every step.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;

use atoma_core::encoding::hex;
use cosmwasm_std::testing::MockQuerier;
use cosmwasm_std::{Addr, Coin, Env, QuerierWrapper};
use serde::Serialize;
use serde_json::{json, Value};

use super::net::DENOM;

/// The folder to write to; nothing is recorded without it.
const FOLDER: &str = "ATOMA_SCENARIOS";
/// A property test founds one network a case; the first ones are enough.
const SCENARIOS_PER_TEST: u32 = 5;
/// Code ids are looked for up to this one.
const CODES_MAX: u64 = 9;

thread_local! {
    static FOUNDED: Cell<u32> = const { Cell::new(0) };
}

pub struct Recorder {
    file: Option<PathBuf>,
    steps: RefCell<Vec<Value>>,
    scope: Value,
}

/// One call to the contract and what came of it.
pub struct Call<'a, M> {
    pub kind: &'static str,
    pub env: &'a Env,
    pub sender: Option<&'a Addr>,
    pub funds: &'a [Coin],
    pub msg: &'a M,
    /// The chain around the contract.
    pub querier: &'a MockQuerier,
}

impl Recorder {
    pub fn new(env: &Env) -> Self {
        let number = FOUNDED.with(|founded| founded.replace(founded.get() + 1));
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("main").replace("::", "-");
        let folder = std::env::var_os(FOLDER).filter(|_| number < SCENARIOS_PER_TEST);
        let file = folder.map(|folder| PathBuf::from(folder).join(format!("{test}-{number}.json")));
        let scope = json!({"chain_id": env.block.chain_id, "contract": env.contract.address});
        Self { file, steps: RefCell::default(), scope }
    }

    /// `outcome` is the refusal, or the answer of a query (null for other calls); `head` holds after the call.
    pub fn call<M: Serialize>(
        &self,
        call: Call<M>,
        outcome: Result<Value, String>,
        head: [u8; 32],
    ) {
        if self.file.is_none() {
            return;
        }
        let msg = serde_json::to_value(call.msg).expect("a message is JSON");
        let name = msg.as_object().and_then(|msg| msg.keys().next().cloned()).unwrap_or_default();
        let mut step = json!({
            "label": label(call.kind, name),
            "kind": call.kind,
            "sender": call.sender,
            "funds": call.funds,
            "block": {"height": call.env.block.height, "time_ns": call.env.block.time.nanos()},
            "msg": msg,
            "head": hex(&head),
            "codes": codes(call.querier),
            "bank": bank(&call),
        });
        match outcome {
            Ok(Value::Null) => step["expect"] = json!("ok"),
            Ok(answer) => step["answer"] = answer,
            Err(refusal) => step["expect"] = json!(refusal),
        }
        self.steps.borrow_mut().push(step);
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let Some(file) = self.file.as_ref().filter(|_| !std::thread::panicking()) else {
            return;
        };
        self.scope["steps"] = Value::Array(self.steps.take());
        std::fs::write(file, self.scope.to_string())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
}

fn label(kind: &str, name: String) -> String {
    match kind {
        "execute" => name,
        "query" => format!("query {name}"),
        other => other.to_string(),
    }
}

/// Codes that the test's chain knows, by id.
fn codes(querier: &MockQuerier) -> Value {
    let querier = QuerierWrapper::<cosmwasm_std::Empty>::new(querier);
    (1..=CODES_MAX)
        .filter_map(|id| {
            Some((id.to_string(), json!(querier.query_wasm_code_info(id).ok()?.checksum)))
        })
        .collect()
}

/// What the test's bank holds for the contract; only a query of conservation asks for it.
fn bank<M>(call: &Call<M>) -> Value {
    let querier = QuerierWrapper::<cosmwasm_std::Empty>::new(call.querier);
    let held = querier.query_balance(&call.env.contract.address, DENOM).expect("the bank answers");
    match held.amount.is_zero() {
        true => json!([]),
        false => json!([held]),
    }
}
