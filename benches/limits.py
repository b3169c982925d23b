"""What the machine needs at the least: to digest what is read, and to compress what is written, once.

Run by `run.py` with the Python of the pinned environment. Stages come as JSON on stdin, each with the files that it has to
digest and the tables that it has to compress; seconds of one processor go to stdout.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

LEVEL = 3


def digest_rate() -> float:
    """Bytes a second of SHA-256 on one processor."""
    block = bytes(64 << 20)
    begun = time.process_time()
    for _ in range(4):
        hashlib.sha256(block)
    return 4 * len(block) / (time.process_time() - begun)


def compressing(table: Path) -> tuple[int, float]:
    """The bytes of a table's encoded columns, and the seconds that it takes to compress them."""
    sink = pa.BufferOutputStream()
    parquet.write_table(parquet.read_table(table), sink, compression="none")
    encoded = sink.getvalue()
    codec = pa.Codec("zstd", compression_level=LEVEL)
    begun = time.process_time()
    # A page is about a megabyte.
    for place in range(0, encoded.size, 1 << 20):
        codec.compress(encoded.slice(place, min(1 << 20, encoded.size - place)))
    return encoded.size, time.process_time() - begun


def main() -> None:
    rate = digest_rate()
    told = []
    for stage in json.load(sys.stdin):
        digested = sum(Path(file).stat().st_size for file in stage["read"])
        compressed = [compressing(Path(file)) for file in stage["made"]]
        seconds = digested / rate + sum(seconds for _, seconds in compressed)
        told.append({
            "case": stage["case"], "digested": digested, "compressed": sum(size for size, _ in compressed),
            "limit": seconds, "cpu": stage["cpu"],
        })
    json.dump({"digest_bytes_a_second": rate, "stages": told}, sys.stdout)


main()
