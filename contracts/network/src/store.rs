//! Places in storage. Values are packed with postcard: a stored byte costs 30 gas, and JSON would triple them.
//!
//! A key is be16(length of the namespace) || namespace || parts; texts and bytes before the last part are framed by
//! their length, integers are big-endian, so that a prefix of parts is a prefix of bytes and ranges run in order.

use std::marker::PhantomData;

use cosmwasm_std::{Addr, Order, StdError, StdResult, Storage};
use serde::de::DeserializeOwned;
use serde::Serialize;

pub trait Key {
    /// Appends the key's bytes; `last` says whether nothing follows.
    fn write(&self, out: &mut Vec<u8>, last: bool);
}

impl Key for u64 {
    fn write(&self, out: &mut Vec<u8>, _last: bool) {
        out.extend_from_slice(&self.to_be_bytes());
    }
}

impl Key for u32 {
    fn write(&self, out: &mut Vec<u8>, _last: bool) {
        out.extend_from_slice(&self.to_be_bytes());
    }
}

impl Key for &[u8] {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        if !last {
            out.extend_from_slice(&(self.len() as u16).to_be_bytes());
        }
        out.extend_from_slice(self);
    }
}

impl Key for &str {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        self.as_bytes().write(out, last);
    }
}

impl Key for &Addr {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        self.as_bytes().write(out, last);
    }
}

impl Key for &Vec<u8> {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        self.as_slice().write(out, last);
    }
}

impl Key for &[u8; 32] {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        self.as_slice().write(out, last);
    }
}

impl Key for &String {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        self.as_str().write(out, last);
    }
}

impl<A: Key, B: Key> Key for (A, B) {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        self.0.write(out, false);
        self.1.write(out, last);
    }
}

impl<A: Key, B: Key, C: Key> Key for (A, B, C) {
    fn write(&self, out: &mut Vec<u8>, last: bool) {
        self.0.write(out, false);
        self.1.write(out, false);
        self.2.write(out, last);
    }
}

fn namespaced(namespace: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    namespace.write(&mut out, false);
    out
}

fn unpack<V: DeserializeOwned>(namespace: &str, bytes: &[u8]) -> StdResult<V> {
    postcard::from_bytes(bytes)
        .map_err(|error| StdError::msg(format!("stored {namespace}: {error}")))
}

fn pack<V: Serialize>(namespace: &str, value: &V) -> StdResult<Vec<u8>> {
    postcard::to_allocvec(value)
        .map_err(|error| StdError::msg(format!("storing {namespace}: {error}")))
}

/// Values by key.
pub struct Map<V> {
    namespace: &'static str,
    value: PhantomData<fn() -> V>,
}

impl<V: Serialize + DeserializeOwned> Map<V> {
    pub const fn new(namespace: &'static str) -> Self {
        Self { namespace, value: PhantomData }
    }

    fn key(&self, key: impl Key) -> Vec<u8> {
        let mut out = namespaced(self.namespace);
        key.write(&mut out, true);
        out
    }

    pub fn has(&self, storage: &dyn Storage, key: impl Key) -> bool {
        storage.get(&self.key(key)).is_some()
    }

    #[inline(never)]
    fn read(&self, storage: &dyn Storage, key: &[u8]) -> StdResult<Option<V>> {
        storage.get(key).map(|bytes| unpack(self.namespace, &bytes)).transpose()
    }

    #[inline(never)]
    fn write(&self, storage: &mut dyn Storage, key: &[u8], value: &V) -> StdResult<()> {
        storage.set(key, &pack(self.namespace, value)?);
        Ok(())
    }

    pub fn may_load(&self, storage: &dyn Storage, key: impl Key) -> StdResult<Option<V>> {
        self.read(storage, &self.key(key))
    }

    pub fn load(&self, storage: &dyn Storage, key: impl Key) -> StdResult<V> {
        self.may_load(storage, key)?
            .ok_or_else(|| StdError::msg(format!("{} is missing", self.namespace)))
    }

    pub fn save(&self, storage: &mut dyn Storage, key: impl Key, value: &V) -> StdResult<()> {
        self.write(storage, &self.key(key), value)
    }

    pub fn remove(&self, storage: &mut dyn Storage, key: impl Key) {
        storage.remove(&self.key(key));
    }

    /// Every entry.
    pub fn all(&self) -> Entries<V> {
        Entries {
            namespace: self.namespace,
            prefix: namespaced(self.namespace),
            value: PhantomData,
        }
    }

    /// Entries whose key begins with these parts.
    pub fn prefix(&self, parts: impl Key) -> Entries<V> {
        let mut prefix = namespaced(self.namespace);
        parts.write(&mut prefix, false);
        Entries { namespace: self.namespace, prefix, value: PhantomData }
    }
}

/// One value.
pub struct Item<V>(Map<V>);

impl<V: Serialize + DeserializeOwned> Item<V> {
    pub const fn new(namespace: &'static str) -> Self {
        Self(Map::new(namespace))
    }

    pub fn may_load(&self, storage: &dyn Storage) -> StdResult<Option<V>> {
        self.0.may_load(storage, "")
    }

    pub fn load(&self, storage: &dyn Storage) -> StdResult<V> {
        self.0.load(storage, "")
    }

    pub fn save(&self, storage: &mut dyn Storage, value: &V) -> StdResult<()> {
        self.0.save(storage, "", value)
    }

    pub fn remove(&self, storage: &mut dyn Storage) {
        self.0.remove(storage, "");
    }
}

/// Entries under a prefix; their keys are what follows it.
pub struct Entries<V> {
    namespace: &'static str,
    prefix: Vec<u8>,
    value: PhantomData<fn() -> V>,
}

impl<V: DeserializeOwned> Entries<V> {
    /// In ascending order, those above `after`.
    pub fn ascending<'a>(
        &self,
        storage: &'a dyn Storage,
        after: Option<&[u8]>,
    ) -> impl Iterator<Item = StdResult<(Vec<u8>, V)>> + 'a
    where
        V: 'a,
    {
        let mut start = self.prefix.clone();
        if let Some(after) = after {
            start.extend_from_slice(after);
            start.push(0);
        }
        self.read(storage.range(Some(&start), Some(&successor(&self.prefix)), Order::Ascending))
    }

    /// The last entry, or the last whose key is below `end`.
    pub fn last(
        &self,
        storage: &dyn Storage,
        end: Option<&[u8]>,
    ) -> StdResult<Option<(Vec<u8>, V)>> {
        let end = match end {
            Some(end) => [self.prefix.as_slice(), end].concat(),
            None => successor(&self.prefix),
        };
        self.read(storage.range(Some(&self.prefix), Some(&end), Order::Descending))
            .next()
            .transpose()
    }

    fn read<'a>(
        &self,
        rows: Box<dyn Iterator<Item = cosmwasm_std::Record> + 'a>,
    ) -> impl Iterator<Item = StdResult<(Vec<u8>, V)>> + 'a
    where
        V: 'a,
    {
        let (skip, namespace) = (self.prefix.len(), self.namespace);
        rows.map(move |(key, value)| Ok((key[skip..].to_vec(), unpack(namespace, &value)?)))
    }
}

/// The first key above everything that begins with `prefix`. A namespace is shorter than 2^16, so it never is all 0xff.
fn successor(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while end.last() == Some(&0xff) {
        end.pop();
    }
    if let Some(last) = end.last_mut() {
        *last += 1;
    }
    end
}

/// The number that a key's eight bytes are.
pub fn number_of(key: &[u8]) -> StdResult<u64> {
    let bytes = key.try_into().map_err(|_| StdError::msg("a stored key is no number"))?;
    Ok(u64::from_be_bytes(bytes))
}

/// The text that a key's bytes are.
pub fn text_of(key: Vec<u8>) -> StdResult<String> {
    String::from_utf8(key).map_err(|_| StdError::msg("a stored key is no text"))
}
