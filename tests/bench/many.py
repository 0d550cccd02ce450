#!/usr/bin/env python3
"""A project of many small pipelines: what a pipeline costs, cold and with nothing to do.

    tests/bench/many.py [--jobs N] [COUNT …]      # 10 100, unless counts are given
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def make_project(folder, count):
    """A copy of the tree with what is built, and other pipelines."""
    script = 'root=$1; . "$root/tests/many.sh"; many_project "$2" "$3"'
    subprocess.run(["sh", "-c", script, "sh", ROOT, folder, str(count)], check=True)
    make(folder, "-n", "train", "PIPELINE=all")


def make(folder, *arguments):
    """Seconds on the clock, and of the processors."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(["make", *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"make {' '.join(arguments)}: status {done.returncode}\n{done.stdout[-2000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(scratch, count, jobs=1):
    """Prints what each costs, and one among them."""
    folder = os.path.join(scratch, f"many{count}")
    make_project(folder, count)
    every = ["train", "PIPELINE=all"]
    cold = make(folder, f"-j{jobs}", *every)
    make(folder, *every)
    time.sleep(3)  # until nothing is so young that it might change unseen
    make(folder, *every)
    idle = min(make(folder, *every) for _ in range(5))
    one = min(make(folder, "train", "PIPELINE=p0007") for _ in range(5))
    size = os.path.getsize(os.path.join(folder, "dvc.lock"))
    print(f"{count:5d} pipelines, dvc.lock {size / 1e6:6.2f} MB: cold {1e3 * cold[0] / count:7.1f} ms each ({1e3 * cold[1] / count:6.1f} ms of "
          f"the processors), nothing to do {1e3 * idle[0] / count:6.2f} ms each, one of them {1e3 * one[0]:6.1f} ms", flush=True)
    shutil.rmtree(folder)


def main():
    arguments = sys.argv[1:]
    jobs = 1
    if arguments[:1] == ["--jobs"]:
        jobs, arguments = int(arguments[1]), arguments[2:]
    with tempfile.TemporaryDirectory() as scratch:
        for count in [int(a) for a in arguments] or [10, 100]:
            measure(scratch, count, jobs)


if __name__ == "__main__":
    main()
