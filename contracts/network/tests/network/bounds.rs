//! What one message may be made to carry: log records, host calls and columns are finite.

use cosmwasm_std::{Binary, HexBinary, Uint64};
use ed25519_dalek::Signer as _;

use crate::support::net::{refused, Said};
use crate::support::scene::{find, refusal, Scene};
use crate::support::setting;
use atoma_network::error::Result;
use atoma_network::msg::{ExecuteMsg, Fence, SignedAction, Signer};

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

#[test]
fn a_fence_is_a_printable_lane_and_a_term_that_a_signed_number_holds() {
    let mut scene = Scene::bare();
    let mut raise = |lane: &str, term: u64| {
        let fence = Fence { lane: lane.into(), term: Uint64::new(term) };
        let user = scene.user.address.clone();
        scene.net.execute(&user, ExecuteMsg::Fence(fence))
    };
    refused(raise(&"l".repeat(65), 1), "too_long", "lane has 65, at most 64");
    refused(raise("a\nb", 1), "unprintable", "lane holds a control character");
    let most = i64::MAX as u64;
    let text = format!("term is {}, at most {most}", most + 1);
    refused(raise("main", most + 1), "too_large", &text);
    raise(&"l".repeat(64), most).expect("raised");
}

#[test]
fn numbers_of_a_model_fit_the_columns_they_are_kept_in() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    let mut refuse = |change: fn(&mut atoma_network::msg::RegisterModel), text: &str| {
        let mut model = setting::model();
        model.id = "other".into();
        change(&mut model);
        refused(scene.net.execute(&user, ExecuteMsg::RegisterModel(model)), "too_large", text);
    };
    refuse(
        |model| model.context_limit = (1 << 24) + 1,
        "context_limit is 16777217, at most 16777216",
    );
    refuse(
        |model| model.chunk_size = (1 << 30) + 1,
        "chunk_size is 1073741825, at most 1073741824",
    );
    refuse(
        |model| model.files[0].size = Uint64::new(u64::MAX),
        "size is 18446744073709551615, at most 9223372036854775807",
    );
}

#[test]
fn a_refusal_without_proof_of_its_author_does_not_name_the_action() {
    let mut scene = Scene::founded();
    let good = scene.wallet_action(0, r#"{"withdraw":{"amount":"999999999"}}"#);
    let said = post(&mut scene, vec![good.clone()]).expect("posted");
    let own = find(&said, "action.refused.v1")["digest"].clone();
    let mut forged = good.clone();
    forged.signature = Binary::from([7; 64]);
    let stranger = scene.nodes[0].key.clone();
    let mut absent = stranger.sign(&scene.net.domain(), 99, (WITHDRAW, scene.net.time() + 60));
    absent.signature = Binary::from(stranger.0.sign(b"x").to_bytes());
    let actions = vec![good, forged.clone(), absent.clone()];
    let said = post(&mut scene, actions).expect("posted");
    let digests: Vec<_> = said.iter().map(|said| said.body["digest"].clone()).collect();
    let unverified = |action: &SignedAction, index: u32| {
        let parts = [b"atoma/unverified/v1".as_slice(), &action.action, &index.to_be_bytes()];
        atoma_core::encoding::hex(&atoma_core::sha256(&parts))
    };
    let expected = [own, unverified(&forged, 1).into(), unverified(&absent, 2).into()];
    assert_eq!(digests, expected);
}

#[test]
fn an_expired_action_keeps_its_digest() {
    let mut scene = Scene::founded();
    let expired = scene.user.sign(&scene.net.domain(), 0, (WITHDRAW, scene.net.time()));
    let mut forged = expired.clone();
    forged.signature = Binary::from([7; 64]);
    let said = post(&mut scene, vec![expired, forged]).expect("posted");
    let codes: Vec<_> = said.iter().filter_map(|said| said.body["code"].as_str()).collect();
    assert_eq!(codes, vec!["expired", "bad_signature"]);
    assert_ne!(said[0].body["digest"], said[1].body["digest"]);
}
