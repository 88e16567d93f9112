//! How preimages are laid out: big-endian integers of fixed width, variable fields framed by their length.

use crate::hash::{sha256, Hash};

pub fn be32(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

pub fn be64(value: u64) -> [u8; 8] {
    value.to_be_bytes()
}

/// Appends be32(length) and the bytes. Panics above 4 GiB, which no contract's memory can hold.
pub fn framed(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("a field is shorter than 4 GiB");
    out.extend_from_slice(&be32(length));
    out.extend_from_slice(bytes);
}

/// A preimage under construction: opened by its domain tag, closed by its hash.
#[derive(Debug, Clone)]
pub struct Preimage(Vec<u8>);

impl Preimage {
    /// The tag opens the preimage unframed.
    pub fn tagged(tag: &str) -> Self {
        Self(tag.as_bytes().to_vec())
    }

    pub fn framed(mut self, bytes: &[u8]) -> Self {
        framed(&mut self.0, bytes);
        self
    }

    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub fn u32(self, value: u32) -> Self {
        self.raw(&be32(value))
    }

    pub fn u64(self, value: u64) -> Self {
        self.raw(&be64(value))
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub fn sha256(&self) -> Hash {
        sha256(&[&self.0])
    }
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard alphabet with padding (RFC 4648 section 4).
pub fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let mut word = [0u8; 4];
        word[1..=group.len()].copy_from_slice(group);
        let bits = u32::from_be_bytes(word);
        for position in 0..4usize {
            if position > group.len() {
                out.push('=');
            } else {
                let index = (bits >> (18 - 6 * position)) & 0x3f;
                out.push(char::from(BASE64[index as usize]));
            }
        }
    }
    out
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 0x0f)]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads_as_rfc_4648_says() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in cases {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn framing_separates_neighbouring_fields() {
        let left = Preimage::tagged("t").framed(b"ab").framed(b"c").sha256();
        let right = Preimage::tagged("t").framed(b"a").framed(b"bc").sha256();
        assert_ne!(left, right);
    }

    #[test]
    fn hex_is_lower_case_and_keeps_leading_zeros() {
        assert_eq!(hex(&[0x00, 0x0f, 0xab]), "000fab");
    }
}
