"""Holds Arrow files against pyarrow, polars and pandas.

    python arrow.py FILE.arrow FILE.json    what each of the three reads from the file is what the
                                            JSON says (`bin/show FILE.arrow --format json`)
    python arrow.py --peers SHOW FOLDER     what the three write is read, or refused by name, by the
                                            program SHOW; the files go into FOLDER

Prints "ok NAME" or "not ok NAME: why" a check; the exit status is 1 when one failed.  A JSON file
is an array of rows, the header first: numbers, null, text, true and false, dates as YYYY-MM-DD.
"""

import datetime
import json
import math
import os
import subprocess
import sys

import pandas
import polars
import pyarrow
import pyarrow.feather
import pyarrow.ipc

failed = False


def report(name, fault=None):
    global failed
    failed = failed or fault is not None
    print(f"not ok {name}: {fault}" if fault else f"ok {name}")


def plain(value):
    """A cell as the JSON would say it; a real that is no number is null there."""
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.strftime("%Y-%m-%d") if value.year > 999 else value.isoformat()[:10]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def same(found, expected):
    """1 and 1.0 are one number, -0.0 and 0.0 are two, true is none."""
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, float) and isinstance(expected, float):
        return found == expected and math.copysign(1, found) == math.copysign(1, expected)
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
        return found == expected
    return type(found) is type(expected) and found == expected


def compare(name, header, columns, rows):
    """columns are lists of cells, rows is the JSON."""
    if header != rows[0]:
        return report(name, f"the columns are {header}, expected {rows[0]}")
    if any(len(cells) != len(rows) - 1 for cells in columns):
        return report(name, f"{[len(cells) for cells in columns]} rows, expected {len(rows) - 1}")
    for c, cells in enumerate(columns):
        for r, cell in enumerate(cells):
            if not same(plain(cell), rows[r + 1][c]):
                return report(name, f"row {r + 1}, column {header[c]!r}: {cell!r}, expected {rows[r + 1][c]!r}")
    report(name)


def compare_arrow(name, table, rows):
    table.validate(full=True)
    compare(name, table.column_names, [column.to_pylist() for column in table.columns], rows)


def compare_polars(name, frame, rows):
    compare(name, frame.columns, [frame[column].to_list() for column in frame.columns], rows)


def compare_pandas(name, path, rows):
    frame = pandas.read_feather(path, dtype_backend="numpy_nullable")
    cells = [[None if cell is pandas.NA or cell is None else cell for cell in frame[column].tolist()]
             for column in frame.columns]
    compare(name, list(frame.columns), cells, rows)
    plain_frame = pandas.read_feather(path)  # as most people call it: missing numbers become NaN
    if list(plain_frame.columns) != rows[0] or len(plain_frame) != len(rows) - 1:
        return report(f"{name}, plain", f"{plain_frame.shape}, expected {len(rows) - 1} rows")
    for c, column in enumerate(plain_frame.columns):
        missing = plain_frame[column].isna().tolist()
        if missing != [row[c] is None for row in rows[1:]]:
            return report(f"{name}, plain", f"column {column!r} misses other values")
    report(f"{name}, plain")


def check_file(path, json_path):
    with open(json_path, encoding="utf-8") as file:
        rows = json.load(file)
    name = os.path.basename(path)
    with pyarrow.ipc.open_file(path) as reader:
        compare_arrow(f"pyarrow open_file {name}", reader.read_all(), rows)
        for batch in range(reader.num_record_batches):
            reader.get_batch(batch).validate(full=True)
    with pyarrow.memory_map(path) as source:
        compare_arrow(f"pyarrow memory_map {name}", pyarrow.ipc.open_file(source).read_all(), rows)
    with open(path, "rb") as source:
        source.seek(8)  # the same messages as a stream, behind the magic
        compare_arrow(f"pyarrow open_stream {name}", pyarrow.ipc.open_stream(source).read_all(), rows)
    compare_arrow(f"pyarrow feather {name}", pyarrow.feather.read_table(path), rows)
    compare_polars(f"polars {name}", polars.read_ipc(path), rows)
    compare_polars(f"polars scan {name}", polars.scan_ipc(path).collect(), rows)
    with open(path, "rb") as source:
        compare_polars(f"polars bytes {name}", polars.read_ipc(source.read()), rows)
    compare_pandas(f"pandas {name}", path, rows)


def sample():
    """Every type that is read, with missing values in each."""
    n = 300
    hole = [i % 7 == 3 for i in range(n)]

    def column(values, kind):
        return pyarrow.array([None if hole[i] else v for i, v in enumerate(values)], kind)

    day = datetime.date(1999, 12, 25)
    return pyarrow.table({
        "real": column([i / 7 for i in range(n)], pyarrow.float64()),
        "full": pyarrow.array([i * 0.5 for i in range(n)], pyarrow.float64()),
        "wide": column([(-1) ** i * 2**62 + i for i in range(n)], pyarrow.int64()),
        "narrow": column([i - 150 for i in range(n)], pyarrow.int32()),
        "day": column([day + datetime.timedelta(days=i) for i in range(n)], pyarrow.date32()),
        "name": column(["" if i % 5 == 0 else f"fila ñ \"{i}\"" for i in range(n)], pyarrow.utf8()),
        "flag": column([i % 3 == 0 for i in range(n)], pyarrow.bool_()),
        "none": pyarrow.array([None] * n, pyarrow.float64()),
    })


def rows_of(table):
    columns = [[plain(cell) for cell in column.to_pylist()] for column in table.columns]
    return [table.column_names] + [list(row) for row in zip(*columns)]


def write_ipc(table, path, chunk=None, **options):
    with pyarrow.ipc.new_file(path, table.schema, options=pyarrow.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=chunk)


def show(program, path):
    done = subprocess.run([program, path, "--format", "json"], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def expect_read(program, path, table):
    status, out, error = show(program, path)
    name = f"show {os.path.basename(path)}"
    if status != 0:
        return report(name, f"status {status}: {error.strip()}")
    rows = json.loads(out)
    compare(name, table.column_names, [column.to_pylist() for column in table.columns], rows)


def expect_refused(program, path, message):
    status, _, error = show(program, path)
    name = f"show {os.path.basename(path)}"
    if status != 1 or message not in error:
        return report(name, f"status {status}: {error.strip()!r}, expected 1 and {message!r}")
    report(name)


def check_peers(program, folder):
    os.makedirs(folder, exist_ok=True)
    table = sample()
    path = lambda name: os.path.join(folder, name)

    write_ipc(table, path("pyarrow.arrow"))
    expect_read(program, path("pyarrow.arrow"), table)
    write_ipc(table, path("pyarrow-v4.arrow"), metadata_version=pyarrow.ipc.MetadataVersion.V4)
    expect_read(program, path("pyarrow-v4.arrow"), table)
    write_ipc(table, path("pyarrow-batches.arrow"), chunk=41)
    expect_read(program, path("pyarrow-batches.arrow"), table)
    write_ipc(table.slice(13, 100), path("pyarrow-slice.arrow"))
    expect_read(program, path("pyarrow-slice.arrow"), table.slice(13, 100))
    write_ipc(table.slice(0, 0), path("pyarrow-empty.arrow"))
    expect_read(program, path("pyarrow-empty.arrow"), table.slice(0, 0))
    pyarrow.feather.write_feather(table, path("feather.arrow"), compression="uncompressed")
    expect_read(program, path("feather.arrow"), table)
    numbers = table.drop_columns(["name"])
    polars.from_arrow(numbers).write_ipc(path("polars.arrow"), compression="uncompressed")
    expect_read(program, path("polars.arrow"), numbers)
    full = pyarrow.table({"a": [1.5, 2.5, -0.0], "b": [1, 2, 3]})
    full.to_pandas().to_feather(path("pandas.arrow"), compression="uncompressed")
    expect_read(program, path("pandas.arrow"), full)

    write_ipc(table, path("lz4.arrow"), compression="lz4")
    expect_refused(program, path("lz4.arrow"), "the columns are compressed, which is not read")
    for kind, spelt in ((pyarrow.large_utf8(), "large_utf8"), (pyarrow.string_view(), "utf8_view"),
                        (pyarrow.dictionary(pyarrow.int32(), pyarrow.utf8()), "dictionary")):
        cast = table.select(["name"]).cast(pyarrow.schema([("name", kind)]))
        write_ipc(cast, path(f"{spelt}.arrow"))
        expect_refused(program, path(f"{spelt}.arrow"), f"column 'name' has type {spelt}, which is not read; cast it")
    for kind, spelt in ((pyarrow.float32(), "float32"), (pyarrow.int8(), "int8"), (pyarrow.uint64(), "uint64"),
                        (pyarrow.date64(), "date64"), (pyarrow.timestamp("us"), "timestamp[us]"),
                        (pyarrow.timestamp("s", tz="UTC"), "timestamp[s in a time zone]"),
                        (pyarrow.null(), "null"), (pyarrow.list_(pyarrow.int32()), "list")):
        write_ipc(pyarrow.table({"x": pyarrow.array([None], kind)}), path(f"{spelt}.arrow"))
        expect_refused(program, path(f"{spelt}.arrow"), f"column 'x' has type {spelt}, which is not read; ")
    with pyarrow.ipc.new_stream(path("stream.arrow"), full.schema) as writer:
        writer.write_table(full)
    expect_refused(program, path("stream.arrow"), "this is an Arrow stream")


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--peers":
        check_peers(*arguments[1:])
    elif len(arguments) == 2:
        check_file(*arguments)
    else:
        sys.exit(__doc__)
    sys.stdout.flush()
    # The peers' thread pools sometimes abort while the interpreter takes them down, long after all has been compared.
    os._exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
