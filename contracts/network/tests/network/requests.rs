use cosmwasm_std::{Binary, Uint128, Uint64};

use crate::support::net::refused;
use crate::support::scene::{find, Scene};
use crate::support::setting;
use atoma_network::error::ContractError;
use atoma_network::msg::{Callback, Consensus, Context, ExecuteMsg, RequestBody};

/// Submits directly and expects a refusal that leaves nothing behind.
fn refuse(scene: &mut Scene, change: impl FnOnce(&mut RequestBody), code: &str, text: &str) {
    let mut body = setting::body();
    change(&mut body);
    let user = scene.user.address.clone();
    let before = (scene.balance(&user), scene.net.said.len());
    let result = scene.net.execute(&user, ExecuteMsg::Request(Box::new(body)));
    refused(result, code, text);
    assert_eq!((scene.balance(&user), scene.net.said.len()), before);
}

#[test]
fn what_is_not_built_yet_is_refused_by_name() {
    let mut scene = Scene::founded();
    type Change = fn(&mut RequestBody);
    let cases: [(&str, Change); 6] = [
        ("cross_validation", |body| body.consensus = Consensus::CrossValidation {}),
        ("payload", |body| body.payload = Some(Binary::from([1]))),
        ("callback", |body| body.callback = Some(Callback { gas_limit: Uint64::new(1) })),
        ("authenticator", |body| body.authenticator = Some("someone".into())),
        ("min_assurance", |body| body.min_assurance = Some("audited".into())),
        ("context", |body| {
            let statement = Binary::from([1; 32]);
            body.context = vec![Context { kind: "tee".into(), statement, verifier: "v".into() }];
        }),
    ];
    for (what, change) in cases {
        refuse(
            &mut scene,
            change,
            "not_in_this_version",
            &format!("{what} is not in this version"),
        );
    }
}

#[test]
fn a_fee_above_the_cap_names_both() {
    let mut scene = Scene::founded();
    // 192 tokens at 500,007: 97 a node; 291 + 8 + 3 + 3 + 10.
    let text = "this costs up to 315, max_fee is 314";
    refuse(&mut scene, |body| body.max_fee = Uint128::new(314), "fee_above_max", text);
}

#[test]
fn the_charge_at_the_cap_is_taken() {
    let mut scene = Scene::founded();
    let mut body = setting::body();
    body.max_fee = Uint128::new(315);
    let request = scene.submit(&body);
    assert_eq!(scene.request(request).charge_max.u128(), 315);
}

#[test]
fn a_short_balance_names_both() {
    let mut scene = Scene::founded();
    let user = scene.user.address.clone();
    scene.net.execute(&user, ExecuteMsg::Withdraw { amount: Uint128::new(99_700) }).expect("paid");
    let text = format!("{user} has 300, needs 315; deposit the difference");
    refuse(&mut scene, |_| {}, "insufficient_balance", &text);
}

#[test]
fn a_context_beyond_the_models_is_refused() {
    let mut scene = Scene::founded();
    let text = "input and output are 257 tokens, the model takes 256";
    refuse(&mut scene, |body| body.max_output_tokens = 193, "context_too_long", text);
}

#[test]
fn no_tokens_are_refused() {
    let mut scene = Scene::founded();
    let text = "input and output need at least one token each";
    refuse(&mut scene, |body| body.input_tokens = 0, "zero_tokens", text);
    refuse(&mut scene, |body| body.max_output_tokens = 0, "zero_tokens", text);
}

#[test]
fn a_hash_of_another_length_is_refused() {
    let mut scene = Scene::founded();
    let short = || Binary::from([1; 31]);
    let text = "input_hash has 31 bytes, expected 32";
    refuse(&mut scene, |body| body.input_hash = short(), "wrong_length", text);
    let text = "params_hash has 31 bytes, expected 32";
    refuse(&mut scene, |body| body.params_hash = short(), "wrong_length", text);
}

#[test]
fn an_unknown_model_or_echelon_is_refused() {
    let mut scene = Scene::founded();
    refuse(&mut scene, |body| body.model = "none".into(), "not_found", "there is no model none");
    let text = format!("there is no echelon {}", "00".repeat(32));
    refuse(&mut scene, |body| body.echelon = [0; 32].into(), "not_found", &text);
}

#[test]
fn a_model_without_enough_nodes_is_not_available() {
    let mut scene = Scene::bare();
    refuse(&mut scene, |_| {}, "model_unavailable", "model tiny-1 is not available");
}

#[test]
fn a_market_that_was_never_cleared_is_closed() {
    let mut scene = Scene::bare();
    for at in 1..=8 {
        scene.join(at);
    }
    scene.net.epoch();
    let poster = scene.poster.clone();
    let poke = ExecuteMsg::Poke { requests: vec![], models: vec![setting::MODEL.into()] };
    scene.net.execute(&poster, poke).expect("poked");
    refuse(&mut scene, |_| {}, "market_closed", "the market of tiny-1 is closed");
}

#[test]
fn a_panel_must_fit_risk_and_market() {
    let mut scene = Scene::founded();
    let sampling = |n: u32| Consensus::Sampling { n: Some(n) };
    let text = "a panel of 5 needs at least 7 eligible owners, got 6";
    refuse(&mut scene, |body| body.consensus = sampling(5), "panel_too_large", text);
    let text = "the value at risk needs a panel of at least 3, got 2";
    refuse(&mut scene, |body| body.consensus = sampling(2), "panel_too_small", text);
}

#[test]
fn more_value_at_risk_needs_a_larger_panel() {
    let mut scene = Scene::founded();
    let mut body = setting::body();
    body.value_at_risk = Uint128::new(1_000_000);
    let request = scene.submit(&body);
    assert_eq!(scene.request(request).n, 4);
}

#[test]
fn a_slice_above_the_collateral_is_refused() {
    let mut scene = Scene::founded();
    let mut params = setting::params();
    params.slice_multiple = 200;
    let governance = scene.net.governance.clone();
    scene
        .net
        .execute(&governance, ExecuteMsg::SetParams { params: Box::new(params) })
        .expect("announced");
    scene.net.blocks(30);
    scene.tick();
    let user = scene.user.address.clone();
    let result = scene.net.execute(&user, ExecuteMsg::Request(Box::new(setting::body())));
    let expected = ContractError::SliceAboveCollateral { slice: 19_201, collateral: 10_000 };
    refused(result, expected.code(), &expected.to_string());
}

#[test]
fn a_refund_goes_where_the_request_says() {
    let mut scene = Scene::founded();
    let friend = cosmwasm_std::testing::MockApi::default().with_prefix("wasm").addr_make("friend");
    let mut body = setting::body();
    body.refund_to = Some(friend.to_string());
    let request = scene.submit(&body);
    scene.net.blocks(604_800);
    scene.poke(request);
    assert_eq!(scene.balance(&friend), 315 - 10);
}

#[test]
fn a_request_that_opens_a_block_after_a_long_pause_gets_the_terms_of_that_block() {
    let mut scene = Scene::founded();
    scene.net.blocks(1_000);
    let user = scene.user.address.clone();
    let said = scene
        .net
        .execute(&user, ExecuteMsg::Request(Box::new(setting::body())))
        .expect("submitted");
    let submitted = find(&said, "request.submitted.v1");
    let epoch = find(&said, "epoch.started.v1")["epoch"].clone();
    assert_eq!(submitted["epoch"], epoch);
    assert_eq!(submitted["expires_at"], (scene.net.time() + 60).to_string());
}
