use crate::support::scene::{find, kinds, Scene};
use crate::support::setting;
use atoma_network::msg::{ClockAnswer, QueryMsg};

fn clock(scene: &Scene) -> ClockAnswer {
    scene.net.ask(QueryMsg::Clock {})
}

#[test]
fn an_epoch_starts_once_and_skipped_ones_cost_nothing() {
    let mut scene = Scene::bare();
    scene.net.blocks(35);
    let said = scene.tick();
    assert_eq!(find(&said, "epoch.started.v1")["epoch"], "3");
    assert_eq!(find(&said, "epoch.started.v1")["starts_at"], "1000030");
    scene.net.blocks(1);
    assert_eq!(kinds(&scene.tick()), Vec::<&str>::new());
}

#[test]
fn a_halt_is_lost_with_its_grace_and_deadlines_wait() {
    let mut scene = Scene::bare();
    scene.net.env.block.height += 2;
    scene.net.env.block.time = scene.net.env.block.time.plus_seconds(1_000);
    let said = scene.tick();
    assert_eq!(find(&said, "clock.halted.v1")["lost"], "995");
    let clock = clock(&scene);
    assert_eq!(clock.contract_time.u64() + 995, clock.block_time.u64());
}

#[test]
fn nobody_is_late_because_the_chain_stood_still() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    scene.net.env.block.height += 1;
    scene.net.env.block.time = scene.net.env.block.time.plus_seconds(3_600);
    assert!(!kinds(&scene.poke(request)).contains(&"slot.vacated.v1"));
    find(&scene.accept(request, 1), "input.accepted.v1");
}

#[test]
fn the_round_is_later_than_the_first_block_after_the_one_that_fixed() {
    let mut scene = Scene::founded();
    scene.submit(&setting::body());
    let height = scene.net.env.block.height;
    assert_eq!(kinds(&scene.tick()), Vec::<&str>::new());
    scene.net.blocks(4);
    let said = scene.tick();
    let fixed = find(&said, "round.fixed.v1");
    assert_eq!(fixed["height"], height.to_string());
    // Beacon genesis is 100 s before ours, one round a second, margin one second: strictly later than time + 1.
    let seconds = scene.net.time() + 1 - (1_000_000 - 100);
    assert_eq!(fixed["round"], (seconds + 2).to_string());
}
