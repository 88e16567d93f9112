use cosmwasm_std::{
    to_json_binary, Checksum, CodeInfoResponse, ContractResult, CosmosMsg, HexBinary, SystemResult,
    Uint64, WasmMsg, WasmQuery,
};

use crate::support::net::refused;
use crate::support::scene::{find, kinds, Scene};
use crate::support::setting;
use atoma_network::contract;
use atoma_network::msg::{ExecuteMsg, MigrateMsg, ParamsAnswer, QueryMsg};

#[test]
fn only_governance_governs() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    let text = format!("{user} is not the governance");
    let messages = [
        ExecuteMsg::Pause { paused: true },
        ExecuteMsg::SetParams { params: Box::new(setting::params()) },
        ExecuteMsg::AnnounceMigration {
            code_id: Uint64::new(2),
            checksum: HexBinary::from([1; 32]),
        },
        ExecuteMsg::RegisterEchelon {
            descriptor: setting::descriptor(),
            collateral: 1u128.into(),
            reserve_price: 1u128.into(),
        },
    ];
    for message in messages {
        refused(scene.net.execute(&user, message), "not_governance", &text);
    }
}

#[test]
fn a_pause_stops_new_requests_and_nothing_else() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let governance = scene.net.governance.clone();
    scene.net.execute(&governance, ExecuteMsg::Pause { paused: true }).expect("paused");
    let user = scene.user.address.clone();
    let result = scene.net.execute(&user, ExecuteMsg::Request(Box::new(setting::body())));
    refused(result, "paused", "new requests are paused");
    find(&scene.accept(request, 1), "input.accepted.v1");
    scene.net.execute(&user, ExecuteMsg::Withdraw { amount: 1u128.into() }).expect("withdrawn");
    assert_eq!(
        kinds(&scene.net.execute(&governance, ExecuteMsg::Pause { paused: true }).expect("same")),
        Vec::<&str>::new()
    );
    scene.net.execute(&governance, ExecuteMsg::Pause { paused: false }).expect("admitted");
    scene.submit(&setting::body());
}

#[test]
fn parameters_change_after_the_time_lock_and_open_requests_keep_theirs() {
    let mut scene = Scene::founded();
    let request = scene.assigned();
    let governance = scene.net.governance.clone();
    let mut params = setting::params();
    params.reveal_seconds = 7;
    params.accept_seconds = 1_000;
    let set = |params| ExecuteMsg::SetParams { params: Box::new(params) };
    scene.net.execute(&governance, set(params.clone())).expect("announced");
    let result = scene.net.execute(&governance, set(params.clone()));
    refused(
        result,
        "already_announced",
        "another change of parameters is announced and waits for its time lock",
    );
    for slot in 1..=3 {
        scene.accept(request, slot);
    }
    scene.net.blocks(29);
    assert!(!kinds(&scene.tick()).contains(&"params.changed.v1"));
    scene.net.blocks(1);
    assert_eq!(find(&scene.tick(), "params.changed.v1")["version"], 2);
    let answer: ParamsAnswer = scene.net.ask(QueryMsg::Params {});
    assert_eq!((answer.params, answer.announced), (params, None));
    for slot in 1..=3 {
        scene.commit(request, slot, crate::support::scene::ANSWER);
    }
    let deadline = scene.request(request).deadline.expect("reveal_by").u64();
    assert_eq!(deadline, scene.net.time() + 30);
}

#[test]
fn nobody_may_leave_before_what_they_were_drawn_for_has_ended() {
    let mut scene = Scene::bare();
    let governance = scene.net.governance.clone();
    let mut params = setting::params();
    params.exit_delay = params.challenge_seconds + params.expiry_seconds - 1;
    let text = "parameter exit_delay is 62, allowed is 63 to 7776000";
    let result = scene.net.execute(&governance, ExecuteMsg::SetParams { params: Box::new(params) });
    refused(result, "parameter_out_of_bounds", text);
}

#[test]
fn parameters_outside_their_bounds_are_refused() {
    let mut scene = Scene::bare();
    let governance = scene.net.governance.clone();
    let mut params = setting::params();
    params.timeout_split.user_bps = 5_001;
    let result = scene.net.execute(&governance, ExecuteMsg::SetParams { params: Box::new(params) });
    let text = "parameter timeout_split is 10001, allowed is 10000 to 10000";
    refused(result, "parameter_out_of_bounds", text);
    let mut params = setting::params();
    params.epoch_seconds = 11;
    let result = scene.net.execute(&governance, ExecuteMsg::SetParams { params: Box::new(params) });
    refused(result, "param_fixed", "epoch_seconds is fixed for the life of the network");
}

fn knows_code(scene: &mut Scene, checksum: [u8; 32]) {
    let creator = scene.poster.clone();
    scene.net.deps.querier.update_wasm(move |query| match query {
        WasmQuery::CodeInfo { code_id } => {
            let info = CodeInfoResponse::new(*code_id, creator.clone(), Checksum::from(checksum));
            SystemResult::Ok(ContractResult::Ok(to_json_binary(&info).expect("json")))
        }
        _ => panic!("only code info is asked for"),
    });
}

#[test]
fn a_migration_waits_for_its_time_lock_and_checks_the_code() {
    let mut scene = Scene::bare();
    let (governance, anyone) = (scene.net.governance.clone(), scene.poster.clone());
    let result = scene.net.execute(&anyone, ExecuteMsg::MigrateNow {});
    refused(result, "nothing_announced", "no migration is announced");
    let announce = ExecuteMsg::AnnounceMigration {
        code_id: Uint64::new(2),
        checksum: HexBinary::from([1; 32]),
    };
    scene.net.execute(&governance, announce).expect("announced");
    let result = scene.net.execute(&anyone, ExecuteMsg::MigrateNow {});
    refused(result, "time_locked", "contract time is 1000000, the time lock opens at 1000030");
    scene.net.blocks(30);
    knows_code(&mut scene, [2; 32]);
    let result = scene.net.execute(&anyone, ExecuteMsg::MigrateNow {});
    let text = format!("announced checksum {}, the code's is {}", "01".repeat(32), "02".repeat(32));
    refused(result, "checksum_mismatch", &text);
    knows_code(&mut scene, [1; 32]);
    scene.net.execute(&anyone, ExecuteMsg::MigrateNow {}).expect("migrating");
    let expected = WasmMsg::Migrate {
        contract_addr: scene.net.env.contract.address.to_string(),
        new_code_id: 2,
        msg: to_json_binary(&MigrateMsg {}).expect("json"),
    };
    assert_eq!(scene.net.messages.last(), Some(&CosmosMsg::Wasm(expected)));
}

#[test]
fn migrate_is_an_event_of_the_same_log_and_needs_its_announcement() {
    let mut scene = Scene::bare();
    let env = scene.net.env.clone();
    let result = contract::migrate(scene.net.deps.as_mut(), env, MigrateMsg {});
    refused(result, "nothing_announced", "no migration is announced");
    let governance = scene.net.governance.clone();
    let announce = ExecuteMsg::AnnounceMigration {
        code_id: Uint64::new(2),
        checksum: HexBinary::from([1; 32]),
    };
    scene.net.execute(&governance, announce).expect("announced");
    scene.net.blocks(30);
    let env = scene.net.env.clone();
    let response =
        contract::migrate(scene.net.deps.as_mut(), env, MigrateMsg {}).expect("migrated");
    let said = scene.net.absorb(response);
    assert_eq!(find(&said, "migration.applied.v1")["code_id"], "2");
    let env = scene.net.env.clone();
    let result = contract::migrate(scene.net.deps.as_mut(), env, MigrateMsg {});
    refused(result, "nothing_announced", "no migration is announced");
}

#[test]
fn an_echelon_is_registered_once_and_exact_only() {
    let mut scene = Scene::bare();
    let governance = scene.net.governance.clone();
    let mut descriptor = setting::descriptor();
    let register = |descriptor| ExecuteMsg::RegisterEchelon {
        descriptor,
        collateral: 1u128.into(),
        reserve_price: 1u128.into(),
    };
    let result = scene.net.execute(&governance, register(descriptor.clone()));
    refused(result, "already_exists", &format!("echelon {} exists", setting::echelon_id()));
    descriptor.verification = "tolerant".into();
    let result = scene.net.execute(&governance, register(descriptor));
    refused(
        result,
        "not_in_this_version",
        "a verification class other than exact is not in this version",
    );
}

#[test]
fn a_model_id_is_well_formed_and_taken_once() {
    let mut scene = Scene::bare();
    let owner = scene.user.address.clone();
    let mut model = setting::model();
    let result = scene.net.execute(&owner, ExecuteMsg::RegisterModel(model.clone()));
    refused(result, "already_exists", "model tiny-1 exists");
    for id in ["ab", "-ab", "Abc", "a b", &"a".repeat(65)] {
        model.id = id.into();
        let result = scene.net.execute(&owner, ExecuteMsg::RegisterModel(model.clone()));
        refused(result, "malformed_model_id", "a model id is [a-z0-9][a-z0-9._-]{2,63}");
    }
}
