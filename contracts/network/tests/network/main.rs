//! The contract through its entry points, with real signatures. Every step of every test checks conservation,
//! canonical bodies, a gapless sequence and the recomputed head (`support/net.rs`, `support/audit.rs`).

mod support;

mod attacks;
mod batches;
mod bounds;
mod draws;
mod governance;
mod happy_path;
mod lateness;
mod markets;
mod misses;
mod money;
mod nodes;
mod requests;
mod time;
