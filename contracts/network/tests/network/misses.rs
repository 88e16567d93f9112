//! Draws that nobody accepted: who has missed, and what that costs.

use cosmwasm_std::Uint64;

use crate::support::net::Said;
use crate::support::scene::{find, kinds, number, Scene};
use crate::support::setting;
use atoma_network::msg::{ExecuteMsg, QueryMsg, TicketAnswer};
use atoma_network::state::request::{Stage, State};

fn holder(scene: &Scene, request: u64, slot: usize) -> u64 {
    scene.request(request).slots[slot - 1].ticket.u64()
}

fn refuse(scene: &mut Scene, request: u64, slot: u32) -> Vec<Said> {
    let action = scene.work(request, slot, ("refuse", ""));
    scene.batch(vec![action])
}

fn silent_on_the_first_slot() -> (Scene, u64) {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    for slot in 2..=3 {
        scene.accept(request, slot);
    }
    scene.net.blocks(15);
    scene.poke(request);
    scene.beacon();
    scene.draw(request);
    (scene, request)
}

#[test]
fn a_node_that_refuses_has_not_missed() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    refuse(&mut scene, request, 1);
    scene.beacon();
    scene.draw(request);
    assert!(!kinds(&scene.accept(request, 1)).contains(&"node.missed.v1"));
}

#[test]
fn only_the_direct_predecessor_of_who_accepts_has_missed() {
    let (mut scene, request) = silent_on_the_first_slot();
    let second = holder(&scene, request, 1);
    scene.net.blocks(15);
    scene.poke(request);
    scene.beacon();
    scene.draw(request);
    let said = scene.accept(request, 1);
    assert_eq!(find(&said, "node.missed.v1")["ticket"], second.to_string());
    let (mut scene, request) = silent_on_the_first_slot();
    refuse(&mut scene, request, 1);
    scene.beacon();
    scene.draw(request);
    assert!(!kinds(&scene.accept(request, 1)).contains(&"node.missed.v1"));
}

#[test]
fn misses_at_the_limit_cost_a_slash_without_a_part_for_the_user_and_the_next_epoch() {
    let mut scene = Scene::founded();
    let mut params = setting::params();
    params.miss_limit = 2;
    let governance = scene.net.governance.clone();
    let params = ExecuteMsg::SetParams { params: Box::new(params) };
    scene.net.execute(&governance, params).expect("announced");
    scene.net.blocks(30);
    scene.tick();
    let requests: Vec<u64> = (0..8).map(|_| scene.submit(&setting::body())).collect();
    scene.beacon();
    let mut missed = vec![];
    for request in &requests {
        scene.draw(*request);
        let slots = scene.request(*request).slots;
        missed
            .extend(slots.iter().position(|slot| slot.ticket.u64() == 1).map(|at| (*request, at)));
    }
    for (request, at) in &missed {
        for other in (1..=3).filter(|slot| *slot != *at as u32 + 1) {
            scene.accept(*request, other);
        }
    }
    scene.net.blocks(15);
    for (request, _) in &missed {
        scene.poke(*request);
    }
    scene.beacon();
    let mut said = vec![];
    for (request, at) in &missed {
        scene.draw(*request);
        if scene.request(*request).slots[*at].stage == Stage::Assigned {
            said.extend(scene.accept(*request, *at as u32 + 1));
        }
    }
    let slashed = find(&said, "node.slashed.v1");
    assert_eq!((&slashed["kind"], &slashed["ticket"]), (&"misses".into(), &"1".into()));
    assert_eq!((&slashed["user"], &slashed["burned"]), (&"0".into(), &"144".into()));
    let miss = said.iter().find(|said| said.kind == "node.missed.v1").expect("a miss");
    let shown: TicketAnswer = scene.net.ask(QueryMsg::Ticket { ticket: Uint64::new(1) });
    let barred = shown.barred_epoch.expect("barred").u64();
    assert_eq!(barred, number(&miss.body["epoch"]) + 1);
}

#[test]
fn a_slot_whose_search_ended_does_not_end_the_search_of_another() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let start = scene.net.time();
    scene.accept(request, 3);
    refuse(&mut scene, request, 2);
    scene.beacon();
    scene.net.blocks(13);
    refuse(&mut scene, request, 1);
    scene.draw(request);
    scene.beacon();
    scene.net.blocks(13);
    refuse(&mut scene, request, 2);
    // The search of slot 1 lasts to 74 seconds after the start, that of slot 2 waits for its beacon.
    scene.net.blocks(start + 74 - scene.net.time());
    scene.poke(request);
    let shown = scene.request(request);
    assert_eq!(shown.state, State::Assigned);
    let stages: Vec<_> = shown.slots.iter().map(|slot| slot.stage).collect();
    assert_eq!(stages, vec![Stage::Assigned, Stage::Vacant, Stage::Accepted]);
}
