//! Parquet files whose bytes depend on nothing but their rows: written from batches (`writer`), or from columns that are
//! encoded in any order, on any thread (`groups`). `reader` reads them again.

mod beside;
mod chunk;
mod column;
mod groups;
mod packing;
mod reader;
mod writer;

pub use beside::WriterBeside;
pub use chunk::Chunk;
pub use column::{Coded, ColumnEncoder, ColumnRows};
pub use groups::{FileColumn, GroupWriter};
pub use reader::TableFile;
pub use writer::{LocalTable, ROW_GROUP_ROWS, TableEntry, TableError, TableWriter};
