use thiserror::Error;

pub type Result<T> = core::result::Result<T, CoreError>;

/// Why a rule refused. Variants carry what was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CoreError {
    #[error("{what} overflows")]
    Overflow { what: &'static str },
    #[error("{what} would be divided by zero")]
    DivisionByZero { what: &'static str },
    #[error("{what} must be in {min}..={max}, got {actual}")]
    OutOfRange { what: &'static str, min: u128, max: u128, actual: u128 },
    #[error("basis points must sum to {expected}, got {actual}")]
    BpsSum { expected: u32, actual: u64 },
    #[error("a draw tries at most {limit} numbers a message")]
    TriesExhausted { limit: u32 },
    #[error("cannot draw {expected} distinct of {actual}")]
    PoolTooSmall { expected: u32, actual: u32 },
    #[error("a panel of {expected} needs at least {needed} eligible owners, got {actual}")]
    PanelTooLarge { expected: u32, needed: u32, actual: u32 },
    #[error("the value at risk needs a panel of at least {expected}, got {actual}")]
    PanelTooSmall { expected: u32, actual: u32 },
    #[error("the audit rate would be {actual} billionths, at most {expected}")]
    AuditRateAboveOne { expected: u64, actual: u128 },
    #[error("a signer's address must be lower-case letters and digits, got {actual}")]
    MalformedAddress { actual: String },
    #[error("number {actual} is above the largest exact one, {expected}")]
    InexactNumber { expected: u64, actual: u64 },
    #[error("key {actual} occurs twice in a JSON object")]
    DuplicateKey { actual: String },
}

impl CoreError {
    pub(crate) fn overflow(what: &'static str) -> Self {
        Self::Overflow { what }
    }
}
