//! The extracts, each in its register's own format: what is known of the country and its people on
//! the day that a register is drawn.

pub(crate) mod autorisation;
pub(crate) mod bef;
pub(crate) mod clinics;
pub(crate) mod clusters;
pub(crate) mod cpr_register;
pub(crate) mod digital;
pub(crate) mod health_centres;
pub(crate) mod listed_counts;
pub(crate) mod money;
pub(crate) mod plans;
pub(crate) mod population;
pub(crate) mod quality;
pub(crate) mod sikrede;
pub(crate) mod sssy;
pub(crate) mod staff;
pub(crate) mod staff_calibration;
#[cfg(test)]
pub(crate) mod staff_tests;
pub(crate) mod training;
pub(crate) mod training_calibration;
pub(crate) mod training_files;
pub(crate) mod training_places;
pub(crate) mod training_plan;
#[cfg(test)]
pub(crate) mod training_tests;
pub(crate) mod yder_status;
pub(crate) mod yderregister;
