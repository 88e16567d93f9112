//! Canonical JSON (RFC 8785) for event bodies and descriptors, without floats.

use crate::error::{CoreError, Result};

/// The largest integer that every JSON reader keeps exact.
pub const SAFE_MAX: u64 = (1 << 53) - 1;

/// A JSON value. Counts are numbers; ids, heights and amounts are strings of decimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(u64),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub fn text(value: impl ToString) -> Self {
        Self::String(value.to_string())
    }

    /// An object from its members in any order; keys are sorted when it is written.
    pub fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Json)>) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The canonical text. Refuses numbers above 2^53 - 1 and keys that occur twice.
    pub fn canonical(&self) -> Result<String> {
        let mut out = String::new();
        self.write(&mut out)?;
        Ok(out)
    }

    fn write(&self, out: &mut String) -> Result<()> {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => write_number(out, *value)?,
            Self::String(value) => write_string(out, value),
            Self::Array(items) => write_array(out, items)?,
            Self::Object(members) => write_object(out, members)?,
        }
        Ok(())
    }
}

fn write_number(out: &mut String, value: u64) -> Result<()> {
    if value > SAFE_MAX {
        return Err(CoreError::InexactNumber { expected: SAFE_MAX, actual: value });
    }
    out.push_str(&value.to_string());
    Ok(())
}

fn write_array(out: &mut String, items: &[Json]) -> Result<()> {
    out.push('[');
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        item.write(out)?;
    }
    out.push(']');
    Ok(())
}

/// Members in the order of their keys' UTF-16 code units.
fn write_object(out: &mut String, members: &[(String, Json)]) -> Result<()> {
    let mut sorted: Vec<&(String, Json)> = members.iter().collect();
    sorted.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
    out.push('{');
    let mut previous: Option<&str> = None;
    for (key, value) in sorted {
        if previous == Some(key) {
            return Err(CoreError::DuplicateKey { actual: key.clone() });
        }
        if previous.is_some() {
            out.push(',');
        }
        write_string(out, key);
        out.push(':');
        value.write(out)?;
        previous = Some(key);
    }
    out.push('}');
    Ok(())
}

fn write_string(out: &mut String, value: &str) {
    out.push('"');
    for character in value.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", control as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_utf16_units_not_by_code_points() {
        let value = Json::object([("\u{fb33}", Json::Null), ("\u{1f600}", Json::Null)]);
        assert_eq!(value.canonical().unwrap(), "{\"\u{1f600}\":null,\"\u{fb33}\":null}");
    }

    #[test]
    fn a_key_twice_and_a_number_beyond_exactness_are_refused() {
        let twice = Json::object([("a", Json::Null), ("b", Json::Null), ("a", Json::Bool(true))]);
        assert!(matches!(twice.canonical(), Err(CoreError::DuplicateKey { .. })));
        assert!(matches!(
            Json::Number(SAFE_MAX + 1).canonical(),
            Err(CoreError::InexactNumber { .. })
        ));
    }
}
