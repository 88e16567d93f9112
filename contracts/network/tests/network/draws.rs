use cosmwasm_std::{Binary, Uint64};

use crate::support::net::refused;
use crate::support::scene::{find, kinds, number, Scene, NODES};
use crate::support::setting;
use atoma_core::draw::{seed, Stream};
use atoma_network::msg::{BeaconAnswer, ExecuteMsg, QueryMsg};
use atoma_network::state::request::{Stage, State};

#[test]
fn the_panel_is_what_the_beacon_says() {
    let mut scene = Scene::founded();
    let request = scene.submit(&setting::body());
    scene.beacon();
    let said = scene.draw(request);
    let round = number(&find(&said, "request.assigned.v1")["round"]);
    let beacon: BeaconAnswer = scene.net.ask(QueryMsg::Beacon { round: Uint64::new(round) });
    let randomness = beacon.randomness.expect("known").to_array().expect("32 bytes");
    let mut stream = Stream::new(seed("panel", request, 0, &randomness));
    let mut expected: Vec<u64> = vec![];
    while expected.len() < 3 {
        // Bids are in the order of tickets, so index i is ticket i + 1.
        let ticket = u64::from(stream.next_index(6).expect("an index")) + 1;
        if !expected.contains(&ticket) {
            expected.push(ticket);
        }
    }
    let drawn: Vec<u64> =
        scene.request(request).slots.iter().map(|slot| slot.ticket.u64()).collect();
    assert_eq!(drawn, expected);
}

#[test]
fn without_its_beacon_a_draw_changes_nothing() {
    let mut scene = Scene::founded();
    let request = scene.submit(&setting::body());
    assert_eq!(kinds(&scene.draw(request)), Vec::<&str>::new());
    scene.net.blocks(1);
    assert_eq!(kinds(&scene.draw(request)), vec!["round.fixed.v1"]);
    assert_eq!(kinds(&scene.draw(99)), Vec::<&str>::new());
    assert_eq!(scene.request(request).state, State::Pending);
}

#[test]
fn a_second_draw_changes_nothing() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    assert_eq!(kinds(&scene.draw(request)), Vec::<&str>::new());
}

#[test]
fn a_forged_beacon_is_refused_and_a_known_one_ignored() {
    let mut scene = Scene::founded();
    let submit = |round: u64, signature: Binary| ExecuteMsg::SubmitBeacon {
        round: Uint64::new(round),
        signature,
    };
    let poster = scene.poster.clone();
    let other = scene.net.beacon.sign(6);
    let result = scene.net.execute(&poster, submit(5, other));
    refused(result, "beacon_invalid", "the signature of round 5 does not verify");
    let result = scene.net.execute(&poster, submit(5, Binary::from([0; 48])));
    refused(result, "beacon_invalid", "the signature of round 5 does not verify");
    let result = scene.net.execute(&poster, submit(5, Binary::from([0; 47])));
    refused(result, "wrong_length", "signature has 47 bytes, expected 48");
    let good = scene.net.beacon.sign(5);
    find(
        &scene.net.execute(&poster, submit(5, good.clone())).expect("stored"),
        "beacon.verified.v1",
    );
    assert_eq!(
        kinds(&scene.net.execute(&poster, submit(5, good)).expect("ignored")),
        Vec::<&str>::new()
    );
}

#[test]
fn a_requesters_own_tickets_are_never_drawn() {
    for _ in 0..4 {
        let mut scene = Scene::bare();
        for at in 1..=NODES {
            scene.join(at);
        }
        let user = scene.user.address.clone();
        scene.join_as(50, user.clone(), 1);
        scene.net.epoch();
        let poster = scene.poster.clone();
        let poke = ExecuteMsg::Poke { requests: vec![], models: vec![setting::MODEL.into()] };
        scene.net.execute(&poster, poke).expect("poked");
        scene.clear(100);
        for _ in 0..6 {
            let request = scene.assigned();
            assert!(scene.request(request).slots.iter().all(|slot| slot.owner != user.as_str()));
        }
    }
}

#[test]
fn a_refused_slot_is_drawn_anew_without_a_slash() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let before: Vec<_> =
        scene.request(request).slots.iter().map(|slot| slot.owner.clone()).collect();
    let action = scene.work(request, 2, ("refuse", ""));
    let said = scene.batch(vec![action]);
    assert_eq!(find(&said, "slot.vacated.v1")["reason"], "refused");
    assert!(!kinds(&said).contains(&"node.slashed.v1"));
    assert_eq!(scene.request(request).slots[1].stage, Stage::Vacant);
    scene.beacon();
    scene.draw(request);
    let slot = scene.request(request).slots[1].clone();
    assert_eq!((slot.stage, slot.attempt), (Stage::Assigned, 1));
    assert!(!before.contains(&slot.owner));
}

#[test]
fn a_ticket_that_left_before_is_skipped_and_one_that_leaves_later_stays_liable() {
    for leave_first in [true, false] {
        let mut scene = Scene::founded();
        let leave = |scene: &mut Scene| {
            for ticket in 1..=3u64 {
                let owner = scene.node(ticket).owner.clone();
                scene
                    .net
                    .execute(&owner, ExecuteMsg::Deregister { ticket: Uint64::new(ticket) })
                    .expect("left");
            }
        };
        if leave_first {
            leave(&mut scene);
        }
        let request = scene.submit(&setting::body());
        scene.net.blocks(1);
        scene.tick();
        if !leave_first {
            leave(&mut scene);
        }
        let poster = scene.poster.clone();
        let rounds: Vec<_> =
            scene.net.said.iter().filter(|said| said.kind == "round.fixed.v1").collect();
        let round = number(&rounds[0].body["round"]);
        let signature = scene.net.beacon.sign(round);
        scene
            .net
            .execute(&poster, ExecuteMsg::SubmitBeacon { round: Uint64::new(round), signature })
            .expect("stored");
        scene.draw(request);
        let drawn: Vec<u64> =
            scene.request(request).slots.iter().map(|slot| slot.ticket.u64()).collect();
        assert_eq!(drawn.len(), 3);
        // Six serve; with three gone before, only tickets 4 to 6 are left to draw.
        assert_eq!(drawn.iter().all(|ticket| *ticket > 3), leave_first, "{drawn:?}");
    }
}

#[test]
fn without_eligible_nodes_a_request_refunds_at_expiry() {
    let mut scene = Scene::founded();
    for ticket in 1..=4u64 {
        let owner = scene.node(ticket).owner.clone();
        scene
            .net
            .execute(&owner, ExecuteMsg::Deregister { ticket: Uint64::new(ticket) })
            .expect("left");
    }
    let before = scene.balance(&scene.user.address);
    let request = scene.submit(&setting::body());
    scene.beacon();
    scene.draw(request);
    assert_eq!(scene.request(request).state, State::Pending);
    scene.net.blocks(58);
    assert!(!kinds(&scene.poke(request)).contains(&"request.refunded.v1"));
    scene.net.blocks(1);
    let said = scene.poke(request);
    assert_eq!(find(&said, "request.refunded.v1")["reason"], "no_eligible_node");
    assert_eq!(scene.balance(&scene.user.address), before - 10);
}

#[test]
fn waiting_for_the_expiry_turns_no_panel_down() {
    let mut scene = Scene::founded();
    let request = scene.submit(&setting::body());
    scene.beacon();
    scene.net.blocks(100);
    find(&scene.poke(request), "request.assigned.v1");
    assert_eq!(scene.request(request).state, State::Assigned);
}

#[test]
fn without_a_beacon_a_request_waits_until_the_beacon_is_dead() {
    let mut scene = Scene::founded();
    let request = scene.submit(&setting::body());
    scene.net.blocks(604_799);
    assert!(!kinds(&scene.poke(request)).contains(&"request.refunded.v1"));
    scene.net.blocks(1);
    let said = scene.poke(request);
    assert_eq!(find(&said, "request.refunded.v1")["reason"], "beacon_dead");
}

#[test]
fn a_ticket_serves_no_more_than_its_free_slices() {
    let mut scene = Scene::founded();
    // Collateral 10,000 and slices of 1,921: five fit. Six nodes of five slices make ten panels.
    let mut requests = vec![];
    for _ in 0..11 {
        requests.push(scene.assigned());
    }
    let drawn =
        requests.iter().filter(|request| scene.request(**request).state == State::Assigned).count();
    assert!((8..=10).contains(&drawn), "{drawn}");
}
