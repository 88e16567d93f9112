//! Entry points of the network contract. The rules are in `atoma-core`; here is what is read, written and paid.

pub mod contract;
pub mod error;
pub mod events;
pub mod execute;
pub mod flow;
pub mod ledger;
pub mod limits;
pub mod msg;
pub mod query;
pub mod run;
pub mod state;
pub mod store;
