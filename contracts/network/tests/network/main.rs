//! The contract through its entry points, with real signatures. Every step of every test checks conservation,
//! canonical bodies, a gapless sequence and the recomputed head (`support/net.rs`).

mod support;

mod happy_path;
