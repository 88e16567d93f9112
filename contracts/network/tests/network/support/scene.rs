//! A founded network and the steps of a request on it.

use cosmwasm_std::{Addr, Binary, Uint128, Uint64};
use serde_json::Value;

use super::keys::{Wallet, WorkKey};
use super::net::{Net, Said};
use super::setting::{self, COLLATERAL, MODEL, RESERVE_PRICE};
use atoma_core::commitment::{commitment, leaf, root_of_digest, CommitmentFields};
use atoma_core::{sha256, Hash};
use atoma_network::msg::{ExecuteMsg, QueryMsg, RequestAnswer, RequestBody, SignedAction};

pub const NODES: u8 = 8;
pub const USER_FUNDS: u128 = 100_000;

pub struct Node {
    pub ticket: u64,
    pub owner: Addr,
    pub key: WorkKey,
}

pub struct Scene {
    pub net: Net,
    pub nodes: Vec<Node>,
    pub user: Wallet,
    pub poster: Addr,
    pub nonce: u64,
}

/// An answer as a node commits to it.
#[derive(Clone, Copy)]
pub struct Answer {
    pub digest: Hash,
    pub output_tokens: u32,
    pub finish_reason: u8,
}

pub const ANSWER: Answer = Answer { digest: [9; 32], output_tokens: 100, finish_reason: 1 };

impl Scene {
    /// Echelon, model, eight nodes of eight owners with bids 500,000 + ticket, a user with a balance; cleared.
    pub fn founded() -> Scene {
        let mut scene = Scene::bare();
        for at in 1..=NODES {
            scene.join(at);
        }
        scene.net.epoch();
        let poster = scene.poster.clone();
        scene
            .net
            .execute(&poster, ExecuteMsg::Poke { requests: vec![], models: vec![MODEL.into()] })
            .expect("poked");
        scene.clear(100);
        scene
    }

    /// Echelon and model only.
    pub fn bare() -> Scene {
        let mut net = Net::new();
        let make = |name: &str| net.deps.api.addr_make(name);
        let (poster, model_owner) = (make("poster"), make("model-owner"));
        let governance = net.governance.clone();
        let register = ExecuteMsg::RegisterEchelon {
            descriptor: setting::descriptor(),
            collateral: Uint128::new(COLLATERAL),
            reserve_price: Uint128::new(RESERVE_PRICE),
        };
        net.execute(&governance, register).expect("an echelon");
        net.pay(&model_owner, 1_000, ExecuteMsg::Deposit {}).expect("a deposit");
        net.execute(&model_owner, ExecuteMsg::RegisterModel(setting::model())).expect("a model");
        let user = Wallet::new(77);
        net.pay(&user.address.clone(), USER_FUNDS, ExecuteMsg::Deposit {}).expect("a deposit");
        Scene { net, nodes: vec![], user, poster, nonce: 0 }
    }

    /// A node that registers, subscribes and bids.
    pub fn join(&mut self, seed: u8) {
        let owner = self.net.deps.api.addr_make(&format!("owner-{seed}"));
        self.join_as(seed, owner, 500_000 + u128::from(seed));
    }

    pub fn join_as(&mut self, seed: u8, owner: Addr, price: u128) {
        let key = WorkKey::new(seed);
        self.net.pay(&owner, COLLATERAL, ExecuteMsg::Deposit {}).expect("a deposit");
        let register = ExecuteMsg::RegisterNode {
            work_key: key.public_key(),
            sealing_key: Binary::from([seed; 32]),
            beacon_key: Binary::from([seed; 96]),
            collateral: Uint128::new(COLLATERAL),
        };
        let said = self.net.execute(&owner, register).expect("a ticket");
        let ticket = number(&find(&said, "node.registered.v1")["ticket"]);
        self.nodes.push(Node { ticket, owner: owner.clone(), key });
        let subscribe = ExecuteMsg::Subscribe {
            ticket: Uint64::new(ticket),
            model: MODEL.into(),
            echelon: setting::echelon_id(),
        };
        self.net.execute(&owner, subscribe).expect("subscribed");
        self.bid(ticket, price);
    }

    pub fn bid(&mut self, ticket: u64, price: u128) {
        let owner = self.node(ticket).owner.clone();
        let bid = ExecuteMsg::Bid {
            ticket: Uint64::new(ticket),
            model: MODEL.into(),
            price: Uint128::new(price),
        };
        self.net.execute(&owner, bid).expect("a bid");
    }

    pub fn clear(&mut self, limit: u32) -> Vec<Said> {
        let msg = ExecuteMsg::Clear { model: MODEL.into(), echelon: setting::echelon_id(), limit };
        self.net.execute(&self.poster.clone(), msg).expect("cleared")
    }

    pub fn node(&self, ticket: u64) -> &Node {
        self.nodes.iter().find(|node| node.ticket == ticket).expect("a node")
    }

    /// Posts a batch; the events say what became of it.
    pub fn batch(&mut self, actions: Vec<SignedAction>) -> Vec<Said> {
        let msg = ExecuteMsg::SubmitBatch { fence: None, actions };
        self.net.execute(&self.poster.clone(), msg).expect("a batch")
    }

    pub fn wallet_action(&self, nonce: u64, action: &str) -> SignedAction {
        self.user.sign(&self.net.domain(), nonce, (action, self.net.time() + 60))
    }

    /// Submits by a signed action; the request's id.
    pub fn submit(&mut self, body: &RequestBody) -> u64 {
        let text =
            format!(r#"{{"request":{}}}"#, cosmwasm_std::to_json_string(body).expect("json"));
        let action = self.wallet_action(self.nonce, &text);
        self.nonce += 1;
        let said = self.batch(vec![action]);
        number(&find(&said, "request.submitted.v1")["request"])
    }

    pub fn tick(&mut self) -> Vec<Said> {
        self.net.execute(&self.poster.clone(), ExecuteMsg::Tick {}).expect("ticked")
    }

    /// Ticks into the next block and submits the beacon that what was fixed before takes.
    pub fn beacon(&mut self) {
        self.net.blocks(1);
        let said = self.tick();
        let round = number(&find(&said, "round.fixed.v1")["round"]);
        let msg = ExecuteMsg::SubmitBeacon {
            round: Uint64::new(round),
            signature: self.net.beacon.sign(round),
        };
        self.net.execute(&self.poster.clone(), msg).expect("a beacon");
    }

    pub fn draw(&mut self, request: u64) -> Vec<Said> {
        let msg = ExecuteMsg::Draw { requests: vec![Uint64::new(request)] };
        self.net.execute(&self.poster.clone(), msg).expect("drawn")
    }

    pub fn poke(&mut self, request: u64) -> Vec<Said> {
        let msg = ExecuteMsg::Poke { requests: vec![Uint64::new(request)], models: vec![] };
        self.net.execute(&self.poster.clone(), msg).expect("poked")
    }

    pub fn request(&self, request: u64) -> RequestAnswer {
        self.net.ask(QueryMsg::Request { request: Uint64::new(request) })
    }

    /// Submitted and drawn.
    pub fn assigned(&mut self) -> u64 {
        let request = self.submit(&setting::body());
        self.beacon();
        self.draw(request);
        request
    }

    /// A work key's action on the slot that the request shows now.
    pub fn work(&self, request: u64, slot: u32, (kind, fields): (&str, &str)) -> SignedAction {
        let shown = self.request(request);
        let held = &shown.slots[slot as usize - 1];
        let node = self.node(held.ticket.u64());
        let text = format!(
            r#"{{"{kind}":{{"request":"{request}","slot":{slot},"attempt":{}{fields}}}}}"#,
            held.attempt
        );
        node.key.sign(&self.net.domain(), node.ticket, (&text, self.net.time() + 60))
    }

    pub fn accept(&mut self, request: u64, slot: u32) -> Vec<Said> {
        let action = self.work(request, slot, ("accept_input", ""));
        self.batch(vec![action])
    }

    pub fn commit(&mut self, request: u64, slot: u32, answer: Answer) -> Vec<Said> {
        let action = self.commit_action(request, slot, answer);
        self.batch(vec![action])
    }

    pub fn commit_action(&self, request: u64, slot: u32, answer: Answer) -> SignedAction {
        let shown = self.request(request);
        let held = &shown.slots[slot as usize - 1];
        let domain = self.net.domain();
        let made = commitment(&CommitmentFields {
            chain_id: &domain.chain_id,
            contract: &domain.contract,
            request,
            ticket: held.ticket.u64(),
            attempt: held.attempt,
            salt: salt(slot),
            root: root_of_digest(&answer.digest, shown.n).expect("a root"),
            leaf: leaf(&answer.digest, slot),
            digest: [0; 32],
            evidence_root: [0; 32],
            output_tokens: answer.output_tokens,
            finish_reason: answer.finish_reason,
        });
        self.work(request, slot, ("commit", &format!(r#","commitment":"{}""#, Binary::from(made))))
    }

    pub fn reveal(&mut self, request: u64, slot: u32, answer: Answer) -> Vec<Said> {
        let action = self.reveal_action(request, slot, answer);
        self.batch(vec![action])
    }

    pub fn reveal_action(&self, request: u64, slot: u32, answer: Answer) -> SignedAction {
        let n = self.request(request).n;
        let fields = format!(
            r#","salt":"{}","root":"{}","leaf":"{}","evidence_root":"{}","output_tokens":{},"finish_reason":{}"#,
            Binary::from(salt(slot)),
            Binary::from(root_of_digest(&answer.digest, n).expect("a root")),
            Binary::from(leaf(&answer.digest, slot)),
            Binary::from([0; 32]),
            answer.output_tokens,
            answer.finish_reason,
        );
        self.work(request, slot, ("reveal", &fields))
    }

    /// All slots accepted and committed.
    pub fn committed(&mut self, answer: Answer) -> u64 {
        let request = self.assigned();
        for slot in 1..=3 {
            self.accept(request, slot);
            self.commit(request, slot, answer);
        }
        request
    }

    pub fn balance(&self, address: &Addr) -> u128 {
        let answer: atoma_network::msg::BalanceAnswer =
            self.net.ask(QueryMsg::Balance { address: address.to_string() });
        answer.balance.u128()
    }
}

pub fn salt(slot: u32) -> Hash {
    sha256(&[b"salt", &slot.to_be_bytes()])
}

pub fn number(value: &Value) -> u64 {
    value.as_str().expect("a string").parse().expect("a number")
}

/// The body of the only event of a kind.
pub fn find(said: &[Said], kind: &str) -> Value {
    let found: Vec<_> = said.iter().filter(|said| said.kind == kind).collect();
    assert_eq!(found.len(), 1, "{kind} in {said:?}");
    found[0].body.clone()
}

pub fn kinds(said: &[Said]) -> Vec<&str> {
    said.iter().map(|said| said.kind.as_str()).collect()
}

/// The code of the only refusal.
pub fn refusal(said: &[Said]) -> String {
    find(said, "action.refused.v1")["code"].as_str().expect("a code").to_string()
}
