//! Writes JSON Schemas of messages, actions, answers and event bodies to the folder given (default `schema`).

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use atoma_network::events::{market, money, network, node, request};
use atoma_network::msg;
use schemars::schema::RootSchema;
use schemars::schema_for;

fn main() -> std::io::Result<()> {
    let out = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "schema".into()));
    fs::create_dir_all(&out)?;
    for (name, schemas) in all() {
        let text = serde_json::to_string_pretty(&schemas).map_err(std::io::Error::other)?;
        fs::write(out.join(format!("{name}.json")), text + "\n")?;
    }
    Ok(())
}

type Schemas = BTreeMap<&'static str, RootSchema>;

/// The files by name.
pub fn all() -> [(&'static str, Schemas); 3] {
    [("messages", messages()), ("answers", answers()), ("events", events())]
}

fn messages() -> Schemas {
    BTreeMap::from([
        ("execute", schema_for!(msg::ExecuteMsg)),
        ("instantiate", schema_for!(msg::InstantiateMsg)),
        ("migrate", schema_for!(msg::MigrateMsg)),
        ("query", schema_for!(msg::QueryMsg)),
        ("wallet_action", schema_for!(msg::WalletAction)),
        ("work_action", schema_for!(msg::WorkAction)),
    ])
}

fn answers() -> Schemas {
    BTreeMap::from([
        ("balance", schema_for!(msg::BalanceAnswer)),
        ("balances", schema_for!(Vec<msg::BalanceAnswer>)),
        ("beacon", schema_for!(msg::BeaconAnswer)),
        ("clock", schema_for!(msg::ClockAnswer)),
        ("config", schema_for!(msg::ConfigAnswer)),
        ("conservation", schema_for!(msg::ConservationAnswer)),
        ("echelon", schema_for!(msg::EchelonAnswer)),
        ("echelons", schema_for!(Vec<msg::EchelonAnswer>)),
        ("fence", schema_for!(msg::FenceAnswer)),
        ("head", schema_for!(msg::HeadAnswer)),
        ("market", schema_for!(msg::MarketAnswer)),
        ("model", schema_for!(msg::ModelAnswer)),
        ("models", schema_for!(Vec<msg::ModelAnswer>)),
        ("nonce", schema_for!(msg::NonceAnswer)),
        ("params", schema_for!(msg::ParamsAnswer)),
        ("quote", schema_for!(msg::QuoteAnswer)),
        ("request", schema_for!(msg::RequestAnswer)),
        ("requests", schema_for!(Vec<msg::RequestAnswer>)),
        ("ticket", schema_for!(msg::TicketAnswer)),
        ("tickets", schema_for!(Vec<msg::TicketAnswer>)),
    ])
}

fn events() -> Schemas {
    let bodies = [
        market::schemas(),
        money::schemas(),
        network::schemas(),
        node::schemas(),
        request::schemas(),
    ];
    bodies.into_iter().flatten().collect()
}
