//! What the contract owes, class by class. The sum is what the bank must hold at least.

use serde::{Deserialize, Serialize};

/// A class of money that the contract holds for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Balances,
    Collateral,
    Escrows,
    Unclaimed,
    Treasury,
    Reserve,
    Deposits,
}

/// The totals of each class, and what was burned so far (which nobody holds).
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub balances: u128,
    pub collateral: u128,
    pub escrows: u128,
    pub unclaimed: u128,
    pub treasury: u128,
    pub reserve: u128,
    pub deposits: u128,
    pub burned: u128,
}

impl Totals {
    /// What the bank must hold.
    pub fn accounted(&self) -> u128 {
        self.balances
            + self.collateral
            + self.escrows
            + self.unclaimed
            + self.treasury
            + self.reserve
            + self.deposits
    }

    pub fn class(&mut self, class: Class) -> &mut u128 {
        match class {
            Class::Balances => &mut self.balances,
            Class::Collateral => &mut self.collateral,
            Class::Escrows => &mut self.escrows,
            Class::Unclaimed => &mut self.unclaimed,
            Class::Treasury => &mut self.treasury,
            Class::Reserve => &mut self.reserve,
            Class::Deposits => &mut self.deposits,
        }
    }
}
