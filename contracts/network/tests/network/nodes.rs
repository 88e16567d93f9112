use cosmwasm_std::{Binary, Uint128, Uint64};

use crate::support::keys::WorkKey;
use crate::support::net::refused;
use crate::support::scene::{find, Answer, Scene, ANSWER};
use crate::support::setting::{self, COLLATERAL, MODEL};
use atoma_network::msg::{ExecuteMsg, MarketAnswer, ModelAnswer, QueryMsg, TicketAnswer};

fn one() -> Uint64 {
    Uint64::new(1)
}

fn subscribe(echelon: cosmwasm_std::HexBinary) -> ExecuteMsg {
    ExecuteMsg::Subscribe { ticket: one(), model: MODEL.into(), echelon }
}

fn register(work_key: Binary) -> ExecuteMsg {
    ExecuteMsg::RegisterNode {
        work_key,
        sealing_key: Binary::from([1; 32]),
        beacon_key: Binary::from([1; 96]),
        collateral: Uint128::new(5),
    }
}

#[test]
fn a_key_of_another_length_is_refused() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    let result = scene.net.execute(&user, register(Binary::from([1; 31])));
    refused(result, "wrong_length", "work_key has 31 bytes, expected 32");
}

#[test]
fn only_the_owner_acts_for_a_ticket() {
    let mut scene = Scene::bare();
    scene.join(1);
    let (owner, user) = (scene.node(1).owner.clone(), scene.user.address.clone());
    let text = format!("owned by {owner}, asked by {user}");
    let messages = [
        ExecuteMsg::TopUp { ticket: one(), amount: Uint128::new(1) },
        ExecuteMsg::Deregister { ticket: one() },
        ExecuteMsg::WithdrawCollateral { ticket: one() },
        ExecuteMsg::RotateKey {
            ticket: one(),
            work_key: Some(Binary::from([1; 32])),
            sealing_key: None,
        },
        ExecuteMsg::Unsubscribe { ticket: one(), model: MODEL.into() },
        ExecuteMsg::Bid { ticket: one(), model: MODEL.into(), price: Uint128::new(1) },
        ExecuteMsg::Claim { ticket: one() },
        subscribe(setting::echelon_id()),
    ];
    for message in messages {
        refused(scene.net.execute(&user, message), "not_owner", &text);
    }
}

#[test]
fn a_ticket_that_is_not_there_is_named() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    let result = scene.net.execute(&user, ExecuteMsg::Claim { ticket: Uint64::new(9) });
    refused(result, "not_found", "there is no ticket 9");
}

#[test]
fn a_top_up_moves_from_balance_to_collateral() {
    let mut scene = Scene::bare();
    scene.join(1);
    let owner = scene.node(1).owner.clone();
    scene.net.pay(&owner, 50, ExecuteMsg::Deposit {}).expect("deposited");
    scene
        .net
        .execute(&owner, ExecuteMsg::TopUp { ticket: one(), amount: Uint128::new(50) })
        .expect("topped up");
    let ticket: TicketAnswer = scene.net.ask(QueryMsg::Ticket { ticket: one() });
    assert_eq!(ticket.collateral.u128(), COLLATERAL + 50);
}

#[test]
fn a_rotated_work_key_signs_from_then_on() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let ticket = scene.request(request).slots[0].ticket;
    let stale = scene.work(request, 1, ("accept_input", ""));
    let owner = scene.node(ticket.u64()).owner.clone();
    let fresh = WorkKey::new(200);
    let work_key = Some(fresh.public_key());
    scene
        .net
        .execute(&owner, ExecuteMsg::RotateKey { ticket, work_key, sealing_key: None })
        .expect("rotated");
    let said = scene.batch(vec![stale]);
    assert_eq!(crate::support::scene::refusal(&said), "bad_signature");
    scene.nodes.iter_mut().find(|node| node.ticket == ticket.u64()).expect("a node").key = fresh;
    find(&scene.accept(request, 1), "input.accepted.v1");
}

#[test]
fn a_rotation_of_nothing_is_refused() {
    let mut scene = Scene::bare();
    scene.join(1);
    let owner = scene.node(1).owner.clone();
    let msg = ExecuteMsg::RotateKey { ticket: one(), work_key: None, sealing_key: None };
    refused(scene.net.execute(&owner, msg), "nothing_to_rotate", "name at least one key");
}

#[test]
fn a_subscription_is_refused_twice_or_to_what_is_not_there() {
    let mut scene = Scene::bare();
    scene.join(1);
    let owner = scene.node(1).owner.clone();
    let result = scene.net.execute(&owner, subscribe(setting::echelon_id()));
    refused(result, "already_subscribed", "ticket 1 is subscribed to tiny-1");
    let unknown = ExecuteMsg::Subscribe {
        ticket: one(),
        model: "none".into(),
        echelon: setting::echelon_id(),
    };
    refused(scene.net.execute(&owner, unknown), "not_found", "there is no model none");
    let result = scene.net.execute(&owner, subscribe(cosmwasm_std::HexBinary::from([0; 32])));
    let text = format!("there is no echelon {}", "00".repeat(32));
    refused(result, "not_found", &text);
}

#[test]
fn collateral_below_the_echelons_is_refused() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    scene.net.execute(&user, register(Binary::from([1; 32]))).expect("registered");
    let result = scene.net.execute(&user, subscribe(setting::echelon_id()));
    refused(result, "collateral_too_small", "collateral is 5, the echelon needs 10000");
}

#[test]
fn a_bid_needs_a_subscription_and_respects_the_reserve_price() {
    let mut scene = Scene::bare();
    scene.join(1);
    let owner = scene.node(1).owner.clone();
    let bid = |price: u128| ExecuteMsg::Bid {
        ticket: one(),
        model: MODEL.into(),
        price: Uint128::new(price),
    };
    let result = scene.net.execute(&owner, bid(2_000_001));
    refused(result, "bid_above_reserve", "bid 2000001 is above the reserve price 2000000");
    scene
        .net
        .execute(&owner, ExecuteMsg::Unsubscribe { ticket: one(), model: MODEL.into() })
        .expect("left");
    refused(
        scene.net.execute(&owner, bid(1)),
        "not_subscribed",
        "ticket 1 is not subscribed to tiny-1",
    );
}

#[test]
fn leaving_gives_back_every_count() {
    let mut scene = Scene::founded();
    for ticket in 1..=8u64 {
        let owner = scene.node(ticket).owner.clone();
        scene
            .net
            .execute(&owner, ExecuteMsg::Deregister { ticket: Uint64::new(ticket) })
            .expect("closing");
    }
    let counts = |scene: &Scene| -> (u32, u32, u32) {
        let msg = QueryMsg::Market { model: MODEL.into(), echelon: setting::echelon_id() };
        let market: MarketAnswer = scene.net.ask(msg);
        (market.bidders, market.owners, market.serving)
    };
    assert_eq!(counts(&scene), (0, 0, 6));
    let model: ModelAnswer = scene.net.ask(QueryMsg::Model { model: MODEL.into() });
    assert_eq!(model.subscribed_owners, 0);
    scene.net.epoch();
    scene.clear(100);
    let market: MarketAnswer =
        scene.net.ask(QueryMsg::Market { model: MODEL.into(), echelon: setting::echelon_id() });
    assert_eq!((market.bidders, market.owners, market.serving, market.closed), (0, 0, 0, true));
}

#[test]
fn collateral_leaves_after_the_next_epoch_and_the_exit_delay() {
    let mut scene = Scene::bare();
    scene.join(1);
    let owner = scene.node(1).owner.clone();
    let withdraw = ExecuteMsg::WithdrawCollateral { ticket: one() };
    let result = scene.net.execute(&owner, withdraw.clone());
    refused(result, "ticket_not_closing", "ticket 1 is not closing");
    scene.net.execute(&owner, ExecuteMsg::Deregister { ticket: one() }).expect("closing");
    let again = scene.net.execute(&owner, ExecuteMsg::Deregister { ticket: one() });
    refused(again, "ticket_closing", "ticket 1 is closing");
    scene.net.blocks(62);
    let result = scene.net.execute(&owner, withdraw.clone());
    refused(result, "exit_too_early", "contract time is 1000062, exit opens at 1000063");
    scene.net.blocks(1);
    scene.net.execute(&owner, withdraw.clone()).expect("paid");
    assert_eq!(scene.balance(&owner), COLLATERAL);
    refused(scene.net.execute(&owner, withdraw), "ticket_not_closing", "ticket 1 is not closing");
}

#[test]
fn open_work_holds_the_collateral() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    let ticket = scene.request(request).slots[0].ticket;
    let owner = scene.node(ticket.u64()).owner.clone();
    scene.net.execute(&owner, ExecuteMsg::Deregister { ticket }).expect("closing");
    scene.net.blocks(63);
    let result = scene.net.execute(&owner, ExecuteMsg::WithdrawCollateral { ticket });
    refused(result, "ticket_has_open_work", &format!("ticket {ticket} has 1 open slots"));
}

#[test]
fn a_dispute_freezes_its_slices_and_not_the_rest_of_the_collateral() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let wrong = Answer { digest: [8; 32], ..ANSWER };
    for (slot, answer) in [(1, ANSWER), (2, ANSWER), (3, wrong)] {
        scene.accept(request, slot);
        scene.commit(request, slot, answer);
    }
    for (slot, answer) in [(1, ANSWER), (2, ANSWER), (3, wrong)] {
        scene.reveal(request, slot, answer);
    }
    let shown = scene.request(request);
    let ticket = shown.slots[2].ticket;
    let owner = scene.node(ticket.u64()).owner.clone();
    scene.net.execute(&owner, ExecuteMsg::Deregister { ticket }).expect("closing");
    scene.net.blocks(63);
    let said = scene
        .net
        .execute(&owner, ExecuteMsg::WithdrawCollateral { ticket })
        .expect("paid but for the slice");
    let withdrawn = find(&said, "node.withdrawn.v1");
    assert_eq!(withdrawn["amount"], (COLLATERAL - shown.slice.u128()).to_string());
    let answer: TicketAnswer = scene.net.ask(QueryMsg::Ticket { ticket });
    assert_eq!((answer.collateral, answer.locked), (shown.slice, shown.slice));
    let again = scene.net.execute(&owner, ExecuteMsg::WithdrawCollateral { ticket });
    let text = format!("ticket {ticket} is not closing");
    refused(again, "ticket_not_closing", &text);
}
