//! Every refusal of the contract, with what was expected and what was found, and a code that never changes.

use atoma_core::nonce::NonceRefused;
use atoma_core::params::OutOfBounds;
use atoma_core::CoreError;
use cosmwasm_std::StdError;

pub type Result<T> = core::result::Result<T, ContractError>;

macro_rules! refusals {
    ($($name:ident $({ $($field:ident : $kind:ty),* })? = $code:literal, $text:literal;)*) => {
        #[derive(Debug, thiserror::Error)]
        pub enum ContractError {
            #[error(transparent)]
            Std(#[from] StdError),
            #[error(transparent)]
            Core(#[from] CoreError),
            #[error(transparent)]
            Nonce(#[from] NonceRefused),
            #[error(transparent)]
            Parameter(#[from] OutOfBounds),
            $(#[error($text)] $name $({ $($field: $kind),* })?,)*
        }

        impl ContractError {
            /// The stable code that `action.refused.v1` carries.
            pub fn code(&self) -> &'static str {
                match self {
                    Self::Std(_) => "malformed",
                    Self::Core(error) => core_code(error),
                    Self::Nonce(NonceRefused::Used { .. }) => "nonce_used",
                    Self::Nonce(NonceRefused::BeyondWindow { .. }) => "nonce_beyond_window",
                    Self::Parameter(_) => "parameter_out_of_bounds",
                    $(Self::$name $({ $($field: _),* })? => $code,)*
                }
            }
        }
    };
}

fn core_code(error: &CoreError) -> &'static str {
    match error {
        CoreError::PanelTooLarge { .. } => "panel_too_large",
        CoreError::PanelTooSmall { .. } => "panel_too_small",
        CoreError::MalformedAddress { .. } => "malformed_address",
        _ => "out_of_range",
    }
}

refusals! {
    NotInThisVersion { what: &'static str } = "not_in_this_version", "{what} is not in this version";
    NotGovernance { sender: String } = "not_governance", "{sender} is not the governance";
    NotOwner { owner: String, sender: String } = "not_owner", "owned by {owner}, asked by {sender}";
    NotFound { what: &'static str, id: String } = "not_found", "there is no {what} {id}";
    AlreadyExists { what: &'static str, id: String } = "already_exists", "{what} {id} exists";
    FundsNotAccepted = "funds_not_accepted", "only deposit takes coins";
    WrongFunds { denom: String } = "wrong_funds", "send exactly one coin of {denom}";
    ZeroAmount = "zero_amount", "the amount is zero";
    InsufficientBalance { address: String, balance: u128, needed: u128 } = "insufficient_balance", "{address} has {balance}, needs {needed}; deposit the difference";
    WrongLength { what: &'static str, expected: usize, actual: usize } = "wrong_length", "{what} has {actual} bytes, expected {expected}";
    TooLong { what: &'static str, most: usize, actual: usize } = "too_long", "{what} has {actual}, at most {most}";
    Unprintable { what: &'static str } = "unprintable", "{what} holds a control character";
    TooLarge { what: &'static str, most: u128, actual: u128 } = "too_large", "{what} is {actual}, at most {most}";
    MalformedModelId = "malformed_model_id", "a model id is [a-z0-9][a-z0-9._-]{{2,63}}";
    Paused = "paused", "new requests are paused";
    Fenced { current: u64, given: u64 } = "fenced", "term {given} is below the lane's term {current}";
    FenceMissing { poster: String } = "fence_missing", "{poster} has a fence and must name its lane and term";
    BeaconInvalid { round: u64 } = "beacon_invalid", "the signature of round {round} does not verify";
    TicketClosing { ticket: u64 } = "ticket_closing", "ticket {ticket} is closing";
    TicketNotClosing { ticket: u64 } = "ticket_not_closing", "ticket {ticket} is not closing";
    ExitTooEarly { now: u64, at: u64 } = "exit_too_early", "contract time is {now}, exit opens at {at}";
    ExitEpochTooEarly { now: u64, at: u64 } = "exit_too_early", "epoch is {now}, exit opens in epoch {at}";
    TicketHasOpenWork { ticket: u64, open: u32 } = "ticket_has_open_work", "ticket {ticket} has {open} open slots";
    WrongEchelon { ticket: u64 } = "wrong_echelon", "ticket {ticket} belongs to another echelon";
    CollateralTooSmall { collateral: u128, needed: u128 } = "collateral_too_small", "collateral is {collateral}, the echelon needs {needed}";
    AlreadySubscribed { ticket: u64, model: String } = "already_subscribed", "ticket {ticket} is subscribed to {model}";
    NotSubscribed { ticket: u64, model: String } = "not_subscribed", "ticket {ticket} is not subscribed to {model}";
    BidAboveReserve { price: u128, reserve_price: u128 } = "bid_above_reserve", "bid {price} is above the reserve price {reserve_price}";
    ClearingOpen = "clearing_open", "the market is being cleared; finish it first";
    NothingToClaim { ticket: u64 } = "nothing_to_claim", "no ended epoch owes ticket {ticket} anything";
    NothingToRotate = "nothing_to_rotate", "name at least one key";
    ModelUnavailable { model: String } = "model_unavailable", "model {model} is not available";
    MarketClosed { model: String } = "market_closed", "the market of {model} is closed";
    ContextTooLong { tokens: u64, limit: u64 } = "context_too_long", "input and output are {tokens} tokens, the model takes {limit}";
    ZeroTokens = "zero_tokens", "input and output need at least one token each";
    FeeAboveMax { charge_max: u128, max_fee: u128 } = "fee_above_max", "this costs up to {charge_max}, max_fee is {max_fee}";
    SliceAboveCollateral { slice: u128, collateral: u128 } = "slice_above_collateral", "the request locks {slice} a node, the echelon's collateral is {collateral}";
    WrongState { request: u64, state: &'static str } = "wrong_state", "request {request} is {state}";
    NoSuchSlot { request: u64, slot: u32 } = "no_such_slot", "request {request} has no slot {slot}";
    NotYourSlot { ticket: u64 } = "not_your_slot", "the slot belongs to ticket {ticket}";
    WrongAttempt { current: u32, given: u32 } = "wrong_attempt", "the slot is at attempt {current}, not {given}";
    WrongStage { slot: u32, stage: &'static str } = "wrong_stage", "slot {slot} is {stage}";
    TooLate { now: u64, deadline: u64 } = "too_late", "contract time is {now}, the deadline was {deadline}";
    CommitmentMismatch { slot: u32 } = "commitment_mismatch", "the reveal does not open the commitment of slot {slot}";
    TooManyTokens { tokens: u32, most: u32 } = "too_many_tokens", "revealed {tokens} tokens, paid for {most}";
    MalformedFinishReason { given: u8 } = "malformed_finish_reason", "finish reason {given} is neither 1 nor 2";
    MalformedAction = "malformed_action", "the action is not one that this signer may send";
    BadSignature = "bad_signature", "the signature does not verify";
    WrongPublicKey { address: String } = "wrong_public_key", "the public key is not that of {address}";
    Expired { now: u64, expires_at: u64 } = "expired", "block time is {now}, the action expired at {expires_at}";
    ExpiresTooLate { expires_at: u64, most: u64 } = "expires_too_late", "the action expires at {expires_at}, at most {most} is allowed";
    ParamFixed { name: &'static str } = "param_fixed", "{name} is fixed for the life of the network";
    AlreadyAnnounced { what: &'static str } = "already_announced", "another {what} is announced and waits for its time lock";
    NothingAnnounced { what: &'static str } = "nothing_announced", "no {what} is announced";
    TimeLocked { now: u64, at: u64 } = "time_locked", "contract time is {now}, the time lock opens at {at}";
    ChecksumMismatch { announced: String, found: String } = "checksum_mismatch", "announced checksum {announced}, the code's is {found}";
}
