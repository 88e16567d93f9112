//! The messages that found a network.

use atoma_core::params::Params;
use atoma_core::split::Split;
use cosmwasm_std::{Binary, HexBinary, Uint128, Uint64};

use atoma_network::msg::{Consensus, Descriptor, ModelFile, RegisterModel, RequestBody};

pub const MODEL: &str = "tiny-1";
pub const COLLATERAL: u128 = 10_000;
pub const RESERVE_PRICE: u128 = 2_000_000;

pub fn params() -> Params {
    Params {
        accept_seconds: 15,
        adversary_share_bps: 5_000,
        beacon_dead_after: 604_800,
        beacon_margin: 1,
        burn_bps: 100,
        challenge_seconds: 3,
        commit_base_seconds: 40,
        commit_ms_per_token: 500,
        comp_multiple: 2,
        dispatch_fee: 10,
        epoch_seconds: 10,
        exit_delay: 63,
        expiry_seconds: 60,
        halt_grace_seconds: 5,
        max_attempts: 3,
        max_block_seconds: 5,
        max_draws: 8,
        min_nodes: 5,
        miss_limit: 3,
        model_deposit: 1_000,
        originality_seconds: 5,
        price_move_bps: 1_000,
        reveal_seconds: 30,
        risk_budget: 1_000,
        sampling_min: 3,
        share_bps: 7_500,
        slice_multiple: 20,
        timelock: 30,
        timeout_bps: 1_000,
        timeout_split: Split { burn_bps: 2_500, treasury_bps: 2_500, user_bps: 5_000 },
        treasury_bps: 100,
    }
}

pub fn descriptor() -> Descriptor {
    Descriptor {
        driver_major: 0,
        engine: "toy".into(),
        gpu_count: 0,
        gpu_memory_mb: 0,
        gpu_model: "cpu".into(),
        kernel_family: "reference".into(),
        ms_per_token: 500,
        quantisation: "f32".into(),
        reference_cost: Uint128::new(100_000),
        seed_rule: "greedy".into(),
        tensor_parallel: 1,
        verification: "exact".into(),
    }
}

pub fn echelon_id() -> HexBinary {
    let text = cosmwasm_std::to_json_vec(&descriptor()).expect("json");
    HexBinary::from(atoma_core::sha256(&[b"atoma/echelon/v1", &text]))
}

pub fn model() -> RegisterModel {
    RegisterModel {
        architecture: "llama".into(),
        chunk_size: 65_536,
        context_limit: 256,
        files: vec![ModelFile { path: "model.gguf".into(), size: Uint64::new(1_000) }],
        id: MODEL.into(),
        metadata_uri: "".into(),
        owner_fee_bps: 250,
        template_hash: Binary::from([1; 32]),
        tokenizer_hash: Binary::from([2; 32]),
        unit: "token".into(),
        weights_root: Binary::from([3; 32]),
    }
}

/// 64 tokens in, up to 128 out.
pub fn body() -> RequestBody {
    RequestBody {
        authenticator: None,
        callback: None,
        consensus: Consensus::Sampling { n: None },
        context: vec![],
        echelon: echelon_id(),
        input_hash: Binary::from([4; 32]),
        input_tokens: 64,
        max_fee: Uint128::new(1_000),
        max_output_tokens: 128,
        min_assurance: None,
        model: MODEL.into(),
        output_to: "gateway".into(),
        params_hash: Binary::from([5; 32]),
        payload: None,
        refund_to: None,
        value_at_risk: Uint128::zero(),
    }
}
