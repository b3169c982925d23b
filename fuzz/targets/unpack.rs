//! Packed files: damaged ones are refused, and what is packed here becomes the same as what was packed.
#![no_main]

use maaltal_fuzz::samples::{Packing, packed};
use maaltal_fuzz::sources::CSV;

libfuzzer_sys::fuzz_target!(init: maaltal_fuzz::watch(), |data: &[u8]| {
    let Some((choice, bytes)) = data.split_first() else { return };
    let source = CSV.of(0);
    let packing = Packing::ALL[usize::from(*choice) % 3];
    let file = format!("{}{}", source.file, packing.ending());
    if choice & 0x80 == 0 {
        source.hold_as(&file, bytes);
        return;
    }
    let (mut plain, mut unpacked) = (source.hold(bytes), source.hold_as(&file, &packed(packing, bytes)));
    // The name of the file stands in rejected rows and in what is told.
    for became in [&mut plain, &mut unpacked] {
        became.rejects.iter_mut().for_each(|row| row[1].1.clear());
        became.refused = became.refused.take().map(|told| told.replace(&file, source.file));
    }
    assert_eq!(plain, unpacked, "packed it is something else");
});
