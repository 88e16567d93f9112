use cosmwasm_std::Uint64;

use crate::support::scene::{find, kinds, Answer, Scene, ANSWER, USER_FUNDS};
use crate::support::setting::COLLATERAL;
use atoma_network::msg::{QueryMsg, TicketAnswer};
use atoma_network::state::request::{Stage, State};

/// Slice of the standard request: 20 * 500,007 * 192 / 10^6, up; a tenth of it is slashed.
const SLICE: u128 = 1_921;
const SLASH: u128 = 192;

fn ticket(scene: &Scene, ticket: u64) -> TicketAnswer {
    scene.net.ask(QueryMsg::Ticket { ticket: Uint64::new(ticket) })
}

fn redraw(scene: &mut Scene, request: u64) {
    scene.beacon();
    scene.draw(request);
}

#[test]
fn no_acceptance_is_drawn_anew_and_costs_a_miss_once_another_accepts() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let silent = scene.request(request).slots[0].ticket.u64();
    for slot in 2..=3 {
        scene.accept(request, slot);
    }
    scene.net.blocks(15);
    let said = scene.poke(request);
    assert_eq!(find(&said, "slot.vacated.v1")["reason"], "not_accepted");
    assert_eq!(ticket(&scene, silent).locked.u128(), 0);
    redraw(&mut scene, request);
    let said = scene.accept(request, 1);
    assert_eq!(find(&said, "node.missed.v1")["ticket"], silent.to_string());
    assert_eq!(ticket(&scene, silent).collateral.u128(), COLLATERAL);
}

#[test]
fn an_acceptance_after_the_deadline_is_refused() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    scene.net.blocks(15);
    let said = scene.accept(request, 1);
    assert_eq!(crate::support::scene::refusal(&said), "too_late");
}

#[test]
fn a_missing_commitment_is_slashed_and_the_slot_drawn_anew() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let late = scene.request(request).slots[0].ticket.u64();
    for slot in 1..=3 {
        scene.accept(request, slot);
    }
    for slot in 2..=3 {
        scene.commit(request, slot, ANSWER);
    }
    scene.net.blocks(135);
    assert!(!kinds(&scene.poke(request)).contains(&"slot.vacated.v1"));
    scene.net.blocks(1);
    let said = scene.poke(request);
    let slashed = find(&said, "node.slashed.v1");
    assert_eq!(
        (&slashed["kind"], &slashed["amount"]),
        (&"not_committed".into(), &SLASH.to_string().into())
    );
    assert_eq!(
        (&slashed["user"], &slashed["treasury"], &slashed["burned"]),
        (&"96".into(), &"48".into(), &"48".into())
    );
    assert_eq!(ticket(&scene, late).collateral.u128(), COLLATERAL - SLASH);
    redraw(&mut scene, request);
    scene.accept(request, 1);
    let said = scene.commit(request, 1, ANSWER);
    find(&said, "request.committed.v1");
    for slot in 1..=3 {
        scene.reveal(request, slot, ANSWER);
    }
    assert_eq!(scene.request(request).state, State::Agreed);
}

#[test]
fn too_many_attempts_refund_with_the_compensation_taken() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    for round in 1..=3 {
        scene.accept(request, 1);
        for slot in 2..=3 {
            if scene.request(request).slots[slot as usize - 1].stage == Stage::Assigned {
                scene.accept(request, slot);
                scene.commit(request, slot, ANSWER);
            }
        }
        scene.net.blocks(136);
        let said = scene.poke(request);
        if round < 3 {
            redraw(&mut scene, request);
        } else {
            assert_eq!(find(&said, "request.refunded.v1")["reason"], "max_attempts");
        }
    }
    assert_eq!(scene.balance(&scene.user.address), USER_FUNDS - 10 + 3 * 96);
    let locked: u128 = (1..=8).map(|id| ticket(&scene, id).locked.u128()).sum();
    assert_eq!(locked, 0);
}

#[test]
fn a_missing_reveal_pays_those_who_revealed_first() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    for slot in 1..=2 {
        scene.reveal(request, slot, ANSWER);
    }
    let shown = scene.request(request);
    scene.net.blocks(29);
    assert!(!kinds(&scene.poke(request)).contains(&"node.slashed.v1"));
    scene.net.blocks(1);
    let late = scene.reveal_action(request, 3, ANSWER);
    assert_eq!(crate::support::scene::refusal(&scene.batch(vec![late])), "too_late");
    let said = scene.poke(request);
    let slashed = find(&said, "node.slashed.v1");
    // Two fees of 82 come first; of the 28 that are left the user gets half.
    assert_eq!((&slashed["nodes"], &slashed["user"]), (&"164".into(), &"14".into()));
    assert_eq!(find(&said, "request.refunded.v1")["reason"], "missing_reveal");
    for slot in &shown.slots[..2] {
        let held = ticket(&scene, slot.ticket.u64());
        assert_eq!((held.unclaimed.u128(), held.locked.u128(), held.open), (82, 0, 0));
    }
    assert_eq!(ticket(&scene, shown.slots[2].ticket.u64()).collateral.u128(), COLLATERAL - SLASH);
    assert_eq!(scene.balance(&scene.user.address), USER_FUNDS - 10 + 14);
}

#[test]
fn no_reveal_at_all_slashes_everybody() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    scene.net.blocks(30);
    let said = scene.poke(request);
    assert_eq!(said.iter().filter(|said| said.kind == "node.slashed.v1").count(), 3);
    assert_eq!(scene.request(request).state, State::Refunded);
}

#[test]
fn a_mismatch_refunds_the_user_and_freezes_the_panel() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let wrong = Answer { digest: [8; 32], ..ANSWER };
    for (slot, answer) in [(1, ANSWER), (2, ANSWER), (3, wrong)] {
        scene.accept(request, slot);
        scene.commit(request, slot, answer);
    }
    scene.reveal(request, 1, ANSWER);
    scene.reveal(request, 2, ANSWER);
    let said = scene.reveal(request, 3, wrong);
    let disputed = find(&said, "request.disputed.v1");
    assert_eq!((&disputed["reason"], &disputed["refund"]), (&"mismatch".into(), &"305".into()));
    let shown = scene.request(request);
    assert_eq!(shown.state, State::Disputed);
    for slot in &shown.slots {
        let held = ticket(&scene, slot.ticket.u64());
        assert_eq!((held.locked.u128(), held.open), (SLICE, 1));
    }
    scene.net.blocks(10_000);
    assert_eq!(kinds(&scene.poke(request)), vec!["epoch.started.v1"]);
}

#[test]
fn a_mismatch_with_a_missing_reveal_slashes_the_one_and_freezes_the_others() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let wrong = Answer { output_tokens: 99, ..ANSWER };
    for (slot, answer) in [(1, ANSWER), (2, wrong), (3, ANSWER)] {
        scene.accept(request, slot);
        scene.commit(request, slot, answer);
    }
    scene.reveal(request, 1, ANSWER);
    scene.reveal(request, 2, wrong);
    scene.net.blocks(30);
    let said = scene.poke(request);
    assert_eq!(find(&said, "node.slashed.v1")["nodes"], "0");
    let frozen = find(&said, "request.disputed.v1")["tickets"].as_array().map(Vec::len);
    assert_eq!(frozen, Some(2));
}
