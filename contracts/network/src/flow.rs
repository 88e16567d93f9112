//! What several messages share: draws, vacated slots, slashes, ends of requests, departures.

pub mod availability;
pub mod departure;
pub mod ending;
pub mod judge;
pub mod miss;
pub mod overdue;
pub mod panel;
pub mod slash;
pub mod slots;
