use crate::support::scene::{find, kinds, number, Scene, ANSWER};
use crate::support::setting;
use atoma_network::error::ContractError;
use atoma_network::msg::{ExecuteMsg, QueryMsg, TicketAnswer};
use atoma_network::state::request::State;

#[test]
fn a_request_is_drawn_answered_settled_and_claimed() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    assert_eq!(scene.request(request).state, State::Revealing);
    for slot in 1..=3 {
        scene.reveal(request, slot, ANSWER);
    }
    assert_eq!(scene.request(request).state, State::Agreed);
    assert_eq!(kinds(&scene.poke(request)), Vec::<&str>::new());
    scene.net.blocks(3);
    let said = scene.poke(request);
    let settled = find(&said, "request.settled.v1");
    // 164 tokens at 500,007: 82 a node; user side 3 * 83 + 7 + 3 + 3 + 10.
    assert_eq!(settled["fee"], "82");
    assert_eq!(settled["owner_fee"], "6");
    let shown = scene.request(request);
    let charge = 3 * 83 + 7 + 3 + 3 + 10;
    assert_eq!(u128::from(number(&settled["refund"])), shown.charge_max.u128() - charge);
    let ticket = shown.slots[0].ticket;
    let owner = scene.node(ticket.u64()).owner.clone();
    let early = scene.net.execute(&owner, ExecuteMsg::Claim { ticket });
    assert!(matches!(early, Err(ContractError::NothingToClaim { .. })));
    scene.net.epoch();
    scene.net.execute(&owner, ExecuteMsg::Claim { ticket }).expect("claimed");
    assert_eq!(scene.balance(&owner), 82);
    let held: TicketAnswer = scene.net.ask(QueryMsg::Ticket { ticket });
    assert_eq!((held.locked.u128(), held.open, held.unclaimed.u128()), (0, 0, 0));
}

#[test]
fn the_panel_is_three_distinct_owners() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let shown = scene.request(request);
    assert_eq!((shown.n, shown.slots.len()), (3, 3));
    let mut owners: Vec<_> = shown.slots.iter().map(|slot| slot.owner.clone()).collect();
    owners.sort();
    owners.dedup();
    assert_eq!(owners.len(), 3);
    assert_eq!(shown.price.u128(), 500_007);
    let quote: atoma_network::msg::QuoteAnswer =
        scene.net.ask(QueryMsg::Quote { request: Box::new(setting::body()) });
    assert_eq!((quote.n, quote.charge_max), (3, shown.charge_max));
}
