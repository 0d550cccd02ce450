"""The peer of bench_arrow: pyarrow on one thread, on the file that it left.

    python bench_arrow.py FOLDER [RUNS]

Prints the least seconds of mapping FOLDER/bench.arrow and summing its columns, and of writing the
same table to FOLDER/peer.arrow in batches of the same length.
"""

import os
import sys
import time

import pyarrow
import pyarrow.compute
import pyarrow.ipc

pyarrow.set_cpu_count(1)
pyarrow.set_io_thread_count(1)


def total(path):
    with pyarrow.memory_map(path) as source, pyarrow.ipc.open_file(source) as reader:
        table = reader.read_all()
        return sum(pyarrow.compute.sum(column).as_py() for column in table.columns)


def write(table, path):
    with pyarrow.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=65536)


def least(runs, work):
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds), result


def main(folder, runs="5"):
    path, other = os.path.join(folder, "bench.arrow"), os.path.join(folder, "peer.arrow")
    seconds, result = least(int(runs), lambda: total(path))
    table = pyarrow.ipc.open_file(path).read_all()
    written, _ = least(int(runs), lambda: write(table, other))
    os.remove(other)
    print(f"write {written:.4f}\nmap and sum {seconds:.4f}")
    print(f"sum {result!r}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
