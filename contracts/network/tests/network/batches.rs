use cosmwasm_std::{Binary, Uint64};

use crate::support::keys::Wallet;
use crate::support::net::refused;
use crate::support::scene::{find, kinds, refusal, Scene, ANSWER};
use crate::support::setting;
use atoma_network::msg::{ExecuteMsg, Fence, FenceAnswer, NonceAnswer, QueryMsg, SignedAction};

const WITHDRAW: &str = r#"{"withdraw":{"amount":"5"}}"#;

fn next_nonce(scene: &Scene) -> u64 {
    let answer: NonceAnswer =
        scene.net.ask(QueryMsg::Nonce { address: scene.user.address.to_string() });
    answer.next.u64()
}

fn fenced(
    scene: &mut Scene,
    lane: &str,
    term: u64,
) -> Result<Vec<crate::support::net::Said>, atoma_network::error::ContractError> {
    let fence = Some(Fence { lane: lane.into(), term: Uint64::new(term) });
    let poster = scene.poster.clone();
    scene.net.execute(&poster, ExecuteMsg::SubmitBatch { fence, actions: vec![] })
}

#[test]
fn good_items_land_beside_refused_ones() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let good = scene.work(request, 1, ("accept_input", ""));
    let mut forged = scene.work(request, 2, ("accept_input", ""));
    forged.signature = Binary::from([7; 64]);
    let early = scene.commit_action(request, 3, ANSWER);
    let withdrawal = scene.wallet_action(scene.nonce, WITHDRAW);
    let said = scene.batch(vec![good, forged, early, withdrawal]);
    let outcomes: Vec<_> = said
        .iter()
        .filter(|said| said.kind.starts_with("action."))
        .map(|said| {
            (said.body["index"].as_u64(), said.body["code"].as_str(), said.body["kind"].as_str())
        })
        .collect();
    assert_eq!(
        outcomes,
        vec![
            (Some(0), None, Some("accept_input")),
            (Some(1), Some("bad_signature"), None),
            (Some(2), Some("wrong_stage"), None),
            (Some(3), None, Some("withdraw")),
        ]
    );
}

#[test]
fn a_replayed_item_is_refused_by_its_subject_or_its_nonce() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let accept = scene.work(request, 1, ("accept_input", ""));
    let withdrawal = scene.wallet_action(0, WITHDRAW);
    scene.batch(vec![accept.clone(), withdrawal.clone()]);
    assert_eq!(refusal(&scene.batch(vec![accept])), "wrong_stage");
    let nonce = scene.nonce;
    let withdrawal = scene.wallet_action(nonce, WITHDRAW);
    scene.batch(vec![withdrawal.clone()]);
    assert_eq!(refusal(&scene.batch(vec![withdrawal])), "nonce_used");
}

#[test]
fn a_second_commitment_is_refused() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    scene.accept(request, 1);
    scene.commit(request, 1, ANSWER);
    assert_eq!(refusal(&scene.commit(request, 1, ANSWER)), "wrong_stage");
}

#[test]
fn a_refused_item_uses_no_nonce() {
    let mut scene = Scene::founded();
    let before = next_nonce(&scene);
    let too_much = scene.wallet_action(before, r#"{"withdraw":{"amount":"999999999"}}"#);
    assert_eq!(refusal(&scene.batch(vec![too_much])), "insufficient_balance");
    assert_eq!(next_nonce(&scene), before);
    let good = scene.wallet_action(before, WITHDRAW);
    scene.batch(vec![good]);
    assert_eq!(next_nonce(&scene), before + 1);
}

#[test]
fn nonces_may_land_in_any_order_within_the_window() {
    let mut scene = Scene::founded();
    for nonce in [3, 1, 2, 0] {
        let action = scene.wallet_action(nonce, WITHDRAW);
        find(&scene.batch(vec![action]), "action.accepted.v1");
    }
    assert_eq!(next_nonce(&scene), 4);
    let action = scene.wallet_action(4 + 128, WITHDRAW);
    assert_eq!(refusal(&scene.batch(vec![action])), "nonce_beyond_window");
}

#[test]
fn an_action_expires_and_lives_an_hour_at_most() {
    let mut scene = Scene::founded();
    let domain = scene.net.domain();
    let now = scene.net.time();
    let at = |scene: &Scene, expires_at: u64| scene.user.sign(&domain, 0, (WITHDRAW, expires_at));
    let actions = vec![at(&scene, now), at(&scene, now + 3_601), at(&scene, now + 3_600)];
    let said = scene.batch(actions);
    let codes: Vec<_> = said.iter().filter_map(|said| said.body["code"].as_str()).collect();
    assert_eq!(codes, vec!["expired", "expires_too_late"]);
}

#[test]
fn an_action_for_another_chain_or_contract_does_not_verify() {
    let mut scene = Scene::founded();
    let expires_at = scene.net.time() + 60;
    let mut chain = scene.net.domain();
    chain.chain_id = "other".into();
    let mut contract = scene.net.domain();
    contract.contract[0] ^= 1;
    for domain in [chain, contract] {
        let action = scene.user.sign(&domain, 0, (WITHDRAW, expires_at));
        assert_eq!(refusal(&scene.batch(vec![action])), "bad_signature");
    }
}

#[test]
fn a_key_that_is_not_the_address_is_refused() {
    let mut scene = Scene::founded();
    let thief = Wallet::new(99);
    let mut action: SignedAction = scene.wallet_action(0, WITHDRAW);
    action.signer = atoma_network::msg::Signer::Wallet {
        address: scene.user.address.to_string(),
        public_key: thief.public_key(),
    };
    assert_eq!(refusal(&scene.batch(vec![action])), "wrong_public_key");
}

#[test]
fn a_work_key_moves_no_money_and_a_wallet_does_no_work() {
    let mut scene = Scene::founded();
    let expires_at = scene.net.time() + 60;
    let domain = scene.net.domain();
    let node = scene.node(1);
    let action = node.key.sign(&domain, node.ticket, (WITHDRAW, expires_at));
    assert_eq!(refusal(&scene.batch(vec![action])), "malformed_action");
    let work = r#"{"accept_input":{"request":"1","slot":1,"attempt":0}}"#;
    let action = scene.wallet_action(0, work);
    assert_eq!(refusal(&scene.batch(vec![action])), "malformed_action");
}

#[test]
fn another_nodes_slot_attempt_or_request_is_refused() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let held = scene.request(request).slots[0].ticket.u64();
    let stranger = (1..=8).find(|id| *id != held).expect("another");
    let expires_at = scene.net.time() + 60;
    let sign = |scene: &Scene, ticket: u64, text: &str| {
        scene.node(ticket).key.sign(&scene.net.domain(), ticket, (text, expires_at))
    };
    let text = |request: u64, slot: u32, attempt: u32| {
        format!(r#"{{"accept_input":{{"request":"{request}","slot":{slot},"attempt":{attempt}}}}}"#)
    };
    for (ticket, text, code) in [
        (stranger, text(request, 1, 0), "not_your_slot"),
        (held, text(request, 1, 1), "wrong_attempt"),
        (held, text(request, 0, 0), "no_such_slot"),
        (held, text(request, 4, 0), "no_such_slot"),
        (held, text(9, 1, 0), "not_found"),
        (77, text(request, 1, 0), "not_found"),
    ] {
        let action = if ticket == 77 {
            scene.node(held).key.sign(&scene.net.domain(), 77, (&text, expires_at))
        } else {
            sign(&scene, ticket, &text)
        };
        assert_eq!(refusal(&scene.batch(vec![action])), code);
    }
}

#[test]
fn a_lower_term_is_refused_as_a_whole() {
    let mut scene = Scene::founded();
    find(&fenced(&mut scene, "main", 4).expect("raised"), "fence.raised.v1");
    assert_eq!(kinds(&fenced(&mut scene, "main", 4).expect("same")), Vec::<&str>::new());
    refused(fenced(&mut scene, "main", 3), "fenced", "term 3 is below the lane's term 4");
    fenced(&mut scene, "other", 1).expect("lanes are apart");
    let poster = scene.poster.to_string();
    let answer: FenceAnswer = scene.net.ask(QueryMsg::Fence { poster, lane: "main".into() });
    assert_eq!(answer.term, Some(Uint64::new(4)));
}

#[test]
fn a_poster_with_a_fence_cannot_leave_it_out() {
    let mut scene = Scene::founded();
    fenced(&mut scene, "main", 1).expect("raised");
    let poster = scene.poster.clone();
    let result =
        scene.net.execute(&poster, ExecuteMsg::SubmitBatch { fence: None, actions: vec![] });
    refused(
        result,
        "fence_missing",
        &format!("{poster} has a fence and must name its lane and term"),
    );
}

#[test]
fn another_posters_fence_binds_only_itself() {
    let mut scene = Scene::founded();
    fenced(&mut scene, "main", 9).expect("raised");
    scene.poster = scene.user.address.clone();
    find(&fenced(&mut scene, "main", 1).expect("its own"), "fence.raised.v1");
}

#[test]
fn a_request_in_a_batch_names_its_action() {
    let mut scene = Scene::founded();
    let request = scene.submit(&setting::body());
    let submitted =
        scene.net.said.iter().find(|said| said.kind == "request.submitted.v1").expect("submitted");
    let accepted = scene
        .net
        .said
        .iter()
        .rev()
        .find(|said| said.kind == "action.accepted.v1")
        .expect("accepted");
    assert_eq!(submitted.body["action"], accepted.body["digest"]);
    assert_eq!(submitted.body["request"], request.to_string());
    let user = scene.user.address.clone();
    let said = scene
        .net
        .execute(&user, ExecuteMsg::Request(Box::new(setting::body())))
        .expect("submitted");
    assert!(find(&said, "request.submitted.v1")["action"].is_null());
}

#[test]
fn a_crank_above_its_limit_is_refused() {
    let mut scene = Scene::founded();
    let poster = scene.poster.clone();
    let requests = vec![Uint64::new(1); 129];
    let result = scene.net.execute(&poster, ExecuteMsg::Draw { requests });
    refused(result, "too_long", "requests has 129, at most 128");
}
