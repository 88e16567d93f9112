//! Attacks of the protocol page and bugs that peers shipped, as far as this version reaches.

use cosmwasm_std::{Uint128, Uint64};

use crate::support::net::refused;
use crate::support::scene::{find, kinds, number, refusal, Answer, Scene, ANSWER};
use crate::support::setting::{self, MODEL};
use atoma_network::msg::ExecuteMsg;
use atoma_network::state::request::{Stage, State};

#[test]
fn leaving_and_rejoining_after_the_beacon_changes_no_draw() {
    let drawn = |rejoin: bool| {
        let mut scene = Scene::founded();
        let owner = scene.node(2).owner.clone();
        let leave = ExecuteMsg::Unsubscribe { ticket: Uint64::new(2), model: MODEL.into() };
        scene.net.execute(&owner, leave).expect("left");
        let request = scene.submit(&setting::body());
        scene.beacon();
        if rejoin {
            let echelon = setting::echelon_id();
            let subscribe =
                ExecuteMsg::Subscribe { ticket: Uint64::new(2), model: MODEL.into(), echelon };
            scene.net.execute(&owner, subscribe).expect("subscribed");
            scene.bid(2, 1);
        }
        scene.draw(request);
        scene.request(request).slots.iter().map(|slot| slot.ticket.u64()).collect::<Vec<_>>()
    };
    assert_eq!(drawn(true), drawn(false));
    assert!(!drawn(true).contains(&2));
}

#[test]
fn a_later_beacon_never_replaces_an_earlier_one() {
    let mut scene = Scene::founded();
    let request = scene.submit(&setting::body());
    scene.net.blocks(1);
    let said = scene.tick();
    let round = number(&find(&said, "round.fixed.v1")["round"]);
    let poster = scene.poster.clone();
    for later in [round + 1, round + 50] {
        let signature = scene.net.beacon.sign(later);
        let submit = ExecuteMsg::SubmitBeacon { round: Uint64::new(later), signature };
        scene.net.execute(&poster, submit).expect("stored");
    }
    assert_eq!(kinds(&scene.draw(request)), Vec::<&str>::new());
    assert_eq!(scene.request(request).state, State::Pending);
}

#[test]
fn a_draw_in_the_fixing_block_is_impossible() {
    let mut scene = Scene::founded();
    let request = scene.submit(&setting::body());
    for round in 1..200 {
        let signature = scene.net.beacon.sign(round);
        let submit = ExecuteMsg::SubmitBeacon { round: Uint64::new(round), signature };
        scene.net.execute(&scene.poster.clone(), submit).expect("stored");
    }
    assert_eq!(kinds(&scene.draw(request)), Vec::<&str>::new());
}

#[test]
fn a_commitment_of_another_slot_does_not_open() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    for slot in 1..=3 {
        scene.accept(request, slot);
    }
    scene.commit(request, 1, ANSWER);
    let copied = scene.request(request).slots[0].commitment.clone().expect("made");
    let text = format!(r#","commitment":"{}""#, cosmwasm_std::Binary::from(copied.as_slice()));
    let copy = scene.work(request, 2, ("commit", &text));
    scene.batch(vec![copy]);
    scene.commit(request, 3, ANSWER);
    scene.reveal(request, 1, ANSWER);
    assert_eq!(refusal(&scene.reveal(request, 2, ANSWER)), "commitment_mismatch");
}

#[test]
fn nobody_reveals_before_all_have_committed() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    for slot in 1..=3 {
        scene.accept(request, slot);
    }
    scene.commit(request, 1, ANSWER);
    assert_eq!(refusal(&scene.reveal(request, 1, ANSWER)), "wrong_state");
}

#[test]
fn equal_roots_with_different_counts_do_not_settle() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let more = Answer { output_tokens: 128, ..ANSWER };
    for (slot, answer) in [(1, ANSWER), (2, ANSWER), (3, more)] {
        scene.accept(request, slot);
        scene.commit(request, slot, answer);
    }
    scene.reveal(request, 1, ANSWER);
    scene.reveal(request, 2, ANSWER);
    find(&scene.reveal(request, 3, more), "request.disputed.v1");
}

#[test]
fn more_tokens_than_paid_for_cannot_be_revealed() {
    let mut scene = Scene::founded();
    let greedy = Answer { output_tokens: 129, ..ANSWER };
    let request = scene.committed(greedy);
    assert_eq!(refusal(&scene.reveal(request, 1, greedy)), "too_many_tokens");
    let odd = Answer { finish_reason: 3, ..ANSWER };
    let request = scene.committed(odd);
    assert_eq!(refusal(&scene.reveal(request, 1, odd)), "malformed_finish_reason");
}

#[test]
fn the_user_pays_the_clearing_price_of_the_answer_and_not_the_cap() {
    let mut scene = Scene::founded();
    let before = scene.balance(&scene.user.address);
    let request = scene.committed(Answer { output_tokens: 1, ..ANSWER });
    for slot in 1..=3 {
        scene.reveal(request, slot, Answer { output_tokens: 1, ..ANSWER });
    }
    scene.net.blocks(3);
    scene.poke(request);
    // 65 tokens: 3 * 33, 3 to the model's owner, 1 burned, 1 treasury, 10 dispatch.
    assert_eq!(before - scene.balance(&scene.user.address), 99 + 3 + 1 + 1 + 10);
}

#[test]
fn it_settles_once() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    for slot in 1..=3 {
        scene.reveal(request, slot, ANSWER);
    }
    scene.net.blocks(3);
    let requests = vec![Uint64::new(request); 3];
    let poster = scene.poster.clone();
    let said =
        scene.net.execute(&poster, ExecuteMsg::Poke { requests, models: vec![] }).expect("poked");
    find(&said, "request.settled.v1");
    assert_eq!(kinds(&scene.poke(request)), Vec::<&str>::new());
}

#[test]
fn no_one_is_replaced_after_the_first_reveal() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    scene.reveal(request, 1, ANSWER);
    let refusing = scene.work(request, 2, ("refuse", ""));
    assert_eq!(refusal(&scene.batch(vec![refusing])), "wrong_state");
    scene.net.blocks(100);
    scene.poke(request);
    assert_eq!(scene.request(request).state, State::Refunded);
    scene.net.blocks(1);
    scene.tick();
    assert_eq!(kinds(&scene.draw(request)), Vec::<&str>::new());
}

#[test]
fn acceptance_is_final_so_a_node_cannot_refuse_after_it() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    scene.accept(request, 1);
    let refusing = scene.work(request, 1, ("refuse", ""));
    assert_eq!(refusal(&scene.batch(vec![refusing])), "wrong_stage");
}

#[test]
fn a_user_who_starves_nodes_pays_the_dispatch_and_nobody_is_slashed() {
    let mut scene = Scene::founded();
    let before = scene.balance(&scene.user.address);
    let request = scene.assigned();
    while scene.request(request).state == State::Assigned {
        let waits = scene.request(request).slots.iter().any(|slot| slot.stage == Stage::Assigned);
        scene.net.blocks(if waits { 15 } else { 61 });
        scene.poke(request);
        if scene.request(request).slots.iter().any(|slot| slot.stage == Stage::Vacant) {
            let pending =
                scene.net.said.iter().rev().find(|said| said.kind == "slot.vacated.v1").is_some();
            if pending && scene.request(request).state == State::Assigned && waits {
                scene.beacon();
                scene.draw(request);
            }
        }
    }
    assert_eq!(scene.request(request).state, State::Refunded);
    assert_eq!(before - scene.balance(&scene.user.address), 10);
    assert!(!scene.net.said.iter().any(|said| said.kind == "node.slashed.v1"));
}

#[test]
fn a_slash_is_no_income_beyond_the_cap() {
    let mut scene = Scene::founded();
    let mut body = setting::body();
    body.max_fee = Uint128::new(315);
    scene.submit(&body);
    let governance = scene.net.governance.clone();
    let mut params = setting::params();
    params.comp_multiple = 0;
    scene
        .net
        .execute(&governance, ExecuteMsg::SetParams { params: Box::new(params) })
        .expect("announced");
    scene.net.blocks(30);
    scene.tick();
    let before = scene.balance(&scene.user.address);
    let request = scene.committed(ANSWER);
    scene.net.blocks(30);
    let said = scene.poke(request);
    for slashed in said.iter().filter(|said| said.kind == "node.slashed.v1") {
        assert_eq!((&slashed.body["user"], &slashed.body["burned"]), (&"0".into(), &"144".into()));
    }
    assert_eq!(before - scene.balance(&scene.user.address), 10);
}

#[test]
fn a_claim_twice_pays_once() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    for slot in 1..=3 {
        scene.reveal(request, slot, ANSWER);
    }
    scene.net.blocks(3);
    scene.poke(request);
    scene.net.epoch();
    let ticket = scene.request(request).slots[0].ticket;
    let owner = scene.node(ticket.u64()).owner.clone();
    scene.net.execute(&owner, ExecuteMsg::Claim { ticket }).expect("paid");
    let text = format!("no ended epoch owes ticket {ticket} anything");
    refused(scene.net.execute(&owner, ExecuteMsg::Claim { ticket }), "nothing_to_claim", &text);
}

#[test]
fn a_max_fee_that_nobody_escrowed_raises_no_compensation() {
    let mut scene = Scene::founded();
    let mut params = setting::params();
    params.comp_multiple = 1;
    params.timeout_bps = 10_000;
    let governance = scene.net.governance.clone();
    let params = ExecuteMsg::SetParams { params: Box::new(params) };
    scene.net.execute(&governance, params).expect("announced");
    scene.net.blocks(30);
    scene.tick();
    let mut body = setting::body();
    body.max_fee = Uint128::new(1 << 90);
    let request = scene.submit(&body);
    let charge_max = scene.request(request).charge_max.u128();
    scene.beacon();
    scene.draw(request);
    scene.accept(request, 1);
    scene.net.blocks(136);
    let said = scene.poke(request);
    assert_eq!(find(&said, "node.slashed.v1")["user"], charge_max.to_string());
}
