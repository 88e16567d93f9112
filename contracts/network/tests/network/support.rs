pub mod audit;
pub mod keys;
pub mod net;
pub mod record;
pub mod scene;
pub mod setting;
