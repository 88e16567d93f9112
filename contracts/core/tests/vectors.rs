//! The vectors of `contracts/vectors`: written by an independent program, read here and by the tests of `libs/protocol`.

use atoma_core::action::{self, ActionFields, SignerBytes};
use atoma_core::beacon;
use atoma_core::canonical_json::Json;
use atoma_core::commitment::{self, CommitmentFields};
use atoma_core::draw::{self, DrawTarget, Stream};
use atoma_core::event_head;
use atoma_core::money::{self, AuditInputs, SliceShares};
use atoma_core::output::{self, FinishReason};
use atoma_core::sampling::{panel_size, SamplingInputs};
use atoma_core::tree::{self, Place};
use atoma_core::{sha256, CoreError, Hash};
use serde_json::Value;

mod vector;
use vector::{bytes, cases, count, hash, hashes, integer, load, text};

#[test]
fn outputs_encode_and_hash_as_the_vectors_say() {
    for case in cases(&load("outputs"), "outputs") {
        let finish = FinishReason::from_u8(count(&case, "finish") as u8).unwrap();
        let tokens: Vec<u32> = numbers(&case, "tokens");
        let encoded = output::encode(finish, &tokens, text(&case, "text"));
        assert_eq!(encoded, bytes(&case, "encoded"));
        assert_eq!(output::digest(&encoded), hash(&case, "digest"));
    }
}

#[test]
fn roots_bind_every_slot() {
    for case in cases(&load("commitments"), "roots") {
        let (digest, n) = (hash(&case, "digest"), count(&case, "n"));
        assert_eq!(commitment::leaf(&digest, 1), hash(&case, "first"));
        assert_eq!(commitment::leaf(&digest, n), hash(&case, "last"));
        assert_eq!(commitment::root_of_digest(&digest, n), Ok(hash(&case, "root")));
    }
}

#[test]
fn commitments_bind_every_field() {
    for case in cases(&load("commitments"), "commitments") {
        let contract = bytes(&case, "contract");
        let fields = CommitmentFields {
            chain_id: text(&case, "chain_id"),
            contract: &contract,
            request: integer(&case, "request") as u64,
            ticket: integer(&case, "ticket") as u64,
            attempt: count(&case, "attempt"),
            salt: hash(&case, "salt"),
            root: hash(&case, "root"),
            leaf: hash(&case, "leaf"),
            digest: hash(&case, "d"),
            evidence_root: hash(&case, "evidence_root"),
            output_tokens: count(&case, "output_tokens"),
            finish_reason: count(&case, "finish") as u8,
        };
        assert_eq!(commitment::commitment(&fields), hash(&case, "commitment"));
    }
}

#[test]
fn actions_are_bound_to_their_signer() {
    for case in cases(&load("actions"), "actions") {
        let (contract, action) = (bytes(&case, "contract"), bytes(&case, "action"));
        let address = match &case["address"] {
            Value::Null => None,
            _ => Some(bytes(&case, "address")),
        };
        let signer = match &address {
            Some(address) => SignerBytes::Wallet { address },
            None => SignerBytes::WorkKey { ticket: integer(&case, "ticket") as u64 },
        };
        let fields = ActionFields {
            chain_id: text(&case, "chain_id"),
            contract: &contract,
            signer,
            action: &action,
            nonce: integer(&case, "nonce") as u64,
            expires_at: integer(&case, "expires_at") as u64,
        };
        assert_eq!(action::digest(&fields), hash(&case, "digest"));
    }
}

#[test]
fn wallets_sign_the_document_of_adr_036() {
    for case in cases(&load("actions"), "adr036") {
        let document =
            action::adr036_sign_bytes(text(&case, "signer"), &bytes(&case, "data")).unwrap();
        assert_eq!(String::from_utf8(document.clone()).unwrap(), text(&case, "sign_bytes"));
        assert_eq!(sha256(&[&document]), hash(&case, "sha256"));
    }
}

#[test]
fn draws_follow_the_stream_of_their_seed() {
    for case in cases(&load("draws"), "draws") {
        let seed = draw::seed(
            text(&case, "purpose"),
            integer(&case, "id") as u64,
            count(&case, "attempt"),
            &hash(&case, "randomness"),
        );
        assert_eq!(seed, hash(&case, "seed"));
        let mut stream = Stream::new(seed);
        let mut chosen = Vec::new();
        let target = DrawTarget { count: count(&case, "count"), chosen: &mut chosen };
        draw::draw_indices(&mut stream, count(&case, "n"), target, |_, _| true).unwrap();
        assert_eq!(chosen, numbers(&case, "indices"));
        assert_eq!(stream.position(), count(&case, "position"));
    }
}

#[test]
fn audit_coins_fall_as_the_vectors_say() {
    for case in cases(&load("draws"), "coins") {
        let audited = draw::audit_coin(&hash(&case, "seed"), integer(&case, "p_e9") as u64);
        assert_eq!(Some(audited), case["audited"].as_bool());
    }
}

#[test]
fn beacon_rounds_and_messages_match_quicknet() {
    let file = load("beacon");
    let quicknet = &file["quicknet"];
    assert_eq!(beacon::message(integer(quicknet, "round") as u64), hash(quicknet, "message"));
    assert_eq!(beacon::randomness(&bytes(quicknet, "signature")), hash(quicknet, "randomness"));
    assert_eq!(beacon::DST, text(quicknet, "dst").as_bytes());
    for case in cases(&file, "rounds") {
        let [time, genesis, period, round] =
            ["time", "genesis", "period", "round"].map(|field| integer(&case, field) as u64);
        assert_eq!(beacon::first_round_after(time, genesis, period), Ok(round));
        let at = integer(&case, "round_time") as u64;
        assert_eq!(beacon::round_time(round, genesis, period), Ok(at));
    }
}

#[test]
fn trees_and_their_paths_match() {
    for case in cases(&load("trees"), "trees") {
        let path = text(&case, "path");
        let chunks: Vec<Vec<u8>> =
            vector::list(&case, "chunks").iter().map(vector::decode).collect();
        let leaves: Vec<Hash> = chunks
            .iter()
            .enumerate()
            .map(|(index, chunk)| tree::leaf_chunk(path, index as u64, chunk))
            .collect();
        let root = hash(&case, "root");
        assert_eq!(leaves, hashes(&case["leaves"]));
        assert_eq!(tree::merkle_root(&leaves), root);
        for (index, siblings) in vector::list(&case, "paths").iter().enumerate() {
            let place = Place { index: index as u64, leaves: leaves.len() as u64 };
            let siblings = hashes(siblings);
            assert_eq!(tree::merkle_path(&leaves, index), siblings);
            assert!(tree::verify_path(&leaves[index], place, &siblings, &root));
        }
    }
}

#[test]
fn event_heads_chain() {
    let file = load("event-heads");
    let mut head = event_head::genesis(text(&file, "chain_id"), &bytes(&file, "contract"));
    assert_eq!(head, hash(&file, "genesis"));
    for case in cases(&file, "events") {
        let seq = integer(&case, "seq") as u64;
        head = event_head::next(&head, seq, text(&case, "type"), text(&case, "body"));
        assert_eq!(head, hash(&case, "head"));
    }
}

#[test]
fn json_is_canonical() {
    let file = load("canonical-json");
    for case in cases(&file, "values") {
        assert_eq!(json(&case["value"]).canonical().unwrap(), text(&case, "canonical"));
    }
    for (name, tag) in [("echelon", "atoma/echelon/v1"), ("input", ""), ("params", "")] {
        let identity = &file["identities"][name];
        let canonical = json(&identity["value"]).canonical().unwrap();
        assert_eq!(sha256(&[tag.as_bytes(), canonical.as_bytes()]), hash(identity, "hash"));
    }
}

#[test]
fn fees_and_splits_round_as_the_vectors_say() {
    let file = load("money");
    for case in cases(&file, "fees") {
        let (tokens, price) = (integer(&case, "tokens") as u64, integer(&case, "price"));
        assert_eq!(money::fee_ceil(tokens, price), Ok(integer(&case, "ceil")));
        assert_eq!(money::fee_floor(tokens, price), Ok(integer(&case, "floor")));
    }
    for case in cases(&file, "bps") {
        let (amount, bps) = (integer(&case, "amount"), count(&case, "bps"));
        assert_eq!(money::bps_ceil(amount, bps), Ok(integer(&case, "ceil")));
        assert_eq!(money::bps_floor(amount, bps), Ok(integer(&case, "floor")));
    }
    for case in cases(&file, "splits") {
        let split = money::split(integer(&case, "amount"), &numbers(&case, "bps")).unwrap();
        let parts: Vec<String> = split.parts.iter().map(u128::to_string).collect();
        assert_eq!(serde_json::json!(parts), case["parts"]);
        assert_eq!(split.remainder, integer(&case, "remainder"));
    }
}

#[test]
fn audit_rates_just_exceed_the_exact_fraction() {
    let file = load("audit-rates");
    for case in cases(&file, "rates") {
        let rate = money::audit_rate_e9(&AuditInputs {
            cost: integer(&case, "cost"),
            stolen: integer(&case, "stolen"),
            reward: integer(&case, "reward"),
            slice: integer(&case, "slice"),
            capture_bps: count(&case, "capture_bps"),
            detection_ppm: count(&case, "detection_ppm"),
            dispute_loss_ppm: count(&case, "dispute_loss_ppm"),
            p_min_e9: integer(&case, "p_min_e9") as u64,
        });
        match &case["rate_e9"] {
            Value::Null => assert!(matches!(rate, Err(CoreError::AuditRateAboveOne { .. }))),
            _ => assert_eq!(rate, Ok(integer(&case, "rate_e9") as u64)),
        }
    }
    for case in cases(&file, "slices") {
        let shares = SliceShares {
            user_bps: count(&case, "user_bps"),
            honest_bps: count(&case, "honest_bps"),
            dispute_bps: count(&case, "dispute_bps"),
            capture_bps: count(&case, "capture_bps"),
        };
        let effective = money::effective_slice(integer(&case, "slice"), &shares);
        assert_eq!(effective, Ok(integer(&case, "effective")));
    }
}

#[test]
fn panels_match_the_exact_formula() {
    for case in cases(&load("sampling"), "panels") {
        let panel = panel_size(&SamplingInputs {
            eligible: count(&case, "eligible"),
            capture_bps: count(&case, "capture_bps"),
            max_draws: count(&case, "max_draws"),
            at_risk: integer(&case, "at_risk"),
            risk_budget: integer(&case, "risk_budget"),
            sampling_min: count(&case, "sampling_min"),
            requested: None,
        });
        let expected = case["n"].as_u64().map(|n| n as u32);
        assert_eq!(panel.clone().ok(), expected, "{case}: {panel:?}");
    }
}

fn numbers(case: &Value, field: &str) -> Vec<u32> {
    vector::list(case, field)
        .iter()
        .map(|value| u32::try_from(value.as_u64().unwrap()).unwrap())
        .collect()
}

fn json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(value) => Json::Number(value.as_u64().unwrap()),
        Value::String(value) => Json::text(value),
        Value::Array(items) => Json::Array(items.iter().map(json).collect()),
        Value::Object(members) => {
            Json::object(members.iter().map(|(key, item)| (key.as_str(), json(item))))
        }
    }
}
