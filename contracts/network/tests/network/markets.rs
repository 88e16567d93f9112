use crate::support::scene::{find, kinds, Scene, ANSWER};
use crate::support::setting::{self, MODEL};
use atoma_network::msg::{ExecuteMsg, MarketAnswer, QueryMsg};

fn market(scene: &Scene) -> MarketAnswer {
    scene.net.ask(QueryMsg::Market { model: MODEL.into(), echelon: setting::echelon_id() })
}

#[test]
fn six_of_eight_serve_at_the_lowest_excluded_bid() {
    let scene = Scene::founded();
    let market = market(&scene);
    assert_eq!(
        (market.bidders, market.owners, market.serving, market.serving_owners),
        (8, 8, 6, 6)
    );
    assert_eq!(market.price.map(|price| price.u128()), Some(500_007));
    assert!(!market.closed);
}

#[test]
fn a_bid_counts_from_the_next_epoch_and_the_one_before_stays_in_force() {
    let mut scene = Scene::bare();
    for at in 1..=8 {
        scene.join(at);
    }
    assert_eq!(kinds(&scene.clear(100)), Vec::<&str>::new());
    scene.net.epoch();
    scene.bid(1, 900_000);
    scene.bid(1, 950_000);
    let said = scene.clear(100);
    assert_eq!(find(&said, "market.listed.v1")["serving"][0]["bid"], "500001");
    scene.net.epoch();
    let said = scene.clear(100);
    let listed = find(&said, "market.listed.v1");
    assert_eq!(listed["serving"][0]["bid"], "500002");
    assert_eq!(find(&said, "market.cleared.v1")["price"], "500008");
    assert_eq!(find(&said, "market.cleared.v1")["bidders"], 8);
}

#[test]
fn a_market_clears_once_an_epoch_and_only_after_changes() {
    let mut scene = Scene::founded();
    assert_eq!(kinds(&scene.clear(100)), Vec::<&str>::new());
    scene.net.epoch();
    assert_eq!(kinds(&scene.clear(100)), vec!["epoch.started.v1"]);
    scene.bid(1, 400_000);
    assert_eq!(kinds(&scene.clear(100)), Vec::<&str>::new());
    scene.net.epoch();
    find(&scene.clear(100), "market.cleared.v1");
}

#[test]
fn the_list_and_the_price_before_hold_until_a_paged_clearing_ends() {
    let mut scene = Scene::founded();
    let before = market(&scene);
    scene.bid(8, 100_000);
    scene.net.epoch();
    let mut pages = 0;
    loop {
        let said = scene.clear(2);
        pages += 1;
        if kinds(&said).contains(&"market.cleared.v1") {
            break;
        }
        let now = market(&scene);
        assert_eq!((now.list_epoch, now.price), (before.list_epoch, before.price));
    }
    assert_eq!(pages, 4);
    let after = market(&scene);
    assert_eq!((after.serving, after.price.map(|price| price.u128())), (6, Some(500_006)));
    assert!(after.list_epoch > before.list_epoch);
}

#[test]
fn a_page_by_page_clearing_equals_one_in_a_single_message() {
    let listed = |limit: u32| {
        let mut scene = Scene::bare();
        for at in 1..=8 {
            scene.join(at);
        }
        scene.net.epoch();
        let mut tickets = vec![];
        for _ in 0..8 {
            for said in scene.clear(limit) {
                if let Some(serving) = said.body["serving"].as_array() {
                    tickets.extend(
                        serving
                            .iter()
                            .map(|entry| (entry["index"].clone(), entry["ticket"].clone())),
                    );
                }
            }
        }
        tickets
    };
    assert_eq!(listed(1), listed(100));
    assert_eq!(listed(3).len(), 6);
}

#[test]
fn too_few_nodes_close_the_market() {
    let mut scene = Scene::bare();
    for at in 1..=4 {
        scene.join(at);
    }
    scene.net.epoch();
    let said = scene.clear(100);
    let cleared = find(&said, "market.cleared.v1");
    assert_eq!((&cleared["closed"], &cleared["serving"]), (&true.into(), &4.into()));
}

#[test]
fn two_owners_cannot_name_a_price() {
    let mut scene = Scene::bare();
    for at in 1..=8 {
        let owner = scene.net.deps.api.addr_make(&format!("pair-{}", at % 2));
        scene.join_as(at, owner, 500_000 + u128::from(at));
    }
    scene.net.epoch();
    let said = scene.clear(100);
    assert_eq!(find(&said, "market.cleared.v1")["owners"], 2);
    assert_eq!(find(&said, "market.cleared.v1")["price"], "2000000");
}

#[test]
fn a_market_that_its_price_steps_close_opens_at_the_price_of_its_bids() {
    let mut scene = Scene::founded();
    let request = scene.committed(ANSWER);
    for slot in 1..=3 {
        scene.reveal(request, slot, ANSWER);
    }
    scene.net.blocks(3);
    scene.poke(request);
    for ticket in 1..=8 {
        scene.bid(ticket, 700_000 + u128::from(ticket));
    }
    scene.net.epoch();
    let said = scene.clear(100);
    // All bids are above the capped price: nobody serves, the market closes and forgets its price.
    assert_eq!(find(&said, "market.cleared.v1")["price"], "550007");
    assert_eq!((market(&scene).closed, market(&scene).price), (true, None));
    scene.net.epoch();
    let said = scene.clear(100);
    assert_eq!(find(&said, "market.cleared.v1")["price"], "700007");
    assert!(!market(&scene).closed);
}

#[test]
fn a_ticket_that_bids_again_is_listed_once() {
    let mut scene = Scene::founded();
    scene.bid(1, 500_100);
    scene.net.epoch();
    scene.bid(1, 500_000);
    scene.net.epoch();
    let said = scene.clear(100);
    let listed = find(&said, "market.listed.v1");
    let tickets: Vec<_> = listed["serving"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| &entry["ticket"])
        .collect();
    assert_eq!(tickets, vec!["1", "2", "3", "4", "5", "6"]);
    assert_eq!(listed["serving"][0]["bid"], "500000");
}

#[test]
fn bids_above_a_standing_price_close_the_market_for_one_epoch_only() {
    let mut scene = Scene::founded();
    for ticket in 1..=3 {
        let owner = scene.node(ticket).owner.clone();
        let ticket = cosmwasm_std::Uint64::new(ticket);
        let leave = ExecuteMsg::Unsubscribe { ticket, model: MODEL.into() };
        scene.net.execute(&owner, leave).expect("left");
    }
    for ticket in 4..=8 {
        scene.bid(ticket, 800_000);
    }
    scene.net.epoch();
    scene.clear(100);
    assert!(market(&scene).closed);
    scene.net.epoch();
    find(&scene.clear(100), "market.cleared.v1");
    assert_eq!((market(&scene).closed, market(&scene).serving), (false, 5));
}
