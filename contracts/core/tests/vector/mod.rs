//! Reads vector files: hex for bytes, decimal strings for integers that may exceed 2^53.

use atoma_core::Hash;
use serde_json::Value;

pub fn load(name: &str) -> Value {
    let path = format!("{}/../vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The cases of a group; an empty group would test nothing and is refused.
pub fn cases(file: &Value, group: &str) -> Vec<Value> {
    let found = list(file, group);
    assert!(!found.is_empty(), "{group} has no cases");
    found
}

pub fn list(case: &Value, field: &str) -> Vec<Value> {
    case[field].as_array().unwrap_or_else(|| panic!("{field} in {case}")).clone()
}

pub fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_else(|| panic!("{field} in {case}"))
}

pub fn integer(case: &Value, field: &str) -> u128 {
    text(case, field).parse().unwrap_or_else(|error| panic!("{field}: {error}"))
}

pub fn count(case: &Value, field: &str) -> u32 {
    let value = case[field].as_u64().unwrap_or_else(|| panic!("{field} in {case}"));
    u32::try_from(value).unwrap_or_else(|error| panic!("{field}: {error}"))
}

pub fn bytes(case: &Value, field: &str) -> Vec<u8> {
    decode(&case[field])
}

pub fn hash(case: &Value, field: &str) -> Hash {
    to_hash(&case[field])
}

pub fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(to_hash).collect()
}

pub fn decode(value: &Value) -> Vec<u8> {
    let hex = value.as_str().unwrap_or_else(|| panic!("hex expected, got {value}"));
    assert!(hex.len().is_multiple_of(2), "odd hex: {hex}");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn to_hash(value: &Value) -> Hash {
    decode(value).try_into().unwrap_or_else(|_| panic!("32 bytes expected, got {value}"))
}
