"""Writes the good binary files that tests/faults.py damages and that nothing at hand there can write.

    pip install pyarrow
    python tests/seeds/make.py

Each holds the same table, `table.csv`, in other encodings and codecs. They were written once, by pyarrow 26.0.1, and are
kept: the faults that were found with them stay found.
"""

import pathlib
import random

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
rng = random.Random(5)
rows = []
for row in range(60):
    amount, visits, colour = round(rng.gauss(50, 10), 2), rng.randrange(9), rng.choice(["red", "green", "blue"])
    score = 0.25 * (amount - 50) + (2 if colour == "red" and visits > 4 else -0.5)
    rows.append((f"{row:05}", amount if row % 11 else None, visits, colour, "yes" if score > rng.gauss(0, 1) else "no"))
names = ["id", "amount", "visits", "colour", "y"]
table = pa.table({name: [row[i] for row in rows] for i, name in enumerate(names)})
leveled = table.set_column(3, "colour", table["colour"].dictionary_encode())

text = ",".join(names) + "\n"
text += "".join(",".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows)
(here / "table.csv").write_text(text)
with pa.CompressedOutputStream(str(here / "table.csv.zst"), "zstd") as out:
    out.write(text.encode())

pq.write_table(table, here / "snappy.parquet", compression="snappy", row_group_size=25, write_page_checksum=True)
pq.write_table(leveled, here / "zstd.parquet", compression="zstd")
pq.write_table(table, here / "lz4.parquet", compression="lz4", data_page_version="2.0", row_group_size=25)
encodings = {"id": "DELTA_BYTE_ARRAY", "amount": "BYTE_STREAM_SPLIT", "visits": "DELTA_BINARY_PACKED"}
encodings |= {"colour": "DELTA_LENGTH_BYTE_ARRAY", "y": "PLAIN"}
pq.write_table(table, here / "plain.parquet", compression="none", use_dictionary=False, column_encoding=encodings)
for name, codec in (("plain", None), ("lz4", "lz4"), ("zstd", "zstd")):
    with pa.ipc.new_file(here / f"{name}.arrow", leveled.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as out:
        out.write_table(leveled, max_chunksize=25)
with pa.ipc.new_stream(here / "stream.arrows", leveled.schema) as out:
    out.write_table(leveled, max_chunksize=25)
