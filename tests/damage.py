"""Files that are damaged or hostile, for tests/faults.py."""

import gzip
import io
import json
import pathlib
import random
import sqlite3
import struct
import tempfile
import zipfile
import zlib

SEEDS = pathlib.Path(__file__).parent / "seeds"
MIB = 1 << 20


def workbook(sheet, strings="", size=None):
    """An Excel file of one sheet, given as its content, or as pieces of the whole part.

    `size` is what the archive says of the size of the sheet, where that is a lie."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def related(**parts):
        each = "".join(
            f'<Relationship Id="rId{i}" Type="{relation}/{kind}" Target="{target}"/>'
            for i, (kind, target) in enumerate(parts.items(), 1)
        )
        return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{each}</Relationships>'

    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": related(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook {space} xmlns:r="{relation}"><sheets><sheet name="data" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": related(worksheet="worksheets/sheet1.xml", sharedStrings="sharedStrings.xml"),
        "xl/worksheets/sheet1.xml": f"<worksheet {space}>{sheet}</worksheet>" if isinstance(sheet, str) else sheet,
        "xl/sharedStrings.xml": f"<sst {space} {strings or '>'}</sst>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            about = zipfile.ZipInfo(name)
            about.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(about, "w") as part:
                for piece in [text.encode()] if isinstance(text, str) else text:
                    part.write(piece)
        if size is not None:
            archive.getinfo("xl/worksheets/sheet1.xml").file_size = size
    return packed.getvalue()


def cells(rows):
    """Rows of values as the data of a sheet."""

    def cell(at, value):
        place = "ABCDEFG"[at[1]] + str(at[0] + 1)
        if isinstance(value, str):
            return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
        return f'<c r="{place}"><v>{value}</v></c>'

    lines = ("".join(cell((i, j), value) for j, value in enumerate(row)) for i, row in enumerate(rows))
    return "<sheetData>" + "".join(f"<row>{line}</row>" for line in lines) + "</sheetData>"


def database(*statements, rows=()):
    """The bytes of an SQLite database that the statements make."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.db"
        db = sqlite3.connect(path)
        for statement in statements:
            db.execute(statement)
        if rows:
            db.executemany(f"insert into t values ({','.join('?' * len(rows[0]))})", rows)
        db.commit()
        db.close()
        return path.read_bytes()


def good():
    """The same table in every form that is read, by file name."""
    files = {path.name: path.read_bytes() for path in sorted(SEEDS.iterdir()) if path.suffix != ".py"}
    text = files["table.csv"]
    lines = [line.split(",") for line in text.decode().splitlines()]
    header, rows = lines[0], lines[1:]
    typed = [[row[0], float(row[1]) if row[1] else None, int(row[2]), *row[3:]] for row in rows]
    records = [dict(zip(header, row)) for row in typed]
    files["table.csv.gz"] = gzip.compress(text, mtime=0)
    files["table.json"] = json.dumps(records, indent=1).encode()
    files["table.ndjson"] = "".join(json.dumps(record) + "\n" for record in records).encode()
    files["table.xlsx"] = workbook(cells([header] + [["" if cell is None else cell for cell in row] for row in typed]))
    files["table.db"] = database("create table t (id text, amount real, visits int, colour text, y text)", rows=typed)
    return files


def mutated(data, other, rng):
    """Some bytes with one kind of damage; `other` is a good file of the same kind."""
    data = bytearray(data)
    size = len(data)
    kind = rng.randrange(7)
    if kind == 0:
        del data[rng.randrange(size) :]
    elif kind == 1:
        for _ in range(1 + rng.randrange(8)):
            data[rng.randrange(size)] ^= 1 << rng.randrange(8)
    elif kind == 2:
        # Lengths and counts that are absurd, in each of the usual widths.
        width = rng.choice([1, 2, 4, 8])
        at = rng.randrange(size - width)
        most = (1 << 8 * width) - 1
        value = rng.choice([0, 1, most, most >> 1, (most >> 1) + 1, rng.randrange(most)])
        data[at : at + width] = value.to_bytes(width, rng.choice(["little", "big"]))
    elif kind == 3:
        # What says how large all else is stands at the end, or at the beginning.
        near = rng.randrange(min(size, 600))
        data[near if rng.randrange(3) == 0 else size - 1 - near] ^= 1 << rng.randrange(8)
    elif kind == 4:
        at, length = rng.randrange(size), 1 + rng.randrange(64)
        data[at : at + length] = rng.randbytes(min(length, size - at))
    elif kind == 5:
        at, length = rng.randrange(size), 1 + rng.randrange(size // 4)
        if rng.randrange(2):
            data[at:at] = data[at : at + length]
        else:
            del data[at : at + length]
    else:
        cut = rng.randrange(size)
        data[cut:] = other[min(len(other), cut + rng.choice([0, 0, rng.randrange(-64, 64)])) :]
    return bytes(data)


# Parquet, written by hand: what no library would write.


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12


def thrift(kind, value):
    """A value in the compact protocol; a list is its kind and its items, a struct its fields in order."""
    if kind in (I32, I64):
        return varint((value << 1) ^ (value >> 63))
    if kind == BINARY:
        return varint(len(value)) + value
    if kind == LIST:
        of, items = value
        head = bytes([len(items) << 4 | of]) if len(items) < 15 else bytes([0xF0 | of]) + varint(len(items))
        return head + b"".join(thrift(of, item) for item in items)
    out, before = bytearray(), 0
    for number, of, item in value:
        out += bytes([number - before << 4 | of]) + thrift(of, item)
        before = number
    return bytes(out) + b"\0"


def page(values, body, unpacked=None, dictionary=False):
    """A page of 64-bit numbers: those of a dictionary, or places in it."""
    about = [(1, I32, values), (2, I32, 0)] if dictionary else [(1, I32, values), (2, I32, 8), (3, I32, 3), (4, I32, 3)]
    head = [(1, I32, 2 if dictionary else 0), (2, I32, len(body) if unpacked is None else unpacked), (3, I32, len(body))]
    return thrift(STRUCT, head + [(7 if dictionary else 5, STRUCT, about)]) + body


def parquet(rows, values=None, pages=None, codec=0, unpacked=None, schema=None):
    """Two columns, `x` and `y`, of one row group; everything that is declared can be a lie."""
    values = rows if values is None else values
    out, chunks = bytearray(b"PAR1"), []
    for name in (b"x", b"y"):
        start = len(out)
        out += page(1, struct.pack("<q", 7), dictionary=True) if codec == 0 else b""
        data = len(out)
        # One run of the same place, as often as there are values.
        out += pages or page(min(values, (1 << 31) - 1), b"\1" + varint(min(values, (1 << 31) - 1) << 1) + b"\0")
        size = len(out) - start
        about = [(1, I32, 2), (2, LIST, (I32, [8, 3])), (3, LIST, (BINARY, [name])), (4, I32, codec), (5, I64, values)]
        about += [(6, I64, size if unpacked is None else unpacked), (7, I64, size), (9, I64, data)]
        about += [(11, I64, start)] if codec == 0 else []
        chunks.append([(2, I64, start), (3, STRUCT, about)])
    columns = [[(1, I32, 2), (3, I32, 0), (4, BINARY, name)] for name in (b"x", b"y")]
    schema = schema or [[(4, BINARY, b"root"), (5, I32, 2)]] + columns
    group = [(1, LIST, (STRUCT, chunks)), (2, I64, len(out)), (3, I64, rows)]
    footer = thrift(STRUCT, [(1, I32, 2), (2, LIST, (STRUCT, schema)), (3, I64, rows), (4, LIST, (STRUCT, [group]))])
    return bytes(out) + footer + struct.pack("<I", len(footer)) + b"PAR1"


# zstd, written by hand: a block of one byte, repeated up to 128 KiB times, takes four.


def zstd(begin, byte, repeats, window=17, declared=None):
    head = b"\x28\xb5\x2f\xfd" + (bytes([0, window - 10 << 3]) if declared is None else b"\xe0" + struct.pack("<Q", declared))
    raw = (len(begin) << 3).to_bytes(3, "little") + begin if begin else b""
    block = ((128 << 10) << 3 | 1 << 1).to_bytes(3, "little") + byte
    return head + raw + block * repeats + b"\1\0\0"


def repeated(unit, size, begin=b""):
    """A gzip file of a thousandth of its content."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    part = unit * (MIB // len(unit))
    out = [packer.compress(begin)] + [packer.compress(part) for _ in range(size // len(part))]
    return b"".join(out) + packer.flush()


def bombs():
    """Small files that ask for a lot: name, bytes, and whether reading them is an answer, too."""
    text = b"x,y\n1,2\n"
    csv = repeated(b"1,2\n", 100 * MIB, text)
    yield "lines.csv.gz", csv, False
    yield "twice.csv.gz", gzip.compress(csv), False
    yield "members.csv.gz", gzip.compress(text) + gzip.compress(b"") * 200_000, True
    yield "quote.csv.gz", repeated(b"a", 100 * MIB, b'x,y\n1,"'), False
    yield "lines.csv.zst", zstd(text, b"\n", 8192), False
    yield "window.csv.zst", zstd(text, b"\n", 4, window=31), False
    yield "widest.csv.zst", zstd(text, b"\n", 4, window=41), False
    yield "declared.csv.zst", zstd(text, b"\n", 1, declared=1 << 60), False
    yield "skipped.csv.zst", struct.pack("<II", 0x184D2A50, 0) * 200_000 + zstd(text, b"\n", 0), True
    yield "nested.zip", workbook([csv]), False

    last = (1 << 31) - 1
    yield "rows.parquet", parquet(1 << 40), False
    yield "most-rows.parquet", parquet((1 << 63) - 1), False
    yield "run.parquet", parquet(last), False
    yield "just-below.parquet", parquet(33_000_000), True
    yield "more-values.parquet", parquet(60, pages=page(last, b"\1" + varint(last << 1) + b"\0")), True
    yield "negative.parquet", parquet(-1, pages=page(1, b"\1\2\0")), False
    yield "page.parquet", parquet(60, pages=page(60, zstd(b"", b"\0", 8), unpacked=last), codec=6), False
    rle = zstd(b"", b"\0", 16_000)
    yield "page-grows.parquet", parquet(60, pages=page(60, rle, unpacked=last), codec=6), False
    yield "page-grows-unsaid.parquet", parquet(60, pages=page(60, rle, unpacked=480), codec=6), False
    yield "snappy.parquet", parquet(60, pages=page(60, varint((1 << 32) - 1) + b"\0a", unpacked=last), codec=1), False
    yield "gzip.parquet", parquet(60, pages=page(60, repeated(b"\0", 700 * MIB), unpacked=last), codec=2), False
    many = [[(4, BINARY, b"root"), (5, I32, last)]]
    yield "children.parquet", parquet(60, schema=many), False
    deep = [[(3, I32, 0), (4, BINARY, b"g"), (5, I32, 1)]] * 100_000 + [[(1, I32, 2), (3, I32, 0), (4, BINARY, b"x")]]
    yield "deep.parquet", parquet(60, schema=deep), False
    broad = [[(4, BINARY, b"root"), (5, I32, 200_000)]]
    broad += [[(1, I32, 2), (3, I32, 0), (4, BINARY, b"c%d" % i)] for i in range(200_000)]
    yield "broad.parquet", parquet(60, schema=broad), False
    yield "footer.parquet", b"PAR1" + b"\0" * 64 + struct.pack("<I", last) + b"PAR1", False
    yield "list.parquet", b"PAR1\x15\x04\x19\xfc" + varint(last) + b"\0\x0b\0\0\0PAR1", False

    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1" t="inlineStr"><is><t>y</t></is></c></row>'
    far = '<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'
    blank = [b"<worksheet><sheetData>", *[b" " * MIB] * 600]
    yield "blank.xlsx", workbook(blank), False
    yield "blank-unsaid.xlsx", workbook(blank, size=1000), False
    yield "far.xlsx", workbook(f"<sheetData>{row}{far}</sheetData>"), False
    merged = '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'
    two = '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>'
    yield "merged.xlsx", workbook(f"<sheetData>{row}{two}</sheetData>{merged}"), True
    strings = 'count="4000000000" uniqueCount="4000000000"><si><t>x</t></si>'
    yield "strings.xlsx", workbook(f"<sheetData>{row}{two}</sheetData>", strings), True
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    laughs = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><worksheet><sheetData>{row}<row r="2"><c r="A2" t="inlineStr"><is>'
    yield "laughs.xlsx", workbook([f"{laughs}<t>&l11;</t></is></c></row></sheetData></worksheet>".encode()]), True
    yield "repeated.ods", opendocument(1 << 30, 1 << 30), False
    yield "repeated-rows.ods", opendocument(2, 200_000_000), False

    yield "deep.json", b"[" * 1_000_000, False
    yield "deep-object.json", b'[{"x":' + b'{"a":' * 1_000_000, False
    yield "digits.json", b'[{"x":' + b"9" * 10_000_000 + b',"y":1}]', True
    yield "exponent.json", b'[{"x":1e999999999,"y":1},{"x":1,"y":2}]', True
    counted = "with recursive n(i) as (select 1 union all select i + 1 from n)"
    yield "endless.db", database(f"create view t as {counted} select i as x, i as y from n"), False
    yield "silent.db", database(f"create view t as {counted} select i as x, 1 as y from n where i < 0"), False
    yield "blobs.db", database("create view t as select hex(zeroblob(400000000)) as x, 1 as y"), False


def opendocument(columns, rows):
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    spaces += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    spaces += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    cell = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
    line = f'<table:table-row table:number-rows-repeated="{rows}">'
    line += cell.format(f' table:number-columns-repeated="{columns}"') + "</table:table-row>"
    sheet = f'<table:table table:name="data">{line}</table:table>'
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{sheet}"
    content += "</office:spreadsheet></office:body></office:document-content>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return packed.getvalue()


def sample(rows, seed):
    """A table whose `y` follows `amount` and, with `visits`, `colour`."""
    rng = random.Random(seed)
    lines = ["id,amount,visits,colour,y"]
    for row in range(rows):
        amount, visits, colour = rng.gauss(50, 10), rng.randrange(9), rng.choice(["red", "green", "blue"])
        score = 0.25 * (amount - 50) + (2 if colour == "red" and visits > 4 else -0.5)
        lines.append(f"{row:05},{amount:.2f},{visits},{colour},{'yes' if score > rng.gauss(0, 1) else 'no'}")
    return "\n".join(lines).encode() + b"\n"
