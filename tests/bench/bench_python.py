#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lib/python's speed beside CPython's, in the same run.

usage: bench_python.py BENCH FOLDER ...

BENCH is the program tests/bench/bench_python.  Both read the same files below
the folders, in turns; processor time counts.  Prints MB/s and the ratios to
CPython's ast and tokenize.
"""
import ast
import io
import os
import subprocess
import sys
import time
import tokenize
import warnings

ROUNDS = 3
BYTES_MOST = 6_000_000          # CPython takes a second for each 7 MB

warnings.simplefilter("ignore")


def collect(roots):
    """Every n-th file, so that the sample is of all folders."""
    paths = [os.path.join(folder, name) for root in roots
             for folder, _, files in sorted(os.walk(root))
             for name in sorted(files) if name.endswith(".py")]
    total = sum(os.path.getsize(p) for p in paths if os.path.isfile(p))
    step = max(1, total // BYTES_MOST)
    for path in paths[::step]:
        with open(path, "rb") as f:
            data = f.read()
        try:
            ast.parse(data)
        except (SyntaxError, ValueError, RecursionError):
            continue
        yield path, data


def timed(run, sources):
    start = time.process_time()
    for data in sources:
        run(data)
    return time.process_time() - start


def read_tokens(data):
    for _ in tokenize.tokenize(io.BytesIO(data).readline):
        pass


def main():
    bench, files = sys.argv[1], list(collect(sys.argv[2:]))
    names = "".join(path + "\n" for path, _ in files)
    sources = [data for _, data in files]
    size = sum(map(len, sources))
    seconds = {"ast": 0.0, "tokenize": 0.0,
               "tokens": 0.0, "tree": 0.0, "fold": 0.0}
    sys.setrecursionlimit(20000)
    for _ in range(ROUNDS):
        seconds["ast"] += timed(ast.parse, sources)
        seconds["tokenize"] += timed(read_tokens, sources)
        out = subprocess.run([bench], input=names, encoding="utf-8",
                             check=True, stdout=subprocess.PIPE).stdout
        for line in out.splitlines():
            stage, _, used, _ = line.split()
            seconds[stage] += float(used)
    speed = {k: size * ROUNDS / v / 1e6 for k, v in seconds.items()}
    print("%d files, %.1f MB, CPython %d.%d" % (len(files), size / 1e6,
                                              *sys.version_info[:2]))
    for name, what in (("tokens", "tokens"),
                       ("tree", "tokens, tree and scopes"),
                       ("fold", "all, with names and constants"),
                       ("ast", "CPython's ast"),
                       ("tokenize", "CPython's tokenize")):
        print("%-30s %8.1f MB/s %7.1f times ast %7.1f times tokenize" % (
            what, speed[name], speed[name] / speed["ast"],
            speed[name] / speed["tokenize"]))


if __name__ == "__main__":
    main()
