//! Entry points of the network contract.
