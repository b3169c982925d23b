//! Statistical disclosure control of linked tables of counts and amounts: what has to be hidden so that nobody finds
//! out about a few, and an attacker who tries.
//!
//! # What a published table gives away
//!
//! A count of 1 to 4 persons tells of persons. To leave it out is not enough: who has the region and its other
//! municipalities subtracts. So further cells are hidden, and since every indicator of a group, every geography in
//! both versions, every breakdown and every denominator can be subtracted from another, all of them are one system.
//!
//! # How it is protected
//!
//! 1. [`relations`] looks for what ties columns together: equal columns, sums, complements, nested counts. Declared
//!    relations that do not hold are errors, and those found but not declared are reported. Columns that hang together
//!    are one group.
//! 2. [`table`] lays a group out: unknowns are the free columns in every place, and a cell is a whole combination of
//!    them, so that everything that adds up does so by construction. Cells that sum the same are one cell.
//! 3. *Primary suppression* ([`Share`], [`Concentration`]): the caller says which cells tell of a few.
//! 4. *Secondary suppression*: cells are published one by one, the most useful first ([`Harm`]: the country and regions
//!    before municipalities). A cell from which a protected one would follow is hidden. The arithmetic is exact.
//! 5. The *attacker* ([`attack`]) calculates the smallest and the largest value of every protected cell. To follow from
//!    nothing exactly is not enough: two hidden cells with a sum of 2 are both in [0, 2].
//! 6. *Repair*: of the published cells that bound a narrow interval, the least useful is hidden and protected too; then
//!    again from 4. A system that needs too many rounds fails, and the answer is to publish a higher level.
//!
//! ```text
//! columns + relations ──lay──▶ cells ──recall──▶ with histories ──System::new──▶ System
//! System ──protect──▶ Pattern { hidden, published, … }           (eliminate ⇄ attack, repair)
//! published cells of all versions ──Attacker::run──▶ Report      (the audit, from what was written)
//! ```
//!
//! # Versions
//!
//! What a committed version hid stays hidden, and what one published is known for good ([`versions`]). A revision that
//! changes a published count by fewer than k tells of those few, and should wait.
//!
//! # What it promises
//!
//! The same cells give the same [`Pattern`], whatever their order: systems are sorted, nothing is drawn at random and
//! there is one thread. A cell is called safe only when two solutions, checked in exact arithmetic, lie far enough
//! apart (for amounts that have no such solution on the grid of decimals, a linear program's word is taken). Values are
//! never changed: the crate decides what is hidden and returns keys.
//!
//! What it leaves to the caller: a hidden cell's value, limits, `missing` and everything derived from it have to go
//! with it, and why a cell is hidden ([`Reason`]) must not be published.

mod eliminate;
mod protect;
mod row;
mod rule;
mod system;

pub mod attack;
pub mod relations;
pub mod table;
pub mod versions;

pub use protect::{Pattern, ProtectError, Reason, Rounds};
pub use row::Overflow;
pub use rule::{Concentrated, Concentration, Contributions, Percent, Rule, RuleError, Share, SmallPart, SmallestCount};
pub use system::{
    Breakdown, Cell, Harm, History, KnownTo, Level, NotALevel, Numbers, Part, Standing, System, SystemError,
};
