use cosmwasm_std::{HexBinary, Uint64};

use super::{wire, RequestBody};

wire! {
    pub enum QueryMsg {
        Config {},
        Params {},
        Head {},
        Clock {},
        Conservation {},
        Balance { address: String },
        Balances { start_after: Option<String>, limit: Option<u32> },
        Ticket { ticket: Uint64 },
        Tickets { start_after: Option<Uint64>, limit: Option<u32> },
        Model { model: String },
        Models { start_after: Option<String>, limit: Option<u32> },
        Echelon { echelon: HexBinary },
        Echelons { start_after: Option<HexBinary>, limit: Option<u32> },
        Market { model: String, echelon: HexBinary },
        Request { request: Uint64 },
        Requests { start_after: Option<Uint64>, limit: Option<u32> },
        Quote { request: Box<RequestBody> },
        Nonce { address: String },
        Beacon { round: Uint64 },
        Fence { poster: String, lane: String },
    }
}
