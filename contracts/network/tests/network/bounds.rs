//! What one message may be made to carry: log records, host calls and columns are finite.

use cosmwasm_std::{Binary, HexBinary};

use crate::support::net::{refused, Said};
use crate::support::scene::{find, refusal, Scene};
use crate::support::setting;
use atoma_network::error::Result;
use atoma_network::msg::{ExecuteMsg, SignedAction, Signer};

const WITHDRAW: &str = r#"{"withdraw":{"amount":"5"}}"#;

fn post(scene: &mut Scene, actions: Vec<SignedAction>) -> Result<Vec<Said>> {
    let poster = scene.poster.clone();
    scene.net.execute(&poster, ExecuteMsg::SubmitBatch { fence: None, actions })
}

fn claimed_by(scene: &Scene, address: &str, public_key: Binary) -> SignedAction {
    let mut action = scene.wallet_action(0, WITHDRAW);
    action.signer = Signer::Wallet { address: address.into(), public_key };
    action
}

#[test]
fn a_batch_with_an_address_above_its_bound_is_refused_as_a_whole() {
    let mut scene = Scene::founded();
    let key = scene.user.public_key();
    let long = claimed_by(&scene, &"a".repeat(91), key.clone());
    let good = scene.wallet_action(0, WITHDRAW);
    let result = post(&mut scene, vec![good, long]);
    refused(result, "too_long", "address has 91, at most 90");
    let most = claimed_by(&scene, &"a".repeat(90), key);
    assert_eq!(refusal(&post(&mut scene, vec![most]).expect("posted")), "wrong_public_key");
}

#[test]
fn a_batch_with_an_address_that_no_log_could_print_is_refused_as_a_whole() {
    let mut scene = Scene::founded();
    let odd = claimed_by(&scene, "wasm1\0", scene.user.public_key());
    refused(post(&mut scene, vec![odd]), "unprintable", "address holds a control character");
}

#[test]
fn a_batch_holds_at_most_its_items() {
    let mut scene = Scene::founded();
    let actions = vec![scene.wallet_action(0, WITHDRAW); 201];
    refused(post(&mut scene, actions), "too_long", "actions has 201, at most 200");
}

#[test]
fn an_action_above_its_bytes_is_refused_beside_the_others() {
    let mut scene = Scene::founded();
    let long = format!("{WITHDRAW}{}", " ".repeat(4_097 - WITHDRAW.len()));
    let long = scene.wallet_action(1, &long);
    let good = scene.wallet_action(0, WITHDRAW);
    let said = post(&mut scene, vec![long, good]).expect("posted");
    assert_eq!(refusal(&said), "too_long");
    find(&said, "action.accepted.v1");
}

/// The VM ends the whole message when its checks of signatures read more than they allow: that must not come from one item.
#[test]
fn a_signature_or_key_of_another_length_is_refused_for_its_item_alone() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let mut work = scene.work(request, 1, ("accept_input", ""));
    work.signature = Binary::from([7; 65]);
    let mut wallet = scene.wallet_action(1, WITHDRAW);
    wallet.signature = Binary::from([7; 65]);
    let key = Binary::from([7; 34]);
    let keyed = claimed_by(&scene, scene.user.address.clone().as_str(), key);
    let good = scene.wallet_action(scene.nonce, WITHDRAW);
    let said = post(&mut scene, vec![work, wallet, keyed, good]).expect("posted");
    let codes: Vec<_> = said.iter().filter_map(|said| said.body["code"].as_str()).collect();
    assert_eq!(codes, vec!["wrong_length"; 3]);
    find(&said, "action.accepted.v1");
}

#[test]
fn a_request_names_a_model_an_echelon_and_an_address_that_could_be_such() {
    let mut scene = Scene::founded();
    let mut model = setting::body();
    model.model = "m".repeat(65);
    let mut echelon = setting::body();
    echelon.echelon = HexBinary::from([1; 33]);
    let mut refund = setting::body();
    refund.refund_to = Some("a".repeat(91));
    let mut output = setting::body();
    output.output_to = "\u{1}".into();
    for (body, code) in [
        (model, "malformed_model_id"),
        (echelon, "wrong_length"),
        (refund, "too_long"),
        (output, "unprintable"),
    ] {
        let text =
            format!(r#"{{"request":{}}}"#, cosmwasm_std::to_json_string(&body).expect("json"));
        let action = scene.wallet_action(scene.nonce, &text);
        assert_eq!(refusal(&post(&mut scene, vec![action]).expect("posted")), code);
    }
}

#[test]
fn a_crank_that_names_no_model_changes_nothing() {
    let mut scene = Scene::founded();
    let poster = scene.poster.clone();
    let model = "M".repeat(70_000);
    let poke = ExecuteMsg::Poke { requests: vec![], models: vec![model.clone()] };
    assert!(scene.net.execute(&poster, poke).expect("skipped").is_empty());
    let clear = ExecuteMsg::Clear { model, echelon: setting::echelon_id(), limit: 1 };
    assert!(scene.net.execute(&poster, clear).expect("skipped").is_empty());
}
