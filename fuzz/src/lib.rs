//! What the fuzz targets share.

pub mod protected;
pub mod seeds;
