//! The rules of the network as pure functions: no storage, no chain types, integers only.
//!
//! Preimages and formulas follow `docs/interfaces.md` section 2; the numbers that cross languages have vectors in
//! `contracts/vectors`, read by these tests and by those of `libs/protocol`.

pub mod error;

pub mod action;
pub mod beacon;
pub mod canonical_json;
pub mod commitment;
pub mod draw;
pub mod encoding;
pub mod event_head;
pub mod hash;
pub mod money;
pub mod output;
pub mod sampling;
pub mod tree;
pub mod wide;

// State rules.
pub mod amount;
pub mod clock;
pub mod epoch;
pub mod ledger;
pub mod market;
pub mod nonce;
pub mod params;
pub mod request;
pub mod slot;
pub mod split;
pub mod ticket;

pub use error::{CoreError, Result};
pub use hash::{sha256, Hash};
