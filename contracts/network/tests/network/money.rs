use cosmwasm_std::{BankMsg, CosmosMsg, Uint128};

use crate::support::net::refused;
use crate::support::scene::{Scene, USER_FUNDS};
use atoma_network::msg::{BalanceAnswer, ConservationAnswer, ExecuteMsg, QueryMsg};

#[test]
fn a_deposit_is_credited_and_a_withdrawal_paid_out() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    scene.net.execute(&user, ExecuteMsg::Withdraw { amount: Uint128::new(400) }).expect("paid");
    assert_eq!(scene.balance(&user), USER_FUNDS - 400);
    let Some(CosmosMsg::Bank(BankMsg::Send { to_address, amount })) = scene.net.messages.last()
    else {
        panic!("no payment")
    };
    assert_eq!((to_address.as_str(), amount[0].to_string().as_str()), (user.as_str(), "400utoma"));
}

#[test]
fn a_deposit_without_coins_is_refused() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    refused(
        scene.net.execute(&user, ExecuteMsg::Deposit {}),
        "wrong_funds",
        "send exactly one coin of utoma",
    );
}

#[test]
fn only_a_deposit_takes_coins() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    refused(
        scene.net.pay(&user, 1, ExecuteMsg::Tick {}),
        "funds_not_accepted",
        "only deposit takes coins",
    );
}

#[test]
fn a_withdrawal_above_the_balance_names_both() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    let result =
        scene.net.execute(&user, ExecuteMsg::Withdraw { amount: Uint128::new(USER_FUNDS + 1) });
    let text = format!("{user} has 100000, needs 100001; deposit the difference");
    refused(result, "insufficient_balance", &text);
}

#[test]
fn a_withdrawal_of_nothing_is_refused() {
    let mut scene = Scene::bare();
    let user = scene.user.address.clone();
    let result = scene.net.execute(&user, ExecuteMsg::Withdraw { amount: Uint128::zero() });
    refused(result, "zero_amount", "the amount is zero");
}

#[test]
fn coins_that_strangers_send_in_break_nothing() {
    let mut scene = Scene::bare();
    let contract = scene.net.env.contract.address.to_string();
    let held = scene.net.bank + 1;
    scene.net.deps.querier.bank.update_balance(contract, cosmwasm_std::coins(held, "utoma"));
    let answer: ConservationAnswer = scene.net.ask(QueryMsg::Conservation {});
    assert_eq!((answer.bank.u128(), answer.accounted.u128()), (held, held - 1));
    let user = scene.user.address.clone();
    scene.net.execute(&user, ExecuteMsg::Withdraw { amount: Uint128::new(1) }).expect("still paid");
}

#[test]
fn balances_are_paged() {
    let scene = Scene::bare();
    let first: Vec<BalanceAnswer> =
        scene.net.ask(QueryMsg::Balances { start_after: None, limit: Some(1) });
    assert_eq!(first[0].address, scene.user.address.as_str());
    let start_after = Some(first[0].address.clone());
    let rest: Vec<BalanceAnswer> =
        scene.net.ask(QueryMsg::Balances { start_after, limit: Some(9) });
    assert_eq!(rest, vec![]);
}
