//! Events leave through [`Log::emit`] alone: it stamps the sequence, writes the canonical body and advances the
//! hash-chain head. Bodies are structs whose fields stand in alphabetical order, which makes serde's output RFC 8785.

pub mod market;
pub mod money;
pub mod network;
pub mod node;
pub mod request;

use atoma_core::encoding::hex;
use atoma_core::{event_head, Hash};
use cosmwasm_std::{to_json_string, Event, HexBinary, StdResult, Storage, Uint128, Uint64};
use serde::Serialize;

use crate::error::Result;

/// Raw state keys of the head (32 bytes) and the sequence (8 bytes, big-endian), proven by light clients.
pub const HEAD_KEY: &[u8] = b"head";
pub const SEQ_KEY: &[u8] = b"seq";

/// A body and its versioned type.
pub trait Fact: Serialize {
    const TYPE: &'static str;
}

/// Declares bodies; the fields must be in alphabetical order (checked on every event of every test).
macro_rules! facts {
    ($($(#[$meta:meta])* $name:ident = $kind:literal { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            $(#[$meta])*
            #[derive(serde::Serialize, schemars::JsonSchema, Clone, Debug)]
            pub struct $name { $(pub $field: $type),* }
            impl $crate::events::Fact for $name {
                const TYPE: &'static str = $kind;
            }
        )*
        /// The types of this file with their schemas.
        pub fn schemas() -> Vec<(&'static str, schemars::schema::RootSchema)> {
            vec![$(($kind, schemars::schema_for!($name))),*]
        }
    };
}
pub(crate) use facts;

/// The event log of one message; the head and the sequence are written once, by `close`.
pub struct Log {
    pub head: Hash,
    pub seq: u64,
    events: Vec<Event>,
}

impl Log {
    pub fn genesis(chain_id: &str, contract: &[u8]) -> Log {
        Log { head: event_head::genesis(chain_id, contract), seq: 0, events: vec![] }
    }

    pub fn load(storage: &dyn Storage) -> StdResult<Log> {
        let (head, seq) = read(storage)?;
        Ok(Log { head, seq, events: vec![] })
    }

    pub fn emit<F: Fact>(&mut self, fact: &F) -> Result<()> {
        let body = to_json_string(fact)?;
        self.append(F::TYPE, body);
        Ok(())
    }

    #[inline(never)]
    fn append(&mut self, kind: &'static str, body: String) {
        self.seq += 1;
        self.head = event_head::next(&self.head, self.seq, kind, &body);
        let event = Event::new("atoma")
            .add_attribute("seq", self.seq.to_string())
            .add_attribute("type", kind)
            .add_attribute("body", body)
            .add_attribute("head", hex(&self.head));
        self.events.push(event);
    }

    pub fn close(self, storage: &mut dyn Storage) -> Vec<Event> {
        if !self.events.is_empty() {
            storage.set(HEAD_KEY, &self.head);
            storage.set(SEQ_KEY, &self.seq.to_be_bytes());
        }
        self.events
    }
}

/// The stored head and sequence.
pub fn read(storage: &dyn Storage) -> StdResult<(Hash, u64)> {
    let missing = || cosmwasm_std::StdError::msg("the event log has no head");
    let head = storage.get(HEAD_KEY).and_then(|v| v.try_into().ok()).ok_or_else(missing)?;
    let seq = storage
        .get(SEQ_KEY)
        .and_then(|v| v.try_into().ok())
        .map(u64::from_be_bytes)
        .ok_or_else(missing)?;
    Ok((head, seq))
}

/// Wire form of an amount.
pub fn amount(value: u128) -> Uint128 {
    Uint128::new(value)
}

/// Wire form of an id, height, round, epoch or time.
pub fn id(value: u64) -> Uint64 {
    Uint64::new(value)
}

/// Wire form of bytes inside a body: lower-case hex.
pub fn bytes(value: impl AsRef<[u8]>) -> HexBinary {
    HexBinary::from(value.as_ref())
}
