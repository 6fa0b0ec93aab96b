#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""eval - detection quality of `pypiwatch scan` on labelled archives.

eval.py PYPIWATCH CONF FOLDER [REAL-FOLDER ...]: scans FOLDER (made by pack.py,
with its labels.tsv) and, when given, folders of real archives that count as
benign and are told apart.  Prints recall by family, context, layer and year, each miss, each
false alarm with its reasons, a histogram and a sweep of thresholds.  The
score of a file that could not be read whole is what the judge gave it.
With EVAL_NAMES=no misses and false alarms are counted and not named.
"""
import collections
import concurrent.futures
import json
import math
import os
import pathlib
import subprocess
import sys

THRESHOLD = 60
BATCH, PARALLEL = 50, 2


def scan(pypiwatch, conf, files):
    """Gives {file name: scan object}; a file without an answer is missing."""
    def batch(start):
        done = subprocess.run(
            [pypiwatch, "-c", conf, "scan", "--no-network", "--format", "json",
             *map(str, files[start:start + BATCH])],
            stdout=subprocess.PIPE, timeout=1800)
        if done.returncode not in (0, 1, 2):
            sys.exit("scan ended with %d" % done.returncode)
        return [json.loads(line) for line in done.stdout.splitlines()]

    with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
        batches = pool.map(batch, range(0, len(files), BATCH))
        return {answer["file"].rsplit("/", 1)[-1]: answer
                for answers in batches for answer in answers}


def wilson(hits, n, z=1.96):
    if n == 0:
        return 0.0, 0.0
    p, d = hits / n, 1 + z * z / n
    mid, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 100 * (mid - half) / d, 100 * (mid + half) / d


def share(name, hits, n):
    low, high = wilson(hits, n)
    print("%-28s %4d of %4d  %5.1f %%  (%.1f to %.1f)" %
          (name, hits, n, 100 * hits / n if n else 0, low, high))


def table(title, rows, key):
    groups = collections.defaultdict(list)
    for row in rows:
        for value in str(row[key]).split(","):
            groups[value].append(row["score"] >= THRESHOLD)
    print("\nrecall by %s" % title)
    for name, hits in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])):
        share(name, sum(hits), len(hits))


def reasons(answer):
    worst = sorted(answer.get("findings", []), key=lambda f: -(f.get("weight") or 0))
    return "; ".join("%s %.2f %s:%s" % (f["rule"], f.get("weight") or 0,
                                        f.get("path"), f.get("line")) for f in worst[:4])


def sweep(bad, good):
    print("\nthreshold  recall  false alarms")
    for t in range(20, 100, 5):
        r = sum(b >= t for b in bad) / max(1, len(bad))
        f = sum(g >= t for g in good) / max(1, len(good))
        print("%9d  %5.1f %%  %5.2f %%" % (t, 100 * r, 100 * f))


def histogram(bad, good):
    print("\nscore      malicious  benign")
    for low in range(0, 101, 10):
        high = low + 9 if low < 100 else 100
        print("%3d to %3d  %9d  %6d" % (low, high,
              sum(low <= s <= high for s in bad), sum(low <= s <= high for s in good)))


def labelled(found, folder):
    rows = []
    for line in (folder / "labels.tsv").read_text().splitlines():
        file, label, family, context, layer, year = line.split("\t")
        answer = found.get(file)
        rows.append(dict(file=file, label=label, family=family, context=context,
                         layer=layer, year=year, answer=answer or {},
                         score=answer["score"] if answer else 0))
        if answer is None:
            print("no answer for %s" % file)
    return rows


def name_wrong(bad, good):
    print("\nmissed")
    for r in bad:
        if r["score"] < THRESHOLD:
            print("  %3d %s (%s): %s" % (r["score"], r["file"], r["family"], reasons(r["answer"])))
    print("\nfalse alarms")
    for r in good:
        if r["score"] >= THRESHOLD:
            print("  %3d %s: %s" % (r["score"], r["file"], reasons(r["answer"])))


def scan_real(pypiwatch, conf, folder):
    files = sorted(p for p in folder.rglob("*")
                   if p.name.endswith((".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz")))
    rows = [dict(file=n, score=a["score"], answer=a)
            for n, a in scan(pypiwatch, conf, files).items()]
    whole = sum(r["answer"]["outcome"] == "scanned" for r in rows)
    print("%s: %d archives, %d answered, %d seen whole" %
          (folder.name, len(files), len(rows), whole))
    return rows


def main():
    pypiwatch, conf, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    archives = sorted(p for p in folder.iterdir() if p.name != "labels.tsv")
    rows = labelled(scan(pypiwatch, conf, archives), folder)
    bad = [r for r in rows if r["label"] == "malicious"]
    good = [r for r in rows if r["label"] == "benign"]
    folders = [(f, scan_real(pypiwatch, conf, pathlib.Path(f))) for f in sys.argv[4:]]
    real = [r for _, found in folders for r in found]
    for title in ("family", "context", "layer", "year"):
        table(title, bad, title)
    if os.environ.get("EVAL_NAMES") != "no":
        name_wrong(bad, good + real)
    scores = [r["score"] for r in bad], [r["score"] for r in good + real]
    histogram(*scores)
    sweep(*scores)
    print("\nat threshold %d" % THRESHOLD)
    share("recall", sum(s >= THRESHOLD for s in scores[0]), len(scores[0]))
    share("false alarms, look-alikes", sum(r["score"] >= THRESHOLD for r in good), len(good))
    for folder, found in folders:
        share("false alarms, " + os.path.basename(folder.rstrip("/"))[:14],
              sum(r["score"] >= THRESHOLD for r in found), len(found))
    if real:
        share("false alarms, real archives", sum(r["score"] >= THRESHOLD for r in real), len(real))


if __name__ == "__main__":
    main()
