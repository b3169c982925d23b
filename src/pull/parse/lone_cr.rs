//! CR that ends no line: one that has no LF behind it, as old Macintosh files have for a line end.

/// Why a line with CR in its middle is no record: others stand behind it.
pub(super) const LONE_CR: &str = "CR stands in its middle: convert the line ends to LF";

/// Whether CR stands in a line elsewhere than at its end.
pub(super) fn holds_cr(line: &[u8]) -> bool {
    let end = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    line[..end].contains(&b'\r')
}
