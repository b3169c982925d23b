//! What people are called and where their letters go: nothing that could be anybody's.

use super::Citizen;
use super::hash::{About, hash};

const NAMES: [&str; 4] = ["Prøvesen,Øvelise", "Attrapgård,Testmund", "Påfundsen,Kladdius", "Testløv,Åsprøve"];
const STREETS: [&str; 2] = ["Øvevej 7", "Prøvegade 1"];

impl Citizen {
    /// Last name first, as the registers write it.
    pub(crate) fn name(&self) -> &'static str {
        NAMES[(self.chance() % 4) as usize]
    }

    /// Street and house.
    pub(crate) fn address(&self) -> &'static str {
        STREETS[(self.chance() / 2 % 2) as usize]
    }

    pub(crate) fn cpr(&self) -> &str {
        std::str::from_utf8(&self.cpr).unwrap_or_default()
    }

    fn chance(&self) -> u64 {
        hash(0, About::Name, self.number, 0)
    }
}
